//! Data models that cannot be read whole: several paths, exceptions, accepted places, and what a pin compares.

use super::{A, B, REPOSITORY};
use crate::command::{stderr, stdout, trustbook, write};
use std::path::Path;
use tempfile::TempDir;

/// Creates a book whose data model has these keys, and with these files.
fn book(schema: &str, files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n");
    let table = "[[table]]\nschema = \"app\"\nname = \"people\"\npurpose = \"People.\"\ndefault = { category = \"user\", reviewed = \"x\" }\n";
    let text = format!("[defaults]\nsource = \"handbook\"\n\n[[schema]]\nid = \"app\"\n{schema}\n{table}");
    write(dir.path(), "facts/data.toml", &text);
    write(dir.path(), "src/SUMMARY.md", "- [Data](data.md)\n");
    write(dir.path(), "src/data.md", "# Data\n\n{{#schemas}}\n");
    files.iter().for_each(|(path, text)| write(dir.path(), path, text));
    dir
}

/// Returns the findings of two checks on a day.
fn found(dir: &Path, day: &str) -> Vec<String> {
    let output = trustbook(&["check", "--format", "short", "--now", day], dir);
    let ours = |line: &&str| ["[schema-", "[field-unknown]", "[lock-"].iter().any(|check| line.contains(check));
    stdout(&output).lines().filter(ours).map(str::to_owned).collect()
}

/// Pins to a folder; returns the exit code and all that was printed.
fn pin(dir: &Path, from: &str, commit: &str, day: &str) -> (Option<i32>, String) {
    let output = trustbook(&["refresh", "app", "--from", from, "--commit", commit, "--now", day], dir);
    (output.status.code(), format!("{}{}", stdout(&output), stderr(&output)))
}

const DAY: &str = "2026-03-01";
const PEOPLE: &str = "CREATE TABLE people (id int, email text);\n";

#[test]
fn several_paths_are_read_except_some_files() {
    let schema = "path = [\"a\", \"b/2.sql\"]\nexcept = [\"a/old\", \"a/9_*.sql\"]\nlanguage = \"postgresql\"\n";
    let files = [
        ("a/1.sql", PEOPLE),
        ("a/9_wrong.sql", "DROP TABLE nothing;\n"),
        ("a/old/1.sql", "DROP TABLE nothing;\n"),
        ("b/2.sql", "ALTER TABLE people ADD COLUMN phone text;\n"),
        ("b/3.sql", "DROP TABLE nothing;\n"),
    ];
    let book = book(schema, &files);
    assert_eq!(found(book.path(), DAY), [""; 0]);
    let output = trustbook(&["schema", "coverage"], book.path());
    assert!(stdout(&output).contains("people") && stdout(&output).contains("app: a, b/2.sql except a/old, a/9_*.sql"));
    // The same from a repository.
    let pinned = self::book(&format!("repository = \"{REPOSITORY}\"\n{schema}"), &files);
    let (code, said) = pin(pinned.path(), ".", A, DAY);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("read as `postgresql` (1 table, 3 fields)"), "{said}");
    let lock = super::refresh::locked(pinned.path());
    assert!(lock.contains("path = \"a, b/2.sql except a/old, a/9_*.sql\"") && !lock.contains("9_wrong"), "{lock}");
}

#[test]
fn the_language_of_the_lock_stays() {
    let sql = "CREATE TABLE people (id serial);\n";
    let book = book(&format!("repository = \"{REPOSITORY}\"\npath = \"db\"\n"), &[("db/1.sql", sql)]);
    let (_, said) = pin(book.path(), "db", A, DAY);
    assert!(said.contains("read as `postgresql`"), "{said}");
    write(book.path(), "db/0.prisma", "model people {\n  id Int @id\n}\n");
    let (code, said) = pin(book.path(), "db", B, DAY);
    assert_eq!(code, Some(0), "{said}");
    assert!(super::refresh::locked(book.path()).contains("language = \"postgresql\""));
}

#[test]
fn a_model_without_tables_shows_what_was_passed_over() {
    let text = "CREATE TABLE {{ .Schema }}.people (id int);\n";
    let schema = format!("repository = \"{REPOSITORY}\"\npath = \"db\"\nlanguage = \"postgresql\"\n");
    let book = book(&schema, &[("db/1.sql", text)]);
    let (code, said) = pin(book.path(), "db", A, DAY);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("no table at that commit, read as `postgresql`"), "{said}");
    assert!(said.contains("db/1.sql:1:1") && said.contains("the effect of `CREATE TABLE {{"), "{said}");
}

