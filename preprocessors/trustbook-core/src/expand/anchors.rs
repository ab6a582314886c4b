//! Permanent anchors of rows, tables and fields.

use crate::book::Index;
use crate::datamap::PinnedSchema;
use crate::page::Page;
use crate::register::Record;
use crate::schema::index::{FieldIndex, TableIndex, hex};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The ids that blocks of one page have given to their rows.
#[derive(Debug, Default)]
pub(super) struct Anchors(BTreeMap<String, usize>);

impl Anchors {
    /// Returns the id itself, or the id with a number if the page already has it.
    pub(super) fn unique(&mut self, id: &str) -> String {
        let mut count = self.0.get(id).copied().unwrap_or(0);
        loop {
            count += 1;
            let anchor = if count == 1 { id.to_owned() } else { format!("{id}-{count}") };
            if count == 1 || !self.0.contains_key(&anchor) {
                self.0.insert(id.to_owned(), count);
                self.0.entry(anchor.clone()).or_insert(1);
                return anchor;
            }
        }
    }
}

/// Returns the anchor of a record. The id of a table can have any character of its name, so others become `-`.
pub(crate) fn of_record(record: &Record) -> String {
    let kept = record.id.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' });
    format!("{}-{}", record.kind.name, kept.collect::<String>())
}

/// Returns the anchor of a fact.
pub(crate) fn of_fact(id: &str) -> String {
    format!("fact-{}", id.replace('.', "-"))
}

/// Returns the anchor of a table, or of one of its fields.
pub(super) fn anchor(schema: &PinnedSchema, table: &TableIndex, field: Option<&FieldIndex>) -> String {
    let id = id(schema, table, field);
    // An anchor is used in addresses unencoded, so it must not contain spaces.
    let is_kept = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    if id.chars().all(is_kept) {
        return format!("field-{id}");
    }
    // `a b` and `a-b` are two fields: a hash keeps their anchors apart, on any page.
    let kept: String = id.chars().map(|c| if is_kept(c) { c } else { '-' }).collect();
    let hash = hex(Sha256::digest(&id).get(..4).unwrap_or_default());
    format!("field-{kept}-{hash}")
}

/// Returns the id of a table or field: `litellm.LiteLLM_SpendLogs.end_user`.
pub(crate) fn id(schema: &PinnedSchema, table: &TableIndex, field: Option<&FieldIndex>) -> String {
    let field = field.map_or_else(String::new, |field| format!(".{}", field.name));
    format!("{}.{}{field}", schema.id, table.name)
}

/// Returns the link from a page to the description of a table or field.
pub(super) fn link(
    index: &Index,
    page: &Page,
    schema: &PinnedSchema,
    table: &TableIndex,
    field: Option<&FieldIndex>,
) -> Option<String> {
    index.fields.get(&id(schema, table, field))?.from(page)
}
