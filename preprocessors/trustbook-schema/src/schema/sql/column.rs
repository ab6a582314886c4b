//! One column as defined: its name, its type and its options.

use super::constraint::{self, Constraint, KeyConstraint};
use super::cursor::{Cursor, Ident, Name};
use super::dialect::Dialect;
use super::scan::{SqlToken, SqlTokenKind};
use super::types::{self, SqlType};
use crate::schema::{FieldContent, Modifier};
use std::collections::HashMap;
use std::ops::Range;

/// A column, as defined.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: Ident,
    pub(super) ty: SqlType,
    /// True if the column is `NOT NULL`, explicitly or because of its type.
    pub(super) not_null: bool,
    /// True if the database counts its values.
    pub(super) is_identity: bool,
    /// The modifiers, without those that constraints add.
    pub(super) modifiers: Vec<Modifier>,
    pub(super) constraints: Vec<Constraint>,
    pub(super) comment: Option<String>,
    pub(super) range: Range<usize>,
    pub(super) place: ColumnPosition,
}

/// The position that MySQL gives to a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ColumnPosition {
    /// After all others or, for an existing column, in place.
    Last,
    /// Before all others.
    First,
    /// After this one.
    After(Ident),
}

/// A mistake in a statement, with its place.
#[derive(Debug, Clone)]
pub(super) struct StatementFault {
    pub(super) range: Range<usize>,
    pub(super) what: String,
    pub(super) help: &'static str,
}

/// The mistakes in a statement, and a cache of types, because a schema repeats the same few.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) list: Vec<StatementFault>,
    types: HashMap<String, SqlType>,
}

impl Faults {
    pub(super) fn push(&mut self, fault: StatementFault) {
        self.list.push(fault);
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    fn read_type(&mut self, text: &str, dialect: Dialect) -> SqlType {
        if let Some(known) = self.types.get(text) {
            return known.clone();
        }
        let read = types::read(text, dialect);
        self.types.insert(text.to_owned(), read.clone());
        read
    }
}

/// The requirement that a column has a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typed {
    /// The type is required.
    Must,
    /// The type is optional.
    May,
}

/// Reads a column. Anything that is not understood is a fault, but the column exists nevertheless.
pub(super) fn column(mut it: Cursor<'_>, typed: Typed, faults: &mut Faults) -> Option<Column> {
    let range = it.range();
    let Some(name) = it.ident() else {
        let what = format!("`{}` is not the name of a column", short(it.text.get(range.clone()).unwrap_or_default()));
        faults.push(StatementFault { range, what, help: "write a name and a type" });
        return None;
    };
    let ty = data_type(&mut it, &name.text, typed, range.clone(), faults);
    let constraints = Vec::new();
    let mut column = Column {
        name,
        ty,
        not_null: false,
        is_identity: false,
        modifiers: Vec::new(),
        constraints,
        comment: None,
        range,
        place: ColumnPosition::Last,
    };
    let first = column.ty.words.split(' ').next().unwrap_or_default();
    if ["serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"].contains(&first) {
        column.not_null = true;
        column.modifiers.push(Modifier::Default);
    }
    let mut is_named = None;
    while !it.is_empty() {
        let (at, left) = (it.peek(0).map_or(0, |token| token.start), it.tokens.len());
        if it.eat(&["CONSTRAINT"]) {
            is_named = it.ident();
            continue;
        }
        option(&mut it, &mut column, is_named.take());
        if it.tokens.len() == left {
            let end = it.peek(0).map_or(at, |token| token.end);
            let what = format!(
                "`{}` in the column `{}` is not understood",
                it.peek(0).map_or("", |t| it.of(t)),
                column.name.text
            );
            faults.push(StatementFault {
                range: at..end,
                what,
                help: "a `,` may be missing before it, or it is not of this dialect",
            });
            it.skip_one();
            // One fault for one cause: everything up to the next known word belongs to it.
            while !it.is_empty() && !begins_option(&it) {
                it.skip_one();
            }
        }
    }
    Some(column)
}

/// Reads the type at the beginning of the remaining tokens.
pub(super) fn data_type(
    it: &mut Cursor<'_>,
    name: &str,
    typed: Typed,
    range: Range<usize>,
    faults: &mut Faults,
) -> SqlType {
    let all = it.tokens;
    // The type can have the name of an option, or be in a schema with that name.
    let is_name = !it.has(0, RESERVED) && it.peek(0).is_some_and(|token| token.kind == SqlTokenKind::Word);
    if it.dialect == Dialect::Postgresql && is_name && (typed == Typed::Must || it.sign(1, ".")) {
        it.skip(1);
    }
    while !it.is_empty()
        && (!begins_option(it) || it.tokens.len() < all.len() && is_after_dot(it, all))
        && (it.peek(0).is_some_and(|it| it.kind != SqlTokenKind::Text) || it.tokens.len() < all.len())
    {
        // The text after the name is not a type: `name = 3`.
        if it.sign(0, "=") {
            break;
        }
        it.skip_one();
    }
    let used = all.get(..all.len() - it.tokens.len()).unwrap_or_default();
    let extent = Cursor { tokens: used, ..*it }.range();
    if used.is_empty() {
        if typed == Typed::Must {
            let what = format!("the column `{name}` has no type");
            faults.push(StatementFault { range, what, help: "write its type after its name" });
        }
        return SqlType { words: String::new(), is_list: false, content: FieldContent::Plain, stray: None };
    }
    let text = it.text.get(extent.clone()).unwrap_or_default();
    let ty = faults.read_type(text, it.dialect);
    if let Some(stray) = &ty.stray {
        let what = format!("`{stray}` in the type of the column `{name}` is not understood");
        faults.push(StatementFault {
            range: extent,
            what,
            help: "a `,` may be missing before it, or it is not of this dialect",
        });
    }
    ty
}

