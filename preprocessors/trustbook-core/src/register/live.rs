//! Live facts: the definition in the register, and values as sources return them.

use super::common::{self, Common};
use super::types::{Misfit, ValueType};
use super::value::Value;
use crate::span::{Span, Spanned};
use crate::suggest::nearest;
use crate::toml_tree::{self, TomlNode};
use jiff::civil::Date;
use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};

/// The key that makes a fact live.
pub(super) const LIVE: &str = "live";
/// The keys of a live field of a record; all other keys belong to the record.
const OF_FIELD: &[&str] = &[LIVE, "select"];

/// Returns true if a table refers to a value in a source.
pub(super) fn is_live(node: &TomlNode<'_>) -> bool {
    matches!(node.get_ref(), DeValue::Table(table)
        if table.contains_key(LIVE) && table.iter().all(|(key, _)| OF_FIELD.contains(&key.get_ref().as_ref())))
}

/// The origin of the value of a live fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// The id of the source, with its position in the file.
    pub source: Spanned<String>,
    /// The part of the source: a jq expression, or a CSS selector if the source is HTML. `None` selects all of it.
    pub select: Option<Spanned<String>>,
    /// The type that the value must have; `None` if the value decides.
    pub ty: Option<ValueType>,
    /// The words that a fact of type choice accepts.
    pub choices: Vec<String>,
    /// For a list of records: the key of the source for each field, where it is not the name of the field.
    pub columns: Vec<(String, String)>,
    /// The span from the key of the fact to the end of its table.
    pub span: Span,
}

impl Live {
    /// The selecting expression, if any.
    pub fn select(&self) -> Option<&str> {
        self.select.as_ref().map(|select| select.value.as_str())
    }

    /// Returns what the lock keeps of the question: the expression, and the columns of a list.
    pub fn asked(&self) -> Option<String> {
        let columns: Vec<String> = self.columns.iter().map(|(field, of)| format!("{field} = {of}")).collect();
        let words = self.select().map(str::to_owned).into_iter().chain(columns);
        Some(words.collect::<Vec<_>>().join(", ")).filter(|asked| !asked.is_empty())
    }

    /// Converts a value of the lock to the type of the fact.
    ///
    /// # Errors
    /// Returns a misfit if the value does not have that type.
    pub fn fit(&self, literal: &Literal) -> Result<(ValueType, Value), Misfit> {
        let ty = self.ty.unwrap_or_else(|| literal.obvious());
        let value = match (ty, literal) {
            (ValueType::Choice([]), Literal::Text(text)) if self.choices.contains(text) => Value::Choice(text.clone()),
            (ValueType::Choice([]), _) => {
                let words = crate::suggest::listed(self.choices.iter().map(String::as_str));
                return Err(Misfit {
                    why: "is not one of its `choices`".to_owned(),
                    help: Some(format!("the fact takes {words}")),
                    at: None,
                });
            }
            (ty, literal) => read(ty, literal)?,
        };
        Ok((ty, value))
    }
}

/// The properties of a live fact besides its source.
pub(super) struct LiveProperties {
    pub(super) label: Option<String>,
    pub(super) ty: Option<ValueType>,
    pub(super) choices: Vec<String>,
    pub(super) common: Common,
}

/// The common part of a live fact. Dates and evidence are dropped: a live fact is read again instead of being reviewed.
pub(super) fn of_live(common: &Common) -> Common {
    Common { stated: None, verified: None, review: None, source: None, evidence: Vec::new(), ..common.clone() }
}

/// Returns true if a table is a live fact, or a fact without its value, rather than a group: it has only envelope keys.
/// A live fact may have a misspelt key.
pub(super) fn looks_like_envelope(table: &DeTable<'_>, envelope: &[&str]) -> bool {
    let known = || envelope.iter().chain(common::KEYS).copied();
    let keys = || table.iter().map(|(key, _)| key.get_ref().as_ref());
    let is_nearly = |key: &str| known().any(|known| known == key) || nearest(key, known()).is_some();
    (table.contains_key(LIVE) && keys().all(is_nearly))
        || (table.contains_key("type") && keys().all(|key| known().any(|known| known == key)))
}

/// A value in the forms that TOML offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, in the notation of TOML.
    Decimal(String),
    /// True or false.
    Boolean(bool),
    /// A day.
    Date(Date),
    /// A list of values.
    List(Vec<Literal>),
}

