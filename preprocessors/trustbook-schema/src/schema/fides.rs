//! Fides datasets: collections and fields with their data categories, read and written.

mod write;

pub use write::{Collection, Dataset, DatasetField, write};

use super::object::{Fields, stem, unique_names};
use super::tree::{self, Notes, Top, Tree, TreeNode, short, word};
use super::{Field, FieldContent, Language, Modifier, Schema, SchemaFile, Table, TableKind};
use std::collections::BTreeSet;

pub(super) const LANGUAGE: Language = Language {
    name: "fides",
    endings: &[".yaml", ".yml"],
    in_folder: None,
    is_it,
    read,
    page: include_str!("fides.md"),
};

/// The maximum depth of nested fields.
const MAX_DEPTH: usize = 48;
/// The longest name of a field with the names of its parents, in bytes.
const MAX_NAME: usize = 1000;
/// The type of a field that declares none.
const NO_TYPE: &str = "unspecified";

fn is_it(text: &str) -> bool {
    Top::of(text).has("dataset")
}

fn read(files: &[SchemaFile<'_>]) -> Schema {
    let (mut schema, mut owned) = tree::each(files, of_file);
    let keys: BTreeSet<&str> = owned.iter().map(|(key, _)| key.as_str()).collect();
    if keys.len() > 1 {
        owned.iter_mut().for_each(|(key, table)| table.name = format!("{key}.{}", table.name));
    }
    unique_names(owned, &mut schema);
    schema
}

/// Returns the collections of one file, each with the key of its dataset.
fn of_file(tree: &Tree<'_>, notes: &mut Notes<'_>) -> Vec<(String, Table)> {
    let Some(root) = tree.root() else { return Vec::new() };
    let Some(datasets) = root.get("dataset") else {
        let what = "the key `dataset` is missing".to_owned();
        notes.problem(&(0..0), what, "write `dataset:` with a list of datasets below it");
        return Vec::new();
    };
    let mut tables = Vec::new();
    for dataset in listed(Some(datasets), "dataset", notes) {
        let key = dataset.text_of("fides_key").map_or_else(|| stem(&notes.file()).to_owned(), word);
        let inherited = categories(dataset, notes);
        let collections = dataset.get("collections");
        if collections.is_none() {
            let what = format!("the dataset `{key}` has no `collections`");
            notes.problem(&dataset.range(), what, "write a list of collections");
        }
        for collection in listed(collections, "collections", notes) {
            let Some(name) = name_of(collection, "collection", notes) else { continue };
            tables.push((key.clone(), table(&name, collection, inherited.clone(), notes)));
        }
    }
    tables
}

fn table(name: &str, collection: TreeNode<'_>, inherited: Option<String>, notes: &mut Notes<'_>) -> Table {
    let inherited = categories(collection, notes).or(inherited);
    let mut fields = Fields::default();
    for field in listed(collection.get("fields"), "fields", notes) {
        let around = FieldContext { prefix: "", category: inherited.clone(), is_list: false, depth: 0 };
        add_field(field, &around, &mut fields, notes);
    }
    Table {
        name: word(name),
        stored_as: None,
        kind: TableKind::Table,
        span: notes.span(&collection.range()),
        fields: fields.into_list(),
        relations: Vec::new(),
        origin: None,
    }
}

/// The context that a field takes from its parents.
struct FieldContext<'p> {
    prefix: &'p str,
    category: Option<String>,
    is_list: bool,
    depth: usize,
}

fn add_field(node: TreeNode<'_>, around: &FieldContext<'_>, fields: &mut Fields, notes: &mut Notes<'_>) {
    let Some(own) = name_of(node, "field", notes) else { return };
    let name = if around.prefix.is_empty() { own } else { format!("{}.{own}", around.prefix) };
    if name.len() > MAX_NAME || around.depth > MAX_DEPTH {
        let what = format!("the name of the field `{}` is too long, or nested too deep", short(&name));
        return notes.problem(&node.range(), what, "write a shorter name, or nest the fields less deep");
    }
    let meta = node.get("fides_meta").or_else(|| node.get("fidesops_meta"));
    let ty = meta.and_then(|meta| meta.text_of("data_type")).unwrap_or(NO_TYPE);
    let base = ty.strip_suffix("[]").unwrap_or(ty);
    let is_list = around.is_list || base.len() < ty.len();
    let category = categories(node, notes).or_else(|| around.category.clone());
    let inner: Vec<TreeNode<'_>> = listed(node.get("fields"), "fields", notes);
    if !inner.is_empty() {
        let around = FieldContext { prefix: &name, category, is_list, depth: around.depth + 1 };
        return inner.into_iter().for_each(|field| add_field(field, &around, fields, notes));
    }
    if fields.has(&name) {
        let what = format!("the field `{}` appears twice", short(&name));
        return notes.problem(&node.range(), what, "remove one of the two");
    }
    let is_key = meta.and_then(|meta| meta.get("primary_key")).is_some_and(TreeNode::is_true);
    let leads = meta.and_then(|meta| meta.get("references")).is_some_and(|list| list.items().next().is_some());
    let said = [(Modifier::Id, is_key), (Modifier::List, is_list), (Modifier::Reference, leads)];
    fields.add(Field {
        name,
        stored_as: None,
        ty: word(base),
        modifiers: said.iter().filter(|(_, is_so)| *is_so).map(|(modifier, _)| *modifier).collect(),
        content: if base == "object" { FieldContent::Opaque } else { FieldContent::Plain },
        category,
        span: notes.span(&node.range()),
        origin: None,
    });
}

/// Returns the category of a dataset, a collection or a field: the first one, if there are several.
fn categories(node: TreeNode<'_>, notes: &mut Notes<'_>) -> Option<String> {
    let list = node.get("data_categories")?;
    let all: Vec<&str> = list.items().filter_map(TreeNode::text).chain(list.text()).collect();
    let first = all.first().map(|first| word(first));
    if let (Some(first), true) = (&first, all.len() > 1) {
        let what = format!("`{first}` is the first of {} categories, and the others are ignored", all.len());
        notes.skip(&list.range(), what, "put the category first that pages are to show");
    }
    first
}

/// Returns the items of a list, if it is present; reports anything else.
fn listed<'a>(list: Option<TreeNode<'a>>, name: &str, notes: &mut Notes<'_>) -> Vec<TreeNode<'a>> {
    if let Some(list) = list.filter(|list| !list.is_list() && !list.is_null()) {
        let what = format!("`{name}` is {}, not a list", list.kind());
        notes.problem(&list.range(), what, "write each item after a `-`");
    }
    list.into_iter().flat_map(TreeNode::items).collect()
}

fn name_of(node: TreeNode<'_>, kind: &str, notes: &mut Notes<'_>) -> Option<String> {
    let name = node.text_of("name").filter(|name| !name.is_empty());
    if name.is_none() {
        notes.problem(&node.range(), format!("a {kind} has no `name`"), "write `name:` and what it is called");
    }
    if let Some(name) = name.filter(|name| name.len() > MAX_NAME) {
        let what = format!("the name of the {kind} `{}` is longer than {MAX_NAME} bytes", short(name));
        notes.problem(&node.range(), what, "write a shorter name");
        return None;
    }
    name.map(str::to_owned)
}

#[cfg(test)]
mod tests;
