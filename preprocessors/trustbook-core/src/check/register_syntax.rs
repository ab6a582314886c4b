//! A file of the register is not TOML, or cannot be read.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::facts::Facts;
use crate::register::{RegisterProblem, source};

pub(super) const CHECK: Check = Check::deny("register-syntax", include_str!("register_syntax.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for problem in &book.facts.register.problems {
        match problem {
            RegisterProblem::Unreadable { path, error } => findings.push(
                Diagnostic::new(
                    Place::File(path.clone()),
                    format!("this file of the register cannot be read: {error}"),
                )
                .help("save it as UTF-8 text in a plain file"),
            ),
            RegisterProblem::NotRead { path } if !is_of_source(&book.facts, path) => {
                let stem = path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
                findings.push(
                    Diagnostic::new(
                        Place::File(path.clone()),
                        "this file is not read: the register is written in files that end in `.toml`",
                    )
                    .help(format!(
                        "name it `{stem}.toml`, or move it out of `facts/` if it is not part of the register"
                    )),
                );
            }
            RegisterProblem::TooMuch { path, why, help } => {
                findings.push(Diagnostic::new(Place::File(path.clone()), why.as_str()).help(*help));
            }
            RegisterProblem::Syntax(error) if !error.is_duplicate_key() => findings.push(
                Diagnostic::new(error.span, format!("this is not TOML: {}", error.message)).help(
                    error
                        .help
                        .as_deref()
                        .unwrap_or("correct the line; the rest of the file was read as far as possible"),
                ),
            ),
            _ => {}
        }
    }
}

/// Returns true if a file of the book is read by a source.
fn is_of_source(facts: &Facts, path: &str) -> bool {
    let sources = facts.register.of_kind(source::KIND);
    sources.filter_map(|source| source.value("path")).any(|named| named.text() == path)
}
