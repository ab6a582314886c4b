//! The provenance of a block's rows: the dates of statement and review, the owners and the sources.

use super::cells::common_json;
use super::value;
use crate::book::Book;
use crate::facts::Facts;
use crate::register::Record;
use crate::register::common::{Common, Visibility};
use crate::theme::Theme;
use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Returns the provenance of rows. Rows that agree form one entry, the largest first; only the other entries name rows.
pub(super) fn of(book: &Book, rows: &[(String, &Common)]) -> Json {
    let mut groups: Vec<(&Common, Vec<&str>)> = Vec::new();
    let mut known = BTreeMap::new();
    for (title, common) in rows {
        let at = *known.entry(key(&book.facts, common)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, titles)) => titles.push(title),
            None => groups.push((common, vec![title])),
        }
    }
    groups.retain(|(common, _)| common.said().is_some() || common.source.is_some());
    if groups.is_empty() {
        return Json::Null;
    }
    groups.sort_by_key(|(_, titles)| Reverse(titles.len()));
    let is_one = groups.len() == 1;
    let entries = groups.iter().enumerate().map(|(at, (common, titles))| {
        let is_rest = at == 0 && titles.len() > 1;
        let mut entry = Map::new();
        common_json(book, common, &mut entry);
        // An owner without a contact is only an id, which means nothing to readers.
        let owner = common.owner.as_deref().and_then(|owner| book.facts.public_record("contact", owner));
        entry.insert("owner".to_owned(), json!(owner.map(Record::title)));
        entry.insert("names".to_owned(), if is_one || is_rest { json!([]) } else { json!(titles) });
        entry.insert("is_rest".to_owned(), json!(is_rest && !is_one));
        Json::Object(entry)
    });
    json!({ "words": words(&book.theme, rows), "entries": entries.collect::<Vec<_>>() })
}

/// Returns the values that rows of one entry share.
fn key<'c>(facts: &Facts, common: &'c Common) -> impl Ord + use<'c> {
    let of = (common.source.as_deref(), common.evidence.as_slice(), common.owner.as_deref());
    let is_public = common.visibility == Visibility::Public;
    (common.stated, common.verified, common.seen.map(|seen| seen.on), of, is_public, facts.shown_state(common))
}

/// Returns the opening line: the earliest review of any row, if all of them were reviewed.
fn words(theme: &Theme, rows: &[(String, &Common)]) -> String {
    let reviewed = rows.iter().map(|(_, common)| common.seen.map(|seen| seen.on).or(common.verified));
    match reviewed.collect::<Option<Vec<Date>>>().and_then(|days| days.into_iter().min()) {
        Some(day) => theme.words.with("dates.reviewed", &[("date", &value::date(theme, day).text)]),
        None => theme.words.get("dates.sources"),
    }
}
