//! Books that are pinned to a commit: the findings after the data model changes, their places and their number.

use super::{A, B, C, PATH, REPOSITORY, VersionAt, followed};
use jiff::civil::date;
use trustbook_core::lock;
use trustbook_tests::{book, build, short};

const BEFORE: &str = "model Account {\n  id    Int    @id\n  email String\n}\n\nmodel Log {\n  id Int @id\n}\n";
/// A new column in each table.
const AFTER: &str = "model Account {\n  id    Int    @id\n  email String\n  note  String\n}\n\n\
                     model Log {\n  id   Int  @id\n  body Json\n}\n";

/// Returns the report on a book with a lock.
fn found(tables: &str, versions: &[VersionAt<'_>], left_out: &[&str], page: &str) -> Vec<String> {
    let lock = lock::text(&followed(versions, left_out));
    let built = build(&book(&format!(
        "=== facts/all.toml\n[defaults]\nsource = \"handbook\"\n\n[[schema]]\nid = \"app\"\npath = \"{PATH}\"\n\
         repository = \"{REPOSITORY}\"\n{tables}\n=== {}\n{lock}=== src/page.md\n# Page\n\n{{{{#schemas}}}}\n\n{page}\n",
        lock::PATH
    )));
    short(&built).lines().map(str::to_owned).collect()
}

const FIRST: VersionAt<'_> = (BEFORE, A, date(2026, 1, 1));
const SECOND: VersionAt<'_> = (AFTER, B, date(2026, 1, 10));

fn account(more: &str) -> String {
    format!("[[table]]\nschema = \"app\"\nname = \"Account\"\npurpose = \"Accounts.\"\n{more}\n")
}

fn log(more: &str) -> String {
    format!("[[table]]\nschema = \"app\"\nname = \"Log\"\n{more}\n")
}

const BY_DEFAULT: &str = "default = { category = \"user.account\", reviewed = \"a1a1a1a1a1a1\" }";
const OUT: &str = "left_out = \"it holds no personal data\"";

#[test]
fn a_default_covers_what_somebody_has_looked_at_and_no_later_column() {
    let tables = |default: &str| account(default) + &log(OUT);
    assert_eq!(found(&tables(BY_DEFAULT), &[FIRST], &["Log"], "{{#fields app.Account}}"), [""; 0]);
    let later = (AFTER.split("\n\n").next().unwrap().to_owned() + "\n\nmodel Log {\n  id Int @id\n}\n", B);
    let second = (later.0.as_str(), later.1, date(2026, 1, 10));
    let report = found(&tables(BY_DEFAULT), &[FIRST, second], &["Log"], "{{#fields app.Account}}");
    let [line] = report.as_slice() else { panic!("{report:#?}") };
    for part in ["facts/all.toml:10:", "field-unclassified", "`note`", "(prisma/schema.prisma:4)", "a1a1a1a1a1a1"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    let reviewed = BY_DEFAULT.replace("a1a1a1a1a1a1", "b2b2b2b2b2b2");
    assert_eq!(found(&tables(&reviewed), &[FIRST, second], &["Log"], "{{#fields app.Account}}"), [""; 0]);
}

#[test]
fn a_default_that_names_no_commit_covers_nothing() {
    // A catch-all is not a review: `main`, a commit that was never pinned, and one that is too short.
    for version in ["main", "c3c3c3c3c3c3", "a1a1"] {
        let tables = account(&BY_DEFAULT.replace("a1a1a1a1a1a1", version)) + &log(OUT);
        let report = found(&tables, &[FIRST], &["Log"], "{{#fields app.Account}}");
        let [line] = report.as_slice() else { panic!("{version}: {report:#?}") };
        assert!(
            line.contains("field-unclassified") && line.contains("is not a commit that `app` was pinned to"),
            "{line}"
        );
    }
}

#[test]
fn a_table_that_is_left_out_is_looked_at_again_when_it_gets_a_column() {
    let fields =
        "fields.id = \"user.unique_id\"\nfields.email = \"user.contact.email\"\nfields.note = \"user.content\"";
    let tables = |out: &str| account(fields) + &log(out);
    let page = "{{#fields app.Account}}";
    let report = found(&tables(OUT), &[FIRST, SECOND], &["Log"], page);
    let [line] = report.as_slice() else { panic!("{report:#?}") };
    for part in ["field-unclassified", "`body` of `Log`", "(prisma/schema.prisma:9)", "after the table was left out"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    let looked_at = format!("{OUT}\nreviewed = \"b2b2b2b2b2b2\"");
    assert_eq!(found(&tables(&looked_at), &[FIRST, SECOND], &["Log"], page), [""; 0]);
    // An earlier version does not cover it.
    let of_before = format!("{OUT}\nreviewed = \"a1a1a1a1a1a1\"");
    assert_eq!(found(&tables(&of_before), &[FIRST, SECOND], &["Log"], page).len(), 1);
}

#[test]
fn a_field_that_is_gone_renamed_or_retyped_is_told_once_where_it_is_described() {
    let now = "model Account {\n  id   Int      @id\n  mail String[]\n}\n";
    let retyped = "model Account {\n  id    String @id\n  email String\n}\n\nmodel Log {\n  id Int @id\n}\n";
    let fields = "fields.id = \"user.unique_id\"\nfields.email = \"user.contact.email\"";
    let tables = account(fields) + &log(OUT);
    let page = "{{#fields app.Account}}\n\n[Log](schema:app.Log), {{ schema.app.Account.email }}";
    let report = found(&tables, &[FIRST, (now, B, date(2026, 1, 10))], &["Log"], page);
    let has = |check: &str, part: &str| {
        let count = report.iter().filter(|line| line.contains(check) && line.contains(part)).count();
        assert_eq!(count, 1, "{check} {part}: {report:#?}");
    };
    has("facts/all.toml:13:", "[field-vanished]: `email` of `Account` is gone from `app` since commit b2b2b2b2b2b2");
    has("facts/all.toml:16:", "[field-vanished]: the table `Log` is gone");
    has("facts/all.toml:10:", "[field-unclassified]: `mail` of `Account`");
    has("src/page.md:7:7:", "[field-vanished]: the table `Log`");
    has("src/page.md:7:24:", "[field-vanished]: `email` of `Account`");
    assert_eq!(report.len(), 5, "{report:#?}");
    let report = found(&tables, &[FIRST, (retyped, B, date(2026, 1, 10))], &["Log"], "{{#fields app.Account}}");
    let [line] = report.as_slice() else { panic!("{report:#?}") };
    for part in ["facts/all.toml:12:", "field-changed", "`id` of `Account`", "was Int (id) and is String (id)", ":2)"] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[test]
fn going_back_to_a_commit_makes_it_the_newest() {
    let back = (BEFORE, A, date(2026, 1, 12));
    let lock = followed(&[FIRST, SECOND, back], &[]);
    let entry = &lock.schemas[0];
    let pins: Vec<&str> = entry.pins.iter().map(|pin| pin.commit.as_str()).collect();
    assert_eq!((pins, entry.commit.as_str()), (vec![B, A], A));
    let gone: Vec<(&str, Option<&str>)> =
        entry.gone.iter().map(|gone| (gone.table.as_str(), gone.field.as_deref())).collect();
    assert_eq!(gone, [("Account", Some("note")), ("Log", Some("body"))]);
    // A version in between still counts as reviewed, and its fields are reported as gone.
    let tables = account(&BY_DEFAULT.replace("a1a1a1a1a1a1", "b2b2b2b2b2b2")) + &log(OUT);
    let report = found(&tables, &[FIRST, SECOND, back], &["Log"], "{{#fields app.Account}}");
    let [line] = report.as_slice() else { panic!("{report:#?}") };
    assert!(line.contains("[field-vanished]: `note` of `Account` is gone"), "{line}");
    // Moving forward again: a field that returns is no longer gone.
    let lock = followed(&[FIRST, SECOND, back, (AFTER, C, date(2026, 1, 13))], &[]);
    assert_eq!(lock.schemas[0].gone, []);
    let note = lock.schemas[0].table("Account").unwrap().field("note").unwrap();
    assert_eq!(note.since.as_deref(), Some("c3c3c3c3c3c3"), "somebody has to look at it again");
}
