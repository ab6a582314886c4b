//! Folders of migrations.

use super::{lines, many};
use crate::schema::sql::Dialect::Postgresql;
use crate::schema::sql::migration::{order, origin};
use jiff::civil::date;

const FIRST: &str = include_str!("migrations/20250103101500_first/migration.sql");
const MORE: &str = include_str!("migrations/2025-02-01_more words/migration.sql");
const LAST: &str = include_str!("migrations/20250301_last/migration.sql");

#[test]
fn migrations_are_replayed() {
    let files = [
        ("2025-01-03_first/migration.sql", FIRST),
        ("2025-02-01_more words/migration.sql", MORE),
        ("2025-02-01_more words/down.sql", "DROP TABLE \"Order\";"),
        ("20250301_last/migration.sql", LAST),
    ];
    let schema = many(&files, Postgresql);
    let expected = ["Order: id text [id], state \"State\" [default], note text [optional], \
                     total bigint [default], paid_at timestamp(3) [optional]"];
    assert_eq!(lines(&schema), expected);
    assert_eq!(schema.problems, []);
    // The block, and the statement that names a column which only the block can have made.
    assert_eq!(schema.skipped.len(), 2);
    assert_eq!(schema.skipped[0].what, "the effect of a `DO` block is not known");
    assert!(MORE[schema.skipped[0].span.range()].starts_with("DO $$"));

    let order = &schema.tables[0];
    assert!(
        FIRST[order.span.range()].starts_with("CREATE TABLE \"Order\" (") && FIRST[order.span.range()].ends_with(')')
    );
    assert_eq!(order.origin.as_ref().unwrap().date, Some(date(2025, 1, 3)));
    assert_eq!(&FIRST[order.fields[2].span.range()], "\"note\" TEXT");
    assert_eq!(&MORE[order.fields[4].span.range()], "\"paid_at\" TIMESTAMP(3)");
    assert_eq!(order.fields[4].origin.as_ref().unwrap().migration, "2025-02-01_more words");
    // The last migration changed its type.
    assert_eq!(&LAST[order.fields[3].span.range()], "ALTER COLUMN \"total\" SET DATA TYPE BIGINT");
    assert_eq!(order.fields[3].origin.as_ref().unwrap().migration, "20250301_last");
}

#[test]
fn one_file_is_no_migration() {
    let schema = many(&[("20250103_first.sql", FIRST)], Postgresql);
    assert!(schema.tables.iter().all(|table| table.origin.is_none()));
}

#[test]
fn migrations_have_names_and_days() {
    let read = |path| {
        let origin = origin(path);
        (origin.migration, origin.date)
    };
    let day = Some(date(2025, 3, 26));
    assert_eq!(read("a/20250326162113_baseline/migration.sql"), ("20250326162113_baseline".to_owned(), day));
    assert_eq!(read("2025-03-26-151500_x/up.sql"), ("2025-03-26-151500_x".to_owned(), day));
    assert_eq!(read("a/20250326_x.up.sql"), ("20250326_x".to_owned(), day));
    assert_eq!(read("V2025_03_26__x.sql"), ("V2025_03_26__x".to_owned(), day));
    assert_eq!(read("0001_é.sql"), ("0001_é".to_owned(), None));
    assert_eq!(read("20251399_x.sql"), ("20251399_x".to_owned(), None));
    assert_eq!(read("up.sql"), ("up".to_owned(), None));
}

#[test]
fn numbers_count_by_their_value() {
    let mut paths =
        ["V10__a.sql", "V2__a.sql", "V1.10__a.sql", "V1.9__a.sql", "20260108_a", "20260107111013_a", "002", "02"];
    paths.sort_by(|a, b| order(a, b));
    let expected =
        ["002", "02", "20260107111013_a", "20260108_a", "V1.9__a.sql", "V1.10__a.sql", "V2__a.sql", "V10__a.sql"];
    assert_eq!(paths, expected);
}
