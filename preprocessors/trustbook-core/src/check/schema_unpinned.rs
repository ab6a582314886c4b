//! A data model in a repository is not pinned to a commit.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::datamap::DatamapProblem;
use crate::diagnostic::Diagnostic;

pub(super) const CHECK: Check = Check::deny("schema-unpinned", include_str!("schema_unpinned.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    let unpinned = book.datamap.schemas.iter().filter(|schema| schema.problems.contains(&DatamapProblem::Unpinned));
    for schema in unpinned {
        let message = format!("the data model `{}` is not pinned to a commit", schema.id);
        findings.push(
            Diagnostic::new(schema.span, message)
                .label("what pages say about its fields cannot be checked")
                .help(format!("run `trustbook refresh {}`, and commit `facts/facts.lock`", schema.id)),
        );
    }
}
