//! `CREATE TABLE`: its columns, its constraints, and the tables that it takes columns from.

use super::change::{Create, Source, Sources};
use super::column::{Fault, Faults, Typed, column, shown};
use super::cursor::{Cursor, Ident, Name};
use super::dialect::Dialect;
use super::scan::Kind;
use super::view;
use crate::schema::TableKind;

/// What a constraint says of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// They are the key of the table.
    Id,
    /// No two rows have the same.
    Unique,
    /// They name a row of another table.
    Reference,
}

/// A constraint of one or several columns.
#[derive(Debug, Clone)]
pub(super) struct Constraint {
    pub(super) name: Option<Ident>,
    pub(super) key: Key,
    pub(super) columns: Vec<Ident>,
    /// The index that it takes its columns from.
    pub(super) using: Option<Name>,
}

/// Reads what stands behind `CREATE ... TABLE [IF NOT EXISTS]`.
pub(super) fn create(mut it: Cursor<'_>, create: &mut Create, faults: &mut Faults) {
    if it.eat(&["PARTITION", "OF"]) {
        sources(&mut it, Source::Partition, create);
    } else if it.eat_one(&["OF", "LIKE"]) {
        sources(&mut it, Source::Copy, create);
    }
    let inner = it.group();
    // `PARTITION OF` and `OF` are followed by columns without types.
    let untyped = !create.sources.is_empty() || it.dialect == Dialect::Sqlite || has_query(&it);
    let typed = if untyped { Typed::May } else { Typed::Must };
    match inner {
        Some((inner, is_closed)) => {
            if !is_closed {
                let what = format!("the bracket of `CREATE TABLE {}` is not closed", shown(&create.name));
                faults.push(Fault { range: create.range.clone(), what, help: "close it with `)`" });
            }
            for part in inner.parts() {
                element(part, typed, create, faults);
            }
        }
        None if create.sources.is_empty() && !has_query(&it) => {
            let what = format!("`CREATE TABLE {}` has no columns", shown(&create.name));
            faults.push(Fault { range: create.range.clone(), what, help: "write its columns in brackets" });
        }
        None => {}
    }
    options(it, create, faults);
}

/// Whether a query follows: `AS SELECT`, or in MySQL also without `AS`.
fn has_query(it: &Cursor<'_>) -> bool {
    let mut it = *it;
    while !it.is_empty() {
        let reads = ["SELECT", "TABLE", "VALUES", "WITH", "EXECUTE"];
        if it.has(0, &["AS"]) && (it.has(1, &reads) || it.sign(1, "(")) || it.has(0, &["SELECT"]) {
            return true;
        }
        it.skip_one();
    }
    false
}

fn options(mut it: Cursor<'_>, create: &mut Create, faults: &mut Faults) {
    if has_query(&it) {
        // Columns of a query have names, if any. Their types are not known, so that this stays to be told.
        if create.columns.is_empty() {
            view::query(it, create);
        }
        create.has_query = true;
    }
    while !it.is_empty() {
        if it.eat(&["INHERITS"]) {
            if let Some((inner, _)) = it.group() {
                create
                    .sources
                    .extend(inner.parts().into_iter().filter_map(|mut part| Some((Source::Parent, part.name()?))));
            }
        } else {
            if let Some(token) = it.peek(0).filter(|_| it.sign(0, ")")) {
                let what = format!("a bracket is closed in `CREATE TABLE {}` that is not open", shown(&create.name));
                faults.push(Fault {
                    range: token.start..token.end,
                    what,
                    help: "a bracket before it is closed too early",
                });
            }
            it.skip_one();
        }
    }
}

fn sources(it: &mut Cursor<'_>, source: Source, create: &mut Create) {
    create.sources.extend(it.name().map(|name| (source, name)));
}

/// One part of the list in the brackets.
fn element(mut part: Cursor<'_>, typed: Typed, create: &mut Create, faults: &mut Faults) {
    if part.at(&["LIKE"]) {
        part.skip(1);
        let source: Sources = part.name().map(|name| (Source::Copy, name)).into_iter().collect();
        create.sources.extend(source);
    } else if is_constraint(&part) {
        constraints(part, &mut create.constraints);
    } else {
        create.columns.extend(column(part, typed, faults));
    }
}

