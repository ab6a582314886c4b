//! Names of tables and fields that a schema does not have: those that it had, and those that it never had.

use super::{Datamap, PinnedSchema};
use crate::schema::index::TableIndex;
use crate::suggest::nearest;

/// Why a name is not in a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absent {
    /// It was there: since which commit it is gone and where it was, where the lock knows that.
    Gone(Option<(String, String)>),
    /// It never was, as far as is known: the name that was probably meant.
    Never(Option<String>),
}

impl Datamap {
    /// Why a schema does not have a table.
    pub fn absent_table(&self, schema: &PinnedSchema, name: &str) -> Absent {
        let known = schema.pinned().and_then(|pinned| pinned.gone.get(&(name.to_owned(), None)));
        match known {
            Some(since) => Absent::Gone(Some(since.clone())),
            None => {
                Absent::Never(nearest(name, schema.tables.iter().map(|table| table.name.as_str())).map(str::to_owned))
            }
        }
    }

    /// Why a table does not have a field. What the register describes was there, unless the name is nearly that of a
    /// field that it does not describe.
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
