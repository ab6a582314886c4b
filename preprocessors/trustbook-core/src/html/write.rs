//! The walk over the events of a chapter.

use super::code;
use super::escape::{push_attribute, push_text};
use super::footnotes::Footnotes;
use super::formulas::with_formulas;
use super::heading::{Heading, Ids, Pending};
use super::insert::Inserts;
use super::marked::{ElementOrigin, Marked};
use super::source::RawHtml;
use super::table::TableWriter;
use super::{ChapterHtml, Dialect, Loss, Lost, MAX_DEPTH, options, page_link, rooted};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Parser, Tag, TagEnd};
use pulldown_latex::config::DisplayMode;
use std::ops::Range;

/// Writes a chapter. `body` is its Markdown, in which words mark expressions and blocks.
pub(crate) fn write(body: &str, dialect: &Dialect<'_>, inserts: &Inserts) -> ChapterHtml {
    let mut writer = Writer {
        dialect,
        inserts,
        html: Marked::default(),
        aside: Vec::new(),
        open: Vec::new(),
        headings: Vec::new(),
        pending: None,
        plain: String::new(),
        collecting: 0,
        ids: Ids::default(),
        foreign: 0,
        table: TableWriter::default(),
        footnotes: Footnotes::default(),
        formulas: 0,
        last_reference: None,
        losses: Vec::new(),
        opening: 0,
        has_lead: false,
        is_too_deep: false,
        at: 0..0,
        is_value: false,
    };
    writer.html.reserve(body.len() + body.len() / 2);
    let mut events = Parser::new_ext(body, options(dialect.settings)).into_offset_iter();
    match dialect.settings.math {
        true => writer.run(&mut with_formulas(events).into_iter()),
        false => writer.run(&mut events),
    }
    writer.close_all_raw();
    let Writer { mut html, headings, footnotes, mut losses, opening, .. } = writer;
    footnotes.finish(&mut html, &mut losses);
    losses.sort_by_key(|loss| loss.range.start);
    let (html, marks) = html.finish();
    ChapterHtml { html, opening, marks, headings, losses }
}

/// The maximum number of losses recorded for one page.
const MOST_LOSSES: usize = 100;

type Events<'e, 't> = dyn Iterator<Item = (Event<'t>, Range<usize>)> + 'e;

/// An open element.
#[derive(Debug)]
pub(super) enum Open {
    /// An element of Markdown, which an event closes.
    Markdown,
    /// An element of Markdown that is not written: a block replaces it, or it is nested too deep.
    Bare,
    /// An element of raw HTML.
    Raw(RawElement),
}

/// An element that raw HTML opened.
#[derive(Debug)]
pub(super) struct RawElement {
    pub(super) name: String,
    /// True for an element of HTML; others are reported.
    pub(super) is_known: bool,
    /// The bytes of its start tag in the body.
    pub(super) range: Range<usize>,
    /// The index among the headings, and the start of the text.
    pub(super) heading: Option<(usize, usize)>,
}

pub(super) struct Writer<'w> {
    pub(super) dialect: &'w Dialect<'w>,
    pub(super) inserts: &'w Inserts,
    pub(super) html: Marked,
    /// The HTML around a footnote's definition, and the name of the footnote.
    aside: Vec<(Marked, String)>,
    pub(super) open: Vec<Open>,
    pub(super) headings: Vec<Heading>,
    pub(super) pending: Option<Pending>,
    /// The text of the open headings.
    pub(super) plain: String,
    /// The number of open headings.
    pub(super) collecting: usize,
    pub(super) ids: Ids,
    /// The number of open `svg` and `math` elements.
    pub(super) foreign: usize,
    table: TableWriter,
    footnotes: Footnotes,
    /// The number of bytes of the formulas so far.
    pub(super) formulas: usize,
    /// The end of the last reference to a footnote.
    last_reference: Option<usize>,
    losses: Vec<Loss>,
    /// The number of bytes in the opening.
    opening: usize,
    /// True if the opening has its paragraph.
    has_lead: bool,
    /// True once elements are nested too deep, which is reported once; the tags of deeper elements are left out.
    is_too_deep: bool,
    /// True while the events come from a value, whose only position in the chapter is that of its expression.
    pub(super) is_value: bool,
    /// The source range of the current event.
    pub(super) at: Range<usize>,
}

