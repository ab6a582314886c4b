//! The `schema.json` of tbls, which the tool writes from a database.

use super::object::{Fields, stem, unique_names};
use super::tree::{self, Notes, Top, Tree, TreeNode, short, word};
use super::{Field, Language, Modifier, Schema, SchemaFile, Table, TableKind, category_in, sql_types};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const LANGUAGE: Language =
    Language { name: "tbls", endings: &[".json"], in_folder: None, is_it, read, page: include_str!("tbls.md") };

fn is_it(text: &str) -> bool {
    let top = Top::of(text);
    top.has("tables") && (top.has("driver") || top.has("relations"))
}

fn read(files: &[SchemaFile<'_>]) -> Schema {
    let (mut schema, owned) = tree::each(files, of_file);
    unique_names(owned, &mut schema);
    schema
}

/// Returns the tables of one file, each with the name of its database.
fn of_file(tree: &Tree<'_>, notes: &mut Notes<'_>) -> Vec<(String, Table)> {
    let Some(root) = tree.root() else { return Vec::new() };
    let Some(list) = root.get("tables").filter(|list| list.is_list()) else {
        let at = root.get("tables").map_or(0..0, TreeNode::range);
        notes.problem(&at, "`tables` is not a list".to_owned(), "write the file with `tbls out -t json`");
        return Vec::new();
    };
    let database = root.text_of("name").filter(|name| !name.is_empty()).map(word);
    let database = database.unwrap_or_else(|| stem(&notes.file()).to_owned());
    let mut said = relations(root);
    let mut tables = Vec::new();
    for node in list.items() {
        let Some(name) = node.text_of("name") else {
            let what = "a table has no `name`".to_owned();
            notes.problem(&node.range(), what, "write the file with `tbls out -t json`");
            continue;
        };
        let mut known = said.remove(name).unwrap_or_default();
        constraints(node, &mut known);
        tables.push((database.clone(), table(name, node, &known, notes)));
    }
    tables
}

/// The modifiers of the columns of a table, by the names of the columns.
type ColumnModifiers<'a> = BTreeMap<&'a str, BTreeSet<Modifier>>;

/// Returns the columns that refer to other tables, by table.
fn relations<'a>(root: TreeNode<'a>) -> BTreeMap<&'a str, ColumnModifiers<'a>> {
    let mut said: BTreeMap<&str, ColumnModifiers<'_>> = BTreeMap::new();
    for relation in root.get("relations").into_iter().flat_map(TreeNode::items) {
        let columns = relation.get("columns").into_iter().flat_map(TreeNode::items).filter_map(TreeNode::text);
        let of_table = said.entry(relation.text_of("table").unwrap_or_default()).or_default();
        columns.for_each(|column| {
            of_table.entry(column).or_default().insert(Modifier::Reference);
        });
    }
    said
}

/// Adds the modifiers that follow from constraints and indexes.
fn constraints<'a>(table: TreeNode<'a>, said: &mut ColumnModifiers<'a>) {
    let lists = ["constraints", "indexes"].iter().filter_map(|key| table.get(key));
    // The index of a primary key adds nothing.
    let is_key =
        |said: &ColumnModifiers<'_>, column: &str| said.get(column).is_some_and(|of| of.contains(&Modifier::Id));
    for constraint in lists.flat_map(TreeNode::items) {
        let columns = constraint.get("columns").into_iter().flat_map(TreeNode::items).filter_map(TreeNode::text);
        let columns: Vec<&str> = columns.collect();
        let kind = constraint.text_of("type").unwrap_or_default().to_ascii_uppercase();
        let definition = constraint.text_of("def").unwrap_or_default().to_ascii_uppercase();
        // An index has no type; one with a condition applies to only some of the rows.
        let is_unique = kind.contains("UNIQUE")
            || (kind.is_empty() && definition.contains("UNIQUE") && !definition.contains(" WHERE "));
        let modifier = match columns.len() {
            _ if kind.contains("PRIMARY") => Modifier::Id,
            _ if kind.contains("FOREIGN") => Modifier::Reference,
            1 if is_unique => Modifier::Unique,
            _ => continue,
        };
        for column in columns {
            if modifier == Modifier::Unique && is_key(said, column) {
                continue;
            }
            said.entry(column).or_default().insert(modifier);
        }
    }
}

fn table(name: &str, node: TreeNode<'_>, said: &ColumnModifiers<'_>, notes: &mut Notes<'_>) -> Table {
    let kind = node.text_of("type").unwrap_or_default().to_ascii_uppercase();
    let mut fields = Fields::default();
    let columns = node.get("columns");
    if let Some(columns) = columns.filter(|columns| !columns.is_list() && !columns.is_null()) {
        let what = format!("`columns` of `{}` is {}, not a list", short(name), columns.kind());
        notes.problem(&columns.range(), what, "write the file with `tbls out -t json`");
    }
    for column in columns.into_iter().flat_map(TreeNode::items) {
        let Some(called) = column.text_of("name").filter(|called| !called.is_empty()) else {
            let what = format!("a column of `{}` has no `name`", short(name));
            notes.problem(&column.range(), what, "write the file with `tbls out -t json`");
            continue;
        };
        if fields.has(called) {
            let what = format!("the column `{}` of `{}` appears twice", short(called), short(name));
            notes.problem(&column.range(), what, "write the file with `tbls out -t json`");
            continue;
        }
        fields.add(field(called, column, said.get(called), notes));
    }
    Table {
        name: word(name),
        stored_as: None,
        kind: if kind.contains("VIEW") { TableKind::View } else { TableKind::Table },
        span: notes.span(&node.range()),
        fields: fields.into_list(),
        relations: Vec::new(),
        origin: None,
    }
}

fn field(name: &str, column: TreeNode<'_>, said: Option<&BTreeSet<Modifier>>, notes: &Notes<'_>) -> Field {
    let mut modifiers = said.cloned().unwrap_or_default();
    let (ty, is_list) = sql_types::without_list(column.text_of("type").unwrap_or_default());
    let extra = column.text_of("extra_def").unwrap_or_default().to_ascii_uppercase();
    let found = [
        (Modifier::Default, column.get("default").is_some_and(|default| !default.is_null())),
        (Modifier::Generated, extra.contains("GENERATED") && !extra.contains("DEFAULT_GENERATED")),
        (Modifier::List, is_list),
        (Modifier::Optional, column.get("nullable").is_some_and(TreeNode::is_true)),
    ];
    modifiers.extend(found.iter().filter(|(_, is_so)| *is_so).map(|(modifier, _)| *modifier));
    Field {
        name: word(name),
        stored_as: None,
        ty: word(ty),
        modifiers: modifiers.into_iter().collect(),
        content: sql_types::content(ty),
        category: column.text_of("comment").and_then(category_in).map(|category| word(&category)),
        span: notes.span(&column.range()),
        origin: None,
    }
}

#[cfg(test)]
mod tests;
