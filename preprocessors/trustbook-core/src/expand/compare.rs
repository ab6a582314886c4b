//! Comparison of hosting options: a row for each fact or record, a column for each option.

use super::anchors::{self, Anchors};
use super::arguments::{deployments, facts, named, records};
use super::cells;
use super::drawn::Drawn;
use super::{provenance, value};
use crate::book::Book;
use crate::page::syntax::BlockCall;
use crate::register::common::{Common, State, Visibility};
use crate::register::summary::{self, Summary, Title};
use crate::register::value::Value;
use crate::register::{Fact, Record, read_label};
use crate::theme::Theme;
use serde_json::{Map, Value as Json, json};

/// A record or fact and its words, before it is placed in the table.
struct ComparedItem<'t> {
    id: String,
    title: String,
    anchor: String,
    common: &'t Common,
    badge: Json,
    parts: Vec<Json>,
}

/// A row of the table: items of the same name, each with the columns that it applies to.
struct CompareRow<'t> {
    items: Vec<(ComparedItem<'t>, Vec<usize>)>,
}

/// Returns the hosting options that a block compares, in the order of the register: those to which any of its records
/// or facts applies, or all options if that is at most one.
pub(super) fn columns<'t>(book: &'t Book, call: &BlockCall) -> Vec<&'t Record> {
    let commons: Vec<&Common> = match Drawn::of(&call.word) {
        Drawn::Kind(kind) => records(&book.facts, kind, call).into_iter().map(|record| &*record.common).collect(),
        _ => facts(&book.facts, call).into_iter().map(|fact| &*fact.common).collect(),
    };
    let all = deployments(&book.facts);
    let holds = |option: &&&Record| commons.iter().any(|common| common.applies_to(&option.id));
    let some: Vec<&Record> = all.iter().filter(holds).copied().collect();
    if some.len() > 1 { some } else { all }
}

/// Returns the data for `parts/compare.hbs`: `caption`, `columns`, `rows` of `cells`, and the provenance.
pub(super) fn data(book: &Book, call: &BlockCall, anchors: &mut Anchors) -> Json {
    let columns = columns(book, call);
    let (caption, items) = items(book, call, anchors);
    let named: Vec<_> = items.iter().map(|item| (item.title.clone(), item.common)).collect();
    let provenance = provenance::of(book, &named);
    let rows = arranged(items, &columns);
    json!({
        "caption": caption,
        "count": columns.len(),
        "columns": columns.iter().map(|option| column(book, option)).collect::<Vec<_>>(),
        "rows": rows.iter().map(|row| row_json(book, row, &columns)).collect::<Vec<_>>(),
        "provenance": provenance,
    })
}

/// Returns the caption of the table, and all items that it compares.
fn items<'t>(book: &'t Book, call: &BlockCall, anchors: &mut Anchors) -> (String, Vec<ComparedItem<'t>>) {
    if let Drawn::Kind(kind) = Drawn::of(&call.word)
        && let Some(summary) = summary::of(kind)
    {
        let records = records(&book.facts, kind, call).into_iter();
        let items = records.map(|record| record_item(book, summary, record, anchors)).collect();
        let caption = match named(book, kind, call) {
            named if named.is_empty() => book.theme.words.get(summary.caption),
            named => book.theme.words.pair(&book.theme.words.get(summary.caption), &named),
        };
        return (caption, items);
    }
    let items = facts(&book.facts, call).into_iter().map(|fact| fact_item(book, fact, anchors)).collect();
    let named = call.args.iter().filter(|(name, _)| name.as_deref().is_none_or(|name| name == "id"));
    let words = named.map(|(_, id)| read_label(&id.replace('.', " ")));
    (words.collect::<Vec<_>>().join(", "), items)
}

fn record_item<'t>(book: &'t Book, summary: &Summary, record: &'t Record, anchors: &mut Anchors) -> ComparedItem<'t> {
    let on_request = record.common.visibility == Visibility::OnRequest;
    let shown = |name: &str| cells::field_json(book, record, name);
    let badge = summary.badge.filter(|_| !on_request).map_or(Json::Null, shown);
    let parts = match on_request {
        true => vec![part("", &value::on_request(book, record.common.owner.as_deref()).into_html())],
        false => summary
            .fields
            .iter()
            .filter_map(|(name, label)| Some(part(&label_of(&book.theme, label), shown(name)["html"].as_str()?)))
            .collect(),
    };
    ComparedItem {
        id: record.full_id(),
        title: title(book, summary, record),
        anchor: anchors.unique(&format!("{}-{}", record.kind.name, record.id)),
        common: &record.common,
        badge,
        parts,
    }
}

