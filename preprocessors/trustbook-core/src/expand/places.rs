//! The places where pages show or name tables, fields, records, facts and claims, and the age of their statements.

use super::arguments::{BadArgument, argument, records};
use super::block::{self, check_arguments};
use super::drawn::Drawn;
use super::fields::{self, Where};
use super::modelled::PREFIX;
use super::{anchors, uses};
use crate::book::{Book, Home, Index, Oldest, Translation};
use crate::datamap::ModelTarget;
use crate::facts::FactRef;
use crate::page::syntax::BlockCall;
use crate::page::{Context, Page, SlotKind};
use crate::register::claim::KIND;
use crate::register::common::Visibility;
use crate::span::Span;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Builds the index of a book.
pub(crate) fn index(book: &Book) -> Index {
    let mut index = Index::default();
    let oldest = book.pages.par_iter().filter_map(|page| Some((page.source.clone(), uses::oldest_on(book, page)?)));
    index.oldest = oldest.collect::<Vec<(String, Oldest)>>().into_iter().collect();
    let reviewed = book.pages.par_iter().map(|page| (page.source.clone(), uses::reviewed_on(book, page)));
    index.reviewed = reviewed.collect::<Vec<_>>().into_iter().collect();
    // A comparison shows less of a record than a list does, wherever that stands.
    // What the pages of a language show themselves has its address there.
    let is_own = |page: &&Page| book.translation_of(page).map_or_else(String::new, Translation::folder) == book.folder;
    let (own, others): (Vec<&Page>, Vec<&Page>) = book.pages.iter().partition(is_own);
    let (compared, listed): (Vec<_>, Vec<_>) = own
        .into_iter()
        .chain(others)
        .flat_map(|page| calls(page).map(move |call| (page, call)))
        .partition(|(_, call)| block::compares(call));
    for (page, call) in listed.into_iter().chain(compared) {
        let Some(path) = page.chapter.page_path() else { continue };
        if call.word == fields::WORD {
            of_fields(book, &path, call, &mut index);
        } else if matches!(Drawn::of(&call.word), Drawn::Kind(_) | Drawn::Facts) {
            for id in block::ids(book, call) {
                let anchor = match book.facts.find(&id) {
                    Some(FactRef::Record(record)) => anchors::of_record(record),
                    Some(FactRef::Fact(_)) => anchors::of_fact(&id),
                    _ => continue,
                };
                index.rows.entry(id).or_insert_with(|| Home { path: path.clone(), anchor });
            }
        }
    }
    index
}

fn of_fields(book: &Book, path: &str, call: &BlockCall, index: &mut Index) {
    if !fields::check(book, call).is_empty() {
        return;
    }
    for (schema, table) in fields::tables(book, call) {
        // Content shown on request has no address that other pages could link to.
        if fields::visibility(&book.facts, schema, table) != Visibility::Public {
            continue;
        }
        let shown = fields::shown(book, schema, table, Where::read(argument(call, "where")));
        for field in std::iter::once(None).chain(shown.into_iter().map(|(field, _)| Some(field))) {
            let home = Home { path: path.to_owned(), anchor: anchors::anchor(schema, table, field) };
            index.fields.entry(anchors::id(schema, table, field)).or_insert(home);
        }
    }
}

/// Returns the blocks of a page, except those in code. Equal blocks are returned once.
fn calls(page: &Page) -> impl Iterator<Item = &BlockCall> {
    let mut known = BTreeSet::new();
    let slots = page.slots.iter().filter(|slot| slot.context != Context::Code);
    slots.filter_map(move |slot| match &slot.what {
        SlotKind::Block(call) => known.insert(call).then_some(call),
        _ => None,
    })
}

/// Returns the places where pages name tables and fields: in links, expressions and blocks.
pub fn references(book: &Book) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    for page in book.pages.iter() {
        for slot in page.slots.iter().filter(|slot| slot.context != Context::Code) {
            match &slot.what {
                SlotKind::Value(expression) if book.facts.find(&expression.id).is_none() => {
                    found.extend(expression.id.strip_prefix(PREFIX).map(|id| (slot.span, id.to_owned())));
                }
                SlotKind::Block(call) => {
                    for bad in check_arguments(book, call) {
                        if let BadArgument::NoTable { id } = bad {
                            found.push((slot.span, id));
                        }
                    }
                }
                SlotKind::Value(_) | SlotKind::Braces | SlotKind::Malformed(_) => {}
            }
        }
        let links = page.references.iter().filter(|link| link.scheme == "schema");
        // Links to a whole data model are left out: it has an address of its own.
        let links = links.filter(|link| !matches!(book.datamap.find(&link.id), ModelTarget::Schema(_)));
        found.extend(links.map(|link| (link.span, link.id.clone())));
    }
    found
}

/// Returns the chapters that show a table or a field: in a block, a link or an expression.
pub fn pages_of(book: &Book, id: &str) -> Vec<String> {
    let below = format!("{id}.");
    let is_it = |named: &str| named == id || named.starts_with(&below);
    let shows = |page: &Page| {
        let slots = page.slots.iter().filter(|slot| slot.context != Context::Code);
        let mut slots = slots.map(|slot| &slot.what);
        slots.any(|what| match what {
            SlotKind::Value(expression) => expression.id.strip_prefix(PREFIX).is_some_and(is_it),
            SlotKind::Block(call) => call.word == fields::WORD && fields::names(&book.datamap, call, id),
            SlotKind::Braces | SlotKind::Malformed(_) => false,
        }) || page.references.iter().any(|link| link.scheme == "schema" && is_it(&link.id))
    };
    book.pages.iter().filter(|page| shows(page)).map(|page| page.source.clone()).collect()
}

/// Returns the places where chapters print a claim or link to its evidence, in order; blocks that list it come last.
pub fn claim_places(book: &Book, id: &str) -> Vec<Span> {
    let (full, says) = (format!("{KIND}.{id}"), format!("{KIND}.{id}.says"));
    let (mut found, mut blocks) = (Vec::new(), Vec::new());
    for page in book.pages.iter() {
        for slot in page.slots.iter().filter(|slot| slot.context != Context::Code) {
            match &slot.what {
                SlotKind::Value(expression) if expression.id == full || expression.id == says => found.push(slot.span),
                SlotKind::Block(call) => {
                    let records = match Drawn::of(&call.word) {
                        Drawn::Kind(kind) if kind.name == KIND => records(&book.facts, kind, call),
                        _ => Vec::new(),
                    };
                    blocks.extend(records.iter().any(|record| record.id == id).then_some(slot.span));
                }
                _ => {}
            }
        }
        let links = page.references.iter().filter(|link| link.scheme == KIND && link.id == id);
        found.extend(links.map(|link| link.span));
    }
    found.extend(blocks);
    found
}
