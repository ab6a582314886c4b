//! The outline of a book: what SUMMARY.md lists, in order.

use crate::span::Span;

/// One line of the outline.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A chapter with those below it.
    Chapter(Chapter, Vec<Item>),
    /// A line between chapters.
    Separator,
    /// The title of a part.
    Part(String),
}

/// A chapter as the outline names it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chapter {
    /// Its name.
    pub name: String,
    /// Its number, such as `2.1`, where it is numbered.
    pub number: Option<String>,
    /// Where its page goes, relative to the site, still with the extension of its file; `None` for a draft.
    pub path: Option<String>,
    /// Its file, relative to `src`; `None` for a draft.
    pub source: Option<String>,
    /// Where the outline names the file.
    pub span: Option<Span>,
    /// The names of the chapters above it.
    pub parents: Vec<String>,
    /// Its text, where somebody else read it already (mdBook, for a preprocessor).
    pub given: Option<String>,
}

impl Chapter {
    /// Whether its page is at a path of the site.
    pub fn is_at(&self, page: &str) -> bool {
        let stem = self.path.as_deref().map(stem);
        stem.is_some() && stem == page.strip_suffix(".html")
    }

    /// Where its page is in the site: `a/b.html`, whatever the file ends in, as in mdBook.
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

/// All chapters of an outline, depth first, with how deep each is.
pub fn chapters(items: &[Item]) -> Vec<(&Chapter, usize)> {
    fn walk<'i>(items: &'i [Item], depth: usize, found: &mut Vec<(&'i Chapter, usize)>) {
        for item in items {
            if let Item::Chapter(chapter, below) = item {
                found.push((chapter, depth));
                walk(below, depth + 1, found);
            }
        }
    }
    let mut found = Vec::new();
    walk(items, 0, &mut found);
    found
}
