//! A certification has expired, but its status does not say so.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::facts::Facts;
use crate::register::Record;
use crate::register::common::State;
use crate::register::value::{Value, date_words};

pub(super) const CHECK: Check =
    Check::warn("certification-expired", include_str!("certification_expired.md"), Run::Book(run)).by_calendar();

fn run(book: &Book, findings: &mut Findings) {
    findings.extend(book.facts.register.of_kind("certification").filter_map(|record| ended(&book.facts, record)));
}

fn ended(facts: &Facts, record: &Record) -> Option<Diagnostic> {
    let State::Expired(on) = facts.state(&record.common) else {
        return None;
    };
    let status = match record.value("status") {
        Some(Value::Choice(word)) if matches!(word.as_str(), "expired" | "withdrawn") => return None,
        Some(Value::Choice(word)) => format!(", and its `status` is `{word}`"),
        _ => String::new(),
    };
    let place = record.common.valid_until.as_ref().map_or(record.span, |until| until.span);
    let message = format!("`{}` expired on {}{status}", record.full_id(), date_words(on));
    let help = "renew it and state the new end, or set its `status` to `expired`; pages show that it has expired";
    Some(Diagnostic::new(place, message).help(help))
}
