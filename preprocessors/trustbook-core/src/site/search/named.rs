//! What the register calls the facts and records of a page, and where on the page they stand.

use crate::expand::{homes, rows};
use crate::facts::Found;
use crate::register::common::Visibility;
use crate::register::{Fact, Record};
use crate::trust::Trust;
use std::collections::{BTreeMap, BTreeSet};

/// What something is found by.
pub(super) struct Name {
    pub(super) title: String,
    /// Its other names.
    pub(super) others: Vec<String>,
    /// Laws, controls and categories that the register or the kind of record speaks of.
    pub(super) laws: Vec<String>,
}

/// Fields that name a law, a control, a scheme or a category.
const LAWS: &[&str] = &["basis", "category", "law", "legal_basis", "maps_to", "roles", "sets", "transfer"];

/// The anchors of the facts and records that a page uses, each with the id. What has none is left out later, where the
/// page does not have the anchor.
pub(super) fn anchors(trust: &Trust, path: &str, used: &BTreeSet<String>) -> BTreeMap<String, String> {
    let homes = trust.homes.get_or_init(|| homes::of(trust));
    let mut anchors = BTreeMap::new();
    for id in used {
        let anchor = match trust.facts.find(id) {
            Some(Found::Record(record)) => rows::anchor(record),
            Some(Found::Fact(_)) => rows::fact_anchor(id),
            _ => continue,
        };
        anchors.insert(anchor, id.clone());
        // A table has its fields where the page describes them.
        let home = id.strip_prefix("table.").and_then(|table| homes.get(table)).filter(|home| home.path == path);
        if let Some(home) = home {
            anchors.insert(home.anchor.clone(), id.clone());
        }
    }
    anchors
}

/// What a fact or a record is called, as far as everybody may know.
pub(super) fn of(trust: &Trust, id: &str) -> Option<Name> {
    match trust.facts.find(id)? {
        Found::Record(record) | Found::Open(record, _) => of_record(record),
        Found::Fact(fact) => of_fact(fact),
    }
}

fn of_record(record: &Record) -> Option<Name> {
    match record.common.visibility {
        Visibility::Internal => None,
        Visibility::OnRequest => Some(Name { title: record.id.clone(), others: Vec::new(), laws: Vec::new() }),
        Visibility::Public => {
            let fields = LAWS.iter().filter_map(|field| record.value(field)).map(|value| value.text());
            let doc = record.kind.doc.split_once('(').map(|(_, laws)| laws.trim_end_matches(['.', ')']).to_owned());
            let laws = fields.chain(doc).collect();
            Some(Name { title: record.title(), others: record.common.aliases.clone(), laws })
        }
    }
}

fn of_fact(fact: &Fact) -> Option<Name> {
    let others = match fact.common.visibility {
        Visibility::Internal => return None,
        Visibility::OnRequest => Vec::new(),
        Visibility::Public => fact.common.aliases.clone(),
    };
    Some(Name { title: fact.label.clone(), others, laws: Vec::new() })
}
