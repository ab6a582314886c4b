//! The properties that fuzz targets assert of readers of data models and of builds of small books.

use mdbook_trustbook::foreign::Nothing;
use std::collections::{BTreeMap, BTreeSet};
use trustbook_core::report::{self, Colour, ReportFormat};
use trustbook_core::schema::{Schema, SchemaFile, find};
use trustbook_core::site::sink::{Bytes, Shelf};
use trustbook_core::span::{SourceMap, Span};
use trustbook_core::world::MemoryWorld;
use trustbook_core::{BuildCache, Options};

/// A small book that reads and links to every file that a target replaces.
const BOOK: &[(&str, &str)] = &[
    ("book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n"),
    ("facts/vendor.toml", "[defaults]\nsource = \"x\"\n\n[vendor]\nname = \"Example\"\n\n[incident]\nnotice = \"72 hours\"\n"),
    ("facts/more.toml", "[defaults]\nsource = \"x\"\n\n[[measure]]\nid = \"mfa\"\ntitle = \"MFA\"\n"),
    ("src/SUMMARY.md", "- [A](a.md)\n- [B](b.md)\n"),
    ("src/a.md", "# A\n\n{{vendor.name}}\n\n{{#measures}}\n\n[B](b.md)\n"),
    ("src/b.md", "# B\n\n[a](a.md#a) ![s](a.svg) [h](a.html) [c](a.css)\n"),
    ("src/a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ("src/a.html", "<!doctype html><title>A</title>"),
    ("src/a.css", "p { color: red }"),
];

/// Builds the book with one file replaced by the input.
///
/// # Panics
/// If the build panics, which is what the targets look for.
pub fn build(path: &str, data: &[u8]) {
    let mut world = world();
    world.insert(path, data);
    site(&world, &BuildCache::default());
}

/// Builds the book with a chapter and a file of the register from the input, changes both, builds it again from what was
/// kept and from nothing, and compares the two.
///
/// # Panics
/// If they differ.
pub fn rebuild(data: &[u8]) {
    let mut parts = data.split(|byte| *byte == NEXT_FILE);
    let mut world = world();
    let kept = BuildCache::keeping();
    let mut last = None;
    while let Some(chapter) = parts.next() {
        world.insert("src/a.md", chapter);
        if let Some(register) = parts.next() {
            world.insert("facts/more.toml", register);
        }
        last = Some(site(&world, &kept));
    }
    assert!(last == Some(site(&world, &BuildCache::default())), "the site that was built again differs");
}

fn world() -> MemoryWorld {
    let mut world = MemoryWorld::new("2026-01-15".parse().expect("it is a date"));
    BOOK.iter().for_each(|(path, text)| world.insert(path, *text));
    world
}

/// Returns the files of the site and the findings.
fn site(world: &MemoryWorld, kept: &BuildCache) -> (BTreeMap<String, Bytes>, String) {
    let shelf = Shelf::default();
    let book = mdbook_trustbook::read_again(world, &Nothing, kept);
    let built = mdbook_trustbook::build(world, book, &Options { live: true, ..Options::default() }, &shelf);
    let findings = report::report(&built.book.map, &built.findings, ReportFormat::Human, Colour::None);
    let mut files = built.site.rest();
    files.extend(shelf.files());
    kept.keep(built.book);
    (files, findings)
}

/// Parts of the input that stand between these bytes are files of their own.
const NEXT_FILE: u8 = 0x1e;

/// Reads bytes as files of a language. What is not UTF-8 is left out, since no reader is given it.
///
/// # Panics
/// Where what the reader gives is not sound, which is what is looked for.
pub fn read(language: &str, data: &[u8]) {
    let language = find(language).expect("the language is known");
    let Ok(text) = std::str::from_utf8(data) else { return };
    let ending = language.endings.first().expect("a language has an ending");
    let mut map = SourceMap::default();
    let texts: Vec<&str> = text.split(char::from(NEXT_FILE)).take(4).collect();
    let paths: Vec<String> = (0..texts.len()).map(|at| format!("migrations/2026010{at}_part/file{ending}")).collect();
    let files: Vec<SchemaFile<'_>> =
        paths.iter().zip(&texts).map(|(path, text)| SchemaFile { file: map.add(path, *text), path, text }).collect();
    for text in &texts {
        let _ = (language.is_it)(text);
    }
    assert_sound(&map, &(language.read)(&files));
}

fn assert_sound(map: &SourceMap, schema: &Schema) {
    let assert_span = |span: Span| {
        let text = map.file(span.file).text();
        assert!(text.get(span.range()).is_some(), "{span:?} of {} bytes", text.len());
    };
    let mut tables = BTreeSet::new();
    for table in &schema.tables {
        assert_span(table.span);
        assert!(tables.insert(&table.name), "the table `{}` is there twice", table.name);
        let mut fields = BTreeSet::new();
        for field in &table.fields {
            assert_span(field.span);
            assert!(fields.insert(&field.name), "the field `{}` is there twice", field.name);
            assert!(field.modifiers.is_sorted_by(|a, b| a < b), "{:?}", field.modifiers);
        }
    }
    for problem in schema.problems.iter().chain(&schema.skipped) {
        assert_span(problem.span);
        assert!(!problem.what.is_empty() && !problem.help.is_empty(), "{problem:?}");
    }
}
