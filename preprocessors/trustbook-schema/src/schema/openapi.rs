//! OpenAPI 3.0 and 3.1: the schemas of an API, and the input and output of its operations.

mod operation;

use super::object::{Objects, stem, unique_names};
use super::tree::{self, Notes, Top, Tree, TreeNode, short, word};
use super::{Language, Schema, SchemaFile, Table};
use std::collections::BTreeMap;

pub(super) const LANGUAGE: Language = Language {
    name: "openapi",
    endings: &[".json", ".yaml", ".yml"],
    in_folder: None,
    is_it,
    read,
    page: include_str!("openapi.md"),
};

fn is_it(text: &str) -> bool {
    let top = Top::of(text);
    // Swagger 2.0 is recognised as well, to report how to convert it.
    top.has("openapi") || top.has("swagger")
}

fn read(files: &[SchemaFile<'_>]) -> Schema {
    let (mut schema, owned) = tree::each(files, of_file);
    unique_names(owned, &mut schema);
    schema
}

/// Returns the tables of one file, each with the name of the file.
fn of_file(tree: &Tree<'_>, notes: &mut Notes<'_>) -> Vec<(String, Table)> {
    let Some(root) = tree.root() else { return Vec::new() };
    if !is_openapi(root, notes) {
        return Vec::new();
    }
    let schemas = root.get("components").and_then(|components| components.get("schemas"));
    let schemas = schemas.and_then(|schemas| map(schemas, "components.schemas", notes));
    let names = schemas.into_iter().flat_map(TreeNode::entries).map(|entry| (entry.node.id, word(entry.key)));
    let owner = stem(&notes.file()).to_owned();
    let names: BTreeMap<usize, String> = names.collect();
    let mut objects = Objects::new(root, notes, names);
    let mut tables: Vec<Table> = Vec::new();
    for entry in schemas.into_iter().flat_map(TreeNode::entries) {
        tables.extend(objects.table(&word(entry.key), entry.node, &entry.range()));
    }
    for key in ["paths", "webhooks"] {
        let items = root.get(key).and_then(|items| map(items, key, objects.notes()));
        for item in items.into_iter().flat_map(TreeNode::entries) {
            tables.extend(operation::of_path(&mut objects, &item));
        }
    }
    if tables.is_empty() && notes.is_empty() {
        let what = "this file has no schema and no operation with properties".to_owned();
        notes.problem(&(0..0), what, "name the file that has the `components` or the `paths`");
    }
    tables.into_iter().map(|table| (owner.clone(), table)).collect()
}

/// Returns a value if it is an object; reports anything else except null.
fn map<'a>(node: TreeNode<'a>, name: &str, notes: &mut Notes<'_>) -> Option<TreeNode<'a>> {
    if !node.is_map() && !node.is_null() {
        let what = format!("`{}` is {}, not an object", short(name), node.kind());
        notes.problem(&node.range(), what, "write it as keys with their values");
    }
    node.is_map().then_some(node)
}

fn is_openapi(root: TreeNode<'_>, notes: &mut Notes<'_>) -> bool {
    if let Some(swagger) = root.entry("swagger") {
        let what = "this is Swagger 2.0, the predecessor of OpenAPI 3".to_owned();
        notes.problem(&swagger.range(), what, "convert it to OpenAPI 3, for instance with `swagger2openapi`");
        return false;
    }
    let Some(version) = root.entry("openapi") else {
        let what = "the key `openapi` with the version is missing".to_owned();
        notes.problem(&(0..0), what, "write `openapi: 3.1.0`, or name another language");
        return false;
    };
    let given = version.node.text().unwrap_or_default();
    if !given.starts_with("3.") && given != "3" {
        let what = format!("the version `{}` of OpenAPI is unknown", short(given));
        notes.problem(&version.range(), what, "write the description in OpenAPI 3.0 or 3.1");
        return false;
    }
    true
}

#[cfg(test)]
mod tests;
