//! Locates the source of a faulty reference: a chapter, a template, the register or book.toml.

use super::piece::{ReferenceOrigin, SiteReference, Use};
use super::resolve::{Bad, LinkTarget, Targets};
use super::{SitePage, decode};
use crate::book::Book;
use crate::config::Config;
use crate::diagnostic::Place;
use crate::expand::encode::component;
use crate::expand::{fact_link, schema_link, show};
use crate::html;
use crate::html::token::{HtmlToken, tokens};
use crate::page::{Context, Page, PageProblem, Reference, SlotKind};
use crate::register::Fact;
use crate::register::value::Value;
use crate::span::{self, Position, SourceMap, Span, Spanned};
use crate::world;
use pulldown_cmark::{Event, Parser, Tag};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// A faulty reference, with its place in the sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLink {
    /// The path of the page or file of the site that contains it.
    pub from: String,
    /// The reference as a browser finds it.
    pub piece: SiteReference,
    /// The target that it leads to, or the fault in it.
    pub target: LinkTarget,
    /// The place in the sources where it is written.
    pub place: Place,
    /// The text that is written there.
    pub written: String,
}

/// The sources of addresses in frames and blocks.
pub(super) struct Frames<'t> {
    /// The place of the target of each old address in book.toml.
    redirects: BTreeMap<&'t str, Span>,
    /// The new addresses in book.toml of anchors that have moved, by the page and that address.
    anchors: BTreeMap<(&'t str, &'t str), Span>,
    /// The addresses of the register. Built on first use.
    register: OnceLock<BTreeMap<String, Span>>,
}

impl<'t> Frames<'t> {
    pub(super) fn of(config: &'t Config) -> Self {
        let (mut redirects, mut anchors) = (BTreeMap::new(), BTreeMap::new());
        for (from, to) in &config.html.redirects {
            let from = from.value.trim_start_matches('/');
            match from.split_once('#') {
                Some((page, _)) => anchors.entry((page, to.value.as_str())).or_insert(to.span),
                None => redirects.entry(from).or_insert(to.span),
            };
        }
        Frames { redirects, anchors, register: OnceLock::new() }
    }

    /// Returns the place of an address in the register.
    pub(super) fn register(&self, book: &Book, address: &str) -> Option<Span> {
        self.register.get_or_init(|| addresses(book)).get(address).copied()
    }
}

/// Returns a reference of a page with its place and text in the sources, or `None` if another fault is reported there.
pub(super) fn on_page(book: &Book, frames: &Frames<'_>, page: &SitePage, bad: Bad) -> Option<BadLink> {
    let Bad { link, target } = bad;
    let source = page.page.map(|index| &book.pages[index]);
    let (place, written) = match (link.origin, source) {
        (ReferenceOrigin::Chapter(origin), Some(source)) => {
            // A fault that is reported elsewhere may be accepted there; code and requests never are.
            let anyhow = matches!(target, LinkTarget::Active(_) | LinkTarget::ThirdParty(_));
            let whole = || anyhow.then(|| (Place::File(source.source.clone()), link.piece.value.clone()));
            in_chapter(book, frames, source, &link.piece, origin).or_else(whole)?
        }
        _ => (in_frame(book, frames, page, &link.piece), link.piece.value.clone()),
    };
    Some(BadLink { from: link.from, piece: link.piece.as_ref().clone(), target, place, written })
}

fn in_chapter(
    book: &Book,
    frames: &Frames<'_>,
    source: &Page,
    piece: &SiteReference,
    origin: html::ElementOrigin,
) -> Option<(Place, String)> {
    let value = &piece.value;
    match origin {
        html::ElementOrigin::Body(at) => {
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            match of_element(book, source, piece, at)? {
                // A link that names a fact or record has been replaced by its address.
                WrittenReference { is_name: true, span, .. } => {
                    Some((Place::At(frames.register(book, value).unwrap_or(span)), value.clone()))
                }
                WrittenReference { span, text, .. } => Some((Place::At(span), text)),
            }
        }
        // An expression or block shows values of the register or content of its template.
        html::ElementOrigin::Insert(number) => {
            let slot = usize::try_from(number).ok().and_then(|number| source.slots.get(number));
            let known = frames.register(book, value).or_else(|| in_templates(&book.map, value));
            let span = known.or(slot.map(|slot| slot.span));
            Some((span.map_or_else(|| Place::File(source.source.clone()), Place::At), value.clone()))
        }
        html::ElementOrigin::Writer => Some((Place::File(source.source.clone()), value.clone())),
    }
}

