//! Drizzle: tables that are declared in TypeScript, read without running them.

mod column;

use super::code::{Argument, Code, Style};
use super::object::{Fields, stem, unique_names};
use super::tree::short;
use super::{Language, Modifier, Schema, SchemaFile, SchemaProblem, Table, TableKind};
use column::{Known, Maker};
use std::collections::BTreeMap;
use std::ops::Range;

pub(super) const LANGUAGE: Language = Language {
    name: "drizzle",
    endings: &[".ts"],
    in_folder: Some(|path| {
        let path = path.to_lowercase();
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
        let is_near =
            folder.split('/').any(|part| ["db", "drizzle", "models", "schema", "schemas", "tables"].contains(&part));
        file.ends_with(".ts")
            && !file.ends_with(".d.ts")
            && !file.contains(".test.")
            && (is_near || file.contains("schema"))
    }),
    is_it: |text| text.contains("drizzle-orm"),
    read,
    page: include_str!("drizzle.md"),
};

/// The functions that declare a table.
const TABLES: &[&str] = &["gelTable", "mysqlTable", "pgTable", "singlestoreTable", "sqliteTable"];
/// The functions that declare a view.
const VIEWS: &[&str] = &["mysqlView", "pgMaterializedView", "pgView", "sqliteView"];
/// The largest number of columns, also of those that are spread into several tables.
const MAX_FIELDS: usize = 500_000;

fn read(files: &[SchemaFile<'_>]) -> Schema {
    let files: Vec<(SchemaFile<'_>, Code<'_>)> =
        files.iter().map(|file| (*file, Code::read(*file, Style::TypeScript))).collect();
    let mut known = Known::default();
    for (at, (_, code)) in files.iter().enumerate() {
        for (name, value) in constants(code) {
            known.add(at, name, value, code);
        }
    }
    let mut reader = Reader { files: &files, known: &known, schema: Schema::default(), budget: MAX_FIELDS };
    let mut owned = Vec::new();
    for (at, (file, code)) in files.iter().enumerate() {
        reader.schema.problems.extend(code.problems.iter().cloned());
        for (name, value) in constants(code) {
            owned.extend(reader.declared(at, name, value).map(|table| (stem(file).to_owned(), table)));
        }
    }
    let mut schema = reader.schema;
    unique_names(owned, &mut schema);
    schema
}

/// Returns the constants of a file, each with the first token of its value.
fn constants<'a, 't>(code: &'a Code<'t>) -> impl Iterator<Item = (&'t str, usize)> + 'a {
    let is_constant = |at: &usize| matches!(code.word(*at), Some("const" | "let" | "var")) && code.is(at + 2, "=");
    (0..code.tokens.len()).filter(is_constant).filter_map(|at| Some((code.word(at + 1)?, at + 3)))
}

/// Returns what is called at a place, as a path of names, and the bracket after it: `auth.table(`.
fn called<'t>(code: &Code<'t>, value: usize) -> Option<(Option<&'t str>, &'t str, usize)> {
    let first = code.word(value)?;
    let (object, name, at) = match code.is(value + 1, ".") {
        true => (Some(first), code.word(value + 2)?, value + 3),
        false => (None, first, value + 1),
    };
    code.is(at, "(").then_some((object, name, at))
}

struct Reader<'a, 't> {
    files: &'a [(SchemaFile<'t>, Code<'t>)],
    known: &'a Known<'t>,
    schema: Schema,
    budget: usize,
}

impl<'t> Reader<'_, 't> {
    /// Returns the table that a constant declares.
    fn declared(&mut self, file: usize, name: &str, value: usize) -> Option<Table> {
        let (_, code) = self.files.get(file)?;
        let (object, function, open) = called(code, value)?;
        let in_schema = object.and_then(|object| self.known.schemas.get(object));
        let is_made = object.is_none() && self.known.creators.contains(function);
        let kind = match (object, function) {
            (None, function) if TABLES.contains(&function) || is_made => TableKind::Table,
            (Some(_), "table") if in_schema.is_some() => TableKind::Table,
            (None, function) if VIEWS.contains(&function) => TableKind::View,
            (Some(_), "view" | "materializedView") if in_schema.is_some() => TableKind::View,
            _ => return None,
        };
        let arguments = code.arguments(code.inside(open));
        let whole = value - 3..code.after(open);
        let stored =
            arguments.first().and_then(|first| code.string(first.value.start).filter(|_| first.value.len() == 1));
        if stored.is_none() || is_made {
            self.skip(file, whole.clone(), &format!("the name of the table `{}` depends on code", short(name)));
        }
        let stored = stored.map(|stored| in_schema.map_or(stored.clone(), |schema| format!("{schema}.{stored}")));
        let mut fields = Fields::default();
        match arguments.get(1).and_then(|second| object_of(code, second.value.clone())) {
            Some(open) => self.columns(file, open, &mut fields, 0),
            None => {
                let what = format!("the columns of `{}` are decided at run time", short(name));
                self.skip(file, whole.clone(), &what);
            }
        }
        let mut fields = fields.into_list();
        let marks = arguments.get(2).map(|extra| marks(code, extra)).unwrap_or_default();
        for field in &mut fields {
            field.modifiers.extend(marks.get(field.name.as_str()).into_iter().flatten());
            let is_id = field.modifiers.contains(&Modifier::Id);
            let is_view = kind == TableKind::View;
            field
                .modifiers
                .retain(|it| !(*it == Modifier::Optional && (is_id || is_view) || is_id && *it == Modifier::Unique));
            field.modifiers.sort_unstable();
            field.modifiers.dedup();
        }
        let stored_as = stored.filter(|stored| stored != name && !is_made);
        let (relations, origin, span) = (Vec::new(), None, code.span(whole));
        Some(Table { name: name.to_owned(), stored_as, kind, span, fields, relations, origin })
    }

    /// Adds the columns of an object. Objects that are spread into others are at most a few deep.
    fn columns(&mut self, file: usize, open: usize, fields: &mut Fields, depth: usize) {
        let Some((_, code)) = self.files.get(file) else { return };
        for entry in code.arguments(code.inside(open)) {
            let Some(budget) = self.budget.checked_sub(1) else { return };
            self.budget = budget;
            let at = entry.value.start;
            if code.is(at, ".") && code.is(at + 1, ".") {
                match code
                    .word(at + 3)
                    .and_then(|name| self.known.object(name, file))
                    .filter(|_| depth < 8 && entry.value.len() == 4)
                {
                    Some((file, open)) => self.columns(file, open, fields, depth + 1),
                    None => self.skip(file, entry.value, "the columns that are put in here are not known"),
                }
                continue;
            }
            let quoted = code.string(at).filter(|_| code.is(at + 1, ":"));
            let named = entry.name.map(str::to_owned).or_else(|| quoted.clone());
            let value = if quoted.is_some() { at + 2..entry.value.end } else { entry.value.clone() };
            let Some(name) = named else {
                self.skip(file, entry.value, "a column is decided at run time");
                continue;
            };
            let whole = if quoted.is_some() { at..value.end } else { value.start.saturating_sub(2)..value.end };
            match column::read(code, self.known, &name, value, whole.clone()) {
                Some((field, maker)) => {
                    if maker == Maker::Unknown {
                        self.skip(
                            file,
                            whole,
                            &format!("the column `{}` is made by code that is not known", short(&name)),
                        );
                    }
                    fields.add(field);
                }
                None => self.skip(file, whole, &format!("the column `{}` is decided at run time", short(&name))),
            }
        }
    }

    fn skip(&mut self, file: usize, place: Range<usize>, what: &str) {
        let Some((_, code)) = self.files.get(file) else { return };
        self.schema.skipped.push(SchemaProblem::skipped(code.span(place), what));
    }
}

