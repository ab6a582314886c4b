//! Names of tables and fields that a schema lacks: those that it once had, and those that it never had.

use super::{Datamap, PinnedSchema};
use crate::schema::index::TableIndex;
use crate::suggest::nearest;

/// The reason why a schema lacks a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absent {
    /// It existed: the commit that removed it and its last place, if the lock knows them.
    Gone(Option<(String, String)>),
    /// It never existed, as far as is known: the name that was probably meant, if any.
    Never(Option<String>),
}

impl Datamap {
    /// Returns the reason why a schema lacks a table.
    pub fn absent_table(&self, schema: &PinnedSchema, name: &str) -> Absent {
        let known = schema.pinned().and_then(|pinned| pinned.gone.get(&(name.to_owned(), None)));
        match known {
            Some(since) => Absent::Gone(Some(since.clone())),
            None => {
                Absent::Never(nearest(name, schema.tables.iter().map(|table| table.name.as_str())).map(str::to_owned))
            }
        }
    }

    /// Returns the reason why a table lacks a field.
    ///
    /// A field that the register describes existed, unless its name resembles that of a field without a description.
    pub fn absent_field(&self, schema: &PinnedSchema, table: &TableIndex, name: &str) -> Absent {
        let key = (table.name.clone(), Some(name.to_owned()));
        if let Some(since) = schema.pinned().and_then(|pinned| pinned.gone.get(&key)) {
            return Absent::Gone(Some(since.clone()));
        }
        let said = self.said(&schema.id, &table.name);
        let is_said = |name: &str| said.is_some_and(|said| said.fields.contains_key(name));
        let names = table.fields.iter().map(|field| field.name.as_str());
        if !is_said(name) {
            return Absent::Never(nearest(name, names).map(str::to_owned));
        }
        match nearest(name, names.filter(|name| !is_said(name))) {
            Some(near) => Absent::Never(Some(near.to_owned())),
            None => Absent::Gone(None),
        }
    }
}
