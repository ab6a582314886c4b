//! `trustbook import`: pages that exist become chapters and records, and the book builds at once.

use crate::command::{stderr, stdout, trustbook, write};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const SUBPROCESSORS: &str = r#"---
title: Our sub-processors
description: Who processes data for us
sidebar_position: 4
---
import Tabs from '@theme/Tabs';

*Last updated: May 3, 2025*

Example Labs, Inc. ("Example", "we") works with these companies.
We will inform you of new subprocessors at least 30 days in advance.

:::note
Questions? Write to [privacy@example.com](mailto:privacy@example.com).
:::

## Sub-processors

| Company | Service | Location | Data | Since |
|---|---|---|---|---|
| [Example Mail](https://mail.example) | Sends e-mail | Ireland | Name, e-mail address | 2021 |
| Example Host, Inc. | Hosting | San Francisco, CA, USA | All data | |
| Example Edge | Content delivery | Global | IP addresses | 2023 |
| Example Edge | Backups | Japan | Files | |

See also [our cookies](./cookies.html) and [pricing](/pricing).

## How do you choose them?

We ask for a report.

## Where can I object?

By e-mail, *within* the notice.
"#;

const COOKIES: &str = r##"<!doctype html><title>Cookies | Example</title><body><nav>Menu</nav><main><h1>Cookie policy</h1>
<p>We use cookies. <a href="#top">Back</a></p>
<h2>Strictly necessary cookies</h2>
<table><tr><th>Name</th><th>Purpose</th><th>Expiry</th></tr>
<tr><td>session</td><td>Keeps you signed in</td><td>Session</td></tr></table>
<h2>Other cookies</h2>
<table><tr><th>Name</th><th>Purpose</th><th>Expiry</th><th>Category</th></tr>
<tr><td>_ga, _gid</td><td>Counts visits</td><td>2 years</td><td>Performance</td></tr>
<tr><td>x</td><td>Unknown</td><td>varies</td><td>Experimental</td></tr></table>
</main><footer>Footer</footer>"##;

const RETENTION: &str = r#"{ "retention": [
  { "data": "Logs", "retention period": "30 days" },
  { "data": "Accounts", "retention period": "as long as the contract lasts" }
] }"#;

fn book() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let made = trustbook(&["init", "book", "--name", "Example Labs", "--ci", "none"], dir.path());
    assert!(made.status.success(), "{}", stderr(&made));
    write(dir.path(), "old/subprocessors.mdx", SUBPROCESSORS);
    write(dir.path(), "old/cookies.html", COOKIES);
    write(dir.path(), "old/retention.json", RETENTION);
    dir
}

const FILES: [&str; 3] = ["old/subprocessors.mdx", "old/cookies.html", "old/retention.json"];

fn import(dir: &Path, more: &[&str]) -> String {
    let output = trustbook(&[&["import"], FILES.as_slice(), &["--into", "book"], more].concat(), dir);
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
    format!("{}{}", stdout(&output), stderr(&output))
}

