//! The lock has no value for a live fact.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::facts::live::LiveProblemKind;

pub(super) const CHECK: Check = Check::deny("lock-missing", include_str!("lock_missing.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for problem in book.facts.live_problems.iter().filter(|problem| problem.what == LiveProblemKind::Missing) {
        let message = format!("the lock has no value for `{}`, which comes from `{}`", problem.id, problem.source);
        findings.push(
            Diagnostic::new(problem.span, message)
                .help(format!("run `trustbook refresh {}`, and review the changes to the lock", problem.source)),
        );
    }
}
