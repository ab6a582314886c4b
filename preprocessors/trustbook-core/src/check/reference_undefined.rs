//! A reference link has no definition, so the page shows its brackets.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::page::{Page, PageProblem};

pub(super) const CHECK: Check =
    Check::deny("reference-undefined", include_str!("reference_undefined.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    // A file that cannot be included may define the labels.
    let is_whole = |page: &&Page| !page.problems.iter().any(|problem| matches!(problem, PageProblem::Include { .. }));
    for problem in book.pages.iter().filter(is_whole).flat_map(|page| &page.problems) {
        let PageProblem::Reference { span, label, near } = problem else { continue };
        let finding = Diagnostic::new(*span, format!("the link label `{label}` is not defined"));
        findings.push(match near {
            Some(near) => {
                finding.help(format!("did you mean `{near}`, which is defined? Otherwise add `[{label}]: address`"))
            }
            None => finding.help(format!(
                "add `[{label}]: address` on a line of its own, or write `\\[` for brackets that are text"
            )),
        });
    }
}
