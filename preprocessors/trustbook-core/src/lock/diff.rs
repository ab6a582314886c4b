//! What changed in a schema from one pin to the next, as data and in sentences.

use super::SchemaEntry;
use crate::schema::TableKind;
use crate::schema::index::{FieldIndex, TableIndex};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The table.
    pub table: String,
    /// The field; `None` for the table as a whole.
    pub field: Option<String>,
    /// What happened to it.
    pub what: What,
    /// The file and line where it is now, or was before.
    pub place: String,
}

/// What happened to a table or a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It is new. What it is: the type of a field, the number of fields of a table.
    Added(String),
    /// It is gone.
    Removed,
    /// What it was, and what it is.
    Retyped(String, String),
    /// The category in its comment was, and is.
    Recategorised(Option<String>, Option<String>),
    /// Its line reads otherwise, and its type is the same.
    Reworded,
}

impl Change {
    /// In a sentence, without the table.
    pub fn sentence(&self) -> String {
        let name = self.field.as_ref().map_or_else(|| "the table".to_owned(), |field| format!("`{field}`"));
        let place = &self.place;
        let category = |of: &Option<String>| of.as_ref().map_or_else(|| "none".to_owned(), |key| format!("`{key}`"));
        match &self.what {
            What::Added(what) => format!("{name} is new: {what} ({place})"),
            What::Removed => format!("{name} is gone (was {place})"),
            What::Retyped(was, is) => format!("{name} was {was} and is {is} ({place})"),
            What::Recategorised(was, is) => {
                format!("the category in the comment of {name} was {} and is {} ({place})", category(was), category(is))
            }
            What::Reworded => format!("the line of {name} reads otherwise ({place})"),
        }
    }
}

/// What changed between two entries of one schema, by table.
pub fn between(old: &SchemaEntry, new: &SchemaEntry) -> Vec<Change> {
    let mut changes = Vec::new();
    for table in new.tables.iter() {
        match old.table(&table.name) {
            Some(before) => fields(before, table, &mut changes),
            None => changes.push(Change {
                table: table.name.clone(),
                field: None,
                what: What::Added(described(table)),
                place: table.place(None),
            }),
        }
    }
    let gone = old.tables.iter().filter(|table| new.table(&table.name).is_none());
    changes.extend(gone.map(|table| Change {
        table: table.name.clone(),
        field: None,
        what: What::Removed,
        place: table.place(None),
    }));
    changes.sort();
    changes
}

fn described(table: &TableIndex) -> String {
    let kind = match table.kind {
        TableKind::Table => "a table",
        TableKind::View => "a view",
        TableKind::Type => "a type",
    };
    let count = table.fields.len();
    format!("{kind} with {count} {}", if count == 1 { "field" } else { "fields" })
}

fn fields(before: &TableIndex, now: &TableIndex, changes: &mut Vec<Change>) {
    let (was, is) = (before.by_name(), now.by_name());
    for field in &now.fields {
        let change = |what: What| Change {
            table: now.name.clone(),
            field: Some(field.name.clone()),
            what,
            place: now.place(Some(field)),
        };
        match was.get(field.name.as_str()).copied() {
            None => {
                let ty = field.detail.as_ref().map_or_else(|| "a field".to_owned(), |detail| detail.words());
                changes.push(change(What::Added(ty)));
            }
            Some(known) => changes.extend(compared(known, field).map(change)),
        }
    }
    let gone = before.fields.iter().filter(|field| !is.contains_key(field.name.as_str()));
    changes.extend(gone.map(|field| Change {
        table: now.name.clone(),
        field: Some(field.name.clone()),
        what: What::Removed,
        place: before.place(Some(field)),
    }));
}

fn compared(before: &FieldIndex, now: &FieldIndex) -> Option<What> {
    let (before, now) = (before.detail.as_ref()?, now.detail.as_ref()?);
    if before.words() != now.words() {
        Some(What::Retyped(before.words(), now.words()))
    } else if before.category != now.category {
        Some(What::Recategorised(before.category.clone(), now.category.clone()))
    } else if before.hash != now.hash {
        Some(What::Reworded)
    } else {
        None
    }
}
