//! The block `overview`: tiles with certifications and key facts, each with its state in words.

use super::anchors::Anchors;
use super::arguments::{BadArgument, not_taken, records, shown_at, unknown_deployment};
use super::cells::{common_json, fact_value, field_json};
use super::special::Special;
use crate::facts::{Facts, Found};
use crate::page::Page;
use crate::page::syntax::{BlockCall, Malformed};
use crate::register::common::Visibility;
use crate::register::{Fact, Record, kinds};
use crate::trust::Trust;
use serde_json::{Map, Value as Json, json};

/// The block's word.
const WORD: &str = "overview";
/// The kind of record that can be a tile.
const KIND: &str = "certification";
/// The arguments that the block takes, besides ids without a name.
const TAKES: &[&str] = &["deployment"];

pub(super) const BLOCK: Special = Special { word: WORD, check, ids, data };

/// A tile of the overview.
enum Tile<'t> {
    Certification(&'t Record),
    Fact(&'t Fact),
}

fn check(trust: &Trust, call: &BlockCall) -> Vec<BadArgument> {
    let mut bad = Vec::new();
    for (name, text) in &call.args {
        match (name.as_deref(), trust.facts.find(text)) {
            (Some("deployment"), _) => bad.extend(unknown_deployment(&trust.facts, text)),
            (Some(name), _) => bad.push(not_taken(WORD, name, TAKES)),
            (None, None) => bad.push(BadArgument::Unknown { id: text.clone() }),
            (None, Some(Found::Record(record))) if record.kind.name != KIND => {
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
        Found::Record(record) if record.kind.name == KIND => Some(Tile::Certification(record)),
        Found::Fact(fact) => Some(Tile::Fact(fact)),
        _ => None,
    });
    found
        .filter(|tile| match tile {
            Tile::Certification(record) => shown_at(&record.common, call),
            Tile::Fact(fact) => shown_at(&fact.common, call),
        })
        .collect()
}

fn ids(trust: &Trust, call: &BlockCall) -> Vec<String> {
    let of = |tile: &Tile<'_>| match tile {
        Tile::Certification(record) => record.full_id(),
        Tile::Fact(fact) => fact.id.clone(),
    };
    tiles(&trust.facts, call).iter().map(of).collect()
}

fn data(trust: &Trust, page: &Page, call: &BlockCall, _: &mut Anchors) -> Json {
    let all: Vec<Json> = tiles(&trust.facts, call).into_iter().map(|tile| tile_json(trust, page, &tile)).collect();
    json!({ "args": {}, "tiles": all })
}

fn tile_json(trust: &Trust, page: &Page, tile: &Tile<'_>) -> Json {
    let mut json = Map::new();
    let (label, common, home) = match tile {
        Tile::Certification(record) => {
            let is_public = record.common.visibility == Visibility::Public;
            let label = if is_public { record.title() } else { record.id.clone() };
            json.insert("badge".to_owned(), field_json(trust, record, "status"));
            json.insert("html".to_owned(), Json::Null);
            (label, &record.common, home(trust, page, &record.full_id()))
        }
        Tile::Fact(fact) => {
            json.insert("badge".to_owned(), Json::Null);
            json.insert("html".to_owned(), json!(fact_value(trust, fact).into_html()));
            (fact.label.clone(), &fact.common, home(trust, page, &fact.id))
        }
    };
    json.insert("label".to_owned(), json!(label));
    json.insert("link".to_owned(), json!(home));
    common_json(trust, common, &mut json);
    Json::Object(json)
}

/// Returns the link to the row that shows an id.
pub(super) fn home(trust: &Trust, page: &Page, id: &str) -> Option<String> {
    trust.index.rows.get(id)?.from(page)
}
