//! Tests of files that tbls writes, and of files that it never writes.

use super::super::seen::{example, seen};
use super::*;

#[test]
fn the_example_is_read() {
    assert_eq!(
        seen("tbls", example("tbls")),
        [
            "public.users Table 4-18",
            "  id: integer default id 8-8",
            "  email: varchar(255) unique @user.contact.email 9-9",
            "  tags: text list optional 10-10",
            "  settings: jsonb optional opaque 11-11",
            "  plan_id: integer optional reference 12-12",
            "public.addresses View 19-23",
            "  email: varchar(255) optional 22-22",
        ]
    );
}

#[test]
fn only_files_of_tbls_are_recognised() {
    assert!(is_it(example("tbls")) && is_it("{\"tables\": [], \"relations\": []}"));
    assert!(!is_it("{\"tables\": []}") && !is_it("{\"driver\": {\"tables\": []}, \"relations\": []}"));
}

#[test]
fn keys_of_several_columns_and_indexes_are_told_apart() {
    let text = r#"{"tables": [{"name": "t", "columns": [
{"name": "a", "type": "int4"},
{"name": "b", "type": "int", "extra_def": "GENERATED ALWAYS AS (a)"},
{"name": "c", "type": "int", "extra_def": "DEFAULT_GENERATED"},
{"name": "d", "type": "int"}],
"constraints": [{"type": "PRIMARY KEY", "columns": ["a", "b"]}, {"type": "UNIQUE", "columns": ["c", "d"]},
{"type": "FOREIGN KEY", "columns": ["b"]}],
"indexes": [{"def": "CREATE UNIQUE INDEX c ON t (c)", "columns": ["c"]},
{"def": "CREATE UNIQUE INDEX d ON t (d) WHERE a", "columns": ["d"]}, {"def": "UNIQUE (a)", "columns": ["a"]}]}]}"#;
    assert_eq!(
        seen("tbls", text),
        [
            "t Table 1-9",
            "  a: int4 id 2-2",
            "  b: int generated id reference 3-3",
            "  c: int unique 4-4",
            "  d: int 5-5"
        ]
    );
}

#[test]
fn what_tbls_never_writes_is_told_of() {
    assert_eq!(seen("tbls", "{\"tables\": {}}"), ["! 1-1 `tables` is not a list"]);
    assert_eq!(seen("tbls", "[]"), ["! 1-1 `tables` is not a list"]);
    let text = "{\"tables\": [1, {\"name\": \"a\", \"columns\": {}},\n{\"name\": \"a\", \"columns\": [{}, {\"name\": \"x\"}, {\"name\": \"x\"}]}]}";
    assert_eq!(
        seen("tbls", text),
        [
            "a Table 1-1",
            "! 1-1 a table has no `name`",
            "! 1-1 `columns` of `a` is an object, not a list",
            "! 2-2 a column of `a` has no `name`",
            "! 2-2 the column `x` of `a` appears twice",
            "! 2-2 the name `a` appears twice, and only the first is read",
        ]
    );
}
