//! The prose of a page: text by paragraph, row and heading, without code and quotations, with its positions.

mod quoted;

use super::{Page, SlotKind};
use crate::config::HtmlSettings;
use crate::html::source::RawHtml;
use crate::html::token::{HtmlToken, Tag as HtmlTag, tokens};
use crate::span::Span;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use quoted::{mask, mask_quotations};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Replaces every byte that is not prose: code, quotations, expressions.
pub const MASK: char = '\u{1a}';

/// The kind of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassageKind {
    /// A paragraph, a list item or a definition.
    Text,
    /// A heading, or the term of a definition.
    Heading,
    /// A row of a table, with cells joined by ` | `.
    Row,
}

/// The text of one block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The kind of block.
    pub kind: PassageKind,
    /// The text, with [`MASK`] for everything that is not prose.
    pub text: String,
    /// The expressions: their positions in the text, and their ids.
    pub ids: Vec<(usize, String)>,
    /// The links.
    pub links: Vec<PassageLink>,
    /// The inline code.
    pub code: Vec<Code>,
    /// The heading or term above it.
    pub heading: Arc<str>,
    /// The header row of its table, if it is a row.
    pub head: Arc<str>,
    /// The ranges of its sentences, computed on first use.
    pub sentences: OnceLock<Vec<Range<usize>>>,
    pieces: Vec<PassagePiece>,
}

/// Inline code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The position in the passage, in bytes.
    pub at: usize,
    /// The code.
    pub text: String,
    /// The code with its backticks, in bytes of the page's body.
    pub body: Range<usize>,
}

/// A link in a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassageLink {
    /// The link text, in bytes of the passage.
    pub text: Range<usize>,
    /// The link, in bytes of the page's body.
    pub body: Range<usize>,
    /// The destination.
    pub dest: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct PassagePiece {
    at: usize,
    body: Range<usize>,
    /// True if the piece equals its part of the body, byte for byte.
    verbatim: bool,
}

impl Passage {
    /// Creates a passage from a value of the register, which has no page.
    pub fn of_value(text: &str) -> Self {
        let mut passage = Passage { text: text.to_owned(), ..Passage::new(PassageKind::Text) };
        mask_quotations(&mut passage.text);
        passage
    }

    fn new(kind: PassageKind) -> Self {
        Passage {
            kind,
            text: String::new(),
            ids: Vec::new(),
            links: Vec::new(),
            code: Vec::new(),
            heading: Arc::default(),
            head: Arc::default(),
            sentences: OnceLock::new(),
            pieces: Vec::new(),
        }
    }

    /// Returns the span of a part of the text.
    pub fn locate(&self, page: &Page, range: Range<usize>) -> Option<Span> {
        let start = self.body_at(range.start)?.0;
        let last = self.body_at(range.end.checked_sub(1)?.max(range.start))?;
        page.body.locate(start..(last.1).max(start + 1))
    }

    /// Returns the span of a part of the text if the source contains exactly that text, so that it can be replaced.
    pub fn locate_exactly(&self, page: &Page, range: Range<usize>) -> Option<Span> {
        let index = self.pieces.partition_point(|piece| piece.at <= range.start).checked_sub(1)?;
        let piece = self.pieces.get(index).filter(|piece| piece.verbatim)?;
        let start = piece.body.start + (range.start - piece.at);
        let end = start + range.len();
        if end > piece.body.end {
            return None;
        }
        page.body.locate(start..end).filter(|span| span.range().len() == range.len())
    }

    /// Returns the link around a part of the text.
    pub fn link_at(&self, range: &Range<usize>) -> Option<&PassageLink> {
        self.links.iter().find(|link| link.text.start <= range.start && range.end <= link.text.end)
    }

    /// Returns the bytes of the body that one byte of the text comes from.
    fn body_at(&self, at: usize) -> Option<(usize, usize)> {
        let index = self.pieces.partition_point(|piece| piece.at <= at).checked_sub(1)?;
        let piece = self.pieces.get(index)?;
        Some(match piece.verbatim {
            true => {
                let start = (piece.body.start + (at - piece.at)).min(piece.body.end);
                (start, (start + 1).min(piece.body.end))
            }
            false => (piece.body.start, piece.body.end),
        })
    }
}

