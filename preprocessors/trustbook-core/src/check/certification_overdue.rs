//! The expected date of a certification has passed.

use super::{Check, Findings, Run, records};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::register::value::date_words;

pub(super) const CHECK: Check =
    Check::warn("certification-overdue", include_str!("certification_overdue.md"), Run::Book(run)).by_calendar();

fn run(book: &Book, findings: &mut Findings) {
    for record in records(&book.facts, "certification") {
        let (Some(day), Some(eta), Some(status)) =
            (book.facts.overdue(record), record.field("eta"), record.field("status"))
        else {
            continue;
        };
        let message = format!("`{}` was expected by {}, which has passed", record.full_id(), date_words(day));
        findings.push(
            Diagnostic::new(eta.span, message)
                .also(status.span, "its current status")
                .help("state its new `eta` or its current `status`; pages say that the date has passed"),
        );
    }
}
