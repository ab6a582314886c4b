//! One operation: a type for its input, and one for each response without a named schema.

use super::super::object::{Fields, Objects, PropertyContext, category_of};
use super::super::tree::{TreeEntry, TreeNode, word};
use super::super::{Modifier, Table};
use std::collections::BTreeSet;

/// The methods that an operation can have (OpenAPI 3.1.1, section 4.8.9; 3.2 adds `query`).
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Returns the tables of all operations of one path.
pub(super) fn of_path<'a>(objects: &mut Objects<'a, '_, '_>, path: &TreeEntry<'a>) -> Vec<Table> {
    let Some(item) = objects.followed(path.node) else { return Vec::new() };
    if super::map(item, path.key, objects.notes()).is_none() {
        return Vec::new();
    }
    let mut tables = Vec::new();
    for operation in item.entries().filter(|entry| METHODS.contains(&entry.key)) {
        if super::map(operation.node, operation.key, objects.notes()).is_none() {
            continue;
        }
        // The ids of operations and the names of schemas are two name spaces.
        let id = operation.node.text_of("operationId").filter(|id| !id.is_empty() && !objects.has_schema(id)).map(word);
        let name = id.unwrap_or_else(|| format!("{} {}", operation.key.to_ascii_uppercase(), word(path.key)));
        tables.extend(request(objects, &name, item, &operation));
        tables.extend(responses(objects, &name, operation.node));
    }
    tables
}

/// Returns the input of an operation: its parameters, and its body unless that is a named schema.
fn request<'a>(
    objects: &mut Objects<'a, '_, '_>,
    name: &str,
    item: TreeNode<'a>,
    operation: &TreeEntry<'a>,
) -> Option<Table> {
    let mut fields = Fields::default();
    let mut relations = BTreeSet::new();
    // Parameters of the operation override those of the path with the same name and place.
    let mut seen = BTreeSet::new();
    for list in [operation.node.get("parameters"), item.get("parameters")].into_iter().flatten() {
        for given in list.items() {
            let Some(parameter) = objects.followed(given) else { continue };
            let Some(called) = parameter.text_of("name") else {
                let what = "a parameter has no `name`".to_owned();
                objects.notes().problem(&parameter.range(), what, "name the parameter");
                continue;
            };
            let place = parameter.text_of("in").unwrap_or_default();
            if seen.insert((called, place)) {
                let called = if fields.has(called) { format!("{place}.{called}") } else { called.to_owned() };
                add_parameter(objects, &called, parameter, &mut fields);
            }
        }
    }
    if let Some(body) = operation.node.get("requestBody").and_then(|body| objects.followed(body)) {
        for schema in contents(body) {
            let mut inner = Fields::default();
            relations.append(&mut add_body(objects, schema, &mut inner));
            for mut field in inner.into_list() {
                if fields.has(&field.name) && seen.iter().any(|(called, _)| *called == field.name) {
                    field.name = format!("body.{}", field.name);
                }
                fields.add(field);
            }
        }
    }
    (!fields.is_empty()).then(|| objects.table_of(name, fields, relations, &operation.range()))
}

/// Returns the responses of an operation, except those with a named schema.
fn responses<'a>(objects: &mut Objects<'a, '_, '_>, name: &str, operation: TreeNode<'a>) -> Vec<Table> {
    let mut tables = Vec::new();
    let Some(responses) = operation.get("responses").and_then(|it| super::map(it, "responses", objects.notes())) else {
        return tables;
    };
    for response in responses.entries() {
        let Some(node) = objects.followed(response.node) else { continue };
        let mut fields = Fields::default();
        let mut relations = BTreeSet::new();
        for schema in contents(node) {
            relations.append(&mut add_body(objects, schema, &mut fields));
        }
        if !fields.is_empty() {
            let name = format!("{name} {}", word(response.key));
            tables.push(objects.table_of(&name, fields, relations, &response.range()));
        }
    }
    tables
}

fn add_parameter<'a>(objects: &mut Objects<'a, '_, '_>, name: &str, parameter: TreeNode<'a>, fields: &mut Fields) {
    let mut around = PropertyContext { category: category_of(parameter), ..PropertyContext::default() };
    if !parameter.get("required").is_some_and(TreeNode::is_true) {
        around.modifiers.insert(Modifier::Optional);
    }
    let schemas = parameter.get("schema").into_iter().chain(contents(parameter));
    for schema in schemas {
        objects.property(schema, &parameter.range(), name, &around, fields);
    }
}

/// Returns the schemas of a body, for all its media types.
fn contents(node: TreeNode<'_>) -> impl Iterator<Item = TreeNode<'_>> {
    let content = node.get("content").into_iter().flat_map(TreeNode::entries);
    content.filter_map(|media| media.node.get("schema"))
}

/// Adds the fields of a body. A body that is not an object is one field named `body`.
fn add_body<'a>(objects: &mut Objects<'a, '_, '_>, schema: TreeNode<'a>, fields: &mut Fields) -> BTreeSet<String> {
    let mut inner = Fields::default();
    let relations = objects.inside(schema, &mut inner);
    if inner.is_empty() && relations.is_empty() {
        objects.property(schema, &schema.range(), "body", &PropertyContext::default(), &mut inner);
    }
    inner.into_list().into_iter().for_each(|field| fields.add(field));
    relations
}
