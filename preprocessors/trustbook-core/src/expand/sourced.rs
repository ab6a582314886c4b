//! The row of a source: the address it is read from, and the facts that come from it.

use super::cells::fact_value;
use super::value;
use crate::book::Book;
use crate::register::common::Visibility;
use crate::register::value::Value;
use crate::register::{Fact, Record, source};
use serde_json::{Value as Json, json};

/// The number of digits shown of a commit.
const SHORT: usize = 12;

/// Returns the values in the row of a source besides its fields; empty for other kinds.
pub(super) fn more(book: &Book, record: &Record) -> Vec<(String, Json)> {
    if record.kind.name != source::KIND {
        return Vec::new();
    }
    let (place, address) = source::shown(record);
    let url = address.and_then(|address| url::Url::parse(&address).ok());
    let place = match url {
        Some(url) => value::typed(book, &Value::Url(url)),
        None => value::plain(book.theme.words.phrase(&place)),
    };
    let entry = book.lock.source(&record.id);
    let commit =
        entry.and_then(|entry| entry.commit.as_ref()).map(|commit| commit.chars().take(SHORT).collect::<String>());
    let all = book.facts.of_source(&record.id);
    let own = all.filter(|fact| fact.common.visibility == Visibility::Public);
    let row = |fact: &Fact| {
        let since =
            entry.and_then(|entry| entry.fact(&fact.id)).map(|found| value::date(&book.theme, found.since).into_html());
        json!({ "id": fact.id, "label": fact.label, "html": fact_value(book, fact).into_html(), "since": since, "forms": { "since": { "html": since } } })
    };
    let facts: Vec<Json> = own.map(row).collect();
    vec![
        ("place".to_owned(), json!(place.into_html())),
        ("commit".to_owned(), json!(commit)),
        ("forms".to_owned(), json!({ "commit": commit.as_deref().map(value::code) })),
        ("facts".to_owned(), Json::Array(facts)),
    ]
}
