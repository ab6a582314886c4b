//! Chapters as HTML: mdBook's dialect of Markdown, written in one walk over the events of its parser.

mod admonition;
mod code;
mod elements;
mod escape;
mod footnotes;
mod formulas;
mod heading;
mod insert;
mod line;
mod link;
mod markdown;
mod marked;
mod math;
mod raw;
pub(crate) mod source;
mod table;
mod text;
pub(crate) mod token;
mod write;

pub(crate) use escape::{escaped, unescape};
pub use heading::Heading;
pub use insert::{Insert, Inserts};
pub(crate) use link::page_link;
use link::rooted;
pub use markdown::block_markdown;
pub(crate) use markdown::inline_markdown;
pub(crate) use marked::{ElementOrigin, Mark};
pub(crate) use write::write;

use crate::config::HtmlSettings;
use pulldown_cmark::{BlockQuoteKind, Options};
use std::ops::Range;

/// The settings and words for writing HTML.
pub(crate) struct Dialect<'d> {
    /// The settings of the book.
    pub(crate) settings: &'d HtmlSettings,
    /// Returns the title of an admonition, in the language of the book.
    pub(crate) title: &'d dyn Fn(BlockQuoteKind) -> String,
    /// The label of the checkbox that shows the hidden lines of a code block.
    pub(crate) hidden_lines: String,
    /// Returns the name of a table by its number on the page, from 1.
    pub(crate) table: &'d dyn Fn(usize) -> String,
    /// The prefix of relative addresses: the root of the site, for the page that is shown at any address.
    pub(crate) root: String,
}

/// A chapter as HTML.
#[derive(Debug, Default)]
pub(crate) struct ChapterHtml {
    /// The HTML.
    pub(crate) html: String,
    /// The number of bytes in the opening: the heading at the top, and the paragraph after it.
    pub(crate) opening: usize,
    /// The origins of its elements.
    pub(crate) marks: Vec<Mark>,
    /// The headings, in order.
    pub(crate) headings: Vec<Heading>,
    /// Parts of the chapter that readers do not see as written.
    pub(crate) losses: Vec<Loss>,
}

/// A part of the chapter that the HTML does not show as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loss {
    /// The kind of loss.
    pub(crate) what: Lost,
    /// The bytes of the body.
    pub(crate) range: Range<usize>,
}

/// The maximum number of open elements, those of Markdown and of raw HTML together. Browsers allow 512.
pub const MAX_DEPTH: usize = 100;

/// A kind of loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lost {
    /// Elements within [`MAX_DEPTH`] others.
    TooDeep,
    /// A comment or a tag without an end, with what follows it in the block.
    Open(String),
    /// An element that is never closed.
    Unclosed(String),
    /// An icon of Font Awesome, by its name; mdBook has these icons, Trustbook does not.
    Icon(String),
    /// A name in angle brackets that is not an element.
    Unknown(String),
    /// An end tag without a start tag.
    Unexpected(String),
    /// A second definition of a footnote.
    FootnoteTwice(String),
    /// A footnote that nothing refers to.
    FootnoteUnused(String),
    /// A formula that is not shown as one, with the reason.
    Formula(String),
}

impl Lost {
    /// Returns the message, as a phrase.
    pub(crate) fn message(&self) -> String {
        match self {
            Lost::TooDeep => format!("elements are nested more than {MAX_DEPTH} deep"),
            Lost::Open(text) => {
                format!(
                    "`{}` does not end, so the page does not show what follows",
                    short(text).lines().next().unwrap_or_default()
                )
            }
            Lost::Unclosed(name) => format!("`<{}>` is never closed", short(name)),
            Lost::Icon(name) => format!("the icon `{}` is not shown", short(name)),
            Lost::Unknown(name) => format!("`<{}>` is not an HTML element, so the page does not show it", short(name)),
            Lost::Unexpected(name) => format!("`</{}>` closes nothing", short(name)),
            Lost::FootnoteTwice(name) => format!("the footnote `{}` is defined twice", short(name)),
            Lost::FootnoteUnused(name) => format!("nothing refers to the footnote `{}`", short(name)),
            Lost::Formula(why) => format!("this formula is not shown: {why}"),
        }
    }

    /// Returns the edit that helps.
    pub(crate) fn help(&self) -> String {
        match self {
            Lost::TooDeep => "close elements before more are opened, or nest fewer lists and quotations".to_owned(),
            Lost::Open(text) if text.starts_with("<!--") => "end the comment with `-->`".to_owned(),
            Lost::Open(_) => "end it with `>`, and close the quotation mark of each value".to_owned(),
            Lost::Unclosed(name) => format!(
                "close it with `</{}>` in the same block of Markdown; until then, what follows is inside it",
                short(name)
            ),
            Lost::Unknown(name) => format!(
                "for text, put it in backticks or write `\\<{}>`; for an element of your own, use a name with a hyphen",
                short(name)
            ),
            Lost::Icon(_) => "write a word in its place, or an `<svg>` or image of the book's own".to_owned(),
            Lost::Unexpected(_) => {
                "remove the end tag, or correct its name to that of the element it is meant to close".to_owned()
            }
            Lost::FootnoteTwice(_) => {
                "give this one a name of its own; the page shows the first definition only".to_owned()
            }
            Lost::Formula(_) => {
                "correct its TeX; Markdown reads it first, so write `\\\\` for a backslash before punctuation"
                    .to_owned()
            }
            Lost::FootnoteUnused(name) => format!(
                "write `[^{}]` where it belongs, or remove the definition; the page does not show it",
                short(name)
            ),
        }
    }
}

/// Returns the beginning of a name, which may be as long as a page.
fn short(name: &str) -> &str {
    name.get(..name.char_indices().nth(30).map_or(name.len(), |(at, _)| at)).unwrap_or_default()
}

/// Returns the first loss in a value that is Markdown.
pub(crate) fn flaw(markdown: &str) -> Option<Lost> {
    let losses = written(markdown, &HtmlSettings::default()).losses.into_iter();
    losses.map(|loss| loss.what).find(|what| matches!(what, Lost::TooDeep | Lost::Unexpected(_)))
}

/// Converts text in mdBook's dialect of Markdown to HTML, without expressions and blocks.
///
/// ```
/// let settings = trustbook_core::config::HtmlSettings::default();
/// assert_eq!(trustbook_core::html::to_html("[a](b.md) *c*", &settings), "<p><a href=\"b.html\">a</a> <em>c</em></p>\n");
/// ```
pub fn to_html(markdown: &str, settings: &HtmlSettings) -> String {
    written(markdown, settings).html
}

fn written(markdown: &str, settings: &HtmlSettings) -> ChapterHtml {
    let dialect = Dialect {
        settings,
        title: &|kind| format!("{kind:?}"),
        hidden_lines: "Show hidden lines".to_owned(),
        table: &|number| format!("Table {number}"),
        root: String::new(),
    };
    write(markdown, &dialect, &Inserts::default())
}

/// Returns the options of mdBook's parser for a book.
pub fn options(settings: &HtmlSettings) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES;
    options.set(Options::ENABLE_SMART_PUNCTUATION, settings.smart_punctuation);
    options.set(Options::ENABLE_DEFINITION_LIST, settings.definition_lists);
    options.set(Options::ENABLE_GFM, settings.admonitions);
    options
}
