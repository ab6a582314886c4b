//! `check --fix` and `check --baseline`: edits that are applied or refused, and findings of another branch.

use crate::command::{stderr, stdout, trustbook, write};
use std::fs;
use std::path::Path;

const FACTS: &str = "[defaults]\nsource = \"handbook\"\n\n[vendor]\nlegal_name = \"Example Ltd\"\n\n[[contact]]\nid = \"security\"\nroles = [\"security\"]\nemail = \"security@example.com\"\n\n[[retention]]\nid = \"notes\"\ndata = \"Deleted notes\"\ntrigger = \"deletion\"\nperiod = \"30 days\"\n";
const PAGE: &str = "# About\r\n\r\nWrite to security@example.com, or [security@example.com](mailto:security@example.com).\r\nDeleted notes are kept for 30 days.\r\n\r\n> \"Deleted notes are kept for 30 days.\"\r\n\r\n{{#contacts}}\r\n\r\n{{#retention}}\r\n\r\n{{ vendor.legal_name }}\r\n";

fn book(page: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n");
    write(dir.path(), "facts/all.toml", FACTS);
    write(dir.path(), "src/SUMMARY.md", "- [About](about.md)\n");
    write(dir.path(), "src/about.md", page);
    dir
}

fn read(dir: &Path, path: &str) -> String {
    fs::read_to_string(dir.join(path)).unwrap()
}

#[test]
fn a_fix_puts_expressions_in_and_changes_nothing_else() {
    let dir = book(&format!("\u{feff}{PAGE}"));
    let before = trustbook(&["check", "--format", "short"], dir.path());
    assert_eq!(before.status.code(), Some(1), "{}", stdout(&before));
    assert_eq!(stdout(&before).lines().count(), 3, "{}", stdout(&before));
    let fixed = trustbook(&["check", "--fix", "--format", "short"], dir.path());
    assert_eq!((fixed.status.code(), stdout(&fixed).as_str()), (Some(0), ""), "{}", stderr(&fixed));
    assert!(stderr(&fixed).starts_with("made 3 edits in 1 file:\n  src/about.md: 3 edits\n"), "{}", stderr(&fixed));
    let expected = format!("\u{feff}{PAGE}")
        .replace(
            "Write to security@example.com, or [security@example.com](mailto:security@example.com).",
            "Write to {{ contact.security.email }}, or {{ contact.security.email }}.",
        )
        .replacen("kept for 30 days.\r\n\r\n>", "kept for {{ retention.notes.period }}.\r\n\r\n>", 1);
    assert_eq!(read(dir.path(), "src/about.md"), expected);
    assert_eq!(read(dir.path(), "facts/all.toml"), FACTS);
    let again = trustbook(&["check", "--fix"], dir.path());
    assert_eq!(again.status.code(), Some(0));
    assert!(!stderr(&again).contains("made"), "{}", stderr(&again));
}

#[test]
fn a_fix_works_from_any_folder_and_with_every_format() {
    for (format, _) in trustbook_core::report::FORMATS {
        let dir = book(PAGE);
        let parent = dir.path().parent().unwrap();
        let name = dir.path().file_name().unwrap().to_str().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let whole = dir.path().to_str().unwrap();
        let inside = dir.path().join("src");
        let from = [(parent, name), (elsewhere.path(), whole), (inside.as_path(), "..")];
        for (at, (from, book)) in from.into_iter().enumerate() {
            write(dir.path(), "src/about.md", PAGE);
            let fixed = trustbook(&["check", book, "--fix", "--format", format], from);
            assert_eq!(fixed.status.code(), Some(0), "{format} {at}: {}", stderr(&fixed));
            assert!(
                stderr(&fixed).starts_with("made 3 edits in 1 file:\n  src/about.md: 3 edits\n"),
                "{}",
                stderr(&fixed)
            );
            let clean = trustbook(&["check", book, "--format", format], from);
            assert_eq!(
                stdout(&fixed),
                stdout(&clean),
                "{format} {at}: the report is of what is left, and nothing else"
            );
            assert!(read(dir.path(), "src/about.md").contains("Write to {{ contact.security.email }}, or"));
        }
    }
}

#[test]
fn a_fix_leaves_what_a_writer_has_to_decide() {
    let page = PAGE
        .replacen("kept for 30 days.", "kept for 93 days.", 1)
        .replace("security@example.com", "{{ contact.security.email }}")
        .replace("[{{ contact.security.email }}](mailto:{{ contact.security.email }})", "by post");
    let dir = book(&page);
    let fixed = trustbook(&["check", "--fix", "--format", "short"], dir.path());
    assert_eq!(fixed.status.code(), Some(1));
    assert!(stdout(&fixed).contains("`93 days` contradicts the register"), "{}", stdout(&fixed));
    assert_eq!(read(dir.path(), "src/about.md"), page);
}

