//! TOML with positions: parsing that recovers, and small helpers over the spanned tree.

use crate::span::{FileId, Span};
use crate::world::{ReadError, World};
use jiff::civil::Date;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A value of the tree with its position.
pub(crate) type Node<'i> = toml::Spanned<DeValue<'i>>;
/// A key of the tree with its position.
pub(crate) type Key<'i> = toml::Spanned<toml::de::DeString<'i>>;

/// Something in a file that is not TOML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What the parser says, or what a person got wrong.
    pub message: String,
    /// The text to write, where it is known.
    pub help: Option<String>,
}

impl SyntaxError {
    /// The key that a file or table gives twice, where that is the mistake.
    pub fn is_duplicate_key(&self) -> bool {
        self.message.contains("duplicate key")
    }
}

/// The most mistakes that are told of one file: a file with more is not meant to be TOML.
pub(crate) const MAX_ERRORS: usize = 100;
/// How deep keys, lists and tables may stand in each other; the parser's own limit.
const MAX_DEPTH: usize = 80;

/// Parses a file, going on after mistakes. All mistakes are returned, in order.
pub(crate) fn parse(file: FileId, text: &str) -> (DeTable<'_>, Vec<SyntaxError>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<SyntaxError> = errors
        .into_iter()
        .map(|error| {
            // A key that is too deep has no place of its own.
            let span = error.span().unwrap_or_else(|| deep_key(text));
            let message = match error.message() {
                "recursion limit" | "cannot recurse further; max recursion depth met" => {
                    format!("keys, lists or tables stand in each other more than {MAX_DEPTH} deep")
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
    // Recovery reports what follows from a mistake on the same line as well: one is enough for the writer.
    let (mut read, mut line, mut told) = (0, 0, None);
    errors.retain(|error| {
        line += text.get(read..error.span.start).map_or(0, |between| between.matches('\n').count());
        read = error.span.start.max(read);
        told.replace(line) != Some(line)
    });
    // In a list or a table that is not closed, every later line lacks a comma.
    let mut commas = 0;
    errors.retain(|error| {
        commas += usize::from(error.message.starts_with("missing comma"));
        commas <= 1 || !error.message.starts_with("missing comma")
    });
    errors.truncate(MAX_ERRORS);
    (table.into_inner(), errors)
}

/// A message and the text to write, for a line with another language's way to write a key, a date or a text.
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
                    "`:` stands between a key and its value, where TOML has `=`".to_owned(),
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
    Some(("a text is in straight quotes".to_owned(), format!("write `{key} = {}`", quoted(inner))))
}

/// The first key with more parts than the parser takes.
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

/// The position of a spanned value.
pub(crate) fn span_of<T>(file: FileId, node: &toml::Spanned<T>) -> Span {
    Span::new(file, node.span())
}

/// What a reader expects and finds, in words.
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

/// The text of a string node.
pub(crate) fn text_of<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match node.get_ref() {
        DeValue::String(text) => Some(text),
        _ => None,
    }
}

/// The day of a TOML date, where it exists and no time of day stands beside it.
pub(crate) fn day_of(datetime: &toml::value::Datetime) -> Option<Date> {
    let (Some(date), None, None) = (datetime.date, datetime.time, datetime.offset) else { return None };
    Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
}

/// Reads a file as text without its byte order mark.
///
/// # Errors
/// Where it can not be read, or is not UTF-8.
pub fn read_text(world: &dyn World, path: &str) -> Result<String, TextError> {
    text(world.read(path).map_err(TextError::Read)?)
}

/// Bytes as text without its byte order mark.
///
/// # Errors
/// Where they are not UTF-8.
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

/// Why a file has no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextError {
    /// It could not be read.
    Read(ReadError),
    /// The bytes are not UTF-8.
    NotUtf8 {
        /// The line of the first byte that is not, from 1.
        line: usize,
        /// Its column in characters, from 1.
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

/// A key of TOML: bare where it can be, else in quotes.
pub fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { quoted(name) }
}

/// A basic string of TOML 1.0 in which nothing steers a terminal or a log: all but letters, digits and ASCII is
/// escaped, and so is the second `#` of what may be a command.
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
