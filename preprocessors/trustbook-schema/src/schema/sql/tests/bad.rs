//! Broken and hostile input: everything around a mistake is read, and no input takes too long.

use super::{lines, notes, one};
use crate::schema::sql::Dialect::{self, Mysql, Postgresql, Sqlite};

const ALL: [Dialect; 3] = [Mysql, Postgresql, Sqlite];

#[test]
fn a_bad_column_leaves_the_others() {
    let text = "CREATE TABLE a (x int NOT NUL, , y text 12, 5 int, z text); foo bar; CREATE TABLE b (x int);";
    let schema = one(text, Postgresql);
    let expected = ["a: x int [optional], y text [optional], z text [optional]", "b: x int [optional]"];
    assert_eq!(lines(&schema), expected);
    let expected = [
        "`NOT` in the column `x` is not understood",
        "`12` in the type of the column `y` is not understood",
        "`5 int` is not the name of a column",
        "`foo` does not begin a known statement",
    ];
    assert_eq!(notes(&schema), expected);
    assert_eq!(&text[schema.problems[0].span.range()], "NOT");
    assert!(schema.problems.iter().all(|problem| !problem.help.is_empty()));
}

#[test]
fn a_bracket_that_is_closed_too_early_is_told() {
    for dialect in ALL {
        let schema = one("CREATE TABLE a (x int), y text);\nCREATE TABLE b (x int);", dialect);
        assert_eq!(notes(&schema), ["a bracket is closed in `CREATE TABLE a` that is not open"]);
        assert_eq!(schema.tables.len(), 2);
    }
}

#[test]
fn what_is_left_open_ends() {
    for dialect in ALL {
        let schema = one("CREATE TABLE a (x int, y text;\nCREATE TABLE b (x int\n\nCREATE TABLE c (x int);", dialect);
        assert_eq!(schema.tables.len(), 3);
        assert_eq!(schema.tables[0].fields.len(), 2);
        assert!(schema.problems.len() >= 2);
    }
}

#[test]
fn hostile_text_ends() {
    let many = 9_000;
    let deep = format!("CREATE TABLE a (x int DEFAULT {}1);", "(".repeat(many));
    let sum = format!("CREATE TABLE a (x int DEFAULT 1{}, y int);", "+1".repeat(many));
    let ty = format!("CREATE TABLE a (x {});", "f(".repeat(many));
    let words = format!("CREATE TABLE a (x {});", "int[]".repeat(many));
    let view = format!("CREATE VIEW a AS {}SELECT 1 AS a;", "(".repeat(many));
    let repeated = [
        "'\n\"\n`\n",
        "$a$ $b$ ",
        "/*",
        "/*!1 ",
        "CREATE TABLE a (x int\n",
        "COPY a FROM stdin;\n",
        "\u{feff}",
        "\\\n",
    ];
    let bodies = "CREATE TRIGGER t BEFORE UPDATE ON a BEGIN x;\n".repeat(many / 10);
    let texts = repeated.iter().map(|text| text.repeat(many / 3)).chain([deep, sum, ty, words, view, bodies]);
    for text in texts {
        for dialect in ALL {
            let schema = one(&text, dialect);
            assert!(schema.problems.len() <= 100);
        }
    }
}

#[test]
fn every_beginning_of_a_file_can_be_read() {
    let text = "CREATE TABLE `ä` (\"ü\" enum('ö','ß'), b E'\\'é', $ß$é$ß$ DEFAULT 'ü' COMMENT 'é'); /* é */ -- é\n\
                ALTER TABLE é ADD é int REFERENCES é (é), RENAME TO ü; DO $$é$$; COMMENT ON COLUMN é.é IS 'é';";
    for dialect in ALL {
        for (at, _) in text.char_indices() {
            one(&text[..at], dialect);
            one(&text[at..], dialect);
        }
    }
}

#[test]
fn a_short_file_does_not_grow_without_end() {
    let columns: Vec<String> = (0..5000).map(|at| format!("c{at} int")).collect();
    let copies: String = (0..150).map(|at| format!("CREATE TABLE p{at} PARTITION OF a DEFAULT;")).collect();
    let schema = one(&format!("CREATE TABLE a ({});{copies}", columns.join(",")), Postgresql);
    assert_eq!(schema.tables.len(), 151);
    assert!(schema.tables.iter().map(|table| table.fields.len()).sum::<usize>() <= 505_000);
    assert_eq!(schema.skipped.len(), 50);
}
