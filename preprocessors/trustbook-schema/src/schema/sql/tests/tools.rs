//! The forward halves of migrations, in the order of each tool.

use super::{lines, many, notes, one};
use crate::schema::sql::Dialect::{Mysql, Postgresql};

/// Reads files that must have no problems.
fn tables(files: &[(&str, &str)]) -> Vec<String> {
    let schema = many(files, Postgresql);
    assert_eq!(notes(&schema), Vec::<&str>::new(), "{files:?}");
    lines(&schema)
}

const UP: &str = "CREATE TABLE a (id int);\n";
const DOWN: &str = "DROP TABLE a;\n";

#[test]
fn the_part_that_reverts_is_not_run() {
    for (up, down) in [
        ("-- +goose Up", "-- +goose Down"),
        ("--+goose up", "--  +goose   DOWN"),
        ("-- +migrate Up", "-- +migrate Down notransaction"),
        ("-- migrate:up", "-- migrate:down"),
        ("# --- !Ups", "# --- !Downs"),
        ("-- ====  UP  ====", "-- ====  DOWN  ===="),
        ("-- // first", "-- //@UNDO"),
        ("-- tern", "---- create above / drop below ----"),
        ("-- Up Migration", "-- Down Migration"),
        ("-- rambler up", "-- rambler down"),
        ("-- Up", "-- Down"),
    ] {
        let text = format!("{up}\n{UP}{down}\n{DOWN}");
        for dialect in [Mysql, Postgresql] {
            let schema = one(&text, dialect);
            assert_eq!((lines(&schema), notes(&schema)), (vec!["a: id int [optional]".to_owned()], vec![]), "{text}");
        }
    }
    // The part to run can come last, or in several pieces.
    let text = format!(
        "-- +goose Down\n{DOWN}-- +goose Up\n{UP}-- +goose Down\nDROP TABLE a;\n-- +goose up\nALTER TABLE a ADD b int;"
    );
    assert_eq!(tables(&[("1.sql", &text)]), ["a: id int [optional], b int [optional]"]);
    // A word alone is a comment like any other, and what follows is run.
    assert_eq!(tables(&[("1.sql", "-- Down\nCREATE TABLE a (id int);")]), ["a: id int [optional]"]);
}

#[test]
fn liquibase_runs_the_changesets_of_its_database() {
    let text = "--liquibase formatted sql\n--changeset a:1\nCREATE TABLE a (id int);\n--rollback DROP TABLE a;\n\
                --changeset a:2 dbms:oracle,mssql\nALTER TABLE a ADD b number;\n--changeset a:3 dbms:!oracle endDelimiter://\n\
                ALTER TABLE a ADD c int//\nALTER TABLE a ADD d int//\n--changeset a:4\nALTER TABLE a ADD e int;\n\
                --ignoreLines:start\nDROP TABLE a;\n--ignoreLines:end\nALTER TABLE a ADD f int;\n";
    for dialect in [Mysql, Postgresql] {
        let schema = one(text, dialect);
        let fields: Vec<&str> = schema.tables[0].fields.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(fields, ["id", "c", "d", "e", "f"]);
        assert_eq!(notes(&schema), ["a changeset is not run: it is for `oracle,mssql`"]);
        assert!(text[schema.skipped[0].span.range()].starts_with("--changeset a:2"));
    }
}

#[test]
fn flyway_compares_versions_by_part() {
    let add = |name: &str| format!("ALTER TABLE a ADD {name} int;");
    let (b, c, d, e) = (add("b"), add("c"), add("d"), add("e"));
    let files = [
        ("m/R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT id AS x FROM a;"),
        ("m/U2__undo.sql", DOWN),
        ("m/V1.10__d.sql", &d),
        ("m/V1.9__c.sql", &c),
        ("m/V1_1__b.sql", &b),
        ("m/V1__a.sql", UP),
        ("a/V002__e.sql", &e),
    ];
    let expected =
        ["a: id int [optional], b int [optional], c int [optional], d int [optional], e int [optional]", "v: x"];
    assert_eq!(tables(&files), expected);
    // Without a migration of that version, it is one itself, as in refinery.
    assert_eq!(tables(&[("V1__a.sql", UP), ("U2__b.sql", &b)]), ["a: id int [optional], b int [optional]"]);
    // A baseline takes the place of all migrations up to its version.
    let files = [
        ("V1__a.sql", "CREATE TABLE old (id int);"),
        ("B2__a.sql", UP),
        ("V2__x.sql", "DROP TABLE old;"),
        ("V3__b.sql", &b),
    ];
    assert_eq!(tables(&files), ["a: id int [optional], b int [optional]"]);
    let schema = many(&[("V1__a.sql", UP), ("callback.sql", DOWN)], Postgresql);
    assert_eq!(notes(&schema), ["the file `callback.sql` is not named like the migrations beside it"]);
}

