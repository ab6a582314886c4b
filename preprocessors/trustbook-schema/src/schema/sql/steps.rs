//! Applies the steps of `ALTER TABLE`.

use super::change::{Action, AlterStep, ColumnSource, Exists, Reach, When};
use super::column::shown;
use super::constraint::KeyConstraint;
use super::cursor::{Ident, Name};
use super::dialect::Quoted;
use super::model::{ChangeFile, Model, add, constrain, last, slot, undone};
use super::state::{Slot, TableState};
use crate::schema::Modifier;
use crate::span::Span;
use std::collections::{HashMap, HashSet};

/// Applies steps to a table, and to those that have it as a parent.
pub(super) fn apply(model: &mut Model, at: usize, steps: Vec<AlterStep>, reach: Reach, source: ChangeFile<'_>) {
    for step in steps {
        let span = Span::new(source.file, step.range);
        if reach == Reach::All && model.children.contains_key(&at) {
            pass_on(model, at, &step.action, span, source);
        }
        // The table is taken out, so that the others can be read.
        let mut table = model.tables.get_mut(at).map(std::mem::take).unwrap_or_default();
        let after = act(model, at, &mut table, step.action, span, source);
        if let Some(place) = model.tables.get_mut(at) {
            *place = table;
        }
        if let Some(name) = after {
            rename(model, at, &name, span);
        }
    }
}

/// Applies a step to all tables that have a table as a parent.
fn pass_on(model: &mut Model, from: usize, action: &Action, span: Span, source: ChangeFile<'_>) {
    let column = match action {
        Action::Add { column, .. } => Some(&column.name),
        Action::Drop { column, .. }
        | Action::RenameColumn { from: column, .. }
        | Action::Retype { column, .. }
        | Action::NotNull { column, .. }
        | Action::Default { column, .. } => Some(column),
        Action::Constrain(_) | Action::DropConstraint(_) => None,
        _ => return,
    };
    let key = column.map(|column| model.dialect.fold(&column.text, column.quoted));
    let (mut next, mut done) = (vec![from], HashSet::from([from]));
    while let Some(parent) = next.pop() {
        for child in model.children.get(&parent).cloned().unwrap_or_default() {
            let mut table = model.tables.get_mut(child).map(std::mem::take).unwrap_or_default();
            let from = table.parents.iter().find(|(_, it)| *it == parent).map(|(from, _)| *from);
            let there = key.as_ref().and_then(|key| table.find(key));
            let is_local = there.and_then(|at| table.slots.get(at)).is_some_and(|slot| slot.is_local);
            let is_reached = match (from, action) {
                (None | Some(ColumnSource::Query), _) => false,
                (from, Action::Constrain(_) | Action::DropConstraint(_)) => from == Some(ColumnSource::Partition),
                (_, Action::Add { .. }) => there.is_none(),
                (_, Action::Drop { .. }) => there.is_some() && !is_local,
                _ => there.is_some(),
            };
            if is_reached && done.insert(child) && model.budget > 0 {
                model.budget -= 1;
                act(model, child, &mut table, action.clone(), span, source);
                if let (Action::Add { .. }, Some(slot)) = (action, table.slots.last_mut()) {
                    slot.is_local = false;
                }
                next.push(child);
            }
            if let Some(place) = model.tables.get_mut(child) {
                *place = table;
            }
        }
    }
    if model.budget == 0 {
        model.skip(span, "too many tables have this one as a parent to be altered with it".to_owned());
    }
}

/// Returns true if a step only makes sense on a known table. PostgreSQL also alters views, sequences and indexes this
/// way.
pub(super) fn needs_table(action: &Action, name: &str) -> bool {
    match action {
        Action::Rename(_) | Action::SetSchema(_) => {
            !["_seq", "_idx", "_pkey", "_key", "_index"].iter().any(|ending| name.ends_with(ending))
        }
        Action::RenameConstraint { .. } | Action::DropConstraint(_) => false,
        _ => true,
    }
}

