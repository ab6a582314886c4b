//! Live facts: what the register says of a value that stands in a source, and values as sources give them.

use super::common::{self, Common};
use super::types::{Misfit, Type};
use super::value::Value;
use crate::span::{Span, Spanned};
use crate::suggest::nearest;
use crate::toml_tree::{self, Node};
use jiff::civil::Date;
use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};

/// The key that makes a fact live.
pub(super) const LIVE: &str = "live";
/// The keys of a live field of a record: all else is said of the record.
const OF_FIELD: &[&str] = &[LIVE, "select"];

/// Whether a table stands for a value in a source.
pub(super) fn is_live(node: &Node<'_>) -> bool {
    matches!(node.get_ref(), DeValue::Table(table)
        if table.contains_key(LIVE) && table.iter().all(|(key, _)| OF_FIELD.contains(&key.get_ref().as_ref())))
}

/// Where the value of a fact comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// The id of the source, and where it is named.
    pub source: Spanned<String>,
    /// What of it: an expression of jq, or a selector of CSS where the source is HTML. Without it, all of it.
    pub select: Option<Spanned<String>>,
    /// The type that the value must have; `None` where that follows from the value.
    pub ty: Option<Type>,
    /// The words that a fact of the type choice can take.
    pub choices: Vec<String>,
    /// From the key of the fact to the end of its table.
    pub span: Span,
}

impl Live {
    /// The expression, where there is one.
    pub fn select(&self) -> Option<&str> {
        self.select.as_ref().map(|select| select.value.as_str())
    }

