//! Moving a pin: what was known of a schema before, and what its files say now, become one entry.

use super::write::short;
use super::{Gone, Pin, SchemaEntry};
use crate::schema::index::{Changed, FieldIndex, TableIndex};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Puts what was known before into a new entry: since when each field is there, how it changed, and what is gone.
/// `new` comes with its tables as they were read, and without pins. `left_out` are the tables of which only the names of
/// fields are kept.
pub fn onto(mut new: SchemaEntry, old: Option<&SchemaEntry>, left_out: &BTreeSet<String>) -> SchemaEntry {
    let at = short(&new.commit);
    new.pins = old.map(|old| old.pins.clone()).unwrap_or_default();
    // A commit that was pinned before is now the newest: the order is that in which the book followed them.
    new.pins.retain(|pin| pin.commit != new.commit || old.is_some_and(|old| old.commit == new.commit));
    if new.pins.last().is_none_or(|pin| pin.commit != new.commit) {
        new.pins.push(Pin { commit: new.commit.clone(), on: new.checked });
    }
    new.gone = old.map(|old| gone(old, &new, &at)).unwrap_or_default();
    let behind = old.and_then(|old| behind(old, &new.commit));
    // What was there all the time since a commit that is now the newest was there at the pin behind it.
    let kept = |since: &str| if since == at { behind.clone().unwrap_or_else(|| at.clone()) } else { since.to_owned() };
    let tables = Arc::make_mut(&mut new.tables);
    for table in tables.iter_mut() {
        let before = old.and_then(|old| old.table(&table.name));
        table.since = before.and_then(|before| before.since.as_deref()).map(kept).or_else(|| Some(at.clone()));
        let known = before.map(TableIndex::by_name).unwrap_or_default();
        for field in &mut table.fields {
            let known = known.get(field.name.as_str()).copied();
            field.since = known.and_then(|known| known.since.as_deref()).map(kept).or_else(|| Some(at.clone()));
            // What came after its table was left out is kept whole: somebody has to look at it.
            if left_out.contains(&table.name) && field.since == table.since {
                field.detail = None;
            } else if let Some(known) = known {
                carry(field, known, &at, kept);
            }
        }
    }
    // Names of pins that are gone would name nothing.
    let known: BTreeSet<String> = new.pins.iter().map(|pin| short(&pin.commit)).collect();
    for table in tables.iter_mut() {
        let keep = |since: &mut Option<String>| since.as_ref().is_none_or(|since| known.contains(since));
        if !keep(&mut table.since) {
            table.since = Some(at.clone());
        }
        for field in &mut table.fields {
            if !keep(&mut field.since) {
                field.since = Some(at.clone());
            }
        }
    }
    new
}

/// The pin behind a commit that was followed before, and is gone back to.
fn behind(old: &SchemaEntry, commit: &str) -> Option<String> {
    let at = old.pins.iter().position(|pin| pin.commit == commit)?;
    old.pins.get(at + 1).map(|pin| short(&pin.commit))
}

/// How a field changed: now, or at an earlier pin.
fn carry(field: &mut FieldIndex, known: &FieldIndex, at: &str, kept: impl Fn(&str) -> String) {
    let (Some(now), Some(before)) = (&mut field.detail, &known.detail) else { return };
    now.changed = match now.words() == before.words() {
        true => before.changed.as_ref().map(|it| Changed { at: kept(&it.at), was: it.was.clone() }),
        false => Some(Changed { at: at.to_owned(), was: before.words() }),
    };
}

/// What was there and is not any more, with what was gone before and did not come back.
fn gone(old: &SchemaEntry, new: &SchemaEntry, at: &str) -> Vec<Gone> {
    let is_there = |table: &str, field: Option<&str>| match (new.table(table), field) {
        (Some(table), Some(field)) => table.field(field).is_some(),
        (found, _) => found.is_some(),
    };
    let mut gone: BTreeSet<Gone> =
        old.gone.iter().filter(|gone| !is_there(&gone.table, gone.field.as_deref())).cloned().collect();
    for table in old.tables.iter() {
        let lost = |field: Option<&FieldIndex>| Gone {
            table: table.name.clone(),
            field: field.map(|field| field.name.clone()),
            at: at.to_owned(),
            was: table.place(field),
        };
        match new.table(&table.name).map(TableIndex::by_name) {
            Some(now) => {
                let lost_fields = table.fields.iter().filter(|it| !now.contains_key(it.name.as_str()));
                gone.extend(lost_fields.map(|it| lost(Some(it))));
            }
            None => {
                gone.insert(lost(None));
            }
        }
    }
    gone.into_iter().collect()
}
