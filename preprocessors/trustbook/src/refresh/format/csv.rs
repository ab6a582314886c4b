//! Comma-separated values (RFC 4180) with a header: a list of rows, each an object with the column names as keys.

use super::{Document, SourceFormat};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

pub(super) const FORMAT: SourceFormat =
    SourceFormat { name: "csv", media_types: &["text/csv", "application/csv"], read };

fn read(text: &str) -> Result<Document, String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| wrong(&error))?.clone();
    if header.is_empty() {
        return Err("has no header that names its columns".to_owned());
    }
    let mut known = BTreeSet::new();
    if let Some(name) = header.iter().find(|name| !known.insert(*name)) {
        return Err(format!("has the column `{name}` twice"));
    }
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| wrong(&error))?;
        let entries = header.iter().zip(&row).map(|(name, value)| (name.to_owned(), Json::String(value.to_owned())));
        rows.push(Json::Object(entries.collect::<Map<String, Json>>()));
    }
    Ok(Document::Values(Json::Array(rows)))
}

fn wrong(error: &csv::Error) -> String {
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("is not CSV: line {line} has {len} values, and the header {expected_len}")
        }
        _ => format!("is not CSV at line {line}"),
    }
}
