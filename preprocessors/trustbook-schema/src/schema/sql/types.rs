//! Types of columns, in the words of their dialect.

use super::dialect::Dialect;
use crate::schema::FieldContent;

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

/// Reads a type: a name, its arguments, and the words that belong to it. The first word that belongs to no type ends it.
pub(super) fn read(text: &str, dialect: Dialect) -> SqlType {
    let mut rest = parts(text).into_iter();
    let first = rest.as_slice().first().map(|(part, _)| part.to_ascii_lowercase()).unwrap_or_default();
    // The words of these are many, and are kept as they are.
    let is_free = ["national", "interval", "long", "set", "enum"].contains(&first.as_str());
    let (mut words, mut is_list, mut stray) = (String::new(), false, None);
    let (mut depth, mut previous) = (0usize, "");
    while let Some((part, has_space)) = rest.next() {
        let array = part == "[" || part.eq_ignore_ascii_case("ARRAY");
        if depth == 0 && dialect == Dialect::Postgresql && array && !words.is_empty() {
            is_list = true;
            while part == "[" && rest.next().is_some_and(|(part, _)| part != "]") {}
            continue;
        }
        let is_name = words.is_empty() || previous == "." || part == "." || part == "(" || depth > 0;
        // SQLite accepts any words.
        let is_known = is_free || dialect == Dialect::Sqlite || is_name || continues(&first, part, dialect);
        if is_list || !is_known {
            stray = Some(part.to_owned());
            break;
        }
        depth = match part {
            "(" => depth + 1,
            ")" => depth.saturating_sub(1),
            _ => depth,
        };
        let is_sign = matches!(part, "(" | ")" | "," | "." | "[" | "]") || matches!(previous, "" | "(" | "." | "[");
        let is_spaced = if previous == "," { !ends_in_number(&words) } else { !is_sign };
        if if is_free { has_space && !words.is_empty() } else { is_spaced } {
            words.push(' ');
        }
        match part.starts_with(['"', '\'', '`']) {
            true => words.push_str(part),
            false => words.extend(part.chars().flat_map(char::to_lowercase)),
        }
        previous = part;
    }
    let content = if is_opaque(&words) { FieldContent::Opaque } else { FieldContent::Plain };
    SqlType { words, is_list, content, stray }
}

/// Returns true if the item before the comma at the end is a number, as in `numeric(9,`.
fn ends_in_number(words: &str) -> bool {
    words.trim_end_matches(',').ends_with(|c: char| c.is_ascii_digit())
}

/// Returns true if a word continues a type with this first word.
fn continues(first: &str, word: &str, dialect: Dialect) -> bool {
    let is = |words: &[&str]| words.iter().any(|other| word.eq_ignore_ascii_case(other));
    match first {
        "double" if is(&["PRECISION"]) => true,
        "bit" | "char" | "character" | "nchar" | "binary" if is(&["VARYING", "LARGE", "OBJECT"]) => true,
        "time" | "timestamp" if is(&["WITH", "WITHOUT", "LOCAL", "TIME", "ZONE"]) => true,
        _ => dialect == Dialect::Mysql && is(&["UNSIGNED", "SIGNED", "ZEROFILL", "BINARY", "PRECISION"]),
    }
}

/// Splits a text into words, texts in quotes, and signs, each with true if white space is before it.
fn parts(text: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start();
        let has_space = trimmed.len() < rest.len();
        let Some(first) = trimmed.chars().next() else { return parts };
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let end = match first {
            '"' | '\'' | '`' => trimmed.get(1..).and_then(|inner| inner.find(first)).map_or(trimmed.len(), |at| at + 2),
            _ if is_word(first) => trimmed.find(|c: char| !is_word(c)).unwrap_or(trimmed.len()),
            _ => first.len_utf8(),
        };
        let (part, after) = trimmed.split_at(end);
        parts.push((part, has_space));
        rest = after;
    }
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
