//! The lock as text: sorted, with one line for each field, so that a diff shows each change.

use super::source;
use super::text::{list, put, quoted, quoted_list};
use super::{Lock, SHORT_COMMIT, SchemaEntry, VERSION};
use crate::forge::Lines;
use crate::schema::index::{Detail, FieldIndex, TableIndex, hex};
use crate::schema::{FieldContent, Migration, TableKind};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

const HEAD: &str =
    "# What `trustbook refresh` found. It is written by that command only; read it in a diff before you publish.\n";
/// The header line of each schema.
pub(super) const SCHEMA: &str = "[[schema]]";
/// The header line of each table of a schema.
pub(super) const TABLE: &str = "[[schema.table]]";

/// Returns the text of the whole lock.
pub fn text(lock: &Lock) -> String {
    let mut text = format!("{HEAD}version = {VERSION}\n");
    let mut schemas: Vec<&SchemaEntry> = lock.schemas.iter().collect();
    schemas.sort_by(|a, b| a.id.cmp(&b.id));
    for entry in schemas {
        text.extend(["\n", SCHEMA, "\n"]);
        head(&mut text, entry);
        put(&mut text, "seal", &seal(entry));
        lists(&mut text, entry);
        entry.tables.iter().for_each(|it| table(&mut text, it));
    }
    source::write(&mut text, lock);
    text
}

/// Returns the seal of an entry: the SHA-256 of its text as written, in hexadecimal.
pub fn seal(entry: &SchemaEntry) -> String {
    let (mut hash, mut text) = (Sha256::new(), String::new());
    head(&mut text, entry);
    lists(&mut text, entry);
    hash.update(&text);
    // Table by table: the text of a large schema need not be in memory at once.
    for it in entry.tables.iter() {
        text.clear();
        table(&mut text, it);
        hash.update(&text);
    }
    hex(&hash.finalize())
}

fn head(text: &mut String, entry: &SchemaEntry) {
    put(text, "id", &entry.id);
    put(text, "language", &entry.language);
    put(text, "repository", &entry.repository);
    put(text, "path", &entry.path);
    if let Some(track) = &entry.track {
        put(text, "track", track);
    }
    put(text, "commit", &entry.commit);
    let _ = writeln!(text, "checked = {}", entry.checked);
}

fn lists(text: &mut String, entry: &SchemaEntry) {
    list(text, "files", &entry.files, |text, file| {
        pair(text, "path", &file.path);
        next(text, "blob", &file.blob);
        next(text, "sha256", &file.sha256);
    });
    list(text, "pins", &entry.pins, |text, pin| {
        pair(text, "commit", &pin.commit);
        let _ = write!(text, ", on = {}", pin.on);
    });
    list(text, "skipped", &entry.skipped, |text, skipped| {
        pair(text, "path", &skipped.path);
        let _ = write!(text, ", line = {}", skipped.line);
        next(text, "what", &skipped.what);
        if !skipped.tables.is_empty() {
            text.push_str(", tables = ");
            quoted_list(text, skipped.tables.iter().map(String::as_str));
        }
    });
    list(text, "gone", &entry.gone, |text, gone| {
        pair(text, "table", &gone.table);
        if let Some(field) = &gone.field {
            next(text, "field", field);
        }
        next(text, "at", &gone.at);
        next(text, "was", &gone.was);
    });
}

fn table(text: &mut String, table: &TableIndex) {
    text.extend(["\n", TABLE, "\n"]);
    put(text, "name", &table.name);
    if let Some(stored_as) = &table.stored_as {
        put(text, "stored_as", stored_as);
    }
    if table.kind != TableKind::Table {
        put(text, "kind", kind_word(table.kind));
    }
    put(text, "path", &table.path);
    lines(text, table.lines);
    text.push('\n');
    if let Some(since) = &table.since {
        put(text, "since", since);
    }
    if let Some(origin) = &table.origin {
        text.push_str("origin = { ");
        write_origin(text, origin);
        text.push_str(" }\n");
    }
    if !table.relations.is_empty() {
        text.push_str("relations = ");
        quoted_list(text, table.relations.iter().map(String::as_str));
        text.push('\n');
    }
    let detailed = table.fields.iter().filter_map(|it| Some((it, it.detail.as_ref()?)));
    list(text, "fields", detailed, |text, (it, detail)| field(text, it, detail));
    list(text, "names", names(table), |text, (since, names)| {
        pair(text, "since", since);
        text.push_str(", fields = ");
        quoted_list(text, names.into_iter());
    });
}

/// Returns the names of fields without details, by the pin at which they first appeared.
fn names(table: &TableIndex) -> BTreeMap<&str, Vec<&str>> {
    let mut by_since: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for field in table.fields.iter().filter(|field| field.detail.is_none()) {
        by_since.entry(field.since.as_deref().unwrap_or_default()).or_default().push(&field.name);
    }
    by_since
}

fn field(text: &mut String, field: &FieldIndex, detail: &Detail) {
    let Detail { stored_as, ty, modifiers, content, category, path, lines: at, hash, origin, changed } = detail;
    pair(text, "name", &field.name);
    next(text, "type", ty);
    if !modifiers.is_empty() {
        text.push_str(", modifiers = ");
        quoted_list(text, modifiers.iter().map(|modifier| modifier.word()));
    }
    if *content == FieldContent::Opaque {
        text.push_str(", opaque = true");
    }
    for (key, value) in [("stored_as", stored_as), ("category", category), ("path", path)] {
        if let Some(value) = value {
            next(text, key, value);
        }
    }
    text.push_str(", ");
    lines(text, *at);
    next(text, "hash", hash);
    if let Some(since) = &field.since {
        next(text, "since", since);
    }
    if let Some(origin) = origin {
        text.push_str(", origin = { ");
        write_origin(text, origin);
        text.push_str(" }");
    }
    if let Some(changed) = changed {
        text.push_str(", changed = { ");
        pair(text, "at", &changed.at);
        next(text, "was", &changed.was);
        text.push_str(" }");
    }
}

fn write_origin(text: &mut String, origin: &Migration) {
    pair(text, "migration", &origin.migration);
    if let Some(date) = origin.date {
        let _ = write!(text, ", date = {date}");
    }
}

fn lines(text: &mut String, lines: Lines) {
    let _ = write!(text, "lines = [{}, {}]", lines.first, lines.last);
}

fn pair(text: &mut String, key: &str, value: &str) {
    text.push_str(key);
    text.push_str(" = ");
    quoted(text, value);
}

fn next(text: &mut String, key: &str, value: &str) {
    text.push_str(", ");
    pair(text, key, value);
}

/// Returns the word that the lock uses for a kind of table.
pub(super) fn kind_word(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Table => "table",
        TableKind::View => "view",
        TableKind::Type => "type",
    }
}

/// Shortens a commit hash to the form in which entries refer to their pins.
pub(super) fn short(commit: &str) -> String {
    commit.chars().take(SHORT_COMMIT).collect()
}
