//! The register's entries for tables and their fields.

use crate::facts::Facts;
use crate::register::value::Value;
use crate::register::{Fact, Record};
use crate::span::{Span, Spanned};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The entry of a `[[table]]`.
#[derive(Debug, Clone)]
pub struct TableSaid {
    /// The full id of the record.
    pub id: String,
    /// The span of the record.
    pub span: Span,
    /// The entries of fields, by name.
    pub fields: BTreeMap<String, FieldEntry>,
    /// The default for the fields without an entry.
    pub default: Option<Default>,
    /// The reason why the table is left out, if it is.
    pub left_out: Option<String>,
    /// The version at which all its fields were last reviewed.
    pub reviewed: Option<Spanned<String>>,
    /// True if a value of the entry is invalid, which is reported there.
    pub has_misfits: bool,
}

/// The entry of one field.
#[derive(Debug, Clone)]
pub struct FieldEntry {
    /// The span of the key that names the field.
    pub span: Span,
    /// The category of its data.
    pub category: Option<String>,
    /// The day by which the field is to be classified.
    pub to_be_classified: Option<Date>,
    /// The setting under which the field is filled.
    pub when: Option<String>,
    /// The time for which it is kept: words, or the id of a retention record.
    pub retention: Option<String>,
    /// A description of the possible content.
    pub opaque: Option<String>,
    /// The note that is printed beside it.
    pub note: Option<String>,
    /// True if the entry is invalid, which is reported there.
    pub is_misfit: bool,
}

/// The default for the fields of a table that have no entry.
#[derive(Debug, Clone)]
pub struct Default {
    /// The category.
    pub category: String,
    /// The version at which all these fields were reviewed.
    pub reviewed: Spanned<String>,
}

/// Returns the register's entries for tables, by schema and name.
pub(super) fn of(facts: &Facts) -> BTreeMap<(String, String), TableSaid> {
    let tables = facts.register.of_kind("table");
    tables.filter_map(|record| Some(((text(record, "schema")?, text(record, "name")?), table(record)))).collect()
}

/// Returns the categories that a schema gives to fields by their names alone.
pub(super) fn columns(record: &Record) -> BTreeMap<String, String> {
    let Some(Value::Table(entries)) = record.value("columns") else { return BTreeMap::new() };
    entries.iter().filter_map(|(name, value)| Some((name.clone(), entry(value, "category")?.text()))).collect()
}

fn text(record: &Record, field: &str) -> Option<String> {
    record.value(field).map(Value::text)
}

fn spanned(fact: Option<&Fact>) -> Option<Spanned<String>> {
    let fact = fact?;
    Some(Spanned { value: fact.value.as_ref()?.text(), span: fact.span })
}

fn table(record: &Record) -> TableSaid {
    let (prefix, mut fields) = (format!("{}.fields.", record.full_id()), BTreeMap::new());
    if let Some(Value::Table(entries)) = record.value("fields") {
        let named: BTreeMap<&str, &Fact> =
            record.fields.iter().filter_map(|fact| Some((fact.id.strip_prefix(&prefix)?, fact))).collect();
        for (name, value) in entries {
            let span = named.get(name.as_str()).map_or(record.span, |fact| fact.key_span);
            fields.insert(name.clone(), said(span, value));
        }
    }
    let category = record.value("default").and_then(|value| entry(value, "category"));
    let reviewed = spanned(record.fields.iter().find(|fact| fact.id.ends_with(".default.reviewed")));
    let default = match (category, reviewed) {
        (Some(category), Some(reviewed)) => Some(Default { category: category.text(), reviewed }),
        _ => None,
    };
    TableSaid {
        id: record.full_id(),
        span: record.span,
        default,
        left_out: text(record, "left_out"),
        reviewed: spanned(record.field("reviewed")),
        has_misfits: record.fields.iter().any(|fact| fact.value.is_none())
            || fields.values().any(|said| said.is_misfit),
        fields,
    }
}

fn entry<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Table(entries) => entries.iter().find(|(key, _)| key == name).map(|(_, value)| value),
        _ => None,
    }
}

fn said(span: Span, value: &Value) -> FieldEntry {
    let text = |name: &str| entry(value, name).map(Value::text);
    let to_be_classified = match entry(value, "to_be_classified") {
        Some(Value::Date(day)) => Some(*day),
        _ => None,
    };
    FieldEntry {
        span,
        category: text("category"),
        to_be_classified,
        when: text("when"),
        retention: text("retention"),
        opaque: text("opaque"),
        note: text("note"),
        is_misfit: matches!(value, Value::Table(entries) if entries.is_empty()),
    }
}
