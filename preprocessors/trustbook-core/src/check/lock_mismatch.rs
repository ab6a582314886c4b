//! The lock was edited by hand, or belongs to another register.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::datamap::Datamap;
use crate::datamap::{DatamapProblem as SchemaProblem, PinnedSchema};
use crate::diagnostic::{Diagnostic, Place};
use crate::facts::FactRef;
use crate::facts::Facts;
use crate::facts::live::LiveProblemKind;
use crate::lock::{FactEntry, LockProblem, PATH, SourceEntry};
use crate::register::source;
use crate::schema::index::TableIndex;

pub(super) const CHECK: Check = Check::deny("lock-mismatch", include_str!("lock_mismatch.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for problem in &book.lock.problems {
        findings.push(match problem {
            LockProblem::Unreadable(error) => {
                Diagnostic::new(Place::File(PATH.to_owned()), format!("the lock cannot be read: {error}"))
                    .help("restore it from version control")
            }
            LockProblem::Syntax(error) => {
                Diagnostic::new(error.span, format!("the lock cannot be read: {}", error.message))
                    .help("restore it from version control; after a merge, run `trustbook refresh`")
            }
            LockProblem::Newer(span) => {
                Diagnostic::new(*span, "the lock was written by a later version of `trustbook`".to_owned())
                    .help("install that version; it reads older locks too")
            }
            LockProblem::Misshapen { span, what } => {
                Diagnostic::new(*span, format!("the lock is not as `trustbook refresh` wrote it: {what}"))
                    .help("restore it from version control; after a merge, run `trustbook refresh`")
            }
        });
    }
    for schema in &book.datamap.schemas {
        for problem in &schema.problems {
            let SchemaProblem::Mismatch(key, ours, theirs) = problem else { continue };
            let message = format!("the `{key}` of `{}` is {ours} in the register, but {theirs} in the lock", schema.id);
            let finding = Diagnostic::new(schema.span, message);
            let finding = match book.lock.schema(&schema.id) {
                Some(entry) => finding.also(entry.span, "the lock was written for this one"),
                None => finding,
            };
            findings.push(finding.help(format!("run `trustbook refresh {}`", schema.id)));
        }
    }
    findings.extend(book.datamap.schemas.iter().flat_map(|schema| only_names(&book.datamap, schema)));
    for problem in &book.facts.live_problems {
        if let LiveProblemKind::Selected { ours, theirs, at } = &problem.what {
            let said = |select: &Option<String>| {
                select.as_ref().map_or_else(|| "the whole".to_owned(), |select| format!("`{select}`"))
            };
            let message =
                format!("`{}` selects {} in the register, but {} in the lock", problem.id, said(ours), said(theirs));
            findings.push(
                Diagnostic::new(problem.span, message)
                    .also(*at, "the lock was written for this one")
                    .help(format!("run `trustbook refresh {}`", problem.source)),
            );
        }
    }
    sources(book, findings);
    // A file of the register with syntax errors may name it.
    if !book.facts.register.broken.is_empty() {
        return;
    }
    for entry in &book.lock.schemas {
        let is_named = book.datamap.schema(&entry.id).is_some_and(|schema| schema.pinned().is_some());
        if !is_named {
            findings.push(
                Diagnostic::new(
                    entry.span,
                    format!(
                        "the lock has a data model `{}` that the register does not read from a repository",
                        entry.id
                    ),
                )
                .help("run `trustbook refresh`, which removes it, or state the data model again with its `repository`"),
            );
        }
    }
}

/// Reports entries of sources that the register does not have, or defines differently.
fn sources(book: &Book, findings: &mut Findings) {
    let is_whole = book.facts.register.broken.is_empty();
    for entry in &book.lock.sources {
        let Some(record) = book.facts.record(source::KIND, &entry.id) else {
            if is_whole {
                let message = format!("the lock has a source `{}` that the register does not have", entry.id);
                let help = "run `trustbook refresh`, which removes it, or state the source again";
                findings.push(Diagnostic::new(entry.span, message).help(help));
            }
            continue;
        };
        let Some(asked) = source::asked(record) else { continue };
        let theirs = (entry.kind.as_str(), entry.from.as_str());
        let ours = (record.word("kind").unwrap_or_default(), asked.as_str());
        let format = source::format(record).filter(|format| *format != entry.format);
        let message = match format {
            _ if ours != theirs => format!(
                "the source `{}` is {} {asked} in the register, but {} {} in the lock",
                entry.id, ours.0, theirs.0, theirs.1
            ),
            Some(format) => {
                format!(
                    "the source `{}` is now read as {format}, but the lock was written for its {}",
                    entry.id, entry.format
                )
            }
            None => {
                findings.extend(forgotten(&book.facts, entry).filter(|_| is_whole));
                continue;
            }
        };
        findings.push(
            Diagnostic::new(record.span, message)
                .also(entry.span, "the lock was written for this one")
                .help(format!("run `trustbook refresh {}`", entry.id)),
        );
    }
}

/// Reports facts of a source that the register no longer has, or takes from elsewhere.
fn forgotten<'t>(facts: &'t Facts, entry: &'t SourceEntry) -> impl Iterator<Item = Diagnostic> {
    let is_known = |fact: &&FactEntry| {
        let known = match facts.find(&fact.id) {
            Some(FactRef::Fact(known)) => Some(known),
            _ => facts.register.lists.iter().map(|list| &list.fact).find(|known| known.id == fact.id),
        };
        known.and_then(|known| known.live.as_ref()).is_some_and(|live| live.source.value == entry.id)
    };
    entry.facts.iter().filter(move |fact| !is_known(fact)).map(|fact| {
        let message = format!("the lock has `{}` from `{}`, but the register does not", fact.id, entry.id);
        Diagnostic::new(fact.span, message).help(format!("run `trustbook refresh {}`, which removes it", entry.id))
    })
}

/// Reports tables described after the lock was written, which has only the names of their fields.
fn only_names(datamap: &Datamap, schema: &PinnedSchema) -> Vec<Diagnostic> {
    let Some(pinned) = schema.pinned() else { return Vec::new() };
    let of_table = |table: &TableIndex| {
        let said = datamap.said(&schema.id, &table.name).filter(|said| said.left_out.is_none())?;
        table.fields.iter().any(|field| field.detail.is_none()).then(|| {
            let message =
                format!("the lock has only the names of the fields of `{}`, which used to be left out", table.name);
            Diagnostic::new(said.span, message)
                .also(table.span, "its entry in the lock")
                .help(format!("run `trustbook refresh {} --commit {}`", schema.id, pinned.commit))
        })
    };
    schema.tables.iter().filter_map(of_table).collect()
}
