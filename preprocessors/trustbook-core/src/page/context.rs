//! The context of each expression of a page, found by parsing the page once with a plain word in place of each.

use super::attributes::{attribute_context, link_kind, raw_context};
use super::foreign::Aside;
use super::labels::{label_key, near_label, sought};
use super::{
    Context, LinkKind, MarkdownLink, Markup, MarkupAttribute, PageHeading, PageProblem, Reference, Slot, braces,
    foreign,
};
use crate::config::HtmlSettings;
use crate::html::source::RawHtml;
use crate::html::token::{Attribute, HtmlToken, Tag as HtmlTag, is_raw, tokens};
use crate::page::stitch::Stitched;
use percent_encoding::percent_decode_str;
use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Parser, Tag, TagEnd};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The schemes of links to a fact, a schema field or a claim.
pub const SCHEMES: &[&str] = &["fact", "schema", "claim"];

/// The results of parsing a page.
#[derive(Default)]
pub(super) struct PageParts {
    pub(super) links: Vec<MarkdownLink>,
    pub(super) references: Vec<Reference>,
    pub(super) markup: Vec<Markup>,
    pub(super) headings: Vec<PageHeading>,
    /// Reference links without a definition, and unsupported syntax.
    pub(super) problems: Vec<PageProblem>,
}

/// Sets the context of each slot, and collects the links of the page.
pub(super) fn find(body: &Stitched, prefix: &str, slots: &mut [Slot], settings: &HtmlSettings) -> PageParts {
    let text = body.text();
    let broken = RefCell::new(Vec::new());
    let note = |link: BrokenLink<'_>| {
        broken.borrow_mut().push((link.span, link.link_type, link.reference.to_string()));
        None
    };
    let parser = Parser::new_with_broken_link_callback(text, crate::html::options(settings), Some(note));
    let written: Vec<(String, String, Range<usize>)> = parser
        .reference_definitions()
        .iter()
        .map(|(label, def)| (label.to_owned(), def.dest.to_string(), def.span.clone()))
        .collect();
    let definitions: Definitions = written.iter().map(|(label, _, span)| (label_key(label), span.clone())).collect();
    let mut finder = Finder { body, prefix, slots, found: PageParts::default(), state: FinderState::default() };
    for (label, dest, span) in &written {
        finder.see(label, &Context::Misplaced("the label of a link"));
        finder.see(dest, &Context::Destination);
        let rest = &text[span.clone()];
        // In a definition, everything except the label and the destination is the title.
        let title = rest.rfind(dest.as_str()).map_or("", |at| &rest[at + dest.len()..]);
        finder.see(title, &Context::Plain);
    }
    for (event, range) in parser.into_offset_iter() {
        finder.event(event, range, &definitions);
    }
    let (mut found, aside) = (finder.found, finder.state.aside);
    let labels: Vec<&str> = written.iter().map(|(label, _, _)| label.as_str()).collect();
    let undefined = broken.take().into_iter().filter(|(_, _, label)| !label.contains(prefix)).enumerate();
    let most = sought(text.len(), labels.len());
    found.problems.extend(undefined.filter_map(|(at, (range, kind, label))| {
        let near = if at < most { near_label(&label, &labels).map(str::to_owned) } else { None };
        // Brackets alone are often plain text: `[1]`, `[sic]`.
        let is_sure = near.is_some() || matches!(kind, LinkType::Reference | LinkType::Collapsed);
        let is_sure = is_sure && !is_formula(text, &range);
        Some(PageProblem::Reference { span: body.locate(range).filter(|_| is_sure)?, label, near })
    }));
    let labels: BTreeSet<String> = labels.into_iter().map(str::to_ascii_lowercase).collect();
    let is_label = |label: &str| labels.contains(&label.to_ascii_lowercase());
    found.problems.extend(foreign::find(body, &aside, &is_label));
    found.problems.extend(braces::find(body, &aside));
    found
}

/// Returns true for brackets in a formula between dollar signs, as in `$M[i][k]$`: they follow a name without a space.
fn is_formula(text: &str, range: &Range<usize>) -> bool {
    let line = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..range.start];
    let after = text[range.end..].lines().next().unwrap_or_default();
    before.ends_with(char::is_alphanumeric) && before.matches('$').count() % 2 == 1 && after.contains('$')
}

