//! The outline of a book, as SUMMARY.md lists it.

use crate::span::Span;

/// One line of the outline.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A chapter with its subchapters.
    Chapter(Chapter, Vec<Item>),
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
    /// The path of its page relative to the site, still ending in `.md`; `None` for a draft.
    pub path: Option<String>,
    /// The file, relative to `src`; `None` for a draft.
    pub source: Option<String>,
    /// The span of the file name in the outline.
    pub span: Option<Span>,
    /// The names of its parent chapters.
    pub parents: Vec<String>,
    /// The text, if mdBook has already read it for its preprocessor.
    pub given: Option<String>,
}

impl Chapter {
    /// Returns true if its page has this path in the site.
    pub fn is_at(&self, page: &str) -> bool {
        let stem = self.path.as_deref().map(|path| path.strip_suffix(".md").unwrap_or(path));
        stem.is_some() && stem == page.strip_suffix(".html")
    }

    /// Returns the path of its page in the site: `a/b.html`.
    pub fn page_path(&self) -> Option<String> {
        self.path.as_ref().map(|path| match path.strip_suffix(".md") {
            Some(stem) => format!("{stem}.html"),
            None => format!("{path}.html"),
        })
    }
}

/// Returns all chapters of an outline, depth first, each with its depth.
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
