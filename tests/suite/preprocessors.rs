//! Preprocessors of other programs: who allows them, what they get, and what becomes of what they print.

use crate::command::{programs, stderr, trustbook, write};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Answers the question of mdBook, and prints the book that is given, after a change by `sed`.
fn script(sed: &str) -> String {
    format!(
        "#!/bin/sh\nif [ \"$1\" = supports ]; then exit 0; fi\ntouch ran\nsed -e 's/^.*,\\({{\"items\":\\)/\\1/' -e 's/]$//' {sed}\n"
    )
}

/// A book with a preprocessor `shout`, and its settings.
fn book(settings: &str, sed: &str, chapter: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let toml = format!("[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n\n[preprocessor.shout]\n{settings}\n");
    write(dir.path(), "book.toml", &toml);
    write(dir.path(), "src/SUMMARY.md", "- [About](about.md)\n");
    write(dir.path(), "src/about.md", chapter);
    write(dir.path(), "shout.sh", &script(sed));
    dir
}

const COMMAND: &str = "command = \"sh shout.sh\"";
const ALLOW: [&str; 2] = ["--allow-preprocessor", "shout=sh shout.sh"];

fn allowed(command: &str, dir: &Path) -> Output {
    trustbook(&[&[command], &ALLOW[..]].concat(), dir)
}

fn page(dir: &Path) -> String {
    fs::read_to_string(dir.join("book/about.html")).unwrap()
}

#[test]
fn only_who_builds_allows_a_preprocessor_and_by_its_command() {
    let book = book(COMMAND, "-e 's/quiet/LOUD/'", "# About\n\nWe are quiet.\n");
    let dir = book.path();
    let output = trustbook(&["build"], dir);
    let report = stderr(&output);
    assert!(report.contains("`[preprocessor.shout]` is not run: a book cannot start a program"), "{report}");
    assert!(report.contains("run it with `--allow-preprocessor 'shout=sh shout.sh'`"), "{report}");
    // The name alone is for `mdbook-shout`: whoever changes book.toml does not choose the program.
    let report = stderr(&trustbook(&["build", "--allow-preprocessor", "shout"], dir));
    assert!(report.contains("command-skipped"), "{report}");
    assert!(!dir.join("ran").exists());
    let output = allowed("build", dir);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("ran the preprocessor `sh shout.sh` in 0."), "{}", stderr(&output));
    assert!(!stderr(&output).contains("command-skipped"));
    assert!(page(dir).contains("We are LOUD."));
    let in_environment = |names: &str| {
        let _ = fs::remove_file(dir.join("ran"));
        let mut command = Command::new(programs().join("trustbook"));
        command.arg("check").current_dir(dir).env("TRUSTBOOK_ALLOW_PREPROCESSORS", names);
        assert!(command.output().unwrap().status.success());
        dir.join("ran").exists()
    };
    assert!(in_environment("other\n shout=sh shout.sh\n"));
    assert!(!in_environment("shout"));
    assert!(!in_environment(""));
}

#[test]
fn a_name_alone_is_a_program_of_the_path() {
    let book = book("", "-e 's/quiet/LOUD/'", "# About\n\nWe are quiet.\n");
    let bin = tempfile::tempdir().unwrap();
    let program = bin.path().join("mdbook-shout");
    fs::write(&program, script("-e 's/quiet/LOUD/'")).unwrap();
    fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.path().display(), std::env::var("PATH").unwrap());
    let mut command = Command::new(programs().join("trustbook"));
    command.args(["build", "--allow-preprocessor", "shout"]).current_dir(book.path()).env("PATH", path);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(page(book.path()).contains("We are LOUD."));
}

