//! A value does not have its type.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::register::RegisterProblem;
use crate::span::Span;

pub(super) const CHECK: Check = Check::deny("fact-type", include_str!("fact_type.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    let problems = &book.facts.register.problems;
    let syntax: Vec<Span> = problems
        .iter()
        .filter_map(|problem| match problem {
            RegisterProblem::Syntax(error) => Some(error.span),
            _ => None,
        })
        .collect();
    for problem in problems {
        if let RegisterProblem::WrongType { span, id, misfit } = problem {
            if syntax.iter().any(|error| overlap(*error, *span)) {
                continue;
            }
            let finding = Diagnostic::new(*span, format!("`{id}` {}", misfit.why));
            findings.push(match &misfit.help {
                Some(help) => finding.help(help),
                None => finding,
            });
        }
    }
}

/// Returns true if two spans touch, to skip places that the parser has already reported.
fn overlap(a: Span, b: Span) -> bool {
    a.file == b.file && a.start <= b.end && b.start <= a.end
}
