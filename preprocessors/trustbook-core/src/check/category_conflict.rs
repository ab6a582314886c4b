//! A comment in a data model and the register give different categories for a field.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::category;
use crate::datamap::Datamap;
use crate::datamap::PinnedSchema;
use crate::diagnostic::Diagnostic;
use crate::schema::index::{FieldIndex, TableIndex};

pub(super) const CHECK: Check = Check::deny("category-conflict", include_str!("category_conflict.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for schema in &book.datamap.schemas {
        for table in schema.tables.iter() {
            findings.extend(table.fields.iter().filter_map(|field| conflict(&book.datamap, schema, table, field)));
        }
    }
}

fn conflict(datamap: &Datamap, schema: &PinnedSchema, table: &TableIndex, field: &FieldIndex) -> Option<Diagnostic> {
    let comment = field.detail.as_ref()?.category.as_deref()?;
    let place = table.place(Some(field));
    if let Err(unknown) = category::check(comment) {
        let message = format!(
            "the comment at `{}` of `{}` names `{comment}`, which is not a fideslang data category",
            field.name, table.name
        );
        let finding = Diagnostic::new(field.span, message).label(place);
        return Some(match unknown.nearest {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("write a key such as `user.contact.email` after `@category`"),
        });
    }
    let said = datamap.said(&schema.id, &table.name)?;
    let entry = said.fields.get(&field.name)?;
    let category = entry.category.as_deref()?;
    // One of the two may be more specific.
    if category::within(category, comment) || category::within(comment, category) {
        return None;
    }
    let message = format!(
        "`{}` of `{}` holds `{category}` in the register, but `{comment}` in its comment",
        field.name, table.name
    );
    Some(
        Diagnostic::new(entry.span, message)
            .also(field.span, format!("{place}: the comment"))
            .help("find out which of the two is right, and correct the other"),
    )
}
