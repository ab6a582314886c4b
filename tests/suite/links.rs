//! Every kind of reference within a site: valid ones give no finding, and broken ones are reported.
//!
//! A file of `tests/links` is a table of kinds. `%% EXPECTED: kind` starts a kind, and its chapter follows.
//! `EXPECTED` is `silent`, or the names of exactly those checks that must have a finding. A final `@ sub` puts
//! the chapter into that folder. All kinds of a file are chapters of one book, whose other files precede the
//! first kind.

use crate::command::root;
use std::collections::BTreeMap;
use std::fs;
use trustbook_core::diagnostic::{Diagnostic, Place};
use trustbook_tests::{book, build, short};

struct Kind<'t> {
    name: &'t str,
    path: String,
    expected: Vec<&'t str>,
    text: &'t str,
}

/// Returns the files of a table's book, and its kinds.
fn read(table: &str) -> (String, Vec<Kind<'_>>) {
    let (head, rest) = table.split_once("\n%% ").unwrap();
    let (_, files) = head.split_once("````book\n").unwrap();
    let (files, _) = files.split_once("\n````").unwrap();
    let mut kinds = Vec::new();
    for (at, part) in rest.split("\n%% ").enumerate() {
        let (line, text) = part.split_once('\n').unwrap();
        let (expected, name) = line.split_once(": ").unwrap();
        let (expected, folder) = expected.split_once(" @ ").unwrap_or((expected, ""));
        let path = if folder.is_empty() { format!("k{at:03}.md") } else { format!("{folder}/k{at:03}.md") };
        let mut expected: Vec<&str> = expected.split(", ").filter(|word| *word != "silent").collect();
        expected.sort_unstable();
        kinds.push(Kind { name, path, expected, text: text.trim() });
    }
    (format!("{files}\n"), kinds)
}

fn file_of<'f>(built: &'f mdbook_trustbook::Built, finding: &'f Diagnostic) -> &'f str {
    match &finding.place {
        Place::At(span) => built.book.map.file(span.file).path(),
        Place::File(path) | Place::InFile { path, .. } => path,
    }
}

#[test]
fn every_kind_of_reference_is_told_or_left_alone_as_the_table_says() {
    let mut wrong = Vec::new();
    let (mut broken, mut valid) = (0, 0);
    let mut files: Vec<_> =
        fs::read_dir(root().join("tests/links")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let table = fs::read_to_string(&file).unwrap();
        let (mut text, kinds) = read(&table);
        let mut summary = String::new();
        for line in text.split("=== src/").skip(1).filter_map(|part| part.lines().next()) {
            if line.ends_with(".md") && !line.starts_with("forgotten") {
                summary.push_str(&format!("- [{line}](<{line}>)\n"));
            }
        }
        for kind in &kinds {
            summary.push_str(&format!("- [{}]({})\n", kind.path, kind.path));
            text.push_str(&format!("=== src/{}\n# Kind {}\n\n{}\n", kind.path, kind.path, kind.text));
        }
        text.push_str(&format!("=== src/SUMMARY.md\n{summary}"));
        let built = build(&book(&text));
        let mut found: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
        for finding in &built.findings {
            found.entry(file_of(&built, finding)).or_default().push(finding);
        }
        for kind in &kinds {
            let own = found.remove(format!("src/{}", kind.path).as_str()).unwrap_or_default();
            let mut names: Vec<&str> = own.iter().map(|finding| finding.check).collect();
            names.sort_unstable();
            let has_line = own.iter().all(|finding| matches!(finding.place, Place::At(span) if span.start > 0));
            if names != kind.expected || !has_line {
                let said: Vec<String> =
                    own.iter().map(|finding| format!("{}: {}", finding.check, finding.message)).collect();
                let lines = if has_line { "" } else { " (without a line)" };
                wrong.push(format!(
                    "{}, {}: expected {:?}, found {said:#?}{lines}",
                    kind.name, kind.path, kind.expected
                ));
            }
            if kind.expected.is_empty() { valid += 1 } else { broken += 1 }
        }
        if !found.is_empty() {
            wrong.push(format!("{}: findings elsewhere: {:?}\n{}", file.display(), found.keys(), short(&built)));
        }
    }
    assert!(wrong.is_empty(), "{} kinds are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(broken >= 80 && valid >= 80, "{broken} broken kinds, {valid} valid ones");
}

#[test]
fn each_of_many_broken_references_is_told_at_its_own_line() {
    const COUNT: usize = 5_000;
    type Write = fn(usize) -> String;
    let ways: [(&str, Write); 5] = [
        ("link-broken", |n| format!("See [x](gone-{n}.md).\n")),
        ("link-broken", |n| format!("x <a href=\"gone-{n}.html\">x</a> y\n")),
        ("anchor-broken", |n| format!("See [x](#gone-{n}).\n")),
        ("anchor-broken", |n| format!("<label for=\"gone-{n}\">x</label>\n")),
        ("image-missing", |n| format!("![x](gone-{n}.png)\n")),
    ];
    let mut text = String::new();
    let mut summary = String::new();
    for (at, (_, write)) in ways.iter().enumerate() {
        let lines: String = (0..COUNT).map(write).collect();
        text.push_str(&format!("=== src/w{at}.md\n{lines}"));
        summary.push_str(&format!("- [W{at}](w{at}.md)\n"));
    }
    let built = build(&book(&format!("{text}=== src/SUMMARY.md\n{summary}")));
    assert_eq!(built.findings.len(), ways.len() * COUNT);
    for (at, same) in built.findings.chunks(COUNT).enumerate() {
        for (n, finding) in same.iter().enumerate() {
            let Place::At(span) = finding.place else { panic!("{finding:?}") };
            let file = built.book.map.file(span.file);
            let line = file.text()[..span.start].matches('\n').count();
            assert_eq!((finding.check, file.path(), line), (ways[at].0, format!("src/w{at}.md").as_str(), n));
        }
    }
}

#[test]
fn links_that_leave_the_site_are_listed_with_their_places() {
    let built = build(&book(
        "=== book.toml\n[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\nsite-url = \"https://trust.example.com/docs/\"\n\
         === src/a.md\n# A\n\n[x](https://example.com/x#y) and <https://example.org> and [mail](mailto:a@example.com).\n\n\
         [own](https://trust.example.com/docs/a.html), [beside](https://trust.example.com/other), [again](https://example.com/x#y)\n\n\
         <a href=\"//example.net/z?a=1&amp;b=2\">z</a> `https://example.com/code` <q cite=\"https://example.com/cited\">x</q> [file](f.svg)\n\
         === src/f.svg\n<svg xmlns=\"http://www.w3.org/2000/svg\"><a href=\"https://example.com/drawn\"/></svg>\n",
    ));
    assert!(built.findings.is_empty(), "{}", short(&built));
    let found = trustbook_core::site::outward(&built.book, &built.site, &trustbook_core::Options::default());
    let line = |place: &Place| match place {
        Place::At(span) => built.book.map.file(span.file).text()[..span.start].matches('\n').count() + 1,
        Place::File(_) | Place::InFile { .. } => 0,
    };
    let found: Vec<(&str, usize)> = found.iter().map(|link| (link.url.as_str(), line(&link.place))).collect();
    let expected = [
        ("https://example.com/x#y", 3),
        ("https://example.org", 3),
        ("https://trust.example.com/other", 5),
        ("https://example.com/x#y", 5),
        ("https://example.net/z?a=1&b=2", 7),
        ("https://example.com/cited", 7),
        ("https://example.com/drawn", 0),
    ];
    assert_eq!(found, expected);
}
