//! The anchors of tables and fields of schemas, which stay.

use crate::datamap::PinnedSchema;
use crate::page::Page;
use crate::schema::index::{FieldIndex, TableIndex, hex};
use crate::trust::Index;
use sha2::{Digest, Sha256};

/// The anchor of a table, or of a field of it.
pub(super) fn anchor(schema: &PinnedSchema, table: &TableIndex, field: Option<&FieldIndex>) -> String {
    let id = id(schema, table, field);
    // An anchor stands in addresses as it is, and has no spaces.
    let is_kept = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    if id.chars().all(is_kept) {
        return format!("field-{id}");
    }
    // `a b` and `a-b` are two fields, wherever on a page they stand.
    let kept: String = id.chars().map(|c| if is_kept(c) { c } else { '-' }).collect();
    let hash = hex(Sha256::digest(&id).get(..4).unwrap_or_default());
    format!("field-{kept}-{hash}")
}

/// `litellm.LiteLLM_SpendLogs.end_user`
pub(crate) fn id(schema: &PinnedSchema, table: &TableIndex, field: Option<&FieldIndex>) -> String {
    let field = field.map_or_else(String::new, |field| format!(".{}", field.name));
    format!("{}.{}{field}", schema.id, table.name)
}

/// The way from a page to the place where a table or field is described.
pub(super) fn link(
    index: &Index,
    page: &Page,
    schema: &PinnedSchema,
    table: &TableIndex,
    field: Option<&FieldIndex>,
) -> Option<String> {
    index.fields.get(&id(schema, table, field))?.from(page)
}
