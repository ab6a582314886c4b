//! The index of all pages: where tables, fields, records and facts stand, and how old their statements are.

use super::arguments::{FACTS, argument, kind_of};
use super::block;
use super::fields::{self, Where};
use super::{anchors, rows, uses};
use crate::facts::Found;
use crate::page::syntax::BlockCall;
use crate::page::{Context, Page, What};
use crate::register::common::Visibility;
use crate::trust::{Home, Index, Oldest, Trust};
use rayon::prelude::*;

/// The index of a book.
pub(crate) fn index(trust: &Trust) -> Index {
    let mut index = Index::default();
    let oldest = trust.pages.par_iter().filter_map(|page| Some((page.source.clone(), uses::oldest_on(trust, page)?)));
    index.oldest = oldest.collect::<Vec<(String, Oldest)>>().into_iter().collect();
    for page in &trust.pages {
        let Some(path) = page.chapter.page_path() else { continue };
        for call in calls(page) {
            if call.word == fields::WORD {
                of_fields(trust, &path, call, &mut index);
            } else if call.word == FACTS || kind_of(&call.word).is_some() {
                for id in block::ids(trust, call) {
                    let anchor = match trust.facts.find(&id) {
                        Some(Found::Record(record)) => rows::anchor(record),
                        Some(Found::Fact(_)) => rows::fact_anchor(&id),
                        _ => continue,
                    };
                    index.rows.entry(id).or_insert_with(|| Home { path: path.clone(), anchor });
                }
            }
        }
    }
    index
}

fn of_fields(trust: &Trust, path: &str, call: &BlockCall, index: &mut Index) {
    if !fields::check(trust, call).is_empty() {
        return;
    }
    for (schema, table) in fields::tables(trust, call) {
        // What is shown on request has no place that others could link to.
        if fields::visibility(&trust.facts, schema, table) != Visibility::Public {
            continue;
        }
        let shown = fields::shown(trust, schema, table, Where::read(argument(call, "where")));
        for field in std::iter::once(None).chain(shown.into_iter().map(|(field, _)| Some(field))) {
            let home = Home { path: path.to_owned(), anchor: anchors::anchor(schema, table, field) };
            index.fields.entry(anchors::id(schema, table, field)).or_insert(home);
        }
    }
}

/// The blocks of a page.
fn calls(page: &Page) -> impl Iterator<Item = &BlockCall> {
    page.slots.iter().filter(|slot| slot.context != Context::Code).filter_map(|slot| match &slot.what {
        What::Block(call) => Some(call),
        _ => None,
    })
}
