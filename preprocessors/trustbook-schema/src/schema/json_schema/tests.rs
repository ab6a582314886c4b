//! Tests of valid and invalid schemas.

use super::super::seen::{example, read, seen};
use super::*;

fn json(text: &str) -> Vec<String> {
    seen("json-schema", text)
}

#[test]
fn the_example_is_read() {
    assert_eq!(
        json(example("json-schema")),
        [
            "Customer Type 1-28",
            "  id: string (uuid) 8-8",
            "  email: string @user.contact.email 9-9",
            "  password: string optional write-only 10-10",
            "  address.street: string optional @user.contact.address.street 15-15",
            "  address.country: string default optional 16-16",
            "  orders: Order list optional 19-19",
            "  notes: object optional opaque 20-20",
            "Order Type 23-26",
            "  total: number optional 25-25",
        ]
    );
}

#[test]
fn only_schemas_are_recognised() {
    assert!(is_it(example("json-schema")));
    assert!(is_it("$schema: http://json-schema.org/draft-07/schema#\ntype: object\n"));
    assert!(is_it("{\"properties\": {}}"));
    assert!(!is_it("{\"$schema\": \"https://json.schemastore.org/package.json\", \"properties\": {}}"));
    assert!(!is_it("{\"openapi\": \"3.1.0\", \"definitions\": {}}"));
    assert!(!is_it("{\"swagger\": \"2.0\", \"definitions\": {}}"));
    assert!(!is_it("{\"name\": {\"properties\": {}}}") && !is_it("") && !is_it("[]"));
}

#[test]
fn the_root_has_a_name() {
    let name = |text| read("json-schema", &[("a/b.schema.json", text)]).0.tables[0].name.clone();
    assert_eq!(name("{\"$id\": \"https://x/y/user.schema.json#\", \"properties\": {\"a\": {}}}"), "user");
    assert_eq!(name("{\"properties\": {\"a\": {}}}"), "b");
}

#[test]
fn names_are_told_apart_by_their_roots() {
    let text =
        |title: &str| format!("{{\"title\": \"{title}\", \"$defs\": {{\"A\": {{\"properties\": {{\"x\": {{}}}}}}}}}}");
    let (one, two) = (text("One"), text("Two"));
    let names = |files: &[(&str, &str)]| {
        let (schema, _) = read("json-schema", files);
        (schema.tables.into_iter().map(|table| table.name).collect::<Vec<_>>(), schema.problems.len())
    };
    assert_eq!(names(&[("1.json", &one), ("2.json", &two)]), (vec!["One.A".to_owned(), "Two.A".to_owned()], 0));
    assert_eq!(names(&[("1.json", &one), ("2.json", &one)]), (vec!["One.A".to_owned()], 1));
}

#[test]
fn what_is_no_schema_is_told_of() {
    assert_eq!(json("[1]"), ["! 1-1 the top level is a list, not a schema"]);
    assert_eq!(json("{\"openapi\": \"3.0.0\"}"), ["! 1-1 `openapi` is a key of OpenAPI, not of JSON Schema"]);
    assert_eq!(json("{\"type\": \"string\"}"), ["! 1-1 this schema has no object with properties"]);
    assert_eq!(json("{\"$defs\": []}"), ["! 1-1 `$defs` is a list, not an object"]);
    assert_eq!(
        json(
            "$schema: http://json-schema.org/draft-03/schema#\ntitle: T\nproperties:\n  a: [x]\n  b:\n    type: string\n"
        ),
        [
            "T Type 1-6",
            "  b: string optional 5-6",
            "! 1-1 the draft `http://json-schema.org/draft-03/schema#` is unknown, and is read as 2020-12",
            "! 4-4 the schema of a property is a list, not an object",
        ]
    );
}
