//! A record leaves out what its kind needs, and does not say that the vendor leaves it open.

use super::{Check, Findings, Run, records};
use crate::diagnostic::{Diagnostic, Level};
use crate::register::kinds::KINDS;
use crate::register::types::Type;
use crate::register::value::Value;
use crate::register::{Problem, Record};
use crate::suggest::listed;
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "record-incomplete",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("record_incomplete.md"),
    run: Run::Trust(run),
};

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
    // Contact details (GDPR Art. 13(1)(a) and (b)).
    need("contact", None, &["email", "phone", "url"]),
    // What is not public has to be asked for somewhere.
    need("document", Some(("access", &["on-request", "nda"])), &["url", "request_contact"]),
    // The legal basis (GDPR Art. 13(1)(c)).
    need("processing", Some(("role", &["controller"])), &["legal_basis"]),
    // Customers can object only to what has a day (GDPR Art. 28(2)).
    need("subprocessor", Some(("status", &["announced"])), &["effective"]),
    need("subprocessor", Some(("status", &["ending"])), &["ended"]),
];

fn run(trust: &Trust, findings: &mut Findings) {
    for record in KINDS.iter().flat_map(|kind| records(trust, kind.name)) {
        let missing = missing(trust, record);
        if !missing.is_empty() {
            findings.push(message(record, &missing));
        }
    }
}

/// The fields that are missing; of those in one group, any will do.
fn missing(trust: &Trust, record: &Record) -> Vec<Vec<&'static str>> {
    let required = record.kind.fields.iter().filter(|field| field.required).map(|field| vec![field.name]);
    let more = NEEDS.iter().filter(|need| need.kind == record.kind.name && applies(need, record));
    let groups = required.chain(more.map(|need| need.one_of.to_vec()));
    groups.filter(|group| !group.iter().any(|field| is_settled(trust, record, field))).collect()
}

fn applies(need: &Need, record: &Record) -> bool {
    let says = |field: &str, words: &[&str]| matches!(record.value(field), Some(Value::Choice(word)) if words.contains(&word.as_str()));
    need.when.is_none_or(|(field, words)| says(field, words))
        && !need.unless.is_some_and(|(field, word)| says(field, &[word]))
}

/// Whether a field is given, left open, or written in a way that is reported already.
fn is_settled(trust: &Trust, record: &Record, field: &str) -> bool {
    let within = format!("`{}`", record.full_id());
    let is_misspelt = |problem: &Problem| matches!(problem, Problem::UnknownField { within: known, nearest: Some(near), .. } if *known == within && near == field);
    record.field(field).is_some()
        || record.common.leaves_open(field)
        || trust.facts.register.problems.iter().any(is_misspelt)
}

fn message(record: &Record, missing: &[Vec<&'static str>]) -> Diagnostic {
    // "`a`, `b` and `c`, and `d` or `e`"
    let (single, several): (Vec<_>, Vec<_>) = missing.iter().partition(|group| group.len() == 1);
    let single = Some(listed(single.into_iter().flatten().copied())).filter(|names| !names.is_empty());
    let several = several.into_iter().map(|group| listed(group.iter().copied()).replace(" and ", " or "));
    let names: Vec<String> = single.into_iter().chain(several).collect();
    let first: Vec<&str> = missing.iter().filter_map(|group| group.first().copied()).collect();
    let lines: Vec<String> = first.iter().map(|field| format!("`{field} = {}`", sample(record, field))).collect();
    let open: Vec<String> = first.iter().map(|field| format!("\"{field}\"")).collect();
    Diagnostic::new(record.span, format!("`{}` lacks {}", record.full_id(), names.join(", and ")))
        .help(format!("write {}", lines.join(", ")))
        .help(format!("what the vendor leaves open is named: `not_stated = [{}]`", open.join(", ")))
}

/// What a value of a field looks like.
fn sample(record: &Record, field: &str) -> String {
    match record.kind.field(field).map(|field| field.ty) {
        Some(Type::Date) => "2026-01-31".to_owned(),
        Some(Type::List(_)) => "[\"...\"]".to_owned(),
        Some(Type::Map | Type::Table(_)) => "{ name = \"...\" }".to_owned(),
        Some(Type::Duration) => "\"30 days\"".to_owned(),
        Some(Type::Choice(words)) => format!("\"{}\"", words.first().unwrap_or(&"...")),
        _ => "\"...\"".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::kinds;

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
