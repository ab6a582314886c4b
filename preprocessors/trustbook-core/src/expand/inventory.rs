//! The block `inventory`: all personal data by category, with the fields that hold it.

use super::arguments::{BadArgument, argument, not_taken, twice};
use super::fields::{self, Where, category_json, check_where, records_of, version_json};
use super::special::Special;
use super::{anchors, value};
use crate::book::Book;
use crate::datamap::{Datamap, Holding, PinnedSchema};
use crate::page::Page;
use crate::page::syntax::{BlockCall, Malformed};
use crate::schema::index::{FieldIndex, TableIndex};
use crate::suggest::nearest;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The block's word.
pub(super) const WORD: &str = "inventory";
pub(super) const BLOCK: Special = Special {
    word: WORD,
    check,
    ids: |book, call| records_of(tables(&book.datamap, call)),
    data: |book, page, call, _| data(book, page, call),
};
/// The arguments that the block takes.
const TAKES: &[&str] = &["schema", "where"];
/// The largest number of schemas with whose ids a misspelt one is compared.
const MOST_COMPARED: usize = 200;

/// Returns the errors in the block's arguments.
pub(super) fn check(book: &Book, call: &BlockCall) -> Vec<BadArgument> {
    let mut bad = Vec::new();
    for (name, text) in &call.args {
        match name.as_deref() {
            Some("schema") if book.datamap.schema(text).is_none() => {
                let near = nearest(text, book.datamap.schemas.iter().take(MOST_COMPARED).map(|it| it.id.as_str()));
                let help = match near {
                    Some(near) => format!("did you mean `schema={near}`?"),
                    None => "state it as a `[[schema]]` in a file of `facts/`".to_owned(),
                };
                bad.push(BadArgument::Unreadable(Malformed::new(format!("there is no schema `{text}`"), help)));
            }
            Some("schema") => {}
            Some("where") => bad.extend(check_where("where", text)),
            Some(name) => bad.push(not_taken(WORD, name, TAKES)),
            None => bad.push(BadArgument::Unreadable(Malformed::new(
                format!("`{text}` has no name"),
                "write `schema=ID` or `where=CATEGORY`, or the block alone",
            ))),
        }
    }
    bad.extend(twice(call));
    bad
}

/// Returns the schemas that a block shows: the one that it names, or all.
fn schemas<'t>(datamap: &'t Datamap, call: &BlockCall) -> Vec<&'t PinnedSchema> {
    let named = argument(call, "schema");
    datamap.schemas.iter().filter(|schema| named.is_none_or(|id| id == schema.id)).collect()
}

/// Returns the tables of the schemas that a block shows.
pub(super) fn tables<'t>(datamap: &'t Datamap, call: &BlockCall) -> Vec<(&'t PinnedSchema, &'t TableIndex)> {
    schemas(datamap, call)
        .into_iter()
        .flat_map(|schema| schema.tables.iter().map(move |table| (schema, table)))
        .collect()
}

/// Returns the data for the template.
pub(super) fn data(book: &Book, page: &Page, call: &BlockCall) -> Json {
    let asked = Where::read(argument(call, "where").or(Some("personal")));
    let mut known: BTreeMap<&str, (Json, Vec<Json>)> = BTreeMap::new();
    let mut open: Vec<Json> = Vec::new();
    for (schema, table) in tables(&book.datamap, call) {
        for (field, holding) in fields::shown(book, schema, table, asked) {
            let row = || row(book, page, schema, table, field, &holding);
            match holding {
                Holding::Known(key, _) => {
                    known
                        .entry(key)
                        .or_insert_with(|| (category_json(&book.theme, &holding), Vec::new()))
                        .1
                        .push(row());
                }
                // A table that is not classified is reported elsewhere, and has nothing to show.
                _ if book.datamap.said(&schema.id, &table.name).is_some() => open.push(row()),
                _ => {}
            }
        }
    }
    let groups: Vec<Json> =
        known.into_values().map(|(category, fields)| json!({ "category": category, "fields": fields })).collect();
    let shown = schemas(&book.datamap, call).into_iter().filter(|schema| fields::is_public(&book.facts, schema));
    let versions: Vec<Json> =
        shown.map(|schema| version_json(&book.theme, schema)).filter(|version| !version.is_null()).collect();
    json!({ "args": {}, "groups": groups, "open": open, "versions": versions })
}

fn row(
    book: &Book,
    page: &Page,
    schema: &PinnedSchema,
    table: &TableIndex,
    field: &FieldIndex,
    holding: &Holding<'_>,
) -> Json {
    let said = book.datamap.said(&schema.id, &table.name).and_then(|said| said.fields.get(&field.name));
    let text = |text: Option<&String>| text.map(|text| value::plain(text.clone()).into_html());
    let when = text(said.and_then(|said| said.when.as_ref()));
    let pending = match holding {
        Holding::Pending(day) => Some(value::date(&book.theme, *day).into_html()),
        _ => None,
    };
    json!({
        "forms": { "when": { "html": when }, "pending": { "html": pending } },
        "schema": schema.id,
        "table": table.name,
        "name": field.name,
        "home": anchors::link(&book.index, page, schema, table, Some(field)),
        "link": schema.permalink(table, Some(field)),
        "place": table.place(Some(field)),
        "when": when,
        "pending": pending,
    })
}
