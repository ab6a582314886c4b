//! Stage 5: pages, each put together from its file and includes and read once, with expressions and their contexts.

mod attributes;
mod before;
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
mod problem;
pub mod prose;
pub mod scan;
pub mod stitch;
pub mod syntax;

pub(crate) use before::Before;
pub(crate) use chapters::{Chapters, not_found, read_all};
pub(crate) use limit::{limit_blocks, limit_values};
pub use problem::{Follows, Problem};

use crate::config::HtmlSettings;
use crate::memo::Memo;
use crate::span::{SourceMap, Span};
use crate::world::{self, World};
use limit::has_room;
use lines::{continues_paragraph, is_apart, line_prefix, surroundings};
use outline::Chapter;
use scan::TokenKind;
use std::collections::BTreeSet;
use std::ops::Range;
use stitch::Stitched;
use syntax::{BlockCall, Expression, Malformed};

/// One chapter, read.
#[derive(Debug)]
pub struct Page {
    /// The chapter in the book's outline.
    pub chapter: Chapter,
    /// The file, relative to the book.
    pub source: String,
    /// The text with a plain word in place of each expression.
    pub body: Stitched,
    /// What that word begins with; a number and `E` follow.
    pub word: String,
    /// Expressions, blocks and escaped braces, in order.
    pub slots: Vec<Slot>,
    /// Links that name a fact.
    pub references: Vec<Reference>,
    /// Links and images as the writer wrote them.
    pub links: Vec<MarkdownLink>,
    /// The elements of raw HTML that refer to something or are code.
    pub markup: Vec<Markup>,
    /// The headings, each with its level.
    pub headings: Vec<(u8, Span)>,
    /// What `{{#title ...}}` says, or else its front matter.
    pub title: Option<String>,
    /// The description of its front matter.
    pub description: Option<String>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What was made of it, for the next build.
    pub(crate) memo: Memo,
    /// What it was read from, where there is a next build.
    composed: Option<Stitched>,
}

impl Page {
    /// Reads the prose of the page. It takes several times as much memory as the text, so that nobody holds that of all.
    pub fn prose(&self, settings: &HtmlSettings) -> Vec<prose::Passage> {
        prose::read(self, settings)
    }

    /// Gives back the memory that is kept for more of each list: all pages are held until the site is finished.
    fn shrink(&mut self) {
        self.slots.shrink_to_fit();
        self.references.shrink_to_fit();
        self.links.shrink_to_fit();
        self.markup.shrink_to_fit();
        self.headings.shrink_to_fit();
    }

    /// Forgets what comes from more than its text.
    pub(crate) fn forget(&mut self) {
        self.memo.clear();
    }
}

/// A place in a page that stands for something else.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// Where it is in the page's body.
    pub range: Range<usize>,
    /// Where it is written.
    pub span: Span,
    /// As it is written.
    pub original: String,
    /// What it stands for.
    pub what: What,
    /// What it stands in.
    pub context: Context,
    /// What sets a block apart in the body, on lines of its own.
    pub apart: Option<Box<Apart>>,
    /// A block that continues a paragraph, indented like code.
    lazy: bool,
    /// A block with other text on its line.
    in_line: bool,
}

/// What stands before and behind a block, so that it is on lines of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart(String, String);

impl Apart {
    /// True for a block that begins on a line of its own, after a separating line.
    pub(crate) fn begins_line(&self) -> bool {
        !self.0.is_empty()
    }

    /// A text between the two.
    pub fn wrap(apart: Option<&Self>, text: String) -> String {
        match apart {
            Some(Apart(before, behind)) => format!("{before}{text}{behind}"),
            None => text,
        }
    }
}

/// What a slot stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A value.
    Value(Expression),
    /// A block of records.
    Block(BlockCall),
    /// Braces to be printed, with what is between them.
    Braces,
    /// Something that can not be read.
    Malformed(Malformed),
}

/// What an expression stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Context {
    /// The parser never came to it.
    Unseen,
    /// Text that may hold links.
    Text,
    /// Text of raw HTML or of a table's cell, where no Markdown but that of the line is read.
    Html,
    /// A paragraph with nothing else.
    Alone,
    /// Text without markup: link text, alt text, a title, a heading.
    Plain,
    /// An attribute that is for machines.
    Attribute,
    /// A heading whose id would follow its text.
    HeadingWithoutId,
    /// A part of a link's destination.
    Destination,
    /// The beginning of a link's destination, with more behind it.
    DestinationStart,
    /// All of a link's destination.
    WholeDestination,
    /// Code, which is left alone.
    Code,
    /// Code by its indentation.
    IndentedCode,
    /// A code block marked `facts`.
    FactsFence,
    /// A place that takes no value, in words.
    Misplaced(&'static str),
}

