//! All tables as the statements so far have made them, and the lookup of their names.

use super::column::{Column, shown};
use super::comments::category;
use super::constraint::{Constraint, KeyConstraint};
use super::cursor::Name;
use super::dialect::{Dialect, Quoted};
use super::state::{Slot, TableState};
use super::types::SqlType;
use crate::schema::{FieldContent, Migration, SchemaProblem, TableKind, category_in};
use crate::span::{FileId, Span};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// The file that a change is in.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChangeFile<'a> {
    pub(super) file: FileId,
    pub(super) text: &'a str,
    pub(super) comments: &'a [Range<usize>],
    pub(super) origin: Option<&'a Migration>,
}

/// All tables so far.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) dialect: Dialect,
    pub(super) tables: Vec<TableState>,
    /// The indexes of the tables that exist, by name in the form that is compared.
    pub(super) by_key: HashMap<String, usize>,
    /// Unique indexes, by name: the index of the table, and that of its constraint.
    pub(super) indexes: HashMap<String, (usize, usize)>,
    /// User-defined types, by name: their indexes in `own_types`.
    pub(super) types: HashMap<String, usize>,
    /// User-defined types, in the order in which they were made.
    pub(super) own_types: Vec<OwnType>,
    /// The tables and views that have a table as a parent, by its index.
    pub(super) children: HashMap<usize, Vec<usize>>,
    /// The tables and columns that were made and dropped in one file.
    pub(super) undone: Vec<Undone>,
    /// The schema of names without one.
    pub(super) schema: Option<String>,
    /// The first schema that a `USE` statement selects in MySQL.
    pub(super) own_schema: Option<String>,
    /// The words of statements whose effect is unknown.
    pub(super) mentioned: HashSet<String>,
    /// True if another file is read that is not available.
    pub(super) elsewhere: bool,
    /// True if a temporary table was made.
    pub(super) has_temporary: bool,
    /// True if something was dropped with everything that depends on it.
    pub(super) has_cascade: bool,
    /// The number of columns that may still be taken from other tables, so that a short file cannot grow without end.
    pub(super) budget: usize,
    pub(super) problems: Vec<SchemaProblem>,
    pub(super) skipped: Vec<SchemaProblem>,
}

/// A user-defined type.
#[derive(Debug)]
pub(super) struct OwnType {
    /// The current name.
    pub(super) name: String,
    /// The type that a domain restricts.
    pub(super) base: Option<SqlType>,
    /// True if it was dropped with the columns that have it.
    pub(super) takes_columns: bool,
}

/// Returns the key of a temporary table.
pub(super) fn temporary(key: &str) -> String {
    format!("\0{key}")
}

/// A resolved name of a table.
pub(super) struct ResolvedTable {
    /// The name in the form that is compared.
    pub(super) key: String,
    /// The name in the form that is shown.
    pub(super) shown: String,
}

impl Model {
    pub(super) fn new(dialect: Dialect) -> Self {
        Model {
            dialect,
            tables: Vec::new(),
            by_key: HashMap::new(),
            indexes: HashMap::new(),
            types: HashMap::new(),
            own_types: Vec::new(),
            children: HashMap::new(),
            undone: Vec::new(),
            schema: None,
            own_schema: None,
            mentioned: HashSet::new(),
            elsewhere: false,
            has_temporary: false,
            has_cascade: false,
            budget: 500_000,
            problems: Vec::new(),
            skipped: Vec::new(),
        }
    }

    /// Resolves a name to the forms that are compared and shown, without the default schema.
    pub(super) fn resolve(&self, name: &Name) -> ResolvedTable {
        let default = self.own_schema.as_deref().or(self.dialect.default_schema());
        let fold = |part: Option<&super::cursor::Ident>| part.map(|part| self.dialect.fold(&part.text, part.quoted));
        let last = name.last();
        let written = name.len().checked_sub(2).and_then(|at| name.get(at));
        let schema = fold(written).or_else(|| self.schema.clone());
        let table = fold(last).unwrap_or_default();
        let text = last.map(|last| last.text.clone()).unwrap_or_default();
        match schema.filter(|schema| Some(schema.as_str()) != default) {
            None => ResolvedTable { key: table, shown: text },
            Some(schema) => {
                let shown = written.map_or_else(|| schema.clone(), |written| written.text.clone());
                // No name contains this character, so that `a.b` and `"a.b"` are two names.
                ResolvedTable { key: format!("{schema}\0{table}"), shown: format!("{shown}.{text}") }
            }
        }
    }

