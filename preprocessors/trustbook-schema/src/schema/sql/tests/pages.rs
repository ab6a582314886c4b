//! The examples on the pages.

use super::{clean, lines, notes, one};
use crate::schema::sql::{Dialect, is_it};
use crate::schema::{FieldContent, Language, TableKind, mysql, postgresql, sqlite};

fn example(language: &Language) -> &'static str {
    let example = language.page.split_once("## Example").unwrap().1;
    example.split_once("```sql\n").unwrap().1.split_once("```").unwrap().0
}

#[test]
fn postgresql_reads_its_example() {
    let schema = one(example(&postgresql::LANGUAGE), Dialect::Postgresql);
    assert_eq!(notes(&schema), Vec::<&str>::new());
    let expected = [
        "address: street text [optional], town text [optional]",
        "customers: id bigserial [default id], email text [unique] @user.contact.email, \
         phones text [list optional] @user.contact.phone_number, settings jsonb [default], home address [optional], \
         born date [optional]",
        "analytics.visits: customer_id bigint [reference], seen_at timestamptz [default]",
        "recent: email, last_seen",
    ];
    assert_eq!(lines(&schema), expected);
    assert_eq!(schema.tables[0].kind, TableKind::Type);
    assert_eq!(schema.tables[3].kind, TableKind::View);
    assert_eq!(schema.tables[1].fields[3].content, FieldContent::Opaque);
}

#[test]
fn mysql_reads_its_example() {
    let expected = [
        "customers: id int unsigned [default id], email varchar(255) [unique] @user.contact.email, \
         notes json [optional], state enum('new','kept') [default], changed_at timestamp [default updated-at]",
        "orders: id bigint [id], sent_at datetime [optional], lines longtext @user.behavior.purchase_history, \
         customer_id int unsigned [reference]",
    ];
    assert_eq!(clean(example(&mysql::LANGUAGE), Dialect::Mysql), expected);
}

#[test]
fn sqlite_reads_its_example() {
    let expected = [
        "customers: id integer [default id], email text [unique] @user.contact.email, portrait blob [optional], \
         note [optional]",
        "orders: customer_id integer [id reference], total decimal(10,2) [default optional], \
         taxed [generated optional]",
    ];
    assert_eq!(clean(example(&sqlite::LANGUAGE), Dialect::Sqlite), expected);
}

#[test]
fn each_example_is_recognised_as_its_own() {
    for (language, own) in [
        (&mysql::LANGUAGE, Dialect::Mysql),
        (&postgresql::LANGUAGE, Dialect::Postgresql),
        (&sqlite::LANGUAGE, Dialect::Sqlite),
    ] {
        for dialect in [Dialect::Mysql, Dialect::Postgresql, Dialect::Sqlite] {
            assert_eq!(is_it(example(language), dialect), dialect == own, "{} {dialect:?}", language.name);
        }
    }
    // A text without signs can be in any dialect, and signs in comments and texts do not count.
    for dialect in [Dialect::Mysql, Dialect::Postgresql, Dialect::Sqlite] {
        assert!(is_it("-- `a`\nCREATE TABLE a (b TEXT DEFAULT '`JSONB`'); /* PRAGMA */", dialect));
        is_it("'\"`$$/*", dialect);
    }
}
