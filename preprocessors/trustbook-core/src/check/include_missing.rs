//! An include names a file, an anchor or lines that do not exist, or leaves the book.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::page::PageProblem;

pub(super) const CHECK: Check = Check::deny("include-missing", include_str!("include_missing.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for problem in book.pages.iter().flat_map(|page| &page.problems) {
        let PageProblem::Include { span, target, why } = problem else { continue };
        let finding = Diagnostic::new(*span, format!("`{target}` cannot be included: {why}")).help(
            "a path is relative to the folder of the file that names it, and stays inside the book; write \
             `\\{{#include` for braces that are text",
        );
        findings.push(match why.ends_with("leaves the book") {
            true => finding.help("for files of the repository around the book, build with `--root` and its folder"),
            false => finding,
        });
    }
}