#[test]
fn findings_keep_their_lines_where_the_text_is_unchanged() {
    // A line is changed, and two are added above it, as a table of contents would be.
    let sed = "-e 's/quiet/LOUD [b](gone.md)/' -e 's/# About/# About\\\\n\\\\nA\\\\nB/'";
    let book = book(COMMAND, sed, "# About\n\nWe are quiet.\n\nSee [a](lost.md).\n");
    let report = stderr(&allowed("build", book.path()));
    assert!(report.contains("src/about.md:5:9"), "{report}");
    assert!(report.contains("src/about.md:3:1"), "the changed line stands for what is in its place: {report}");
    write(book.path(), "facts/vendor.toml", "[vendor]\nname = { value = \"Quillmoor\", source = \"x\" }\n");
    let sed = "-e 's/quiet/Quillmoor/'";
    write(book.path(), "shout.sh", &script(sed));
    write(book.path(), "src/about.md", "# About\n\nWe are quiet. {{ vendor.name }}\n\nMail Quillmoor.\n");
    let output = trustbook(&[&["check", "--fix"], &ALLOW[..]].concat(), book.path());
    let fixed = fs::read_to_string(book.path().join("src/about.md")).unwrap();
    assert!(fixed.starts_with("# About\n\nWe are quiet. {{ vendor.name }}\n"), "{fixed}{}", stderr(&output));
}

#[test]
fn the_order_is_that_of_mdbook_and_includes_come_between() {
    let settings = "command = \"sh shout.sh\"\nbefore = [\"links\"]\n\n[preprocessor.later]\ncommand = \"sh later.sh\"\nafter = [\"links\"]\nrenderers = [\"html\"]\n\n[preprocessor.never]\ncommand = \"sh never.sh\"\nrenderers = [\"epub\"]";
    let book = book(settings, "-e 's/ONE/{{#include part.txt}}/' -e 's/inner/seen by the first/'", "# About\n\nONE\n");
    write(book.path(), "src/part.txt", "an inner text");
    write(book.path(), "later.sh", &script("-e 's/inner/inner text, seen by the second/'"));
    write(book.path(), "never.sh", "#!/bin/sh\ntouch never\n");
    let allow = ["--allow-preprocessor", "later=sh later.sh", "--allow-preprocessor", "never=sh never.sh"];
    let output = trustbook(&[&["build"], &ALLOW[..], &allow[..]].concat(), book.path());
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(page(book.path()).contains("an inner text, seen by the second text"), "{}", page(book.path()));
    assert!(!book.path().join("never").exists());
    let ran: Vec<String> = stderr(&output).lines().filter(|line| line.contains("ran the")).map(str::to_owned).collect();
    assert!(ran[0].contains("shout.sh") && ran[1].contains("later.sh") && ran.len() == 2, "{ran:?}");
}

#[test]
fn a_preprocessor_that_fails_is_an_error_at_its_table() {
    let chapter = "# About\n\nWe are quiet.\n";
    for (script, why) in [
        ("exit 3\n", "`sh shout.sh` does not support `html`"),
        ("[ \"$1\" = supports ] || exit 4\n", "`sh shout.sh` failed"),
        ("[ \"$1\" = supports ] || echo hello\n", "`sh shout.sh` printed no book that mdBook can read"),
        ("kill -9 $$\n", "does not support `html`"),
    ] {
        let book = book(COMMAND, "", chapter);
        write(book.path(), "shout.sh", script);
        let report = stderr(&allowed("build", book.path()));
        assert!(report.contains(why), "{script}: {report}");
        assert_eq!(report.contains("book.toml:6:15"), why.contains("failed") || why.contains("printed"), "{report}");
    }
    let missing = book("command = \"no-such-program\"", "", chapter);
    let allow = |dir: &Path| trustbook(&["build", "--allow-preprocessor", "shout=no-such-program"], dir);
    let output = allow(missing.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("`no-such-program` cannot be started"), "{}", stderr(&output));
    let optional = book("command = \"no-such-program\"\noptional = true", "", chapter);
    assert!(allow(optional.path()).status.success());
    let circle = book("command = \"sh shout.sh\"\nbefore = [\"shout\"]", "", chapter);
    assert!(stderr(&allowed("build", circle.path())).contains("contradict each other"));
}