    /// Returns the table of a name. PostgreSQL also searches the default schema.
    pub(super) fn find(&self, name: &Name) -> Option<usize> {
        let key = self.resolve(name).key;
        let hiding = if self.has_temporary { self.by_key.get(&temporary(&key)) } else { None };
        let found = hiding.or_else(|| self.by_key.get(&key)).copied();
        found.or_else(|| match name.as_slice() {
            [only] => self.by_key.get(&self.dialect.fold(&only.text, only.quoted)).copied(),
            _ => None,
        })
    }

    /// Reports a change that names something absent; an earlier unknown statement with the same name can be the reason.
    pub(super) fn absent(&mut self, span: Span, names: &[&str], what: String) {
        if self.elsewhere || names.iter().any(|name| self.is_mentioned(name)) {
            let what = format!("{what}; a statement before, whose effect is not known, may have made it");
            let help = "what this statement changes is left out; see the statements that are left out before it";
            self.skipped.push(SchemaProblem { span, what, help: help.to_owned() });
        } else {
            let help = "correct the name, or add the file that creates it; `IF EXISTS` says that it may be missing";
            self.problems.push(SchemaProblem { span, what, help: help.to_owned() });
        }
    }

    /// Reports a statement whose effect is unknown.
    pub(super) fn skip(&mut self, span: Span, what: String) {
        self.skipped.push(SchemaProblem::skipped(span, what));
    }

    /// Remembers the words of a statement whose effect is unknown.
    pub(super) fn mention(&mut self, text: &str) {
        for word in words(text) {
            let word = word.to_lowercase();
            if !self.mentioned.contains(&word) {
                self.mentioned.insert(word);
            }
        }
    }

    fn is_mentioned(&self, name: &str) -> bool {
        let mut words = words(name).peekable();
        words.peek().is_some() && words.all(|word| self.mentioned.contains(&word.to_lowercase()))
    }

    /// Returns the user-defined type that words name.
    pub(super) fn own_type(&self, words: &str) -> Option<usize> {
        if self.types.is_empty() {
            return None;
        }
        let bare = words.rsplit('.').next().unwrap_or_default();
        let quoted = if bare.starts_with('"') { Quoted::Yes } else { Quoted::No };
        self.types.get(&self.dialect.fold(bare.trim_matches('"'), quoted)).copied()
    }
}

/// The key of a table, that of its column, and a report about them.
pub(super) type Undone = (String, Option<String>, SchemaProblem);

/// Returns a report if one file makes and drops a table or a column: a part that reverts it may have been run.
pub(super) fn undone(table: &TableState, column: Option<&Slot>, span: Span) -> Option<Undone> {
    let made = column.map(|column| column.span).or(table.span)?;
    let is_migration = table.origin.is_some();
    if !is_migration || table.is_temporary || table.kind != Some(TableKind::Table) || made.file != span.file {
        return None;
    }
    let name = &table.name;
    let what = match column {
        Some(column) => format!("the column `{}` of `{name}` is added and dropped in the same file", column.name),
        None => format!("the table `{name}` is created and dropped in the same file"),
    };
    let help = "check that the file has no part that reverts it, with a mark that is not known".to_owned();
    Some((table.key.clone(), column.map(|column| column.key.clone()), SchemaProblem { span, what, help }))
}

/// Returns the words of a text that can be parts of names.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).filter(|word| !word.is_empty())
}

/// Returns the last part of a name, as written.
pub(super) fn last(name: &Name) -> String {
    name.last().map_or_else(|| shown(name), |last| last.text.clone())
}