struct Finder<'p> {
    body: &'p Stitched,
    prefix: &'p str,
    slots: &'p mut [Slot],
    found: PageParts,
    state: FinderState,
}

#[derive(Default)]
struct FinderState {
    /// The number of open links and images, in Markdown or HTML.
    plain: usize,
    /// The open heading, if any: true if it has an id of its own.
    heading: Option<bool>,
    /// The context of the open code block, if any.
    code: Option<Context>,
    /// The positions of the destinations that name a fact.
    referenced: BTreeSet<usize>,
    /// True inside a table.
    table: bool,
    /// The HTML of the current block, with the position of each line in the body.
    block: Option<RawHtml>,
    /// The raw text element, such as `script`, that inline HTML has opened.
    raw: Option<String>,
    /// True inside the term of a definition list, whose id derives from its text.
    term: bool,
    /// True at the beginning of a paragraph, before any of its content.
    fresh_paragraph: bool,
    /// The parts that are not searched for syntax of other generators.
    aside: Aside,
}

/// The range of each reference definition, by its label.
type Definitions = BTreeMap<String, Range<usize>>;

impl Finder<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>, definitions: &Definitions) {
        let fresh = std::mem::take(&mut self.state.fresh_paragraph);
        match event {
            Event::Start(tag) => self.start(tag, range, definitions),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text, fresh),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.state.aside.code.push(range);
                self.see(&text, &Context::Code);
            }
            Event::Html(html) => match &mut self.state.block {
                Some(block) => block.push(&html, range.start),
                None => self.html(&RawHtml::new(&html, range.start)),
            },
            Event::InlineHtml(html) => {
                self.state.aside.inline_html(&html, &range);
                self.html(&RawHtml::new(&html, range.start));
            }
            Event::FootnoteReference(name) => self.see(&name, &Context::Misplaced("the name of a footnote")),
            Event::SoftBreak | Event::HardBreak | Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>, definitions: &Definitions) {
        match tag {
            // The text of a tight list item is not inside a paragraph.
            Tag::Paragraph | Tag::Item | Tag::DefinitionListDefinition => self.state.fresh_paragraph = true,
            Tag::Heading { level, id, classes, attrs } => {
                self.state.aside.headings.push(range.clone());
                self.heading(level as u8, range);
                let attributes = id.iter().chain(&classes).chain(attrs.iter().map(|(name, _)| name));
                for text in attributes.chain(attrs.iter().filter_map(|(_, value)| value.as_ref())) {
                    self.see(text, &Context::Misplaced("an attribute of a heading"));
                }
                self.state.heading = Some(id.is_some());
            }
            Tag::CodeBlock(kind) => {
                if let CodeBlockKind::Fenced(info) = &kind {
                    self.state.aside.fences.push((info.to_string(), range.clone()));
                }
                self.state.aside.code.push(range);
                let code = match &kind {
                    CodeBlockKind::Fenced(info) => {
                        self.see(info, &Context::Misplaced("the info string of a code block"));
                        match info.split([' ', '\t', ',']).any(|word| word == "facts") {
                            true => Context::FactsFence,
                            false => Context::Code,
                        }
                    }
                    CodeBlockKind::Indented => Context::IndentedCode,
                };
                self.state.code = Some(code);
            }
            Tag::DefinitionListTitle => self.state.term = true,
            Tag::Table(_) => self.state.table = true,
            Tag::HtmlBlock => {
                self.state.aside.html(&self.body.text()[range.clone()], &range);
                self.state.block = Some(RawHtml::default());
            }
            Tag::FootnoteDefinition(name) => self.see(&name, &Context::Misplaced("the name of a footnote")),
            Tag::Link { link_type, dest_url, title, id } => {
                self.link(LinkKind::Link, link_type, &dest_url, &title, &id, range, definitions);
                self.state.plain += 1;
            }
            Tag::Image { link_type, dest_url, title, id } => {
                self.link(LinkKind::Image, link_type, &dest_url, &title, &id, range, definitions);
                self.state.plain += 1;
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.state.heading = None,
            TagEnd::DefinitionListTitle => self.state.term = false,
            TagEnd::Table => self.state.table = false,
            TagEnd::CodeBlock => self.state.code = None,
            TagEnd::Link | TagEnd::Image => self.state.plain = self.state.plain.saturating_sub(1),
            TagEnd::HtmlBlock => {
                if let Some(html) = self.state.block.take() {
                    self.html(&html);
                    // An element left open by one block of HTML does not continue in the next.
                    self.state.raw = None;
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, fresh: bool) {
        let context = match (&self.state.code, self.state.heading, &self.state.raw) {
            (Some(code), _, _) => code.clone(),
            (_, _, Some(raw)) => raw_context(raw),
            (_, Some(true), _) => Context::Plain,
            (_, Some(false), _) => Context::HeadingWithoutId,
            _ if self.state.term => {
                Context::Misplaced("the term of a definition list, whose anchor would change with it")
            }
            _ if self.state.plain > 0 => Context::Plain,
            _ if self.state.table => Context::Html,
            _ => Context::Text,
        };
        if fresh && context == Context::Text && self.is_one_slot(text) {
            self.see(text, &Context::Alone);
        } else {
            self.see(text, &context);
        }
    }

    fn is_one_slot(&self, text: &str) -> bool {
        text.strip_prefix(self.prefix)
            .and_then(|rest| rest.strip_suffix('E'))
            .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    }

    fn html(&mut self, source: &RawHtml) {
        let html = source.text.as_str();
        for token in tokens(html) {
            match token {
                HtmlToken::Text { range, .. } => {
                    let context = match &self.state.raw {
                        Some(raw) => raw_context(raw),
                        None if self.state.plain > 0 => Context::Plain,
                        None => Context::Html,
                    };
                    self.see(&html[range], &context);
                }
                HtmlToken::Comment { range, .. } => self.see(&html[range], &Context::Misplaced("an HTML comment")),
                HtmlToken::End { name, range } => {
                    self.see(&html[range], &Context::Misplaced("an HTML tag"));
                    if self.state.raw.as_deref() == Some(&name) {
                        self.state.raw = None;
                    }
                    if name == "a" {
                        self.state.plain = self.state.plain.saturating_sub(1);
                    }
                }
                HtmlToken::Start(HtmlTag { name, attributes: attrs, is_self_closing: closed, range }) => {
                    self.markup(source, &name, range.clone(), &attrs);
                    for attr in &attrs {
                        self.see(&attr.name, &Context::Misplaced("the name of an HTML attribute"));
                        let value = &html[attr.range.clone()];
                        self.see(value, &attribute_context(&attr.name, is_quoted(html, attr)));
                        if let Some(kind) = link_kind(&name, &attr.name) {
                            let Some(span) = self.body.locate(source.range(&attr.range)) else { continue };
                            // `a.png 1x, b.png 2x` is a list; other attributes hold one address.
                            let list = if attr.name == "srcset" { value.split(',').collect() } else { vec![value] };
                            for dest in list {
                                let dest = match attr.name.as_str() {
                                    "srcset" => dest.split_whitespace().next().unwrap_or_default(),
                                    _ => dest,
                                };
                                let (dest, at) = (dest.to_owned(), source.range(&range).start);
                                self.found.links.push(MarkdownLink { dest, kind, span, at, is_raw: true });
                            }
                        }
                    }
                    self.see(&html[range], &Context::Misplaced("an HTML tag"));
                    if is_raw(&name) && !closed {
                        self.state.raw = Some(name.clone());
                    }
                    if name == "a" && !closed {
                        self.state.plain += 1;
                    }
                }
            }
        }
    }

    fn heading(&mut self, level: u8, range: Range<usize>) {
        let at = range.start;
        self.found.headings.extend(self.body.locate(range).map(|span| PageHeading { level, at, span }));
    }

    /// Records an element of raw HTML.
    fn markup(&mut self, source: &RawHtml, name: &str, range: Range<usize>, attrs: &[Attribute]) {
        let body = self.body;
        let locate = |range: &Range<usize>| body.locate(source.range(range));
        let Some(span) = locate(&range) else { return };
        if let Some(level @ 1..=6) = name.strip_prefix('h').and_then(|level| level.parse().ok()) {
            self.heading(level, source.range(&range));
        }
        if attrs.is_empty() && !matches!(name, "img" | "script" | "style") {
            return;
        }
        let attribute = |attr: &Attribute| {
            let value = source.text[attr.range.clone()].to_owned();
            let has_slots = value.contains(self.prefix);
            Some(MarkupAttribute { name: attr.name.clone(), value, has_slots, span: locate(&attr.range)? })
        };
        let attributes = attrs.iter().filter_map(attribute).collect();
        let at = source.range(&range).start;
        self.found.markup.push(Markup { element: name.to_owned(), attributes, span, at });
    }

    #[allow(clippy::too_many_arguments, reason = "the fields of one event")]
    fn link(
        &mut self,
        kind: LinkKind,
        link_type: LinkType,
        dest: &CowStr<'_>,
        title: &CowStr<'_>,
        id: &CowStr<'_>,
        range: Range<usize>,
        definitions: &Definitions,
    ) {
        if matches!(link_type, LinkType::Autolink | LinkType::Email) {
            self.see(dest, &Context::Misplaced("an autolink"));
        }
        self.see(id, &Context::Misplaced("the label of a link"));
        let names_fact = own_scheme(dest).is_some();
        self.see(
            dest,
            if names_fact { &Context::Misplaced("a link that names a fact") } else { &Context::Destination },
        );
        self.see(title, &Context::Plain);
        let at = self.destination(dest, id, link_type, range.clone(), definitions);
        if let (Some((scheme, id)), Some(at)) = (own_scheme(dest), at.clone())
            && let Some(span) = self.body.locate(at.clone())
            && !matches!(link_type, LinkType::Autolink)
            && !dest.contains(self.prefix)
            // An image cannot show a field or a claim.
            && (kind == LinkKind::Link || scheme == "fact")
            // Links through one definition share its destination.
            && self.state.referenced.insert(at.start)
        {
            // A name with a space has to be percent-encoded.
            let id = percent_decode_str(id).decode_utf8_lossy().into_owned();
            self.found.references.push(Reference { scheme, id, range: at, span });
        }
        let begin = range.start;
        if let Some(span) = self.body.locate(at.unwrap_or(range)) {
            self.found.links.push(MarkdownLink { dest: dest.to_string(), kind, span, at: begin, is_raw: false });
        }
    }

    /// Returns the range of the destination of a link: in the link, or in the definition that it refers to.
    fn destination(
        &self,
        dest: &str,
        id: &str,
        link_type: LinkType,
        range: Range<usize>,
        definitions: &Definitions,
    ) -> Option<Range<usize>> {
        let within = match link_type {
            LinkType::Inline | LinkType::Autolink | LinkType::Email => range,
            _ => definitions.get(&label_key(id))?.clone(),
        };
        // Search after the text or the label, and before a title that may repeat the address.
        let text = &self.body.text()[within.clone()];
        let label = text.rfind("](").or_else(|| text.find("]:")).map_or(0, |at| at + 2);
        let at = text[label..].find(dest).map(|at| label + at).or_else(|| text.rfind(dest))?;
        Some(within.start + at..within.start + at + dest.len())
    }

    /// Records the context of every slot whose word occurs in `text`. A slot with two different contexts is misplaced.
    fn see(&mut self, text: &str, context: &Context) {
        let mut rest = text;
        while let Some(at) = rest.find(self.prefix) {
            rest = &rest[at + self.prefix.len()..];
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let Some(slot) = rest[..digits].parse().ok().and_then(|index: usize| self.slots.get_mut(index)) else {
                continue;
            };
            let whole = text.len() == self.prefix.len() + digits + 1;
            let first = text.starts_with(self.prefix) && text.len() - rest.len() == self.prefix.len();
            let context = match context {
                Context::Destination if whole => Context::WholeDestination,
                Context::Destination if first => Context::DestinationStart,
                other => other.clone(),
            };
            if matches!(slot.context, Context::Misplaced(_)) {
                continue;
            }
            if slot.context == Context::Unseen {
                slot.context = context;
            } else if slot.context != context && !matches!(context, Context::Misplaced("an HTML tag")) {
                slot.context = Context::Misplaced("two kinds of places at once");
            }
        }
    }
}

/// Returns true if a value is quoted or empty.
fn is_quoted(html: &str, attribute: &Attribute) -> bool {
    attribute.range.is_empty() || html[..attribute.range.start].ends_with(['"', '\''])
}

fn own_scheme(dest: &str) -> Option<(&'static str, &str)> {
    let (scheme, id) = dest.split_once(':')?;
    SCHEMES.iter().find(|known| known.eq_ignore_ascii_case(scheme)).map(|known| (*known, id))
}
