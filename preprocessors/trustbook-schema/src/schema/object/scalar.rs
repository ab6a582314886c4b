//! The type of a single value in the words of JSON Schema, and the kind of its content.

use super::super::tree::{Node, word};
use super::super::{Content, Modifier};
use std::collections::BTreeSet;

/// The keys that restrict values. A schema without any of them allows everything, or only describes.
pub(super) const TELLING: &[&str] =
    &["$ref", "type", "properties", "items", "allOf", "oneOf", "anyOf", "enum", "const", "format"];

/// A type in words, with the kind of its content.
#[derive(Debug, Clone)]
pub(super) struct Type {
    pub(super) words: String,
    pub(super) content: Content,
}

/// Returns the type of a value that is neither an object with properties nor a list.
pub(super) fn scalar(schema: Node<'_>) -> Type {
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
    Type { words: word(&words), content: if opaque { Content::Opaque } else { Content::Plain } }
}

/// Returns true if the text of a value is bytes or a document of its own.
fn holds_bytes(schema: Node<'_>) -> bool {
    let coded = schema.get("contentEncoding").is_some_and(|coding| coding.text().is_some());
    let document = schema.text_of("contentMediaType").is_some_and(|media| !media.starts_with("text/plain"));
    coded || document || matches!(schema.text_of("format"), Some("binary" | "byte" | "base64" | "base64url"))
}

/// Returns the types that a schema names or implies, without null.
pub(super) fn types(schema: Node<'_>) -> BTreeSet<&str> {
    let named = schema.get("type");
    let mut types: BTreeSet<&str> = named.and_then(Node::text).into_iter().collect();
    types.extend(named.into_iter().flat_map(Node::items).filter_map(Node::text));
    if named.is_none() {
        let shown = schema.get("enum").into_iter().flat_map(Node::items).chain(schema.get("const"));
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
pub(super) fn nullable(schema: Node<'_>) -> bool {
    let named = schema.get("type");
    let in_type =
        named.is_some_and(|named| named.is_null() || named.items().filter_map(Node::text).any(|word| word == "null"));
    let is_null = named.is_some_and(|named| named.text() == Some("null"));
    let in_list = named.is_some_and(|named| named.items().any(Node::is_null));
    in_type || is_null || in_list || schema.get("nullable").is_some_and(Node::is_true)
}

/// Returns true if null is the only allowed value.
pub(super) fn is_only_null(schema: Node<'_>) -> bool {
    let words_of_null = |node: Node<'_>| node.is_null() || node.text() == Some("null");
    schema.get("type").is_some_and(words_of_null) || schema.get("const").is_some_and(Node::is_null)
}

/// Returns modifiers as a sorted list.
pub(super) fn sorted(modifiers: &BTreeSet<Modifier>) -> Vec<Modifier> {
    modifiers.iter().copied().collect()
}

/// Returns true if a schema restricts values.
pub(super) fn tells(schema: Node<'_>) -> bool {
    TELLING.iter().any(|key| schema.get(key).is_some())
}