#[test]
fn only_the_file_that_the_tool_runs_counts() {
    // Diesel compares versions without their dashes, and runs `up.sql` only.
    let files = [
        ("m/20170101000000_a/up.sql", UP),
        ("m/20170101000000_a/down.sql", DOWN),
        ("m/2017-06-01-000000_b/up.sql", "ALTER TABLE a ADD b int;"),
    ];
    assert_eq!(tables(&files), ["a: id int [optional], b int [optional]"]);
    let schema = many(&[("m/1/up.sql", UP), ("m/1/down-old.sql", DOWN)], Postgresql);
    assert_eq!(notes(&schema), ["the file `down-old.sql` is beside `up.sql`, and no tool runs it"]);
    let b = "ALTER TABLE a ADD b int;";
    for names in [
        ["001.do.sql", "001.undo.sql", "002.do.b.sql", "002.undo.b.sql"],
        ["1_a.up.sql", "1_a.down.sql", "2_b.up.sql", "2_b.down.sql"],
        ["1-a-up.sql", "1-a-down.sql", "2-b-up.sql", "2-b-down.sql"],
        ["1_a.sql", "1_a_rollback.sql", "10_b.sql", "10_b.rollback.sql"],
        ["up/1.sql", "down/1.sql", "up/2.sql", "down/2.sql"],
        ["deploy/1.sql", "revert/1.sql", "deploy/2.sql", "verify/2.sql"],
        ["1/migration.sql", "1/down.sql", "2/migration.sql", "2/down.sql"],
        ["1/forward.sql", "1/backward.sql", "2/forward.sql", "2/backward.sql"],
        ["bootstrap.sql", "down.sql", "2020_b.sql", "2020_b.down.sql"],
    ] {
        let files = [(names[0], UP), (names[1], DOWN), (names[2], b), (names[3], DOWN)];
        assert_eq!(tables(&files), ["a: id int [optional], b int [optional]"], "{names:?}");
    }
    // The name alone reverts nothing.
    let files = [("001_a.sql", UP), ("002_hosts_that_went_down.sql", b)];
    assert_eq!(tables(&files), ["a: id int [optional], b int [optional]"]);
}

#[test]
fn sqitch_runs_its_plan() {
    let plan = "%syntax-version=1.0.0\n%project=x\n\nzebra 2024-01-01T00:00:00Z A <a@b.c> # first\n@v1 2024-01-02T00:00:00Z A <a@b.c>\n\
                apple [zebra] 2024-01-03T00:00:00Z A <a@b.c> # second\n";
    let files = [
        ("sqitch.plan", plan),
        ("deploy/apple.sql", "ALTER TABLE a ADD b int;"),
        ("deploy/zebra.sql", UP),
        ("revert/zebra.sql", DOWN),
        ("deploy/other.sql", DOWN),
    ];
    let schema = many(&files, Postgresql);
    assert_eq!(lines(&schema), ["a: id int [optional], b int [optional]"]);
    assert_eq!(notes(&schema), ["the plan of sqitch does not name `other.sql`"]);
    let files = [
        ("sqitch.plan", "x/z 2024\n"),
        ("deploy/x/z.sql", UP),
        ("revert/x/z.sql", DOWN),
        ("verify/x/z.sql", "ROLLBACK;"),
    ];
    assert_eq!(tables(&files), ["a: id int [optional]"]);
}

#[test]
fn migrations_in_code_are_listed() {
    let schema = many(
        &[
            ("001.sql", UP),
            ("002_phone.go", "package m // adds a.phone"),
            ("java/V3__x.java", ""),
            ("sqls/004-x-up.sql", "ALTER TABLE a ADD b int;"),
            ("004-x.js", ""),
        ],
        Postgresql,
    );
    let expected = [
        "the migration `002_phone.go` is code, which is not read",
        "the migration `V3__x.java` is code, which is not read",
    ];
    assert_eq!(notes(&schema), expected);
    let reads = |path: &str| crate::schema::find("postgresql").unwrap().reads(path);
    assert!(reads("a/002_phone.go") && reads("a/sqitch.plan") && reads("a/x.SQL"));
    assert!(!reads("a/main.go") && !reads("a/002_test.go") && !reads("a/002.md"));
}

#[test]
fn the_order_is_the_same_whatever_is_compared_first() {
    let names = [
        "2.sql",
        "10.sql",
        "10000000.sql",
        "V1__a.sql",
        "b/V2__a.sql",
        "R__a.sql",
        "20260108_a.sql",
        "a/x.sql",
        "2017-01-01_x.sql",
        "z.sql",
    ];
    use super::super::migration::order;
    for a in names {
        for b in names {
            assert_eq!(order(a, b), order(b, a).reverse());
            for c in names {
                assert!(!(order(a, b).is_lt() && order(b, c).is_lt()) || order(a, c).is_lt(), "{a} {b} {c}");
            }
        }
    }
}
