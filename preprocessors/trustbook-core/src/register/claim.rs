//! Fields of a `[[claim]]`, by the kind of verification.

use super::{Record, types};

/// The name of the kind of record.
pub const KIND: &str = "claim";
/// The age up to which an observation counts, unless the register gives another one.
pub const MAX_AGE: &str = "180 days";
/// The value of `scope` that means the pages of the book itself.
pub const SITE: &str = "site";

/// The fields that each kind of claim takes in addition to those of every claim, sorted by name.
pub const TAKES: &[(&str, &[&str])] = &[
    ("attested", &["by", "method", "on", "until"]),
    ("every_field", &["category", "must_have", "schema", "table"]),
    ("expr", &["expr"]),
    ("no_field", &["category", "schema", "table"]),
    ("no_recipient", &["category"]),
    ("no_request", &["allow", "max_age", "scope"]),
    ("no_storage", &["allow", "consent", "max_age", "observed"]),
    ("observed_subset", &["max_age", "observed", "of"]),
    ("setting_default", &["default", "found", "setting"]),
    ("text_present", &["found", "text"]),
];

/// The fields that every claim takes.
const OF_ALL: &[&str] = &["kind", "says", "unless"];

/// Returns the fields of a claim that its kind does not use.
pub fn idle_fields(record: &Record) -> Vec<&'static str> {
    let Some((_, own)) = record.word("kind").and_then(|kind| TAKES.iter().find(|(name, _)| *name == kind)) else {
        return Vec::new();
    };
    let idle = |field: &&types::FieldType| !OF_ALL.contains(&field.name) && !own.contains(&field.name);
    record.kind.fields.iter().filter(idle).map(|field| field.name).filter(|name| record.field(name).is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::kinds::{self, CLAIMS};
    use super::*;

    #[test]
    fn every_way_and_every_field_is_taken() {
        assert!(TAKES.iter().map(|(name, _)| *name).eq(CLAIMS.iter().copied()));
        let kind = kinds::find(KIND).unwrap();
        let known = |field: &&str| TAKES.iter().any(|(_, takes)| takes.contains(field)) || OF_ALL.contains(field);
        assert!(kind.fields.iter().all(|field| known(&field.name)));
        assert!(TAKES.iter().flat_map(|(_, takes)| *takes).all(|name| kind.field(name).is_some()));
    }
}
