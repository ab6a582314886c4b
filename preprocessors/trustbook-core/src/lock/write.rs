//! The lock as text: sorted, a line for each table and field, so that a change is read in a diff.

use super::{Lock, SHORT_COMMIT, SchemaEntry, VERSION};
use crate::forge::Lines;
use crate::schema::index::{Detail, FieldIndex, TableIndex, hex};
use crate::schema::{Content, Origin, TableKind};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const HEAD: &str =
    "# What `trustbook refresh` found. It is written by that command only; read it in a diff before you publish.\n";

/// The whole lock.
pub fn text(lock: &Lock) -> String {
    let mut text = format!("{HEAD}version = {VERSION}\n");
    let mut schemas: Vec<&SchemaEntry> = lock.schemas.iter().collect();
    schemas.sort_by(|a, b| a.id.cmp(&b.id));
    for entry in schemas {
        text.push_str(&format!("\n[[schema]]\n{}", head(entry)));
        text.push_str(&format!("seal = {}\n", quoted(&seal(entry))));
        text.push_str(&body(entry));
    }
    text
}

/// The SHA-256 of all that an entry says, in the form in which it is written.
pub fn seal(entry: &SchemaEntry) -> String {
    hex(&Sha256::digest(format!("{}{}", head(entry), body(entry)).as_bytes()))
}

fn head(entry: &SchemaEntry) -> String {
    let mut text = String::new();
    let mut put = |key: &str, value: String| text.push_str(&format!("{key} = {value}\n"));
    put("id", quoted(&entry.id));
    put("language", quoted(&entry.language));
    put("repository", quoted(&entry.repository));
    put("path", quoted(&entry.path));
    if let Some(track) = &entry.track {
        put("track", quoted(track));
    }
    put("commit", quoted(&entry.commit));
    put("checked", entry.checked.to_string());
    text
}

fn body(entry: &SchemaEntry) -> String {
    let files = entry.files.iter().map(|file| {
        let (path, blob, sha256) = (quoted(&file.path), quoted(&file.blob), quoted(&file.sha256));
        format!("path = {path}, blob = {blob}, sha256 = {sha256}")
    });
    let pins = entry.pins.iter().map(|pin| format!("commit = {}, on = {}", quoted(&pin.commit), pin.on));
    let skipped = entry.skipped.iter().map(|skipped| {
        format!("path = {}, line = {}, what = {}", quoted(&skipped.path), skipped.line, quoted(&skipped.what))
    });
    let gone = entry.gone.iter().map(|gone| {
        let field = gone.field.as_ref().map_or_else(String::new, |field| format!("field = {}, ", quoted(field)));
        format!("table = {}, {field}at = {}, was = {}", quoted(&gone.table), quoted(&gone.at), quoted(&gone.was))
    });
    let mut text = list("files", files) + &list("pins", pins) + &list("skipped", skipped) + &list("gone", gone);
    for table in &entry.tables {
        text.push_str(&self::table(table));
    }
    text
}

/// A list of tables, one on a line; nothing where there are none.
fn list(key: &str, items: impl Iterator<Item = String>) -> String {
    let items: String = items.map(|item| format!("  {{ {item} }},\n")).collect();
    if items.is_empty() { items } else { format!("{key} = [\n{items}]\n") }
}

fn table(table: &TableIndex) -> String {
    let mut text = format!("\n[[schema.table]]\nname = {}\n", quoted(&table.name));
    let mut put = |key: &str, value: String| text.push_str(&format!("{key} = {value}\n"));
    if let Some(stored_as) = &table.stored_as {
        put("stored_as", quoted(stored_as));
    }
    if table.kind != TableKind::Table {
        put("kind", quoted(kind_word(table.kind)));
    }
    put("path", quoted(&table.path));
    put("lines", lines(table.lines));
    if let Some(since) = &table.since {
        put("since", quoted(since));
    }
    if let Some(origin) = &table.origin {
        put("origin", format!("{{ {} }}", origin_text(origin)));
    }
    if !table.relations.is_empty() {
        put("relations", quoted_list(&table.relations));
    }
    text.push_str(&list("fields", table.fields.iter().filter_map(field)));
    text.push_str(&list("names", names(table)));
    text
}

/// The names of fields of which nothing else is kept, by the pin at which they were first seen.
fn names(table: &TableIndex) -> impl Iterator<Item = String> {
    let mut by_since: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for field in table.fields.iter().filter(|field| field.detail.is_none()) {
        by_since.entry(field.since.as_deref().unwrap_or_default()).or_default().push(field.name.clone());
    }
    by_since.into_iter().map(|(since, names)| format!("since = {}, fields = {}", quoted(since), quoted_list(&names)))
}

fn field(field: &FieldIndex) -> Option<String> {
    let Detail { stored_as, ty, modifiers, content, category, path, lines: at, hash, origin, changed } =
        field.detail.as_ref()?;
    let mut parts = vec![format!("name = {}", quoted(&field.name)), format!("type = {}", quoted(ty))];
    if !modifiers.is_empty() {
        let words: Vec<String> = modifiers.iter().map(|modifier| modifier.word().to_owned()).collect();
        parts.push(format!("modifiers = {}", quoted_list(&words)));
    }
    if *content == Content::Opaque {
        parts.push("opaque = true".to_owned());
    }
    let texts = [("stored_as", stored_as), ("category", category), ("path", path)];
    parts.extend(texts.iter().filter_map(|(key, text)| Some(format!("{key} = {}", quoted(text.as_ref()?)))));
    parts.push(format!("lines = {}", lines(*at)));
    parts.push(format!("hash = {}", quoted(hash)));
    parts.extend(field.since.as_ref().map(|since| format!("since = {}", quoted(since))));
    parts.extend(origin.as_ref().map(|origin| format!("origin = {{ {} }}", origin_text(origin))));
    parts.extend(
        changed.as_ref().map(|it| format!("changed = {{ at = {}, was = {} }}", quoted(&it.at), quoted(&it.was))),
    );
    Some(parts.join(", "))
}

fn origin_text(origin: &Origin) -> String {
    let date = origin.date.map_or_else(String::new, |date| format!(", date = {date}"));
    format!("migration = {}{date}", quoted(&origin.migration))
}

fn lines(lines: Lines) -> String {
    format!("[{}, {}]", lines.first, lines.last)
}

/// What a table is, in the lock's word.
pub(super) fn kind_word(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Table => "table",
        TableKind::View => "view",
        TableKind::Type => "type",
    }
}

/// The beginning of a commit, by which an entry names its pins.
pub(super) fn short(commit: &str) -> String {
    commit.chars().take(SHORT_COMMIT).collect()
}

fn quoted_list(items: &[String]) -> String {
    format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", "))
}

/// A basic string of TOML 1.0.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
