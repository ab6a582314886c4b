//! TOML with positions: a parser that recovers from mistakes, and helpers for the spanned tree.

use crate::span::{FileId, Span};
use crate::world::{ReadError, World};
use jiff::civil::Date;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A value of the tree with its position.
pub(crate) type TomlNode<'i> = toml::Spanned<DeValue<'i>>;
/// A key of the tree with its position.
pub(crate) type TomlKey<'i> = toml::Spanned<toml::de::DeString<'i>>;

/// A syntax error in a TOML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The span of the error.
    pub span: Span,
    /// The message of the parser, or a description of the mistake.
    pub message: String,
    /// The text to write, where it is known.
    pub help: Option<String>,
}

impl SyntaxError {
    /// Returns true if the error is a duplicate key.
    pub fn is_duplicate_key(&self) -> bool {
        self.message.contains("duplicate key")
    }
}

/// The largest number of errors reported for one file: a file with more is not meant to be TOML.
pub(crate) const MAX_ERRORS: usize = 100;
/// The deepest nesting of keys, lists and tables; the limit of the parser.
const MAX_DEPTH: usize = 80;

/// Parses a file and continues after errors. All errors are returned, in order.
pub(crate) fn parse(file: FileId, text: &str) -> (DeTable<'_>, Vec<SyntaxError>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<SyntaxError> = errors
        .into_iter()
        .map(|error| {
            // The parser gives no position for a key that is too deep.
            let span = error.span().unwrap_or_else(|| deep_key(text));
            let message = match error.message() {
                "recursion limit" | "cannot recurse further; max recursion depth met" => {
                    format!("keys, lists or tables are nested more than {MAX_DEPTH} deep")
                }
                message => message.to_owned(),
            };
            match misspelt(text, &span) {
                Some((message, help)) => SyntaxError { span: Span::new(file, span), message, help: Some(help) },
                None => SyntaxError { span: Span::new(file, span), message, help: None },
            }
        })
        .collect();
    errors.sort_by_key(|error| error.span);
    // Recovery also reports errors that follow from one on the same line. One is enough for the writer.
    let (mut read, mut line, mut told) = (0, 0, None);
    errors.retain(|error| {
        line += text.get(read..error.span.start).map_or(0, |between| between.matches('\n').count());
        read = error.span.start.max(read);
        told.replace(line) != Some(line)
    });
    // In an unclosed list or table, every later line lacks a comma.
    let mut commas = 0;
    errors.retain(|error| {
        commas += usize::from(error.message.starts_with("missing comma"));
        commas <= 1 || !error.message.starts_with("missing comma")
    });
    errors.truncate(MAX_ERRORS);
    (table.into_inner(), errors)
}

/// Returns a message and the text to write, for a line with a key, date or text in the syntax of another language.
fn misspelt(text: &str, at: &Range<usize>) -> Option<(String, String)> {
    let start = text.get(..at.start)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..)?.lines().next()?.trim();
    let is_key = |key: &str| {
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    let (key, written) = match line.split_once('=') {
        Some((key, written)) => (key.trim(), written.trim()),
        None => {
            let (key, written) = line.split_once(':')?;
            let (key, written) = (key.trim(), written.trim());
            let is_value = !written.is_empty() && is_key(key);
            return is_value.then(|| {
                (
                    "`:` is between a key and its value, where TOML has `=`".to_owned(),
                    format!("write `{key} = {written}`"),
                )
            });
        }
    };
    if !is_key(key) {
        return None;
    }
    let numbers: Vec<&str> = written.split(['.', '/']).collect();
    if let [day, month, year] = numbers.as_slice()
        && year.len() == 4
        && [day, month, year].iter().all(|part| part.len() <= 4 && part.parse::<u16>().is_ok())
    {
        let order =
            if written.contains('/') { "YEAR-MONTH-DAY".to_owned() } else { format!("{year}-{month:0>2}-{day:0>2}") };
        return Some((format!("`{written}` is not how TOML writes a date"), format!("write `{key} = {order}`")));
    }
    let inner = written.strip_prefix(['\u{201e}', '\u{201c}', '\u{201d}', '\u{2018}', '\u{ab}', '\u{bb}'])?;
    let inner = inner.trim_end_matches(['\u{201c}', '\u{201d}', '\u{2019}', '\u{bb}', '\u{ab}']);
    Some(("a text needs straight quotes".to_owned(), format!("write `{key} = {}`", quoted(inner))))
}

/// Returns the range of the first key with more parts than the parser allows.
fn deep_key(text: &str) -> Range<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let key = line.split('=').next().unwrap_or_default().trim_end();
        if key.matches('.').count() + 1 >= MAX_DEPTH {
            return start..start + key.len();
        }
        start += line.len();
    }
    0..0
}

/// Returns the span of a spanned value.
pub(crate) fn span_of<T>(file: FileId, node: &toml::Spanned<T>) -> Span {
    Span::new(file, node.span())
}

/// The type of a value in words, for messages.
pub(crate) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Returns the text of a string node.
pub(crate) fn text_of<'n>(node: &'n TomlNode<'_>) -> Option<&'n str> {
    match node.get_ref() {
        DeValue::String(text) => Some(text),
        _ => None,
    }
}

/// Returns the day of a TOML date, if it exists and has no time of day.
pub(crate) fn day_of(datetime: &toml::value::Datetime) -> Option<Date> {
    let (Some(date), None, None) = (datetime.date, datetime.time, datetime.offset) else { return None };
    Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
}

/// Reads a file as text without its byte order mark.
///
/// # Errors
/// Returns an error if the file cannot be read, or is not UTF-8.
pub fn read_text(world: &dyn World, path: &str) -> Result<String, TextError> {
    text(world.read(path).map_err(TextError::Read)?)
}

/// Decodes bytes as text without its byte order mark.
///
/// # Errors
/// Returns an error if the bytes are not UTF-8.
pub fn text(bytes: Vec<u8>) -> Result<String, TextError> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let before = String::from_utf8_lossy(valid);
        let before = before.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&before);
        let last = before.rsplit('\n').next().unwrap_or_default();
        TextError::NotUtf8 { line: before.matches('\n').count() + 1, column: last.chars().count() + 1 }
    })?;
    Ok(match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The reason why a file has no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextError {
    /// The file could not be read.
    Read(ReadError),
    /// The bytes are not UTF-8.
    NotUtf8 {
        /// The line of the first invalid byte, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
}

impl std::fmt::Display for TextError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TextError::Read(error) => error.fmt(f),
            TextError::NotUtf8 { line, column } => write!(f, "it is not UTF-8 text at line {line}, column {column}"),
        }
    }
}

/// Formats a TOML key: bare if possible, otherwise quoted.
pub fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { quoted(name) }
}

/// Formats a TOML 1.0 basic string that cannot control a terminal or a log. All characters except letters, digits and
/// printable ASCII are escaped, and so is the second `#` of a possible command.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '#' if quoted.ends_with('#') => quoted.push_str("\\U00000023"),
            ' '..='~' => quoted.push(c),
            c if c.is_alphanumeric() => quoted.push(c),
            c => quoted.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    quoted + "\""
}
