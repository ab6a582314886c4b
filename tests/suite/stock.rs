//! Stock mdBook with our preprocessor gives the same chapters as our own command.

use crate::command::{programs, root};
use crate::dialect::is_same;
use mdbook_driver::MDBook;
use mdbook_trustbook::disk::DiskWorld;
use mdbook_trustbook::preprocess::today;
use std::fs;
use std::path::Path;
use trustbook_tests::written;
use walkdir::WalkDir;

#[test]
fn mdbook_with_the_preprocessor_gives_the_same_chapters() {
    let dir = tempfile::tempdir().unwrap();
    for folder in ["src", "facts"] {
        copy(&root().join(folder), &dir.path().join(folder));
    }
    let preprocessor = programs().join("mdbook-trustbook");
    let settings = fs::read_to_string(root().join("book.toml")).unwrap();
    let command = format!("command = {}", serde_json::to_string(&preprocessor).unwrap());
    assert!(settings.contains("command = \"mdbook-trustbook\""));
    fs::write(dir.path().join("book.toml"), settings.replace("command = \"mdbook-trustbook\"", &command)).unwrap();
    // An include, escaped braces and an index page, which the two programs process in different ways.
    let index = dir.path().join("src/about.md");
    let more = "\n{{#include parts/more.txt}}\n\n`\\{{#include parts/more.txt}}` and \\{{#include parts/more.txt}}\n\n```\n\\{{#include x}}\n```\n";
    fs::write(&index, fs::read_to_string(&index).unwrap() + more).unwrap();
    fs::create_dir(dir.path().join("src/parts")).unwrap();
    fs::write(dir.path().join("src/parts/more.txt"), "Included {{ vendor.legal_name }}.\n").unwrap();

    MDBook::load(dir.path()).unwrap().build().unwrap();

    let world = DiskWorld::open(dir.path(), today().unwrap()).unwrap();
    let mut book = mdbook_trustbook::read(&world);
    trustbook_core::check_book(&mut book);
    for (page, (ours, _)) in book.pages.iter().zip(written(&book)) {
        let path = page.chapter.page_path().unwrap();
        let stock = fs::read_to_string(dir.path().join("book").join(&path)).unwrap();
        let main = stock.split_once("<main>").and_then(|(_, rest)| rest.split_once("</main>")).unwrap().0;
        assert!(is_same(&ours, main), "{path}:\n{ours}\n-- mdBook's\n{main}");
        assert!(!main.contains("{{ vendor"), "{path}");
    }
}

#[test]
fn mdbook_stops_where_the_preprocessor_finds_an_error() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("src")).unwrap();
    let preprocessor = serde_json::to_string(&programs().join("mdbook-trustbook")).unwrap();
    fs::write(dir.path().join("book.toml"), format!("[preprocessor.trustbook]\ncommand = {preprocessor}\n")).unwrap();
    fs::write(dir.path().join("src/SUMMARY.md"), "- [A](a.md)\n").unwrap();
    fs::write(dir.path().join("src/a.md"), "# A\n\n{{ no.such }}\n").unwrap();
    assert!(MDBook::load(dir.path()).unwrap().build().is_err());
    assert!(!dir.path().join("book/a.html").exists());
}

#[test]
fn another_output_for_links_stays_in_the_same_book() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("src")).unwrap();
    let preprocessor = serde_json::to_string(&programs().join("mdbook-trustbook")).unwrap();
    // The program that mdBook runs for that output only has to exist and succeed.
    let output =
        serde_json::to_string(&format!("{} supports links", programs().join("mdbook-trustbook").display())).unwrap();
    let settings = format!(
        "[preprocessor.trustbook]\ncommand = {preprocessor}\nbefore = [\"links\"]\n\n[output.html]\n\n\
         [output.linkcheck2]\ncommand = {output}\nfollow-web-links = false\nwarning-policy = \"error\"\n"
    );
    fs::write(dir.path().join("book.toml"), settings).unwrap();
    fs::write(dir.path().join("src/SUMMARY.md"), "- [A](a.md)\n- [B](b.md)\n").unwrap();
    fs::write(dir.path().join("src/a.md"), "# A\n\n[B](b.md#b)\n").unwrap();
    fs::write(dir.path().join("src/b.md"), "# B\n").unwrap();
    MDBook::load(dir.path()).unwrap().build().unwrap();
    assert!(dir.path().join("book/html/a.html").is_file());

    let world = DiskWorld::open(dir.path(), today().unwrap()).unwrap();
    let built = trustbook_tests::build(&world);
    assert!(built.findings.is_empty(), "{:?}", built.findings);
}

fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
