//! The rows of a block, each field with its text and its HTML.

use super::anchors::{self, Anchors};
use super::arguments::{self, records, shown_at};
use super::cells::{common_json, deployment, fact_value, field_json, note};
use super::value::form;
use super::{claimed, download, grouped, modelled, party, provenance, sourced, value};
use crate::book::Book;
use crate::claim::declared;
use crate::page::Page;
use crate::page::syntax::BlockCall;
use crate::register::common::Visibility;
use crate::register::kinds::{self, RecordKind};
use crate::register::value::{Value, separator};
use crate::register::{Fact, Record, read_label};
use crate::theme::Theme;
use serde_json::{Map, Value as Json, json};

/// The endings of files that are kept and not read in the browser's window alone.
const FILES: &[&str] = &[".csv", ".docx", ".odt", ".ods", ".pdf", ".xlsx", ".zip"];

/// Returns the rows of a kind: `args`, `rows`, and their dates and sources as `provenance`.
pub(super) fn of_kind(
    book: &Book,
    page: &Page,
    call: &BlockCall,
    kind: &'static RecordKind,
    anchors: &mut Anchors,
) -> Json {
    let records = records(&book.facts, kind, call);
    let named: Vec<_> = records.iter().map(|record| (value::title(book, record), &*record.common)).collect();
    let provenance = provenance::of(book, &named);
    let rows: Vec<Json> = records.into_iter().map(|record| row(book, page, record, anchors)).collect();
    let mut data = Map::from_iter(grouped::more(&book.theme, kind, &rows));
    data.insert("args".to_owned(), args(book, call, Some(kind)));
    data.insert("rows".to_owned(), Json::Array(rows));
    data.insert("provenance".to_owned(), provenance);
    Json::Object(data)
}

/// Returns the rows of free facts, in the same form.
pub(super) fn of_facts(book: &Book, call: &BlockCall, anchors: &mut Anchors) -> Json {
    let facts = arguments::facts(&book.facts, call);
    let named: Vec<_> = facts.iter().map(|fact| (fact.label.clone(), &*fact.common)).collect();
    let provenance = provenance::of(book, &named);
    let rows: Json = facts.into_iter().map(|fact| fact_row(book, fact, anchors)).collect();
    // Without `json!`, which copies its values.
    Json::Object(Map::from_iter(
        [("args", args(book, call, None)), ("rows", rows), ("provenance", provenance)]
            .map(|(name, value)| (name.to_owned(), value)),
    ))
}

/// Returns the data for a block of the site's own: `records` with the rows of every kind by name, and the facts.
pub(super) fn everything(book: &Book, page: &Page, call: &BlockCall) -> Json {
    // The template may draw none of the rows, so they must not take anchors from other blocks.
    let anchors = &mut Anchors::default();
    let mut all = Map::new();
    for kind in kinds::KINDS {
        let records = records(&book.facts, kind, call).into_iter();
        all.insert(kind.name.to_owned(), records.map(|record| row(book, page, record, anchors)).collect());
    }
    let public = book.facts.register.facts.iter().filter(|fact| shown_at(&fact.common, call));
    all.insert(arguments::FACTS.to_owned(), public.map(|fact| fact_row(book, fact, anchors)).collect());
    Json::Object(Map::from_iter(
        [("args", args(book, call, None)), ("records", Json::Object(all)), ("rows", json!([]))]
            .map(|(name, value)| (name.to_owned(), value)),
    ))
}

/// Returns the arguments of a block, each null if not given, and the words for its filters.
fn args(book: &Book, call: &BlockCall, kind: Option<&RecordKind>) -> Json {
    let mut args = Map::new();
    for (name, _) in arguments::taken(kind) {
        args.insert(name.to_owned(), Json::Null);
    }
    let named = kind.map(|kind| arguments::named(book, kind, call)).filter(|named| !named.is_empty());
    args.insert("named".to_owned(), json!(named));
    for (name, text) in call.args.iter().filter_map(|(name, text)| Some((name.clone()?, text))) {
        let value = if name == "deployment" { deployment(&book.facts, text) } else { json!(text) };
        args.insert(name, value);
    }
    Json::Object(args)
}

