//! What a block's template is given: the rows that it names, each field with its text and its HTML.

use super::arguments::{self, FACTS, kind_of, records, shown_at};
use super::block::{Anchors, facts};
use super::{claimed, modelled, party, sourced, special, value};
use crate::claim::declared;
use crate::facts::Facts;
use crate::facts::Found;
use crate::page::Page;
use crate::page::syntax::BlockCall;
use crate::register::common::{Common, State, Visibility};
use crate::register::value::Value;
use crate::register::{Fact, Record, kinds, read_label};
use crate::theme::Theme;
use crate::trust::Trust;
use serde_json::{Map, Value as Json, json};

/// What a template is given: `args`, `rows`, and what all rows `shared` of dates and source.
pub(super) fn data(trust: &Trust, page: &Page, call: &BlockCall, anchors: &mut Anchors) -> Json {
    if let Some(special) = special::find(&call.word) {
        return (special.data)(trust, page, call, anchors);
    }
    let mut args = Map::new();
    let kind = kind_of(&call.word);
    for (name, _) in arguments::taken(kind) {
        args.insert(name.to_owned(), Json::Null);
    }
    let named = kind.map(|kind| arguments::named(trust, kind, call)).filter(|named| !named.is_empty());
    args.insert("named".to_owned(), json!(named));
    for (name, text) in &call.args {
        let Some(name) = name else { continue };
        let value = match name.as_str() {
            "deployment" => deployment(&trust.facts, text),
            _ => json!(text),
        };
        args.insert(name.clone(), value);
    }
    let mut data = Map::new();
    data.insert("args".to_owned(), Json::Object(args));
    let (rows, shared) = match (kind, call.word.as_str()) {
        (Some(kind), _) => {
            let records = records(&trust.facts, kind, call);
            let shared = shared(trust, &records.iter().map(|record| &*record.common).collect::<Vec<_>>());
            (records.into_iter().map(|record| row(trust, page, record, anchors)).collect(), shared)
        }
        (None, FACTS) => {
            let facts = facts(&trust.facts, call);
            let shared = shared(trust, &facts.iter().map(|fact| &*fact.common).collect::<Vec<_>>());
            (facts.into_iter().map(|fact| fact_row(trust, fact, anchors)).collect(), shared)
        }
        _ => {
            // A block of the site's own may draw none of what it is given: it takes no anchor away from other blocks.
            data.insert("records".to_owned(), everything(trust, page, call, &mut Anchors::default()));
            (Vec::new(), Json::Null)
        }
    };
    data.insert("rows".to_owned(), Json::Array(rows));
    data.insert("shared".to_owned(), shared);
    Json::Object(data)
}

/// For a block of the site's own: the rows of every kind, by its name, and the facts.
fn everything(trust: &Trust, page: &Page, call: &BlockCall, anchors: &mut Anchors) -> Json {
    let mut all = Map::new();
    for kind in kinds::KINDS {
        let rows =
            records(&trust.facts, kind, call).into_iter().map(|record| row(trust, page, record, anchors)).collect();
        all.insert(kind.name.to_owned(), Json::Array(rows));
    }
    let public = trust.facts.register.facts.iter().filter(|fact| shown_at(&fact.common, call));
    let facts = public.map(|fact| fact_row(trust, fact, anchors)).collect();
    all.insert(FACTS.to_owned(), Json::Array(facts));
    Json::Object(all)
}

fn row(trust: &Trust, page: &Page, record: &Record, anchors: &mut Anchors) -> Json {
    let mut row = Map::new();
    row.insert("id".to_owned(), json!(record.id));
    row.insert("anchor".to_owned(), json!(anchors.unique(&anchor(record))));
    let on_request = record.common.visibility == Visibility::OnRequest;
    let title = if on_request { record.id.clone() } else { record.title() };
    row.insert("title".to_owned(), json!(title));
    for field in record.kind.fields {
        row.insert(field.name.to_owned(), field_json(trust, record, field.name));
    }
    if record.kind.name == "cookie" {
        let party = party::of(trust, record).filter(|_| !on_request);
        row.insert("observed".to_owned(), json!(observed(trust, record).filter(|_| !on_request)));
        row.insert("party".to_owned(), party.map_or(Json::Null, |(word, shown)| form(&shown, json!(word))));
    }
    row.extend(modelled::more(trust, page, record));
    row.extend(sourced::more(trust, record));
    row.extend(claimed::more(trust, page, record));
    common_json(trust, &record.common, &mut row);
    row.insert("note".to_owned(), note(trust, &record.full_id(), &record.common));
    Json::Object(row)
}

