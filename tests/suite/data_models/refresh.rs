//! Moving a pin from end to end with the real command: its messages, the files written, and the work that remains.

use super::{A, B, PATH, REPOSITORY};
use crate::command::{stderr, stdout, tree, trustbook, write};
use crate::schemas::example;
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;
use trustbook_core::lock;
use trustbook_core::schema::LANGUAGES;

pub(super) const FIRST: &str = "\
model Account {
  id       Int    @id
  email    String
  nickname String
  role     String
}

model Visit {
  id Int @id
}
";

/// One field is added, one removed and one retyped; one table is added and one removed.
pub(super) const SECOND: &str = "\
model Account {
  id    Int      @id
  email String
  phone String?
  role  String[]
}

model Device {
  id Int @id
}
";

const HEAD: &str = "[defaults]\nsource = \"handbook\"\n\n";

fn schema(id: &str) -> String {
    format!("[[schema]]\nid = \"{id}\"\npath = \"{PATH}\"\nrepository = \"{REPOSITORY}\"\n\n")
}

const ACCOUNT: &str = "\
[[table]]
schema = \"app\"
name = \"Account\"
purpose = \"People who have signed up.\"
fields.id = \"user.unique_id\"
fields.email = \"user.contact.email\"
fields.nickname = \"user.account.username\"
fields.role = \"user.account\"
";

fn left_out(table: &str) -> String {
    format!("\n[[table]]\nschema = \"app\"\nname = \"{table}\"\nleft_out = \"it holds no personal data\"\n")
}

/// Creates a book with the data model `app`, and both versions of that beside it.
pub(super) fn book() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str, text: &str| write(dir.path(), path, text);
    at("book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n");
    at("facts/data.toml", &format!("{HEAD}{}{ACCOUNT}{}", schema("app"), left_out("Visit")));
    at("src/SUMMARY.md", "- [Data](data.md)\n");
    at("src/data.md", "# Data\n\n{{#schemas}}\n\n{{#fields app.Account}}\n");
    at("first.prisma", FIRST);
    at("second.prisma", SECOND);
    dir
}

/// Pins to a version in one of the files beside the book.
pub(super) fn pin(dir: &Path, file: &str, commit: &str, more: &[&str]) -> Output {
    let args = [&["refresh", "app", "--from", file, "--commit", commit], more].concat();
    trustbook(&args, dir)
}

pub(super) fn locked(dir: &Path) -> String {
    fs::read_to_string(dir.join(lock::PATH)).unwrap()
}

/// Returns the findings of `check`.
fn found(dir: &Path) -> Vec<String> {
    let output = trustbook(&["check", "--format", "short"], dir);
    stdout(&output).lines().map(str::to_owned).collect()
}

fn pinned(dir: &Path, file: &str, commit: &str) -> String {
    let output = pin(dir, file, commit, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("wrote facts/facts.lock"), "{}", stderr(&output));
    stdout(&output)
}

#[test]
fn a_pin_is_moved_and_each_change_is_told_once_where_it_is_mended() {
    let book = book();
    let dir = book.path();
    let [unpinned] = found(dir).try_into().unwrap();
    assert!(unpinned.contains("facts/data.toml:5:6: error[schema-unpinned]"), "{unpinned}");
    let said = pinned(dir, "first.prisma", A);
    assert_eq!(said, format!("app: pinned to commit {A}, read as `prisma` (2 tables, 5 fields)\n"));
    assert_eq!(found(dir), [""; 0]);

    let said = pinned(dir, "second.prisma", B);
    for line in [
        &format!("app: from commit {A} to {B} (2 tables, 5 fields): 5 changes\n"),
        "  Account\n",
        "    `nickname` is gone (was prisma/schema.prisma:4)\n      shown in src/data.md\n",
        "    `phone` is new: String (optional) (prisma/schema.prisma:4)\n      shown in src/data.md\n",
        "    `role` was String and is String (list) (prisma/schema.prisma:5)\n      shown in src/data.md\n",
        "  Device (not described)\n    the table is new: a table with 1 field (prisma/schema.prisma:8)\n",
        "  Visit (left out)\n    the table is gone (was prisma/schema.prisma:8)\n",
    ] {
        assert_eq!(said.matches(line).count(), 1, "{line}: {said}");
    }

    let report = found(dir);
    for (place, check, parts) in [
        ("data.toml:5:6", "field-unclassified", ["the table `Device` of `app`", "(prisma/schema.prisma:8)"]),
        ("data.toml:11:8", "field-unclassified", ["`phone` of `Account`", "(prisma/schema.prisma:4)"]),
        ("data.toml:15:8", "field-vanished", ["`nickname` of `Account`", "prisma/schema.prisma:4"]),
        ("data.toml:16:8", "field-changed", ["`role` of `Account`", "(prisma/schema.prisma:5)"]),
        ("data.toml:20:8", "field-vanished", ["the table `Visit`", "prisma/schema.prisma:8"]),
    ] {
        let is_it = |line: &&String| line.contains(place) && line.contains(&format!("error[{check}]"));
        let lines: Vec<&String> = report.iter().filter(is_it).collect();
        let [line] = lines.as_slice() else { panic!("{place} {check}: {report:#?}") };
        assert!(parts.iter().all(|part| line.contains(part)), "{parts:?}: {line}");
    }
    assert_eq!(report.len(), 5, "{report:#?}");

    // Describe the new field, remove the missing one, and review the changed ones.
    let mended = ACCOUNT
        .replace("fields.nickname = \"user.account.username\"", "fields.phone = \"user.contact.phone_number\"")
        .replace("fields.id", "reviewed = \"b2b2b2b2b2b2\"\nfields.id");
    write(dir, "facts/data.toml", &format!("{HEAD}{}{mended}{}", schema("app"), left_out("Device")));
    assert_eq!(found(dir), [""; 0]);

    // Moving back is a move like any other.
    let said = pinned(dir, "first.prisma", A);
    assert!(said.contains(&format!("app: from commit {B} to {A} (2 tables, 5 fields): 5 changes\n")), "{said}");
    let checks: Vec<String> = found(dir).iter().map(|line| between(line, "error[", "]")).collect();
    let expected = ["field-unclassified", "field-unclassified", "field-vanished", "field-changed", "field-vanished"];
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    assert_eq!(sorted(checks), sorted(expected.map(str::to_owned).to_vec()));
}

