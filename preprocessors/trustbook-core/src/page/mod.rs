//! Stage 5: pages, each assembled from its file and includes and parsed once, with expressions and their contexts.

mod attributes;
pub(crate) mod braces;
mod chapters;
pub mod context;
mod foreign;
mod front_matter;
mod include;
mod labels;
mod limit;
mod lines;
pub mod outline;
mod parsed;
mod problem;
pub mod prose;
mod rebase;
pub mod scan;
pub mod stitch;
pub mod syntax;

pub(crate) use chapters::{Chapters, include_all, not_found, read_all};
pub(crate) use limit::{limit_blocks, limit_values};
pub(crate) use parsed::ParsedChapters;
pub use problem::{Follows, PageProblem};

use crate::cache::Cache;
use crate::config::HtmlSettings;
use crate::span::{SourceMap, Span};
use crate::world::{self, World};
use limit::has_room;
use lines::{continues_paragraph, is_apart, line_prefix, surroundings};
pub use outline::TextDates;
use outline::{Chapter, Given, Included};
use scan::TokenKind;
use std::collections::BTreeSet;
use std::ops::Range;
use stitch::Stitched;
use syntax::{BlockCall, Expression, Malformed};

/// A parsed chapter.
#[derive(Debug)]
pub struct Page {
    /// The chapter in the book's outline.
    pub chapter: Chapter,
    /// The file, relative to the book.
    pub source: String,
    /// The text with a plain word in place of each expression.
    pub body: Stitched,
    /// The beginning of that word; a number and `E` follow.
    pub word: String,
    /// Expressions, blocks and escaped braces, in order.
    pub slots: Vec<Slot>,
    /// Links with a scheme of Trustbook, such as `fact:`.
    pub references: Vec<Reference>,
    /// Links and images as written.
    pub links: Vec<MarkdownLink>,
    /// The elements of raw HTML that have attributes, or are images, scripts or styles.
    pub markup: Vec<Markup>,
    /// The headings, in order.
    pub headings: Vec<PageHeading>,
    /// The title from `{{#title ...}}`, or else from the front matter.
    pub title: Option<String>,
    /// The description from the front matter.
    pub description: Option<String>,
    /// The language from the front matter, a BCP 47 tag.
    pub language: Option<String>,
    /// The owner and the dates of the text, from the front matter.
    pub dates: Option<Box<TextDates>>,
    /// The problems found.
    pub problems: Vec<PageProblem>,
    /// Results derived from the page, kept for the next build.
    pub(crate) cache: Cache,
    /// The assembled text before parsing, if there is a next build.
    composed: Option<Stitched>,
}

impl Page {
    /// Parses the prose of the page. It needs several times the memory of the text, so it is not stored in the page.
    pub fn prose(&self, settings: &HtmlSettings) -> Vec<prose::Passage> {
        prose::read(self, settings)
    }

    /// Releases unused capacity of the lists: all pages are held until the site is finished.
    fn shrink(&mut self) {
        self.slots.shrink_to_fit();
        self.references.shrink_to_fit();
        self.links.shrink_to_fit();
        self.markup.shrink_to_fit();
        self.headings.shrink_to_fit();
    }

    /// Forgets the results that depend on more than the text of the page.
    pub(crate) fn forget(&self) {
        self.cache.clear();
    }
}

/// A heading as written.
#[derive(Debug)]
pub struct PageHeading {
    /// The level, 1 to 6.
    pub level: u8,
    /// The byte in the page's body at which it starts.
    pub at: usize,
    /// Its span in the source.
    pub span: Span,
}

/// A place in a page that is replaced by something else.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// The range in the page's body.
    pub range: Range<usize>,
    /// The span of the original text.
    pub span: Span,
    /// The original text.
    pub original: String,
    /// The replacement.
    pub what: SlotKind,
    /// The context.
    pub context: Context,
    /// The text that sets a block apart on lines of its own.
    pub apart: Option<Box<Apart>>,
    /// True for a block that continues a paragraph, and is indented like code.
    lazy: bool,
    /// True for a block with other text on its line.
    in_line: bool,
}

/// The text before and after a block that puts it on lines of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart(String, String);

impl Apart {
    /// Returns true for a block that begins a line of its own, after a separating line.
    pub(crate) fn begins_line(&self) -> bool {
        !self.0.is_empty()
    }

    /// Puts a text between the two parts.
    pub fn wrap(apart: Option<&Self>, text: String) -> String {
        match apart {
            Some(Apart(before, behind)) => format!("{before}{text}{behind}"),
            None => text,
        }
    }
}

/// The meaning of a slot.
#[derive(Debug, Clone, PartialEq)]
pub enum SlotKind {
    /// A value, or a property of one.
    Value(Expression),
    /// A block of records.
    Block(BlockCall),
    /// Literal braces with the text between them.
    Braces,
    /// Text that cannot be parsed.
    Malformed(Malformed),
}

