//! Constraints, and the columns that they apply to.

use super::cursor::{Cursor, Ident, Name};
use super::dialect::Dialect;
use super::scan::SqlTokenKind;

/// The effect of a constraint on its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyConstraint {
    /// The columns are the key of the table.
    Id,
    /// No two rows have the same values.
    Unique,
    /// The columns refer to a row of another table.
    Reference,
    /// The columns hold JSON.
    Json,
}

/// A constraint of one or several columns.
#[derive(Debug, Clone)]
pub(super) struct Constraint {
    pub(super) name: Option<Ident>,
    pub(super) key: KeyConstraint,
    pub(super) columns: Vec<Ident>,
    /// The index that supplies the columns: `USING INDEX`.
    pub(super) using: Option<Name>,
}

/// Returns true if a part of a table is a constraint or an index, not a column.
pub(super) fn is_constraint(part: &Cursor<'_>) -> bool {
    let mysql = part.dialect == Dialect::Mysql;
    part.has(0, &["CONSTRAINT", "UNIQUE", "CHECK"])
        || part.has(0, &["PRIMARY", "FOREIGN"]) && part.has(1, &["KEY"])
        || part.has(0, &["EXCLUDE"]) && (part.sign(1, "(") || part.has(1, &["USING"]))
        || part.has(0, &["PERIOD"]) && part.has(1, &["FOR"])
        || mysql && part.has(0, &["FULLTEXT", "SPATIAL", "KEY", "INDEX"])
        || part.has(0, &["NOT"]) && part.has(1, &["NULL"])
}

/// Returns true for a condition that JSON meets, and nothing else: `json_valid(x)`.
pub(super) fn is_json(condition: &Cursor<'_>) -> bool {
    (0..condition.tokens.len()).any(|at| condition.has(at, &["json_valid"]) && condition.sign(at + 1, "("))
}

/// Reads constraints; SQLite allows several without a comma between them.
pub(super) fn constraints(mut it: Cursor<'_>, into: &mut Vec<Constraint>) {
    let mut name = None;
    while !it.is_empty() {
        let key = if it.eat(&["CONSTRAINT"]) {
            let is_name = !it.has(0, &["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"]);
            name = if is_name { it.ident() } else { None };
            continue;
        } else if it.eat(&["PRIMARY", "KEY"]) {
            KeyConstraint::Id
        } else if it.eat(&["UNIQUE"]) {
            KeyConstraint::Unique
        } else if it.eat(&["FOREIGN", "KEY"]) {
            KeyConstraint::Reference
        } else if it.eat(&["CHECK"]) {
            if let Some((inner, _)) = it.group()
                && is_json(&inner)
            {
                let words =
                    (0..inner.tokens.len()).filter(|at| inner.sign(at.wrapping_sub(1), "(") && inner.sign(at + 1, ")"));
                let columns = words.filter_map(|at| Cursor { tokens: inner.tokens.get(at..)?, ..inner }.ident());
                into.push(Constraint {
                    name: name.take(),
                    key: KeyConstraint::Json,
                    columns: columns.collect(),
                    using: None,
                });
            }
            continue;
        } else {
            it.skip_one();
            continue;
        };
        // MySQL's `UNIQUE KEY name (...)`, and the index that it uses.
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

/// Returns the columns of a key; none if one of them is an expression.
pub(super) fn columns(inner: Cursor<'_>) -> Vec<Ident> {
    let mut columns = Vec::new();
    for mut part in inner.parts() {
        let is_length = part.sign(1, "(") && part.peek(2).is_some_and(|token| token.kind == SqlTokenKind::Number);
        let is_plain = part.peek(1).is_none_or(|next| next.kind == SqlTokenKind::Word) || is_length;
        match part.ident().filter(|_| is_plain) {
            Some(column) => columns.push(column),
            None => return Vec::new(),
        }
    }
    columns
}
