//! The handbook: each block has a page, whose example is valid, is rendered, and has no finding.

use crate::command::root;
use jiff::civil::{Date, date};
use mdbook_trustbook::disk::DiskWorld;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use trustbook_tests::{build, short};

const DAY: Date = date(2026, 11, 28);

/// Returns the names of the files in a folder, without their extension.
fn names(folder: &Path, ending: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|known| known == ending));
    files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

/// Returns the name and the text of the page of each block.
fn pages() -> Vec<(String, String)> {
    let folder = root().join("guide/src/blocks");
    let mut names = names(&folder, "md");
    assert!(names.remove("index"), "the list of blocks is there");
    names.into_iter().map(|name| (name.clone(), fs::read_to_string(folder.join(name + ".md")).unwrap())).collect()
}

/// Returns the content of the fences of three backticks with this info string.
fn fences<'t>(page: &'t str, word: &str) -> Vec<&'t str> {
    let fences = page.split("\n```").skip(1).step_by(2);
    fences.filter_map(|fence| fence.split_once('\n')).filter(|(info, _)| *info == word).map(|(_, text)| text).collect()
}

#[test]
fn every_block_has_its_page_and_nothing_else_is_there() {
    let pages: BTreeSet<String> = pages().into_iter().map(|(name, _)| name).collect();
    assert_eq!(pages, names(&root().join("theme/blocks"), "hbs"));
    for (list, folder) in [("guide/src/SUMMARY.md", "blocks/"), ("guide/src/blocks/index.md", "")] {
        let text = fs::read_to_string(root().join(list)).unwrap();
        for name in &pages {
            assert!(text.contains(&format!("[{name}]({folder}{name}.md)")), "{list} leaves out `{name}`");
        }
    }
}

#[test]
fn the_toml_of_a_page_is_what_stands_in_the_register() {
    let folder = root().join("guide/facts");
    let register: Vec<String> = names(&folder, "toml")
        .into_iter()
        .map(|name| fs::read_to_string(folder.join(name + ".toml")).unwrap().replace("\r\n", "\n"))
        .collect();
    let mut examples = 0;
    for (name, page) in pages() {
        for example in fences(&page, "toml") {
            assert!(
                register.iter().any(|file| file.contains(example)),
                "{name}.md shows what is in no file:\n{example}"
            );
            examples += 1;
        }
    }
    assert!(examples > 20);
}

#[test]
fn what_a_page_writes_is_drawn_on_it_and_the_book_has_no_findings() {
    let built = build(&DiskWorld::open(&root().join("guide"), DAY).unwrap());
    assert_eq!(short(&built), "");
    for (name, page) in pages() {
        let outside: String = page.split("\n```").step_by(2).collect();
        let written = fences(&page, "markdown");
        assert!(written[0].starts_with(&format!("{{{{#{name}")), "{name}.md begins with its block");
        for line in written.iter().flat_map(|text| text.lines()) {
            assert!(outside.lines().any(|drawn| drawn == line), "{name}.md does not draw `{line}`");
        }
        let path = format!("blocks/{name}.html");
        let html = built.file(&path);
        assert!(html.contains(&format!("class=\"tb-block tb-{name}\"")), "{name}.md draws nothing");
        assert!(!html.contains("class=\"empty\""), "{name}.md has nothing to show");
    }
}
