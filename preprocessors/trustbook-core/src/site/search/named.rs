//! The names that the register gives to the facts and records of a page, and their anchors on the page.

use crate::expand::anchors;
use crate::facts::{Facts, Found};
use crate::register::common::Visibility;
use crate::register::value::Value;
use crate::register::{Fact, Record};
use crate::trust::Trust;
use std::collections::{BTreeMap, BTreeSet};

/// The names by which a fact or record is found.
pub(super) struct Name {
    pub(super) title: String,
    /// The aliases of the fact or record.
    pub(super) others: Vec<String>,
    /// The laws, controls and categories that its fields name, and its id.
    pub(super) laws: Vec<String>,
    /// The laws and standards on which its kind is based.
    pub(super) after: Option<String>,
}

/// Fields that describe a record without a name.
const SUBJECTS: &[&str] = &["feature", "purpose", "data", "about", "summary", "says", "statement"];
/// The maximum length of such a description, in characters.
const LONGEST_SUBJECT: usize = 80;
/// Kinds that no law requires.
const OURS: &[&str] = &["claim", "deployment", "schema", "source", "table"];
/// Fields that name a law, a control, a scheme, a category or a term of others.
const LAWS: &[&str] = &["basis", "category", "codes", "law", "legal_basis", "maps_to", "roles", "sets", "transfer"];

/// Returns the anchors of the facts and records that a page uses, each with its id.
///
/// Anchors that the page turns out not to have are ignored later.
pub(super) fn anchors(trust: &Trust, path: &str, used: &BTreeSet<String>) -> BTreeMap<String, String> {
    let mut anchors = BTreeMap::new();
    for id in used {
        let anchor = match trust.facts.find(id) {
            Some(Found::Record(record)) => anchors::of_record(record),
            Some(Found::Fact(_)) => anchors::of_fact(id),
            _ => continue,
        };
        anchors.insert(anchor, id.clone());
        // The fields of a table are shown where the page describes them.
        let home =
            id.strip_prefix("table.").and_then(|table| trust.index.fields.get(table)).filter(|home| home.path == path);
        if let Some(home) = home {
            anchors.insert(home.anchor.clone(), id.clone());
        }
    }
    anchors
}

/// Returns the names of a fact or record, as far as they are public.
pub(super) fn of(facts: &Facts, id: &str) -> Option<Name> {
    match facts.find(id)? {
        Found::Record(record) | Found::Open(record, _) => of_record(record),
        Found::Fact(fact) => of_fact(fact),
    }
}

fn of_record(record: &Record) -> Option<Name> {
    let hidden = Name { title: record.id.clone(), others: Vec::new(), laws: Vec::new(), after: None };
    match record.common.visibility {
        Visibility::Internal => None,
        Visibility::OnRequest => Some(hidden),
        Visibility::Public => {
            let laws = LAWS.iter().filter_map(|field| record.value(field)).map(Value::text);
            let laws = laws.chain([record.id.clone()]).collect();
            let doc = record.kind.doc.split_once('(').filter(|_| !OURS.contains(&record.kind.name));
            let after = doc.map(|(_, laws)| laws.to_owned());
            Some(Name { title: title(record), others: record.common.aliases.clone(), laws, after })
        }
    }
}

/// Returns the title of a record for readers: its name, or else the beginning of its description.
fn title(record: &Record) -> String {
    let title = record.title();
    let about = SUBJECTS.iter().find_map(|field| record.value(field)).filter(|_| title == record.id);
    let Some(about) = about.map(Value::text) else { return title };
    match about.char_indices().nth(LONGEST_SUBJECT) {
        Some((at, _)) => format!("{} …", about[..at].rsplit_once(' ').map_or(&about[..at], |(whole, _)| whole)),
        None => about,
    }
}

fn of_fact(fact: &Fact) -> Option<Name> {
    let others = match fact.common.visibility {
        Visibility::Internal => return None,
        Visibility::OnRequest => Vec::new(),
        Visibility::Public => fact.common.aliases.clone(),
    };
    Some(Name { title: fact.label.clone(), others, laws: Vec::new(), after: None })
}
