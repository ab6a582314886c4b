//! The cells of rows: fields and facts as their state and visibility allow, with dates, sources and notes.

use super::shown::ShownValue;
use super::value::form;
use super::{claimed, value};
use crate::book::Book;
use crate::book::ReaderNotes;
use crate::facts::{FactRef, Facts};
use crate::register::common::{Common, State, Visibility};
use crate::register::kinds::REFERENCES;
use crate::register::value::Value;
use crate::register::{Fact, Record, read_label};
use crate::theme::Theme;
use serde_json::{Map, Value as Json, json};

/// Returns a field of a record as its state and visibility allow; null if the record leaves it out.
pub(super) fn field_json(book: &Book, record: &Record, name: &str) -> Json {
    match record.value(name) {
        Some(_) if record.common.visibility == Visibility::OnRequest => {
            form(&value::on_request(book, record.common.owner.as_deref()), Json::Null)
        }
        Some(value) => {
            match (book.facts.shown(value, &record.common), record.field(name).and_then(|fact| book.facts.passed(fact)))
            {
                (Some(value), Some(_)) => form(&value::passed(book, &value), json!(value.text())),
                (Some(value), None) => match named(book, record, name, &value) {
                    Some(shown) => form(&shown, json!(value.text())),
                    None => value_json(book, &value),
                },
                (None, _) if record.kind.field(name).is_some_and(|field| field.required) => {
                    form(&value::not_given(&book.theme), Json::Null)
                }
                (None, _) => Json::Null,
            }
        }
        None if record.common.leaves_open(name) => {
            let mut open = form(&value::not_stated(&book.theme), Json::Null);
            open["is_open"] = json!(true);
            open
        }
        // Templates rely on the required fields of a kind; a missing one is reported where the record is written.
        None if record.field(name).is_some() || record.kind.field(name).is_some_and(|field| field.required) => {
            form(&value::not_given(&book.theme), Json::Null)
        }
        None => Json::Null,
    }
}

/// Returns the words for texts that are ids of other records: their periods or names.
fn named(book: &Book, record: &Record, name: &str, value: &Value) -> Option<ShownValue> {
    let (.., kind) = REFERENCES.iter().find(|(of, field, _)| *of == record.kind.name && *field == name)?;
    let title = |id: &String| book.facts.public_record(kind, id).map(Record::title);
    match value {
        Value::Text(id) if *kind == "retention" => Some(value::retention(book, id)),
        Value::Text(id) => title(id).map(value::plain),
        Value::List(items) => {
            let titled = |item: &Value| match item {
                Value::Text(id) => title(id).map_or_else(|| item.clone(), Value::Text),
                other => other.clone(),
            };
            Some(value::typed(book, &Value::List(items.iter().map(titled).collect())))
        }
        _ => None,
    }
}

/// Returns the value of a fact as its visibility allows.
pub(super) fn fact_value(book: &Book, fact: &Fact) -> ShownValue {
    // The sentence of a claim never appears without its mark.
    if let Some(record) = claimed::named(&book.facts, FactRef::Fact(fact)) {
        return claimed::bare(book, record);
    }
    match (fact.value.as_ref().and_then(|value| book.facts.shown(value, &fact.common)), fact.common.visibility) {
        (_, Visibility::OnRequest) => value::on_request(book, fact.common.owner.as_deref()),
        (Some(value), _) => {
            book.facts.passed(fact).map_or_else(|| value::typed(book, &value), |_| value::passed(book, &value))
        }
        (None, _) => value::plain(String::new()),
    }
}

