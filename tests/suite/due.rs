//! `trustbook facts --due`: the facts that are due for review by a day, by owner and file.

use crate::command::{stderr, stdout, trustbook, write};
use serde_json::Value as Json;
use std::path::Path;
use tempfile::TempDir;

/// Creates a book, read on 15 January 2026, with a review or an end of each type.
fn book() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "book.toml", "[book]\ntitle = \"Example\"\n");
    write(dir.path(), "src/SUMMARY.md", "- [About](about.md)\n");
    write(dir.path(), "src/about.md", "# About\n\n{{ a.overdue }}, {{ region.oslo.place }}\n");
    let facts = "[defaults]\nsource = \"s\"\nowner = \"ann\"\nstated = 2025-01-01\n\n\
        [a]\n\
        fresh = { value = \"x\", review = \"2 years\" }\n\
        soon = { value = \"x\", review = \"400 days\" }\n\
        overdue = { value = \"x\", review = \"30 days\" }\n\
        today = { value = \"x\", verified = 2026-01-14, review = \"1 day\" }\n\
        ended = { value = \"x\", valid_until = 2025-12-31 }\n\
        ends = { value = \"x\", valid_until = 2026-02-01 }\n\
        later = { value = \"x\", valid_from = 2026-03-01, review = \"30 days\" }\n\
        undated = \"x\"\n";
    write(dir.path(), "facts/a.toml", facts);
    let more = "[[region]]\nid = \"oslo\"\nplace = \"Oslo\"\ncountry = \"NO\"\ncodes = { a = \"b\" }\n\
        source = \"s\"\nstated = 2024-01-01\nreview = \"1 year\"\n\n\
        [b]\nbob = { value = \"x\", source = \"s\", owner = \"bob\", stated = 2024-06-01, review = \"1 month\" }\n";
    write(dir.path(), "facts/b.toml", more);
    dir
}

fn due(dir: &Path, args: &[&str]) -> Vec<(String, String)> {
    let args: Vec<&str> = ["facts", "--json"].iter().chain(args).copied().collect();
    let output = trustbook(&args, dir);
    assert!(output.status.success(), "{}", stderr(&output));
    let objects = stdout(&output);
    let objects = objects.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let text = |object: &Json, key: &str| object[key].as_str().unwrap_or_default().to_owned();
    objects.map(|object| (text(&object, "id"), text(&object, "due"))).collect()
}

#[test]
fn what_is_due_is_listed_by_owner_file_and_day() {
    let book = book();
    let row = |id: &str, due: &str| (id.to_owned(), due.to_owned());
    let now = vec![
        row("region.oslo", "2025-01-01"),
        row("a.overdue", "2025-01-31"),
        row("a.ended", "2025-12-31"),
        row("a.today", "2026-01-15"),
        row("b.bob", "2024-07-01"),
    ];
    assert_eq!(due(book.path(), &["--due"]), now);
    let mut soon = now.clone();
    soon.splice(4..4, [row("a.ends", "2026-02-01"), row("a.soon", "2026-02-05")]);
    assert_eq!(due(book.path(), &["--due", "30d"]), soon);
    assert_eq!(due(book.path(), &[".", "bob", "--due", "3 weeks"]), [row("b.bob", "2024-07-01")]);
    assert_eq!(due(book.path(), &["--due", "--now", "2024-12-31"]), [row("b.bob", "2024-07-01")]);
    assert_eq!(due(book.path(), &[])[0], row("a.fresh", ""));
}

#[test]
fn the_table_has_a_part_for_every_owner_and_file() {
    let book = book();
    let output = trustbook(&["facts", "--due"], book.path());
    let table = stdout(&output);
    let order =
        ["due ", "\nno owner, facts/b.toml:\n", "Oslo", "\nowner ann, facts/a.toml:\n", "2025-01-31  a.overdue"];
    let places: Vec<usize> =
        order.iter().map(|part| table.find(part).unwrap_or_else(|| panic!("{part}: {table}"))).collect();
    assert!(places.is_sorted(), "{table}");
    assert_eq!(stderr(&output), "5 reviews due by 2026-01-15\n");
    let none = trustbook(&["facts", "--due", "--now", "2020-01-01"], book.path());
    assert_eq!((stdout(&none).as_str(), stderr(&none).as_str()), ("", "0 reviews due by 2020-01-01\n"));
    assert_eq!(trustbook(&["facts", "--due", "soon"], book.path()).status.code(), Some(2));
    assert_eq!(trustbook(&["facts", "--due", "99999 years"], book.path()).status.code(), Some(2));
}

#[test]
fn the_schema_needs_no_book() {
    let dir = tempfile::tempdir().unwrap();
    let output = trustbook(&["facts", "--schema"], dir.path());
    assert_eq!(stdout(&output), trustbook_core::register::schema::text());
}

#[test]
fn every_owner_gets_an_issue_of_what_is_due() {
    let book = book();
    let contact = "[[contact]]\nid = \"ann\"\nroles = [\"security\"]\nemail = \"ann@example.com\"\n\
        forge_handle = \"@ann-example\"\nsource = \"s\"\nowner = \"``@all\"\nstated = 2025-01-01\nreview = \"1 day\"\n";
    write(book.path(), "facts/c.toml", contact);
    let output = trustbook(&["facts", "--due", "30d", "--by-owner"], book.path());
    assert!(output.status.success(), "{}", stderr(&output));
    let lines = stdout(&output);
    let issues: Vec<Json> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let titles: Vec<&str> = issues.iter().map(|issue| issue["title"].as_str().unwrap()).collect();
    let owners = ["nobody", "``@all", "ann", "bob"].map(|owner| format!("Due for review: {owner}"));
    assert_eq!(titles, owners);
    assert_eq!(issues[2]["forge_handle"], "ann-example");
    assert_eq!(issues[3]["forge_handle"], Json::Null);
    assert_eq!(issues[2]["count"], 5);
    let body = issues[2]["body"].as_str().unwrap();
    assert!(
        body.starts_with("5 reviews due by 2026-02-14.\n\n- 2025-01-31: `a.overdue` is `x`, stated at `facts/a.toml:"),
        "{body}"
    );
    assert!(body.contains(", shown in `src/about.md`\n"), "{body}");
    let none = trustbook(&["facts", "--due", "--by-owner", "--now", "2020-01-01"], book.path());
    assert_eq!(stdout(&none), "");
}
