//! A table as the statements so far have made it.

use super::change::{ColumnSource, Including};
use super::column::{Column, ColumnPosition};
use super::constraint::KeyConstraint;
use super::dialect::Dialect;
use super::types::SqlType;
use crate::schema::{Migration, Modifier, TableKind};
use crate::span::Span;
use std::collections::HashMap;

/// The state of a table.
#[derive(Debug, Default, Clone)]
pub(super) struct TableState {
    /// The name as first written, with its schema unless that is the default.
    pub(super) name: String,
    pub(super) key: String,
    pub(super) kind: Option<TableKind>,
    pub(super) span: Option<Span>,
    pub(super) origin: Option<Migration>,
    pub(super) is_temporary: bool,
    /// True if it may have more columns than are known.
    pub(super) is_open: bool,
    /// A message about the part that is unknown, reported if the table exists at the end.
    pub(super) unknown: Option<String>,
    pub(super) parents: Vec<(ColumnSource, usize)>,
    pub(super) slots: Vec<Slot>,
    pub(super) constraints: Vec<Held>,
    /// The constraints that are the key of the table.
    pub(super) ids: Vec<usize>,
    pub(super) by_name: HashMap<String, usize>,
    pub(super) named: HashMap<String, usize>,
    pub(super) ends: Option<(usize, usize)>,
}

#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) name: String,
    pub(super) key: String,
    pub(super) ty: SqlType,
    /// The index of its user-defined type, if it has one.
    pub(super) own: Option<usize>,
    pub(super) not_null: bool,
    pub(super) modifiers: Vec<Modifier>,
    pub(super) category: Option<String>,
    pub(super) span: Span,
    pub(super) origin: Option<Migration>,
    /// True if the table itself defines it, and not only a parent.
    pub(super) is_local: bool,
    /// True if its values are counted, so that neither a default nor an expression belongs to it.
    pub(super) is_identity: bool,
    is_gone: bool,
    before: Option<usize>,
    behind: Option<usize>,
}

/// A constraint, with the indexes of its columns.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) key: KeyConstraint,
    pub(super) columns: Vec<usize>,
    pub(super) is_gone: bool,
}

/// Types that are another type with a default.
const SERIAL: &[(&str, &str)] = &[
    ("bigserial", "bigint"),
    ("serial", "integer"),
    ("serial2", "smallint"),
    ("serial4", "integer"),
    ("serial8", "bigint"),
    ("smallserial", "smallint"),
];

impl Slot {
    /// Makes a column from its definition.
    pub(super) fn new(
        column: &Column,
        key: String,
        category: Option<String>,
        span: Span,
        origin: Option<Migration>,
    ) -> Self {
        Slot {
            name: column.name.text.clone(),
            key,
            ty: column.ty.clone(),
            own: None,
            not_null: column.not_null,
            modifiers: column.modifiers.clone(),
            category,
            span,
            origin,
            is_local: true,
            is_identity: column.is_identity,
            is_gone: false,
            before: None,
            behind: None,
        }
    }

    /// Returns the column as `LIKE` copies it. `is_key` says that it is in the key of its table, and so never null.
    pub(super) fn copy(&self, with: Including, is_key: bool) -> Slot {
        let mut copy = self.clone();
        copy.not_null |= is_key;
        copy.is_identity &= with.identity;
        let (defaults, generated) =
            if self.is_identity { (with.identity, with.identity) } else { (with.defaults, with.generated) };
        copy.set(Modifier::Default, defaults && self.modifiers.contains(&Modifier::Default));
        copy.set(Modifier::Generated, generated && self.modifiers.contains(&Modifier::Generated));
        if !with.comments {
            copy.category = None;
        }
        if !with.defaults
            && let Some((_, integer)) = SERIAL.iter().find(|(serial, _)| *serial == copy.ty.words)
        {
            copy.ty.words = (*integer).to_owned();
        }
        copy
    }

    /// Adds or removes a modifier.
    pub(super) fn set(&mut self, modifier: Modifier, is_set: bool) {
        self.modifiers.retain(|other| *other != modifier);
        if is_set {
            self.modifiers.push(modifier);
        }
    }
}

impl TableState {
    /// Returns the index of a column.
    pub(super) fn find(&self, key: &str) -> Option<usize> {
        self.by_name.get(key).copied()
    }

    /// Returns the columns that exist, in order.
    pub(super) fn columns(&self) -> impl Iterator<Item = (usize, &Slot)> {
        let mut next = self.ends.map(|(first, _)| first);
        std::iter::from_fn(move || {
            let at = next?;
            let slot = self.slots.get(at)?;
            next = slot.behind;
            Some((at, slot))
        })
    }

    /// Adds a column, which must not exist, and returns its index.
    pub(super) fn add(&mut self, mut slot: Slot, after: Option<Option<usize>>) -> usize {
        let at = self.slots.len();
        (slot.before, slot.behind) = (None, None);
        self.by_name.insert(slot.key.clone(), at);
        self.slots.push(slot);
        self.link(at, after);
        at
    }

    /// Returns the position that MySQL's `FIRST` and `AFTER` name: `None` for the end, `Some(None)` for the beginning.
    pub(super) fn place(&self, place: &ColumnPosition, dialect: Dialect) -> Option<Option<usize>> {
        match place {
            ColumnPosition::Last => None,
            ColumnPosition::First => Some(None),
            ColumnPosition::After(other) => self.find(&dialect.fold(&other.text, other.quoted)).map(Some),
        }
    }

