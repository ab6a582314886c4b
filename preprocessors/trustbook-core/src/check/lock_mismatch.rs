//! The lock is not what `trustbook refresh` wrote, or belongs to another register.

use super::{Check, Findings, Run};
use crate::datamap::{PinnedSchema, Problem as SchemaProblem};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::lock::{PATH, Problem};
use crate::schema::index::TableIndex;
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "lock-mismatch",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("lock_mismatch.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    for problem in &trust.datamap.lock.problems {
        findings.push(match problem {
            Problem::Unreadable(error) => {
                Diagnostic::new(Place::File(PATH.to_owned()), format!("the lock can not be read: {error}"))
                    .help("take it from version control again")
            }
            Problem::Syntax(error) => {
                Diagnostic::new(error.span, format!("the lock can not be read: {}", error.message))
                    .help("take it from version control again; after a merge, run `trustbook refresh`")
            }
            Problem::Newer(span) => {
                Diagnostic::new(*span, "the lock was written by a later version of `trustbook`".to_owned())
                    .help("install that version; it reads older locks too")
            }
            Problem::Misshapen { span, what } => {
                Diagnostic::new(*span, format!("the lock is not as `trustbook refresh` wrote it: {what}"))
                    .help("take it from version control again; after a merge, run `trustbook refresh`")
            }
        });
    }
    for schema in &trust.datamap.schemas {
        for problem in &schema.problems {
            let SchemaProblem::Mismatch(key, ours, theirs) = problem else { continue };
            let message = format!("the `{key}` of `{}` is {ours} in the register, and {theirs} in the lock", schema.id);
            let finding = Diagnostic::new(schema.span, message);
            let finding = match trust.datamap.lock.schema(&schema.id) {
                Some(entry) => finding.also(entry.span, "the lock is of this one"),
                None => finding,
            };
            findings.push(finding.help(format!("run `trustbook refresh {}`", schema.id)));
        }
    }
    findings.0.extend(trust.datamap.schemas.iter().flat_map(|schema| only_names(trust, schema)));
    // A register that can not be read as a whole may name it.
    if !trust.facts.register.broken.is_empty() {
        return;
    }
    for entry in &trust.datamap.lock.schemas {
        let is_named = trust.datamap.schema(&entry.id).is_some_and(|schema| schema.pinned().is_some());
        if !is_named {
            findings.push(
                Diagnostic::new(
                    entry.span,
                    format!("the lock has a data model `{}` that the register does not have in a repository", entry.id),
                )
                .help(
                    "run `trustbook refresh`, which takes it out, or state the data model again with its `repository`",
                ),
            );
        }
    }
}

/// Tables that are described since the lock was written: it has only the names of their fields.
fn only_names(trust: &Trust, schema: &PinnedSchema) -> Vec<Diagnostic> {
    let Some(pinned) = schema.pinned() else { return Vec::new() };
    let of_table = |table: &TableIndex| {
        let said = trust.datamap.said(&schema.id, &table.name).filter(|said| said.left_out.is_none())?;
        table.fields.iter().any(|field| field.detail.is_none()).then(|| {
            let message =
                format!("the lock has only the names of the fields of `{}`, which was left out before", table.name);
            Diagnostic::new(said.span, message)
                .also(table.span, "its entry in the lock")
                .help(format!("run `trustbook refresh {} --commit {}`", schema.id, pinned.commit))
        })
    };
    schema.tables.iter().filter_map(of_table).collect()
}
