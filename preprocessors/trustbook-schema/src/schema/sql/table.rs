//! `CREATE TABLE`: its columns, its constraints, and the tables that it takes columns from.

use super::change::{ColumnSource, Create, Including};
use super::column::{Faults, StatementFault, Typed, column, shown};
use super::constraint::{constraints, is_constraint};
use super::cursor::Cursor;
use super::dialect::Dialect;
use super::view;
use crate::schema::TableKind;

/// Reads the statement after `CREATE ... TABLE` and the name.
pub(super) fn create(mut it: Cursor<'_>, create: &mut Create, faults: &mut Faults) {
    if it.eat(&["PARTITION", "OF"]) {
        sources(&mut it, ColumnSource::Partition, create);
    } else if it.eat(&["OF"]) {
        sources(&mut it, ColumnSource::Parent, create);
    } else if it.eat(&["LIKE"]) {
        sources(&mut it, ColumnSource::Copy(EVERYTHING), create);
    }
    let inner = it.group();
    // `PARTITION OF` and `OF` are followed by columns without types.
    let untyped = !create.sources.is_empty() || it.dialect == Dialect::Sqlite || has_query(&it);
    let typed = if untyped { Typed::May } else { Typed::Must };
    match inner {
        Some((inner, is_closed)) => {
            if !is_closed {
                let what = format!("the bracket of `CREATE TABLE {}` is not closed", shown(&create.name));
                faults.push(StatementFault { range: create.range.clone(), what, help: "close it with `)`" });
            }
            for part in inner.parts() {
                element(part, typed, create, faults);
            }
        }
        None if create.sources.is_empty() && !has_query(&it) => {
            let what = format!("`CREATE TABLE {}` has no columns", shown(&create.name));
            faults.push(StatementFault { range: create.range.clone(), what, help: "write its columns in brackets" });
        }
        None => {}
    }
    options(it, create, faults);
}

/// Returns true if a query follows: `AS SELECT`, or in MySQL also without `AS`.
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
        // Columns of a query have names, if anything. Their types are unknown, so the query is still reported.
        if create.columns.is_empty() {
            view::query(it, create);
        }
        create.has_query = true;
    }
    while !it.is_empty() {
        if it.eat(&["INHERITS"]) {
            if let Some((inner, _)) = it.group() {
                create.sources.extend(
                    inner.parts().into_iter().filter_map(|mut part| Some((ColumnSource::Parent, part.name()?))),
                );
            }
        } else {
            if let Some(token) = it.peek(0).filter(|_| it.sign(0, ")")) {
                let what = format!("a bracket is closed in `CREATE TABLE {}` that is not open", shown(&create.name));
                faults.push(StatementFault {
                    range: token.start..token.end,
                    what,
                    help: "a bracket before it is closed too early",
                });
            }
            it.skip_one();
        }
    }
}

fn sources(it: &mut Cursor<'_>, source: ColumnSource, create: &mut Create) {
    create.sources.extend(it.name().map(|name| (source, name)));
}

/// Reads one element of the list in brackets.
fn element(mut part: Cursor<'_>, typed: Typed, create: &mut Create, faults: &mut Faults) {
    // It is the name of a column in SQLite.
    if part.dialect != Dialect::Sqlite && part.eat(&["LIKE"]) {
        let name = part.name();
        let copy = ColumnSource::Copy(if part.dialect == Dialect::Mysql { EVERYTHING } else { including(part) });
        create.sources.extend(name.map(|name| (copy, name)));
    } else if is_constraint(&part) {
        constraints(part, &mut create.constraints);
    } else {
        create.columns.extend(column(part, typed, faults));
    }
}

/// A copy in MySQL has everything.
const EVERYTHING: Including =
    Including { defaults: true, generated: true, identity: true, comments: true, indexes: true };

/// Reads `INCLUDING` and `EXCLUDING` after `LIKE`: PostgreSQL copies names, types and `NOT NULL`, and nothing else.
fn including(mut it: Cursor<'_>) -> Including {
    let mut copied = Including::default();
    while !it.is_empty() {
        let is_set = it.has(0, &["INCLUDING"]);
        it.skip(1);
        let all = it.has(0, &["ALL"]);
        let set = |one: &mut bool, words: &[&str]| {
            if all || it.has(0, words) {
                *one = is_set;
            }
        };
        set(&mut copied.defaults, &["DEFAULTS"]);
        set(&mut copied.generated, &["GENERATED"]);
        set(&mut copied.identity, &["IDENTITY"]);
        set(&mut copied.comments, &["COMMENTS"]);
        set(&mut copied.indexes, &["INDEXES"]);
        it.skip(1);
    }
    copied
}

/// Reads the columns of a virtual table of SQLite, if its module names them.
pub(super) fn virtual_table(mut it: Cursor<'_>, create: &mut Create, faults: &mut Faults) {
    it.eat(&["USING"]);
    let module = it.ident().map(|module| module.text.to_lowercase()).unwrap_or_default();
    let is_known = module.starts_with("fts") || module.starts_with("rtree") || module == "geopoly";
    create.has_query = !is_known;
    if let Some((inner, _)) = it.group().filter(|_| is_known) {
        for part in inner.parts() {
            let is_setting = (1..3).any(|at| part.sign(at, "="));
            if !is_setting && !part.has(0, &["TOKENIZE"]) {
                // `+name` in a spatial index, and `name UNINDEXED` in a text index.
                let mut part = part;
                part.eat_sign("+");
                let name = Cursor { tokens: part.tokens.get(..1).unwrap_or_default(), ..part };
                create.columns.extend(column(name, Typed::May, faults));
            }
        }
    }
    create.kind = TableKind::Table;
}
