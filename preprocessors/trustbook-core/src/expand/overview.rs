//! The block `overview`: what a buyer wants first, or tiles with the certifications and facts that it names.

use super::anchors::Anchors;
use super::arguments::{BadArgument, not_taken, records, shown_at, unknown_deployment};
use super::cells::{common_json, fact_value, field_json};
use super::changes;
use super::special::Special;
use super::value;
use crate::book::Book;
use crate::facts::{FactRef, Facts};
use crate::page::Page;
use crate::page::syntax::{BlockCall, Malformed};
use crate::register::common::Visibility;
use crate::register::value::Value;
use crate::register::{Fact, Record, kinds};
use serde_json::{Map, Value as Json, json};

/// The block's word.
const WORD: &str = "overview";
/// The kind of record that can be a tile.
const KIND: &str = "certification";
/// The arguments that the block takes, besides ids without a name.
const TAKES: &[&str] = &["deployment"];

/// The kinds that are counted, each with the sentence for the number. A page shows so many of them.
const COUNTED: &[(&str, &str)] = &[
    ("measure", "measures"),
    ("subprocessor", "subprocessors"),
    ("answer", "answers"),
    ("document", "documents"),
    ("region", "regions"),
    ("cookie", "cookies"),
];
const MOST_NUMBERS: usize = 4;
/// The number of recent changes.
const MOST_CHANGES: usize = 5;
/// The fact that says how early customers learn of a new subprocessor.
const NOTICE: &str = "vendor.subprocessor_notice";

pub(super) const BLOCK: Special = Special { word: WORD, check, ids, data };

/// A tile of the overview.
enum Tile<'t> {
    Certification(&'t Record),
    Fact(&'t Fact),
}

fn check(book: &Book, call: &BlockCall) -> Vec<BadArgument> {
    let mut bad = Vec::new();
    for (name, text) in &call.args {
        match (name.as_deref(), book.facts.find(text)) {
            (Some("deployment"), _) => bad.extend(unknown_deployment(&book.facts, text)),
            (Some(name), _) => bad.push(not_taken(WORD, name, TAKES)),
            (None, None) => bad.push(BadArgument::Unknown { id: text.clone() }),
            (None, Some(FactRef::Record(record))) if record.kind.name != KIND => {
                bad.push(BadArgument::Unreadable(Malformed::new(
                    format!("`{text}` is a whole record, and a tile shows one value"),
                    format!(
                        "name a field of it, such as `{text}.{}`",
                        record.kind.fields.first().map_or("", |field| field.name)
                    ),
                )));
            }
            (None, Some(_)) => {}
        }
    }
    bad
}

/// Returns the tiles of a block: those that it names, in that order, or else all certifications.
fn tiles<'t>(facts: &'t Facts, call: &BlockCall) -> Vec<Tile<'t>> {
    let mut named = call.args.iter().filter(|(name, _)| name.is_none()).peekable();
    if named.peek().is_none() {
        let all = kinds::find(KIND).map(|kind| records(facts, kind, call)).unwrap_or_default();
        return all.into_iter().map(Tile::Certification).collect();
    }
    let found = named.filter_map(|(_, id)| match facts.find(id)? {
        FactRef::Record(record) if record.kind.name == KIND => Some(Tile::Certification(record)),
        FactRef::Fact(fact) => Some(Tile::Fact(fact)),
        _ => None,
    });
    found
        .filter(|tile| match tile {
            Tile::Certification(record) => shown_at(&record.common, call),
            Tile::Fact(fact) => shown_at(&fact.common, call),
        })
        .collect()
}

/// Returns true if the block names nothing, and so shows all that a buyer wants first.
fn is_whole(call: &BlockCall) -> bool {
    call.args.iter().all(|(name, _)| name.is_some())
}

fn ids(book: &Book, call: &BlockCall) -> Vec<String> {
    let of = |tile: &Tile<'_>| match tile {
        Tile::Certification(record) => record.full_id(),
        Tile::Fact(fact) => fact.id.clone(),
    };
    let changes = if is_whole(call) { changes::last_ids(book, MOST_CHANGES) } else { Vec::new() };
    tiles(&book.facts, call).iter().map(of).chain(changes).collect()
}