#[test]
fn pages_become_chapters_and_records_and_the_book_builds() {
    let dir = book();
    let told = import(dir.path(), &[]);
    for part in ["4 subprocessor", "3 cookie", "2 retention", "2 answer", "1 contact", "sidebar_position", "/pricing"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("to do: "), "{told}");
    let read = |path: &str| fs::read_to_string(dir.path().join("book").join(path)).unwrap();
    let page = read("src/subprocessors.md");
    for part in [
        "description: \"Who processes data for us\"",
        "stated: 2025-05-03",
        "# Our sub-processors",
        "> [!NOTE]",
        "{{ contact.privacy.email }}",
        "at least {{ vendor.subprocessor_notice }} in advance",
        "{{#subprocessors}}",
        "[our cookies](cookies.md) and pricing",
        "{{#answers}}",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("| Company |") && !page.contains("Last updated") && !page.contains("import "), "{page}");
    let facts = read("facts/imported/subprocessors.toml");
    for part in [
        "source = \"subprocessors.mdx, 3 May 2025\"",
        "stated = 2025-05-03",
        "legal_name = \"Example Labs, Inc.\"",
        "subprocessor_notice = \"30 days\"",
        "countries = [\"worldwide\"]",
        "data = [\"Name\", \"e-mail address\"]",
        "url = \"https://mail.example\"",
        "# check: `countries`: the page says “San Francisco, CA, USA”",
        "note = \"Since: 2021\"",
    ] {
        assert!(facts.contains(part), "{part}: {facts}");
    }
    let cookies = read("facts/imported/cookies.toml");
    for part in [
        "category = \"necessary\"",
        "max_age = \"session\"",
        "name = [\"_ga\", \"_gid\"]",
        "category = \"analytics\"",
        "Category: Experimental",
    ] {
        assert!(cookies.contains(part), "{part}: {cookies}");
    }
    let chapter = read("src/cookies.md");
    assert!(!chapter.contains("Menu") && !chapter.contains("Footer"), "{chapter}");
    assert!(chapter.contains("{{#cookies id="), "{chapter}");
    let built = trustbook(&["build", "book"], dir.path());
    assert!(built.status.success(), "{}", stderr(&built));
    let html = read("book/subprocessors.html");
    let words = [
        "Example Mail",
        "Sends e-mail",
        "Ireland",
        "Since: 2021",
        "San Francisco, CA, USA",
        "All data",
        "Content delivery",
        "Backups",
    ];
    for word in words {
        assert!(html.contains(word), "{word} is lost");
    }
}

#[test]
fn a_second_run_adds_only_what_is_new_and_a_dry_run_nothing() {
    let dir = book();
    let dry = import(dir.path(), &["--dry-run"]);
    assert!(dry.contains("+++ b/facts/imported/subprocessors.toml") && dry.contains("+- [retention]"), "{dry}");
    assert!(!dir.path().join("book/facts/imported").exists());
    import(dir.path(), &[]);
    let read = |path: &str| fs::read_to_string(dir.path().join("book").join(path)).unwrap();
    let (facts, page) = (read("facts/imported/subprocessors.toml"), read("src/subprocessors.md"));
    let told = import(dir.path(), &[]);
    assert!(told.contains("nothing was written"), "{told}");
    let more = SUBPROCESSORS
        .replace("| Example Edge |", "| Example New | Search | Japan | Queries | 2026 |\n| Example Edge |");
    write(dir.path(), "old/subprocessors.mdx", &more);
    write(dir.path(), "book/src/subprocessors.md", &format!("{page}\nOur own words.\n"));
    let told = import(dir.path(), &[]);
    assert!(told.contains("1 subprocessor"), "{told}");
    let after = read("facts/imported/subprocessors.toml");
    let start = after.find("[[subprocessor]]\nid = \"example-new\"").unwrap();
    let end = start + after[start..].find("\n\n").unwrap() + 2;
    assert!(after[start..end].contains("countries = [\"JP\"]"), "{after}");
    assert_eq!(format!("{}{}", &after[..start], &after[end..]), facts, "the rest stays");
    assert!(read("src/subprocessors.md").ends_with("Our own words.\n"));
}

#[test]
fn init_and_import_are_one_command() {
    let dir = book();
    let args = ["init", "new", "--name", "Example Labs", "--ci", "none", "--from", "old"];
    let output = trustbook(&args, dir.path());
    assert!(output.status.success(), "{}", stderr(&output));
    let built = trustbook(&["build", "new"], dir.path());
    assert!(built.status.success(), "{}", stderr(&built));
    assert!(dir.path().join("new/facts/imported/cookies.toml").exists());
}

#[test]
fn what_is_no_page_is_refused_by_its_name() {
    let dir = book();
    write(dir.path(), "old/x.docx", "x");
    write(dir.path(), "old/y.json", "{");
    for (file, why) in [("old/x.docx", "kind that is not read"), ("old/y.json", "line 1"), ("old/none.md", "reading")] {
        let output = trustbook(&["import", file, "--into", "book"], dir.path());
        assert!(!output.status.success() && stderr(&output).contains(why), "{file}: {}", stderr(&output));
    }
    assert!(!dir.path().join("book/facts/imported").exists());
}
