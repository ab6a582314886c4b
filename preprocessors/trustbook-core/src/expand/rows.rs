//! The rows of a block, each field with its text and its HTML.

use super::anchors::{self, Anchors};
use super::arguments::{self, records, shown_at};
use super::cells::{common_json, deployment, fact_value, field_json, note};
use super::value::form;
use super::{claimed, download, grouped, modelled, party, provenance, sourced, value};
use crate::claim::declared;
use crate::page::Page;
use crate::page::syntax::BlockCall;
use crate::register::common::Visibility;
use crate::register::kinds::{self, RecordKind};
use crate::register::value::{Value, separator};
use crate::register::{Fact, Record, read_label};
use crate::trust::Trust;
use serde_json::{Map, Value as Json, json};

/// The endings of files that are kept and not read in the browser's window alone.
const FILES: &[&str] = &[".csv", ".docx", ".odt", ".ods", ".pdf", ".xlsx", ".zip"];

/// Returns the rows of a kind: `args`, `rows`, and their dates and sources as `provenance`.
pub(super) fn of_kind(
    trust: &Trust,
    page: &Page,
    call: &BlockCall,
    kind: &'static RecordKind,
    anchors: &mut Anchors,
) -> Json {
    let records = records(&trust.facts, kind, call);
    let named: Vec<_> = records.iter().map(|record| (value::title(trust, record), &*record.common)).collect();
    let provenance = provenance::of(trust, &named);
    let rows: Vec<Json> = records.into_iter().map(|record| row(trust, page, record, anchors)).collect();
    let mut data = Map::from_iter(grouped::more(trust, kind, &rows));
    data.insert("args".to_owned(), args(trust, call, Some(kind)));
    data.insert("rows".to_owned(), Json::Array(rows));
    data.insert("provenance".to_owned(), provenance);
    Json::Object(data)
}

/// Returns the rows of free facts, in the same form.
pub(super) fn of_facts(trust: &Trust, call: &BlockCall, anchors: &mut Anchors) -> Json {
    let facts = arguments::facts(&trust.facts, call);
    let named: Vec<_> = facts.iter().map(|fact| (fact.label.clone(), &*fact.common)).collect();
    let provenance = provenance::of(trust, &named);
    let rows: Json = facts.into_iter().map(|fact| fact_row(trust, fact, anchors)).collect();
    // Without `json!`, which copies its values.
    Json::Object(Map::from_iter(
        [("args", args(trust, call, None)), ("rows", rows), ("provenance", provenance)]
            .map(|(name, value)| (name.to_owned(), value)),
    ))
}

/// Returns the data for a block of the site's own: `records` with the rows of every kind by name, and the facts.
pub(super) fn everything(trust: &Trust, page: &Page, call: &BlockCall) -> Json {
    // The template may draw none of the rows, so they must not take anchors from other blocks.
    let anchors = &mut Anchors::default();
    let mut all = Map::new();
    for kind in kinds::KINDS {
        let records = records(&trust.facts, kind, call).into_iter();
        all.insert(kind.name.to_owned(), records.map(|record| row(trust, page, record, anchors)).collect());
    }
    let public = trust.facts.register.facts.iter().filter(|fact| shown_at(&fact.common, call));
    all.insert(arguments::FACTS.to_owned(), public.map(|fact| fact_row(trust, fact, anchors)).collect());
    Json::Object(Map::from_iter(
        [("args", args(trust, call, None)), ("records", Json::Object(all)), ("rows", json!([]))]
            .map(|(name, value)| (name.to_owned(), value)),
    ))
}

/// Returns the arguments of a block, each null if not given, and the words for its filters.
fn args(trust: &Trust, call: &BlockCall, kind: Option<&RecordKind>) -> Json {
    let mut args = Map::new();
    for (name, _) in arguments::taken(kind) {
        args.insert(name.to_owned(), Json::Null);
    }
    let named = kind.map(|kind| arguments::named(trust, kind, call)).filter(|named| !named.is_empty());
    args.insert("named".to_owned(), json!(named));
    for (name, text) in call.args.iter().filter_map(|(name, text)| Some((name.clone()?, text))) {
        let value = if name == "deployment" { deployment(&trust.facts, text) } else { json!(text) };
        args.insert(name, value);
    }
    Json::Object(args)
}

