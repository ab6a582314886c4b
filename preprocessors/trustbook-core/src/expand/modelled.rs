//! Tables and fields of schemas in expressions and links: the name, the type, and the line of the definition.

use super::encode::entities;
use super::shown::{Nothing, ShownValue};
use super::{anchors, fields, value};
use crate::book::{Book, Index};
use crate::datamap::{ModelTarget, PinnedSchema};
use crate::page::Page;
use crate::page::syntax::ValueFormat;
use crate::register::Record;
use crate::register::common::Visibility;
use crate::schema::index::{FieldIndex, TableIndex};
use serde_json::{Value as Json, json};

/// The prefix of the ids of tables and fields in expressions.
pub(super) const PREFIX: &str = "schema.";

/// Returns the value of an expression for a table or a field: `litellm.LiteLLM_SpendLogs.end_user`.
pub(super) fn show(book: &Book, page: &Page, id: &str, format: ValueFormat) -> Result<ShownValue, Nothing> {
    let (schema, table, field) = target(book, id)?;
    let name = field.map_or(&table.name, |field| &field.name);
    let pinned = schema.pinned();
    match format {
        ValueFormat::Text => Ok(value::plain(name.clone())),
        ValueFormat::Type => match field {
            Some(field) => {
                let detail = field.detail.as_ref().ok_or(Nothing::NotModelled)?;
                let shown = value::plain(detail.ty.clone());
                Ok(ShownValue { html: Some(format!("<code>{}</code>", entities(&detail.ty))), ..shown })
            }
            None => Err(Nothing::Absent),
        },
        ValueFormat::Date => pinned.map(|pinned| value::date(&book.theme, pinned.checked)).ok_or(Nothing::Absent),
        ValueFormat::Source => Ok(value::plain(match pinned {
            Some(pinned) => {
                let short: String = pinned.commit.chars().take(12).collect();
                format!("{} at commit {short}", table.place(field))
            }
            None => table.place(field),
        })),
        ValueFormat::Owner => {
            let said = book.facts.record("table", &format!("{}.{}", schema.id, table.name));
            let record = said.or_else(|| book.facts.record("schema", &schema.id));
            let owner = record.and_then(|record| record.common.owner.as_deref());
            let owner = owner.ok_or(Nothing::Absent)?;
            value::owner_name(&book.facts, owner).map(value::plain).ok_or(Nothing::InternalOwner)
        }
        ValueFormat::Typed => {
            let code = format!("<code>{}</code>", entities(name));
            let html = match address(&book.index, page, schema, table, field) {
                Some(link) => format!("<a href=\"{}\">{code}</a>", entities(&link)),
                None => code,
            };
            Ok(ShownValue { html: Some(html), ..value::plain(name.clone()) })
        }
        ValueFormat::Badge | ValueFormat::State | ValueFormat::List => Err(Nothing::Absent),
    }
}

/// Returns the target of `[text](schema:id)`.
///
/// # Errors
/// Returns an error if the id does not exist, or has no address to link to.
pub(crate) fn link(book: &Book, page: &Page, id: &str) -> Result<String, Nothing> {
    if let ModelTarget::Schema(schema) = book.datamap.find(id) {
        if !schema.is_whole() {
            return Err(Nothing::Reported);
        }
        return schema.file_permalink().filter(|_| fields::is_public(&book.facts, schema)).ok_or(Nothing::Absent);
    }
    let (schema, table, field) = target(book, id)?;
    address(&book.index, page, schema, table, field).ok_or(Nothing::Absent)
}

type FieldRef<'t> = (&'t PinnedSchema, &'t TableIndex, Option<&'t FieldIndex>);

fn target<'t>(book: &'t Book, id: &str) -> Result<FieldRef<'t>, Nothing> {
    let (schema, table, field) = match book.datamap.find(id) {
        ModelTarget::Table(schema, table) => (schema, table, None),
        ModelTarget::Field(schema, table, field) => (schema, table, Some(field)),
        ModelTarget::Schema(_) | ModelTarget::NoSchema | ModelTarget::NoTable(_) | ModelTarget::NoField(..) => {
            return Err(Nothing::NotModelled);
        }
    };
    match fields::visibility(&book.facts, schema, table) {
        Visibility::Public => Ok((schema, table, field)),
        Visibility::OnRequest | Visibility::Internal => Err(Nothing::Internal),
    }
}

/// Returns the permanent address of the lines of the definition, or else the place on this site that describes it.
fn address(
    index: &Index,
    page: &Page,
    schema: &PinnedSchema,
    table: &TableIndex,
    field: Option<&FieldIndex>,
) -> Option<String> {
    schema.permalink(table, field).or_else(|| anchors::link(index, page, schema, table, field))
}

/// Returns the values in the row of a schema or table besides its fields; empty for other kinds.
pub(super) fn more(book: &Book, page: &Page, record: &Record) -> Vec<(String, Json)> {
    match record.kind.name {
        "schema" => {
            let Some(schema) = book.datamap.schema(&record.id) else {
                return vec![("version".to_owned(), Json::Null), ("counts".to_owned(), json!({}))];
            };
            let said = schema.tables.iter().filter_map(|table| book.datamap.said(&schema.id, &table.name));
            let (left_out, described): (Vec<_>, Vec<_>) = said.partition(|said| said.left_out.is_some());
            let skipped = schema.skipped.len();
            let counts = json!({
                "tables": schema.tables.len(),
                "described": described.len(),
                "left_out": left_out.len(),
                "skipped": skipped,
            });
            let version = if fields::is_public(&book.facts, schema) {
                fields::version_json(&book.theme, schema)
            } else {
                Json::Null
            };
            vec![("version".to_owned(), version), ("counts".to_owned(), counts)]
        }
        "table" => {
            let (home, link, count) = match book.datamap.find(&record.id) {
                ModelTarget::Table(schema, table)
                    if fields::visibility(&book.facts, schema, table) == Visibility::Public =>
                {
                    (
                        anchors::link(&book.index, page, schema, table, None),
                        schema.permalink(table, None),
                        Some(table.fields.len()),
                    )
                }
                _ => (None, None, None),
            };
            [("home", json!(home)), ("link", json!(link)), ("count", json!(count))]
                .map(|(key, value)| (key.to_owned(), value))
                .to_vec()
        }
        _ => Vec::new(),
    }
}
