//! The changes in a schema from one pin to the next, as data and as sentences.

use super::SchemaEntry;
use crate::schema::TableKind;
use crate::schema::index::{FieldIndex, TableIndex};

/// One change to a table or a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModelChange {
    /// The name of the table.
    pub table: String,
    /// The name of the field; `None` for the table as a whole.
    pub field: Option<String>,
    /// The kind of change.
    pub what: ModelChangeKind,
    /// The file and line of the table or field: the new ones or, if it was removed, the old ones.
    pub place: String,
}

/// A kind of change to a table or a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModelChangeKind {
    /// New: the type of a field, or the kind of a table and the number of its fields.
    Added(String),
    /// Removed from the schema.
    Removed,
    /// The type or the modifiers changed: before and after, in words.
    Retyped(String, String),
    /// The category in the comment changed: before and after.
    Recategorised(Option<String>, Option<String>),
    /// The source lines changed, but not the type or the category.
    Reworded,
}

impl ModelChange {
    /// Returns the change as a sentence that does not name the table.
    pub fn sentence(&self) -> String {
        let name = self.field.as_ref().map_or_else(|| "the table".to_owned(), |field| format!("`{field}`"));
        let place = &self.place;
        let category = |of: &Option<String>| of.as_ref().map_or_else(|| "none".to_owned(), |key| format!("`{key}`"));
        match &self.what {
            ModelChangeKind::Added(what) => format!("{name} is new: {what} ({place})"),
            ModelChangeKind::Removed => format!("{name} is gone (was {place})"),
            ModelChangeKind::Retyped(was, is) => format!("{name} was {was} and is {is} ({place})"),
            ModelChangeKind::Recategorised(was, is) => {
                format!("the category in the comment of {name} was {} and is {} ({place})", category(was), category(is))
            }
            ModelChangeKind::Reworded => format!("the line of {name} has changed ({place})"),
        }
    }
}

/// Returns the changes between two entries of one schema, sorted by table and then by field.
pub fn between(old: &SchemaEntry, new: &SchemaEntry) -> Vec<ModelChange> {
    let mut changes = Vec::new();
    for table in new.tables.iter() {
        match old.table(&table.name) {
            Some(before) => {
                if (before.kind, &before.stored_as) != (table.kind, &table.stored_as) {
                    changes.push(ModelChange {
                        table: table.name.clone(),
                        field: None,
                        what: ModelChangeKind::Retyped(kind_of(before), kind_of(table)),
                        place: table.place(None),
                    });
                }
                fields(before, table, &mut changes);
            }
            None => changes.push(ModelChange {
                table: table.name.clone(),
                field: None,
                what: ModelChangeKind::Added(described(table)),
                place: table.place(None),
            }),
        }
    }
    let gone = old.tables.iter().filter(|table| new.table(&table.name).is_none());
    changes.extend(gone.map(|table| ModelChange {
        table: table.name.clone(),
        field: None,
        what: ModelChangeKind::Removed,
        place: table.place(None),
    }));
    changes.sort();
    changes
}

fn kind_of(table: &TableIndex) -> String {
    let kind = match table.kind {
        TableKind::Table => "a table",
        TableKind::View => "a view",
        TableKind::Type => "a type",
    };
    let stored = table.stored_as.as_ref().map_or_else(String::new, |name| format!(", stored as `{name}`"));
    format!("{kind}{stored}")
}

fn described(table: &TableIndex) -> String {
    let kind = kind_of(table);
    let count = table.fields.len();
    format!("{kind} with {count} {}", if count == 1 { "field" } else { "fields" })
}

fn fields(before: &TableIndex, now: &TableIndex, changes: &mut Vec<ModelChange>) {
    let (was, is) = (before.by_name(), now.by_name());
    for field in &now.fields {
        let change = |what: ModelChangeKind| ModelChange {
            table: now.name.clone(),
            field: Some(field.name.clone()),
            what,
            place: now.place(Some(field)),
        };
        match was.get(field.name.as_str()).copied() {
            None => {
                let ty = field.detail.as_ref().map_or_else(|| "a field".to_owned(), |detail| detail.words());
                changes.push(change(ModelChangeKind::Added(ty)));
            }
            Some(known) => changes.extend(compared(known, field).map(change)),
        }
    }
    let gone = before.fields.iter().filter(|field| !is.contains_key(field.name.as_str()));
    changes.extend(gone.map(|field| ModelChange {
        table: now.name.clone(),
        field: Some(field.name.clone()),
        what: ModelChangeKind::Removed,
        place: before.place(Some(field)),
    }));
}

fn compared(before: &FieldIndex, now: &FieldIndex) -> Option<ModelChangeKind> {
    let (before, now) = (before.detail.as_ref()?, now.detail.as_ref()?);
    if before.words() != now.words() {
        Some(ModelChangeKind::Retyped(before.words(), now.words()))
    } else if before.shape() != now.shape() {
        Some(ModelChangeKind::Retyped(before.shape(), now.shape()))
    } else if before.category != now.category {
        Some(ModelChangeKind::Recategorised(before.category.clone(), now.category.clone()))
    } else if before.hash != now.hash {
        Some(ModelChangeKind::Reworded)
    } else {
        None
    }
}
