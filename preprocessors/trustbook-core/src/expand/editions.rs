//! The book in each of its languages, as the pages of that language show it.

use crate::book::{Book, Translation};
use crate::page::Page;
use crate::register::claim::KIND;
use crate::register::value::Value;
use crate::theme::words::FALLBACK;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The book in each of its languages, its own first. All of them have the same pages.
#[derive(Debug)]
pub(crate) struct Editions<'b> {
    pub(crate) own: &'b Book,
    others: Vec<Book>,
    /// The paths of all chapters' pages.
    pub(crate) paths: BTreeSet<String>,
}

impl<'b> Editions<'b> {
    pub(crate) fn of(book: &'b Book) -> Self {
        let others = book.translations.iter().map(|translation| translated(book, translation)).collect();
        let paths = book.pages.iter().filter_map(|page| page.chapter.page_path()).collect();
        Editions { own: book, others, paths }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Book> {
        std::iter::once(self.own).chain(&self.others)
    }

    /// Returns the number of the edition that a page belongs to, in the order of [`Editions::iter`].
    pub(crate) fn at(&self, page: &Page) -> usize {
        self.own.translations.iter().position(|it| it.has(page)).map_or(0, |at| at + 1)
    }
}

/// Returns the book as the pages of a translation show it.
fn translated(book: &Book, translation: &Translation) -> Book {
    let own = book.config.language.as_deref().unwrap_or(FALLBACK);
    let facts = book.facts.in_language(own, &translation.language);
    let mut book = Book { facts, ..book.clone() };
    for claim in &mut book.claims {
        let says = book.facts.record(KIND, &claim.id).and_then(|record| record.value("says"));
        claim.says = says.map_or_else(|| std::mem::take(&mut claim.says), Value::text);
    }
    book.folder = translation.folder();
    book.outline.clone_from(&translation.outline);
    book.theme.words = Arc::clone(&translation.words);
    let own = |key: &str| translation.words.find(&format!("book.{key}")).map(str::to_owned);
    let config = &mut book.config;
    config.language = Some(translation.language.clone());
    config.text_direction = None;
    config.title = own("title").or(config.title.take());
    config.description = own("description").or(config.description.take());
    config.trustbook.notice = own("notice").or(config.trustbook.notice.take());
    book.index = super::index(&book);
    book.templates = super::block::templates(&book);
    book
}
