//! Moves a pin: merges the history of a schema with its files at the new commit into one entry.

use super::write::short;
use super::{Gone, Pin, SchemaEntry};
use crate::schema::index::{Changed, FieldIndex, TableIndex};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Merges the history of an old entry into a new one: when fields first appeared, how they changed, and what is gone.
///
/// `new` holds the tables as read, without pins. For the tables in `left_out`, only the names of fields are kept.
pub fn onto(mut new: SchemaEntry, old: Option<&SchemaEntry>, left_out: &BTreeSet<String>) -> SchemaEntry {
    let at = short(&new.commit);
    new.pins = old.map(|old| old.pins.clone()).unwrap_or_default();
    // A commit that was pinned before becomes the newest: pins are in the order in which the book followed them.
    new.pins.retain(|pin| pin.commit != new.commit || old.is_some_and(|old| old.commit == new.commit));
    if new.pins.last().is_none_or(|pin| pin.commit != new.commit) {
        new.pins.push(Pin { commit: new.commit.clone(), on: new.checked });
    }
    new.gone = old.map(|old| gone(old, &new, &at)).unwrap_or_default();
    let behind = old.and_then(|old| behind(old, &new.commit));
    // A field known since the commit that is now the newest also existed at the pin that followed that commit.
    let kept = |since: &str| if since == at { behind.clone().unwrap_or_else(|| at.clone()) } else { since.to_owned() };
    let tables = Arc::make_mut(&mut new.tables);
    for table in tables.iter_mut() {
        let before = old.and_then(|old| old.table(&table.name));
        table.since = before.and_then(|before| before.since.as_deref()).map(kept).or_else(|| Some(at.clone()));
        let known = before.map(TableIndex::by_name).unwrap_or_default();
        for field in &mut table.fields {
            let known = known.get(field.name.as_str()).copied();
            field.since = known.and_then(|known| known.since.as_deref()).map(kept).or_else(|| Some(at.clone()));
            // Fields that appeared after their table was left out keep their details: somebody has to review them.
            if left_out.contains(&table.name) && field.since == table.since {
                field.detail = None;
            } else if let Some(known) = known {
                carry(field, known, &at, kept);
            }
        }
    }
    // A pin that is gone can no longer be referred to.
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

/// Returns the short hash of the pin that followed `commit`, if the book goes back to `commit`.
fn behind(old: &SchemaEntry, commit: &str) -> Option<String> {
    let at = old.pins.iter().position(|pin| pin.commit == commit)?;
    old.pins.get(at + 1).map(|pin| short(&pin.commit))
}

/// Sets the last change of a field: at this pin, or at an earlier one.
fn carry(field: &mut FieldIndex, known: &FieldIndex, at: &str, kept: impl Fn(&str) -> String) {
    let (Some(now), Some(before)) = (&mut field.detail, &known.detail) else { return };
    now.changed = match now.shape() == before.shape() {
        true => before.changed.as_ref().map(|it| Changed { at: kept(&it.at), was: it.was.clone() }),
        false if now.words() != before.words() => Some(Changed { at: at.to_owned(), was: before.words() }),
        false => Some(Changed { at: at.to_owned(), was: before.shape() }),
    };
}

/// Returns everything the new entry lacks: what was gone already and did not return, and what is removed now.
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
