//! Runs statements one after the other, on tables without rows.

use super::change::{Altered, ColumnSource as From, Create, Dropped, Exists, SchemaChange, When};
use super::column::shown;
use super::constraint::KeyConstraint;
use super::cursor::{Ident, Name};
use super::dialect::{Dialect, Quoted};
use super::model::{
    ChangeFile, Model, OwnType, add, constrain, index_key, last, last_key, merge, temporary, undone, words,
};
use super::state::TableState;
use super::steps;
use super::types::SqlType;
use crate::schema::{Modifier, SchemaProblem, TableKind, category_in};
use crate::span::Span;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// Applies one change of a statement.
pub(super) fn apply(model: &mut Model, change: SchemaChange, range: Range<usize>, source: ChangeFile<'_>) {
    let span = Span::new(source.file, range.clone());
    let text = source.text.get(range).unwrap_or_default();
    match change {
        SchemaChange::Create(made) => create(model, *made, text, source),
        SchemaChange::Drop { names, kind, exists, cascade } => {
            model.has_cascade |= cascade;
            for name in names {
                drop(model, &name, kind, exists, cascade, span);
            }
        }
        SchemaChange::Alter { table, exists, what, reach, steps: all } => match model.find(&table) {
            Some(at) => steps::apply(model, at, all, reach, source),
            None => {
                let shapes = all.iter().any(|step| steps::needs_table(&step.action, &last(&table)));
                if exists == Exists::Must && what == Altered::Table && shapes {
                    model.absent(span, &[&last(&table)], format!("there is no table `{}` to alter", shown(&table)));
                }
            }
        },
        SchemaChange::Rename { table, to } => match model.find(&table) {
            Some(at) => steps::rename(model, at, &to, span),
            None => model.absent(span, &[&last(&table)], format!("there is no table `{}` to rename", shown(&table))),
        },
        SchemaChange::Type { name, of } => name_type(model, &name, of),
        SchemaChange::RenameType { name, to } => rename_type(model, &name, to, span),
        SchemaChange::Comment { table, column, text } => comment(model, &table, &column, text, span),
        SchemaChange::Index { name, table, columns } => index(model, name, &table, &columns),
        SchemaChange::DropIndex { names, table } => {
            for name in names {
                let key = index_key(model, &name, table.as_ref());
                if let Some((table, held)) = model.indexes.remove(&key)
                    && let Some(held) = model.tables.get_mut(table).and_then(|table| table.constraints.get_mut(held))
                {
                    held.is_gone = true;
                }
            }
        }
        SchemaChange::DropSchemas(names) => {
            for schema in names.iter().filter_map(|name| name.last()) {
                for at in in_schema(model, schema) {
                    drop_all(model, at, true, span);
                }
            }
        }
        SchemaChange::RenameSchema { from, to } => {
            for at in in_schema(model, &from) {
                let name = model.tables.get(at).map(|it| it.name.rsplit('.').next().unwrap_or_default().to_owned());
                let Some(text) = name else { continue };
                let quoted = if model.dialect.fold(&text, Quoted::No) == text { Quoted::No } else { Quoted::Yes };
                steps::rename(model, at, &vec![to.clone(), Ident { text, quoted }], span);
            }
        }
        SchemaChange::Schema(schema) => {
            if model.dialect == Dialect::Mysql && model.own_schema.is_none() {
                model.own_schema.clone_from(&schema);
            }
            model.schema = schema;
        }
        SchemaChange::Unknown(what) => {
            model.mention(text);
            model.skip(span, what);
        }
        SchemaChange::Mentions => model.mention(text),
        SchemaChange::Elsewhere(line) => {
            model.elsewhere = true;
            model.skip(span, format!("the file that `{line}` reads is not known"));
        }
    }
}

/// Returns the tables of a schema, by index.
fn in_schema(model: &Model, schema: &Ident) -> Vec<usize> {
    let name = model.dialect.fold(&schema.text, schema.quoted);
    let is_default = model.own_schema.as_deref().or(model.dialect.default_schema()) == Some(name.as_str());
    let is_in = |key: &str| match key.split_once('\0') {
        Some((schema, _)) => schema == name,
        None => is_default,
    };
    let mut found: Vec<usize> = model.by_key.iter().filter(|(key, _)| is_in(key)).map(|(_, at)| *at).collect();
    found.sort_unstable();
    found
}

