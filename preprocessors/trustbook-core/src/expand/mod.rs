//! Stage 7, first half: pages as Markdown, with every expression in its place.

pub mod arguments;
pub mod block;
mod changes;
mod claim_words;
mod claimed;
mod compare;
pub mod encode;
mod fields;
mod freshness;
pub mod homes;
mod inventory;
mod modelled;
mod overview;
mod party;
pub(crate) mod rows;
mod sourced;
mod special;
pub mod uses;
pub(crate) mod value;

use crate::claim::Reason;
use crate::memo::Which;
use crate::page::{Apart, Context, Page, What};
use crate::trust::{Next, Trust};
use block::{Blocks, OnPage};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use claimed::link as claim_link;
pub use claimed::{homes as claim_homes, places as claim_places};
pub(crate) use modelled::link as schema_link;
pub use modelled::{pages_of, references};
pub use party::word as party_word;
pub use value::{Beside, Nothing, Shown, show};

/// A page as Markdown that a renderer reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expanded {
    /// The text.
    pub markdown: String,
    /// What templates of blocks could not do, with the slot that asked for it.
    pub failures: Vec<(usize, String)>,
    /// How much its blocks have taken of what all blocks may take.
    taken: usize,
}

/// What stands in pages and is known only once others have been looked at.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    reader_notes: BTreeMap<String, Vec<String>>,
    against: Option<BTreeMap<String, Vec<Reason>>>,
}

impl Told {
    pub(crate) fn of(trust: &Trust) -> Arc<Self> {
        let told = Told { reader_notes: trust.reader_notes.clone(), against: trust.against.get().cloned() };
        let name = told.named("told", "told of the finished pages");
        trust.memo.last_equal(name, told)
    }

    /// A name of its own for what is made when the pages are made again in one build: it comes beside what was made first.
    pub(crate) fn named(&self, first: &'static str, again: &'static str) -> &'static str {
        if self.against.is_some() { again } else { first }
    }
}

/// Puts the values into all pages, in their order.
pub(crate) fn all(trust: &Trust) -> Vec<Arc<Expanded>> {
    let blocks = Blocks::of(trust);
    let told = Told::of(trust);
    let name = told.named("expanded", "expanded again");
    let one = |page: &Page| {
        let from = Which::of(&told);
        if let Some(known) = page.memo.known::<_, Expanded>(name, &from) {
            blocks.take(known.taken);
            return known;
        }
        page.memo.keep(name, from, expand(trust, &blocks, page))
    };
    let expanded = trust.pages.par_iter().map(one).collect();
    if blocks.are_too_many() {
        // Which of them were drawn in time is chance: none is, so that the same book gives the same pages.
        trust.pages.iter().for_each(|page| page.memo.clear());
        return trust.pages.par_iter().map(|page| Arc::new(expand(trust, &blocks, page))).collect();
    }
    expanded
}

/// Puts the values into a page. What can not be put in is left out; the checks report it.
fn expand(trust: &Trust, blocks: &Blocks<'_>, page: &Page) -> Expanded {
    let text = page.body.text();
    let mut output = String::with_capacity(text.len() + text.len() / 4);
    let mut failures = Vec::new();
    let mut drawn = blocks.on_page();
    let mut places: Vec<(usize, usize, Place)> = page
        .slots
        .iter()
        .enumerate()
        .map(|(index, slot)| (slot.range.start, slot.range.end, Place::Slot(index)))
        .chain(
            page.references
                .iter()
                .enumerate()
                .map(|(index, link)| (link.range.start, link.range.end, Place::Reference(index))),
        )
        .collect();
    places.sort_by_key(|(start, end, _)| (*start, *end));
    let mut done = 0;
    for (start, end, place) in places {
        if start < done {
            continue;
        }
        output.push_str(&text[done..start]);
        done = end;
        match place {
            Place::Slot(index) => match slot(trust, &mut drawn, page, index) {
                Ok(text) => output.push_str(&text),
                Err(why) => failures.push((index, why)),
            },
            Place::Reference(index) => {
                let link = &page.references[index];
                let target = match link.scheme {
                    "fact" => trust.facts.find(&link.id).and_then(value::link),
                    "schema" => modelled::link(trust, page, &link.id).ok(),
                    "claim" => claimed::link(trust, page, &link.id).ok(),
                    _ => None,
                };
                match target {
                    Some(target) => output.push_str(&encode::entities(&target)),
                    None => output.push_str(&text[start..end]),
                }
            }
        }
    }
    output.push_str(&text[done..]);
    Expanded { markdown: output, failures, taken: drawn.taken() }
}

enum Place {
    Slot(usize),
    Reference(usize),
}

fn slot(trust: &Trust, blocks: &mut OnPage<'_>, page: &Page, index: usize) -> Result<String, String> {
    let slot = &page.slots[index];
    if slot.context == Context::Code {
        return Ok(in_code(trust, &slot.original));
    }
    Ok(match &slot.what {
        What::Value(expression) => match show(trust, page, expression) {
            Ok(shown) => shown.within(&slot.context, Beside::of(page, slot)).unwrap_or_default(),
            Err(_) => String::new(),
        },
        What::Block(call) => Apart::wrap(slot.apart.as_deref(), blocks.draw(trust, page, call)?),
        What::Braces => {
            let braces = slot.original.trim_start_matches('\\');
            match slot.context {
                Context::FactsFence => braces.to_owned(),
                _ => encode::braces(braces),
            }
        }
        What::Malformed(_) => String::new(),
    })
}

/// Code is left alone, but for the backslash that keeps mdBook from an include; mdBook's own `links` takes it off.
fn in_code(trust: &Trust, original: &str) -> String {
    match (trust.next, original.strip_prefix("\\{{#")) {
        (Next::Renderer, Some(rest)) => format!("{{{{#{rest}"),
        _ => original.to_owned(),
    }
}