/// The day on which a cookie was last seen in a browser, as HTML.
fn observed(trust: &Trust, record: &Record) -> Option<Json> {
    let all = declared::newest(&trust.observations);
    let seen = all.iter().filter(|found| declared::kept(found).any(|kept| declared::names(record, &kept)));
    let shown = value::date(&trust.theme, seen.map(|found| found.on).max()?);
    Some(form(&shown, Json::Null))
}

/// The anchor of a record. The id of a table has the characters of its name.
pub(crate) fn anchor(record: &Record) -> String {
    let kept = record.id.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' });
    format!("{}-{}", record.kind.name, kept.collect::<String>())
}

/// The anchor of a fact.
pub(crate) fn fact_anchor(id: &str) -> String {
    format!("fact-{}", id.replace('.', "-"))
}

/// A field of a record as its state and visibility allow; null where the record does without it.
pub(super) fn field_json(trust: &Trust, record: &Record, name: &str) -> Json {
    match record.value(name) {
        Some(_) if record.common.visibility == Visibility::OnRequest => {
            form(&value::on_request(trust, record.common.owner.as_deref()), Json::Null)
        }
        Some(value) => match (
            trust.facts.shown(value, &record.common),
            record.field(name).and_then(|fact| trust.facts.passed(fact)),
        ) {
            (Some(value), Some(day)) => form(&value::passed(&trust.theme, day), json!(value.text())),
            (Some(value), None) => value_json(trust, &value),
            (None, _) if record.kind.field(name).is_some_and(|field| field.required) => {
                form(&value::not_given(&trust.theme), Json::Null)
            }
            (None, _) => Json::Null,
        },
        None if record.common.leaves_open(name) => form(&value::not_stated(&trust.theme), Json::Null),
        // Templates count on what every record of a kind must have; what is wrong is reported where it is written.
        None if record.field(name).is_some() || record.kind.field(name).is_some_and(|field| field.required) => {
            form(&value::not_given(&trust.theme), Json::Null)
        }
        None => Json::Null,
    }
}

/// The value of a fact as its visibility allows.
pub(super) fn fact_value(trust: &Trust, fact: &Fact) -> value::Shown {
    // A sentence never stands without what was checked of it.
    if let Some(record) = claimed::named(&trust.facts, Found::Fact(fact)) {
        return claimed::bare(trust, record);
    }
    match (fact.value.as_ref().and_then(|value| trust.facts.shown(value, &fact.common)), fact.common.visibility) {
        (_, Visibility::OnRequest) => value::on_request(trust, fact.common.owner.as_deref()),
        (Some(value), _) => {
            trust.facts.passed(fact).map_or_else(|| value::typed(trust, &value), |day| value::passed(&trust.theme, day))
        }
        (None, _) => value::plain(String::new()),
    }
}

fn fact_row(trust: &Trust, fact: &Fact, anchors: &mut Anchors) -> Json {
    let shown = fact_value(trust, fact);
    let mut row = Map::new();
    row.insert("id".to_owned(), json!(fact.id));
    row.insert("anchor".to_owned(), json!(anchors.unique(&fact_anchor(&fact.id))));
    row.insert("label".to_owned(), json!(fact.label));
    row.insert("type".to_owned(), json!(fact.ty.name()));
    row.insert("text".to_owned(), json!(shown.text));
    row.insert("html".to_owned(), json!(shown.into_html()));
    common_json(trust, &fact.common, &mut row);
    row.insert("note".to_owned(), note(trust, &fact.id, &fact.common));
    Json::Object(row)
}

