//! Attributes after `@` and `@@`: the few that say something about stored data.

use super::lexer::{PrismaTokenKind, Tokens};
use super::problems::{Problems, shown};
use std::ops::Range;

/// An attribute of a field or of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Attribute<'t> {
    /// The key: the field itself, or these fields.
    Id(Vec<&'t str>),
    /// A unique value: of the field itself, or of these fields together.
    Unique(Vec<&'t str>),
    /// The name in the database.
    Map(String),
    Default,
    UpdatedAt,
    /// The fields that refer to a row of another table, and the name of the relation.
    Relation(Vec<&'t str>, Option<String>),
    /// A type that is XML in the database.
    Xml,
    /// Any other attribute; pages state nothing about it.
    Other,
}

/// Reads the attribute at a place, and returns the place after it.
pub(super) fn read<'t>(
    tokens: &Tokens<'t>,
    at: usize,
    limit: usize,
    problems: &mut Problems<'_>,
) -> (Attribute<'t>, usize) {
    let mut first = at;
    while first < limit && tokens.is(first, '@') {
        first += 1;
    }
    let Some(name) = path(tokens, first, limit) else {
        let help = "write its name directly after it, such as `@id`, or remove it".to_owned();
        problems.push(tokens.range(at, first - 1), "an attribute has no name".to_owned(), help);
        return (Attribute::Other, first);
    };
    let next = name.end;
    let name_range = tokens.range(name.start, name.end - 1);
    let name = tokens.text.get(name_range.clone()).unwrap_or_default();
    if next >= limit || !tokens.is(next, '(') {
        return (attribute(tokens, name, next..next), next);
    }
    let (arguments, behind) = match tokens.closing(next, limit) {
        Some(close) => (next + 1..close, close + 1),
        None => {
            let end = tokens.line_end(next + 1, limit);
            (next + 1..end, end)
        }
    };
    if is_open(tokens, next..behind) {
        let whole = tokens.range(at, at).start..name_range.end;
        let what = format!("the brackets of {} are not closed", shown(tokens.text.get(whole.clone()).unwrap_or(name)));
        problems.push(whole, what, "close them with `)` or `]`".to_owned());
    }
    (attribute(tokens, name, arguments), behind)
}

/// Returns true if a bracket is not closed. An unclosed text is the real mistake, and is already reported.
fn is_open(tokens: &Tokens<'_>, arguments: Range<usize>) -> bool {
    let is_open = |at| {
        matches!(tokens.kind(at), Some(PrismaTokenKind::Sign('(' | '['))) && tokens.closing(at, arguments.end).is_none()
    };
    arguments.clone().any(is_open) && !arguments.clone().any(|at| tokens.kind(at) == Some(PrismaTokenKind::OpenText))
}

/// Returns the tokens of a name with dots, such as `db.VarChar`.
fn path(tokens: &Tokens<'_>, first: usize, limit: usize) -> Option<Range<usize>> {
    let is_word = |at| at < limit && tokens.word(at).is_some();
    let mut end = is_word(first).then_some(first + 1)?;
    while tokens.is(end, '.') && is_word(end + 1) {
        end += 2;
    }
    Some(first..end)
}

fn attribute<'t>(tokens: &Tokens<'t>, name: &str, arguments: Range<usize>) -> Attribute<'t> {
    match name {
        "id" => Attribute::Id(fields(tokens, arguments, &[None, Some("fields")])),
        "unique" => Attribute::Unique(fields(tokens, arguments, &[None, Some("fields")])),
        "relation" => {
            Attribute::Relation(fields(tokens, arguments.clone(), &[Some("fields")]), text(tokens, arguments))
        }
        "map" => text(tokens, arguments).map_or(Attribute::Other, Attribute::Map),
        "default" => Attribute::Default,
        "updatedAt" => Attribute::UpdatedAt,
        "db.Xml" => Attribute::Xml,
        _ => Attribute::Other,
    }
}

/// Returns the first text among arguments.
fn text(tokens: &Tokens<'_>, mut arguments: Range<usize>) -> Option<String> {
    let at = arguments.find(|at| tokens.kind(*at) == Some(PrismaTokenKind::Text))?;
    let quoted = tokens.slice(at);
    let read = match quoted.contains('\\') {
        false => None,
        // Texts are written as in JSON.
        true => serde_json::from_str(quoted).ok(),
    };
    let read = read.unwrap_or_else(|| quoted.trim_matches('"').to_owned());
    (!read.is_empty()).then_some(read)
}

/// Returns the names in the list with one of these keys; the key `None` is an argument without a key.
fn fields<'t>(tokens: &Tokens<'t>, arguments: Range<usize>, keys: &[Option<&str>]) -> Vec<&'t str> {
    let limit = arguments.end;
    let mut at = arguments.start;
    let mut key = None;
    while at < limit {
        match tokens.kind(at) {
            Some(PrismaTokenKind::Word) if tokens.is(at + 1, ':') => key = tokens.word(at),
            Some(PrismaTokenKind::Sign(',')) => key = None,
            Some(PrismaTokenKind::Sign('[')) if keys.contains(&key) => {
                return names(tokens, at + 1..tokens.closing(at, limit).unwrap_or(limit));
            }
            Some(PrismaTokenKind::Sign('[' | '(' | '{')) => at = tokens.closing(at, limit).unwrap_or(at),
            _ => {}
        }
        at += 1;
    }
    Vec::new()
}

/// Returns the names in a list.
///
/// A name with dots is a part of a field, not a field. Brackets after a name say how it is indexed.
fn names<'t>(tokens: &Tokens<'t>, list: Range<usize>) -> Vec<&'t str> {
    let mut found = Vec::new();
    let mut begins = true;
    let mut at = list.start;
    while at < list.end {
        match tokens.kind(at) {
            Some(PrismaTokenKind::Word) if begins => {
                begins = false;
                let name = tokens.word(at).filter(|_| !tokens.is(at + 1, '.'));
                // A part of a field keeps its place, so that two entries do not look like one.
                found.push(name.unwrap_or_default());
            }
            Some(PrismaTokenKind::Sign(',')) => begins = true,
            Some(PrismaTokenKind::Sign('[' | '(' | '{')) => at = tokens.closing(at, list.end).unwrap_or(at),
            _ => {}
        }
        at += 1;
    }
    found
}
