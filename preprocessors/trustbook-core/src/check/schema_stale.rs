//! A data model was last compared with its repository too long ago.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::register::value::date_words;

pub(super) const CHECK: Check =
    Check::warn("schema-stale", include_str!("schema_stale.md"), Run::Book(run)).by_calendar();

fn run(book: &Book, findings: &mut Findings) {
    for schema in &book.datamap.schemas {
        let Some(pinned) = schema.pinned() else { continue };
        let until = schema.fresh_until(&book.facts);
        if until.is_some_and(|until| until < book.facts.today) {
            let message = format!(
                "the data model `{}` was last compared with its repository on {}",
                schema.id,
                date_words(pinned.checked)
            );
            findings.push(
                Diagnostic::new(schema.span, message)
                    .help(format!("run `trustbook refresh {}`: it shows what has changed", schema.id)),
            );
        }
    }
}
