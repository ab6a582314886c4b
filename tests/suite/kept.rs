//! A book that is built repeatedly: reusing parts of the last build gives the same site and findings as a new build.

use crate::command::root;
use mdbook_trustbook::foreign::Nothing;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use trustbook_core::check::CHECKS;
use trustbook_core::report::{self, Colour, ReportFormat};
use trustbook_core::site::sink::{Bytes, Nowhere, Shelf};
use trustbook_core::world::MemoryWorld;
use trustbook_core::{BuildCache, Options, World};
use trustbook_tests::{TODAY, book, fence_ranges, fences};

/// Returns all files of a site, and the findings. The files are empty if two chapters share a page, because
/// that is an error and either page may win.
fn site(world: &dyn World, kept: &BuildCache) -> (BTreeMap<String, Bytes>, String) {
    let options = Options { live: true, ..Options::default() };
    let shelf = Shelf::default();
    let content = mdbook_trustbook::read_again(world, &Nothing, kept);
    let built = mdbook_trustbook::build(world, content, &options, &shelf);
    let findings = report::report(&built.book.map, &built.findings, ReportFormat::Human, Colour::None);
    let mut files = built.site.rest();
    files.extend(shelf.files());
    let pages = || built.book.pages.iter().filter_map(|page| page.chapter.page_path());
    if pages().collect::<BTreeSet<_>>().len() < pages().count() {
        files.clear();
    }
    kept.keep(built.book);
    (files, findings)
}

/// Builds the changed book with and without the kept parts, and compares the results.
fn compare(world: &dyn World, kept: &BuildCache, what: &str) {
    let (again, said_again) = site(world, kept);
    let (new, said) = site(world, &BuildCache::default());
    assert_eq!(said_again, said, "{what}: the findings");
    assert!(again.keys().eq(new.keys()), "{what}: {:?} and {:?}", again.keys(), new.keys());
    for (path, bytes) in &new {
        let (again, new) = (String::from_utf8_lossy(&again[path]), String::from_utf8_lossy(bytes));
        let mut lines = again.lines().zip(new.lines()).filter(|(again, new)| again != new);
        assert!(again == new, "{what}: {path}: {:#?}", lines.next());
    }
}

/// Pseudo-random numbers, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// Returns the text files of a book on disk.
fn files(book: &str) -> BTreeMap<String, String> {
    let folder = root().join(book);
    let mut files = BTreeMap::new();
    for part in ["book.toml", "facts", "src", "theme"] {
        let all = walkdir::WalkDir::new(folder.join(part)).into_iter().filter_map(Result::ok);
        for entry in all.filter(|entry| entry.file_type().is_file()) {
            let path = entry.path().strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/");
            files.extend(fs::read_to_string(entry.path()).ok().map(|text| (path, text)));
        }
    }
    files
}

/// Changes a file as a writer might: removes a line, or inserts one from elsewhere.
fn change(files: &mut BTreeMap<String, String>, numbers: &mut Numbers) -> String {
    let pick = |files: &BTreeMap<String, String>, numbers: &mut Numbers, kind: &str| {
        let all: Vec<String> = files.keys().filter(|path| path.ends_with(kind)).cloned().collect();
        all[numbers.below(all.len())].clone()
    };
    // Chapters change most often, as with real writers.
    let kind = [".md", ".md", ".md", ".toml"][numbers.below(4)];
    let (path, other) = (pick(files, numbers, kind), pick(files, numbers, kind));
    let line = files[&other].lines().nth(numbers.below(files[&other].lines().count())).unwrap_or_default().to_owned();
    let mut lines: Vec<String> = files[&path].lines().map(str::to_owned).collect();
    let at = numbers.below(lines.len());
    let done = match numbers.below(3) {
        0 if !lines.is_empty() => format!("without {:?}", lines.remove(at)),
        1 if !lines.is_empty() => {
            lines[at].push_str(" A word.");
            format!("with more in line {at}")
        }
        _ => {
            lines.insert(at, line.clone());
            format!("with {line:?} in line {at}")
        }
    };
    files.insert(path.clone(), lines.join("\n") + "\n");
    format!("{path} {done}")
}

fn world(files: &BTreeMap<String, String>) -> MemoryWorld {
    let mut world = MemoryWorld::new(TODAY);
    files.iter().for_each(|(path, text)| world.insert(path, text.as_str()));
    world
}

