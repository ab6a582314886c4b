//! `no_field`: no field of a data model holds data of a category.

use super::fields::{self, Relation, category_words};
use super::seen::{ClaimResult, Why};
use super::{ClaimKind, ClaimSources};
use crate::register::Record;
use crate::register::value::Value;

pub(super) const KIND: ClaimKind = ClaimKind { name: "no_field", run };

fn run(sources: &ClaimSources<'_>, record: &Record, seen: &mut ClaimResult) {
    let category = record.value("category").map(Value::text).unwrap_or_default();
    for field in fields::all(sources, record, seen) {
        let when = field.said.and_then(|said| said.when.clone());
        match (field.relation, when) {
            (Relation::Other, _) => {}
            (Relation::MayHold, _) => {
                let what = format!(
                    "{} is said to hold {}, which {} may be part of",
                    field.words(),
                    category_words(field.category),
                    category_words(&category)
                );
                let help = "say more exactly what the field holds";
                seen.push(field.reason(Why::Lacking, what).help(help));
            }
            (Relation::Holds, Some(when)) => {
                let words = category_words(field.category);
                let what = format!("{} holds {words} when {when}", field.words());
                let help = "name the setting: `unless = { setting = \"...\", default = \"...\", evidence = \"...\" }`; \
                            pages then print it with the sentence";
                let reason = field.reason(Why::Unconditional, what).help(help);
                field.looked(seen, &when);
                seen.depends.push((when, reason));
            }
            (Relation::Holds, None) => {
                let what = format!("{} holds {}", field.words(), category_words(field.category));
                seen.push(field.reason(Why::Against, what));
            }
        }
    }
}
