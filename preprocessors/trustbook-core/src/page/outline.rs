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
    /// The path of its page relative to the site, still with the extension of its file; `None` for a draft.
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
