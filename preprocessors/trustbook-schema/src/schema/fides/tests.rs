//! Tests of datasets, read and written.

use super::super::seen::{example, read, seen};
use super::*;

#[test]
fn the_example_is_read() {
    assert_eq!(
        seen("fides", example("fides")),
        [
            "users Table 5-25",
            "  id: integer id @user.unique_id 8-12",
            "  address.street: unspecified list @user.contact.address.street 18-19",
            "  address.country: string list @user.contact.address 20-22",
            "  extra: object opaque 23-25",
            "? 19-19 `user.contact.address.street` is the first of 2 categories, and the others are ignored",
        ]
    );
}

#[test]
fn only_datasets_are_recognised() {
    assert!(is_it(example("fides")) && is_it("system: []\ndataset:\n- fides_key: a\n"));
    assert!(!is_it("datasets: []\n") && !is_it("a:\n  dataset: []\n") && !is_it(""));
}

#[test]
fn several_datasets_are_told_apart() {
    let text = |key: &str| {
        format!(
            "dataset:\n- fides_key: {key}\n  data_categories: [user]\n  collections:\n  - {{name: t, fields: [{{name: a}}]}}\n"
        )
    };
    let (one, two) = (text("one"), text("two"));
    let (schema, _) = read("fides", &[("1.yml", &one), ("2.yml", &two)]);
    let names: Vec<&str> = schema.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["one.t", "two.t"]);
    assert_eq!(schema.tables[0].fields[0].category.as_deref(), Some("user"));
}

#[test]
fn what_is_no_dataset_is_told_of() {
    assert_eq!(seen("fides", "a: 1\n"), ["! 1-1 the key `dataset` is missing"]);
    assert_eq!(seen("fides", "dataset: {}\n"), ["! 1-1 `dataset` is an object, not a list"]);
    let text = "dataset:\n- fides_key: a\n- collections:\n  - fields: []\n  - name: t\n    fields:\n    - name: a\n    - name: a\n    - {}\n    - name: b\n      fields: x\n";
    assert_eq!(
        seen("fides", text),
        [
            "t Table 5-11",
            "  a: unspecified 7-7",
            "  b: unspecified 10-11",
            "! 2-2 the dataset `a` has no `collections`",
            "! 4-4 a collection has no `name`",
            "! 8-8 the field `a` appears twice",
            "! 9-9 a field has no `name`",
            "! 11-11 `fields` is a single value, not a list",
        ]
    );
    let deep: String = (0..60).map(|n| format!("{0}- name: a\n{0}  fields:\n", "  ".repeat(n + 2))).collect();
    let deep = format!("dataset:\n- collections:\n  - name: t\n    fields:\n{deep}");
    assert!(seen("fides", &deep).iter().any(|line| line.contains("nested too deep")));
}

#[test]
fn what_is_written_is_read_as_it_was() {
    let hostile = [
        "a: b",
        "no",
        "12",
        "\"q\"",
        "it's",
        "x\ny",
        "ключ\u{2028}",
        "- #",
        "😀\u{feff}\u{7}",
        " ",
        "{a}",
        "<<",
        "a\\",
        "~",
    ];
    let fields: Vec<DatasetField<'_>> = hostile
        .iter()
        .enumerate()
        .map(|(at, name)| DatasetField {
            name,
            description: name,
            ty: ["string", "integer", "float", "boolean", "object_id"][at % 5],
            is_list: at % 2 == 0,
            is_key: at % 3 == 0,
            categories: vec!["user.name"],
        })
        .collect();
    let collections: Vec<Collection<'_>> =
        hostile.iter().map(|name| Collection { name, description: "", fields: fields.clone() }).collect();
    let text = write(&Dataset { key: "a key/ñ", name: "no", collections: collections.clone() });
    let (schema, _) = read("fides", &[("a.yml", &text)]);
    assert!(schema.problems.is_empty() && schema.skipped.is_empty(), "{:?}", schema.problems);
    assert_eq!(schema.tables.len(), collections.len());
    assert!(text.starts_with("dataset:\n  - fides_key: \"a_key__\"\n"));
    for (table, collection) in schema.tables.iter().zip(&collections) {
        assert_eq!(table.name, word(collection.name));
        assert_eq!(table.fields.len(), fields.len());
        for (field, given) in table.fields.iter().zip(&fields) {
            assert_eq!((field.name.as_str(), field.ty.as_str()), (given.name, given.ty));
            assert_eq!(field.category.as_deref(), Some("user.name"));
            assert_eq!(field.modifiers.contains(&Modifier::List), given.is_list);
            assert_eq!(field.modifiers.contains(&Modifier::Id), given.is_key);
        }
    }
}

#[test]
fn names_with_dots_are_fields_in_fields() {
    let names = ["a.b", "x", "x.y", "a.c.d", "..", "a.e"];
    let fields = names.iter().map(|name| DatasetField { name, ..DatasetField::default() }).collect();
    let collections = vec![Collection { name: "t", description: "", fields }];
    let text = write(&Dataset { key: "k", name: "n", collections });
    assert!(text.contains("- name: \"a\"\n            fields:\n              - name: \"b\"\n"), "{text}");
    let (schema, _) = read("fides", &[("a.yml", &text)]);
    let read: Vec<&str> = schema.tables[0].fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(read, ["a.b", "a.c.d", "a.e", "x", "x.y", ".."]);
}

#[test]
fn types_are_written_only_where_fides_knows_them() {
    let field = |ty| DatasetField { name: ty, ty, ..DatasetField::default() };
    let collections = vec![Collection {
        name: "t",
        fields: vec![field("varchar(20)"), field("bytea"), field("Int?")],
        ..Collection::default()
    }];
    let text = write(&Dataset { key: "k", name: "n", collections });
    assert_eq!(text.matches("data_type: ").count(), 2);
    assert!(text.contains("\"string\"") && text.contains("\"integer\""));
    assert_eq!(
        write(&Dataset::default()),
        "dataset:\n  - fides_key: \"dataset\"\n    name: \"\"\n    collections: []\n"
    );
}

#[test]
fn a_name_that_is_too_long_is_reported() {
    let long = "x".repeat(1001);
    for (collection, field) in [(long.as_str(), "a"), ("c", long.as_str())] {
        let text = format!(
            "dataset:\n  - fides_key: d\n    collections:\n      - name: {collection}\n        fields:\n          - name: {field}\n"
        );
        let told: Vec<String> = seen("fides", &text).into_iter().filter(|line| line.starts_with('!')).collect();
        assert!(told.len() == 1 && told[0].contains("is longer than 1000 bytes"), "{told:?}");
    }
}