/// A reference as written in a chapter.
struct WrittenReference {
    span: Span,
    text: String,
    /// True if it names a fact, a field or a claim.
    is_name: bool,
}

/// Returns the reference of the element that starts at byte `at` of the body.
fn of_element(book: &Book, source: &Page, piece: &SiteReference, at: usize) -> Option<WrittenReference> {
    // All links of an element are raw, or none is.
    let link = source.links.get(source.links.partition_point(|link| link.at < at));
    let markup = source.markup.get(source.markup.partition_point(|element| element.at < at));
    let (text, span) = if let Some(link) = link.filter(|link| link.at == at && !link.is_raw) {
        let is_named = |known: &&Reference| {
            link.dest.get(..known.scheme.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(known.scheme))
        };
        let names = &source.references[source.references.partition_point(|known| known.span < link.span)..];
        let mut names = names.iter().take_while(|known| known.span == link.span).filter(is_named);
        if names.any(|known| leads(book, source, known)) {
            return Some(WrittenReference { span: link.span, text: String::new(), is_name: true });
        }
        (with_values(book, source, &link.dest)?, link.span)
    } else if let Some(element) = markup.filter(|element| element.at == at) {
        match element.attributes.iter().find(|attribute| attribute.name == piece.attribute) {
            Some(attribute) => {
                // A list of ids or addresses is one attribute of many references.
                let whole = match attribute.has_slots {
                    true => with_values(book, source, &attribute.value)?,
                    false => Cow::Borrowed(attribute.value.as_str()),
                };
                let text = match piece.kind {
                    Use::Code | Use::Map => Cow::Owned(format!("{}={}", piece.attribute, piece.value)),
                    _ if attribute.value == piece.value => whole,
                    _ => Cow::Borrowed(piece.value.as_str()),
                };
                (text, attribute.span)
            }
            None => (Cow::Owned(format!("<{}>", element.element)), element.span),
        }
    } else {
        let line = source.body.text().get(at..)?.lines().next()?;
        (Cow::Borrowed(piece.value.as_str()), source.body.locate(at..at + line.len())?)
    };
    // An include that yields nothing is reported at its own place.
    let is_empty = |problem: &PageProblem| match problem {
        PageProblem::Include { span: include, .. } => include.file == span.file && include.end == span.start,
        PageProblem::Reference { .. }
        | PageProblem::Indented { .. }
        | PageProblem::Foreign { .. }
        | PageProblem::Braces { .. } => false,
    };
    if piece.value.is_empty() && source.problems.iter().any(is_empty) {
        return None;
    }
    Some(WrittenReference { span, text: text.into_owned(), is_name: false })
}

/// Returns true if the fact, record or data model that a link names has an address.
fn leads(book: &Book, source: &Page, known: &Reference) -> bool {
    match known.scheme {
        "schema" => schema_link(book, source, &known.id).is_ok(),
        _ => book.facts.find(&known.id).and_then(fact_link).is_some(),
    }
}

/// Returns a destination with the values of its expressions, or `None` if an expression has no value. That is reported
/// at the expression.
pub(super) fn with_values<'d>(book: &Book, page: &Page, dest: &'d str) -> Option<Cow<'d, str>> {
    if !dest.contains(&page.word) {
        return Some(Cow::Borrowed(dest));
    }
    let (mut output, mut rest) = (String::with_capacity(dest.len()), dest);
    while let Some(at) = rest.find(&page.word) {
        let number = &rest[at + page.word.len()..];
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        output.push_str(&rest[..at]);
        output.push_str(&slot_value(book, page, number[..digits].parse().ok()?)?);
        rest = &number[(digits + 1).min(number.len())..];
    }
    output.push_str(rest);
    Some(Cow::Owned(output))
}

/// Returns the text that an expression in a destination becomes.
fn slot_value(book: &Book, page: &Page, index: usize) -> Option<String> {
    let slot = page.slots.get(index).filter(|slot| !matches!(slot.context, Context::Misplaced(_)))?;
    let expression = match &slot.what {
        SlotKind::Value(expression) => expression,
        SlotKind::Braces => return Some(slot.original.trim_start_matches('\\').to_owned()),
        _ => return None,
    };
    let shown = show(book, page, expression).ok()?;
    let link = shown.link.filter(|link| match slot.context {
        Context::WholeDestination => true,
        Context::DestinationStart => link.starts_with("http"),
        _ => false,
    });
    Some(link.unwrap_or_else(|| component(&shown.text)))
}

