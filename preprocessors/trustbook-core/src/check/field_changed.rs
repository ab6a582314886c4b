//! The type of a field has changed since its last review.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::datamap::{PinnedSchema, TableSaid, Version};
use crate::diagnostic::Diagnostic;
use crate::schema::index::TableIndex;

pub(super) const CHECK: Check = Check::deny("field-changed", include_str!("field_changed.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for ((schema, table), said) in &book.datamap.said {
        let Some(schema) = book.datamap.schema(schema) else { continue };
        let Some(table) = schema.table(table) else { continue };
        match &schema.version {
            Version::Pinned(pinned) => in_lock(schema, table, said, &pinned.commit, findings),
            Version::Book => in_book(schema, table, said, findings),
            Version::None => {}
        }
    }
}

fn in_lock(schema: &PinnedSchema, table: &TableIndex, said: &TableSaid, commit: &str, findings: &mut Findings) {
    for field in &table.fields {
        let Some(detail) = &field.detail else { continue };
        let Some(changed) = &detail.changed else { continue };
        let entry = said.fields.get(&field.name);
        if !schema.changed_after(&changed.at, said.reviewed_at(&field.name)) {
            continue;
        }
        let short: String = commit.chars().take(12).collect();
        let place = table.place(Some(field));
        let message =
            format!("`{}` of `{}` ({place}) was {} and is {}", field.name, table.name, changed.was, detail.words());
        findings.push(
            Diagnostic::new(entry.map_or(said.span, |entry| entry.span), message)
                .also(field.span, format!("since commit {}", changed.at))
                .help("check what it holds now, and correct its category if that has changed")
                .help(format!("then write `reviewed = \"{short}\"` in this `[[table]]`")),
        );
    }
}

/// Reports tables of an unpinned data model. A reviewed version identifies the names and types at the time of the
/// review.
fn in_book(schema: &PinnedSchema, table: &TableIndex, said: &TableSaid, findings: &mut Findings) {
    let Some(reviewed) = said.reviewed.as_ref().filter(|it| !schema.knows_version(table, &it.value)) else { return };
    findings.push(
        Diagnostic::new(reviewed.span, format!("the fields of `{}` have changed since they were reviewed", table.name))
            .also(table.span, "the table")
            .help("check what its fields hold now")
            .help(format!("then write `reviewed = \"{}\"`", schema.version_of(table))),
    );
}