fn create(model: &mut Model, made: Create, text: &str, source: ChangeFile<'_>) {
    let span = Span::new(source.file, made.range.clone());
    let mut found = model.resolve(&made.name);
    if made.is_temporary {
        // It hides a table of the same name as long as it is there.
        model.has_temporary = true;
        found.key = temporary(&found.key);
    }
    if let Some(there) = model.by_key.get(&found.key).copied() {
        let is_view = model.tables.get(there).is_some_and(|table| table.kind == Some(TableKind::View));
        match made.when {
            When::Missing => return,
            // A view that is created again may have been dropped with the table under it.
            _ if made.when == When::Always || is_view => {}
            _ => {
                let what = format!("the table `{}` already exists", found.shown);
                if model.elsewhere || model.mentioned.contains(&found.key) {
                    return model.skip(span, what);
                }
                let help = "remove one of the two, or write `IF NOT EXISTS`".to_owned();
                return model.problems.push(SchemaProblem { span, what, help });
            }
        }
        model.by_key.remove(&found.key);
        forget(model, there);
    }
    let at = model.tables.len();
    let mut table = TableState {
        name: found.shown.clone(),
        key: found.key.clone(),
        kind: Some(made.kind),
        span: Some(span),
        origin: source.origin.cloned(),
        is_temporary: made.is_temporary,
        is_open: made.has_query || made.is_broken,
        ..TableState::default()
    };
    for (from, name) in &made.sources {
        sources(model, &mut table, at, *from, name, span);
    }
    for column in &made.columns {
        match table.find(&model.dialect.fold(&column.name.text, column.name.quoted)) {
            // It only adds to a column that a parent has.
            Some(there) if !table.parents.is_empty() => merge(model, &mut table, there, column),
            _ => add(model, &mut table, column, source),
        }
    }
    for constraint in made.constraints {
        constrain(model, &mut table, constraint);
    }
    if made.kind == TableKind::View && model.dialect == Dialect::Postgresql {
        for queried in queried(model, text) {
            table.parents.push((From::Query, queried));
            model.children.entry(queried).or_default().push(at);
        }
    }
    if made.has_query {
        table.unknown = Some(match made.kind {
            TableKind::View => "not all columns of the view `{}` have a name".to_owned(),
            _ => "not all columns that `{}` takes from a query are known".to_owned(),
        });
    }
    model.by_key.insert(found.key, at);
    model.tables.push(table);
}

/// Returns the tables that a query names after `FROM` or `JOIN`.
fn queried(model: &Model, text: &str) -> BTreeSet<usize> {
    let words: Vec<&str> = words(text).collect();
    let find = |key: &str| model.by_key.get(key).or_else(|| model.by_key.get(&key.to_lowercase())).copied();
    let found = words.windows(2).enumerate().filter_map(|(at, pair)| {
        let is_source = ["FROM", "JOIN", "ONLY"].iter().any(|word| pair[0].eq_ignore_ascii_case(word));
        let next = words.get(at + 2).copied().unwrap_or_default();
        let with_schema = || match pair[1] == "public" {
            true => find(next),
            false => find(&format!("{}\0{next}", pair[1])),
        };
        is_source.then(|| find(pair[1]).or_else(with_schema)).flatten()
    });
    found.collect()
}

/// Adds the columns of another table, or adds that table as a parent.
fn sources(model: &mut Model, table: &mut TableState, child: usize, from: From, name: &Name, span: Span) {
    let Some(at) = model.find(name) else {
        table.is_open = true;
        let what = format!("there is no table `{}` to take columns from", shown(name));
        return model.absent(span, &[&last(name)], what);
    };
    let From::Copy(with) = from else {
        table.parents.push((from, at));
        model.children.entry(at).or_default().push(child);
        return steps::inherit(model, table, at, from, span);
    };
    let Some(other) = model.tables.get(at) else { return };
    if other.slots.len() > model.budget {
        table.is_open = true;
        return model.skip(span, format!("`{}` has too many columns to be copied again", shown(name)));
    }
    let said = other.said();
    let mut places = HashMap::new();
    model.budget -= other.slots.len();
    for (at, slot) in other.columns() {
        let is_key = said.get(at).is_some_and(|said| said.contains(&Modifier::Id));
        if table.find(&slot.key).is_none() {
            places.insert(at, table.add(slot.copy(with, is_key), None));
        }
    }
    let kinds = if with.indexes { &[KeyConstraint::Id, KeyConstraint::Unique][..] } else { &[] };
    table.constrain_like(other, kinds, &places);
}

/// Marks a table as dropped.
fn forget(model: &mut Model, table: usize) {
    if let Some(table) = model.tables.get_mut(table) {
        // Its columns stay for the tables that have it as a parent.
        table.kind = None;
    }
}