#[test]
fn a_place_that_cannot_be_read_is_accepted_until_a_day() {
    let accept = "accept = [{ at = \"db/2.sql:2\", reason = \"a typing error of the release\", until = 2026-06-30 }]\n";
    let schema = format!("repository = \"{REPOSITORY}\"\npath = \"db\"\nlanguage = \"postgresql\"\n{accept}");
    let files = [("db/1.sql", PEOPLE), ("db/2.sql", "-- more\nALTER TABLE nothing ADD COLUMN a int;\n")];
    let book = book(&schema, &files);
    let (code, said) = pin(book.path(), "db", A, "2026-07-01");
    assert!(code == Some(1) && said.contains("there is no table `nothing` to alter"), "{said}");
    assert!(said.contains("`accept` the places"), "{said}");
    let bare = self::book(&schema.replace(", reason = \"a typing error of the release\"", ""), &files);
    assert_eq!(pin(bare.path(), "db", A, DAY).0, Some(1));
    let (code, said) = pin(book.path(), "db", A, DAY);
    assert!(code == Some(0) && said.contains("1 statement could not be followed"), "{said}");
    assert_eq!(found(book.path(), "2026-06-30"), [""; 0]);
    let [late] = found(book.path(), "2026-07-01").try_into().unwrap();
    assert!(late.contains("warning[schema-skipped]") && late.contains("db/2.sql:2"), "{late}");
    // A place where nothing is skipped needs no acceptance.
    write(book.path(), "db/2.sql", "-- more\n");
    pin(book.path(), "db", B, DAY);
    let [unused] = found(book.path(), DAY).try_into().unwrap();
    assert!(unused.contains("accepts the place `db/2.sql:2`, where nothing is skipped"), "{unused}");
}

#[test]
fn a_skipped_place_that_mentions_a_described_table_is_an_error() {
    let block = "DO $$ BEGIN ALTER TABLE people ADD COLUMN phone text; END $$;\n";
    let files = [
        ("db/1.sql", PEOPLE),
        ("db/2.sql", block),
        ("db/3.sql", "SELECT repair();\n"),
        ("db/004_more.go", "package m\n"),
    ];
    let schema = "path = \"db\"\nlanguage = \"postgresql\"\n";
    let pinned = format!("repository = \"{REPOSITORY}\"\n{schema}");
    for schema in [schema, &pinned] {
        let dir = book(schema, &files);
        if schema.contains("repository") {
            assert_eq!(pin(dir.path(), "db", A, DAY).0, Some(0));
        }
        let all = found(dir.path(), DAY);
        let errors: Vec<&String> = all.iter().filter(|line| line.contains("error[")).collect();
        assert!(
            errors.len() == 1 && errors[0].contains("[schema-syntax]: the described table `people` is mentioned"),
            "{all:?}"
        );
        assert!(
            all.len() == 3 && all.iter().filter(|line| line.contains("warning[schema-skipped]")).count() == 2,
            "{all:?}"
        );
        let accept =
            "accept = [{ at = \"db/2.sql:1\", reason = \"it only adds what is there\", until = 2026-06-30 }]\n";
        let dir = book(&format!("{schema}{accept}"), &files);
        if schema.contains("repository") {
            assert_eq!(pin(dir.path(), "db", A, DAY).0, Some(0));
        }
        assert!(found(dir.path(), DAY).iter().all(|line| line.contains("warning[schema-skipped]")));
    }
}

#[test]
fn a_pin_compares_names_defaults_and_domains() {
    let versions = [
        (
            "prisma",
            "model people {\n  id Int @id\n}\n",
            "model people {\n  id Int @id @map(\"key\")\n}\n",
            "stored as `key`",
        ),
        (
            "prisma",
            "model people {\n  id Int @id\n}\n",
            "model people {\n  id Int @id\n  @@map(\"persons\")\n}\n",
            "stored as `persons`",
        ),
        ("postgresql", "CREATE TABLE people (id int);", "CREATE TABLE people (id int DEFAULT 1);", "with a default"),
        (
            "postgresql",
            "CREATE DOMAIN d AS text; CREATE TABLE people (id d);",
            "CREATE DOMAIN d AS jsonb; CREATE TABLE people (id d);",
            "d as text",
        ),
    ];
    for (language, first, second, change) in versions {
        let schema = format!("repository = \"{REPOSITORY}\"\npath = \"model\"\nlanguage = \"{language}\"\n");
        let book = book(&schema, &[("first", first), ("second", second)]);
        assert_eq!(pin(book.path(), "first", A, DAY).0, Some(0));
        let (code, said) = pin(book.path(), "second", B, DAY);
        assert!(code == Some(0) && said.contains(change) && said.contains(": 1 change\n"), "{said}");
    }
}
