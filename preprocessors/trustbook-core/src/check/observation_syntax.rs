//! An observation cannot be read.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};

pub(super) const CHECK: Check =
    Check::deny("observation-syntax", include_str!("observation_syntax.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for problem in &book.observations.problems {
        let place = problem.span.map_or_else(|| Place::File(problem.path.clone()), Place::At);
        let message = format!("`{}` cannot be read: {}", problem.path, problem.why);
        findings.push(Diagnostic::new(place, message).help(problem.help.clone()));
    }
}
