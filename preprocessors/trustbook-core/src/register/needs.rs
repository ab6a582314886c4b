//! Required fields of a record: those of its kind, and those that follow from its other fields.

use super::kinds::RecordKind;
use super::value::Value;
use super::{Record, Register, RegisterProblem};
use std::collections::{BTreeMap, BTreeSet};

/// A requirement that depends on another field, or that any one of several fields satisfies.
struct Need {
    kind: &'static str,
    /// The field and the words that trigger the requirement; `None` for every record of the kind.
    when: Option<(&'static str, &'static [&'static str])>,
    /// The field and the word that waive the requirement.
    unless: Option<(&'static str, &'static str)>,
    /// The fields of which at least one is required.
    one_of: &'static [&'static str],
}

const fn need(
    kind: &'static str,
    when: Option<(&'static str, &'static [&'static str])>,
    one_of: &'static [&'static str],
) -> Need {
    Need { kind, when, unless: None, one_of }
}

/// The requirements of a kind in addition to the fields that each of its records must have.
const NEEDS: &[Need] = &[
    // Only an auditor or a certifier can certify a vendor (ISO/IEC 17021, SSAE 18).
    Need {
        kind: "certification",
        when: Some(("status", &["held"])),
        unless: Some(("kind", "self-assessment")),
        one_of: &["auditor"],
    },
    need("certification", Some(("status", &["held"])), &["issued", "period_to"]),
    // An open question has no short answer.
    need("answer", None, &["answer", "statement"]),
    need("claim", Some(("kind", &["attested"])), &["by"]),
    need("claim", Some(("kind", &["attested"])), &["on"]),
    // No attestation lasts indefinitely: a vendor that gives no last day has to name `until` in `not_stated`.
    need("claim", Some(("kind", &["attested"])), &["until"]),
    need("claim", Some(("kind", &["every_field", "no_field"])), &["schema"]),
    need("claim", Some(("kind", &["no_field", "no_recipient"])), &["category"]),
    need("claim", Some(("kind", &["every_field"])), &["must_have"]),
    need("claim", Some(("kind", &["expr"])), &["expr"]),
    need("claim", Some(("kind", &["no_request"])), &["scope"]),
    need("claim", Some(("kind", &["no_storage", "observed_subset"])), &["observed"]),
    need("claim", Some(("kind", &["observed_subset"])), &["of"]),
    need("claim", Some(("kind", &["setting_default", "text_present"])), &["found"]),
    need("claim", Some(("kind", &["setting_default"])), &["setting"]),
    need("claim", Some(("kind", &["setting_default"])), &["default"]),
    need("claim", Some(("kind", &["text_present"])), &["text"]),
    // Contact details (GDPR Art. 13(1)(a) and (b)).
    need("contact", None, &["email", "phone", "url", "address"]),
    // A public document needs an address, or is a file of the book.
    need("document", Some(("access", &["public"])), &["url", "file"]),
    // A restricted document needs a place to ask for it.
    need("document", Some(("access", &["on-request", "nda"])), &["url", "request_contact"]),
    // The legal basis (GDPR Art. 13(1)(c)).
    need("processing", Some(("role", &["controller"])), &["legal_basis"]),
    need("source", Some(("kind", &["command"])), &["argv"]),
    need("source", Some(("kind", &["dns"])), &["name"]),
    need("source", Some(("kind", &["dns"])), &["record"]),
    need("source", Some(("kind", &["file"])), &["path"]),
    need("source", Some(("kind", &["git"])), &["repository"]),
    need("source", Some(("kind", &["http"])), &["url"]),
    // Customers can only object to a change with a date (GDPR Art. 28(2)).
    need("subprocessor", Some(("status", &["announced"])), &["effective"]),
    need("subprocessor", Some(("status", &["ending"])), &["ended"]),
    // A table entry must describe the table or leave it out.
    need("table", None, &["default", "fields", "left_out"]),
    need("table", None, &["left_out", "purpose"]),
];

/// Returns the requirements that a record does not meet. Any one field of a group satisfies the group.
pub fn lacks(register: &Register, record: &Record) -> Vec<Vec<&'static str>> {
    let open = |field: &str| record.common.leaves_open(field);
    let settled = |field: &str| record.field(field).is_some() || open(field) || is_misspelt(register, record, field);
    all(record).into_iter().filter(|group| !group.iter().any(|field| settled(field))).collect()
}

/// Returns true if a record has the field under a misspelt name, which is reported at that name.
pub fn is_misspelt(register: &Register, record: &Record, field: &str) -> bool {
    let misspelt = register.misspelt.get_or_init(|| {
        let mut misspelt: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for problem in &register.problems {
            if let RegisterProblem::UnknownField { within, nearest: Some(nearest), .. } = problem {
                misspelt.entry(within.clone()).or_default().insert(nearest.clone());
            }
        }
        misspelt
    });
    !misspelt.is_empty() && misspelt.get(&format!("`{}`", record.full_id())).is_some_and(|known| known.contains(field))
}

/// Returns all requirements of a record, met or not, as groups of alternative fields.
fn all(record: &Record) -> Vec<Vec<&'static str>> {
    let kind: &RecordKind = record.kind;
    let required = kind.fields.iter().filter(|field| field.required).map(|field| vec![field.name]);
    let more = NEEDS.iter().filter(|need| need.kind == kind.name && applies(need, record));
    required.chain(more.map(|need| need.one_of.to_vec())).collect()
}

fn applies(need: &Need, record: &Record) -> bool {
    let says = |field: &str, words: &[&str]| match record.value(field) {
        Some(Value::Choice(word)) => words.contains(&word.as_str()),
        _ => false,
    };
    need.when.is_none_or(|(field, words)| says(field, words))
        && !need.unless.is_some_and(|(field, word)| says(field, &[word]))
}

#[cfg(test)]
mod tests {
    use super::super::kinds;
    use super::super::types::ValueType;
    use super::*;

    #[test]
    fn what_is_needed_exists() {
        for need in NEEDS {
            let kind = kinds::find(need.kind).unwrap();
            let fields = need.one_of.iter().chain(need.when.iter().map(|(field, _)| field));
            assert!(fields.chain(need.unless.iter().map(|(field, _)| field)).all(|name| kind.field(name).is_some()));
            let choices = |name: &str| match kind.field(name).map(|field| field.ty) {
                Some(ValueType::Choice(words)) => words,
                _ => &[],
            };
            assert!(need.when.is_none_or(|(name, words)| words.iter().all(|word| choices(name).contains(word))));
            assert!(need.unless.is_none_or(|(name, word)| choices(name).contains(&word)));
        }
    }
}
