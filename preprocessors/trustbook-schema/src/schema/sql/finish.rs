//! The schema after all statements, in the neutral form.

use super::model::{Model, OwnType};
use super::state::{Slot, TableState};
use crate::schema::{Field, Modifier, Schema, SchemaProblem, Table, TableKind};
use std::collections::{BTreeMap, HashSet};

/// The maximum number of problems that are reported for one file.
const PROBLEMS: usize = 100;

/// Returns the schema that the statements made.
pub(super) fn schema(mut model: Model) -> Schema {
    let mut names = HashSet::new();
    let mut tables: Vec<Table> = Vec::new();
    for at in 0..model.tables.len() {
        let Some(state) = model.tables.get(at) else { continue };
        let (Some(kind), Some(span), false) = (state.kind, state.span, state.is_temporary) else { continue };
        let fields = fields(&model, state);
        // `Users` and `"Users"` are two tables in PostgreSQL: the first is then shown as it is compared.
        let is_other = model.by_key.get(&state.name).is_some_and(|other| *other != at);
        let name = unique(&mut names, if is_other { &state.key } else { &state.name });
        let unknown = state.unknown.as_ref().map(|what| what.replace("{}", &name));
        let (stored_as, relations, origin) = (None, Vec::new(), state.origin.clone());
        tables.push(Table { name, stored_as, kind, span, fields, relations, origin });
        if let Some(what) = unknown {
            model.skip(span, what);
        }
    }
    for (table, column, report) in std::mem::take(&mut model.undone) {
        let there = model.by_key.get(&table).and_then(|at| model.tables.get(*at));
        let is_gone = match column {
            Some(column) => there.is_some_and(|table| table.find(&column).is_none()),
            None => there.is_none(),
        };
        if is_gone {
            model.skipped.push(report);
        }
    }
    Schema { tables, problems: first_of_each(model.problems), skipped: sorted(model.skipped) }
}

/// Returns the fields of a table.
fn fields(model: &Model, state: &TableState) -> Vec<Field> {
    let mut names = HashSet::new();
    let said = state.said();
    let is_there = |slot: &Slot| !own_type(model, slot).is_some_and(|own| own.takes_columns);
    let columns = state.columns().filter(|(_, slot)| is_there(slot)).map(|(place, slot)| {
        let said = said.get(place).map(Vec::as_slice).unwrap_or_default();
        let is_other = state.find(&slot.name).is_some_and(|other| other != place);
        let name = unique(&mut names, if is_other { &slot.key } else { &slot.name });
        field(model, state, slot, said, name)
    });
    columns.collect()
}

fn own_type<'m>(model: &'m Model, slot: &Slot) -> Option<&'m OwnType> {
    slot.own.and_then(|own| model.own_types.get(own))
}

fn field(model: &Model, state: &TableState, slot: &Slot, said: &[Modifier], name: String) -> Field {
    let mut modifiers: Vec<Modifier> = slot.modifiers.iter().chain(said).copied().collect();
    if slot.ty.is_list {
        modifiers.push(Modifier::List);
    }
    let is_stored = state.kind != Some(TableKind::View);
    if is_stored && !slot.not_null && !said.contains(&Modifier::Id) {
        modifiers.push(Modifier::Optional);
    }
    let own = own_type(model, slot);
    let base = own.and_then(|own| own.base.as_ref());
    if base.is_some_and(|base| base.is_list) && !modifiers.contains(&Modifier::List) {
        modifiers.push(Modifier::List);
    }
    modifiers.sort_unstable();
    modifiers.dedup();
    Field {
        name,
        stored_as: None,
        // A domain is shown with the type that it restricts, so that a change of it is seen.
        ty: match own {
            Some(OwnType { name, base: Some(base), .. }) => format!("{name} as {}", base.words),
            Some(own) => own.name.clone(),
            None => slot.ty.words.clone(),
        },
        modifiers,
        content: base.map_or(slot.ty.content, |base| base.content),
        category: slot.category.clone(),
        span: slot.span,
        origin: slot.origin.clone(),
    }
}

/// Returns a name that no other has, by adding `_` as often as necessary.
fn unique(names: &mut HashSet<String>, name: &str) -> String {
    let mut name = name.replace('\0', ".");
    while !names.insert(name.clone()) {
        name.push('_');
    }
    name
}

fn sorted(mut problems: Vec<SchemaProblem>) -> Vec<SchemaProblem> {
    problems.sort_by_key(|problem| (problem.span.file, problem.span.start));
    problems
}

fn first_of_each(problems: Vec<SchemaProblem>) -> Vec<SchemaProblem> {
    let mut counts = BTreeMap::new();
    let mut problems = sorted(problems);
    problems.retain(|problem| {
        let count = counts.entry(problem.span.file).or_insert(0usize);
        *count += 1;
        *count <= PROBLEMS
    });
    problems
}