/// Returns the place of a reference of the frame: in book.toml for a redirect, otherwise in a template.
fn in_frame(book: &Book, frames: &Frames<'_>, page: &SitePage, piece: &SiteReference) -> Place {
    let value = piece.value.as_str();
    if let Some(to) = frames.redirects.get(page.path.as_str()) {
        return Place::At(*to);
    }
    if let Some(to) = page.page.and_then(|_| frames.anchors.get(&(page.path.as_str(), value))) {
        return Place::At(*to);
    }
    let brand = book.config.trustbook.brand.named();
    let is_meant = |named: &&Spanned<String>| value.trim_start_matches("../") == named.value;
    if let Some(named) = brand.into_iter().find(is_meant) {
        return Place::At(named.span);
    }
    // A template writes the path to the root as an expression; the rest of the address appears as it is.
    let base = book.config.base_path();
    let written = match value.trim_start_matches("../").trim_start_matches(base.as_str()) {
        "" if piece.attribute.is_empty() => format!("<{}", piece.element),
        "" => format!("{}=\"\"", piece.attribute),
        written => written.to_owned(),
    };
    in_templates(&book.map, &written).map_or_else(|| Place::File("theme/page.hbs".to_owned()), Place::At)
}

/// Returns the first place of a text in a template of the book's own theme.
fn in_templates(map: &SourceMap, text: &str) -> Option<Span> {
    if text.is_empty() {
        return None;
    }
    map.files().filter(|(_, file)| file.path().starts_with("theme/")).find_map(|(id, file)| {
        let at = file.text().find(text)?;
        Some(Span::new(id, at..at + text.len()))
    })
}

/// Returns every address of the register, with the place of the value that holds it.
fn addresses(book: &Book) -> BTreeMap<String, Span> {
    fn add(value: &Value, span: Span, into: &mut BTreeMap<String, Span>) {
        match value {
            Value::Url(url) => {
                into.entry(url.to_string()).or_insert(span);
            }
            Value::Text(text) => {
                into.entry(text.clone()).or_insert(span);
            }
            Value::Markdown(text) => {
                for event in Parser::new(text) {
                    match event {
                        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                            into.entry(dest_url.into_string()).or_insert(span);
                        }
                        Event::Html(html) | Event::InlineHtml(html) => {
                            for address in addresses_of(&html) {
                                into.entry(address).or_insert(span);
                            }
                        }
                        _ => {}
                    }
                }
            }
            Value::List(items) => items.iter().for_each(|item| add(item, span, into)),
            Value::Table(entries) => entries.iter().for_each(|(_, item)| add(item, span, into)),
            _ => {}
        }
    }
    let register = &book.facts.register;
    let mut found = BTreeMap::new();
    let fields = register.records.iter().flat_map(|record| &record.fields);
    let facts: Vec<&Fact> = register.facts.iter().chain(fields).collect();
    for fact in facts {
        if let Some(value) = &fact.value {
            add(value, fact.span, &mut found);
        }
    }
    let commons = register.facts.iter().map(|fact| (&fact.common, fact.key_span));
    for (common, span) in commons.chain(register.records.iter().map(|record| (&record.common, record.span))) {
        for evidence in &common.evidence {
            found.entry(evidence.clone()).or_insert(span);
        }
    }
    found
}

/// Returns the non-empty values of all attributes in raw HTML.
fn addresses_of(html: &str) -> Vec<String> {
    let tags = tokens(html).filter_map(|token| match token {
        HtmlToken::Start(tag) => Some(tag.attributes),
        _ => None,
    });
    tags.flatten().map(|attribute| attribute.value).filter(|value| !value.is_empty()).collect()
}

