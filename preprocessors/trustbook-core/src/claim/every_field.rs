//! `every_field`: each field that holds data of a category has a property, such as a retention period.

use super::fields::{self, Relation};
use super::seen::{ClaimResult, Why};
use super::{ClaimKind, ClaimSources};
use crate::datamap::FieldEntry;
use crate::register::Record;
use crate::register::value::Value;
use crate::suggest::listed;

pub(super) const KIND: ClaimKind = ClaimKind { name: "every_field", run };

fn run(sources: &ClaimSources<'_>, record: &Record, seen: &mut ClaimResult) {
    let must_have: Vec<String> = match record.value("must_have") {
        Some(Value::List(items)) => items.iter().map(raw).collect(),
        _ => Vec::new(),
    };
    let mut count = 0;
    for field in fields::all(sources, record, seen) {
        let why = match field.relation {
            Relation::Other => continue,
            // The field may hold more than the sentence is about.
            Relation::MayHold => Why::Lacking,
            Relation::Holds => Why::Against,
        };
        count += 1;
        let lacks: Vec<&str> = must_have
            .iter()
            .map(String::as_str)
            .filter(|name| !field.said.is_some_and(|said| says(said, name)))
            .collect();
        if !lacks.is_empty() {
            let what = format!("{} has no {}", field.words(), listed(lacks.iter().copied()));
            let help = "state it in the `fields` of its `[[table]]`";
            seen.push(field.reason(why, what).help(help));
        }
    }
    if count == 0 {
        seen.lacking("no field of the scope holds such data, so nothing was checked".to_owned());
    }
}

/// Returns the word of a choice as it is written.
fn raw(value: &Value) -> String {
    match value {
        Value::Choice(word) => word.clone(),
        other => other.text(),
    }
}

fn says(said: &FieldEntry, name: &str) -> bool {
    match name {
        "note" => said.note.is_some(),
        "opaque" => said.opaque.is_some(),
        "retention" => said.retention.is_some(),
        "when" => said.when.is_some(),
        _ => false,
    }
}
