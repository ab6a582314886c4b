//! Findings on claims, shared by several checks.

use crate::book::Book;
use crate::claim::{Claim, Outcome, Reason, Why};
use crate::diagnostic::Diagnostic;
use crate::expand::claim_places;
use crate::span::Span;
use std::collections::BTreeSet;

/// The largest number of reasons, chapters and claims in a finding.
pub const MOST_SHOWN: usize = 3;

/// Returns the reasons against a claim that have the given weight.
pub fn reasons(claim: &Claim, weighs: impl Fn(Why) -> bool) -> Vec<&Reason> {
    claim.reasons.iter().filter(|reason| weighs(reason.why)).collect()
}

/// Returns the claims with this outcome.
pub fn claims(claims: &[Claim], outcome: Outcome) -> impl Iterator<Item = &Claim> {
    claims.iter().filter(move |claim| claim.outcome == outcome)
}

/// Creates a finding on a claim: at its sentence, with the reasons, and the chapters that print it.
pub fn on_claim(book: &Book, claim: &Claim, what: &str, reasons: &[&Reason]) -> Diagnostic {
    let more = match reasons.len().saturating_sub(1) {
        0 => String::new(),
        1 => ", and one more reason".to_owned(),
        more => format!(", and {more} more reasons"),
    };
    let first = reasons.first().map_or("", |reason| reason.what.as_str());
    let mut finding = Diagnostic::new(claim.span, format!("`claim.{}` {what}: {first}{more}", claim.id));
    let places = reasons.iter().take(MOST_SHOWN).flat_map(|reason| &reason.places);
    for (span, text) in places {
        finding = finding.also(*span, text);
    }
    for span in claim_places(book, &claim.id).into_iter().take(MOST_SHOWN) {
        finding = finding.also(span, "the sentence is here");
    }
    let helps: BTreeSet<&str> = reasons.iter().take(MOST_SHOWN).filter_map(|reason| reason.help.as_deref()).collect();
    helps.into_iter().fold(finding, |finding, help| finding.help(help))
}

/// Adds the claims that a finding of a check makes contradicted or unknown. These claims are not reported separately.
pub fn with_claims(book: &Book, check: &str, span: Span, finding: Diagnostic) -> Diagnostic {
    let stands_on = |reason: &Reason| {
        let is_told = matches!(reason.why, Why::AgainstReported(by) | Why::Reported(by) if by == check);
        is_told && reason.places.iter().any(|(place, _)| *place == span)
    };
    let claims = book.claims.iter().filter(|claim| claim.reasons.iter().any(stands_on));
    claims.take(MOST_SHOWN).fold(finding, |finding, claim| {
        let text = match claim.outcome {
            Outcome::Contradicted => "this sentence does not hold because of it",
            _ => "this sentence is not known to hold because of it",
        };
        finding.also(claim.span, text)
    })
}
