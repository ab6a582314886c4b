//! What an id such as `litellm.LiteLLM_SpendLogs.end_user` names, where that stands, and the address of its lines.

use super::{Datamap, PinnedSchema};
use crate::forge;
use crate::schema::index::{FieldIndex, TableIndex};

/// What an id names.
#[derive(Debug, Clone, Copy)]
pub enum Target<'d> {
    /// A schema.
    Schema(&'d PinnedSchema),
    /// A table.
    Table(&'d PinnedSchema, &'d TableIndex),
    /// A field.
    Field(&'d PinnedSchema, &'d TableIndex, &'d FieldIndex),
    /// No schema of the book.
    NoSchema,
    /// No table of the schema.
    NoTable(&'d PinnedSchema),
    /// No field of the table.
    NoField(&'d PinnedSchema, &'d TableIndex),
}

impl Datamap {
    /// What an id names: a schema, a table of it after a dot, a field of that after another. Names of tables and of
    /// fields may have dots of their own; the longest name of a table is taken.
    pub fn find(&self, id: &str) -> Target<'_> {
        let (schema, rest) = id.split_once('.').map_or((id, None), |(schema, rest)| (schema, Some(rest)));
        let Some(schema) = self.schema(schema) else { return Target::NoSchema };
        let Some(rest) = rest else { return Target::Schema(schema) };
        if let Some(table) = schema.table(rest) {
            return Target::Table(schema, table);
        }
        let mut known = None;
        for (dot, _) in rest.rmatch_indices('.') {
            if let Some(table) = schema.table(&rest[..dot]) {
                match table.field(&rest[dot + 1..]) {
                    Some(field) => return Target::Field(schema, table, field),
                    None => known = known.or(Some(table)),
                }
            }
        }
        known.map_or(Target::NoTable(schema), |table| Target::NoField(schema, table))
    }
}

impl PinnedSchema {
    /// The permanent address of its file, where it is one and the version has one.
    pub fn file_permalink(&self) -> Option<String> {
        let pinned = self.pinned()?;
        let is_file = self.tables.iter().any(|table| table.path == self.path);
        let address =
            || forge::permalink(&pinned.repository, pinned.template.as_deref(), &pinned.commit, &self.path, None);
        if is_file { address() } else { None }
    }

    /// The permanent address of a table, or of a field of it, where the version has one.
    pub fn permalink(&self, table: &TableIndex, field: Option<&FieldIndex>) -> Option<String> {
        let pinned = self.pinned()?;
        let (path, lines) = match field.and_then(|field| field.detail.as_ref()) {
            Some(detail) => (table.path_of(detail), detail.lines),
            None => (table.path.as_str(), table.lines),
        };
        forge::permalink(&pinned.repository, pinned.template.as_deref(), &pinned.commit, path, Some(lines))
    }
}