/// Reads the prose of a page.
pub(super) fn read(page: &Page, settings: &HtmlSettings) -> Vec<Passage> {
    let body = page.body.text();
    // Typographic quotes would split the text into pieces.
    let mut options = crate::html::options(settings);
    options.remove(pulldown_cmark::Options::ENABLE_SMART_PUNCTUATION);
    let mut reader = ProseReader {
        page,
        passages: Vec::new(),
        open: None,
        pieces: Vec::new(),
        hidden: 0,
        tags: Vec::new(),
        block: None,
        heading: Arc::default(),
        head: Arc::default(),
        reads_head: false,
    };
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        reader.event(event, range);
    }
    reader.close();
    reader.passages
}

struct ProseReader<'p> {
    page: &'p Page,
    passages: Vec<Passage>,
    open: Option<Passage>,
    /// The pieces of the open passage, which gets a copy without spare capacity.
    pieces: Vec<PassagePiece>,
    /// The number of open elements whose text is not prose.
    hidden: usize,
    /// The HTML elements among these.
    tags: Vec<String>,
    block: Option<RawHtml>,
    heading: Arc<str>,
    /// The header row of the open table.
    head: Arc<str>,
    reads_head: bool,
}

impl ProseReader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text, range),
            Event::SoftBreak => self.push(" ", range, true),
            Event::HardBreak => self.push("\n", range, true),
            Event::Html(text) => match &mut self.block {
                Some(block) => block.push(&text, range.start),
                None => self.html(&RawHtml::new(&text, range.start)),
            },
            Event::InlineHtml(text) => self.html(&RawHtml::new(&text, range.start)),
            Event::Code(text) => {
                let at = self.passage().text.len();
                self.push(&MASK.to_string(), range.clone(), false);
                if self.hidden == 0 {
                    self.passage().code.push(Code { at, text: text.to_string(), body: range });
                }
            }
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {
                self.push(&MASK.to_string(), range, false);
            }
            Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Heading { .. } => self.open(PassageKind::Heading),
            Tag::TableHead => {
                self.head = Arc::default();
                self.open(PassageKind::Row);
                self.reads_head = true;
            }
            Tag::TableRow => self.open(PassageKind::Row),
            Tag::Paragraph | Tag::Item | Tag::DefinitionListDefinition => self.open(PassageKind::Text),
            // Its anchor derives from its text, like that of a heading.
            Tag::DefinitionListTitle => self.open(PassageKind::Heading),
            Tag::HtmlBlock => {
                self.close();
                self.block = Some(RawHtml::default());
            }
            // A callout is the writer's own text, not a quotation.
            Tag::BlockQuote(Some(_)) => {}
            Tag::BlockQuote(None) | Tag::CodeBlock(_) | Tag::Image { .. } | Tag::Strikethrough => self.hidden += 1,
            Tag::Link { dest_url, .. } => {
                let dest = dest_url.to_string();
                let passage = self.passage();
                let at = passage.text.len();
                passage.links.push(PassageLink { text: at..at, body: range, dest });
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_)
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::Paragraph
            | TagEnd::Item
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition => self.close(),
            TagEnd::TableCell => self.passage().text.push_str(" | "),
            TagEnd::Table => self.head = Arc::default(),
            TagEnd::HtmlBlock => {
                if let Some(block) = self.block.take() {
                    self.html(&block);
                    self.close();
                    self.hidden = self.hidden.saturating_sub(self.tags.len());
                    self.tags.clear();
                }
            }
            TagEnd::BlockQuote(None) | TagEnd::CodeBlock | TagEnd::Image | TagEnd::Strikethrough => {
                self.hidden = self.hidden.saturating_sub(1);
            }
            TagEnd::Link => {
                let passage = self.passage();
                let end = passage.text.len();
                if let Some(link) = passage.links.iter_mut().rev().find(|link| link.text.is_empty()) {
                    link.text.end = end;
                }
            }
            _ => {}
        }
    }

    fn html(&mut self, source: &RawHtml) {
        let text = source.text.as_str();
        for token in tokens(text) {
            match token {
                HtmlToken::Text { range, .. } => self.lines(&text[range.clone()], source.range(&range)),
                HtmlToken::Start(HtmlTag { name, is_self_closing: closed, .. }) => match name.as_str() {
                    "br" => self.passage().text.push('\n'),
                    "tr" => self.open(PassageKind::Row),
                    name if is_block(name) => self.open(PassageKind::Text),
                    name if is_hidden(name) && !closed => {
                        self.hidden += 1;
                        self.tags.push(name.to_owned());
                    }
                    _ => {}
                },
                HtmlToken::End { name, .. } => match name.as_str() {
                    "td" | "th" => self.passage().text.push_str(" | "),
                    name if is_block(name) || name == "tr" => self.close(),
                    name if self.tags.last().is_some_and(|open| open == name) => {
                        self.tags.pop();
                        self.hidden = self.hidden.saturating_sub(1);
                    }
                    _ => {}
                },
                HtmlToken::Comment { .. } => {}
            }
        }
    }

    /// Adds text of raw HTML, whose entities stay unresolved.
    fn lines(&mut self, text: &str, body: Range<usize>) {
        if !(text.trim().is_empty() && self.open.is_none()) {
            self.text(text, body);
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if self.hidden > 0 {
            return self.push(&MASK.to_string(), range, false);
        }
        let verbatim = self.page.body.text().get(range.clone()) == Some(text);
        let at = self.passage().text.len();
        self.push(text, range, verbatim);
        self.mask_slots(at);
    }

    /// Masks the words that represent expressions.
    fn mask_slots(&mut self, from: usize) {
        let (page, word) = (self.page, self.page.word.as_str());
        let passage = self.passage();
        let mut at = from;
        while let Some(start) = passage.text[at..].find(word).map(|found| at + found) {
            let digits = passage.text[start + word.len()..].bytes().take_while(u8::is_ascii_digit).count();
            let end = (start + word.len() + digits + 1).min(passage.text.len());
            let slot = passage.text[start + word.len()..start + word.len() + digits].parse::<usize>();
            if let Some(SlotKind::Value(expression)) =
                slot.ok().and_then(|slot| page.slots.get(slot)).map(|slot| &slot.what)
            {
                passage.ids.push((start, expression.id.clone()));
            }
            mask(&mut passage.text, start..end);
            at = end;
        }
    }

    fn push(&mut self, text: &str, body: Range<usize>, verbatim: bool) {
        let passage = self.passage();
        let at = passage.text.len();
        passage.text.push_str(text);
        self.pieces.push(PassagePiece { at, body, verbatim });
    }

    fn passage(&mut self) -> &mut Passage {
        self.open.get_or_insert_with(|| Passage::new(PassageKind::Text))
    }

    fn open(&mut self, kind: PassageKind) {
        self.close();
        self.passage().kind = kind;
    }

    fn close(&mut self) {
        if let Some(mut passage) = self.open.take()
            && (passage.text.contains(|c: char| c.is_alphanumeric()) || !passage.code.is_empty())
        {
            mask_quotations(&mut passage.text);
            if self.reads_head {
                self.head = Arc::from(passage.text.as_str());
            } else if passage.kind == PassageKind::Row {
                passage.head = self.head.clone();
            }
            passage.heading = self.heading.clone();
            if passage.kind == PassageKind::Heading {
                self.heading = Arc::from(passage.text.as_str());
            }
            passage.pieces = self.pieces.to_vec();
            self.passages.push(passage);
        }
        self.pieces.clear();
        self.reads_head = false;
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "li" | "div" | "section" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt" | "dd" | "summary" | "caption"
    )
}

fn is_hidden(name: &str) -> bool {
    matches!(name, "blockquote" | "code" | "del" | "kbd" | "pre" | "q" | "s" | "samp" | "script" | "style")
}
