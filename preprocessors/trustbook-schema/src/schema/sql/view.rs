//! `CREATE VIEW`: its columns, as far as they have names.

use super::change::Create;
use super::column::{Column, ColumnPosition, Faults, Typed, column};
use super::cursor::{Cursor, Ident};
use super::dialect::Quoted;
use super::scan::SqlTokenKind;
use super::types::SqlType;
use crate::schema::FieldContent;

/// Reads the statement after the name of a view.
pub(super) fn create(mut it: Cursor<'_>, create: &mut Create) {
    if let Some((names, _)) = it.group() {
        for part in names.parts() {
            create.columns.extend(column(part, Typed::May, &mut Faults::default()));
        }
        return;
    }
    query(it, create);
}

/// Reads the names of the columns that a query returns.
pub(super) fn query(mut it: Cursor<'_>, create: &mut Create) {
    while !it.is_empty() && !it.has(0, &["SELECT"]) {
        // The query itself can be in brackets; brackets before it belong to `WITH`.
        if it.sign(0, "(") && it.has(1, &["SELECT"]) && it.tokens.len() > 1 && create.columns.is_empty() {
            let mut behind = it;
            behind.group();
            if behind.is_empty() || behind.has(0, &["UNION", "INTERSECT", "EXCEPT", "WITH"]) {
                it.skip(1);
                continue;
            }
        }
        it.skip_one();
    }
    it.skip(1);
    if it.eat(&["DISTINCT"]) && it.eat(&["ON"]) {
        it.group();
    }
    it.eat_one(&["ALL", "SQL_NO_CACHE"]);
    let mut list = it;
    while !it.is_empty() && !it.has(0, &["FROM", "UNION", "WHERE", "INTERSECT", "EXCEPT", "ORDER", "LIMIT", "GROUP"]) {
        // Any word can be the name after `AS`.
        let is_named = it.has(0, &["AS"]);
        it.skip_one();
        if is_named {
            it.skip(1);
        }
    }
    list.tokens = list.tokens.get(..list.tokens.len() - it.tokens.len()).unwrap_or_default();
    let parts = list.parts();
    // A bracket that is not closed hides columns.
    let brackets = |sign: &str| (0..list.tokens.len()).filter(|at| list.sign(*at, sign)).count();
    create.has_query = parts.is_empty() || brackets("(") != brackets(")");
    for part in parts {
        match name(part) {
            Some(name) => create.columns.push(shown(name, &part)),
            None => create.has_query = true,
        }
    }
}

fn shown(name: Ident, part: &Cursor<'_>) -> Column {
    let ty = SqlType { words: String::new(), is_list: false, content: FieldContent::Plain, stray: None };
    let (modifiers, constraints) = (Vec::new(), Vec::new());
    Column {
        name,
        ty,
        not_null: false,
        is_identity: false,
        modifiers,
        constraints,
        comment: None,
        range: part.range(),
        place: ColumnPosition::Last,
    }
}

/// Returns the name of a column of a query: the one after `AS`, or the column's own.
fn name(part: Cursor<'_>) -> Option<Ident> {
    let count = part.tokens.len();
    let mut last = part;
    last.skip(count - 1);
    let ident = last.ident()?;
    if count == 1 {
        return Some(ident);
    }
    let before = part.peek(count - 2)?;
    let is_word = ident.quoted == Quoted::No && ENDS.iter().any(|word| ident.text.eq_ignore_ascii_case(word));
    let text = part.of(before);
    let known = match before.kind {
        SqlTokenKind::Word => {
            text.eq_ignore_ascii_case("AS") || !is_word && !OPERATORS.iter().any(|word| text.eq_ignore_ascii_case(word))
        }
        // `a::text` is named after the column, but has another type.
        SqlTokenKind::Sign => text == "." || text == ")" && !is_word,
        _ => !is_word,
    };
    known.then_some(ident)
}

/// Words that end an expression, but name nothing.
const ENDS: &[&str] = &["END", "NULL", "TRUE", "FALSE", "UNKNOWN"];

/// Words that are followed by an operand.
const OPERATORS: &[&str] = &[
    "AND", "OR", "NOT", "IS", "LIKE", "ILIKE", "IN", "FROM", "COLLATE", "ZONE", "BETWEEN", "DISTINCT", "REGEXP", "DIV",
    "MOD",
];