    /// Reads a value of the lock by the type of the fact.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn fit(&self, literal: &Literal) -> Result<(Type, Value), Misfit> {
        let ty = self.ty.unwrap_or_else(|| literal.obvious());
        let value = match (ty, literal) {
            (Type::Choice([]), Literal::Text(text)) if self.choices.contains(text) => Value::Choice(text.clone()),
            (Type::Choice([]), _) => {
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

/// What is read of a live fact besides its source.
pub(super) struct Around {
    pub(super) label: Option<String>,
    pub(super) ty: Option<Type>,
    pub(super) choices: Vec<String>,
    pub(super) common: Common,
}

/// The common part of a live fact: nobody stated it on a day, and it is not reviewed but read again.
pub(super) fn of_live(common: &Common) -> Common {
    Common { stated: None, verified: None, review: None, source: None, evidence: Vec::new(), ..common.clone() }
}

/// A table that has only envelope keys is a live fact, or one whose value was forgotten, and not a group. Of a live one a
/// key may be misspelt.
pub(super) fn looks_like_envelope(table: &DeTable<'_>, envelope: &[&str]) -> bool {
    let known = || envelope.iter().chain(common::KEYS).copied();
    let keys = || table.iter().map(|(key, _)| key.get_ref().as_ref());
    let is_nearly = |key: &str| known().any(|known| known == key) || nearest(key, known()).is_some();
    (table.contains_key(LIVE) && keys().all(is_nearly))
        || (table.contains_key("type") && keys().all(|key| known().any(|known| known == key)))
}

/// A value in the forms that TOML has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, as TOML writes it.
    Decimal(String),
    /// True or false.
    Boolean(bool),
    /// A day.
    Date(Date),
    /// Any number of these.
    List(Vec<Literal>),
}

impl Literal {
    /// The value as TOML, on one line.
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

    /// The value in words.
    pub fn words(&self) -> String {
        match self {
            Literal::Text(text) => text.clone(),
            Literal::List(items) => items.iter().map(Literal::words).collect::<Vec<_>>().join(", "),
            other => other.toml(),
        }
    }

    /// Reads a node of TOML; `None` for what no live fact can be.
    pub(crate) fn of_node(node: &Node<'_>) -> Option<Self> {
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

    /// The type that the value obviously has.
    fn obvious(&self) -> Type {
        const TEXTS: Type = Type::List(&Type::Text);
        match self {
            Literal::Text(_) => Type::Text,
            Literal::Integer(_) => Type::Integer,
            Literal::Decimal(_) => Type::Decimal,
            Literal::Boolean(_) => Type::Boolean,
            Literal::Date(_) => Type::Date,
            Literal::List(items) => match items.first().map(Literal::obvious) {
                Some(Type::Integer) => Type::List(&Type::Integer),
                Some(Type::Decimal) => Type::List(&Type::Decimal),
                Some(Type::Boolean) => Type::List(&Type::Boolean),
                Some(Type::Date) => Type::List(&Type::Date),
                _ => TEXTS,
            },
        }
    }
}

/// Reads a value by a type as the register would.
fn read(ty: Type, literal: &Literal) -> Result<Value, Misfit> {
    let text = format!("value = {}", literal.toml());
    let (table, _) = DeTable::parse_recoverable(&text);
    match table.get_ref().get("value") {
        Some(node) => ty.read(node).map_err(|misfit| Misfit { at: None, ..misfit }),
        None => Err(Misfit { why: "can not be written as TOML".to_owned(), help: None, at: None }),
    }
}

/// What a source gave, for a fact that wants this type.
///
/// # Errors
/// A phrase that follows "finds", where it gave nothing that a fact can be.
pub fn literal(wanted: Option<Type>, json: &Json) -> Result<Literal, String> {
    let item = match wanted {
        Some(Type::List(item)) => Some(*item),
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

fn number_of(wanted: Option<Type>, number: &serde_json::Number) -> Result<Literal, String> {
    match (number.as_i64(), wanted) {
        // A number of a version or a certificate is text that has digits only.
        (Some(whole), Some(Type::Text)) => Ok(Literal::Text(whole.to_string())),
        (Some(whole), _) => Ok(Literal::Integer(whole)),
        (None, _) if number.is_u64() => Err(format!("{number}, which is too large for an integer")),
        (None, _) => Ok(Literal::Decimal(decimal(number))),
    }
}

/// As TOML writes it: with a digit on both sides of the point.
fn decimal(number: &serde_json::Number) -> String {
    let text = number.to_string();
    match text.contains(['.', 'e', 'E']) {
        true => text,
        false => format!("{text}.0"),
    }
}

/// Text that is meant as something else: sources have no types but their own.
fn of_text(wanted: Option<Type>, text: &str) -> Literal {
    let trimmed = text.trim();
    let read = match wanted {
        Some(Type::Date) => day(trimmed).map(Literal::Date),
        Some(Type::Integer) => trimmed.parse().ok().map(Literal::Integer),
        Some(Type::Decimal) => {
            trimmed.parse::<serde_json::Number>().ok().map(|number| Literal::Decimal(decimal(&number)))
        }
        Some(Type::Boolean) => trimmed.parse().ok().map(Literal::Boolean),
        Some(Type::Text | Type::Markdown) | None => None,
        // Addresses, numbers and words have no spaces around them.
        Some(_) => Some(Literal::Text(trimmed.to_owned())),
    };
    read.unwrap_or_else(|| Literal::Text(text.to_owned()))
}

/// The day of `2026-11-20` or of a point in time of ISO 8601.
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
        let is = |wanted: Option<Type>, json: Json, toml: &str| match literal(wanted, &json) {
            Ok(literal) => assert_eq!(literal.toml(), toml, "{json}"),
            Err(why) => assert_eq!(why, toml, "{json}"),
        };
        is(None, json!("v1.2"), "\"v1.2\"");
        is(None, json!(7), "7");
        is(None, json!(7.5), "7.5");
        is(Some(Type::Decimal), json!("99"), "99.0");
        is(Some(Type::Text), json!(12), "\"12\"");
        is(Some(Type::Date), json!("2026-11-20T10:00:00Z"), "2026-11-20");
        is(Some(Type::Date), json!("2026-11-20"), "2026-11-20");
        is(Some(Type::Date), json!("2026-11-200"), "\"2026-11-200\"");
        is(Some(Type::Date), json!("soon"), "\"soon\"");
        is(Some(Type::Integer), json!(" 12\n"), "12");
        is(Some(Type::Boolean), json!("true"), "true");
        is(Some(Type::Email), json!(" a@example.com "), "\"a@example.com\"");
        is(Some(Type::List(&Type::Integer)), json!(["1", 2]), "[1, 2]");
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