#[test]
fn a_book_that_somebody_writes_is_at_every_moment_as_if_it_were_built_anew() {
    for (seed, name) in [(1, "."), (2, "tests/books/vendor"), (3, "tests/books/live")] {
        let original = files(name);
        let (mut changed, mut numbers) = (original.clone(), Numbers(seed));
        let kept = BuildCache::keeping();
        for step in 0..40 {
            let what = change(&mut changed, &mut numbers);
            compare(&world(&changed), &kept, &format!("{name}, step {step}: {what}"));
            // Mistakes accumulate until nothing can be read any more.
            if step % 10 == 9 {
                changed = original.clone();
                compare(&world(&changed), &kept, &format!("{name}, step {step}: as it was"));
            }
        }
    }
}

#[test]
fn mistakes_come_and_go() {
    for check in CHECKS {
        let kept = BuildCache::keeping();
        let books = fences(check.page, "book");
        for (_, text) in books.iter().chain(books.first()) {
            compare(&book(text), &kept, check.name);
        }
    }
}

#[test]
fn one_case_becomes_the_next() {
    let kept = BuildCache::keeping();
    let mut cases: Vec<_> = fs::read_dir(root().join("tests/cases")).unwrap().map(|it| it.unwrap().path()).collect();
    cases.sort();
    for case in cases {
        let text = fs::read_to_string(&case).unwrap();
        for (_, range) in fence_ranges(&text).into_iter().filter(|(info, _)| *info == "book") {
            let book = book(&text[range]);
            compare(&book, &kept, &format!("{}", case.display()));
            compare(&book, &kept, &format!("{}, again", case.display()));
        }
    }
}

#[test]
fn what_can_not_be_read_counts_as_what_can() {
    let text = "=== facts/a.toml\n[vendor.name]\nvalue = \"Example\"\n[vendor.employees]\nvalue = 12\n[[claim]]\n\
                id = \"small\"\nsays = \"We are a small company.\"\nkind = \"expr\"\n\
                expr = \"vendor.employees < 50\"\n=== src/a.md\n# A\n{{ vendor.name }}: {{ claim.small }}\n";
    let kept = BuildCache::keeping();
    let whole = book(text);
    compare(&whole, &kept, "whole");
    for path in ["facts/z.toml", "facts/facts.lock", "facts/observed/z.json"] {
        let mut broken = whole.clone();
        broken.insert(path, vec![0xff, 0xfe]);
        compare(&broken, &kept, path);
        compare(&whole, &kept, &format!("without {path}"));
    }
    let (files, _) = site(&whole, &kept);
    assert!(String::from_utf8_lossy(&files["a.html"]).contains("We are a small company."), "the claim is shown");
}

#[test]
fn a_block_in_code_is_none() {
    let broken = "=== theme/parts/badge.hbs\n{{> badge}}\n=== src/a.md\n# A\nText\n";
    let kept = BuildCache::keeping();
    compare(&book(broken), &kept, "without");
    compare(&book(&broken.replace("Text", "Write `{{#claims}}`.")), &kept, "in code");
    compare(&book(&broken.replace("Text", "{{#claims}}")), &kept, "on the page");
    compare(&book(&broken.replace("Text", "Write `{{#claims}}`.")), &kept, "in code again");
}

#[test]
fn only_what_has_changed_is_made_anew() {
    let kept = BuildCache::keeping();
    let text = "=== facts/a.toml\n[vendor.name]\nvalue = \"Example\"\n=== src/a.md\n# A\n{{ vendor.name }}\n=== src/b.md\n\
                # B\n{{#include ../c.txt}}\n=== src/d.md\n# D\n=== c.txt\none\n";
    let rendered = |text: &str| {
        let world = book(text);
        let mut content = mdbook_trustbook::read_again(&world, &Nothing, &kept);
        trustbook_core::check_book(&mut content);
        let site = trustbook_core::render(&world, &content, &Options::default(), &Nowhere);
        let mut made: Vec<String> = site.made.iter().map(|at| content.pages[*at].source.clone()).collect();
        kept.keep(content);
        made.sort();
        made
    };
    let all = ["src/a.md", "src/b.md", "src/d.md"];
    assert_eq!(rendered(text), all);
    assert!(rendered(text).is_empty());
    assert_eq!(rendered(&text.replace("# D", "# D\nMore.")), ["src/d.md"]);
    assert_eq!(rendered(text), ["src/d.md"]);
    assert_eq!(rendered(&text.replace("one", "two")), ["src/b.md"], "an include is a part of its page");
    assert_eq!(rendered(&text.replace("Example", "Another")), all, "a fact may stand everywhere");
}
