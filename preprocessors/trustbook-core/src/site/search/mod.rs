//! What the search and the A–Z page know of a chapter: its sections, and the records and facts that stand there.

pub(super) mod index;
mod named;
mod sections;
mod synonyms;
mod words;

use crate::expand::uses;
use crate::trust::Trust;
use std::collections::BTreeSet;

pub(super) use sections::Section;
pub(super) use words::fold;

/// A chapter as it is found.
#[derive(Debug)]
pub(super) struct Chapter {
    /// Which of [`Trust::pages`] it is.
    pub(super) page: usize,
    /// Its page: `a/b.html`.
    pub(super) path: String,
    /// What the page calls itself.
    pub(super) title: String,
    /// The top of the page, and then each heading, record and fact with an anchor, in order.
    pub(super) sections: Vec<Section>,
}

/// Reads a chapter from its finished HTML.
pub(super) fn read(trust: &Trust, page: usize, path: &str, title: &str, html: &str) -> Chapter {
    let used = uses::of_page(trust, &trust.pages[page]);
    let anchors = named::anchors(trust, path, &used);
    let mut sections = sections::read(html, &|anchor| anchors.get(anchor).cloned());
    let mut placed: BTreeSet<String> = BTreeSet::new();
    for section in &mut sections {
        let Some(id) = &section.names else { continue };
        placed.insert(id.clone());
        if let Some(name) = named::of(&trust.facts, id) {
            section.title = name.title;
            section.others = name.others;
            section.laws = name.laws;
            section.after = name.after.unwrap_or_default();
        }
    }
    if let Some(top) = sections.first_mut() {
        // What stands within a sentence is found on its page by its other names too.
        for name in used.difference(&placed).filter_map(|id| named::of(&trust.facts, id)) {
            for text in name.others.into_iter().chain(name.laws) {
                top.after.push_str(" · ");
                top.after.push_str(&text);
            }
        }
        top.title = title.to_owned();
    }
    Chapter { page, path: path.to_owned(), title: title.to_owned(), sections }
}