    /// Moves a column to a position; `None` leaves it where it is.
    pub(super) fn move_to(&mut self, at: usize, after: Option<Option<usize>>) {
        if after.is_some() && after != Some(Some(at)) {
            self.unlink(at);
            self.link(at, after);
        }
    }

    pub(super) fn remove(&mut self, at: usize) {
        self.unlink(at);
        if let Some(slot) = self.slots.get_mut(at) {
            slot.is_gone = true;
            self.by_name.remove(&slot.key);
        }
    }

    pub(super) fn rename(&mut self, at: usize, name: &str, key: String) {
        if let Some(slot) = self.slots.get_mut(at) {
            self.by_name.remove(&slot.key);
            self.by_name.insert(key.clone(), at);
            (slot.name, slot.key) = (name.to_owned(), key);
        }
    }

    fn link(&mut self, at: usize, after: Option<Option<usize>>) {
        let (first, last) = self.ends.unwrap_or((at, at));
        let before = match (self.ends, after) {
            (None, _) | (Some(_), Some(None)) => None,
            (Some(_), None) => Some(last),
            (Some(_), Some(Some(other))) => Some(other),
        };
        let behind = match (self.ends, before) {
            (None, _) => None,
            (Some(_), None) => Some(first),
            (Some(_), Some(before)) => self.slots.get(before).and_then(|slot| slot.behind),
        };
        self.join(before, Some(at));
        self.join(Some(at), behind);
        let first = if before.is_none() { at } else { first };
        let last = if behind.is_none() { at } else { last };
        self.ends = Some((first, last));
    }

    fn unlink(&mut self, at: usize) {
        let Some(slot) = self.slots.get(at) else { return };
        let (before, behind) = (slot.before, slot.behind);
        self.join(before, behind);
        self.ends = self.ends.and_then(|(first, last)| {
            let first = if first == at { behind } else { Some(first) };
            let last = if last == at { before } else { Some(last) };
            first.zip(last)
        });
    }

    fn join(&mut self, before: Option<usize>, behind: Option<usize>) {
        if let Some(slot) = before.and_then(|at| self.slots.get_mut(at)) {
            slot.behind = behind;
        }
        if let Some(slot) = behind.and_then(|at| self.slots.get_mut(at)) {
            slot.before = before;
        }
    }

    /// Adds a constraint, under its name if it has one, and returns its index.
    pub(super) fn constrain(&mut self, name: Option<String>, key: KeyConstraint, columns: Vec<usize>) -> usize {
        let at = self.constraints.len();
        if let Some(name) = name {
            self.named.insert(name, at);
        }
        if key == KeyConstraint::Id {
            self.ids.push(at);
        }
        self.constraints.push(Held { key, columns, is_gone: false });
        at
    }

    /// Adds the constraints of these kinds that another table has, under their names there. `places` says which of its
    /// columns each column is.
    pub(super) fn constrain_like(
        &mut self,
        other: &TableState,
        kinds: &[KeyConstraint],
        places: &HashMap<usize, usize>,
    ) {
        let names: HashMap<usize, &String> = other.named.iter().map(|(name, at)| (*at, name)).collect();
        for (at, held) in other.constraints.iter().enumerate() {
            let columns: Option<Vec<usize>> = held.columns.iter().map(|at| places.get(at).copied()).collect();
            if let Some(columns) = columns.filter(|_| !held.is_gone && kinds.contains(&held.key)) {
                self.constrain(names.get(&at).map(|name| (*name).clone()), held.key, columns);
            }
        }
    }

    /// Removes a constraint. Constraints without columns, such as `CHECK`, are not known.
    pub(super) fn free(&mut self, name: &str) {
        if let Some(held) = self.named.remove(name).and_then(|at| self.constraints.get_mut(at)) {
            held.is_gone = true;
        }
    }

    /// Removes the key of the table.
    pub(super) fn free_key(&mut self) {
        for at in std::mem::take(&mut self.ids) {
            self.constraints.get_mut(at).into_iter().for_each(|held| held.is_gone = true);
        }
    }

    pub(super) fn rename_constraint(&mut self, from: &str, to: String) {
        if let Some(at) = self.named.remove(from) {
            self.named.insert(to, at);
        }
    }

    /// Returns the modifiers that constraints add to each column, by the index of the column.
    pub(super) fn said(&self) -> Vec<Vec<Modifier>> {
        let mut said = vec![Vec::new(); self.slots.len()];
        for held in self.constraints.iter().filter(|held| !held.is_gone) {
            let is_whole = held.columns.iter().all(|at| self.slots.get(*at).is_some_and(|slot| !slot.is_gone));
            let modifier = match held.key {
                KeyConstraint::Id => Modifier::Id,
                KeyConstraint::Reference if is_whole => Modifier::Reference,
                // Several columns together are unique, but each of them alone is not.
                KeyConstraint::Unique if held.columns.len() == 1 => Modifier::Unique,
                _ => continue,
            };
            for at in &held.columns {
                said.get_mut(*at).into_iter().for_each(|said| said.push(modifier));
            }
        }
        said
    }
}
