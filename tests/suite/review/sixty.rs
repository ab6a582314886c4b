//! Sixty facts and records in every form, in three files: each is answered, and every other byte stays.

use super::{DEFAULTS, TODAY, book, read, review};
use crate::command::{stderr, stdout, tree, trustbook};
use std::collections::BTreeMap;
use std::path::PathBuf;
use tempfile::TempDir;

/// An answer for a fact or record, with its text before and after.
struct Case {
    id: String,
    answer: String,
    before: String,
    after: String,
}

/// Twenty short forms with comments: text, numbers, lists of several lines, dotted keys.
fn short() -> Vec<Case> {
    let case = |n: usize| {
        let (old, new) = match n % 4 {
            0 => (format!("\"text {n}\""), format!("\"new {n}\"")),
            1 => (format!("{n}"), format!("{}", n + 100)),
            2 => (format!("[\n  \"a {n}\", # first\n  \"b\",\n]"), format!("[\"c {n}\"]")),
            _ => (format!("'''raw {n}'''"), "2 > 1".to_owned()),
        };
        let new = if n % 4 == 3 { format!("\"{new}\"") } else { new };
        let key = if n.is_multiple_of(5) { format!("group.f{n}") } else { format!("f{n}") };
        let id = format!("short.{key}");
        let line = |value: &str| format!("{key}   = {value}  # comment {n}\n");
        let long = |value: &str, days: &str| line(&format!("{{ value = {value}, {days}verified = {TODAY} }}"));
        let changed = long(&new, &format!("stated = {TODAY}, "));
        case_of(n, id, &new, line(&old), long(&old, ""), changed)
    };
    (0..20).map(case).collect()
}

/// Twenty long forms: inline tables, and tables with a header.
fn long() -> Vec<Case> {
    let case = |n: usize| {
        let (id, new) = (format!("long.f{n}"), format!("\"+47123456{n:02}\""));
        let days = |indent: &str| format!("{indent}stated = {TODAY}\n{indent}verified = {TODAY}\n");
        let keep = |indent: &str| format!("{indent}verified = {TODAY}\n");
        match n < 10 {
            true => {
                let line = |value: &str, more: &str| {
                    format!("f{n} = {{ type = \"phone\",value={value}, verified = 2024-05-05{more} }} # c {n}\n")
                };
                let day = |text: String| text.replace("2024-05-05", TODAY);
                let old = "\"+4700000000\"";
                let changed = day(line(&new, &format!(", stated = {TODAY}")));
                case_of(n, id, &new, line(old, ""), day(line(old, "")), changed)
            }
            false => {
                let table = |value: &str, more: &str| {
                    format!(
                        "[long.f{n}] # head {n}\n  value = {value}\n  type = \"phone\" # last\n{more}\n# between {n}\n"
                    )
                };
                let old = "\"+4700000000\"";
                case_of(n, id, &new, table(old, ""), table(old, &keep("  ")), table(&new, &days("  ")))
            }
        }
    };
    (0..20).map(case).collect()
}

/// Twenty records, with sub-tables, dotted keys and fields in `not_stated`.
fn records() -> Vec<Case> {
    let case = |n: usize| {
        let tail = match n % 2 {
            0 => "country = \"NO\" # c\ncodes.house = \"x\"\n",
            _ => "country = \"NO\" # c\n",
        };
        let sub = if n.is_multiple_of(2) { "\n" } else { "\n[region.codes] # sub\nhouse = \"x\"\n\n" };
        let record = |place: &str, open: &str, more: &str| {
            format!("[[region]]\nid = \"r{n}\" # id\nplace = \"{place}\"\n{open}{tail}{more}{sub}")
        };
        let days = format!("stated = {TODAY}\nverified = {TODAY}\n");
        let open = |rest: &str| format!("not_stated = [\"role\"{rest}] # open\n");
        let (before, keep) = (
            record("Old", &open(", \"data\""), ""),
            record("Old", &open(", \"data\""), &format!("verified = {TODAY}\n")),
        );
        let changed = record("New", "not_stated = [\"data\"] # open\n", &format!("role = \"backup\"\n{days}"));
        case_of(n, format!("region.r{n}"), "{ place = \"New\", role = \"backup\" }", before, keep, changed)
    };
    (0..20).map(case).collect()
}

/// Returns a case whose answer is `keep`, a change or `unsure`, in turn.
fn case_of(n: usize, id: String, new: &str, before: String, keep: String, changed: String) -> Case {
    let (answer, after) = match n % 3 {
        0 => ("\"keep\"".to_owned(), keep),
        1 => (format!("{{ change = {new} }}"), changed),
        _ => ("\"unsure\"".to_owned(), before.clone()),
    };
    Case { id, answer, before, after }
}

#[test]
fn sixty_facts_in_three_files_are_answered_and_nothing_else_changes() {
    let (short, long, records) = (short(), long(), records());
    let text = |head: &str, cases: &[Case], of: fn(&Case) -> &String| {
        format!(
            "{DEFAULTS}{head}{}# Foot, with no line end",
            cases.iter().map(|case| of(case).as_str()).collect::<String>()
        )
    };
    let files = |of: fn(&Case) -> &String| {
        BTreeMap::from([
            ("facts/a/short.toml", text("[short]\n", &short, of)),
            ("facts/long.toml", text("[long]\n", &long, of).replace('\n', "\r\n")),
            ("facts/records.toml", format!("\u{feff}{}", text("", &records, of))),
        ])
    };
    let before = files(|case| &case.before);
    let book = book(&before.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>());
    let checked = |book: &TempDir| stdout(&trustbook(&["check", "--format", "short"], book.path()));
    let errors =
        |report: &str| report.lines().filter(|line| line.contains("error[")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(errors(&checked(&book)), Vec::<String>::new());
    let cases = || short.iter().chain(&long).chain(&records);
    // Both ways of writing an id.
    let answers: String = cases()
        .enumerate()
        .map(|(n, case)| match n % 2 {
            0 => format!("\"{}\" = {}\n", case.id, case.answer),
            _ => format!("{} = {}\n", case.id, case.answer),
        })
        .collect();
    let others = |tree: BTreeMap<PathBuf, Vec<u8>>| {
        tree.into_iter().filter(|(path, _)| !path.starts_with("facts")).collect::<BTreeMap<_, _>>()
    };
    let around = others(tree(book.path()));

    let dry = review(&book, &answers, &["--dry-run"]);
    assert!(
        stderr(&dry).contains("dry run, nothing was written: 21 kept, 21 changed, 18 unsure, 0 left"),
        "{}",
        stderr(&dry)
    );
    before.iter().for_each(|(path, text)| assert_eq!(read(&book, path), *text));

    let output = review(&book, &answers, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("\n21 kept, 21 changed, 18 unsure, 0 left\n")
            || stderr(&output).starts_with("21 kept")
    );
    for case in cases().filter(|case| case.answer == "\"unsure\"") {
        assert!(stderr(&output).contains(&format!("unsure: {}, owner ann, in facts/", case.id)), "{}", case.id);
    }
    for (path, text) in files(|case| &case.after) {
        assert_eq!(read(&book, path), text, "{path}");
    }
    assert_eq!(others(tree(book.path())), around);
    assert_eq!(errors(&checked(&book)), Vec::<String>::new());
    let due = stdout(&trustbook(&["facts", "--due", "--json"], book.path()));
    assert_eq!(due.lines().count(), 18, "what nobody was sure of is still due");
}
