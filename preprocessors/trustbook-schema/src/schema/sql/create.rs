//! `CREATE`: the words before the name of a table, a view, a type or an index.

use super::alter;
use super::change::{Create, Effect, SchemaChange, When};
use super::column::{StatementFault, Typed, column, data_type, shown};
use super::constraint;
use super::cursor::Cursor;
use super::dialect::Dialect;
use super::split::{OBJECTS, Statement};
use super::table;
use super::view;
use crate::schema::TableKind;

/// Reads the statement after `CREATE`.
pub(super) fn create(it: &mut Cursor<'_>, effect: &mut Effect, statement: &Statement) -> Option<()> {
    let range = Cursor { tokens: &statement.tokens, ..*it }.range();
    let mut when = When::Absent;
    let mut is_temporary = false;
    loop {
        if it.eat(&["OR", "REPLACE"]) {
            when = When::Always;
        } else if it.eat_one(&["TEMP", "TEMPORARY"]) {
            is_temporary = true;
        } else if it.has(0, &["ALGORITHM", "DEFINER"]) {
            it.skip(1);
            it.eat_sign("=");
            it.skip(1);
            it.group();
            // A user, with the host after `@`.
            if it.eat_sign("@") {
                it.skip(1);
            }
        } else if it.eat(&["SQL", "SECURITY"]) {
            it.skip(1);
        } else if !it.eat_one(&["GLOBAL", "LOCAL", "UNLOGGED", "FOREIGN", "MATERIALIZED", "RECURSIVE", "UNIQUE"]) {
            break;
        }
    }
    let is_unique = statement.tokens.get(1).is_some_and(|token| it.of(token).eq_ignore_ascii_case("UNIQUE"));
    let is_virtual = it.eat(&["VIRTUAL"]);
    let is_domain = it.has(0, &["DOMAIN"]);
    let kind = if it.eat(&["TABLE"]) {
        TableKind::Table
    } else if it.eat(&["VIEW"]) {
        TableKind::View
    } else if it.eat(&["TYPE"]) || it.eat(&["DOMAIN"]) {
        TableKind::Type
    } else if is_unique && it.eat(&["INDEX"]) {
        index(it, effect);
        return Some(());
    } else {
        // The tables in `CREATE SCHEMA s CREATE TABLE ...` are not read.
        if it.has(0, &["SCHEMA"]) && (1..it.tokens.len()).any(|at| it.has(at, &["CREATE"])) {
            return None;
        }
        if it.has(0, &["FUNCTION", "PROCEDURE"]) {
            effect.changes.push(SchemaChange::Mentions);
        }
        return is_object(it).then_some(());
    };
    if alter::missing(it) == When::Missing {
        when = When::Missing;
    }
    let name = it.name()?;
    let temporary = if it.dialect == Dialect::Sqlite { "temp" } else { "pg_temp" };
    let is_temporary =
        is_temporary || name.first().is_some_and(|first| name.len() > 1 && first.text.eq_ignore_ascii_case(temporary));
    let (columns, constraints, sources) = (Vec::new(), Vec::new(), Vec::new());
    let (has_query, is_broken) = (false, false);
    let mut made =
        Create { name, kind, range, when, is_temporary, columns, constraints, sources, has_query, is_broken };
    let before = effect.faults.len();
    match kind {
        TableKind::Table if is_virtual => table::virtual_table(*it, &mut made, &mut effect.faults),
        TableKind::Table => table::create(*it, &mut made, &mut effect.faults),
        TableKind::View => view::create(*it, &mut made),
        TableKind::Type => {
            let is_as = it.eat(&["AS"]);
            // `AS ENUM`, a base type such as `(INPUT = f)`, and a type that is defined later have no fields.
            let is_own = is_as && it.has(0, &["ENUM", "RANGE"])
                || !is_as && (it.is_empty() || it.sign(0, "(") && it.sign(2, "="));
            if is_own || is_domain {
                let of = is_domain.then(|| data_type(it, "", Typed::Must, made.range.clone(), &mut effect.faults));
                effect.changes.push(SchemaChange::Type { name: made.name, of });
                return Some(());
            }
            let (inner, is_closed) = it.group()?;
            if !is_closed || !it.is_empty() {
                let what = format!("the bracket of `CREATE TYPE {}` is not closed where it ends", shown(&made.name));
                effect.faults.push(StatementFault {
                    range: made.range.clone(),
                    what,
                    help: "close it once, after the last field",
                });
            }
            for part in inner.parts() {
                made.columns.extend(column(part, Typed::Must, &mut effect.faults));
            }
        }
    }
    made.is_broken = effect.faults.len() > before;
    effect.changes.push(SchemaChange::Create(Box::new(made)));
    Some(())
}

/// Returns true if the next word is an object that has no columns.
pub(super) fn is_object(it: &Cursor<'_>) -> bool {
    it.has(0, OBJECTS) || it.has(0, OTHERS)
}

/// The objects without columns whose statements are split like all others.
const OTHERS: &[&str] = &[
    "GROUP",
    "CAST",
    "COLLATION",
    "CONVERSION",
    "OPERATOR",
    "PUBLICATION",
    "SUBSCRIPTION",
    "SERVER",
    "STATISTICS",
    "TABLESPACE",
    "LANGUAGE",
    "TEXT",
    "TRANSFORM",
    "ACCESS",
    "CONSTRAINT",
    "FULLTEXT",
    "SPATIAL",
    "TRUSTED",
    "PROCEDURAL",
    "DATA",
    "LOGFILE",
    "RESOURCE",
    "CLUSTERED",
    "NONCLUSTERED",
    "DEFAULT",
    "SYSTEM",
    "LARGE",
    "ROUTINE",
    "INSTANCE",
    "OWNED",
    "PREPARE",
    "PACKAGE",
    "MATERIALIZED",
];

fn index(it: &mut Cursor<'_>, effect: &mut Effect) -> Option<()> {
    it.eat(&["CONCURRENTLY"]);
    alter::missing(it);
    let name = if it.has(0, &["ON"]) { None } else { Some(it.name()?) };
    while !it.is_empty() && !it.eat(&["ON"]) {
        it.skip_one();
    }
    it.eat(&["ONLY"]);
    let table = it.name()?;
    if it.eat(&["USING"]) {
        it.skip(1);
    }
    let (inner, _) = it.group()?;
    // An index of some rows says nothing about the others.
    let is_whole = !it.tokens.iter().any(|token| it.of(token).eq_ignore_ascii_case("WHERE"));
    let columns = if is_whole { constraint::columns(inner) } else { Vec::new() };
    effect.changes.push(SchemaChange::Index { name, table, columns });
    Some(())
}