impl Literal {
    /// The value as TOML on one line.
    pub fn toml(&self) -> String {
        match self {
            Literal::Text(text) => toml_tree::quoted(text),
            Literal::Integer(number) => number.to_string(),
            Literal::Decimal(number) => number.clone(),
            Literal::Boolean(is) => is.to_string(),
            Literal::Date(day) => day.to_string(),
            Literal::List(items) => {
                format!("[{}]", items.iter().map(Literal::toml).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// The value as text for readers.
    pub fn words(&self) -> String {
        match self {
            Literal::Text(text) => text.clone(),
            Literal::List(items) => items.iter().map(Literal::words).collect::<Vec<_>>().join(", "),
            other => other.toml(),
        }
    }

    /// Reads a TOML node; `None` for tables, numbers beyond 64 bits and times, which no live fact can hold.
    pub(crate) fn of_node(node: &TomlNode<'_>) -> Option<Self> {
        Some(match node.get_ref() {
            DeValue::String(text) => Literal::Text(text.to_string()),
            DeValue::Integer(number) => Literal::Integer(i64::from_str_radix(number.as_str(), number.radix()).ok()?),
            DeValue::Float(number) => Literal::Decimal(number.as_str().to_owned()),
            DeValue::Boolean(is) => Literal::Boolean(*is),
            DeValue::Datetime(datetime) => Literal::Date(toml_tree::day_of(datetime)?),
            DeValue::Array(items) => Literal::List(items.iter().map(Literal::of_node).collect::<Option<_>>()?),
            DeValue::Table(_) => return None,
        })
    }

    /// The type that follows from the value alone.
    fn obvious(&self) -> ValueType {
        const TEXTS: ValueType = ValueType::List(&ValueType::Text);
        match self {
            Literal::Text(_) => ValueType::Text,
            Literal::Integer(_) => ValueType::Integer,
            Literal::Decimal(_) => ValueType::Decimal,
            Literal::Boolean(_) => ValueType::Boolean,
            Literal::Date(_) => ValueType::Date,
            Literal::List(items) => match items.first().map(Literal::obvious) {
                Some(ValueType::Integer) => ValueType::List(&ValueType::Integer),
                Some(ValueType::Decimal) => ValueType::List(&ValueType::Decimal),
                Some(ValueType::Boolean) => ValueType::List(&ValueType::Boolean),
                Some(ValueType::Date) => ValueType::List(&ValueType::Date),
                _ => TEXTS,
            },
        }
    }
}

/// Reads a value as if it were written in the register, so that both obey the same rules.
fn read(ty: ValueType, literal: &Literal) -> Result<Value, Misfit> {
    let text = format!("value = {}", literal.toml());
    let (table, _) = DeTable::parse_recoverable(&text);
    match table.get_ref().get("value") {
        Some(node) => ty.read(node).map_err(|misfit| Misfit { at: None, ..misfit }),
        None => Err(Misfit { why: "cannot be written as TOML".to_owned(), help: None, at: None }),
    }
}

/// Converts the answer of a source to a fact of the wanted type.
///
/// # Errors
/// Returns a phrase that follows "finds" if the answer cannot be a fact.
pub fn literal(wanted: Option<ValueType>, json: &Json) -> Result<Literal, String> {
    let item = match wanted {
        Some(ValueType::List(item) | ValueType::OneOrMore(item)) => Some(*item),
        other => other,
    };
    match json {
        Json::Null => Err("nothing".to_owned()),
        Json::Object(_) => Err("an object, of which it has to select one value".to_owned()),
        Json::Array(items) if items.is_empty() => Err("an empty list".to_owned()),
        Json::Array(items) => {
            if items.iter().any(|item| item.is_array() || item.is_object()) {
                return Err("a list of lists or objects, of which it has to select values".to_owned());
            }
            items.iter().map(|json| literal(item, json)).collect::<Result<_, _>>().map(Literal::List)
        }
        Json::Bool(is) => Ok(Literal::Boolean(*is)),
        Json::Number(number) => number_of(item, number),
        Json::String(text) => Ok(of_text(item, text)),
    }
}

fn number_of(wanted: Option<ValueType>, number: &serde_json::Number) -> Result<Literal, String> {
    match (number.as_i64(), wanted) {
        // A version or a certificate number can consist of digits only, and is text all the same.
        (Some(whole), Some(ValueType::Text)) => Ok(Literal::Text(whole.to_string())),
        (Some(whole), _) => Ok(Literal::Integer(whole)),
        (None, _) if number.is_u64() => Err(format!("{number}, which is too large for an integer")),
        (None, _) => Ok(Literal::Decimal(decimal(number))),
    }
}

/// Formats a number as TOML requires, with a digit on both sides of the point.
fn decimal(number: &serde_json::Number) -> String {
    let text = number.to_string();
    match text.contains(['.', 'e', 'E']) {
        true => text,
        false => format!("{text}.0"),
    }
}

/// Converts text to the wanted type, because a source such as HTML knows only text.
fn of_text(wanted: Option<ValueType>, text: &str) -> Literal {
    let trimmed = text.trim();
    let read = match wanted {
        Some(ValueType::Date) => day(trimmed).map(Literal::Date),
        Some(ValueType::DateOrTerm) => {
            Some(day(trimmed).map_or_else(|| Literal::Text(trimmed.to_owned()), Literal::Date))
        }
        Some(ValueType::Integer) => trimmed.parse().ok().map(Literal::Integer),
        Some(ValueType::Decimal) => {
            trimmed.parse::<serde_json::Number>().ok().map(|number| Literal::Decimal(decimal(&number)))
        }
        Some(ValueType::Boolean) => trimmed.parse().ok().map(Literal::Boolean),
        Some(ValueType::Text | ValueType::Markdown) | None => None,
        // Addresses, telephone numbers and words have no surrounding spaces.
        Some(_) => Some(Literal::Text(trimmed.to_owned())),
    };
    read.unwrap_or_else(|| Literal::Text(text.to_owned()))
}

/// Returns the day of `2026-11-20` or of an ISO 8601 timestamp.
fn day(text: &str) -> Option<Date> {
    let date = text.get(..10)?.parse().ok()?;
    let rest = &text[10..];
    (rest.is_empty() || rest.starts_with(['T', 't', ' '])).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_sources_give_becomes_what_a_fact_can_be() {
        let is = |wanted: Option<ValueType>, json: Json, toml: &str| match literal(wanted, &json) {
            Ok(literal) => assert_eq!(literal.toml(), toml, "{json}"),
            Err(why) => assert_eq!(why, toml, "{json}"),
        };
        is(None, json!("v1.2"), "\"v1.2\"");
        is(None, json!(7), "7");
        is(None, json!(7.5), "7.5");
        is(Some(ValueType::Decimal), json!("99"), "99.0");
        is(Some(ValueType::Text), json!(12), "\"12\"");
        is(Some(ValueType::Date), json!("2026-11-20T10:00:00Z"), "2026-11-20");
        is(Some(ValueType::Date), json!("2026-11-20"), "2026-11-20");
        is(Some(ValueType::Date), json!("2026-11-200"), "\"2026-11-200\"");
        is(Some(ValueType::Date), json!("soon"), "\"soon\"");
        is(Some(ValueType::Integer), json!(" 12\n"), "12");
        is(Some(ValueType::Boolean), json!("true"), "true");
        is(Some(ValueType::Email), json!(" a@example.com "), "\"a@example.com\"");
        is(Some(ValueType::List(&ValueType::Integer)), json!(["1", 2]), "[1, 2]");
        is(None, json!(["a", "b"]), "[\"a\", \"b\"]");
        is(None, Json::Null, "nothing");
        is(None, json!([]), "an empty list");
        is(None, json!({ "a": 1 }), "an object, of which it has to select one value");
        is(None, json!([[1]]), "a list of lists or objects, of which it has to select values");
        is(None, json!(u64::MAX), "18446744073709551615, which is too large for an integer");
    }

    #[test]
    fn every_value_is_one_line_of_toml_that_is_read_as_it_was() {
        let texts = ["", "a\nb", "\u{202e}x", "\"\\", "ä\u{0}", "{{ x }}"].map(|text| Literal::Text(text.to_owned()));
        let others = [Literal::Integer(-3), Literal::Decimal("1.5".to_owned()), Literal::Boolean(true)];
        let all: Vec<Literal> = texts.into_iter().chain(others).collect();
        for literal in all.iter().cloned().chain([Literal::List(all.clone())]) {
            let text = format!("value = {}", literal.toml());
            assert_eq!(text.lines().count(), 1);
            let (table, errors) = DeTable::parse_recoverable(&text);
            assert!(errors.is_empty(), "{text}: {errors:?}");
            assert_eq!(Literal::of_node(&table.get_ref()["value"]), Some(literal));
        }
    }
}