/// Renames a table, in its own schema or in the one that the new name gives.
pub(super) fn rename(model: &mut Model, at: usize, to: &Name, span: Span) {
    let Some(old) = model.tables.get(at).map(|table| table.key.clone()) else { return };
    let mut found = model.resolve(to);
    if let ([only], Some((schema, _))) = (to.as_slice(), old.split_once('\0')) {
        let written =
            model.tables.get(at).and_then(|table| table.name.split_once('.')).map_or(schema, |(written, _)| written);
        found.shown = format!("{written}.{}", only.text);
        found.key = format!("{schema}\0{}", model.dialect.fold(&only.text, only.quoted));
    }
    if model.by_key.get(&found.key).is_some_and(|other| *other != at) {
        let what = format!("the table `{}` already exists", found.shown);
        return model.absent(span, &[&last(to)], what);
    }
    model.by_key.remove(&old);
    if let Some(table) = model.tables.get_mut(at) {
        (table.name, table.key) = (found.shown, found.key.clone());
    }
    model.by_key.insert(found.key, at);
}

/// Applies one step; returns the new name of the table if there is one.
fn act(
    model: &mut Model,
    at: usize,
    table: &mut TableState,
    action: Action,
    span: Span,
    source: ChangeFile<'_>,
) -> Option<Name> {
    let fold = |ident: &Ident| model.dialect.fold(&ident.text, ident.quoted);
    match action {
        Action::Add { column, missing } => {
            if missing != When::Missing || table.find(&fold(&column.name)).is_none() {
                add(model, table, &column, source);
            }
        }
        Action::Drop { column, exists } => {
            if let Some(at) = find(model, table, &column, exists, span) {
                model.undone.extend(table.slots.get(at).and_then(|slot| undone(table, Some(slot), span)));
                table.remove(at);
            }
        }
        Action::RenameColumn { from, to } => {
            let key = fold(&to);
            if let Some(at) = find(model, table, &from, Exists::Must, span) {
                match table.find(&key) {
                    Some(other) if other != at => {
                        let what = format!("the column `{}` of `{}` already exists", to.text, table.name);
                        model.absent(span, &[&to.text], what);
                    }
                    _ => table.rename(at, &to.text, key),
                }
            }
        }
        Action::Redefine { column, to, exists } => {
            if let Some(at) = find(model, table, &column, exists, span) {
                let new = slot(model, &to, source);
                if table.find(&new.key).is_none_or(|other| other == at) {
                    table.rename(at, &new.name, new.key.clone());
                }
                let after = table.place(&to.place, model.dialect);
                if let Some(old) = table.slots.get_mut(at) {
                    old.ty = new.ty;
                    old.own = new.own;
                    old.not_null = new.not_null;
                    old.modifiers = new.modifiers;
                    old.category = new.category.or(old.category.take());
                    (old.span, old.origin) = (new.span, new.origin);
                }
                table.move_to(at, after);
                for constraint in to.constraints {
                    constrain(model, table, constraint);
                }
            }
        }
        Action::Retype { column, ty } => {
            let own = model.own_type(&ty.words);
            edit(model, table, &column, span, |slot| {
                (slot.ty, slot.own, slot.span) = (ty, own, span);
                slot.origin = source.origin.cloned();
            });
        }
        Action::NotNull { column, is_set } => edit(model, table, &column, span, |slot| slot.not_null = is_set),
        Action::Default { column, is_set } => {
            edit(model, table, &column, span, |slot| slot.set(Modifier::Default, is_set));
        }
        Action::Generated { column, is_set } => {
            edit(model, table, &column, span, |slot| slot.set(Modifier::Generated, is_set));
        }
        Action::Constrain(constraint) => {
            let missing = constraint.columns.iter().find(|column| table.find(&fold(column)).is_none()).cloned();
            match missing {
                Some(column) => {
                    find(model, table, &column, Exists::Must, span);
                }
                None => constrain(model, table, constraint),
            }
        }
        Action::DropConstraint(name) => table.free(&fold(&name)),
        Action::DropKey => table.free_key(),
        Action::RenameConstraint { from, to } => table.rename_constraint(&fold(&from), fold(&to)),
        Action::Rename(name) => return Some(name),
        Action::SetSchema(schema) => {
            let (_, name) = table.name.rsplit_once('.').unwrap_or(("", &table.name));
            let text = if table.key.contains('\0') { name.to_owned() } else { table.name.clone() };
            // A name that was written without quotes keeps its case for readers only.
            let is_folded = table.key.rsplit('\0').next() == Some(model.dialect.fold(&text, Quoted::No).as_str());
            return Some(vec![schema, Ident { text, quoted: if is_folded { Quoted::No } else { Quoted::Yes } }]);
        }
        Action::Partition { name, is_set } => match model.find(&name) {
            Some(child) if child == at => {}
            Some(child) => {
                let mut state = model.tables.get_mut(child).map(std::mem::take).unwrap_or_default();
                if let Some(place) = model.tables.get_mut(at) {
                    *place = std::mem::take(table);
                }
                follow(model, &mut state, child, at, ColumnSource::Partition, is_set, span);
                *table = model.tables.get_mut(at).map(std::mem::take).unwrap_or_default();
                if let Some(place) = model.tables.get_mut(child) {
                    *place = state;
                }
            }
            None => model.absent(span, &[&last(&name)], format!("there is no table `{}` to attach", shown(&name))),
        },
        Action::Inherit { name, is_set } => match model.find(&name) {
            Some(parent) if parent == at => {}
            Some(parent) => follow(model, table, at, parent, ColumnSource::Parent, is_set, span),
            None => model.absent(span, &[&last(&name)], format!("there is no table `{}` to inherit", shown(&name))),
        },
        Action::Unknown(text) => {
            let what = format!("the effect of `{text}` on the table `{}` is not known", table.name);
            model.mention(source.text.get(span.range()).unwrap_or_default());
            model.skip(span, what);
        }
    }
    None
}

