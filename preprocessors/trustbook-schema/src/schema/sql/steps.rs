//! Applies the steps of `ALTER TABLE`.

use super::change::{Action, AlterStep, Exists, When};
use super::cursor::{Ident, Name};
use super::model::{ChangeFile, Model, add, constrain, slot};
use super::state::{Slot, TableState};
use crate::schema::Modifier;
use crate::span::Span;

/// Applies steps to a table.
pub(super) fn apply(model: &mut Model, at: usize, steps: Vec<AlterStep>, source: ChangeFile<'_>) {
    for step in steps {
        let span = Span::new(source.file, step.range);
        // The table is taken out, so that the others can be read.
        let mut table = model.tables.get_mut(at).map(std::mem::take).unwrap_or_default();
        let after = act(model, &mut table, step.action, span, source);
        if let Some(place) = model.tables.get_mut(at) {
            *place = table;
        }
        if let Some(name) = after {
            rename(model, at, &name);
        }
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
pub(super) fn rename(model: &mut Model, at: usize, to: &Name) {
    let Some(old) = model.tables.get(at).map(|table| table.key.clone()) else { return };
    let mut found = model.resolve(to);
    if let ([only], Some((schema, _))) = (to.as_slice(), old.split_once('\0')) {
        let written =
            model.tables.get(at).and_then(|table| table.name.split_once('.')).map_or(schema, |(written, _)| written);
        found.shown = format!("{written}.{}", only.text);
        found.key = format!("{schema}\0{}", model.dialect.fold(&only.text, only.quoted));
    }
    model.by_key.remove(&old);
    if let Some(table) = model.tables.get_mut(at) {
        (table.name, table.key) = (found.shown, found.key.clone());
    }
    model.by_key.insert(found.key, at);
}

/// Applies one step; returns the new name of the table if there is one.
fn act(model: &mut Model, table: &mut TableState, action: Action, span: Span, source: ChangeFile<'_>) -> Option<Name> {
    let fold = |ident: &Ident| model.dialect.fold(&ident.text, ident.quoted);
    match action {
        Action::Add { column, missing } => {
            if missing != When::Missing || table.find(&fold(&column.name)).is_none() {
                add(model, table, &column, source);
            }
        }
        Action::Drop { column, exists } => {
            if let Some(at) = find(model, table, &column, exists, span) {
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
            return Some(vec![schema, Ident { text, quoted: super::dialect::Quoted::Yes }]);
        }
        Action::Unknown(text) => {
            let what = format!("the effect of `{text}` on the table `{}` is not known", table.name);
            model.mention(source.text.get(span.range()).unwrap_or_default());
            model.skip(span, what);
        }
    }
    None
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
