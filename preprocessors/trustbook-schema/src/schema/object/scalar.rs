//! The type of a single value in the words of JSON Schema, and the kind of its content.

use super::super::tree::{TreeNode, word};
use super::super::{FieldContent, Modifier};
use std::collections::BTreeSet;

/// The keys that restrict values. A schema without any of them allows everything, or only describes.
pub(super) const TELLING: &[&str] =
    &["$ref", "type", "properties", "items", "allOf", "oneOf", "anyOf", "enum", "const", "format"];

/// A type in words, with the kind of its content.
#[derive(Debug, Clone)]
pub(super) struct ScalarType {
    pub(super) words: String,
    pub(super) content: FieldContent,
}

/// Returns the type of a value that is neither an object with properties nor a list.
pub(super) fn scalar(schema: TreeNode<'_>) -> ScalarType {
    let types = types(schema);
    let format = schema.text_of("format").filter(|format| !format.is_empty()).map(word);
    let opaque = types.is_empty() || types.contains("object") || types.contains("array") || holds_bytes(schema);
    let mut words = match types.is_empty() {
        true => "any".to_owned(),
        false => types.into_iter().collect::<Vec<_>>().join(" | "),
    };
    if let Some(format) = format {
        words = format!("{words} ({format})");
    }
    ScalarType { words: word(&words), content: if opaque { FieldContent::Opaque } else { FieldContent::Plain } }
}

/// Returns true if the text of a value is bytes or a document of its own.
fn holds_bytes(schema: TreeNode<'_>) -> bool {
    let coded = schema.get("contentEncoding").is_some_and(|coding| coding.text().is_some());
    let document = schema.text_of("contentMediaType").is_some_and(|media| !media.starts_with("text/plain"));
    coded || document || matches!(schema.text_of("format"), Some("binary" | "byte" | "base64" | "base64url"))
}

/// Returns the types that a schema names or implies, without null.
pub(super) fn types(schema: TreeNode<'_>) -> BTreeSet<&str> {
    let named = schema.get("type");
    let mut types: BTreeSet<&str> = named.and_then(TreeNode::text).into_iter().collect();
    types.extend(named.into_iter().flat_map(TreeNode::items).filter_map(TreeNode::text));
    if named.is_none() {
        let shown = schema.get("enum").into_iter().flat_map(TreeNode::items).chain(schema.get("const"));
        types.extend(shown.filter_map(|value| value.scalar_type().map(|word| word as &str)));
        let has = |keys: &[&str]| keys.iter().any(|key| schema.get(key).is_some());
        let by_keys = [
            ("array", has(&["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"])),
            ("number", has(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"])),
            ("object", has(&["properties", "additionalProperties", "patternProperties", "required", "propertyNames"])),
            ("string", has(&["pattern", "format", "minLength", "maxLength", "contentEncoding", "contentMediaType"])),
        ];
        if types.is_empty() {
            types.extend(by_keys.iter().filter(|(_, shown)| *shown).map(|(word, _)| *word));
        }
    }
    types.remove("null");
    types
}

/// Returns true if null is an allowed value.
pub(super) fn nullable(schema: TreeNode<'_>) -> bool {
    let named = schema.get("type");
    let in_type = named
        .is_some_and(|named| named.is_null() || named.items().filter_map(TreeNode::text).any(|word| word == "null"));
    let is_null = named.is_some_and(|named| named.text() == Some("null"));
    let in_list = named.is_some_and(|named| named.items().any(TreeNode::is_null));
    in_type || is_null || in_list || schema.get("nullable").is_some_and(TreeNode::is_true)
}

/// Returns true if null is the only allowed value.
pub(super) fn is_only_null(schema: TreeNode<'_>) -> bool {
    let words_of_null = |node: TreeNode<'_>| node.is_null() || node.text() == Some("null");
    schema.get("type").is_some_and(words_of_null) || schema.get("const").is_some_and(TreeNode::is_null)
}

/// Returns modifiers as a sorted list.
pub(super) fn sorted(modifiers: &BTreeSet<Modifier>) -> Vec<Modifier> {
    modifiers.iter().copied().collect()
}

/// Returns true if a schema restricts values.
pub(super) fn tells(schema: TreeNode<'_>) -> bool {
    TELLING.iter().any(|key| schema.get(key).is_some())
}