/// Adds the common part to a row: dates, state, source, evidence, owner, note and hosting options.
pub(super) fn common_json(book: &Book, common: &Common, row: &mut Map<String, Json>) {
    let state = book.facts.shown_state(common);
    let date = |day: Option<jiff::civil::Date>| match day {
        Some(day) => {
            let shown = value::date(&book.theme, day);
            json!({ "text": shown.text, "html": shown.into_html(), "iso": day.to_string() })
        }
        None => Json::Null,
    };
    let text = |text: Option<&str>| text.map_or(Json::Null, |text| form(&value::plain(text.to_owned()), json!(text)));
    let over = match state {
        State::Expired(on) => Some(on),
        _ => None,
    };
    row.insert(
        "state".to_owned(),
        json!({ "name": state.name(), "words": book.theme.words.state(state), "over": date(over) }),
    );
    row.insert("stated".to_owned(), date(common.stated));
    row.insert("verified".to_owned(), date(common.verified));
    row.insert("seen".to_owned(), date(common.seen.map(|seen| seen.on)));
    row.insert("source".to_owned(), text(common.source.as_deref()));
    row.insert("note".to_owned(), text(common.note.as_deref()));
    let owner = common.owner.as_deref().and_then(|owner| value::owner_name(&book.facts, owner));
    row.insert("owner".to_owned(), json!(owner));
    let deployments = book.facts.shown_deployments(common).map(|id| deployment(&book.facts, id)).collect();
    row.insert("deployments".to_owned(), Json::Array(deployments));
    let evidence_shown = if common.visibility == Visibility::Public { common.evidence.as_slice() } else { &[] };
    row.insert("evidence".to_owned(), Json::Array(evidence_shown.iter().map(|text| evidence(book, text)).collect()));
}

/// Returns the note of a record or fact, followed by the notes for readers of its exceptions.
pub(super) fn note(reader_notes: &ReaderNotes, id: &str, common: &Common) -> Json {
    let told = reader_notes.get(id).into_iter().flatten();
    let all: Vec<&str> = common.note.iter().chain(told).map(String::as_str).collect();
    if all.is_empty() {
        return Json::Null;
    }
    let text = all.join(" ");
    form(&value::plain(text.clone()), json!(text))
}

/// Returns the common values of several rows that agree.
pub(super) fn shared(book: &Book, rows: &[&Common]) -> Json {
    let [first, rest @ ..] = rows else {
        return Json::Null;
    };
    let key = |common: &Common| {
        (common.stated, common.verified, common.source.clone(), common.evidence.clone(), book.facts.shown_state(common))
    };
    if rest.is_empty() || rest.iter().any(|common| key(common) != key(first)) {
        return Json::Null;
    }
    let mut row = Map::new();
    common_json(book, first, &mut row);
    Json::Object(row)
}

pub(super) fn deployment(facts: &Facts, id: &str) -> Json {
    match facts.hides(&format!("deployment.{id}")) {
        true => Json::Null,
        false => json!({ "id": id, "name": deployment_name(facts, id) }),
    }
}

/// Returns the name of a hosting option for readers; an internal one has none.
pub(super) fn deployment_name(facts: &Facts, id: &str) -> String {
    let named = || if facts.hides(&format!("deployment.{id}")) { String::new() } else { id.to_owned() };
    facts.public_record("deployment", id).map_or_else(named, Record::title)
}

fn evidence(book: &Book, text: &str) -> Json {
    let shown = match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => value::typed(book, &Value::Url(url)),
        _ => value::plain(text.to_owned()),
    };
    form(&shown, json!(text))
}

fn value_json(book: &Book, value: &Value) -> Json {
    let raw = match value {
        Value::Choice(word) => json!(word),
        Value::Boolean(yes) => json!(yes),
        Value::Integer(number) => json!(number),
        Value::Country(code) => json!(code),
        Value::Term(term) => json!(term.iso()),
        other => json!(other.text()),
    };
    let mut form = form(&value::typed(book, value), raw);
    if let Value::Date(day) = value {
        form["ahead"] = json!(*day > book.facts.today);
    }
    match value {
        Value::List(items) => form["items"] = Json::Array(items.iter().map(|item| value_json(book, item)).collect()),
        Value::Table(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let shown = value::typed(book, value);
                json!({ "key": key, "label": entry_label(&book.theme, key), "text": shown.text, "html": shown.into_html() })
            });
            form["entries"] = Json::Array(entries.collect());
        }
        _ => {}
    }
    form
}

/// Returns the label of an entry. Cloud providers keep their own spelling; other keys are read as words.
fn entry_label(theme: &Theme, key: &str) -> String {
    match key {
        "azure" => "Azure".to_owned(),
        other => theme.words.find(&format!("entry.{other}")).map_or_else(|| read_label(other), str::to_owned),
    }
}