#[cfg(unix)]
#[test]
fn a_fix_does_not_write_through_a_link_or_into_a_folder_that_it_may_not_change() {
    use std::os::unix::fs::PermissionsExt;
    let dir = book(PAGE);
    fs::set_permissions(dir.path().join("src"), fs::Permissions::from_mode(0o555)).unwrap();
    let refused = fs::write(dir.path().join("src/probe"), "").is_err();
    let fixed = trustbook(&["check", "--fix"], dir.path());
    fs::set_permissions(dir.path().join("src"), fs::Permissions::from_mode(0o755)).unwrap();
    // The superuser may write anywhere.
    if refused {
        assert_eq!(fixed.status.code(), Some(3), "{}", stderr(&fixed));
        assert_eq!(read(dir.path(), "src/about.md"), PAGE);
    }
}

#[test]
fn a_baseline_denies_only_what_is_new() {
    let dir = book(
        "# About\n\nWrite to security@example.com.\n\n{{#contacts}}\n\n{{#retention}}\n\n{{ vendor.legal_name }}\n",
    );
    let base = trustbook(&["check", "--format", "json"], dir.path());
    assert_eq!(base.status.code(), Some(1));
    write(dir.path(), "base.json", &stdout(&base));
    let page = read(dir.path(), "src/about.md").replace("# About\n", "# About\n\nA typo is mended here.\n");
    write(dir.path(), "src/about.md", &page);
    let same = trustbook(&["check", "--baseline", "base.json", "--format", "short"], dir.path());
    assert_eq!(same.status.code(), Some(0), "{}{}", stdout(&same), stderr(&same));
    assert!(stdout(&same).contains("warning[fact-hand-typed]"), "{}", stdout(&same));
    // A second copy of the same mistake is a new one.
    write(dir.path(), "src/about.md", &format!("{page}\nOr write to security@example.com again.\n"));
    let more = trustbook(&["check", "--baseline", "base.json", "--format", "short"], dir.path());
    assert_eq!(more.status.code(), Some(1), "{}", stdout(&more));
    write(dir.path(), "base.json", "{\"check\": 1}\n");
    let broken = trustbook(&["check", "--baseline", "base.json"], dir.path());
    assert_eq!(broken.status.code(), Some(2));
    assert!(stderr(&broken).contains("base.json, line 1: this is not a finding"), "{}", stderr(&broken));
    let missing = trustbook(&["check", "--baseline", "none.json"], dir.path());
    assert_eq!(missing.status.code(), Some(3), "{}", stderr(&missing));
}

#[test]
fn a_fix_leaves_what_a_character_beside_it_would_change() {
    for text in [
        "\\\\security@example.com",
        "{security@example.com}",
        "[security@example.com]",
        "<xmp>security@example.com</xmp>",
    ] {
        let page = format!(
            "# About\n\nWrite to {text} please.\n\n{{{{#contacts}}}}\n\n{{{{#retention}}}}\n\n{{{{ vendor.legal_name }}}}\n"
        );
        let dir = book(&page);
        let fixed = trustbook(&["check", "--fix", "--format", "short"], dir.path());
        assert!(!stderr(&fixed).contains("made"), "{text}: {}", stderr(&fixed));
        assert_eq!(read(dir.path(), "src/about.md"), page);
    }
}

#[test]
fn a_baseline_of_an_earlier_version_is_renewed_and_one_of_a_later_version_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n");
    write(dir.path(), "src/SUMMARY.md", "- [A](a.md)\n");
    write(dir.path(), "src/a.md", "# A\n\n[gone](gone.md)\n");
    let path = dir.path().join(".trustbook/baseline.json");
    let check = |more: &[&str]| {
        let output = trustbook(&[&["check"], more].concat(), dir.path());
        (output.status.code(), stderr(&output))
    };
    assert_eq!(check(&["--update-baseline"]).0, Some(0));
    let written = fs::read_to_string(&path).unwrap();
    let (head, findings) = written.split_once('\n').unwrap();
    assert_eq!(head, format!("{{\"baseline\":1,\"trustbook\":\"{}\"}}", env!("CARGO_PKG_VERSION")));
    fs::write(&path, findings).unwrap();
    let (code, told) = check(&[]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("earlier version: `trustbook check --update-baseline` renews it"), "{told}");
    assert_eq!(check(&["--update-baseline"]).0, Some(0));
    assert_eq!(fs::read_to_string(&path).unwrap(), written);
    let newer = format!("{{\"baseline\":2,\"trustbook\":\"9.8.7\"}}\n{findings}");
    for command in [&[][..], &["--update-baseline"]] {
        fs::write(&path, &newer).unwrap();
        let (code, told) = check(command);
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains("a later version") && told.contains("install trustbook 9.8.7 or later"), "{told}");
        assert_eq!(fs::read_to_string(&path).unwrap(), newer);
    }
}