#[test]
fn what_a_preprocessor_prints_is_held_to_the_rules_of_a_book() {
    let chapter = "# About\n\nWe are quiet.\n";
    // Paths that leave the site, and pages that the site makes itself.
    for path in ["../../out.md", "/tmp/out.md", "print.md", "404.md"] {
        let sed = format!(
            "-e 's#\"path\":\"about.md\",\"source_path\":\"about.md\"#\"path\":\"{path}\",\"source_path\":null#'"
        );
        let book = book(COMMAND, &sed, chapter);
        let output = allowed("build", book.path());
        assert!(!output.status.success(), "{path}: {}", stderr(&output));
        assert!(!book.path().join("book").exists());
    }
    // A chapter of its own, which is not in the outline.
    let made = book(
        COMMAND,
        "-e 's#\"source_path\":\"about.md\"#\"source_path\":null#' -e 's/quiet/[lost](lost.md)/'",
        chapter,
    );
    let report = stderr(&allowed("build", made.path()));
    assert!(report.contains("link-broken") && report.contains("src/about.md"), "{report}");
    // What it says is text, and it is given no secret.
    let talks = book(COMMAND, "-e \"s/quiet/loud ${GITHUB_TOKEN:-}./\"", chapter);
    let loud = fs::read_to_string(talks.path().join("shout.sh")).unwrap();
    write(talks.path(), "shout.sh", &loud.replace("touch ran", "printf '\\033[2J::error::x\\n##[group]\\n' >&2"));
    let mut command = Command::new(programs().join("trustbook"));
    command.args(["build"]).args(ALLOW).current_dir(talks.path()).env("GITHUB_TOKEN", "a-secret-of-this-machine");
    let output = command.output().unwrap();
    let report = stderr(&output);
    assert!(report.contains("shout: ") && !report.contains("\n::error") && !report.contains('\u{1b}'), "{report}");
    assert!(!report.contains("##[group]"), "{report}");
    assert!(output.status.success(), "{report}");
    assert!(page(talks.path()).contains("We are loud ."), "{}", page(talks.path()));
}

#[test]
fn a_root_lets_a_book_read_the_repository_around_it() {
    let dir = tempfile::tempdir().unwrap();
    let book = dir.path().join("docs");
    write(dir.path(), "README.md", "We are in the root.\n");
    write(dir.path(), ".git/config", "[core]\n");
    write(dir.path(), "db/model.prisma", "model User {\n  id Int @id\n  email String\n}\n");
    write(dir.path(), "pictures/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    write(
        &book,
        "book.toml",
        "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook.checks]\nfield-unclassified = \"allow\"\n",
    );
    write(
        &book,
        "facts/a.toml",
        "[[schema]]\nid = \"app\"\npath = \"../db/model.prisma\"\nsource = \"x\"\n\n[vendor]\nname = { value = \"A\", source = \"x\", evidence = [\"../reports/none.pdf\"] }\n",
    );
    write(&book, "src/SUMMARY.md", "- [About](about.md)\n");
    write(
        &book,
        "src/about.md",
        "# About\n\n{{#include ../../README.md}} {{ vendor.name }}\n\n![Logo](pictures/logo.svg)\n",
    );
    std::os::unix::fs::symlink("../../pictures", book.join("src/pictures")).unwrap();
    let report = stderr(&trustbook(&["build", "docs"], dir.path()));
    assert!(report.contains("the path leaves the book"), "{report}");
    assert!(report.contains("--root"), "the help names the flag: {report}");
    let output = trustbook(&["build", "docs", "--root", "."], dir.path());
    let report = stderr(&output);
    assert!(report.contains("reports/none.pdf") && report.contains("evidence-missing"), "{report}");
    write(dir.path(), "reports/none.pdf", "x");
    let output = trustbook(&["build", "docs", "--root", "."], dir.path());
    assert!(output.status.success(), "{}", stderr(&output));
    let html = fs::read_to_string(book.join("book/about.html")).unwrap();
    assert!(html.contains("We are in the root."), "{html}");
    assert!(book.join("book/pictures/logo.svg").is_file());
    // A finding in a file around the book names it from the root of the repository.
    write(dir.path(), "README.md", "See [a](lost.md).\n");
    let report = stderr(&trustbook(&["build", "docs", "--root", "."], dir.path()));
    assert!(report.contains("README.md:1:9"), "{report}");
    for path in ["../../.git/config", "../../../x", "../facts/a.toml"] {
        write(&book, "src/about.md", &format!("# About\n\n{{{{#include {path}}}}}\n"));
        let report = stderr(&trustbook(&["build", "docs", "--root", "."], dir.path()));
        assert!(report.contains("include-missing"), "{path}: {report}");
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let other = elsewhere.path().to_str().unwrap();
    assert_eq!(trustbook(&["build", "docs", "--root", other], dir.path()).status.code(), Some(2));
    assert_eq!(trustbook(&["build", "docs", "--root", "none"], dir.path()).status.code(), Some(3));
}
