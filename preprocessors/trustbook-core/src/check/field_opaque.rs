//! A field can hold anything, and the register does not describe its contents.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::datamap::Holding;
use crate::diagnostic::Diagnostic;
use crate::schema::FieldContent;

pub(super) const CHECK: Check = Check::deny("field-opaque", include_str!("field_opaque.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for schema in &book.datamap.schemas {
        for table in schema.tables.iter() {
            let Some(said) = book.datamap.said(&schema.id, &table.name) else { continue };
            for field in &table.fields {
                let Some(detail) = field.detail.as_ref().filter(|detail| detail.content == FieldContent::Opaque) else {
                    continue;
                };
                let entry = said.fields.get(&field.name);
                let is_said = entry.is_some_and(|entry| entry.opaque.is_some() || entry.is_misfit);
                // `field-unclassified` reports an unclassified field first.
                let Holding::Known(key, _) = book.datamap.holding(schema, table, field) else { continue };
                // `field-changed` reports an unreviewed change first, too.
                let is_new = detail
                    .changed
                    .as_ref()
                    .is_some_and(|changed| schema.changed_after(&changed.at, said.reviewed_at(&field.name)));
                if is_said || is_new {
                    continue;
                }
                let place = table.place(Some(field));
                let message =
                    format!("`{}` of `{}` ({place}) is {} and can hold anything", field.name, table.name, detail.ty);
                findings.push(
                    Diagnostic::new(entry.map_or(said.span, |entry| entry.span), message)
                        .also(field.span, "the field")
                        .help(format!(
                            "say what it may contain: `{} = {{ category = \"{key}\", opaque = \"...\" }}`",
                            crate::toml_tree::key(&field.name)
                        )),
                );
            }
        }
    }
}