fn between(text: &str, before: &str, after: &str) -> String {
    let rest = text.split_once(before).map_or("", |(_, rest)| rest);
    rest.split_once(after).map_or("", |(found, _)| found).to_owned()
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    let book = book();
    pinned(book.path(), "first.prisma", A);
    let before = tree(book.path());
    let dry = pin(book.path(), "second.prisma", B, &["--dry-run"]);
    assert_eq!(dry.status.code(), Some(0));
    assert!(stderr(&dry).contains("facts/facts.lock was not written (--dry-run)"), "{}", stderr(&dry));
    assert!(before == tree(book.path()));
    assert_eq!(stdout(&dry), pinned(book.path(), "second.prisma", B));
}

#[test]
fn the_same_gives_the_same_bytes_and_a_later_day_changes_that_day_only() {
    let book = book();
    let dir = book.path();
    pinned(dir, "first.prisma", A);
    pinned(dir, "second.prisma", B);
    let before = locked(dir);
    let again = pin(dir, "second.prisma", B, &[]);
    assert!(stderr(&again).contains("the lock is unchanged"), "{}", stderr(&again));
    assert_eq!(stdout(&again), format!("app: nothing has changed at commit {B}\n"));
    assert_eq!(locked(dir), before);
    let later = pin(dir, "second.prisma", B, &["--now", "2026-03-01"]);
    assert_eq!(stdout(&later), format!("app: nothing has changed at commit {B}\n"));
    let after = locked(dir);
    let differs: Vec<(&str, &str)> = before.lines().zip(after.lines()).filter(|(a, b)| a != b).collect();
    assert_eq!(before.lines().count(), after.lines().count());
    let [(_, checked), (_, seal)] = differs.as_slice() else { panic!("{differs:?}") };
    assert_eq!(*checked, "checked = 2026-03-01");
    assert!(seal.starts_with("seal = "), "{seal}");
    // In another book, the same moves to the same commit give the same lock.
    let other = self::book();
    pinned(other.path(), "first.prisma", A);
    pinned(other.path(), "second.prisma", B);
    assert_eq!(locked(other.path()), before);
}

#[test]
fn what_the_register_does_not_name_is_taken_out() {
    let book = book();
    let dir = book.path();
    let both = format!("{HEAD}{}{}{ACCOUNT}{}", schema("app"), schema("old"), left_out("Visit"));
    write(dir, "facts/data.toml", &both);
    pinned(dir, "first.prisma", A);
    let old = trustbook(&["refresh", "old", "--from", "first.prisma", "--commit", A], dir);
    assert_eq!(old.status.code(), Some(0), "{}", stderr(&old));
    write(dir, "facts/data.toml", &format!("{HEAD}{}{ACCOUNT}{}", schema("app"), left_out("Visit")));
    let [left] = found(dir).try_into().unwrap();
    assert!(left.contains("error[lock-mismatch]: the lock has a data model `old`"), "{left}");
    let said = pinned(dir, "first.prisma", A);
    assert!(said.contains("old: removed from the lock, since the register does not have it\n"), "{said}");
    assert_eq!(found(dir), [""; 0]);
}

