//! `trustbook review` with answers from a file: the edits, the unchanged bytes, and the refusals.

mod refused;
mod sixty;

use crate::command::{root, stderr, stdout, trustbook, write};
use std::collections::BTreeMap;
use std::fs;
use std::process::Output;
use tempfile::TempDir;

/// The day of the reviews: `SOURCE_DATE_EPOCH` of the tests.
const TODAY: &str = "2026-01-15";
const DEFAULTS: &str =
    "# Head.\n\n[defaults]\nowner = \"ann\"\nsource = \"s\"\nstated = 2024-01-01\nreview = \"30 days\"\n";

fn book(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "book.toml", "[book]\ntitle = \"Example\"\n");
    write(dir.path(), "src/SUMMARY.md", "- [About](about.md)\n");
    write(dir.path(), "src/about.md", "# About\n");
    for (path, text) in files {
        write(dir.path(), path, text);
    }
    dir
}

fn review(book: &TempDir, answers: &str, args: &[&str]) -> Output {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), answers).unwrap();
    let path = file.path().to_str().unwrap();
    trustbook(&[&["review"], args, &["--answers", path]].concat(), book.path())
}

fn read(book: &TempDir, path: &str) -> String {
    String::from_utf8(fs::read(book.path().join(path)).unwrap()).unwrap()
}

#[test]
fn an_answer_can_be_spread_over_tables() {
    let facts = "[a]\nb = \"x\"\n[[region]]\nid = \"oslo\"\nplace = \"Oslo\"\n";
    let book = book(&[("facts/a.toml", &format!("{DEFAULTS}{facts}"))]);
    let answers = "[a]\nb.change = \"y\"\n[\"region.oslo\".change]\nplace = \"Bergen\"\n\
        [\"region.oslo\".change.codes]\nhouse = \"x\" # c\n\"b c\" = \"z\"\n";
    let output = review(&book, answers, &["--now", "2026-02-01"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let days = "stated = 2026-02-01";
    let expected = format!(
        "{DEFAULTS}[a]\nb = {{ value = \"y\", {days}, verified = 2026-02-01 }}\n[[region]]\nid = \"oslo\"\nplace = \"Bergen\"\n\
        codes = {{ house = \"x\", \"b c\" = \"z\" }}\n{days}\nverified = 2026-02-01\n"
    );
    assert_eq!(read(&book, "facts/a.toml"), expected);
}

#[test]
fn the_reference_book_can_be_reviewed_as_a_whole() {
    let book = book(&[]);
    let mut before = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root().join("facts")) {
        let path = entry.unwrap().into_path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        write(book.path(), &name, &fs::read_to_string(&path).unwrap());
        before.insert(name, fs::read_to_string(&path).unwrap());
    }
    let due = stdout(&trustbook(&["facts", "--due", "--json"], book.path()));
    let ids = due.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].to_string());
    let answers: String = ids.map(|id| format!("{id} = \"keep\"\n")).collect();
    let output = review(&book, &answers, &["--due"]);
    assert!(answers.lines().count() > 60 && stderr(&output).ends_with(", 0 left\n"), "{}", stderr(&output));
    for (path, text) in before {
        let after = read(&book, &path);
        // The data model was read on the day before, and live facts are not reviewed.
        let is_left = ["facts/claims.toml", "facts/lists.toml", "facts/spend-logs.toml", "facts/this-site.toml"]
            .contains(&path.as_str());
        assert!(after != text || path.starts_with("facts/data-model/") || is_left, "{path}");
        let without = after.replace(&format!(", verified = {TODAY}"), "").replace(&format!("verified = {TODAY}\n"), "");
        assert_eq!(without, text, "{path}");
    }
    assert_eq!(stdout(&trustbook(&["facts", "--due"], book.path())), "");
}

#[test]
fn what_was_never_checked_is_asked_and_a_prefix_names_all_below_it() {
    let book = book(&[("facts/a.toml", &format!("{DEFAULTS}[a]\nb = \"x\"\nc = \"y\"\n[ab]\nd = \"z\"\n"))]);
    let output = review(&book, "\"a.b\" = \"keep\"\n", &["--now", "2026-02-01", "--dry-run"]);
    assert!(stderr(&output).ends_with("1 kept, 0 changed, 0 unsure, 2 left\n"), "{}", stderr(&output));
    let output = review(&book, "\"a.b\" = \"keep\"\n", &["a", "--now", "2026-02-01", "--dry-run"]);
    assert!(stderr(&output).ends_with("1 kept, 0 changed, 0 unsure, 1 left\n"), "{}", stderr(&output));
    // What names nothing as a whole is the beginning of ids.
    for (id, left) in [("a.", 2), ("a.b", 1), ("ab.", 1), ("vendor", 0)] {
        let told = stderr(&review(&book, "", &[id, "--dry-run"]));
        let expected = match left {
            0 => "there is no fact or record `vendor`".to_owned(),
            left => format!("{left} left"),
        };
        assert!(told.contains(&expected), "{id}: {told}");
    }
}

