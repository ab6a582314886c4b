//! `trustbook review` with answers from a file: what is written, what stays, and when nothing is.

use crate::command::{stderr, stdout, tree, trustbook, write};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
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

/// What is asked, how it stands in its file, and how after each answer.
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

/// Twenty records, with sub-tables, dotted keys and fields that were left open.
fn records() -> Vec<Case> {
    let case = |n: usize| {
        let tail = match n % 2 {
            0 => "country = \"NO\" # c\ncodes.aws = \"x\"\n",
            _ => "country = \"NO\" # c\n",
        };
        let sub = if n % 2 == 0 { "\n" } else { "\n[region.codes] # sub\naws = \"x\"\n\n" };
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

/// Every third is kept, changed or unsure.
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

#[test]
fn with_any_wrong_answer_nothing_is_written_and_all_of_them_are_told() {
    let facts = "[vendor]\nlegal_name = \"Example Ltd\"\nemployees = 12\nphone = { value = \"+4712345678\" }\n\
        [other]\ncount = 3\nkind = { value = \"a\", type = \"choice\", choices = [\"a\", \"b\"] }\n\
        [[region]]\nid = \"oslo\"\nplace = \"Oslo\"\n[region.codes]\naws = \"x\"\n";
    let book = book(&[("facts/a.toml", &format!("{DEFAULTS}{facts}"))]);
    let before = tree(book.path());
    let answers = "\"vendor.legal_name\" = \"keep\"\n\
        \"vendor.legal_nam\" = \"keep\"\n\
        \"vendor.employees\" = { change = \"three\" }\n\
        \"vendor.phone\" = { change = \"770\" }\n\
        \"other.count\" = { change = \"three\" }\n\
        \"other.kind\" = { change = \"c\" }\n\
        \"region.oslo\" = { change = { plaec = \"x\", country = \"UK\", codes = { aws = \"y\" } } }\n\
        \"region.oslo.place\" = \"keep\"\n\
        region = { oslo = { change = \"x\" } }\n\
        vendor = { legal_name = \"unsure\" }\n";
    let output = review(&book, answers, &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    for part in [
        ":2:1: error: no fact or record `vendor.legal_nam` in the register\n  help: did you mean `vendor.legal_name`?",
        ":3:33: error: `vendor.employees` is not an integer",
        ":4:29: error: `vendor.phone` is not a telephone number",
        ":5:28: error: `other.count` is text, not an integer",
        ":6:27: error: `other.kind` is not one of its `choices`",
        ":7:30: error: a region has no field `plaec`\n  help: did you mean `place`?",
        ":7:45: error: `region.oslo.country` is not a country code",
        ":8:1: error: no fact or record `region.oslo.place` in the register\n  help: a record is reviewed as a whole: answer for `region.oslo`",
        ":9:21: error: `region.oslo` is a record",
        ":10:12: error: `vendor.legal_name` is answered twice",
        "nothing was written: ",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(before == tree(book.path()));
    let record = "\"region.oslo\" = { change = { country = \"UK\", codes = { aws = \"y\" }, place = \"Bergen\" } }\n";
    let said = stderr(&review(&book, record, &[]));
    assert!(said.contains(":1:40: error: `region.oslo.country` is not a country code"), "{said}");
    assert!(said.contains("`region.oslo.codes` has `codes` as a table of its own: change it by hand"), "{said}");
    assert!(before == tree(book.path()));
    for (answers, part) in [
        (
            "\"vendor.legal_name\" = \"kepe\"",
            ":1:23: error: this is no answer for `vendor.legal_name`\n  help: did you mean `keep`?",
        ),
        ("\"vendor.legal_name\" = { keep = true }", "no fact or record `vendor.legal_name.keep`"),
        ("\"vendor.legal_name\" = { change = \"x\", on = 1 }", ":1:39: error: an answer has no `on`"),
        ("\"vendor.legal_name\" = ", ":1:23: error: the answers are not TOML"),
        ("\"vendor.legal_name\" = { change = \"  \" }", "`vendor.legal_name` is empty"),
    ] {
        let output = review(&book, answers, &[]);
        assert!(stderr(&output).contains(part) && output.status.code() == Some(1), "{part}: {}", stderr(&output));
    }
    assert!(before == tree(book.path()));
}

#[test]
fn an_answer_can_be_spread_over_tables() {
    let facts = "[a]\nb = \"x\"\n[[region]]\nid = \"oslo\"\nplace = \"Oslo\"\n";
    let book = book(&[("facts/a.toml", &format!("{DEFAULTS}{facts}"))]);
    let answers = "[a]\nb.change = \"y\"\n[\"region.oslo\".change]\nplace = \"Bergen\"\n\
        [\"region.oslo\".change.codes]\naws = \"x\" # c\n\"b c\" = \"z\"\n";
    let output = review(&book, answers, &["--now", "2026-02-01"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let days = "stated = 2026-02-01";
    let expected = format!(
        "{DEFAULTS}[a]\nb = {{ value = \"y\", {days}, verified = 2026-02-01 }}\n[[region]]\nid = \"oslo\"\nplace = \"Bergen\"\n\
        codes = {{ aws = \"x\", \"b c\" = \"z\" }}\n{days}\nverified = 2026-02-01\n"
    );
    assert_eq!(read(&book, "facts/a.toml"), expected);
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
    assert!(said.contains("`a.due` is not among what is reviewed"), "{said}");
    let said = stderr(&review(&book, "a.fresh = \"unsure\"\na.over = \"keep\"\n", &[]));
    assert!(said.contains("1 kept, 0 changed, 1 unsure, 3 left"), "{said}");
    assert!(said.contains("still expired since 2025-12-31: a.over, owner ann, in facts/a.toml"), "{said}");
    for (args, part) in [(["--owner", "bobb"], "did you mean `bob`?"), ([".", "a.deu"], "did you mean `a.due`?")] {
        let output = review(&book, "", &args);
        assert!(output.status.code() == Some(2) && stderr(&output).contains(part), "{}", stderr(&output));
    }
}

#[test]
fn without_a_terminal_and_answers_it_says_how_to_answer() {
    let book = book(&[("facts/a.toml", DEFAULTS)]);
    let output = trustbook(&["review"], book.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--answers"), "{}", stderr(&output));
    let output = trustbook(&["review", "--answers", "nowhere.toml"], book.path());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
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

#[cfg(unix)]
mod unix {
    use super::*;
    use crate::command::programs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_folder_that_can_not_be_written_to_stays_as_it_is() {
        let book = book(&[("facts/a.toml", &format!("{DEFAULTS}[a]\nb = 1\n")), ("facts/sub/c.toml", "c = 1\n")]);
        write(book.path(), "answers.toml", "a.b = \"keep\"\nc = \"keep\"\n");
        let before = tree(book.path());
        mode(book.path(), 0o755);
        mode(&book.path().join("facts/sub"), 0o555);
        let mut command = Command::new(programs().join("trustbook"));
        command.args(["review", "--answers", "answers.toml"]).current_dir(book.path());
        // Nothing is closed to root: it lends the files and runs the command as nobody.
        if fs::write(book.path().join("facts/sub/probe"), "").is_ok() {
            fs::remove_file(book.path().join("facts/sub/probe")).unwrap();
            mode(&book.path().join("facts"), 0o777);
            command.uid(65534);
        }
        let Ok(output) = command.output() else { return };
        mode(&book.path().join("facts/sub"), 0o755);
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(stderr(&output).contains("give yourself the right to write there"), "{}", stderr(&output));
        assert!(before == tree(book.path()), "the other file was not written either");
    }

    #[test]
    fn what_changes_while_the_answers_are_given_is_not_overwritten() {
        let book = book(&[("facts/a.toml", "[a]\nb = 1\n"), ("facts/c.toml", "c = 1\n")]);
        let pipe = book.path().join("answers");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let child = Command::new(programs().join("trustbook"))
            .args(["review", "--answers", "answers"])
            .current_dir(book.path())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The pipe opens when the command reads it: by then it has read the register.
        let mut answers = fs::OpenOptions::new().write(true).open(&pipe).unwrap();
        write(book.path(), "facts/a.toml", "[a]\nb = 2\n");
        std::io::Write::write_all(&mut answers, b"a.b = \"keep\"\nc = \"keep\"\n").unwrap();
        drop(answers);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(stderr(&output).contains("facts/a.toml has changed since it was read"), "{}", stderr(&output));
        assert_eq!(read(&book, "facts/a.toml"), "[a]\nb = 2\n");
        assert_eq!(read(&book, "facts/c.toml"), "c = 1\n");
    }

    #[test]
    fn rights_stay_and_a_linked_file_is_not_part_of_the_review() {
        let outside = tempfile::tempdir().unwrap();
        write(outside.path(), "o.toml", "o = 1\n");
        let book = book(&[("facts/a.toml", "[a]\nb = 1\n")]);
        mode(&book.path().join("facts/a.toml"), 0o640);
        symlink(outside.path().join("o.toml"), book.path().join("facts/o.toml")).unwrap();
        symlink(outside.path(), book.path().join("facts/dir")).unwrap();
        let output = review(&book, "a.b = \"keep\"\no = \"keep\"\n", &[]);
        assert!(stderr(&output).contains("no fact or record `o`"), "{}", stderr(&output));
        let output = review(&book, "a.b = \"keep\"\n", &[]);
        assert!(output.status.success(), "{}", stderr(&output));
        let permissions = fs::metadata(book.path().join("facts/a.toml")).unwrap().permissions();
        assert_eq!(permissions.mode() & 0o777, 0o640);
        assert_eq!(fs::read_to_string(outside.path().join("o.toml")).unwrap(), "o = 1\n");
    }
}