/// Locates a reference of a file that is not a page, given the text of that file, if it can be decoded.
pub(super) fn in_file(book: &Book, bad: Bad, text: Option<&FileText<'_>>) -> BadLink {
    let Bad { link, target } = bad;
    let theme = match link.from.as_str() {
        "assets/site.css" => Some("theme/css/site.css"),
        "assets/favicon.svg" => Some("theme/favicon.svg"),
        _ => None,
    };
    let at = match link.origin {
        ReferenceOrigin::File(at) => at,
        _ => 0,
    };
    let place = match theme {
        Some(path) => match book.map.find(path) {
            Some(file) => Place::At(Span::new(file, at..at + 1)),
            None => Place::File(path.to_owned()),
        },
        None => {
            // A file that is added to every page has the same path in the book.
            let path = match book.additional.contains_key(&link.from) {
                true => book.config.html.additional_source(&link.from).to_owned(),
                false => book.config.in_src(&link.from),
            };
            match text.and_then(|text| text.position(at, &link.piece)) {
                Some(position) => Place::InFile { path, position },
                None => Place::File(path),
            }
        }
    };
    let piece = link.piece.as_ref().clone();
    BadLink { from: link.from, written: piece.value.clone(), piece, target, place }
}

/// The decoded text of a file that is not a source, in which places are found fast.
///
/// The text is decoded only for findings: most files have none, so their text is not kept.
#[derive(Default)]
pub(super) struct FileText<'b> {
    text: Cow<'b, str>,
    /// The bytes at which lines start.
    lines: Vec<usize>,
    /// The number of characters before each block of bytes.
    blocks: Vec<usize>,
}

/// The length of such a block, in bytes.
const BLOCK: usize = 1024;
/// The length of the longest start tag in which the attribute of a reference is looked for, in bytes.
const LONGEST_TAG: usize = 4096;

impl<'b> FileText<'b> {
    pub(super) fn of(bytes: &'b [u8]) -> Option<Self> {
        let text = decode::text(bytes)?;
        let mut lines = vec![0];
        lines.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        let mut before = 0;
        let counts = text.as_bytes().chunks(BLOCK).map(|block| {
            before += characters(block);
            before
        });
        let blocks = std::iter::once(0).chain(counts).collect();
        Some(FileText { text, lines, blocks })
    }

    /// Returns the line and column of a reference that begins at a byte.
    fn position(&self, at: usize, piece: &SiteReference) -> Option<Position> {
        let rest = self.text.get(at..)?;
        let rest = rest.get(..span::floor(rest, LONGEST_TAG)).unwrap_or_default();
        // An element is located by its start; move on to the attribute, if it has one.
        let tag = rest.find('>').map_or(rest, |end| &rest[..end]).to_ascii_lowercase();
        let attribute = tag.find(&format!(" {}", piece.attribute)).filter(|_| tag.starts_with('<'));
        let at = at + attribute.map_or(0, |space| space + 1);
        let line = self.lines.partition_point(|start| *start <= at);
        let start = self.lines.get(line.checked_sub(1)?)?;
        Some(Position { line, column: self.characters_before(at) - self.characters_before(*start) + 1 })
    }

    fn characters_before(&self, at: usize) -> usize {
        let block = at / BLOCK;
        self.blocks.get(block).copied().unwrap_or_default() + characters(&self.text.as_bytes()[block * BLOCK..at])
    }
}

/// Counts the characters that begin in some bytes of a text.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

/// Returns the redirects that lead to each other without end, each cycle once.
pub(super) fn loops(config: &Config, targets: &Targets<'_>) -> Vec<BadLink> {
    let mut found = Vec::new();
    let mut done: BTreeSet<String> = BTreeSet::new();
    for (from, to) in config.html.redirects.iter().filter(|(from, _)| !from.value.contains('#')) {
        let Some(start) = world::join("", from.value.trim_start_matches('/')) else { continue };
        let (mut way, mut places) = (vec![start.clone()], BTreeMap::from([(start, 0)]));
        loop {
            let here = way.last().cloned().unwrap_or_default();
            if done.contains(&here) {
                break;
            }
            let Some(next) = targets.next(&here) else { break };
            if let Some(at) = places.insert(next.clone(), way.len()) {
                let piece = SiteReference {
                    element: Cow::Borrowed("redirect"),
                    attribute: Cow::Borrowed(""),
                    value: to.value.clone(),
                    kind: Use::Refresh,
                };
                let circle = way[at..].to_vec();
                let (place, written) = (Place::At(to.span), from.value.clone());
                found.push(BadLink { from: here, piece, target: LinkTarget::Loop(circle), place, written });
                break;
            }
            way.push(next);
        }
        done.extend(way);
    }
    found
}