/// Whether a part of a table is a constraint or an index, and no column.
pub(super) fn is_constraint(part: &Cursor<'_>) -> bool {
    let mysql = part.dialect == Dialect::Mysql;
    part.has(0, &["CONSTRAINT", "UNIQUE", "CHECK"])
        || part.has(0, &["PRIMARY", "FOREIGN"]) && part.has(1, &["KEY"])
        || part.has(0, &["EXCLUDE"]) && (part.sign(1, "(") || part.has(1, &["USING"]))
        || part.has(0, &["PERIOD"]) && part.has(1, &["FOR"])
        || mysql && part.has(0, &["FULLTEXT", "SPATIAL", "KEY", "INDEX"])
        || part.has(0, &["NOT"]) && part.has(1, &["NULL"])
}

/// Reads constraints. SQLite allows several without a comma between.
pub(super) fn constraints(mut it: Cursor<'_>, into: &mut Vec<Constraint>) {
    let mut name = None;
    while !it.is_empty() {
        let key = if it.eat(&["CONSTRAINT"]) {
            let is_name = !it.has(0, &["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"]);
            name = if is_name { it.ident() } else { None };
            continue;
        } else if it.eat(&["PRIMARY", "KEY"]) {
            Key::Id
        } else if it.eat(&["UNIQUE"]) {
            Key::Unique
        } else if it.eat(&["FOREIGN", "KEY"]) {
            Key::Reference
        } else {
            it.skip_one();
            continue;
        };
        // MySQL's `UNIQUE KEY name (...)`, and what index it uses.
        it.eat_one(&["KEY", "INDEX"]);
        let mut using = None;
        while !it.is_empty() && !it.sign(0, "(") {
            if it.eat(&["USING", "INDEX"]) {
                using = it.name();
                break;
            }
            if it.eat_one(&["USING"]) || it.eat(&["NULLS"]) {
                it.skip(1);
            } else if !it.eat_one(&["NOT", "DISTINCT"]) {
                match it.ident() {
                    Some(index) => name = name.or(Some(index)),
                    None => it.skip(1),
                }
            }
        }
        let columns = it.group().map_or_else(Vec::new, |(inner, _)| columns(inner));
        into.push(Constraint { name: name.take(), key, columns, using });
    }
}

/// The columns of a key. Where one of them is an expression, there are none.
pub(super) fn columns(inner: Cursor<'_>) -> Vec<Ident> {
    let mut columns = Vec::new();
    for mut part in inner.parts() {
        let is_length = part.sign(1, "(") && part.peek(2).is_some_and(|token| token.kind == Kind::Number);
        let is_plain = part.peek(1).is_none_or(|next| next.kind == Kind::Word) || is_length;
        match part.ident().filter(|_| is_plain) {
            Some(column) => columns.push(column),
            None => return Vec::new(),
        }
    }
    columns
}

/// The columns of SQLite's virtual tables, where the module has some that are known by name.
pub(super) fn virtual_table(mut it: Cursor<'_>, create: &mut Create, faults: &mut Faults) {
    it.eat(&["USING"]);
    let module = it.ident().map(|module| module.text.to_lowercase()).unwrap_or_default();
    let is_known = module.starts_with("fts") || module.starts_with("rtree") || module == "geopoly";
    create.has_query = !is_known;
    if let Some((inner, _)) = it.group().filter(|_| is_known) {
        for part in inner.parts() {
            let is_setting = (1..3).any(|at| part.sign(at, "="));
            if !is_setting && !part.has(0, &["TOKENIZE"]) {
                // `+name` in an index of places, and `name UNINDEXED` in one of words.
                let mut part = part;
                part.eat_sign("+");
                let name = Cursor { tokens: part.tokens.get(..1).unwrap_or_default(), ..part };
                create.columns.extend(column(name, Typed::May, faults));
            }
        }
    }
    create.kind = TableKind::Table;
}
