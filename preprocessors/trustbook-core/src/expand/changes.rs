//! The block `changes`: changes for customers from records and live facts, newest first.

use super::anchors::Anchors;
use super::arguments::{BadArgument, argument, not_taken, twice};
use super::special::Special;
use super::value;
use crate::book::Book;
use crate::page::Page;
use crate::page::syntax::{BlockCall, Malformed};
use crate::register::common::Visibility;
use crate::register::live::Literal;
use crate::register::value::Value;
use crate::register::{Fact, Record};
use jiff::civil::Date;
use serde_json::{Value as Json, json};

/// The block's word.
const WORD: &str = "changes";
const TAKES: &[&str] = &["limit", "since"];

pub(super) const BLOCK: Special = Special { word: WORD, check, ids, data };

/// The dates that mark a change: the kind of record, the field with the date, and the key of the sentence.
const DAYS: &[(&str, &str, &str)] = &[
    ("notice", "announced", "announced"),
    ("notice", "effective", "in_effect"),
    ("subprocessor", "effective", "company_began"),
    ("subprocessor", "ended", "company_ended"),
    ("certification", "issued", "issued"),
    ("certification", "expires", "expired"),
    ("incident", "date", "incident"),
    ("incident", "resolved", "resolved"),
    ("document", "date", "published"),
];

/// A change that customers see.
struct PublicChange {
    on: Date,
    /// The key of the sentence, and the words that it is about.
    sentence: &'static str,
    what: String,
    /// The present and the former value of a live fact.
    values: Option<(String, String)>,
}

fn check(_: &Book, call: &BlockCall) -> Vec<BadArgument> {
    let mut bad = Vec::new();
    let wrong = |what: String, help: &str| BadArgument::Unreadable(Malformed::new(what, help));
    for (name, text) in &call.args {
        match name.as_deref() {
            Some("limit") if text.parse::<usize>().is_ok_and(|limit| limit > 0) => {}
            Some("limit") => {
                bad.push(wrong(format!("`limit` cannot be `{text}`"), "write how many are shown: `limit=10`"))
            }
            Some("since") if text.parse::<Date>().is_ok() => {}
            Some("since") => bad.push(wrong(format!("`since` cannot be `{text}`"), "write a day: `since=2026-01-31`")),
            other => bad.push(not_taken(WORD, other.unwrap_or(text), TAKES)),
        }
    }
    bad.extend(twice(call));
    bad
}

fn all(book: &Book, since: Option<Date>, limit: usize) -> Vec<(String, PublicChange)> {
    let register = &book.facts.register;
    let mut found: Vec<(String, PublicChange)> = Vec::new();
    for (kind, field, sentence) in DAYS {
        for record in register.of_kind(kind).filter(|record| record.common.visibility == Visibility::Public) {
            if let Some(Value::Date(on)) = record.value(field) {
                let what = about(book, record);
                found.push((record.full_id(), PublicChange { on: *on, sentence, what, values: None }));
            }
        }
    }
    let fields = register.records.iter().flat_map(|record| &record.fields);
    for fact in register.facts.iter().chain(fields).filter(|fact| fact.common.visibility == Visibility::Public) {
        found.extend(live(book, fact).map(|change| (fact.id.clone(), change)));
    }
    // A later date announces a change that has not happened yet.
    found.retain(|(_, change)| change.on <= book.facts.today && since.is_none_or(|since| change.on >= since));
    found.sort_by(|(a, one), (b, other)| (other.on, one.sentence, a).cmp(&(one.on, other.sentence, b)));
    found.truncate(limit);
    found
}

/// Returns the words for a record in a sentence.
fn about(book: &Book, record: &Record) -> String {
    let field = ["about", "summary"].into_iter().find_map(|field| record.value(field));
    field.map_or_else(|| value::title(book, record), Value::text)
}

/// Returns the last change of a live value, if it had another value before.
fn live(book: &Book, fact: &Fact) -> Option<PublicChange> {
    let source = fact.live.as_ref()?;
    let entry = book.lock.source(&source.source.value)?.fact(&fact.id)?;
    let before = literal(entry.before.as_ref()?).filter(|before| !book.facts.hides(before))?;
    let now = fact.value.as_ref().map(|value| value::typed(book, value).text)?;
    Some(PublicChange { on: entry.since, sentence: "value", what: fact.label.clone(), values: Some((now, before)) })
}

fn literal(value: &Literal) -> Option<String> {
    let text = value.words();
    (!text.is_empty()).then_some(text)
}

/// Returns the arguments of a block: the first day, and the number of changes.
fn asked(call: &BlockCall) -> (Option<Date>, usize) {
    let limit = argument(call, "limit").and_then(|limit| limit.parse().ok());
    (argument(call, "since").and_then(|day| day.parse().ok()), limit.unwrap_or(usize::MAX))
}

fn ids(book: &Book, call: &BlockCall) -> Vec<String> {
    let (since, limit) = asked(call);
    all(book, since, limit).into_iter().map(|(id, _)| id).collect()
}

fn data(book: &Book, page: &Page, call: &BlockCall, _: &mut Anchors) -> Json {
    let (since, limit) = asked(call);
    json!({ "args": {}, "rows": rows(book, page, &all(book, since, limit)) })
}

/// Returns the ids that the last changes are about.
pub(super) fn last_ids(book: &Book, limit: usize) -> Vec<String> {
    all(book, None, limit).into_iter().map(|(id, _)| id).collect()
}

/// Returns the last changes, as rows.
pub(super) fn last(book: &Book, page: &Page, limit: usize) -> Json {
    rows(book, page, &all(book, None, limit))
}

fn rows(book: &Book, page: &Page, changes: &[(String, PublicChange)]) -> Json {
    let words = &book.theme.words;
    let rows = changes.iter().map(|(id, change)| {
        let key = format!("changes.{}", change.sentence);
        let text = match &change.values {
            Some((now, before)) => words.with(&key, &[("what", &change.what), ("new", now), ("old", before)]),
            None => words.with(&key, &[("what", &change.what)]),
        };
        let link = book.index.rows.get(id).and_then(|home| home.from(page));
        json!({ "on": value::date(&book.theme, change.on).into_html(), "text": text, "link": link })
    });
    rows.collect()
}