/// The common part: dates, state, source, evidence, owner, note and hosting options.
pub(super) fn common_json(trust: &Trust, common: &Common, row: &mut Map<String, Json>) {
    let state = trust.facts.shown_state(common);
    let date = |day: Option<jiff::civil::Date>| match day {
        Some(day) => {
            let shown = value::date(&trust.theme, day);
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
        json!({ "name": state.name(), "words": trust.theme.words.state(state), "over": date(over) }),
    );
    row.insert("stated".to_owned(), date(common.stated));
    row.insert("verified".to_owned(), date(common.verified));
    row.insert("seen".to_owned(), date(common.seen.map(|seen| seen.on)));
    row.insert("source".to_owned(), text(common.source.as_deref()));
    row.insert("note".to_owned(), text(common.note.as_deref()));
    let owner = common.owner.as_deref().and_then(|owner| value::owner_name(&trust.facts, owner));
    row.insert("owner".to_owned(), json!(owner));
    let deployments = trust.facts.shown_deployments(common).map(|id| deployment(&trust.facts, id)).collect();
    row.insert("deployments".to_owned(), Json::Array(deployments));
    let evidence_shown = if common.visibility == Visibility::Public { common.evidence.as_slice() } else { &[] };
    row.insert("evidence".to_owned(), Json::Array(evidence_shown.iter().map(|text| evidence(trust, text)).collect()));
}

/// The note of a record or fact, and behind it what the book tells readers of findings that it stands by.
pub(super) fn note(trust: &Trust, id: &str, common: &Common) -> Json {
    let told = trust.reader_notes.get(id).into_iter().flatten();
    let all: Vec<&str> = common.note.iter().chain(told).map(String::as_str).collect();
    if all.is_empty() {
        return Json::Null;
    }
    let text = all.join(" ");
    form(&value::plain(text.clone()), json!(text))
}

/// What all rows have in common, where there are several and they agree.
pub(super) fn shared(trust: &Trust, rows: &[&Common]) -> Json {
    let [first, rest @ ..] = rows else {
        return Json::Null;
    };
    let key = |common: &Common| {
        (
            common.stated,
            common.verified,
            common.source.clone(),
            common.evidence.clone(),
            trust.facts.shown_state(common),
        )
    };
    if rest.is_empty() || rest.iter().any(|common| key(common) != key(first)) {
        return Json::Null;
    }
    let mut row = Map::new();
    common_json(trust, first, &mut row);
    Json::Object(row)
}

fn deployment(facts: &Facts, id: &str) -> Json {
    match facts.hides(&format!("deployment.{id}")) {
        true => Json::Null,
        false => json!({ "id": id, "name": deployment_name(facts, id) }),
    }
}

/// What readers call a hosting option; an internal one has no name.
pub(super) fn deployment_name(facts: &Facts, id: &str) -> String {
    let named = || if facts.hides(&format!("deployment.{id}")) { String::new() } else { id.to_owned() };
    facts.public_record("deployment", id).map_or_else(named, Record::title)
}

fn evidence(trust: &Trust, text: &str) -> Json {
    let shown = match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => value::typed(trust, &Value::Url(url)),
        _ => value::plain(text.to_owned()),
    };
    form(&shown, json!(text))
}

pub(super) fn form(shown: &value::Shown, value: Json) -> Json {
    json!({ "text": shown.text, "html": shown.clone().into_html(), "value": value })
}

fn value_json(trust: &Trust, value: &Value) -> Json {
    let raw = match value {
        Value::Choice(word) => json!(word),
        Value::Boolean(yes) => json!(yes),
        Value::Integer(number) => json!(number),
        Value::Country(code) => json!(code),
        other => json!(other.text()),
    };
    let mut form = form(&value::typed(trust, value), raw);
    if let Value::Date(day) = value {
        form["ahead"] = json!(*day > trust.facts.today);
    }
    match value {
        Value::List(items) => form["items"] = Json::Array(items.iter().map(|item| value_json(trust, item)).collect()),
        Value::Table(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let shown = value::typed(trust, value);
                json!({ "key": key, "label": entry_label(&trust.theme, key), "text": shown.text, "html": shown.into_html() })
            });
            form["entries"] = Json::Array(entries.collect());
        }
        _ => {}
    }
    form
}

/// Providers are called by the names they use; other keys are read as words.
fn entry_label(theme: &Theme, key: &str) -> String {
    match key {
        "azure" => "Azure".to_owned(),
        other => theme.words.find(&format!("entry.{other}")).map_or_else(|| read_label(other), str::to_owned),
    }
}
