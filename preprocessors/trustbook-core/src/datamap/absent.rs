//! Names of tables and fields that a schema lacks: those that it once had, and those that it never had.

use super::{Datamap, PinnedSchema};
use crate::schema::index::TableIndex;
use crate::suggest::nearest;

/// The reason why a schema lacks a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absent {
    /// It existed: the commit that removed it and its last place, if the lock knows them.
    Gone(Option<(String, String)>),
    /// It never existed, as far as is known.
    Never,
}

impl Datamap {
    /// Returns the reason why a schema lacks a table.
    pub fn absent_table(&self, schema: &PinnedSchema, name: &str) -> Absent {
        match schema.pinned().and_then(|pinned| pinned.gone.get(&(name.to_owned(), None))) {
            Some(since) => Absent::Gone(Some(since.clone())),
            None => Absent::Never,
        }
    }

    /// Returns the table of a schema that a name probably means.
    pub fn near_table<'t>(&self, schema: &'t PinnedSchema, name: &str) -> Option<&'t str> {
        nearest(name, schema.tables.iter().map(|table| table.name.as_str()))
    }

    /// Returns the reason why a table lacks a field.
    ///
    /// A field that the register describes existed, unless its name resembles that of a field without a description.
    pub fn absent_field(&self, schema: &PinnedSchema, table: &TableIndex, name: &str) -> Absent {
        let key = (table.name.clone(), Some(name.to_owned()));
        if let Some(since) = schema.pinned().and_then(|pinned| pinned.gone.get(&key)) {
            return Absent::Gone(Some(since.clone()));
        }
        let is_said = self.said(&schema.id, &table.name).is_some_and(|said| said.fields.contains_key(name));
        match is_said && self.near_field(schema, table, name).is_none() {
            true => Absent::Gone(None),
            false => Absent::Never,
        }
    }

    /// Returns the field of a table that a name probably means: one without a description, if the name has one.
    pub fn near_field<'t>(&self, schema: &PinnedSchema, table: &'t TableIndex, name: &str) -> Option<&'t str> {
        let said = self.said(&schema.id, &table.name).filter(|said| said.fields.contains_key(name));
        let names = table.fields.iter().map(|field| field.name.as_str());
        nearest(name, names.filter(|name| said.is_none_or(|said| !said.fields.contains_key(*name))))
    }
}
