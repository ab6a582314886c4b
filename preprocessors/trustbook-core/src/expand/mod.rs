//! Stage 7, first half: the value or block for every expression of a page.

pub(crate) mod anchors;
pub mod arguments;
pub mod block;
mod cells;
mod changes;
mod claim_words;
mod claimed;
mod compare;
mod download;
mod drawn;
mod editions;
pub mod encode;
mod expression;
mod fields;
mod freshness;
mod grouped;
mod inventory;
mod modelled;
mod overview;
mod party;
mod places;
mod provenance;
mod readable;
mod rows;
mod shown;
mod sourced;
mod special;
pub mod uses;
mod value;

use crate::book::{Book, Next};
use crate::cache::ValueIdentity;
use crate::html::{Insert, Inserts};
use crate::page::{Context, Page, Slot, SlotKind};
use block::{Blocks, OnPage};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

pub(crate) use claimed::link as claim_link;
pub use drawn::OTHER_BLOCKS;
pub(crate) use editions::Editions;
pub(crate) use expression::link as fact_link;
pub use expression::show;
pub(crate) use modelled::link as schema_link;
pub use party::word as party_word;
pub(crate) use places::index;
pub use places::{claim_places, pages_of, references};
pub(crate) use shown::markdown;
pub use shown::{Beside, Nothing, ShownValue};
pub(crate) use value::title as record_title;

/// The replacements for the expressions and blocks of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expanded {
    /// The values and blocks.
    pub inserts: Inserts,
    /// Errors of block templates, each with the index of its slot.
    pub failures: Vec<(usize, String)>,
    /// The amount that the page's blocks have taken from the budget of all blocks.
    taken: usize,
}

impl Expanded {
    /// Returns the page as Markdown with its values inserted, for a Markdown renderer.
    pub fn markdown(&self, page: &Page) -> String {
        let links = self.named_links(page, &encode::entities);
        self.filled(page, links, &|slot, insert| markdown(page, slot, insert))
    }

    /// Returns the page as Markdown for readers: values and blocks are Markdown as well.
    pub(crate) fn readable(&self, page: &Page) -> String {
        let mut links = self.named_links(page, &readable::destination);
        links.extend(readable::folders(page));
        self.filled(page, links, &|slot, insert| readable::slot(page, slot, insert))
    }

    /// Returns the ranges of links that name a fact, field or claim, each with its address in the form of `written`.
    fn named_links(&self, page: &Page, written: &dyn Fn(&str) -> String) -> Vec<(Range<usize>, String)> {
        let text = page.body.text();
        let links = page.references.iter().filter_map(|link| {
            let to = self.inserts.links.get(&text[link.range.clone()])?;
            Some((link.range.clone(), written(to)))
        });
        links.collect()
    }

    fn filled(
        &self,
        page: &Page,
        mut places: Vec<(Range<usize>, String)>,
        of_slot: &dyn Fn(&Slot, &Insert) -> String,
    ) -> String {
        let text = page.body.text();
        let mut output = String::with_capacity(text.len() + text.len() / 4);
        let slots = page.slots.iter().zip(&self.inserts.all);
        places.extend(slots.map(|(slot, insert)| (slot.range.clone(), of_slot(slot, insert))));
        places.sort_by_key(|(range, _)| (range.start, range.end));
        let mut done = 0;
        for (range, insert) in places {
            if range.start >= done {
                output.push_str(&text[done..range.start]);
                output.push_str(&insert);
                done = range.end;
            }
        }
        output.push_str(&text[done..]);
        output
    }
}

/// The notes for readers, by the id that they appear beside.
pub(crate) type Notes = BTreeMap<String, Vec<String>>;

/// Returns the notes for readers of this build; if the last build had equal ones, the same `Arc`.
pub(crate) fn notes(book: &Book) -> Arc<Notes> {
    book.cache.last_equal("notes", book.reader_notes.clone())
}

/// Inserts the values into all pages, and returns them in order.
pub(crate) fn all(book: &Book, editions: &Editions<'_>) -> Vec<Arc<Expanded>> {
    let blocks: Vec<(&Book, Blocks<'_>)> = editions.iter().map(|book| (book, Blocks::of(book))).collect();
    let notes = notes(book);
    let one = |page: &Page| {
        let (book, blocks) = &blocks[editions.at(page)];
        let from = ValueIdentity::of(&notes);
        if let Some(known) = page.cache.known::<_, Expanded>("expanded", &from) {
            blocks.take(known.taken);
            return known;
        }
        page.cache.keep("expanded", from, expand(book, blocks, page))
    };
    let expanded = book.pages.par_iter().map(one).collect();
    if blocks.iter().any(|(_, blocks)| blocks.are_too_many()) {
        // Pages are drawn in parallel, so the ones drawn before the limit are a matter of chance. Drawing none keeps
        // builds reproducible.
        book.pages.iter().for_each(|page| page.cache.clear());
        let none = |page: &Page| {
            let (book, blocks) = &blocks[editions.at(page)];
            Arc::new(expand(book, blocks, page))
        };
        return book.pages.par_iter().map(none).collect();
    }
    expanded
}

/// Looks up the values of a page. A value that cannot be shown is left out; the checks report it.
fn expand(book: &Book, blocks: &Blocks<'_>, page: &Page) -> Expanded {
    let (mut all, mut failures) = (Vec::with_capacity(page.slots.len()), Vec::new());
    let mut drawn = blocks.on_page();
    for (index, slot) in page.slots.iter().enumerate() {
        all.push(insert(book, &mut drawn, page, slot).unwrap_or_else(|why| {
            failures.push((index, why));
            Insert::Nothing
        }));
    }
    let text = page.body.text();
    let links = page.references.iter().filter_map(|link| {
        let target = match link.scheme {
            "fact" => book.facts.find(&link.id).and_then(expression::link),
            "schema" => modelled::link(book, page, &link.id).ok(),
            "claim" => claimed::link(book, page, &link.id).ok(),
            _ => None,
        };
        Some((text[link.range.clone()].to_owned(), target?))
    });
    let inserts = Inserts { word: page.word.clone(), all, links: links.collect() };
    Expanded { inserts, failures, taken: drawn.taken() }
}

fn insert(book: &Book, blocks: &mut OnPage<'_>, page: &Page, slot: &Slot) -> Result<Insert, String> {
    if slot.context == Context::Code {
        let text = in_code(book, &slot.original);
        return Ok(match slot.apart.as_deref() {
            Some(apart) => Insert::Code { text, is_after_line: apart.begins_line() },
            None => Insert::Text(text),
        });
    }
    Ok(match &slot.what {
        SlotKind::Value(expression) => match show(book, page, expression) {
            Ok(shown) => shown.insert(&slot.context, Beside::of(page, slot)),
            Err(_) => Insert::Nothing,
        },
        SlotKind::Block(call) => Insert::Block(blocks.draw(book, page, slot.range.start, call)?),
        SlotKind::Braces => Insert::Text(slot.original.trim_start_matches('\\').to_owned()),
        SlotKind::Malformed(_) => Insert::Nothing,
    })
}

/// Returns code unchanged, except for the backslash that keeps mdBook from an include; mdBook's own `links` removes it.
fn in_code(book: &Book, original: &str) -> String {
    match (book.next, original.strip_prefix("\\{{#")) {
        (Next::Renderer, Some(rest)) => format!("{{{{#{rest}"),
        _ => original.to_owned(),
    }
}
