//! The reader of a data model skipped a statement whose effect is unknown.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;

pub(super) const CHECK: Check = Check::warn("schema-skipped", include_str!("schema_skipped.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for schema in &book.datamap.schemas {
        for skipped in &schema.skipped {
            if schema.accepts(skipped, book.facts.today).is_some() || book.datamap.described(schema, skipped).is_some()
            {
                continue;
            }
            let (message, help) = match schema.pinned() {
                None => (
                    skipped.what.clone(),
                    "check what it does: if it creates or changes columns, the schema lacks that",
                ),
                Some(_) => (
                    format!("{} of `{}`: {}", skipped.place, schema.id, skipped.what),
                    "check whether that line of the repository changes what is described",
                ),
            };
            findings.push(Diagnostic::new(skipped.span, message).help(help));
        }
        for accepted in &schema.accepted {
            if schema.is_whole() && !schema.skipped.iter().any(|skipped| skipped.place == accepted.at) {
                let message = format!("`{}` accepts the place `{}`, where nothing is skipped", schema.id, accepted.at);
                findings
                    .push(Diagnostic::new(schema.span, message).help("remove it from `accept`, or correct the line"));
            }
        }
    }
}
