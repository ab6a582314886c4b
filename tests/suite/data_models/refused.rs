//! Refusals of `trustbook refresh`: the lock is unchanged, and the message says what to do.

use super::refresh::{FIRST, book, locked, pin};
use super::{A, B};
use crate::command::{stderr, stdout, tree, trustbook, write};
use std::fs;
use trustbook_core::lock;

/// Asserts that the command exits with this code, prints these texts, and changes no file.
fn refuses(dir: &std::path::Path, args: &[&str], code: i32, parts: &[&str]) {
    let before = tree(dir);
    let output = trustbook(&[&["refresh"], args].concat(), dir);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    for part in parts {
        assert!(said.contains(part), "{args:?}: {part}: {said}");
    }
    assert!(before == tree(dir), "{args:?}");
}

#[test]
fn a_call_that_makes_no_sense_is_refused() {
    let book = book();
    let dir = book.path();
    assert!(pin(dir, "first.prisma", A, &[]).status.success());
    let register = fs::read_to_string(dir.join("facts/data.toml")).unwrap();
    let other = "[[schema]]\nid = \"other\"\npath = \"x.prisma\"\nrepository = \"https://git.example.com/x\"\n\n";
    let own = "[[schema]]\nid = \"own\"\npath = \"second.prisma\"\n\n";
    write(dir, "facts/data.toml", &register.replacen("[[schema]]", &format!("{other}{own}[[schema]]"), 1));
    for (args, parts) in [
        (vec!["app", "--from", "second.prisma"], vec!["--commit <COMMIT>"]),
        (vec!["app", "--from", "second.prisma", "--commit", "b2b2b2b"], vec!["write all 40 or 64 digits"]),
        (vec!["app", "--commit", "main"], vec!["write all 40 or 64 digits"]),
        (vec!["app", "other", "--from", "second.prisma", "--commit", B], vec!["for one data model", "name one"]),
        (vec!["--from", "second.prisma", "--commit", B], vec!["for one data model", "name one"]),
        (vec!["appp"], vec!["the register has no source and no data model `appp`", "did you mean `app`?"]),
        (vec!["zzz"], vec!["the register has no source and no data model `zzz`", "there are `other` and `app`"]),
        (vec!["own"], vec!["`own` is a file of the book, which has no lock"]),
    ] {
        refuses(dir, &args, 2, &parts);
    }
}

#[test]
fn what_can_not_be_read_leaves_the_lock_as_it_was() {
    let book = book();
    let dir = book.path();
    assert!(pin(dir, "first.prisma", A, &[]).status.success());
    write(dir, "broken.prisma", "model Account {\n  id Int @id\n\nmodel Visit {\n  id Int @id\n}\n");
    write(dir, "empty.prisma", "// nothing\n");
    write(dir, "readme.txt", "no data model\n");
    fs::write(dir.join("bytes.prisma"), b"model A { \xff Int }").unwrap();
    fs::create_dir(dir.join("nothing")).unwrap();
    let from = |file: &'static str| vec!["app", "--from", file, "--commit", B];
    let stays = "the data model `app` is unchanged in the lock";
    refuses(
        dir,
        &from("broken.prisma"),
        1,
        &[
            stays,
            "be read completely\nprisma/schema.prisma:1:",
            "error[schema-syntax]",
            "not closed",
            "stay at the commit that the lock has",
        ],
    );
    refuses(dir, &from("empty.prisma"), 1, &[stays, "has no table at that commit"]);
    refuses(dir, &from("bytes.prisma"), 1, &[stays, "is not UTF-8"]);
    refuses(dir, &from("nowhere.prisma"), 1, &[stays, "reading nowhere.prisma failed"]);
    refuses(dir, &from("nothing"), 1, &[stays, "has no file in a schema language"]);
    // Its new content would count as reviewed together with the commit.
    let other = ["app", "--from", "second.prisma", "--commit", A];
    refuses(dir, &other, 1, &[stays, "prisma/schema.prisma is not what the lock has for commit", "name the commit"]);
    // The path in the register determines the language, wherever the file was read from.
    let output = pin(dir, "readme.txt", B, &["--dry-run"]);
    assert_eq!(output.status.code(), Some(1), "{}{}", stdout(&output), stderr(&output));
}

#[cfg(unix)]
#[test]
fn a_lock_that_must_not_be_written_is_left_alone() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (book, outside) = (book(), tempfile::tempdir().unwrap());
    let dir = book.path();
    assert!(pin(dir, "first.prisma", A, &[]).status.success());
    let (path, args) = (dir.join(lock::PATH), ["app", "--from", "second.prisma", "--commit", B]);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    refuses(dir, &args, 3, &["facts/facts.lock failed", "give yourself permission to write there"]);
    // A symbolic link must not redirect a write to another place.
    let text = locked(dir);
    fs::remove_file(&path).unwrap();
    write(outside.path(), "facts.lock", &text);
    symlink(outside.path().join("facts.lock"), &path).unwrap();
    let output = trustbook(&[&["refresh"], args.as_slice()].concat(), dir);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(outside.path().join("facts.lock")).unwrap(), text);
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
}

#[test]
fn a_lock_that_was_merged_or_edited_is_not_built_upon() {
    let book = book();
    let dir = book.path();
    assert!(pin(dir, "first.prisma", A, &[]).status.success());
    let good = locked(dir);
    let head = good.find("commit = ").unwrap();
    let markers = format!("{}<<<<<<< ours\n{}", &good[..head], &good[head..]);
    write(dir, lock::PATH, &markers);
    let args = ["app", "--from", "second.prisma", "--commit", B];
    refuses(dir, &args, 3, &["facts/facts.lock cannot be used", "restore it from version control"]);
    let check = stdout(&trustbook(&["check", "--format", "short"], dir));
    assert!(check.contains("error[lock-mismatch]: the lock cannot be read"), "{check}");
    // An edited entry is only recreated if no id is given, so that no part of it is reused unnoticed.
    write(dir, lock::PATH, &good.replace("\"nickname\"", "\"nick\""));
    refuses(dir, &args, 3, &["was changed by hand, or in a merge", "without ids"]);
    let check = stdout(&trustbook(&["check", "--format", "short"], dir));
    assert!(check.contains("error[lock-mismatch]: the lock is not as `trustbook refresh` wrote it"), "{check}");
    let output = trustbook(&["refresh", "--from", "first.prisma", "--commit", A], dir);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("that entry is made anew"), "{}", stderr(&output));
    assert_eq!(locked(dir), good);
    assert_eq!(FIRST.matches("nickname").count(), 1);
}