/// Returns true if the last token that was taken is a dot.
fn is_after_dot(it: &Cursor<'_>, all: &[SqlToken]) -> bool {
    let last = all.get((all.len() - it.tokens.len()).wrapping_sub(1));
    last.is_some_and(|last| last.kind == SqlTokenKind::Sign && it.of(last) == ".")
}

/// The words that can follow a column without a type in PostgreSQL, and that no type has as its name.
const RESERVED: &[&str] = &[
    "NOT",
    "NULL",
    "PRIMARY",
    "UNIQUE",
    "DEFAULT",
    "CHECK",
    "REFERENCES",
    "CONSTRAINT",
    "COLLATE",
    "AS",
    "ON",
    "DEFERRABLE",
    "INITIALLY",
    "ASC",
    "DESC",
    "USING",
    "WITH",
];

/// Returns true if the next word ends a type.
fn begins_option(it: &Cursor<'_>) -> bool {
    if it.has(0, &["CHARACTER"]) {
        return it.has(1, &["SET"]);
    }
    if it.has(0, &["WITH", "WITHOUT", "USING"]) {
        return !it.has(1, &["TIME", "LOCAL"]);
    }
    it.has(0, OPTIONS)
}

/// The words that can follow a type.
const OPTIONS: &[&str] = &[
    "NOT",
    "NULL",
    "PRIMARY",
    "UNIQUE",
    "KEY",
    "DEFAULT",
    "CHECK",
    "REFERENCES",
    "CONSTRAINT",
    "COLLATE",
    "GENERATED",
    "AS",
    "COMMENT",
    "AUTO_INCREMENT",
    "AUTOINCREMENT",
    "ON",
    "CHARSET",
    "VISIBLE",
    "INVISIBLE",
    "STORAGE",
    "COMPRESSION",
    "COLUMN_FORMAT",
    "SRID",
    "REF_SYSTEM_ID",
    "ENCODE",
    "OPTIONS",
    "DEFERRABLE",
    "INITIALLY",
    "FIRST",
    "AFTER",
    "VIRTUAL",
    "STORED",
    "PERSISTENT",
    "ASC",
    "DESC",
    "ENFORCED",
    "MATCH",
    "COMPRESSED",
    "CASCADE",
    "RESTRICT",
    "ASCII",
    "UNICODE",
];

/// Takes one option of a column, if it is known.
fn option(it: &mut Cursor<'_>, column: &mut Column, named: Option<Ident>) {
    let constraint =
        |key: KeyConstraint| Constraint { name: named, key, columns: vec![column.name.clone()], using: None };
    if it.eat(&["NOT", "NULL"]) {
        column.not_null = true;
        it.eat(&["NO", "INHERIT"]);
        conflict(it);
    } else if it.eat(&["NULL"]) {
        conflict(it);
    } else if it.eat(&["PRIMARY", "KEY"]) || it.eat(&["KEY"]) {
        it.eat_one(&["ASC", "DESC"]);
        conflict(it);
        column.constraints.push(constraint(KeyConstraint::Id));
    } else if it.eat(&["UNIQUE"]) {
        it.eat(&["KEY"]);
        it.eat(&["NULLS", "NOT", "DISTINCT"]);
        it.eat(&["NULLS", "DISTINCT"]);
        conflict(it);
        column.constraints.push(constraint(KeyConstraint::Unique));
    } else if it.eat(&["REFERENCES"]) {
        column.constraints.push(constraint(KeyConstraint::Reference));
        it.name();
        it.group();
        reference(it);
    } else if it.eat(&["DEFAULT"]) {
        // A column without a default is null, so an explicit null default adds nothing.
        if !it.has(0, &["NULL"]) {
            column.modifiers.push(Modifier::Default);
        }
        expression(it);
    } else if it.eat(&["GENERATED"]) {
        generated(it, column);
    } else if it.has(0, &["AS"]) && it.sign(1, "(") {
        it.skip(1);
        it.group();
        column.modifiers.push(Modifier::Generated);
    } else if it.eat(&["AUTO_INCREMENT"]) || it.eat(&["AUTOINCREMENT"]) {
        column.modifiers.push(Modifier::Default);
    } else if it.eat(&["ON", "UPDATE"]) {
        expression(it);
        column.modifiers.push(Modifier::UpdatedAt);
    } else if it.eat(&["COMMENT"]) {
        column.comment = it.string();
    } else if it.eat(&["CHECK"]) {
        if let Some((inner, _)) = it.group()
            && constraint::is_json(&inner)
        {
            column.ty.content = FieldContent::Opaque;
        }
        it.eat(&["NO", "INHERIT"]);
        it.eat(&["NOT", "ENFORCED"]);
    } else if it.eat(&["FIRST"]) {
        column.place = ColumnPosition::First;
    } else if it.eat(&["AFTER"]) {
        column.place = it.ident().map_or(ColumnPosition::Last, ColumnPosition::After);
    } else {
        aside(it);
    }
}

