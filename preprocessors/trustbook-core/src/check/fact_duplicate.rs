//! An id appears twice in the register.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::register::RegisterProblem;
use crate::span::FileId;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::deny("fact-duplicate", include_str!("fact_duplicate.md"), Run::Book(run));

/// The number of repeated statements that makes a file a copy of another.
const MANY: usize = 4;

fn run(book: &Book, findings: &mut Findings) {
    const HELP: &str = "keep the correct one: a fact is stated in one place";
    let copies = copies(book);
    for (copy, first) in &copies {
        let place = Place::File(book.map.file(*copy).path().to_owned());
        let (copy, first) = (book.map.file(*copy).path(), book.map.file(*first).path());
        findings.push(
            Diagnostic::new(place, format!("`{copy}` repeats `{first}`"))
                .help("delete one of the two files: a fact is stated in one place"),
        );
    }
    for problem in &book.facts.register.problems {
        match problem {
            RegisterProblem::Duplicate { first, second, .. }
                if copies.iter().any(|(copy, of)| {
                    [(first.file, second.file), (second.file, first.file)].contains(&(*copy, *of))
                }) => {}
            RegisterProblem::Duplicate { id, first, second } => findings.push(
                Diagnostic::new(*second, format!("`{id}` is stated twice"))
                    .label("here again")
                    .also(*first, "stated here first")
                    .help(HELP),
            ),
            RegisterProblem::Nested { parent, child, first, second } => findings.push(
                Diagnostic::new(*second, format!("`{child}` is below `{parent}`, which has a value of its own"))
                    .label("here")
                    .also(*first, "the other one")
                    .help("rename one of them: an id belongs either to a fact or to a group"),
            ),
            RegisterProblem::Syntax(error) if error.is_duplicate_key() => {
                let key = book.map.slice(error.span).trim();
                findings.push(Diagnostic::new(error.span, format!("`{key}` is stated twice in this file")).help(HELP));
            }
            _ => {}
        }
    }
}

/// Returns the files whose statements are all in another file too, each with that file. Of two equal files, the one with
/// the longer name is the copy.
fn copies(book: &Book) -> BTreeMap<FileId, FileId> {
    let register = &book.facts.register;
    let mut stated: BTreeMap<FileId, usize> = BTreeMap::new();
    let facts = register.facts.iter().map(|fact| fact.span.file);
    for file in facts.chain(register.records.iter().map(|record| record.span.file)) {
        *stated.entry(file).or_default() += 1;
    }
    let mut repeated: BTreeMap<(FileId, FileId), usize> = BTreeMap::new();
    for problem in &register.problems {
        if let RegisterProblem::Duplicate { first, second, .. } = problem
            && first.file != second.file
        {
            *repeated.entry((first.file, second.file)).or_default() += 1;
        }
    }
    let mut copies = BTreeMap::new();
    for ((first, second), count) in repeated {
        let of = |file: &FileId| stated.get(file).copied().unwrap_or(0);
        // A repeated statement is read once, at its first place.
        let is_alike = count >= MANY || book.map.file(first).text().trim() == book.map.file(second).text().trim();
        let is_copy = count > 1 && is_alike && (of(&second) == 0 || of(&first) == count);
        let name = |file: FileId| book.map.file(file).path().len();
        if is_copy {
            let (copy, other) = if name(first) > name(second) { (first, second) } else { (second, first) };
            copies.insert(copy, other);
        }
    }
    copies
}
