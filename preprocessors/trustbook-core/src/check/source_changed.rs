//! A source no longer gives a value for a live fact, or gives one of another type.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::facts::live::LiveProblemKind;
use crate::register::value::date_words;

pub(super) const CHECK: Check = Check::deny("source-changed", include_str!("source_changed.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for problem in &book.facts.live_problems {
        let (id, source) = (&problem.id, &problem.source);
        findings.push(match &problem.what {
            LiveProblemKind::Lost { since, finds, at } => {
                let since = date_words(*since);
                Diagnostic::new(problem.span, format!("`{id}` finds {finds} in `{source}` since {since}"))
                    .also(*at, "pages still show the previous value")
                    .help(format!("check the source, correct `select`, and run `trustbook refresh {source}`"))
                    .help("or state the value by hand, with its date and its source")
            }
            LiveProblemKind::Misfit { misfit, at } => {
                Diagnostic::new(problem.span, format!("the value of `{id}` from `{source}` {}", misfit.why))
                    .also(*at, "the value that was found")
                    .help(format!("correct `select` or the type of the fact, and run `trustbook refresh {source}`"))
            }
            LiveProblemKind::Missing | LiveProblemKind::Selected { .. } => continue,
        });
    }
}
