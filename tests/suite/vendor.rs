//! The book of the example vendor: every chapter of a trust page, with all statements taken from the register.

use crate::command::root;
use jiff::civil::{Date, date};
use mdbook_trustbook::disk::DiskWorld;
use std::collections::BTreeSet;
use trustbook_core::World;
use trustbook_core::register::kinds::KINDS;
use trustbook_core::secret::Secret;
use trustbook_core::world::{FolderEntry, ReadError};
use trustbook_tests::{build, names, short};

const DAY: Date = date(2026, 1, 15);

/// The book, without some of its chapters.
struct Without {
    world: DiskWorld,
    chapters: &'static [&'static str],
}

fn book(chapters: &'static [&'static str]) -> Without {
    Without { world: DiskWorld::open(&root().join("tests/books/vendor"), DAY).unwrap(), chapters }
}

impl World for Without {
    fn secrets(&self) -> Vec<Secret> {
        self.world.secrets()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let bytes = self.world.read(path)?;
        if !path.ends_with(".md") {
            return Ok(bytes);
        }
        let text = String::from_utf8(bytes).unwrap();
        let is_gone = |text: &str| self.chapters.iter().any(|chapter| text.contains(&format!("({chapter})")));
        // Links to a removed chapter are removed too.
        let lines = text.split_inclusive('\n').filter(|line| !is_gone(line));
        Ok(lines.collect::<String>().into_bytes())
    }

    fn list(&self, dir: &str) -> Result<Vec<FolderEntry>, ReadError> {
        let gone = |entry: &FolderEntry| self.chapters.iter().any(|chapter| entry.path == format!("src/{chapter}"));
        Ok(self.world.list(dir)?.into_iter().filter(|entry| !gone(entry)).collect())
    }

    fn today(&self) -> Date {
        DAY
    }
}

#[test]
fn it_satisfies_every_profile_and_every_check() {
    let built = build(&book(&[]));
    assert_eq!(short(&built), "");
    assert_eq!(built.book.config.trustbook.profiles.len(), 3);
    let used: BTreeSet<&str> = built.book.facts.register.records.iter().map(|record| record.kind.name).collect();
    let all: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
    assert_eq!(used, all, "every kind of record has its place in the book");
    assert!(built.site.pages.len() >= 15);
}

#[test]
fn no_table_number_or_address_of_it_is_typed_by_hand() {
    let world = book(&[]);
    for entry in world.list("src").unwrap() {
        let text = String::from_utf8(world.read(&entry.path).unwrap()).unwrap();
        for line in text.lines() {
            assert!(!line.trim_start().starts_with('|') && !line.contains("<t"), "{}: {line}", entry.path);
            assert!(!line.contains('@') && !line.contains("http"), "{}: {line}", entry.path);
        }
    }
}

#[test]
fn a_profile_names_the_chapter_that_is_missing() {
    let built = build(&book(&["rights.md"]));
    let found = short(&built);
    assert!(names(&built.findings).contains(&"chapter-missing"), "{found}");
    let missing: Vec<&str> = found.lines().filter(|line| line.contains("chapter-missing")).collect();
    assert!(missing.iter().all(|line| line.starts_with("book.toml:")), "{found}");
    assert!(missing.iter().any(|line| line.to_lowercase().contains("right")), "{found}");
}
