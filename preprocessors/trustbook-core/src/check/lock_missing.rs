//! The lock has no value for a live fact.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Level};
use crate::facts::live::LiveProblemKind;

pub(super) const CHECK: Check = Check {
    name: "lock-missing",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("lock_missing.md"),
    run: Run::Book(run),
};

fn run(book: &Book, findings: &mut Findings) {
    for problem in book.facts.live_problems.iter().filter(|problem| problem.what == LiveProblemKind::Missing) {
        let message = format!("the lock has no value for `{}`, which comes from `{}`", problem.id, problem.source);
        findings.push(
            Diagnostic::new(problem.span, message)
                .help(format!("run `trustbook refresh {}`, and review the changes to the lock", problem.source)),
        );
    }
}
