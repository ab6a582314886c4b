//! `facts.json` and its JSON Schema: every public fact and record, with its state, its dates and its source.

use super::{Files, Make, Output, head, written};
use crate::book::Book;
use crate::register::common::{Common, State, Visibility};
use crate::register::value::{Value, dialled};
use crate::register::{Fact, Record};
use crate::site::Site;
use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};

pub(super) const OUTPUT: Output =
    Output { name: "facts.json", is_of_vendor: false, page: include_str!("facts_json.md"), make: Make::OfSite(make) };

/// The path of the JSON Schema.
const SCHEMA: &str = "facts.schema.json";
/// The version of the format.
const VERSION: u64 = 1;

/// Kinds that are left out: `claims.json` has claims, `objects.json` has tables, and a source is not a statement of the
/// vendor.
const ELSEWHERE: [&str; 3] = [crate::register::claim::KIND, "source", "table"];

fn make(book: &Book, _: &Site) -> Files {
    let register = &book.facts.register;
    let mut facts: Vec<(&str, Json)> = register
        .facts
        .iter()
        .filter(|fact| is_shown(&fact.common))
        .map(|fact| (fact.id.as_str(), self::fact(book, fact)))
        .collect();
    let mut records: Vec<(String, Json)> = register
        .records
        .iter()
        .filter(|record| is_shown(&record.common) && !ELSEWHERE.contains(&record.kind.name))
        .map(|record| (record.full_id(), self::record(book, record)))
        .collect();
    if facts.is_empty() && records.is_empty() {
        return Vec::new();
    }
    facts.sort_by(|a, b| a.0.cmp(b.0));
    records.sort_by(|a, b| a.0.cmp(&b.0));
    let mut all = json!({ "$schema": SCHEMA });
    if let (Json::Object(all), Json::Object(head)) = (&mut all, head(book, VERSION)) {
        all.extend(head);
    }
    all["facts"] = facts.into_iter().map(|(_, fact)| fact).collect();
    all["records"] = records.into_iter().map(|(_, record)| record).collect();
    let schema = include_bytes!("facts.schema.json").to_vec();
    vec![(OUTPUT.name.to_owned(), written(&all)), (SCHEMA.to_owned(), schema)]
}

fn is_shown(common: &Common) -> bool {
    common.visibility != Visibility::Internal
}

fn fact(book: &Book, fact: &Fact) -> Json {
    let mut row = Map::new();
    row.insert("id".to_owned(), json!(fact.id));
    row.insert("label".to_owned(), json!(fact.label));
    row.insert("type".to_owned(), json!(fact.ty.name()));
    let value = fact.value.as_ref().filter(|_| fact.common.visibility == Visibility::Public);
    row.insert("value".to_owned(), value.map_or(Json::Null, typed));
    common(book, &fact.common, &fact.id, &mut row);
    Json::Object(row)
}

fn record(book: &Book, record: &Record) -> Json {
    let is_public = record.common.visibility == Visibility::Public;
    let mut row = Map::new();
    row.insert("id".to_owned(), json!(record.full_id()));
    row.insert("kind".to_owned(), json!(record.kind.name));
    let given = record.own_fields().filter(|_| is_public);
    let fields: Map<String, Json> = given
        .filter(|fact| fact.common.visibility == Visibility::Public)
        .filter_map(|fact| {
            let name = fact.id.rsplit('.').next()?.to_owned();
            let value = book.facts.shown(fact.value.as_ref()?, &fact.common)?;
            Some((name, typed(&value)))
        })
        .collect();
    row.insert("fields".to_owned(), Json::Object(fields));
    let open: Vec<&str> = record.common.not_stated.iter().map(|name| name.value.as_str()).collect();
    row.insert("not_stated".to_owned(), json!(open));
    common(book, &record.common, &record.full_id(), &mut row);
    if let Some(since) = book.facts.overdue(record).filter(|_| is_public) {
        row.insert("overdue_since".to_owned(), json!(since.to_string()));
    }
    Json::Object(row)
}

/// Adds the visibility, the state, the dates and the source to a row.
fn common(book: &Book, common: &Common, id: &str, row: &mut Map<String, Json>) {
    let date = |day: Option<Date>| json!(day.map(|day| day.to_string()));
    let is_public = common.visibility == Visibility::Public;
    let state = book.facts.shown_state(common);
    row.insert("visibility".to_owned(), json!(if is_public { "public" } else { "on-request" }));
    row.insert("state".to_owned(), json!(state.name()));
    row.insert("stated".to_owned(), date(common.stated));
    row.insert("verified".to_owned(), date(common.verified));
    row.insert("seen".to_owned(), date(common.seen.map(|seen| seen.on)));
    let until = common.valid_until.as_ref().map(|until| until.value).filter(|_| is_public);
    row.insert("valid_from".to_owned(), date(common.valid_from.filter(|_| is_public)));
    row.insert("valid_until".to_owned(), date(until));
    let since = match state {
        State::Due(since) => Some(since),
        _ => None,
    };
    row.insert("review_overdue_since".to_owned(), date(since));
    row.insert("source".to_owned(), json!(common.source));
    let evidence = if is_public { common.evidence.as_slice() } else { &[] };
    row.insert("evidence".to_owned(), json!(evidence));
    row.insert("deployments".to_owned(), json!(book.facts.shown_deployments(common).collect::<Vec<_>>()));
    let told = book.reader_notes.get(id).into_iter().flatten();
    let notes: Vec<&String> = common.note.iter().chain(told).collect();
    row.insert("notes".to_owned(), json!(notes));
}

/// Converts a value to the JSON type that suits it: dates and durations as ISO 8601 text, countries as codes.
fn typed(value: &Value) -> Json {
    match value {
        Value::Text(text) | Value::Markdown(text) | Value::Decimal(text) | Value::Email(text) => json!(text),
        Value::Phone(number) => json!(dialled(number)),
        Value::Choice(text) | Value::Country(text) | Value::Id(_, text) => json!(text),
        Value::Integer(number) => json!(number),
        Value::Boolean(yes) => json!(yes),
        Value::Date(day) => json!(day.to_string()),
        Value::Term(term) => json!(term.iso()),
        Value::Duration(_, span) => json!(span.0.to_string()),
        Value::Period(period) => json!(period.text),
        Value::Url(url) => json!(url.as_str()),
        Value::List(items) => items.iter().map(typed).collect(),
        Value::Table(entries) => Json::Object(entries.iter().map(|(key, value)| (key.clone(), typed(value))).collect()),
    }
}
