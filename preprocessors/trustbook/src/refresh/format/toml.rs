//! TOML 1.0; dates become text, because a live fact declares its own type.

use super::{Document, SourceFormat};
use serde_json::{Map, Number, Value as Json};
use toml::Value;

pub(super) const FORMAT: SourceFormat = SourceFormat { name: "toml", media_types: &["application/toml"], read };

fn read(text: &str) -> Result<Document, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        format!("is not TOML: {} at line {line}", error.message())
    })?;
    Ok(Document::Values(json(Value::Table(table))))
}

fn json(value: Value) -> Json {
    match value {
        Value::String(text) => Json::String(text),
        Value::Integer(number) => Json::Number(number.into()),
        Value::Float(number) => Number::from_f64(number).map_or(Json::Null, Json::Number),
        Value::Boolean(is) => Json::Bool(is),
        Value::Datetime(datetime) => Json::String(datetime.to_string()),
        Value::Array(items) => Json::Array(items.into_iter().map(json).collect()),
        Value::Table(table) => {
            Json::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect::<Map<String, Json>>())
        }
    }
}