/// Adds a column to a table.
pub(super) fn add(model: &mut Model, table: &mut TableState, column: &Column, source: ChangeFile<'_>) {
    let span = Span::new(source.file, column.range.clone());
    let slot = slot(model, column, source);
    if table.find(&slot.key).is_some() {
        let names = [column.name.text.as_str()];
        let what = format!("the column `{}` of `{}` already exists", column.name.text, table.name);
        return model.absent(span, &names, what);
    }
    let after = table.place(&column.place, model.dialect);
    table.add(slot, after);
    for constraint in &column.constraints {
        constrain(model, table, constraint.clone());
    }
}

/// Adds what a table says of a column that a parent has.
pub(super) fn merge(model: &mut Model, table: &mut TableState, at: usize, column: &Column) {
    if let Some(slot) = table.slots.get_mut(at) {
        slot.is_local = true;
        slot.not_null |= column.not_null;
        column.modifiers.iter().for_each(|modifier| slot.set(*modifier, true));
    }
    for constraint in &column.constraints {
        constrain(model, table, constraint.clone());
    }
}

/// Makes a column as a table holds it.
pub(super) fn slot(model: &Model, column: &Column, source: ChangeFile<'_>) -> Slot {
    let key = model.dialect.fold(&column.name.text, column.name.quoted);
    let own = column.comment.as_deref().and_then(category_in);
    let category = own.or_else(|| category(source.text, source.comments, &column.range));
    let span = Span::new(source.file, column.range.clone());
    let mut slot = Slot::new(column, key, category, span, source.origin.cloned());
    slot.own = model.own_type(&slot.ty.words);
    slot
}

/// Adds a constraint on columns of a table. Without a name, it has the one that the database gives it.
pub(super) fn constrain(model: &mut Model, table: &mut TableState, constraint: Constraint) {
    let dialect = model.dialect;
    let mut columns: Vec<usize> = Vec::with_capacity(constraint.columns.len());
    for column in &constraint.columns {
        columns.extend(table.find(&dialect.fold(&column.text, column.quoted)));
    }
    if let Some(index) = &constraint.using {
        let key = index_key(model, index, None);
        let held = model.indexes.get(&key).and_then(|(_, held)| table.constraints.get(*held));
        columns.extend(held.into_iter().flat_map(|held| held.columns.clone()));
    }
    if columns.len() < constraint.columns.len() {
        // If columns are missing, the key is left to the database: not all columns of the table may be known.
        columns.clear();
    }
    if constraint.key == KeyConstraint::Id && dialect != Dialect::Sqlite {
        // A column stays without nulls when it is no longer in the key.
        for at in &columns {
            table.slots.get_mut(*at).into_iter().for_each(|slot| slot.not_null = true);
        }
    }
    if constraint.key == KeyConstraint::Json {
        for at in &columns {
            table.slots.get_mut(*at).into_iter().for_each(|slot| slot.ty.content = FieldContent::Opaque);
        }
    }
    let named = constraint.name.map(|name| dialect.fold(&name.text, name.quoted));
    let first = columns.first().and_then(|at| table.slots.get(*at)).map(|slot| slot.key.clone());
    let base = table.key.rsplit('\0').next().unwrap_or_default();
    let name = named.or_else(|| match (dialect, constraint.key) {
        (Dialect::Postgresql, KeyConstraint::Id) => Some(format!("{base}_pkey")),
        (Dialect::Postgresql, KeyConstraint::Unique) => Some(format!("{base}_{}_key", first?)),
        (Dialect::Postgresql, KeyConstraint::Reference) => Some(format!("{base}_{}_fkey", first?)),
        (_, KeyConstraint::Json) => None,
        (_, KeyConstraint::Id) => Some("primary".to_owned()),
        (_, KeyConstraint::Unique) => first,
        (_, KeyConstraint::Reference) => None,
    });
    table.constrain(name, constraint.key, columns);
}

pub(super) fn last_key(model: &Model, name: &Name) -> String {
    name.last().map(|last| model.dialect.fold(&last.text, last.quoted)).unwrap_or_default()
}

/// Returns the key of an index. The names of indexes belong to a table in MySQL.
pub(super) fn index_key(model: &Model, name: &Name, table: Option<&Name>) -> String {
    match (model.dialect, table) {
        (Dialect::Mysql, Some(table)) => format!("{}\0{}", model.resolve(table).key, last_key(model, name)),
        _ => last_key(model, name),
    }
}
