//! TOML with positions: parsing that recovers, and small helpers over the spanned tree.

use crate::span::{FileId, Span};
use crate::world::{ReadError, World};
use jiff::civil::Date;
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
    /// What the parser says.
    pub message: String,
}

impl SyntaxError {
    /// The key that a file or table gives twice, where that is the mistake.
    pub fn is_duplicate_key(&self) -> bool {
        self.message.contains("duplicate key")
    }
}

/// The most mistakes that are told of one file: a file with more is not meant to be TOML.
const MAX_ERRORS: usize = 100;

/// Parses a file, going on after mistakes. All mistakes are returned, in order.
pub(crate) fn parse(file: FileId, text: &str) -> (DeTable<'_>, Vec<SyntaxError>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<SyntaxError> = errors
        .into_iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            SyntaxError { span: Span::new(file, span), message: error.message().to_owned() }
        })
        .collect();
    errors.sort_by_key(|error| error.span);
    // Recovery reports what follows from a mistake on the same line as well: one is enough for the writer.
    let mut read = 0;
    let mut line = 0;
    errors.dedup_by_key(|error| {
        line += text.get(read..error.span.start).map_or(0, |between| between.matches('\n').count());
        read = error.span.start.max(read);
        line
    });
    errors.truncate(MAX_ERRORS);
    (table.into_inner(), errors)
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

/// Reads a file as text without its byte order mark; says what is wrong in words.
pub(crate) fn read_text(world: &dyn World, path: &str) -> Result<String, TextError> {
    let bytes = world.read(path).map_err(TextError::Read)?;
    let text =
        String::from_utf8(bytes).map_err(|error| TextError::NotUtf8 { valid: error.utf8_error().valid_up_to() })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Why a file has no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextError {
    /// It could not be read.
    Read(ReadError),
    /// The bytes are not UTF-8.
    NotUtf8 {
        /// How many bytes at the start are.
        valid: usize,
    },
}

impl std::fmt::Display for TextError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TextError::Read(error) => error.fmt(f),
            TextError::NotUtf8 { valid } => write!(f, "it is not UTF-8 text (byte {})", valid + 1),
        }
    }
}
