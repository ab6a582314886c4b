//! Types of columns, in the words of their dialect.

use super::dialect::Dialect;
use crate::schema::FieldContent;
use sqlparser::ast::{ArrayElemTypeDef, DataType};
use sqlparser::dialect::{Dialect as Grammar, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SqlType {
    /// The words, in lower case except in quotes, without the brackets of arrays.
    pub(super) words: String,
    /// True if it is an array.
    pub(super) is_list: bool,
    /// The kind of content that it allows.
    pub(super) content: FieldContent,
    /// The first word in it that belongs to no type.
    pub(super) stray: Option<String>,
}

/// The length above which a type is a list of allowed words, and is not parsed, in bytes.
const LONG: usize = 200;

/// Reads a type. A type that the parser does not know stays as written.
pub(super) fn read(text: &str, dialect: Dialect) -> SqlType {
    let first = text.split([' ', '(']).next().unwrap_or_default();
    let unknown = UNKNOWN.iter().any(|word| first.eq_ignore_ascii_case(word));
    let parsed = if unknown || text.len() > LONG { None } else { parse(text, dialect) };
    // SQLite accepts any words as a type.
    let parsed = parsed.filter(|(_, stray)| dialect != Dialect::Sqlite || stray.is_none());
    let (words, is_list, stray) = match parsed {
        Some((mut data_type, stray)) => {
            let mut is_list = false;
            while let DataType::Array(
                ArrayElemTypeDef::SquareBracket(inner, _) | ArrayElemTypeDef::AngleBracket(inner),
            ) = data_type
            {
                (data_type, is_list) = (*inner, true);
            }
            (lower(&data_type.to_string()), is_list, stray)
        }
        None => (lower(text), false, None),
    };
    let content = if is_opaque(&words) { FieldContent::Opaque } else { FieldContent::Plain };
    SqlType { words, is_list, content, stray }
}

/// The first words of types that the parser does not know to the end.
const UNKNOWN: &[&str] = &["NATIONAL", "INTERVAL", "LONG", "SET", "ENUM"];

fn parse(text: &str, dialect: Dialect) -> Option<(DataType, Option<String>)> {
    let grammar: &dyn Grammar = match dialect {
        Dialect::Mysql => &MySqlDialect {},
        Dialect::Postgresql => &PostgreSqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
    };
    let mut parser = Parser::new(grammar).with_recursion_limit(20).try_with_sql(text).ok()?;
    let data_type = parser.parse_data_type().ok()?;
    // MySQL's attributes of numbers and texts, and PostgreSQL's arrays in the words of the standard.
    let mut attributes = String::new();
    let is_array = dialect == Dialect::Postgresql && word(&parser).is_some_and(|it| it.eq_ignore_ascii_case("ARRAY"));
    if is_array {
        return Some((DataType::Array(ArrayElemTypeDef::SquareBracket(Box::new(data_type), None)), None));
    }
    while let Some(next) = word(&parser).filter(|it| {
        dialect == Dialect::Mysql
            && ["UNSIGNED", "SIGNED", "ZEROFILL", "BINARY"].iter().any(|of| it.eq_ignore_ascii_case(of))
    }) {
        attributes.push(' ');
        attributes.push_str(&next);
        parser.next_token();
    }
    let stray = match parser.peek_token().token {
        Token::EOF => None,
        other => Some(other.to_string()),
    };
    if attributes.is_empty() {
        return Some((data_type, stray));
    }
    let name = sqlparser::ast::Ident::new(format!("{data_type}{attributes}"));
    Some((DataType::Custom(vec![name].into(), vec![]), stray))
}

fn word(parser: &Parser<'_>) -> Option<String> {
    match &parser.peek_token_ref().token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.value.clone()),
        _ => None,
    }
}

/// Returns a text in lower case except in quotes, and with single spaces.
fn lower(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    let mut quote = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            _ => {}
        }
        match quote {
            Some(_) => lower.push(c),
            None if c.is_whitespace() && lower.ends_with(' ') => {}
            None if c.is_whitespace() => lower.push(' '),
            None => lower.extend(c.to_lowercase()),
        }
    }
    lower
}

/// The types that can hold anything: structures, bytes and large objects.
const OPAQUE: &[&str] = &[
    "json",
    "jsonb",
    "xml",
    "bytea",
    "blob",
    "tinyblob",
    "mediumblob",
    "longblob",
    "binary",
    "varbinary",
    "hstore",
    "bytes",
    "raw",
    "image",
    "variant",
];

fn is_opaque(words: &str) -> bool {
    let name = words.split([' ', '(']).next().unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or_default().trim_matches('"');
    OPAQUE.contains(&name)
}