/// Returns the label before a field; the first field of a summary has none.
fn label_of(theme: &Theme, key: &str) -> String {
    if key.is_empty() { String::new() } else { theme.words.get(key) }
}

fn title(book: &Book, summary: &Summary, record: &Record) -> String {
    match summary.title {
        Title::Words(key) => book.theme.words.get(key),
        Title::Field(name) if record.common.visibility == Visibility::Public => match record.value(name) {
            // Words of the theme begin with a capital; those of the vendor stay as they are.
            Some(value @ (Value::Choice(_) | Value::List(_))) => read_label(&value::typed(book, value).text),
            Some(value) => value::typed(book, value).text,
            None => id_words(record),
        },
        Title::Field(_) => id_words(record),
    }
}

/// Returns the id of a record as words, without its hosting option: `backups-cloud`, limited to `cloud`, reads
/// "Backups".
fn id_words(record: &Record) -> String {
    let id = record.id.as_str();
    let bare = match record.common.deployments.as_slice() {
        [only] => {
            let option = only.value.as_str();
            let before = id.strip_suffix(option).and_then(|rest| rest.strip_suffix(['-', '_']));
            before.or_else(|| id.strip_prefix(option).and_then(|rest| rest.strip_prefix(['-', '_'])))
        }
        _ => None,
    };
    read_label(bare.filter(|bare| !bare.is_empty()).unwrap_or(id))
}

fn fact_item<'t>(book: &'t Book, fact: &'t Fact, anchors: &mut Anchors) -> ComparedItem<'t> {
    ComparedItem {
        id: fact.id.clone(),
        title: fact.label.clone(),
        anchor: anchors.unique(&anchors::of_fact(&fact.id)),
        common: &fact.common,
        badge: Json::Null,
        parts: vec![part("", &cells::fact_value(book, fact).into_html())],
    }
}

fn part(label: &str, html: &str) -> Json {
    json!({ "label": label, "html": html })
}

/// Merges items of the same name into one row, if no column would hold two of them.
fn arranged<'t>(items: Vec<ComparedItem<'t>>, columns: &[&Record]) -> Vec<CompareRow<'t>> {
    let mut rows: Vec<CompareRow<'t>> = Vec::new();
    for item in items {
        let at: Vec<usize> = (0..columns.len()).filter(|at| item.common.applies_to(&columns[*at].id)).collect();
        let free = rows.iter_mut().find(|row| {
            let mut taken = row.items.iter().flat_map(|(_, at)| at);
            row.items.iter().all(|(other, _)| other.title == item.title) && !taken.any(|taken| at.contains(taken))
        });
        match free {
            Some(row) => row.items.push((item, at)),
            None => rows.push(CompareRow { items: vec![(item, at)] }),
        }
    }
    rows
}

fn column(book: &Book, option: &Record) -> Json {
    let state = book.facts.shown_state(&option.common);
    let is_over = matches!(state, State::Expired(_) | State::NotYet(_));
    let over = is_over.then(|| json!({ "name": state.name(), "words": book.theme.words.state(state) }));
    json!({ "id": option.id, "name": cells::deployment_name(&book.facts, &option.id), "over": over })
}

fn row_json(book: &Book, row: &CompareRow<'_>, columns: &[&Record]) -> Json {
    let cells = columns.iter().enumerate().map(|(at, option)| {
        let held = row.items.iter().enumerate().find(|(_, (_, columns))| columns.contains(&at));
        let mut cell = Map::new();
        cell.insert("column".to_owned(), json!(cells::deployment_name(&book.facts, &option.id)));
        cell.insert("applies".to_owned(), json!(held.is_some()));
        let item = held.map(|(_, (item, _))| item);
        // The first item of a row has its anchor on the row itself.
        let anchor = held.filter(|(index, (_, columns))| *index > 0 && columns.first() == Some(&at));
        cell.insert("anchor".to_owned(), json!(anchor.map(|(_, (item, _))| &item.anchor)));
        let state = item.map(|item| book.facts.shown_state(item.common));
        let words = state.map(|state| book.theme.words.state(state));
        cell.insert("state".to_owned(), json!({ "name": state.map_or("none", State::name), "words": words }));
        cell.insert("badge".to_owned(), item.map_or(Json::Null, |item| item.badge.clone()));
        cell.insert("parts".to_owned(), json!(item.map_or(&[][..], |item| item.parts.as_slice())));
        let note = item.map_or(Json::Null, |item| cells::note(&book.reader_notes, &item.id, item.common));
        cell.insert("note".to_owned(), note);
        Json::Object(cell)
    });
    let first = row.items.first().map(|(item, _)| item);
    json!({
        "title": first.map(|item| &item.title),
        "anchor": first.map(|item| &item.anchor),
        "cells": cells.collect::<Vec<_>>(),
    })
}