impl Writer<'_> {
    pub(super) fn run(&mut self, events: &mut Events<'_, '_>) {
        while let Some((event, range)) = events.next() {
            if !self.is_value {
                self.at = range.clone();
            }
            match event {
                Event::Start(tag) => self.start(tag, range, events),
                Event::End(tag) => self.end(tag),
                Event::Text(text) => self.text(&text),
                Event::InlineMath(tex) => self.formula(&tex, DisplayMode::Inline, range),
                Event::DisplayMath(tex) => self.formula(&tex, DisplayMode::Block, range),
                Event::Code(text) => {
                    self.html.push_str("<code>");
                    self.text(&text);
                    self.html.push_str("</code>");
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    self.html_source(&RawHtml::new(&html, range.start));
                }
                Event::FootnoteReference(name) => self.reference(&name),
                Event::SoftBreak => self.text("\n"),
                Event::HardBreak => self.html.push_str("<br>"),
                Event::Rule => {
                    self.break_line("hr");
                    self.html.push_str("<hr>");
                }
                Event::TaskListMarker(is_done) => {
                    self.html.push_str("<input disabled=\"\" type=\"checkbox\"");
                    self.html.push_str(if is_done { " checked=\"\"> " } else { "> " });
                }
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>, events: &mut Events<'_, '_>) {
        let is_element = !matches!(
            tag,
            Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Image { .. } | Tag::MetadataBlock(_) | Tag::FootnoteDefinition(_)
        );
        if is_element && self.is_full(&range) {
            self.open.push(Open::Bare);
            return;
        }
        match tag {
            Tag::Paragraph => self.element("p"),
            Tag::Heading { level, id, classes, attrs } => {
                let name = heading_name(level);
                self.break_line(name);
                self.headings.push(Heading { level: level as u8, id: String::new(), text: String::new() });
                let attribute = |(name, value): (CowStr<'_>, Option<CowStr<'_>>)| {
                    (name.into_string(), value.map(CowStr::into_string).unwrap_or_default())
                };
                self.pend(Pending {
                    index: Some(self.headings.len() - 1),
                    origin: self.origin(range.start),
                    attributes: attrs.into_iter().map(attribute).collect(),
                    id: id.map(CowStr::into_string),
                    classes: classes.into_iter().map(CowStr::into_string).collect(),
                    ..self.pending(name)
                });
            }
            Tag::DefinitionListTitle => {
                self.break_line("dt");
                self.pend(self.pending("dt"));
            }
            Tag::BlockQuote(None) => self.element("blockquote"),
            Tag::BlockQuote(Some(kind)) => self.admonition(kind),
            Tag::CodeBlock(kind) => return self.code_block(&kind, events),
            Tag::HtmlBlock => return self.html_block(events),
            Tag::List(None) => self.element("ul"),
            Tag::List(Some(1)) => self.element("ol"),
            Tag::List(Some(start)) => {
                self.break_line("ol");
                self.html.push_str(&format!("<ol start=\"{start}\">"));
            }
            Tag::Item => self.element("li"),
            Tag::FootnoteDefinition(name) => {
                if self.footnotes.is_defined(&name) {
                    self.lose(Lost::FootnoteTwice(name.to_string()), range);
                    return skip(events, &mut |_| {});
                }
                self.footnotes.begin(&name, range);
                self.aside.push((std::mem::take(&mut self.html), name.into_string()));
            }
            Tag::DefinitionList => self.element("dl"),
            Tag::DefinitionListDefinition => self.element("dd"),
            Tag::Table(alignments) => {
                self.break_line("table");
                self.table.start(&mut self.html, alignments, self.dialect.table);
            }
            Tag::TableHead => self.table.head(&mut self.html),
            Tag::TableRow => {
                self.break_line("tr");
                self.table.row(&mut self.html);
            }
            Tag::TableCell => self.table.cell(&mut self.html),
            Tag::Emphasis => self.html.push_str("<em>"),
            Tag::Strong => self.html.push_str("<strong>"),
            Tag::Strikethrough => self.html.push_str("<del>"),
            Tag::Superscript => self.html.push_str("<sup>"),
            Tag::Subscript => self.html.push_str("<sub>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.mark(range.start);
                self.html.push_str("<a");
                let to = self.destination(link_type, &dest_url);
                push_attribute(&mut self.html, "href", &to);
                self.title(&title);
                self.html.push('>');
            }
            Tag::Image { link_type, dest_url, title, .. } => {
                self.mark(range.start);
                self.html.push_str("<img");
                let to = self.destination(link_type, &dest_url);
                push_attribute(&mut self.html, "src", &to);
                self.title(&title);
                let mut alt = String::new();
                skip(events, &mut |event| match event {
                    Event::InlineHtml(text) | Event::Code(text) | Event::Text(text) => alt.push_str(text),
                    Event::SoftBreak | Event::HardBreak => alt.push(' '),
                    _ => {}
                });
                push_attribute(&mut self.html, "alt", &self.inserts.plain(&alt));
                self.html.push('>');
                return;
            }
            Tag::MetadataBlock(_) => return skip(events, &mut |_| {}),
        }
        self.open.push(Open::Markdown);
    }

    fn end(&mut self, tag: TagEnd) {
        self.close_all_raw();
        if matches!(self.open.pop(), Some(Open::Bare)) {
            return;
        }
        match tag {
            // The paragraph had only values, none of which exists.
            TagEnd::Paragraph if self.html.trim_end().ends_with("<p>") => {
                let before = self.html.trim_end().len() - "<p>".len();
                self.html.truncate(before);
            }
            TagEnd::Paragraph => {
                self.html.push_str("</p>\n");
                self.open_page("<p>");
            }
            TagEnd::Heading(HeadingLevel::H1) => {
                self.end_heading();
                self.open_page("<h1");
            }
            TagEnd::Heading(_) | TagEnd::DefinitionListTitle => self.end_heading(),
            TagEnd::BlockQuote(_) => self.html.push_str("</blockquote>\n"),
            TagEnd::List(false) => self.html.push_str("</ul>\n"),
            TagEnd::List(true) => self.html.push_str("</ol>\n"),
            TagEnd::Item => self.html.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => {
                if let Some((around, name)) = self.aside.pop() {
                    let content = std::mem::replace(&mut self.html, around);
                    self.footnotes.define(&name, content);
                }
            }
            TagEnd::DefinitionList => self.html.push_str("</dl>\n"),
            TagEnd::DefinitionListDefinition => self.html.push_str("</dd>\n"),
            TagEnd::Table => self.html.push_str("</tbody>\n</table>\n</div>\n"),
            TagEnd::TableHead => self.table.body(&mut self.html),
            TagEnd::TableRow => self.html.push_str("</tr>\n"),
            TagEnd::TableCell => self.table.end_cell(&mut self.html),
            TagEnd::Emphasis => self.html.push_str("</em>"),
            TagEnd::Strong => self.html.push_str("</strong>"),
            TagEnd::Strikethrough => self.html.push_str("</del>"),
            TagEnd::Superscript => self.html.push_str("</sup>"),
            TagEnd::Subscript => self.html.push_str("</sub>"),
            TagEnd::Link => self.html.push_str("</a>"),
            // The code that handled their start has consumed all of their content.
            TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Image | TagEnd::MetadataBlock(_) => {}
        }
    }

    /// Extends the opening by the element that has just ended, if it follows directly.
    fn open_page(&mut self, begins: &str) {
        let is_lead = begins == "<p>";
        let is_next = if is_lead { self.opening > 0 && !self.has_lead } else { self.opening == 0 };
        let is_at_top = self.open.is_empty() && self.aside.is_empty() && !self.is_value;
        let behind = self.html.get(self.opening..).unwrap_or_default();
        if is_next && is_at_top && behind.trim_start().starts_with(begins) {
            self.opening = self.html.len();
            self.has_lead = is_lead;
        }
    }

    fn code_block(&mut self, kind: &CodeBlockKind<'_>, events: &mut Events<'_, '_>) {
        let mut code = String::new();
        skip(events, &mut |event| {
            if let Event::Text(text) = event {
                code.push_str(text);
            }
        });
        let info = match kind {
            CodeBlockKind::Fenced(info) => Some(self.inserts.plain(info)),
            CodeBlockKind::Indented => None,
        };
        let prefixes = &self.dialect.settings.hidden_lines;
        let block = code::block(info.as_deref(), &self.inserts.plain(&code), prefixes);
        self.break_line("pre");
        if block.hides {
            // Works without scripts: the style sheet shows the lines while the box is checked.
            self.html.push_str("<label class=\"hidden-lines\"><input type=\"checkbox\"> ");
            push_text(&mut self.html, &self.dialect.hidden_lines);
            self.html.push_str("</label>\n");
        }
        self.html.push_str(&block.html);
        self.end_line("pre");
    }

    fn html_block(&mut self, events: &mut Events<'_, '_>) {
        let mut source = RawHtml::default();
        for (event, range) in &mut *events {
            match event {
                Event::Html(text) | Event::Text(text) => source.push(&text, range.start),
                Event::End(TagEnd::HtmlBlock) => break,
                _ => {}
            }
        }
        self.html_source(&source);
    }

    fn reference(&mut self, name: &str) {
        if self.last_reference == Some(self.html.len()) {
            self.html.push(' ');
        }
        let number = {
            let within = self.aside.last().map(|(_, name)| name.as_str());
            self.footnotes.push_reference(&mut self.html, name, within)
        };
        self.last_reference = Some(self.html.len());
        self.note_plain(&number.to_string());
    }

    fn destination(&self, link_type: LinkType, destination: &str) -> String {
        let is_written = matches!(link_type, LinkType::Autolink | LinkType::Email);
        let named = self.inserts.links.get(destination).filter(|_| !is_written);
        let to = named.map_or_else(|| self.inserts.plain(destination), |to| to.into());
        match link_type {
            LinkType::Email => format!("mailto:{to}"),
            _ => rooted(&self.dialect.root, page_link(&to).into_owned()),
        }
    }

    fn title(&mut self, title: &str) {
        if !title.is_empty() {
            push_attribute(&mut self.html, "title", &self.inserts.plain(title));
        }
    }

    /// Sets the origin of the next element: the body at `at`.
    pub(super) fn mark(&mut self, at: usize) {
        if !self.is_value {
            self.html.mark(ElementOrigin::body(at));
        }
    }

    /// Returns the origin of an element whose source begins at `at`.
    fn origin(&self, at: usize) -> ElementOrigin {
        if self.is_value { ElementOrigin::Writer } else { ElementOrigin::body(at) }
    }

    pub(super) fn is_in_heading(&self) -> bool {
        self.collecting > 0
    }

    /// Returns true if no further element can be opened, which is reported once.
    pub(super) fn is_full(&mut self, range: &Range<usize>) -> bool {
        let is_full = self.open.len() >= MAX_DEPTH;
        if is_full && !std::mem::replace(&mut self.is_too_deep, true) {
            let range = if self.is_value { self.at.clone() } else { range.start..range.end.min(range.start + 1) };
            self.losses.push(Loss { what: Lost::TooDeep, range });
        }
        is_full
    }

    pub(super) fn lose(&mut self, what: Lost, range: Range<usize>) {
        // End tags no longer match once start tags are left out, and hundreds of findings help nobody.
        if !self.is_too_deep && self.losses.len() < MOST_LOSSES {
            let range = if self.is_value { self.at.clone() } else { range };
            self.losses.push(Loss { what, range });
        }
    }

    /// Returns a heading or term that begins here.
    pub(super) fn pending(&self, element: &'static str) -> Pending {
        let (at, from) = (self.html.len(), self.plain.len());
        let origin = ElementOrigin::Writer;
        Pending { element, at, from, index: None, origin, attributes: Vec::new(), id: None, classes: Vec::new() }
    }

    /// Begins to collect a heading or term.
    pub(super) fn pend(&mut self, pending: Pending) {
        self.pending = Some(pending);
        self.collecting += 1;
    }

    /// Ends the heading or term that is being collected.
    pub(super) fn end_heading(&mut self) {
        let Some(pending) = self.pending.take() else { return };
        let text = self.take_plain(pending.from);
        let id = pending.id.clone().unwrap_or_else(|| self.ids.of(&text));
        self.html.insert(pending.at, &pending.start_tag(&id), pending.origin);
        self.html.push_str(&format!("</a></{}>\n", pending.element));
        if let Some(heading) = pending.index.and_then(|index| self.headings.get_mut(index)) {
            (heading.id, heading.text) = (id, text);
        }
    }

    /// Ends a heading, and returns its text.
    pub(super) fn take_plain(&mut self, from: usize) -> String {
        let text = self.plain.get(from..).unwrap_or_default().to_owned();
        self.collecting = self.collecting.saturating_sub(1);
        if self.collecting == 0 {
            self.plain.clear();
        }
        text
    }

    fn element(&mut self, name: &str) {
        self.break_line(name);
        self.html.push('<');
        self.html.push_str(name);
        self.html.push('>');
    }
}

/// Consumes the events up to the end of the current element. Those that are not tags go to `see`.
fn skip(events: &mut Events<'_, '_>, see: &mut dyn FnMut(&Event<'_>)) {
    let mut depth = 0_usize;
    for (event, _) in &mut *events {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) if depth == 0 => return,
            Event::End(_) => depth -= 1,
            event => see(&event),
        }
    }
}

fn heading_name(level: HeadingLevel) -> &'static str {
    match level {
        HeadingLevel::H1 => "h1",
        HeadingLevel::H2 => "h2",
        HeadingLevel::H3 => "h3",
        HeadingLevel::H4 => "h4",
        HeadingLevel::H5 => "h5",
        HeadingLevel::H6 => "h6",
    }
}