/// The place of an expression, which decides how its value is escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Context {
    /// The parser never reached it.
    Unseen,
    /// Text that can contain links.
    Text,
    /// Text of raw HTML or of a table cell, which can only contain inline Markdown.
    Html,
    /// A paragraph with nothing else.
    Alone,
    /// Text without markup: link text, alt text, a title, a heading.
    Plain,
    /// An attribute for machines.
    Attribute,
    /// A heading whose id derives from its text.
    HeadingWithoutId,
    /// A part of a link's destination.
    Destination,
    /// The beginning of a link's destination, with more text after it.
    DestinationStart,
    /// The whole destination of a link.
    WholeDestination,
    /// Code, which is left unchanged.
    Code,
    /// Code because of its indentation.
    IndentedCode,
    /// A code block marked `facts`.
    FactsFence,
    /// A place that takes no value, described in words.
    Misplaced(&'static str),
}

/// A link such as `[text](fact:id)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// `fact`, `schema` or `claim`.
    pub scheme: &'static str,
    /// The id that it names.
    pub id: String,
    /// The range of the destination in the page's body.
    pub range: Range<usize>,
    /// The span of the destination.
    pub span: Span,
}

/// The kind of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// A link.
    Link,
    /// An image.
    Image,
}

/// A link as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkdownLink {
    /// The destination.
    pub dest: String,
    /// The kind of link.
    pub kind: LinkKind,
    /// The span of the destination.
    pub span: Span,
    /// The byte of the page's body at which the link or its tag begins.
    pub(crate) at: usize,
    /// True for a link in raw HTML.
    pub(crate) is_raw: bool,
}

/// An element of raw HTML in a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markup {
    /// The name in lower case.
    pub element: String,
    /// The attributes, in order.
    pub attributes: Vec<MarkupAttribute>,
    /// The span of the start tag.
    pub span: Span,
    /// The byte of the page's body at which it begins.
    pub(crate) at: usize,
}

/// An attribute of raw HTML as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkupAttribute {
    /// The name in lower case.
    pub name: String,
    /// The value without quotes, and with its entities unresolved.
    pub value: String,
    /// True if the value has expressions.
    pub has_slots: bool,
    /// The span of the value.
    pub span: Span,
}

/// The sources of pages.
struct PageSource<'w> {
    world: &'w dyn World,
    map: &'w mut SourceMap,
}

/// A chapter with its includes expanded, before it is parsed.
struct Composed {
    chapter: Chapter,
    path: String,
    included: Included,
}

/// Assembles a chapter whose file is already in the source map under `path`.
fn compose(source: &mut PageSource<'_>, mut chapter: Chapter, path: String) -> Option<Composed> {
    let given = match chapter.given.take() {
        Some(Given::Included(included)) => {
            included.changed.iter().for_each(|span| source.map.mark_changed(*span));
            return Some(Composed { chapter, path, included: *included });
        }
        Some(Given::Source(text)) => Some(text),
        None => None,
    };
    let file = source.map.find(&path)?;
    let text = source.map.file(file).shared_text();
    let start = Span::new(file, 0..0);
    let mut whole = Stitched::default();
    whole.push_source(&text, Span::new(file, 0..text.len()));
    if let Some(given) = given.filter(|given| **given != *text) {
        let (rebased, changed) = rebase::rebase(&whole, &given, start);
        changed.into_iter().for_each(|span| source.map.mark_changed(span));
        whole = rebased;
    }
    let front = front_matter::read(whole.text()).unwrap_or_default();
    let place = |range: Range<usize>| whole.locate(range).unwrap_or(start);
    let dates = front.dates.map(|(at, dates)| Box::new(TextDates { span: place(at), ..dates }));
    let unread = front.problems.into_iter().map(|unread| PageProblem::Foreign {
        span: place(unread.range),
        why: unread.why,
        help: unread.help,
        also: problem::Follows::Nothing,
    });
    let unread: Vec<PageProblem> = unread.collect();
    let mut rest = Stitched::default();
    rest.push_part(&whole, front.end..whole.text().len());
    let size = rest.text().len();
    let mut includer = include::Includer { source, problems: Vec::new(), title: None, size, full: false };
    let text = includer.expand(rest, world::parent(&path), 0);
    let (title, mut problems) = (includer.title.or(front.title), includer.problems);
    problems.extend(unread);
    let included = Included {
        text,
        title,
        description: front.description,
        language: front.language,
        dates,
        problems,
        start,
        changed: Vec::new(),
    };
    Some(Composed { chapter, path, included })
}

