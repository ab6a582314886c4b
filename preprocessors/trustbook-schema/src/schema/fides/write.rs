//! Writes a data model with its categories as a Fides dataset.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The maximum depth of nested fields that are written.
const MAX_DEPTH: usize = 40;

/// A dataset to write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dataset<'d> {
    /// The `fides_key`; characters that a key cannot contain become `_`.
    pub key: &'d str,
    /// The name for people.
    pub name: &'d str,
    /// Its collections.
    pub collections: Vec<Collection<'d>>,
}

/// A collection: one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Collection<'d> {
    /// Its name.
    pub name: &'d str,
    /// The purpose of the collection; omitted if empty.
    pub description: &'d str,
    /// The fields. A name with dots is written as nested fields.
    pub fields: Vec<DatasetField<'d>>,
}

/// One field of a collection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatasetField<'d> {
    /// Its name.
    pub name: &'d str,
    /// The purpose of the field; omitted if empty.
    pub description: &'d str,
    /// The type in the words of its language; written if it clearly is one of the six types of Fides.
    pub ty: &'d str,
    /// True if it holds any number of values.
    pub is_list: bool,
    /// True if it is the key of its collection, or a part of it.
    pub is_key: bool,
    /// The categories, as keys of fideslang.
    pub categories: Vec<&'d str>,
}

/// Returns a dataset of fideslang 3.1 as YAML. All text is in double quotes, so that none is read as another type.
pub fn write(dataset: &Dataset<'_>) -> String {
    let mut text = String::from("dataset:\n");
    line(&mut text, "  - fides_key: ", &key(dataset.key));
    line(&mut text, "    name: ", dataset.name);
    list(&mut text, "    collections:", &dataset.collections);
    for collection in &dataset.collections {
        line(&mut text, "      - name: ", collection.name);
        optional(&mut text, "        description: ", collection.description);
        list(&mut text, "        fields:", &collection.fields);
        for level in levels(&collection.fields) {
            write_level(&mut text, &level, 10);
        }
    }
    text
}

/// A field, or a parent of fields.
#[derive(Debug, Default)]
struct Level<'f, 'd> {
    name: &'f str,
    field: Option<&'f DatasetField<'d>>,
    inner: Vec<Level<'f, 'd>>,
    by_name: BTreeMap<&'f str, usize>,
}

/// Nests fields by the parts of their names. A name stays whole if its parts would mean something else.
fn levels<'f, 'd>(fields: &'f [DatasetField<'d>]) -> Vec<Level<'f, 'd>> {
    let names: BTreeSet<&str> = fields.iter().map(|field| field.name).collect();
    let mut top = Level::default();
    for field in fields {
        let parts: Vec<&str> = field.name.split('.').collect();
        let is_below_another = || {
            let ends = field.name.match_indices('.').map(|(at, _)| field.name.get(..at).unwrap_or_default());
            ends.into_iter().any(|before| names.contains(before))
        };
        let is_whole = parts.len() > MAX_DEPTH || parts.contains(&"") || is_below_another();
        let parts = if is_whole { vec![field.name] } else { parts };
        let mut level = &mut top;
        for part in parts {
            let at = *level.by_name.entry(part).or_insert(level.inner.len());
            if at == level.inner.len() {
                level.inner.push(Level { name: part, ..Level::default() });
            }
            let Some(next) = level.inner.get_mut(at) else { break };
            level = next;
        }
        level.field = level.field.or(Some(field));
    }
    top.inner
}

fn write_level(text: &mut String, level: &Level<'_, '_>, indent: usize) {
    let head = |word: &str| format!("{:indent$}{word}", "");
    line(text, &head("- name: "), level.name);
    let Some(field) = level.field else {
        text.push_str(&head("  fields:\n"));
        return level.inner.iter().for_each(|inner| write_level(text, inner, indent + 4));
    };
    optional(text, &head("  description: "), field.description);
    if !field.categories.is_empty() {
        text.push_str(&head("  data_categories:\n"));
        field.categories.iter().for_each(|category| line(text, &head("    - "), category));
    }
    let ty = fides_type(field.ty);
    if ty.is_some() || field.is_key {
        text.push_str(&head("  fides_meta:\n"));
    }
    if field.is_key {
        text.push_str(&head("    primary_key: true\n"));
    }
    if let Some(ty) = ty {
        let brackets = if field.is_list { "[]" } else { "" };
        line(text, &head("    data_type: "), &format!("{ty}{brackets}"));
    }
}

/// Returns the Fides type for a type of a database or of a language, if one matches.
fn fides_type(ty: &str) -> Option<&'static str> {
    let words = ty.to_ascii_lowercase();
    let end = words.find(['(', '<', '?', '[']).unwrap_or(words.len());
    match words.get(..end).unwrap_or_default().trim() {
        "string" | "text" | "varchar" | "char" | "character varying" | "character" | "nvarchar" | "nchar"
        | "citext" | "uuid" | "tinytext" | "mediumtext" | "longtext" => Some("string"),
        "integer" | "int" | "int2" | "int4" | "int8" | "bigint" | "smallint" | "tinyint" | "mediumint" | "int32"
        | "int64" | "serial" | "bigserial" => Some("integer"),
        "float" | "double" | "double precision" | "real" | "float4" | "float8" | "number" => Some("float"),
        "boolean" | "bool" => Some("boolean"),
        "object_id" | "objectid" => Some("object_id"),
        "object" | "json" | "jsonb" => Some("object"),
        _ => None,
    }
}

/// Replaces the characters that fideslang does not allow in a key, `^[a-zA-Z0-9_.<>-]+$`; an empty key becomes
/// `dataset`.
fn key(key: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '<' | '>' | '-');
    let key: String = key.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
    if key.is_empty() { "dataset".to_owned() } else { key }
}

fn line(text: &mut String, head: &str, value: &str) {
    text.push_str(head);
    quoted(text, value);
    text.push('\n');
}

fn optional(text: &mut String, head: &str, value: &str) {
    if !value.is_empty() {
        line(text, head, value);
    }
}

/// Writes the head of a list; an empty list ends there.
fn list<T>(text: &mut String, head: &str, items: &[T]) {
    text.push_str(head);
    text.push_str(if items.is_empty() { " []\n" } else { "\n" });
}

/// Writes text in double quotes (YAML 1.2.2, section 7.3.1), and escapes unprintable characters.
fn quoted(text: &mut String, value: &str) {
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            c if is_printable(c) => text.push(c),
            c if u32::from(c) <= 0xffff => drop(write!(text, "\\u{:04x}", u32::from(c))),
            c => drop(write!(text, "\\U{:08x}", u32::from(c))),
        }
    }
    text.push('"');
}

/// Returns true if YAML accepts a character as it is, and no editor breaks a line at it or hides it.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}')
}
