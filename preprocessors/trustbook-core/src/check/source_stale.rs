//! A source was last read too long ago, or its file has changed since.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::register::common::State;
use crate::register::source;
use crate::register::value::date_words;

pub(super) const CHECK: Check =
    Check::warn("source-stale", include_str!("source_stale.md"), Run::Book(run)).by_calendar();

fn run(book: &Book, findings: &mut Findings) {
    for record in book.facts.register.of_kind(source::KIND) {
        let id = &record.id;
        if let State::Stale(on) = book.facts.state(&record.common) {
            let message = format!("the source `{id}` was last checked on {}", date_words(on));
            findings.push(
                Diagnostic::new(record.span, message)
                    .help(format!("run `trustbook refresh {id}`: it shows what has changed"))
                    .help("if a check may be longer ago, raise its `max_age`"),
            );
        }
    }
    for changed in &book.named_files.changed {
        let Some(record) = book.facts.record(source::KIND, changed) else { continue };
        let message = format!("the file of the source `{changed}` has changed, or is gone, since it was last checked");
        findings.push(
            Diagnostic::new(record.span, message)
                .help(format!("run `trustbook refresh {changed}`: it shows whether a fact has changed")),
        );
    }
}