/// Returns the bracket of an object, also of one that a function returns: `(t) => ({ ... })`.
fn object_of(code: &Code<'_>, value: Range<usize>) -> Option<usize> {
    let mut at = value.start;
    if code.is(at, "(") || code.word(at).is_some() {
        at = code.after(at);
        (code.is(at, "=") && code.is(at + 1, ">")).then_some(())?;
        at += 2;
    }
    if code.is(at, "(") && at > value.start {
        at += 1;
    }
    code.is(at, "{").then_some(at)
}

/// Returns the modifiers that keys and indexes after the columns add, by column.
fn marks<'t>(code: &Code<'t>, extra: &Argument<'t>) -> BTreeMap<&'t str, Vec<Modifier>> {
    let mut found: BTreeMap<&str, Vec<Modifier>> = BTreeMap::new();
    let mut next = extra.value.start;
    while next < extra.value.end {
        let at = next;
        next += 1;
        let modifier = match code.word(at) {
            Some("primaryKey") => Modifier::Id,
            Some("unique" | "uniqueIndex") => Modifier::Unique,
            Some("foreignKey") => Modifier::Reference,
            _ => continue,
        };
        if !code.is(at + 1, "(") {
            continue;
        }
        let own = code.inside(at + 1);
        next = own.end;
        let mut after = code.after(at + 1);
        // `unique("name").on(table.email)`, and `primaryKey({ columns: [table.a, table.b] })`.
        let listed = own.clone().find(|at| code.word(*at) == Some("columns") && code.is(at + 2, "["));
        let range = match listed {
            Some(at) => code.inside(at + 2),
            None if modifier == Modifier::Id => own,
            None => {
                while code.is(after, ".") && code.word(after + 1) != Some("on") && code.is(after + 2, "(") {
                    after = code.after(after + 2);
                }
                if code.word(after + 1) == Some("on") { code.inside(after + 2) } else { continue }
            }
        };
        let columns = code.arguments(range);
        let names: Vec<Option<&str>> =
            columns.iter().map(|it| code.word(it.value.end.wrapping_sub(1)).filter(|_| it.value.len() == 3)).collect();
        if modifier == Modifier::Unique && names.len() != 1 {
            continue;
        }
        names.into_iter().flatten().for_each(|name| found.entry(name).or_default().push(modifier));
    }
    found
}

#[cfg(test)]
mod tests;
