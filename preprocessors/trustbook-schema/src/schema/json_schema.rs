//! JSON Schema, drafts 4 to 2020-12: the root and its definitions, each with its properties.

use super::object::{Objects, last_word, stem, unique_names};
use super::tree::{self, Notes, Top, Tree, TreeNode, short, word};
use super::{Language, Schema, SchemaFile, Table};
use std::collections::BTreeMap;

pub(super) const LANGUAGE: Language = Language {
    name: "json-schema",
    endings: &[".json", ".yaml", ".yml"],
    in_folder: None,
    is_it,
    read,
    page: include_str!("json_schema.md"),
};

/// The keys that hold definitions: from draft 2019-09 on, and before it.
const DEFINITIONS: &[&str] = &["$defs", "definitions"];
/// The drafts that are read, as they appear in `$schema`.
const DRAFTS: &[&str] = &["draft-04", "draft-06", "draft-07", "2019-09", "2020-12", "org/schema"];

fn is_it(text: &str) -> bool {
    let top = Top::of(text);
    if ["openapi", "swagger", "asyncapi"].iter().any(|key| top.has(key)) {
        return false;
    }
    match top.value("$schema") {
        // Files of all kinds name the schema that they follow, but only a schema names one of these.
        Some(schema) => schema.contains("json-schema.org/"),
        None => ["$defs", "definitions", "properties"].iter().any(|key| top.has(key)),
    }
}

fn read(files: &[SchemaFile<'_>]) -> Schema {
    let (mut schema, owned) = tree::each(files, of_file);
    unique_names(owned, &mut schema);
    schema
}

/// Returns the tables of one file, each with the name of its root.
fn of_file(tree: &Tree<'_>, notes: &mut Notes<'_>) -> Vec<(String, Table)> {
    let Some(root) = tree.root() else { return Vec::new() };
    if !is_schema(root, notes) {
        return Vec::new();
    }
    let root_name = root_name(root, &notes.file());
    let mut names = BTreeMap::from([(root.id, root_name.clone())]);
    let mut definitions = Vec::new();
    for key in DEFINITIONS {
        let Some(map) = root.get(key) else { continue };
        if !map.is_map() {
            let what = format!("`{key}` is {}, not an object", map.kind());
            notes.problem(&map.range(), what, "write each definition as a key with its schema");
        }
        for entry in map.entries() {
            // A bundle uses the addresses of schemas as keys.
            let name = if entry.key.contains('/') { last_word(entry.key) } else { word(entry.key) };
            names.insert(entry.node.id, name.clone());
            definitions.push((name, entry));
        }
    }
    let mut objects = Objects::new(root, notes, names);
    let mut tables = Vec::new();
    tables.extend(objects.table(&root_name, root, &root.range()));
    for (name, entry) in definitions {
        tables.extend(objects.table(&name, entry.node, &entry.range()));
    }
    if tables.is_empty() && notes.is_empty() {
        let what = "this schema has no object with properties".to_owned();
        notes.problem(&(0..0), what, "name a file whose root or definitions have `properties`");
    }
    tables.into_iter().map(|table| (root_name.clone(), table)).collect()
}

fn is_schema(root: TreeNode<'_>, notes: &mut Notes<'_>) -> bool {
    if !root.is_map() {
        let what = format!("the top level is {}, not a schema", root.kind());
        notes.problem(&(0..0), what, "write the schema as an object");
        return false;
    }
    if let Some(entry) = ["openapi", "swagger"].iter().find_map(|key| root.entry(key)) {
        let what = format!("`{}` is a key of OpenAPI, not of JSON Schema", entry.key);
        notes.problem(&entry.key_range, what, "name the language `openapi`");
        return false;
    }
    if let Some(entry) = root.entry("$schema")
        && let Some(draft) = entry.node.text()
        && draft.contains("json-schema.org/")
        && !DRAFTS.iter().any(|known| draft.contains(known))
    {
        let what = format!("the draft `{}` is unknown, and is read as 2020-12", short(draft));
        notes.problem(&entry.range(), what, "write the schema in a draft from 4 to 2020-12");
    }
    true
}

/// Returns the name of a schema: its title, the end of its address, or the name of its file.
fn root_name(root: TreeNode<'_>, file: &SchemaFile<'_>) -> String {
    let title = root.text_of("title").map(str::trim).filter(|title| !title.is_empty()).map(word);
    let id = || ["$id", "id"].iter().find_map(|key| root.text_of(key)).map(last_word).filter(|name| !name.is_empty());
    title.or_else(id).unwrap_or_else(|| stem(file).to_owned())
}

#[cfg(test)]
mod tests;