#[test]
fn only_what_was_never_checked_is_asked_on_demand() {
    let facts = "[a]\ndue = { value = 1, verified = 2024-01-10 }\nnever = 1\n";
    let book = book(&[("facts/a.toml", &format!("{DEFAULTS}{facts}"))]);
    let told = |args: &[&str]| stderr(&review(&book, "", args));
    assert!(told(&[]).contains("2 left") && told(&["--unchecked"]).contains("1 left"), "{}", told(&["--unchecked"]));
    let refused = stderr(&review(&book, "a.due = \"keep\"\n", &["--unchecked"]));
    assert!(refused.contains("`a.due` is not among"), "{refused}");
}

#[test]
fn only_what_is_due_or_was_never_dated_is_asked_and_the_command_line_narrows_it() {
    let facts = "[a]\nfresh = { value = 1, verified = 2026-01-10 }\ndue = 1\nsoon = { value = 1, verified = 2025-12-20 }\n\
        over = { value = 1, valid_until = 2025-12-31, verified = 2026-01-10 }\nbob = { value = 1, owner = \"bob\" }\n";
    let undated = "[b]\nundated = { value = \"x\", source = \"s\" }\n";
    let book = book(&[("facts/a.toml", &format!("{DEFAULTS}{facts}")), ("facts/b.toml", undated)]);
    let left = |args: &[&str]| stderr(&review(&book, "", args)).trim().to_owned();
    assert_eq!(left(&[]), "0 kept, 0 changed, 0 unsure, 4 left");
    assert_eq!(left(&["."]), "0 kept, 0 changed, 0 unsure, 4 left");
    assert_eq!(left(&["--due"]), "0 kept, 0 changed, 0 unsure, 3 left");
    assert_eq!(left(&[".", "--due", "7d"]), "0 kept, 0 changed, 0 unsure, 4 left");
    assert_eq!(left(&["--owner", "bob"]), "0 kept, 0 changed, 0 unsure, 1 left");
    assert_eq!(left(&["a.fresh", "a.due"]), "0 kept, 0 changed, 0 unsure, 2 left");
    let said = stderr(&review(&book, "a.due = \"keep\"\n", &["--owner", "bob"]));
    assert!(said.contains("`a.due` is not among the facts and records to review"), "{said}");
    let said = stderr(&review(&book, "a.fresh = \"unsure\"\na.over = \"keep\"\n", &[]));
    assert!(said.contains("1 kept, 0 changed, 1 unsure, 3 left"), "{said}");
    assert!(said.contains("still expired since 2025-12-31: a.over, owner ann, in facts/a.toml"), "{said}");
    for (args, part) in [(["--owner", "bobb"], "did you mean `bob`?"), ([".", "a.deu"], "did you mean `a.due`?")] {
        let output = review(&book, "", &args);
        assert!(output.status.code() == Some(2) && stderr(&output).contains(part), "{}", stderr(&output));
    }
}

#[test]
fn what_is_wrong_elsewhere_in_the_register_is_left_as_it_is() {
    let facts = "[a]\nb = 1\nc = { value = \"x\", type = \"email\" }\nd = { value = 1, valeu = 2 }\n";
    let book = book(&[("facts/a.toml", &format!("{DEFAULTS}{facts}")), ("facts/broken.toml", "[x]\ny = 1\nz = \n")]);
    let said = stderr(&review(&book, "a.b = \"keep\"\na.d = \"keep\"\n", &[]));
    assert!(said.contains("2 kept"), "{said}");
    assert!(said.contains("files that are not TOML"), "{said}");
    assert!(read(&book, "facts/a.toml").contains("d = { value = 1, valeu = 2, verified = 2026-01-15 }"));
    let said = stderr(&review(&book, "a.c = \"keep\"\nx.y = \"keep\"\n", &[]));
    assert!(said.contains("`a.c` has a value that does not fit its type"), "{said}");
    assert!(said.contains("no fact or record `x.y`"), "{said}");
    let said = stderr(&review(&book, "a.c = { change = \"a@example.com\" }\n", &[]));
    assert!(said.contains("1 changed"), "{said}");
}
