//! Rows in groups: cookies by category, companies by status, measures and answers by heading, claims by outcome.

use crate::register::kinds::RecordKind;
use crate::theme::Theme;
use serde_json::{Value as Json, json};

/// The categories of cookies, in the order of consent.
const CATEGORIES: &[&str] = &["necessary", "functional", "analytics", "marketing"];
/// The looks of claims, the best first.
const LOOKS: &[&str] = &["verified", "attested", "unverified", "contradicted"];

/// Returns the values of a block besides its rows; empty for other kinds.
pub(super) fn more(theme: &Theme, kind: &RecordKind, rows: &[Json]) -> Vec<(String, Json)> {
    match kind.name {
        "cookie" => vec![("groups".to_owned(), categories(theme, rows))],
        "subprocessor" => {
            let (past, current): (Vec<&Json>, Vec<&Json>) =
                rows.iter().partition(|row| row["status"]["value"] == "ended");
            let tables = [(false, current), (true, past)].into_iter().filter(|(_, rows)| !rows.is_empty());
            let tables = tables.map(|(past, rows)| json!({ "past": past, "rows": rows }));
            vec![("tables".to_owned(), tables.collect())]
        }
        "measure" | "answer" => vec![("groups".to_owned(), headed(rows))],
        "claim" => vec![("summary".to_owned(), summary(rows))],
        _ => Vec::new(),
    }
}

fn categories(theme: &Theme, rows: &[Json]) -> Json {
    let of = |row: &Json| row["category"]["value"].as_str().unwrap_or_default().to_owned();
    let mut names: Vec<String> = rows.iter().map(of).collect();
    names.sort_by_key(|name| CATEGORIES.iter().position(|known| known == name).unwrap_or(CATEGORIES.len()));
    names.dedup();
    let group = |name: String| {
        let title = match name.as_str() {
            "" => theme.words.get("cookie.other"),
            name => theme.words.get(&format!("cookie.{name}")),
        };
        let rows: Vec<&Json> = rows.iter().filter(|row| of(row) == name).collect();
        json!({ "title": title, "rows": rows })
    };
    names.into_iter().map(group).collect()
}

/// Returns the rows by their field `group`: those without one first, the others in the order of the register.
fn headed(rows: &[Json]) -> Json {
    let mut groups: Vec<(Option<&str>, Vec<&Json>)> = vec![(None, Vec::new())];
    for row in rows {
        let name = row["group"]["value"].as_str();
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((name, vec![row])),
        }
    }
    groups.retain(|(_, rows)| !rows.is_empty());
    groups.into_iter().map(|(title, rows)| json!({ "title": title, "rows": rows })).collect()
}

/// Counts the claims by outcome.
fn summary(rows: &[Json]) -> Json {
    let mut found: Vec<(&str, &str, usize)> = Vec::new();
    for row in rows {
        let (Some(look), Some(text)) = (row["outcome"]["look"].as_str(), row["outcome"]["text"].as_str()) else {
            continue;
        };
        match found.iter_mut().find(|(_, known, _)| *known == text) {
            Some((_, _, count)) => *count += 1,
            None => found.push((look, text, 1)),
        }
    }
    found.sort_by_key(|(look, ..)| LOOKS.iter().position(|known| known == look));
    found.into_iter().map(|(look, text, count)| json!({ "look": look, "text": text, "count": count })).collect()
}