/// Makes a table follow a parent, or leaves it: it keeps the columns that it had from the parent.
fn follow(
    model: &mut Model,
    table: &mut TableState,
    at: usize,
    parent: usize,
    from: ColumnSource,
    is_set: bool,
    span: Span,
) {
    if is_set {
        table.parents.push((from, parent));
        model.children.entry(parent).or_default().push(at);
        inherit(model, table, parent, from, span);
    } else {
        table.parents.retain(|(_, other)| *other != parent);
        model.children.entry(parent).or_default().retain(|child| *child != at);
        if table.parents.is_empty() {
            table.slots.iter_mut().for_each(|slot| slot.is_local = true);
        }
    }
}

/// Adds the columns of a parent; a partition has its keys as well.
pub(super) fn inherit(model: &mut Model, table: &mut TableState, parent: usize, from: ColumnSource, span: Span) {
    let Some(state) = model.tables.get(parent) else { return };
    if state.slots.len() > model.budget {
        table.is_open = true;
        return model.skip(span, format!("`{}` has too many columns to be copied again", state.name));
    }
    model.budget -= state.slots.len();
    let said = state.said();
    let mut places = HashMap::new();
    for (at, slot) in state.columns() {
        let there = table.find(&slot.key).unwrap_or_else(|| {
            let mut slot = slot.clone();
            slot.is_local = false;
            if std::mem::take(&mut slot.is_identity) {
                slot.set(Modifier::Default, false);
                slot.set(Modifier::Generated, false);
            }
            table.add(slot, None)
        });
        places.insert(at, there);
        if let Some(own) = table.slots.get_mut(there) {
            own.is_local &= from == ColumnSource::Parent;
            own.not_null |= slot.not_null || said.get(at).is_some_and(|said| said.contains(&Modifier::Id));
        }
    }
    if from == ColumnSource::Partition {
        table.constrain_like(state, &[KeyConstraint::Id, KeyConstraint::Unique, KeyConstraint::Reference], &places);
    }
}

fn edit(model: &mut Model, table: &mut TableState, column: &Ident, span: Span, with: impl FnOnce(&mut Slot)) {
    if let Some(slot) = find(model, table, column, Exists::Must, span).and_then(|at| table.slots.get_mut(at)) {
        with(slot);
    }
}

/// Returns the index of a column; reports a column that is absent but must exist.
fn find(model: &mut Model, table: &TableState, column: &Ident, exists: Exists, span: Span) -> Option<usize> {
    let found = table.find(&model.dialect.fold(&column.text, column.quoted));
    if found.is_none() && exists == Exists::Must && !table.is_open {
        let what = format!("there is no column `{}` in `{}`", column.text, table.name);
        model.absent(span, &[&column.text], what);
    }
    found
}
