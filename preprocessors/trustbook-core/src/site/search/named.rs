//! The names that the register gives to the facts and records of a page, and their anchors on the page.

use crate::book::Book;
use crate::expand::{anchors, record_title};
use crate::facts::FactRef;
use crate::register::common::Visibility;
use std::collections::{BTreeMap, BTreeSet};

/// The names by which a fact or record is found.
pub(super) struct Name {
    pub(super) title: String,
    /// The aliases of the fact or record.
    pub(super) others: Vec<String>,
}

/// Returns the anchors of the facts and records that a page uses, each with its id.
///
/// Anchors that the page turns out not to have are ignored later.
pub(super) fn anchors(book: &Book, path: &str, used: &BTreeSet<String>) -> BTreeMap<String, String> {
    let mut anchors = BTreeMap::new();
    for id in used {
        let anchor = match book.facts.find(id) {
            Some(FactRef::Record(record)) => anchors::of_record(record),
            Some(FactRef::Fact(_)) => anchors::of_fact(id),
            _ => continue,
        };
        anchors.insert(anchor, id.clone());
        // The fields of a table are shown where the page describes them.
        let home =
            id.strip_prefix("table.").and_then(|table| book.index.fields.get(table)).filter(|home| home.path == path);
        if let Some(home) = home {
            anchors.insert(home.anchor.clone(), id.clone());
        }
    }
    anchors
}

/// Returns the names of a fact or record, as far as they are public.
pub(super) fn of(book: &Book, id: &str) -> Option<Name> {
    let (title, common) = match book.facts.find(id)? {
        FactRef::Record(record) | FactRef::Open(record, _) => (record_title(book, record), &record.common),
        FactRef::Fact(fact) => (fact.label.clone(), &fact.common),
    };
    let others = match common.visibility {
        Visibility::Internal => return None,
        Visibility::OnRequest => Vec::new(),
        Visibility::Public => common.aliases.clone(),
    };
    Some(Name { title, others })
}
