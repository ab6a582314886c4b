//! An exception has expired.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::config::exception::ExceptionKind;
use crate::diagnostic::Diagnostic;
use crate::exceptions;
use crate::register::value::date_words;

pub(super) const CHECK: Check =
    Check::warn("exception-ended", include_str!("exception_ended.md"), Run::Book(run)).by_calendar();

fn run(book: &Book, findings: &mut Findings) {
    for exception in &book.config.trustbook.exceptions {
        if let ExceptionKind::Accepted { until, owner } = &exception.kind
            && until.value < book.facts.today
            && !exceptions::NEVER.contains(&exception.check.value.as_str())
        {
            findings.push(
                Diagnostic::new(
                    until.span,
                    format!(
                        "the exception of `{owner}` from `{}` expired on {}",
                        exception.check.value,
                        date_words(until.value)
                    ),
                )
                .help("correct the finding and remove the exception, or have its owner review it and change the date"),
            );
        }
    }
}
