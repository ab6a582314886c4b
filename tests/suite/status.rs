//! `trustbook status`: ten lines about a book.

use crate::command::{stdout, trustbook, write};

#[test]
fn ten_lines_say_how_a_book_stands() {
    let dir = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| write(dir.path(), path, text);
    write("book.toml", "[book]\ntitle = \"Example\"\n");
    write("src/SUMMARY.md", "- [A](a.md)\n");
    write("src/a.md", "# A\n\n{{ vendor.name }} {{ vendor.nam }}\n\n{{#measures}}\n");
    write(
        "facts/a.toml",
        "[defaults]\nsource = \"s\"\nowner = \"ann\"\n[vendor]\nname = { value = \"X\", verified = 2024-01-01, review = \"30 days\" }\n\
         [[measure]]\nid = \"tls\"\nstatement = \"TLS.\"\nowner = \"bob\"\nnot_stated = [\"status\", \"responsibility\"]\n",
    );
    let output = trustbook(&["status"], dir.path());
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.lines().count(), 10, "{text}");
    for line in [
        "errors       1: 1 fact-unknown",
        "pages        1",
        "statements   2, 2 fields left open",
        "due          1, of which 0 expired",
        "unchecked    1 never reviewed",
        "unclassified 0 of 0 fields",
        "claims       0 hold, 0 contradicted, 0 unknown",
        "owners       ann (1 due, 0 unchecked), bob (0 due, 1 unchecked)",
        "next         `trustbook check` shows the errors",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}: {text}");
    }
}