/// Drops a table with its partitions and, with `CASCADE`, the tables that have it as a parent.
fn drop_all(model: &mut Model, table: usize, cascade: bool, span: Span) {
    let report = model.tables.get(table).and_then(|state| undone(state, None, span));
    model.undone.extend(report);
    let mut next = vec![table];
    while let Some(at) = next.pop() {
        let Some(key) = key_of(model, at).filter(|key| model.by_key.get(key) == Some(&at)) else { continue };
        model.by_key.remove(&key);
        forget(model, at);
        for child in model.children.remove(&at).unwrap_or_default() {
            let goes = |(from, parent): &(From, usize)| *parent == at && (cascade || *from == From::Partition);
            if model.tables.get(child).is_some_and(|child| child.parents.iter().any(goes)) {
                next.push(child);
            }
        }
    }
}

fn drop(model: &mut Model, name: &Name, kind: Dropped, exists: Exists, cascade: bool, span: Span) {
    let found = model.resolve(name).key;
    let exact = model.by_key.contains_key(&found) && !model.has_temporary;
    let key = if exact { Some(found) } else { model.find(name).and_then(|at| key_of(model, at)) };
    match key {
        Some(key) => {
            if let Some(at) = model.by_key.get(&key).copied() {
                drop_all(model, at, cascade, span);
            }
        }
        None if kind == Dropped::Type => {
            let own = model.types.remove(&last_key(model, name));
            if let Some(own) = own.and_then(|own| model.own_types.get_mut(own)) {
                own.takes_columns = cascade;
            }
        }
        None if exists == Exists::May || model.has_cascade && kind == Dropped::View => {}
        None => {
            let word = if kind == Dropped::View { "view" } else { "table" };
            model.absent(span, &[&last(name)], format!("there is no {word} `{}` to drop", shown(name)));
        }
    }
}

fn key_of(model: &Model, at: usize) -> Option<String> {
    model.tables.get(at).map(|table| table.key.clone())
}

fn name_type(model: &mut Model, name: &Name, of: Option<SqlType>) {
    // A domain over a domain restricts the type of the first.
    let base = of.map(|of| match model.own_type(&of.words).and_then(|own| model.own_types.get(own)) {
        Some(OwnType { base: Some(base), .. }) => SqlType { is_list: of.is_list || base.is_list, ..base.clone() },
        _ => of,
    });
    model.types.insert(last_key(model, name), model.own_types.len());
    let name = name.last().map(show).unwrap_or_default();
    model.own_types.push(OwnType { name, base, takes_columns: false });
}

fn rename_type(model: &mut Model, name: &Name, to: Ident, span: Span) {
    // A type with columns is a table here.
    if let Some(at) = model.find(name) {
        steps::rename(model, at, &vec![to], span);
    } else if let Some(at) = model.types.remove(&last_key(model, name)) {
        model.types.insert(model.dialect.fold(&to.text, to.quoted), at);
        model.own_types.get_mut(at).into_iter().for_each(|own| own.name = show(&to));
    }
}

/// Returns the name of a type as PostgreSQL shows it.
fn show(ident: &Ident) -> String {
    match ident.quoted {
        Quoted::Yes => format!("\"{}\"", ident.text),
        Quoted::No => ident.text.to_lowercase(),
    }
}

fn comment(model: &mut Model, table: &Name, column: &Ident, text: Option<String>, span: Span) {
    let key = model.dialect.fold(&column.text, column.quoted);
    let Some(at) = model.find(table) else {
        let what = format!("there is no table `{}` for the comment", shown(table));
        return model.absent(span, &[&last(table)], what);
    };
    let Some(state) = model.tables.get_mut(at) else { return };
    match state.find(&key).and_then(|slot| state.slots.get_mut(slot)) {
        Some(slot) => slot.category = text.as_deref().and_then(category_in),
        None if state.is_open => {}
        None => {
            let what = format!("there is no column `{}` in `{}` for the comment", column.text, state.name);
            model.absent(span, &[&column.text], what);
        }
    }
}

fn index(model: &mut Model, name: Option<Name>, table: &Name, columns: &[Ident]) {
    let Some(at) = model.find(table).filter(|_| !columns.is_empty()) else { return };
    let dialect = model.dialect;
    let key = name.map(|name| index_key(model, &name, Some(table)));
    let Some(state) = model.tables.get_mut(at) else { return };
    let slots: Vec<usize> = columns.iter().filter_map(|it| state.find(&dialect.fold(&it.text, it.quoted))).collect();
    if slots.len() == columns.len() {
        let held = state.constrain(None, KeyConstraint::Unique, slots);
        if let Some(key) = key {
            model.indexes.insert(key, (at, held));
        }
    }
}