/// Takes an option that does not affect the shape of a column.
fn aside(it: &mut Cursor<'_>) {
    if it.eat(&["COLLATE"]) || it.eat(&["CHARACTER", "SET"]) || it.eat(&["CHARSET"]) {
        it.eat_sign("=");
        if it.name().is_none() {
            it.string();
        }
    } else if it.eat_one(&["STORAGE", "COMPRESSION", "COLUMN_FORMAT", "SRID", "REF_SYSTEM_ID", "ENCODE"]) {
        it.eat_sign("=");
        it.skip_one();
    } else if it.eat(&["WITH", "SYSTEM", "VERSIONING"]) || it.eat(&["WITHOUT", "SYSTEM", "VERSIONING"]) {
    } else if it.eat(&["OPTIONS"]) || it.eat(&["WITH", "OPTIONS"]) {
        it.group();
    } else if !it.eat_one(FLAGS) && !it.eat(&["NOT", "ENFORCED"]) {
        conflict(it);
        reference(it);
    }
}

/// Single words that do not affect the shape.
const FLAGS: &[&str] = &[
    "VISIBLE",
    "INVISIBLE",
    "VIRTUAL",
    "STORED",
    "PERSISTENT",
    "ASC",
    "DESC",
    "BINARY",
    "ASCII",
    "ENFORCED",
    "COMPRESSED",
    "UNICODE",
    "CASCADE",
    "RESTRICT",
];

/// Takes the `ON CONFLICT` clause of SQLite.
fn conflict(it: &mut Cursor<'_>) {
    if it.eat(&["ON", "CONFLICT"]) {
        it.skip(1);
    }
}

/// Takes the clauses after the table of a reference.
pub(super) fn reference(it: &mut Cursor<'_>) {
    loop {
        if it.eat(&["MATCH"]) {
            it.skip(1);
        } else if it.has(0, &["ON"]) && it.has(1, &["DELETE", "UPDATE"]) && it.has(2, ACTIONS) {
            let two = it.has(2, &["SET", "NO"]);
            it.skip(if two { 4 } else { 3 });
            it.group();
        } else if !(it.eat(&["NOT", "DEFERRABLE"]) || it.eat(&["DEFERRABLE"]) || it.eat(&["NOT", "VALID"])) {
            if !it.eat(&["INITIALLY"]) {
                return;
            }
            it.skip(1);
        }
    }
}

const ACTIONS: &[&str] = &["CASCADE", "RESTRICT", "SET", "NO"];

fn generated(it: &mut Cursor<'_>, column: &mut Column) {
    let always = it.eat(&["ALWAYS"]);
    if !always {
        it.eat(&["BY", "DEFAULT"]);
        it.eat(&["ON", "NULL"]);
    }
    it.eat(&["AS"]);
    if it.eat(&["IDENTITY"]) {
        (column.not_null, column.is_identity) = (true, true);
    } else if it.eat(&["ROW"]) {
        // The time at which MariaDB has made or replaced the row.
        it.skip(1);
        column.not_null = true;
    }
    it.group();
    column.modifiers.push(if always { Modifier::Generated } else { Modifier::Default });
}

/// Skips an expression, up to the next word that can follow it.
fn expression(it: &mut Cursor<'_>) {
    if it.eat(&["NULL"]) && !it.sign(0, ":") {
        return;
    }
    // A quoted name directly after a value, or any word after a number, is the next column: a comma is missing.
    let mut last = it.peek(0).map(|token| token.kind).filter(|_| !it.sign(0, "("));
    it.skip_one();
    while !it.is_empty() && !begins_option(it) {
        let kind = it.peek(0).map(|token| token.kind);
        let is_column = kind == Some(SqlTokenKind::Name) && last != Some(SqlTokenKind::Sign)
            || kind == Some(SqlTokenKind::Word) && last == Some(SqlTokenKind::Number);
        if is_column {
            return;
        }
        last = kind.filter(|_| !it.sign(0, "("));
        it.skip_one();
    }
}

/// Shortens a text for a message, to at most 40 characters of its first line.
pub(super) fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(40) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line.to_owned(),
    }
}

/// Returns a name as it is shown, with dots between its parts.
pub(super) fn shown(name: &Name) -> String {
    name.iter().map(|ident| ident.text.as_str()).collect::<Vec<_>>().join(".")
}
