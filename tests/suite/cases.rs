//! The cases: Markdown files with whole books, and the expected report and pages of each book.
//!
//! A case has any number of books. After a `book` fence follow a `report` fence (the short report; empty if
//! omitted) and `page PATH` fences (the content of a page). `UPDATE=1` writes the actual results into the file.

use std::fs;
use std::path::PathBuf;
use trustbook_tests::{book, build, fence_ranges, short};

#[test]
fn cases_report_and_show_what_they_say() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let mut files: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let found = run(&name, &text);
        if found != text && update {
            fs::write(file, found).unwrap();
        } else if found != text {
            wrong.push(format!(
                "{name}: run `UPDATE=1 cargo test -p trustbook-tests cases` and look at the change\n{found}"
            ));
        }
    }
    assert!(files.len() >= 10, "the cases are found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases")
}

/// Returns the case with the actual results in place of the expected ones.
fn run(name: &str, text: &str) -> String {
    let mut output = String::new();
    let mut done = 0;
    let mut built = None;
    let all = fence_ranges(text);
    assert!(all.iter().any(|(info, _)| *info == "book"), "{name} has no book");
    for (info, range) in all {
        let found = match (info, &built) {
            ("book", _) => {
                built = Some(build(&book(&text[range])));
                continue;
            }
            ("report", Some(built)) => short(built),
            (info, Some(built)) => match info.strip_prefix("page ") {
                Some(path) => content(built, path),
                None => panic!("{name}: no case has a fence `{info}`"),
            },
            (info, None) => panic!("{name}: a `{info}` stands before its book"),
        };
        output.push_str(&text[done..range.start]);
        output.push_str(&found);
        done = range.end;
    }
    output.push_str(&text[done..]);
    output
}

/// Returns the content of a page's article.
fn content(built: &trustbook_tests::Book, path: &str) -> String {
    let Some(page) = built.files.get(path) else { return "no such page\n".to_owned() };
    let article = page.split_once("<article>").and_then(|(_, rest)| rest.split_once("</article>"));
    format!("{}\n", article.map_or("", |(article, _)| article.trim()))
}
