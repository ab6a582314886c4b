//! A file that the register gives as evidence does not exist.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;

pub(super) const CHECK: Check = Check::deny("evidence-missing", include_str!("evidence_missing.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for (span, path) in &book.named_files.missing {
        findings.push(Diagnostic::new(*span, format!("the book has no file `{path}`")).help(
            "write the path relative to the folder of the book, or the full address, which begins with `https://`",
        ));
    }
}
