//! A claim in words: the sentence as a page prints it, and a mark that describes exactly what was verified.

use super::{Basis, Claim, Condition, Outcome, SettingAt};
use crate::register::value::date_words;

/// The outcome in words, for readers.
pub fn outcome_words(claim: &Claim) -> String {
    match (claim.outcome, &claim.basis) {
        (Outcome::Holds, Some(Basis::Stated { .. })) => "stated, and not checked by a program".to_owned(),
        (Outcome::Holds, _) if claim.condition.is_some() => "holds under a condition".to_owned(),
        (Outcome::Holds, _) => "holds".to_owned(),
        (Outcome::Contradicted, _) => "contradicted".to_owned(),
        (Outcome::Unknown, Some(Basis::Stated { .. })) if claim.is_aged() => {
            "stated, and not confirmed since".to_owned()
        }
        (Outcome::Unknown, _) if claim.is_aged() => "not known today".to_owned(),
        (Outcome::Unknown, _) => "not known".to_owned(),
    }
}

/// The words before a sentence that does not hold, or is not known to, so that readers do not take it as true.
pub fn opening(claim: &Claim) -> Option<String> {
    match (claim.outcome, &claim.basis) {
        (Outcome::Holds, _) => None,
        (Outcome::Contradicted, _) => Some(contradicted_words().to_owned()),
        (Outcome::Unknown, Some(Basis::Stated { by, on, .. })) if claim.is_aged() => {
            Some(format!("Stated by {by} on {}, and not confirmed since:", date_words(*on)))
        }
        (Outcome::Unknown, basis) if claim.is_aged() => {
            let on = day(basis.as_ref());
            Some(on.map_or_else(|| "Not known today:".to_owned(), |on| format!("As of {on}, and not checked since:")))
        }
        (Outcome::Unknown, _) => Some("Not known to be so:".to_owned()),
    }
}

/// The words before a contradicted sentence.
pub fn contradicted_words() -> &'static str {
    "Contradicted by what was checked:"
}

/// The sentence as a page prints it: in quotation marks after the opening words, unless it simply holds.
pub fn sentence(claim: &Claim) -> String {
    match opening(claim) {
        Some(opening) => format!("{opening} “{}”", claim.says),
        None => claim.says.clone(),
    }
}

/// The mark after the sentence: its basis, and the setting that it depends on.
pub fn mark(claim: &Claim) -> String {
    let basis = match (claim.outcome, &claim.basis) {
        (Outcome::Holds, Some(basis)) => basis_words(basis),
        // For an unknown outcome, the opening words already say so.
        (Outcome::Unknown, Some(Basis::Stated { .. })) if claim.is_aged() => "not checked by a program".to_owned(),
        (Outcome::Unknown, _) => "what was looked at does not tell".to_owned(),
        (Outcome::Contradicted, _) => "what was looked at says otherwise".to_owned(),
        (Outcome::Holds, None) => String::new(),
    };
    let condition = claim.condition.as_ref().map(condition_words);
    [Some(basis).filter(|basis| !basis.is_empty()), condition].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// The basis of a sentence in words.
fn basis_words(basis: &Basis) -> String {
    match basis {
        Basis::Schema { commit: Some(commit), on: Some(on), .. } => {
            format!("checked in schema {commit}, {}", date_words(*on))
        }
        Basis::Schema { path, .. } => format!("checked in {path} when this page was built"),
        Basis::Source { place, on: Some(on) } => format!("seen in {place} on {}", date_words(*on)),
        Basis::Source { place, on: None } => format!("seen in {place}"),
        Basis::Observed(on) => format!("observed on {}", date_words(*on)),
        Basis::Register(Some(on)) => format!("checked against statements of {} and later", date_words(*on)),
        Basis::Register(None) => "checked against the register".to_owned(),
        Basis::Site => "checked on every page of this site when it was built".to_owned(),
        Basis::Stated { by, on, .. } => format!("stated by {by} on {}", date_words(*on)),
    }
}

/// The day of the basis in words, if it has one.
fn day(basis: Option<&Basis>) -> Option<String> {
    let on = match basis? {
        Basis::Schema { on, .. } | Basis::Source { on, .. } | Basis::Register(on) => *on,
        Basis::Observed(on) | Basis::Stated { on, .. } => Some(*on),
        Basis::Site => None,
    };
    on.map(date_words)
}

/// Formats a condition: `depends on SETTING (default: off; value in Cloud: not stated)`
fn condition_words(condition: &Condition) -> String {
    let stated = |value: &Option<String>| value.clone().unwrap_or_else(|| "not stated".to_owned());
    let value = |at: &SettingAt| match &at.name {
        Some(name) => format!("value in {name}: {}", stated(&at.value)),
        None => format!("value in use: {}", stated(&at.value)),
    };
    let values = condition.values.iter().map(value).collect::<Vec<_>>().join("; ");
    format!("depends on {} (default: {}; {values})", condition.setting, stated(&condition.default))
}
