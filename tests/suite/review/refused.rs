//! Reviews that are refused: nothing is written, and the mistakes are reported.

use super::{DEFAULTS, book, read, review};
use crate::command::{stderr, tree, trustbook, write};

#[test]
fn with_any_wrong_answer_nothing_is_written_and_all_of_them_are_told() {
    let facts = "[vendor]\nlegal_name = \"Example Ltd\"\nemployees = 12\nphone = { value = \"+4712345678\" }\n\
        [other]\ncount = 3\nkind = { value = \"a\", type = \"choice\", choices = [\"a\", \"b\"] }\n\
        [[region]]\nid = \"oslo\"\nplace = \"Oslo\"\n[region.codes]\nhouse = \"x\"\n";
    let book = book(&[("facts/a.toml", &format!("{DEFAULTS}{facts}"))]);
    let before = tree(book.path());
    let answers = "\"vendor.legal_name\" = \"keep\"\n\
        \"vendor.legal_nam\" = \"keep\"\n\
        \"vendor.employees\" = { change = \"three\" }\n\
        \"vendor.phone\" = { change = \"770\" }\n\
        \"other.count\" = { change = \"three\" }\n\
        \"other.kind\" = { change = \"c\" }\n\
        \"region.oslo\" = { change = { plaec = \"x\", country = \"UK\", codes = { house = \"y\" } } }\n\
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
        ":7:53: error: `region.oslo.country` is not a country code",
        ":8:1: error: no fact or record `region.oslo.place` in the register\n  help: a record is reviewed as a whole: answer for `region.oslo`",
        ":7:67: error: `region.oslo.codes` is written as a table of its own: change it by hand",
        ":9:12: error: `region.oslo` is answered twice",
        ":10:12: error: `vendor.legal_name` is answered twice",
        "nothing was written: ",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(before == tree(book.path()));
    for (answers, part) in [
        (
            "\"vendor.legal_name\" = \"kepe\"",
            ":1:23: error: this is not an answer for `vendor.legal_name`\n  help: did you mean `keep`?",
        ),
        ("\"vendor.legal_name\" = { keep = true }", ":1:23: error: this is not an answer for `vendor.legal_name`"),
        ("\"vendor.legal_name\" = { change = \"x\", on = 1 }", ":1:39: error: an answer has no `on`"),
        ("\"region.oslo\" = { change = \"x\" }", ":1:19: error: `region.oslo` is a record"),
        ("\"region.oslo\" = { change = { place = \"x\", codes = {} } }", "`region.oslo.codes` is written as a table"),
        ("\"vendor.legal_name\" = ", ":1:23: error: the answers are not TOML"),
        ("\"vendor.legal_name\" = { change = \"  \" }", "`vendor.legal_name` is empty"),
    ] {
        let output = review(&book, answers, &[]);
        assert!(stderr(&output).contains(part) && output.status.code() == Some(1), "{part}: {}", stderr(&output));
    }
    assert!(before == tree(book.path()));
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

#[cfg(unix)]
mod unix {
    use super::*;
    use crate::command::programs;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::process::CommandExt;
    use std::path::Path;
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
        // Root ignores permissions, so it makes the files accessible and runs the command as `nobody`.
        if fs::write(book.path().join("facts/sub/probe"), "").is_ok() {
            fs::remove_file(book.path().join("facts/sub/probe")).unwrap();
            mode(&book.path().join("facts"), 0o777);
            command.uid(65534);
        }
        let Ok(output) = command.output() else { return };
        mode(&book.path().join("facts/sub"), 0o755);
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(stderr(&output).contains("give yourself permission to write there"), "{}", stderr(&output));
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
        // The pipe opens when the command reads it, which is after it has read the register.
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