/// The name of a language is the same word in the register, the lock and both readers.
#[test]
fn a_data_model_of_each_language_is_pinned_and_checked() {
    for language in LANGUAGES {
        let dir = tempfile::tempdir().unwrap();
        let path = format!("model{}", language.endings[0]);
        let text = example(language);
        write(dir.path(), "book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n");
        write(dir.path(), "src/SUMMARY.md", "- [Data](data.md)\n");
        write(dir.path(), "src/data.md", "# Data\n\n{{#schemas}}\n");
        write(dir.path(), &path, text);
        let pinned = format!("{HEAD}[[schema]]\nid = \"app\"\nlanguage = \"{}\"\npath = \"{path}\"\n", language.name);
        write(dir.path(), "facts/data.toml", &format!("{pinned}repository = \"{REPOSITORY}\"\n"));
        let output = pin(dir.path(), &path, A, &[]);
        assert_eq!(output.status.code(), Some(0), "{}: {}", language.name, stderr(&output));
        let told = |text: &str| {
            let others = text.lines().filter(|line| !line.contains("[field-") && !line.contains("[schema-skipped]"));
            others.count()
        };
        let locked = stdout(&trustbook(&["check", "--format", "short"], dir.path()));
        assert!(locked.contains("[field-unclassified]") && told(&locked) == 0, "{}: {locked}", language.name);
        // The same for a data model in the book.
        fs::remove_file(dir.path().join(lock::PATH)).unwrap();
        write(dir.path(), "facts/data.toml", &pinned);
        let in_book = stdout(&trustbook(&["check", "--format", "short"], dir.path()));
        assert!(in_book.contains("[field-unclassified]") && told(&in_book) == 0, "{}: {in_book}", language.name);
    }
}

#[test]
fn the_last_data_model_is_taken_out_when_the_book_itself_holds_it() {
    let book = book();
    let dir = book.path();
    pinned(dir, "first.prisma", A);
    let moved = "[[schema]]\nid = \"app\"\npath = \"first.prisma\"\n\n";
    write(dir, "facts/data.toml", &format!("{HEAD}{moved}{ACCOUNT}{}", left_out("Visit")));
    let [left] = found(dir).try_into().unwrap();
    assert!(left.contains("error[lock-mismatch]: the lock has a data model `app`"), "{left}");
    let output = trustbook(&["refresh"], dir);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(found(dir), [""; 0]);
}

#[test]
fn a_register_that_can_not_be_read_takes_nothing_out_of_the_lock() {
    let book = book();
    let dir = book.path();
    pinned(dir, "first.prisma", A);
    let before = locked(dir);
    write(dir, "facts/broken.toml", "[[schema]\nid = \"other\"\n");
    pin(dir, "first.prisma", A, &[]);
    assert_eq!(locked(dir), before);
    // The same if the broken file holds the only data model.
    write(dir, "facts/data.toml", &format!("{HEAD}[[schema]\nid = \"app\"\n"));
    let output = trustbook(&["refresh"], dir);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stderr(&output).contains("the register cannot be read completely"), "{}", stderr(&output));
    assert_eq!(locked(dir), before);
}

/// A default that was reviewed covers fields. Those that are removed or retyped are reported too, once each.
#[test]
fn what_only_the_default_covers_is_told_when_it_goes_or_changes() {
    let book = book();
    let dir = book.path();
    let table = |reviewed: &str| {
        let default = format!("default = {{ category = \"system.operations\", reviewed = \"{reviewed}\" }}");
        let head = "[[table]]\nschema = \"app\"\nname = \"Account\"\npurpose = \"People.\"";
        format!(
            "{HEAD}{}{head}\n{default}\nfields.email = \"user.contact.email\"\n{}",
            schema("app"),
            left_out("Visit")
        )
    };
    write(dir, "facts/data.toml", &table(&A[..12]));
    pinned(dir, "first.prisma", A);
    assert_eq!(found(dir), [""; 0]);
    write(dir, "first.prisma", &FIRST.replace("  nickname String\n", "").replace("role     String", "role     Json"));
    pinned(dir, "first.prisma", B);
    let told = found(dir);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].contains("[field-changed]: `role` of `Account` (prisma/schema.prisma:4) was String and is Json"),
        "{told:?}"
    );
    let gone =
        format!("[field-vanished]: `nickname` of `Account` is gone from `app` since commit {}; it was at", &B[..12]);
    assert!(told[1].contains(&gone), "{told:?}");
    write(dir, "facts/data.toml", &table(&B[..12]));
    let [left] = found(dir).try_into().unwrap();
    assert!(left.contains("[field-opaque]: `role` of `Account`"), "{left}");
}