/// `[text](fact:id)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// `fact`, `schema` or `claim`.
    pub scheme: &'static str,
    /// What it names.
    pub id: String,
    /// Where the destination is in the page's body.
    pub range: Range<usize>,
    /// Where it is written.
    pub span: Span,
}

/// What kind of link a writer wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// A link.
    Link,
    /// An image.
    Image,
}

/// A link as a writer wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkdownLink {
    /// The destination.
    pub dest: String,
    /// Which kind.
    pub kind: LinkKind,
    /// Where the destination is written.
    pub span: Span,
    /// The byte of the page's body that the link, or its tag, begins at.
    pub(crate) at: usize,
    /// It is one of raw HTML.
    pub(crate) is_raw: bool,
}

/// An element of raw HTML in a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markup {
    /// Its name, in lower case.
    pub element: String,
    /// Its attributes, in order.
    pub attributes: Vec<MarkupAttribute>,
    /// Where its start tag is written.
    pub span: Span,
    /// The byte of the page's body that it begins at.
    pub(crate) at: usize,
}

/// An attribute of raw HTML as a writer wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkupAttribute {
    /// Its name, in lower case.
    pub name: String,
    /// Its value, without quotes and with its entities.
    pub value: String,
    /// Where the value is written.
    pub span: Span,
}

/// What pages are read from.
struct Source<'w> {
    world: &'w dyn World,
    map: &'w mut SourceMap,
}

/// A chapter with what it includes, before anything else of it is read.
struct Composed {
    chapter: Chapter,
    path: String,
    text: Stitched,
    title: Option<String>,
    description: Option<String>,
    problems: Vec<Problem>,
}

/// Puts a chapter together, whose text is already in the source map under `path`.
fn compose(source: &mut Source<'_>, chapter: Chapter, path: String) -> Option<Composed> {
    let file = source.map.find(&path)?;
    let text = source.map.file(file).shared_text();
    let front = front_matter::read(&text).unwrap_or_default();
    let mut whole = Stitched::default();
    whole.push_source(&text[front.end..], Span::new(file, front.end..text.len()));
    let mut includer = include::Includer { source, problems: Vec::new(), title: None, size: text.len(), full: false };
    let text = includer.expand(whole, world::parent(&path), 0);
    let (title, mut problems) = (includer.title.or(front.title), includer.problems);
    problems.extend(front.problem.map(|unread| Problem::Foreign {
        span: Span::new(file, unread.range),
        why: unread.why,
        help: unread.help,
        also: problem::Follows::Nothing,
    }));
    Some(Composed { chapter, path, text, title, description: front.description, problems })
}

/// Reads a chapter that was put together. `keeps` says whether there is a next build.
fn read(composed: Composed, settings: &HtmlSettings, keeps: bool) -> Page {
    let Composed { chapter, path, text: composed, title, description, problems } = composed;
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
        problems,
        memo: if keeps { Memo::keeping() } else { Memo::default() },
        composed: None,
    };
    let prefix = page.word.clone();
    fill(&mut page, &composed, &prefix);
    let found = context::find(&page.body, &prefix, &mut page.slots, settings);
    for slot in page.slots.iter_mut().filter(|slot| slot.context == Context::IndentedCode) {
        // A block that is all of an indented code block is indented by mistake: to show it, there are fences.
        if !slot.lazy && matches!(slot.what, What::Block(_)) && is_apart(page.body.text(), &slot.range) {
            page.problems.push(Problem::Indented { span: slot.span });
        }
        slot.context = if slot.lazy { Context::Misplaced("a line that is indented like code") } else { Context::Code };
    }
    // In code such braces belong to another language.
    for slot in page.slots.iter_mut().filter(|slot| slot.in_line && slot.context != Context::Code) {
        slot.context = Context::Misplaced("a line with other text");
    }
    (page.links, page.references) = (found.links, found.references);
    (page.markup, page.headings) = (found.markup, found.headings);
    page.problems.extend(found.problems);
    page.shrink();
    page.composed = keeps.then_some(composed);
    page
}

/// A word that the text does not have. Letters follow its beginning, as few as will do.
fn unused_word(text: &str) -> String {
    const BEGINNING: &str = "Tb";
    // More letters than this have more words than a page has bytes.
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
            TokenKind::Expression => syntax::expression(inner).map_or_else(What::Malformed, What::Value),
            TokenKind::Directive(_) => syntax::block(inner).map_or_else(What::Malformed, What::Block),
            TokenKind::Escaped => What::Braces,
            TokenKind::Unclosed => What::Malformed(Malformed::new(
                "`{{` is not closed on its line",
                "close it with `}}`, or write `\\{{` for braces that are text",
            )),
        };
        let mut apart = None;
        let mut in_line = false;
        if let What::Block(_) = what {
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
