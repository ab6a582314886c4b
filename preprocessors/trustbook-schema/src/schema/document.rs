//! A YAML document as plain values, for callers that look for a single value in it.

use super::SchemaFile;
use super::tree::{self, Notes, TreeNode};
use crate::span::SourceMap;
use serde_json::{Map, Number, Value as Json};

/// Reads the first document of a YAML 1.2 text. Rejects duplicate keys, endless aliases and values that are nested too
/// deeply.
///
/// # Errors
/// The first mistake, with its line.
pub fn document(text: &str) -> Result<Json, String> {
    let mut map = SourceMap::default();
    let file = map.add("document", text);
    let mut notes = Notes::new(SchemaFile { file, path: "document", text });
    let tree = tree::read(text, &mut notes);
    let (mut schema, root) = (super::Schema::default(), tree.root().map(json));
    notes.finish(&mut schema);
    match (schema.problems.first(), root) {
        (Some(problem), _) => {
            let line = map.file(file).position(problem.span.start).line;
            Err(format!("line {line}: {}", problem.what))
        }
        (None, root) => Ok(root.unwrap_or_default()),
    }
}

/// Converts a node to a plain value. The depth is limited by the reader of the tree.
fn json(node: TreeNode<'_>) -> Json {
    if node.is_list() {
        return Json::Array(node.items().map(json).collect());
    }
    if node.is_map() {
        let entries = node.entries().map(|entry| (entry.key.to_owned(), json(entry.node)));
        return Json::Object(entries.collect::<Map<String, Json>>());
    }
    let text = node.text().unwrap_or_default();
    let number = |number: Option<Number>| number.map_or_else(|| Json::String(text.to_owned()), Json::Number);
    match node.scalar_type() {
        None | Some("null") => Json::Null,
        Some("boolean") => Json::Bool(node.is_true()),
        Some("integer") => number(text.parse::<i64>().ok().map(Number::from)),
        Some("number") => number(text.parse::<f64>().ok().and_then(Number::from_f64)),
        Some(_) => Json::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::document;
    use serde_json::json;

    #[test]
    fn values_are_what_they_look_like() {
        let text = "a: 1\nb: [x, 1.5, true, null, '7']\nc:\n  d: &e {f: g}\n  h: *e\n";
        let value = json!({
            "a": 1, "b": ["x", 1.5, true, null, "7"], "c": { "d": { "f": "g" }, "h": { "f": "g" } }
        });
        assert_eq!(document(text), Ok(value));
        assert_eq!(document("{\"a\": \"b\"}"), Ok(json!({ "a": "b" })));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert!(document("a: 1\na: 2\n").unwrap_err().starts_with("line 2: "));
        assert!(document("a: [1\n").is_err());
        assert!(document(&"[".repeat(100_000)).is_err());
        let bomb: String = (1..30).map(|at| format!("a{at}: &a{at} [*a{0}, *a{0}, *a{0}]\n", at - 1)).collect();
        assert!(document(&format!("a0: &a0 [1]\n{bomb}")).is_err());
    }
}
