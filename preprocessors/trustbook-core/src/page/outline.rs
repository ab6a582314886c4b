//! The outline of a book, as SUMMARY.md lists it.

use super::problem::PageProblem;
use super::rebase::rebase;
use super::stitch::Stitched;
use crate::register::common::Common;
use crate::span::Span;
use jiff::civil::Date;

/// One line of the outline.
#[derive(Debug, Clone, PartialEq)]
pub enum OutlineItem {
    /// A chapter with its subchapters.
    Chapter(Chapter, Vec<OutlineItem>),
    /// A line between chapters.
    Separator,
    /// The title of a part.
    Part(String),
}

/// A chapter in the outline.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chapter {
    /// The name.
    pub name: String,
    /// The number, such as `2.1`, if it is numbered.
    pub number: Option<String>,
    /// The path of its page relative to the site, still with the extension of its file; `None` for a draft.
    pub path: Option<String>,
    /// The file, relative to `src`; `None` for a draft.
    pub source: Option<String>,
    /// The span of the file name in the outline.
    pub span: Option<Span>,
    /// The names of its parent chapters.
    pub parents: Vec<String>,
    /// The text, if another program has read it already.
    pub given: Option<Given>,
}

/// The text of a chapter that is not read from its file.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// The text before includes, from a preprocessor or from mdBook.
    Source(String),
    /// The text after includes.
    Included(Box<Included>),
}

impl Given {
    /// The text.
    pub fn text(&self) -> &str {
        match self {
            Given::Source(text) => text,
            Given::Included(included) => included.text.text(),
        }
    }

    /// Returns the text after a preprocessor has changed it. Lines that it left keep their places.
    pub fn with(&self, text: &str) -> Self {
        match self {
            Given::Source(_) => Given::Source(text.to_owned()),
            Given::Included(included) => {
                let (new, changed) = rebase(&included.text, text, included.start);
                let mut included = included.clone();
                included.text = new;
                included.changed.extend(changed);
                Given::Included(included)
            }
        }
    }
}

/// The text of a chapter after includes, with what was read on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Included {
    /// The text with its origins.
    pub text: Stitched,
    /// The title from `{{#title ...}}`, or else from the front matter.
    pub(super) title: Option<String>,
    /// The description from the front matter.
    pub(super) description: Option<String>,
    /// The language from the front matter.
    pub(super) language: Option<String>,
    /// The owner and the dates of the text, from the front matter.
    pub(super) dates: Option<Box<TextDates>>,
    /// The problems found.
    pub(super) problems: Vec<PageProblem>,
    /// The beginning of the file.
    pub(super) start: Span,
    /// The places of text that a preprocessor has replaced after includes.
    pub(super) changed: Vec<Span>,
}

impl Chapter {
    /// Returns true if its page has this path in the site.
    pub fn is_at(&self, page: &str) -> bool {
        let stem = self.path.as_deref().map(stem);
        stem.is_some() && stem == page.strip_suffix(".html")
    }

    /// Returns the path of its page in the site: `a/b.html`, whatever the extension of the file, as in mdBook.
    pub fn page_path(&self) -> Option<String> {
        self.path.as_deref().map(|path| format!("{}.html", stem(path)))
    }
}

/// A path without the extension of its file.
fn stem(path: &str) -> &str {
    let name = path.rfind('/').map_or(0, |at| at + 1);
    match path[name..].rfind('.') {
        Some(dot) if dot > 0 => &path[..name + dot],
        _ => path,
    }
}

/// The owner and the dates of a chapter's own text. It becomes due like a fact.
#[derive(Debug, Clone, PartialEq)]
pub struct TextDates {
    /// The owner, the dates and the review period.
    pub common: Common,
    /// The version of a legal text.
    pub version: Option<String>,
    /// The day from which a legal text applies.
    pub effective: Option<Date>,
    /// The first of the keys.
    pub span: Span,
}

/// Calls a function for all chapters of an outline, depth first.
pub fn each(items: &mut [OutlineItem], change: &mut impl FnMut(&mut Chapter)) {
    for item in items {
        if let OutlineItem::Chapter(chapter, below) = item {
            change(chapter);
            each(below, change);
        }
    }
}

/// Returns all chapters of an outline, depth first, each with its depth.
pub fn chapters(items: &[OutlineItem]) -> Vec<(&Chapter, usize)> {
    fn walk<'i>(items: &'i [OutlineItem], depth: usize, found: &mut Vec<(&'i Chapter, usize)>) {
        for item in items {
            if let OutlineItem::Chapter(chapter, below) = item {
                found.push((chapter, depth));
                walk(below, depth + 1, found);
            }
        }
    }
    let mut found = Vec::new();
    walk(items, 0, &mut found);
    found
}