fn row(trust: &Trust, page: &Page, record: &Record, anchors: &mut Anchors) -> Json {
    let mut row = Map::new();
    row.insert("id".to_owned(), json!(record.id));
    row.insert("anchor".to_owned(), json!(anchors.unique(&anchors::of_record(record))));
    let on_request = record.common.visibility == Visibility::OnRequest;
    row.insert("title".to_owned(), json!(value::title(trust, record)));
    row.insert("open".to_owned(), json!(left_open(trust, record)));
    for field in record.kind.fields {
        row.insert(field.name.to_owned(), field_json(trust, record, field.name));
    }
    if record.kind.name == "cookie" {
        let party = party::of(trust, record).filter(|_| !on_request);
        row.insert("observed".to_owned(), json!(observed(trust, record).filter(|_| !on_request)));
        row.insert("party".to_owned(), party.map_or(Json::Null, |(word, shown)| form(&shown, json!(word))));
    }
    if let Some(items) = row.get("maps_to").and_then(|field| field["items"].as_array()) {
        let texts: Vec<String> = items.iter().filter_map(|item| Some(control(trust, item["text"].as_str()?))).collect();
        let shown = value::plain(texts.join(separator(&texts)));
        row.insert("maps_to".to_owned(), form(&shown, json!(shown.text)));
    }
    if record.kind.name == "document" {
        let url = record.value("url").map(Value::text).filter(|_| !on_request);
        row.insert("is_file".to_owned(), json!(url.is_some_and(|url| is_file(&url))));
        let contact = record.value("request_contact").filter(|_| !on_request);
        let link = contact.and_then(|contact| value::contact_link(&trust.facts, &contact.text()));
        row.insert("request".to_owned(), json!(link.map(|link| json!({ "link": link }))));
    }
    row.extend(modelled::more(trust, page, record));
    row.extend(sourced::more(trust, record));
    row.extend(download::more(trust, page, record));
    row.extend(claimed::more(trust, page, record));
    common_json(trust, &record.common, &mut row);
    row.insert("note".to_owned(), note(trust, &record.full_id(), &record.common));
    Json::Object(row)
}

/// Returns a control of a catalogue as readers know it: `MVSP 1.6` for `mvsp:1.6`.
fn control(trust: &Trust, text: &str) -> String {
    let words = &trust.theme.words;
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
fn left_open(trust: &Trust, record: &Record) -> Vec<String> {
    let open = record.common.not_stated.iter().map(|field| field.value.as_str());
    let label = |field: &str| {
        let words = trust.theme.words.find(&format!("{}.{field}", record.kind.name));
        words.map_or_else(|| read_label(field), str::to_owned)
    };
    open.filter(|_| record.common.visibility == Visibility::Public).map(label).collect()
}

/// Returns the day on which a cookie was last seen in a browser, as HTML.
fn observed(trust: &Trust, record: &Record) -> Option<Json> {
    if !declared::may_name(&trust.observations, record) {
        return None;
    }
    let all = declared::newest(&trust.observations);
    let seen = all.iter().filter(|found| declared::kept(found).any(|kept| declared::names(record, &kept)));
    let shown = value::date(&trust.theme, seen.map(|found| found.on).max()?);
    Some(form(&shown, Json::Null))
}

fn fact_row(trust: &Trust, fact: &Fact, anchors: &mut Anchors) -> Json {
    let shown = fact_value(trust, fact);
    let mut row = Map::new();
    row.insert("id".to_owned(), json!(fact.id));
    row.insert("anchor".to_owned(), json!(anchors.unique(&anchors::of_fact(&fact.id))));
    row.insert("label".to_owned(), json!(fact.label));
    row.insert("type".to_owned(), json!(fact.ty.name()));
    row.insert("text".to_owned(), json!(shown.text));
    row.insert("html".to_owned(), json!(shown.into_html()));
    common_json(trust, &fact.common, &mut row);
    row.insert("note".to_owned(), note(trust, &fact.id, &fact.common));
    Json::Object(row)
}
