//! The validity of a fact has ended.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::facts::Facts;
use crate::register::common::{Common, State};
use crate::register::value::date_words;
use crate::span::Span;

pub(super) const CHECK: Check =
    Check::warn("fact-expired", include_str!("fact_expired.md"), Run::Book(run)).by_calendar();

fn run(book: &Book, findings: &mut Findings) {
    let register = &book.facts.register;
    for fact in &register.facts {
        findings.extend(expired(&book.facts, &fact.common, &fact.id, fact.key_span));
    }
    // `certification-expired` handles certifications, which need other steps.
    for record in register.records.iter().filter(|record| record.kind.name != "certification") {
        findings.extend(expired(&book.facts, &record.common, &record.full_id(), record.span));
    }
}

fn expired(facts: &Facts, common: &Common, id: &str, at: Span) -> Option<Diagnostic> {
    let State::Expired(on) = facts.state(common) else {
        return None;
    };
    let place = common.valid_until.as_ref().map_or(at, |until| until.span);
    Some(
        Diagnostic::new(place, format!("`{id}` expired on {}", date_words(on)))
            .help("state what holds now, or remove it; pages show that it has expired"),
    )
}
