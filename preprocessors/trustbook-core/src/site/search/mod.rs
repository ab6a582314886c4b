//! The parts of a chapter that the search and the A–Z page use: its sections, and the records and facts it shows.

pub(super) mod index;
mod named;
mod sections;
mod synonyms;
mod words;

use crate::book::Book;
use crate::expand::uses;
use std::collections::BTreeSet;

pub(super) use sections::Section;
pub(super) use words::fold;

/// A chapter, prepared for the search.
#[derive(Debug)]
pub(super) struct SearchChapter {
    /// Its index into [`Book::pages`].
    pub(super) page: usize,
    /// The path of its page: `a/b.html`.
    pub(super) path: String,
    /// The title of the page.
    pub(super) title: String,
    /// The top of the page, then each heading, record and fact with an anchor, in order.
    pub(super) sections: Vec<Section>,
}

/// Reads the sections of a chapter from its rendered HTML, and adds the names that the register gives them.
pub(super) fn read(book: &Book, page: usize, path: &str, title: &str, html: &str) -> SearchChapter {
    let used = uses::of_page(book, &book.pages[page]);
    let anchors = named::anchors(book, path, &used);
    // A row that a page shows again has its anchor with a number.
    let again = |anchor: &str| {
        let (first, number) = anchor.rsplit_once('-')?;
        anchors.get(first).filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut sections = sections::read(html, &|anchor| anchors.get(anchor).or_else(|| again(anchor)).cloned());
    let mut placed: BTreeSet<String> = BTreeSet::new();
    for section in &mut sections {
        let Some(id) = &section.names else { continue };
        placed.insert(id.clone());
        let home = book.index.rows.get(id).filter(|home| home.anchor == section.id);
        section.is_copy = home.is_some_and(|home| home.path != path) || !anchors.contains_key(&section.id);
        if let Some(name) = named::of(book, id) {
            section.title = name.title;
            section.others = name.others;
            let kind = id.split('.').next().unwrap_or_default();
            section.caption = book.theme.words.find(&format!("{kind}.title")).unwrap_or_default().to_owned();
        }
    }
    if let Some(top) = sections.first_mut() {
        // A fact or record within a sentence has no anchor, so its other names lead to the top of the page.
        let aside = used.difference(&placed).filter_map(|id| named::of(book, id));
        top.aside = aside.flat_map(|name| name.others).collect();
        top.title = title.to_owned();
    }
    SearchChapter { page, path: path.to_owned(), title: title.to_owned(), sections }
}
