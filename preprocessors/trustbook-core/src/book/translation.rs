//! The languages into which a book is translated, and the language of each page.

use super::Book;
use crate::page::Page;
use crate::page::outline::{OutlineItem, chapters};
use crate::theme::Theme;
use crate::theme::words::{FALLBACK, Words};
use std::sync::Arc;

/// A language into which the book is translated.
#[derive(Debug, Clone)]
pub struct Translation {
    /// The tag, which is also the name of the folder of its chapters.
    pub language: String,
    /// The words that readers see.
    pub words: Arc<Words>,
    /// The outline of its chapters.
    pub outline: Vec<OutlineItem>,
}

impl Translation {
    /// The folder of its chapters and pages, with a slash.
    pub fn folder(&self) -> String {
        format!("{}/", self.language)
    }

    /// Returns true for a page of its chapters.
    pub(crate) fn has(&self, page: &Page) -> bool {
        page.chapter.path.as_ref().is_some_and(|path| path.starts_with(&self.folder()))
    }

    /// Takes the chapters of each translation out of an outline that has those of all languages.
    pub(crate) fn take(theme: &Theme, outline: &mut Vec<OutlineItem>) -> Vec<Translation> {
        let new = |(language, words): &(String, Arc<Words>)| Translation {
            language: language.clone(),
            words: Arc::clone(words),
            outline: Vec::new(),
        };
        let mut found: Vec<Translation> = theme.translations.iter().map(new).collect();
        if found.is_empty() {
            return found;
        }
        let (mut own, mut waiting, mut last) = (Vec::new(), Vec::new(), None);
        for item in std::mem::take(outline) {
            // The title of a part belongs to the chapter after it, and a chapter without a page to the one before it.
            match &item {
                OutlineItem::Chapter(chapter, _) => {
                    if let Some(path) = &chapter.path {
                        last = found.iter().position(|it| path.starts_with(&it.folder()));
                    }
                    let into = last.and_then(|at| found.get_mut(at)).map_or(&mut own, |it| &mut it.outline);
                    into.append(&mut waiting);
                    into.push(item);
                }
                _ => waiting.push(item),
            }
        }
        *outline = own;
        // Without a chapter, there is no page that could be named as its translation.
        found.retain(|it| chapters(&it.outline).iter().any(|(chapter, _)| chapter.path.is_some()));
        found
    }
}

impl Book {
    /// Returns the translation that a page belongs to; `None` for a page in the language of the book.
    pub fn translation_of(&self, page: &Page) -> Option<&Translation> {
        self.translations.iter().find(|translation| translation.has(page))
    }

    /// Returns the language tag of a page's text.
    pub fn language_of<'t>(&'t self, page: &'t Page) -> &'t str {
        let own = || self.config.language.as_deref().unwrap_or(FALLBACK);
        self.translation_of(page).map_or_else(own, |translation| &translation.language)
    }

    /// Returns the words in the language of a page.
    pub fn words_of(&self, page: &Page) -> &Words {
        self.translation_of(page).map_or(&self.theme.words, |translation| &translation.words)
    }
}
