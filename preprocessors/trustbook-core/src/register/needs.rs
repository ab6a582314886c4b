//! What a record needs: the fields of its kind, and those that come with what it says.

use super::kinds::Kind;
use super::value::Value;
use super::{Problem, Record, Register};
use std::collections::{BTreeMap, BTreeSet};

/// A need that comes with what another field says, or that one of several fields meets.
struct Need {
    kind: &'static str,
    /// The field and the words that bring the need; `None` for every record of the kind.
    when: Option<(&'static str, &'static [&'static str])>,
    /// The field and the word that lift it again.
    unless: Option<(&'static str, &'static str)>,
    /// The fields of which one must be given.
    one_of: &'static [&'static str],
}

const fn need(
    kind: &'static str,
    when: Option<(&'static str, &'static [&'static str])>,
    one_of: &'static [&'static str],
) -> Need {
    Need { kind, when, unless: None, one_of }
}

/// What a kind needs beyond the fields that each of its records must have.
const NEEDS: &[Need] = &[
    // Nobody but an auditor or a certifier can make a vendor certified (ISO/IEC 17021, SSAE 18).
    Need {
        kind: "certification",
        when: Some(("status", &["held"])),
        unless: Some(("kind", "self-assessment")),
        one_of: &["auditor"],
    },
    need("certification", Some(("status", &["held"])), &["issued", "period_to"]),
    need("claim", Some(("kind", &["attested"])), &["by"]),
    need("claim", Some(("kind", &["attested"])), &["on"]),
    // Nobody stands for a sentence for ever; a vendor that gives no last day is said to give none.
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
    need("contact", None, &["email", "phone", "url"]),
    // What everybody can get is somewhere.
    need("document", Some(("access", &["public"])), &["url"]),
    // What is not public has to be asked for somewhere.
    need("document", Some(("access", &["on-request", "nda"])), &["url", "request_contact"]),
    // The legal basis (GDPR Art. 13(1)(c)).
    need("processing", Some(("role", &["controller"])), &["legal_basis"]),
    need("source", Some(("kind", &["command"])), &["argv"]),
    need("source", Some(("kind", &["dns"])), &["name"]),
    need("source", Some(("kind", &["dns"])), &["record"]),
    need("source", Some(("kind", &["file"])), &["path"]),
    need("source", Some(("kind", &["git"])), &["repository"]),
    need("source", Some(("kind", &["http"])), &["url"]),
    // Customers can object only to what has a day (GDPR Art. 28(2)).
    need("subprocessor", Some(("status", &["announced"])), &["effective"]),
    need("subprocessor", Some(("status", &["ending"])), &["ended"]),
    // A table that nothing is said of is neither described nor left out.
    need("table", None, &["default", "fields", "left_out"]),
    need("table", None, &["left_out", "purpose"]),
];

/// What a record lacks of all that it needs; of the fields in one group, any will do.
pub fn lacks(register: &Register, record: &Record) -> Vec<Vec<&'static str>> {
    let open = |field: &str| record.common.leaves_open(field);
    let settled = |field: &str| record.field(field).is_some() || open(field) || is_misspelt(register, record, field);
    all(record).into_iter().filter(|group| !group.iter().any(|field| settled(field))).collect()
}

/// Whether a record has a field under a name that is nearly right, which is reported there.
pub fn is_misspelt(register: &Register, record: &Record, field: &str) -> bool {
    let misspelt = register.misspelt.get_or_init(|| {
        let mut misspelt: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for problem in &register.problems {
            if let Problem::UnknownField { within, nearest: Some(nearest), .. } = problem {
                misspelt.entry(within.clone()).or_default().insert(nearest.clone());
            }
        }
        misspelt
    });
    !misspelt.is_empty() && misspelt.get(&format!("`{}`", record.full_id())).is_some_and(|known| known.contains(field))
}

/// All that a record needs, given or not.
fn all(record: &Record) -> Vec<Vec<&'static str>> {
    let kind: &Kind = record.kind;
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
    use super::super::types::Type;
    use super::*;

    #[test]
    fn what_is_needed_exists() {
        for need in NEEDS {
            let kind = kinds::find(need.kind).unwrap();
            let fields = need.one_of.iter().chain(need.when.iter().map(|(field, _)| field));
            assert!(fields.chain(need.unless.iter().map(|(field, _)| field)).all(|name| kind.field(name).is_some()));
            let choices = |name: &str| match kind.field(name).map(|field| field.ty) {
                Some(Type::Choice(words)) => words,
                _ => &[],
            };
            assert!(need.when.is_none_or(|(name, words)| words.iter().all(|word| choices(name).contains(word))));
            assert!(need.unless.is_none_or(|(name, word)| choices(name).contains(&word)));
        }
    }
}
