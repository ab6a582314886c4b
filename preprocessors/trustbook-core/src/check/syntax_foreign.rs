//! A chapter has unread front matter, or syntax of another generator, which the page shows as text.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::expand::block;
use crate::page::PageProblem;
use crate::span::Span;

pub(super) const CHECK: Check = Check::warn("syntax-foreign", include_str!("syntax_foreign.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    let words = block::words(&book.theme);
    let is_known = |inner: &str| match inner.strip_prefix('#') {
        Some(word) => words.contains(&word),
        None => book.facts.find(inner).is_some(),
    };
    for page in book.pages.iter() {
        // Braces around an id of the register are reported as an expression.
        let expressions: Vec<Span> = page
            .problems
            .iter()
            .filter_map(|problem| match problem {
                PageProblem::Braces { span, inner, .. } if is_known(inner) => Some(*span),
                _ => None,
            })
            .collect();
        for problem in &page.problems {
            let PageProblem::Foreign { span, why, help, .. } = problem else { continue };
            if !expressions
                .iter()
                .any(|other| other.file == span.file && other.start < span.end && span.start < other.end)
            {
                findings.push(Diagnostic::new(*span, why).help(help));
            }
        }
    }
}