fn data(book: &Book, page: &Page, call: &BlockCall, _: &mut Anchors) -> Json {
    let tiles: Vec<Json> = tiles(&book.facts, call).into_iter().map(|tile| tile_json(book, page, &tile)).collect();
    let mut data = json!({ "args": {}, "tiles": tiles, "actions": [], "numbers": [], "changes": [] });
    if is_whole(call) {
        data["actions"] = actions(book, page);
        data["numbers"] = numbers(book, page, call);
        data["changes"] = changes::last(book, page, MOST_CHANGES);
    }
    data
}

/// Returns what a buyer comes for: the documents to ask for, and the way to report a vulnerability.
fn actions(book: &Book, page: &Page) -> Json {
    let asked = |document: &&Record| matches!(document.value("access"), Some(Value::Choice(word)) if word != "public");
    let of_kind = |kind| book.facts.register.of_kind(kind).filter(|it| it.common.visibility == Visibility::Public);
    let document = of_kind("document").filter(asked).find_map(|it| chapter(book, page, &it.full_id()));
    let policy = of_kind("vulnerability_policy").find_map(|it| chapter(book, page, &it.full_id()));
    let actions = [("overview.request", document), ("vulnerability_policy.report", policy)];
    let actions = actions.into_iter().filter_map(|(key, link)| Some(json!({ "key": key, "link": link? })));
    actions.collect()
}

/// Returns the number of records of the kinds that pages show, each with the link to its page.
fn numbers(book: &Book, page: &Page, call: &BlockCall) -> Json {
    let number = |(kind, key): &(&str, &str)| {
        let is_over = |it: &&Record| matches!(it.value("status"), Some(Value::Choice(word)) if word == "ended");
        let all = records(&book.facts, kinds::find(kind)?, call).into_iter().filter(|it| !is_over(it));
        let homes: Vec<String> = all.filter_map(|it| chapter(book, page, &it.full_id())).collect();
        let notice = match book.facts.find(NOTICE) {
            Some(FactRef::Fact(fact)) if *kind == "subprocessor" && shown_at(&fact.common, call) => {
                Some(json!({ "label": fact.label, "html": fact_value(book, fact).into_html() }))
            }
            _ => None,
        };
        let link = homes.first()?;
        Some(json!({ "key": format!("overview.{key}"), "count": homes.len(), "link": link, "notice": notice }))
    };
    COUNTED.iter().filter_map(number).take(MOST_NUMBERS).collect()
}

/// Returns the link to the page that shows a record.
fn chapter(book: &Book, page: &Page, id: &str) -> Option<String> {
    let link = home(book, page, id)?;
    Some(link.split_once('#').map_or(link.as_str(), |(path, _)| path).to_owned()).filter(|path| !path.is_empty())
}

fn tile_json(book: &Book, page: &Page, tile: &Tile<'_>) -> Json {
    let mut json = Map::new();
    let (label, common, home) = match tile {
        Tile::Certification(record) => {
            json.insert("badge".to_owned(), field_json(book, record, "status"));
            for field in ["report_type", "auditor", "expires", "eta"] {
                json.insert(field.to_owned(), field_json(book, record, field));
            }
            json.insert("html".to_owned(), Json::Null);
            (value::title(book, record), &record.common, home(book, page, &record.full_id()))
        }
        Tile::Fact(fact) => {
            for field in ["report_type", "auditor", "expires", "eta"] {
                json.insert(field.to_owned(), Json::Null);
            }
            json.insert("badge".to_owned(), Json::Null);
            json.insert("html".to_owned(), json!(fact_value(book, fact).into_html()));
            (fact.label.clone(), &fact.common, home(book, page, &fact.id))
        }
    };
    json.insert("label".to_owned(), json!(label));
    json.insert("link".to_owned(), json!(home));
    common_json(book, common, &mut json);
    Json::Object(json)
}

/// Returns the link to the row that shows an id.
pub(super) fn home(book: &Book, page: &Page, id: &str) -> Option<String> {
    book.index.rows.get(id)?.from(page)
}
