//! Finds the target of an id such as `litellm.LiteLLM_SpendLogs.end_user`, and its permanent address.

use super::{Datamap, PinnedSchema};
use crate::forge;
use crate::schema::index::{FieldIndex, TableIndex};

/// The target of an id.
#[derive(Debug, Clone, Copy)]
pub enum ModelTarget<'d> {
    /// A schema of the book.
    Schema(&'d PinnedSchema),
    /// A table of a schema.
    Table(&'d PinnedSchema, &'d TableIndex),
    /// A field of a table.
    Field(&'d PinnedSchema, &'d TableIndex, &'d FieldIndex),
    /// Nothing: the book has no such schema.
    NoSchema,
    /// Nothing: the schema has no such table.
    NoTable(&'d PinnedSchema),
    /// Nothing: the table has no such field.
    NoField(&'d PinnedSchema, &'d TableIndex),
}

impl Datamap {
    /// Returns the target of an id: a schema, a table of it after a dot, or a field of that after another dot.
    ///
    /// Names of tables and fields can contain dots themselves; the longest name of a table wins.
    pub fn find(&self, id: &str) -> ModelTarget<'_> {
        let (schema, rest) = id.split_once('.').map_or((id, None), |(schema, rest)| (schema, Some(rest)));
        let Some(schema) = self.schema(schema) else { return ModelTarget::NoSchema };
        let Some(rest) = rest else { return ModelTarget::Schema(schema) };
        if let Some(table) = schema.table(rest) {
            return ModelTarget::Table(schema, table);
        }
        let mut known = None;
        for (dot, _) in rest.rmatch_indices('.') {
            if let Some(table) = schema.table(&rest[..dot]) {
                match table.field(&rest[dot + 1..]) {
                    Some(field) => return ModelTarget::Field(schema, table, field),
                    None => known = known.or(Some(table)),
                }
            }
        }
        known.map_or(ModelTarget::NoTable(schema), |table| ModelTarget::NoField(schema, table))
    }
}

impl PinnedSchema {
    /// Returns the permanent address of the file, if the schema is pinned and is a single file.
    pub fn file_permalink(&self) -> Option<String> {
        let pinned = self.pinned()?;
        let is_file = self.tables.iter().any(|table| table.path == self.path);
        let address =
            || forge::permalink(&pinned.repository, pinned.template.as_deref(), &pinned.commit, &self.path, None);
        if is_file { address() } else { None }
    }

    /// Returns the permanent address of a table, or of a field of it, if the schema is pinned.
    pub fn permalink(&self, table: &TableIndex, field: Option<&FieldIndex>) -> Option<String> {
        let pinned = self.pinned()?;
        let (path, lines) = match field.and_then(|field| field.detail.as_ref()) {
            Some(detail) => (table.path_of(detail), detail.lines),
            None => (table.path.as_str(), table.lines),
        };
        forge::permalink(&pinned.repository, pinned.template.as_deref(), &pinned.commit, path, Some(lines))
    }
}