/// Parses an assembled chapter. `keeps` is true if there is a next build.
fn read(composed: Composed, settings: &HtmlSettings, keeps: bool) -> Page {
    let Composed { chapter, path, included } = composed;
    let Included { text: composed, title, description, language, dates, problems, .. } = included;
    let mut page = Page {
        chapter,
        source: path,
        body: Stitched::default(),
        word: unused_word(composed.text()),
        slots: Vec::new(),
        references: Vec::new(),
        links: Vec::new(),
        markup: Vec::new(),
        headings: Vec::new(),
        title,
        description,
        language,
        dates,
        problems,
        cache: if keeps { Cache::keeping() } else { Cache::default() },
        composed: None,
    };
    let prefix = page.word.clone();
    fill(&mut page, &composed, &prefix);
    let found = context::find(&page.body, &prefix, &mut page.slots, settings);
    for slot in page.slots.iter_mut().filter(|slot| slot.context == Context::IndentedCode) {
        // A block that fills an indented code block is indented by mistake: a fenced code block would show it.
        if !slot.lazy && matches!(slot.what, SlotKind::Block(_)) && is_apart(page.body.text(), &slot.range) {
            page.problems.push(PageProblem::Indented { span: slot.span });
        }
        slot.context = if slot.lazy { Context::Misplaced("a line that is indented like code") } else { Context::Code };
    }
    // In code, such braces belong to another language.
    for slot in page.slots.iter_mut().filter(|slot| slot.in_line && slot.context != Context::Code) {
        slot.context = Context::Misplaced("a line with other text");
    }
    (page.links, page.references) = (found.links, found.references);
    page.references.sort_unstable_by_key(|reference| reference.span);
    (page.markup, page.headings) = (found.markup, found.headings);
    page.problems.extend(found.problems);
    page.shrink();
    page.composed = keeps.then_some(composed);
    page
}

/// Returns a word that does not occur in the text, with as few letters as possible after its fixed beginning.
fn unused_word(text: &str) -> String {
    const BEGINNING: &str = "Tb";
    // With this many letters, there are more words than a page has bytes.
    const MOST: u32 = 6;
    const ALPHABET: &[u8; 26] = b"QRSTUVWXYZABCDEFGHIJKLMNOP";
    for len in 1..=MOST {
        let letters = |at: &usize| text.as_bytes().get(at + BEGINNING.len()..at + BEGINNING.len() + len as usize);
        let used: BTreeSet<&[u8]> = text.match_indices(BEGINNING).filter_map(|(at, _)| letters(&at)).collect();
        let word = |number: usize| -> Vec<u8> {
            (0..len).map(|digit| ALPHABET[number / ALPHABET.len().pow(digit) % ALPHABET.len()]).collect()
        };
        if let Some(free) = (0..ALPHABET.len().pow(len)).map(word).find(|word| !used.contains(word.as_slice())) {
            return format!("{BEGINNING}{}", String::from_utf8_lossy(&free));
        }
    }
    BEGINNING.to_owned()
}

/// Puts a plain word in place of each token.
fn fill(page: &mut Page, composed: &Stitched, prefix: &str) {
    let text = composed.text();
    let mut done = 0;
    let mut line_start = 0;
    let mut lazy = (usize::MAX, false);
    for token in scan::tokens(text) {
        if let Some(end) = text[done..token.range.start].rfind('\n') {
            line_start = done + end + 1;
        }
        let Some(span) = composed.locate(token.range.clone()) else {
            continue;
        };
        let original = text[token.range.clone()].to_owned();
        let inner = original.trim_start_matches(['\\', '{']).trim_end_matches('}');
        let what = match &token.kind {
            TokenKind::Expression => syntax::expression(inner).map_or_else(SlotKind::Malformed, SlotKind::Value),
            TokenKind::Directive(_) => syntax::block(inner).map_or_else(SlotKind::Malformed, SlotKind::Block),
            TokenKind::Escaped => SlotKind::Braces,
            TokenKind::Unclosed => SlotKind::Malformed(Malformed::new(
                "`{{` is not closed on its line",
                "close it with `}}`, or write `\\{{` for braces that are text",
            )),
        };
        let mut apart = None;
        let mut in_line = false;
        if let SlotKind::Block(_) = what {
            match line_prefix(text, line_start, &token.range) {
                Some(prefix) => apart = Some(Box::new(surroundings(prefix))),
                None => in_line = true,
            }
        }
        page.body.push_part(composed, done..token.range.start);
        let word = Apart::wrap(apart.as_deref(), format!("{prefix}{}E", page.slots.len()));
        let range = page.body.push_instead(&word, span);
        if lazy.0 != line_start {
            lazy = (line_start, continues_paragraph(text, line_start));
        }
        let context = Context::Unseen;
        page.slots.push(Slot { range, span, original, what, context, apart, lazy: lazy.1, in_line });
        done = token.range.end;
    }
    page.body.push_part(composed, done..text.len());
    page.body.shrink();
}
