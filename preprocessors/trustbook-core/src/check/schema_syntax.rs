//! A data model that the register names cannot be read.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::datamap::DatamapProblem;
use crate::diagnostic::Diagnostic;
use crate::schema::LANGUAGES;
use crate::suggest::listed;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::deny("schema-syntax", include_str!("schema_syntax.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for schema in &book.datamap.schemas {
        let at = |message: String| Diagnostic::new(schema.span, message);
        for skipped in &schema.skipped {
            let Some(table) = book.datamap.described(schema, skipped) else { continue };
            if schema.accepts(skipped, book.facts.today).is_none() {
                let message = format!("the described table `{table}` is mentioned where {}", skipped.what);
                findings.push(Diagnostic::new(skipped.span, message).help(format!(
                    "check {}, and write into the `[[schema]]`: accept = [{{ at = \"{0}\", reason = \"...\", until = ... }}]",
                    skipped.place
                )));
            }
        }
        for problem in &schema.problems {
            findings.push(match problem {
                DatamapProblem::Syntax(problem) => {
                    Diagnostic::new(problem.span, problem.what.clone()).help(problem.help.clone())
                }
                DatamapProblem::Unreadable { path, error } => {
                    at(format!("`{path}`, a file of the data model `{}`, cannot be read: {error}", schema.id))
                        .help("correct the `path`, which is relative to the book's folder, or the file")
                }
                DatamapProblem::NoFiles => {
                    let endings: BTreeSet<&str> =
                        LANGUAGES.iter().flat_map(|language| language.endings).copied().collect();
                    at(format!("`{}` of the data model `{}` is in no known language", schema.path, schema.id))
                        .help(format!("its files end in {}", listed(endings).replace(" and ", " or ")))
                }
                DatamapProblem::Language(names) => {
                    at(format!("the language of the data model `{}` cannot be determined from its files", schema.id))
                        .help(format!(
                            "write `language`: it can be {}",
                            listed(names.iter().copied()).replace(" and ", " or ")
                        ))
                }
                DatamapProblem::Template(why) => {
                    at(format!("the `permalink` of `{}` is not a valid address of lines: {why}", schema.id))
                        .help("write it with `{commit}`, `{path}`, `{first}` and `{last}`")
                }
                DatamapProblem::Unpinned | DatamapProblem::Mismatch(..) => continue,
            });
        }
    }
}
