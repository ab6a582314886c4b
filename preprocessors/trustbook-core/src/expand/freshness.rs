//! The block `freshness`: the number and the dates of reviewed statements, and a list of the overdue ones.

use super::anchors::Anchors;
use super::arguments::{BadArgument, argument, not_taken, shown_at, twice, unknown_deployment};
use super::cells::deployment_name;
use super::special::Special;
use super::value;
use crate::book::Book;
use crate::page::Page;
use crate::page::syntax::BlockCall;
use crate::register::common::{Common, State, Visibility};
use jiff::civil::Date;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The block's word.
const WORD: &str = "freshness";
const TAKES: &[&str] = &["deployment"];
/// The states in the order of the page, the best first.
const ORDER: &[&str] = &["checked", "seen", "stated", "due", "stale", "expired", "not-yet", "undated"];

pub(super) const BLOCK: Special = Special { word: WORD, check, ids, data };

fn check(book: &Book, call: &BlockCall) -> Vec<BadArgument> {
    let mut bad: Vec<BadArgument> = Vec::new();
    for (name, text) in &call.args {
        match name.as_deref() {
            Some("deployment") => bad.extend(unknown_deployment(&book.facts, text)),
            other => bad.push(not_taken(WORD, other.unwrap_or(text), TAKES)),
        }
    }
    bad.extend(twice(call));
    bad
}

/// Returns every public statement: its id, its title, and its common part.
fn statements<'t>(book: &'t Book, call: &BlockCall) -> Vec<(String, String, &'t Common)> {
    let register = &book.facts.register;
    let facts = register.facts.iter().map(|fact| (fact.id.clone(), fact.label.clone(), &*fact.common));
    let records = register.records.iter().map(|record| (record.full_id(), value::title(book, record), &*record.common));
    facts
        .chain(records)
        .filter(|(_, _, common)| common.visibility == Visibility::Public && shown_at(common, call))
        .collect()
}

/// Returns no ids: the block counts statements without showing them, so the page does not rest on the whole book.
fn ids(_: &Book, _: &BlockCall) -> Vec<String> {
    Vec::new()
}

fn data(book: &Book, _: &Page, call: &BlockCall, _: &mut Anchors) -> Json {
    let all = statements(book, call);
    let mut groups: BTreeMap<&'static str, (u64, Option<Date>)> = BTreeMap::new();
    let mut late: Vec<(Date, String, State)> = Vec::new();
    for (_, label, common) in &all {
        let state = book.facts.state(common);
        let group = groups.entry(state.name()).or_default();
        group.0 += 1;
        group.1 = match (group.1, common.said()) {
            (Some(oldest), Some(said)) => Some(oldest.min(said)),
            (oldest, said) => oldest.or(said),
        };
        if let State::Due(since) | State::Expired(since) = state {
            late.push((since, label.clone(), state));
        }
    }
    late.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let date = |day: Option<Date>| day.map(|day| value::date(&book.theme, day).into_html());
    let groups: Vec<Json> = ORDER
        .iter()
        .filter_map(|name| {
            let (count, oldest) = groups.get(name)?;
            let words = book.theme.words.get(&format!("freshness.{}", name.replace('-', "_")));
            Some(json!({ "name": name, "words": words, "count": count, "oldest": date(*oldest) }))
        })
        .collect();
    let late: Vec<Json> = late
        .into_iter()
        .map(
            |(_, label, state)| json!({ "label": label, "name": state.name(), "words": book.theme.words.state(state) }),
        )
        .collect();
    let named = argument(call, "deployment").map(|id| deployment_name(&book.facts, id));
    json!({ "args": { "deployment": named }, "groups": groups, "late": late, "total": all.len() })
}