fn row(book: &Book, page: &Page, record: &Record, anchors: &mut Anchors) -> Json {
    let mut row = Map::new();
    row.insert("id".to_owned(), json!(record.id));
    row.insert("anchor".to_owned(), json!(anchors.unique(&anchors::of_record(record))));
    let on_request = record.common.visibility == Visibility::OnRequest;
    row.insert("title".to_owned(), json!(value::title(book, record)));
    row.insert("open".to_owned(), json!(left_open(&book.theme, record)));
    for field in record.kind.fields {
        row.insert(field.name.to_owned(), field_json(book, record, field.name));
    }
    if record.kind.name == "cookie" {
        let party = party::of(book, record).filter(|_| !on_request);
        row.insert("observed".to_owned(), json!(observed(book, record).filter(|_| !on_request)));
        row.insert("party".to_owned(), party.map_or(Json::Null, |(word, shown)| form(&shown, json!(word))));
    }
    if let Some(items) = row.get("maps_to").and_then(|field| field["items"].as_array()) {
        let texts: Vec<String> = items.iter().filter_map(|item| Some(control(book, item["text"].as_str()?))).collect();
        let shown = value::plain(texts.join(separator(&texts)));
        row.insert("maps_to".to_owned(), form(&shown, json!(shown.text)));
    }
    if record.kind.name == "document" {
        let url = record.value("url").map(Value::text).filter(|_| !on_request);
        row.insert("is_file".to_owned(), json!(url.is_some_and(|url| is_file(&url))));
        let contact = record.value("request_contact").filter(|_| !on_request);
        let link = contact.and_then(|contact| value::contact_link(&book.facts, &contact.text()));
        row.insert("request".to_owned(), json!(link.map(|link| json!({ "link": link }))));
    }
    row.extend(modelled::more(book, page, record));
    row.extend(sourced::more(book, record));
    row.extend(download::more(book, page, record));
    row.extend(claimed::more(book, page, record));
    common_json(book, &record.common, &mut row);
    row.insert("note".to_owned(), note(&book.reader_notes, &record.full_id(), &record.common));
    Json::Object(row)
}

/// Returns a control of a catalogue as readers know it: `MVSP 1.6` for `mvsp:1.6`.
fn control(book: &Book, text: &str) -> String {
    let words = &book.theme.words;
    let Some((catalogue, control)) = text.split_once(':') else { return text.to_owned() };
    match words.find(&format!("framework.{catalogue}")) {
        Some(name) if control.starts_with(|c: char| c.is_ascii_digit()) => format!("{name} {control}"),
        Some(name) => words.pair(name, &control.replace('-', " ")),
        None => text.to_owned(),
    }
}

/// Returns true for the address of a file to keep, and not of a page to read.
fn is_file(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    FILES.iter().any(|ending| name.to_ascii_lowercase().ends_with(ending)) && name.len() < path.len()
}

/// Returns the fields that the vendor leaves open, by their labels.
fn left_open(theme: &Theme, record: &Record) -> Vec<String> {
    let open = record.common.not_stated.iter().map(|field| field.value.as_str());
    let label = |field: &str| {
        let words = theme.words.find(&format!("{}.{field}", record.kind.name));
        words.map_or_else(|| read_label(field), str::to_owned)
    };
    open.filter(|_| record.common.visibility == Visibility::Public).map(label).collect()
}

/// Returns the day on which a cookie was last seen in a browser, as HTML.
fn observed(book: &Book, record: &Record) -> Option<Json> {
    if !declared::may_name(&book.observations, record) {
        return None;
    }
    let all = declared::newest(&book.observations);
    let seen = all.iter().filter(|found| declared::kept(found).any(|kept| declared::names(record, &kept)));
    let shown = value::date(&book.theme, seen.map(|found| found.on).max()?);
    Some(form(&shown, Json::Null))
}

fn fact_row(book: &Book, fact: &Fact, anchors: &mut Anchors) -> Json {
    let shown = fact_value(book, fact);
    let mut row = Map::new();
    row.insert("id".to_owned(), json!(fact.id));
    row.insert("anchor".to_owned(), json!(anchors.unique(&anchors::of_fact(&fact.id))));
    row.insert("label".to_owned(), json!(fact.label));
    row.insert("type".to_owned(), json!(fact.ty.name()));
    row.insert("text".to_owned(), json!(shown.text));
    row.insert("html".to_owned(), json!(shown.into_html()));
    common_json(book, &fact.common, &mut row);
    row.insert("note".to_owned(), note(&book.reader_notes, &fact.id, &fact.common));
    Json::Object(row)
}
