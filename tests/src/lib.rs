//! Books in a single text: the fixtures of the tests and of the pages of checks.

#![allow(clippy::panic, reason = "a fixture that can not be built fails the test")]

use jiff::civil::{Date, date};
use mdbook_trustbook::Built;
use std::collections::BTreeMap;
use std::ops::Range;
use trustbook_core::diagnostic::Diagnostic;
use trustbook_core::report::{self, Colour, ReportFormat};
use trustbook_core::site::outside::{LinkAnswer, Outside};
use trustbook_core::site::sink::Shelf;
use trustbook_core::world::MemoryWorld;
use trustbook_core::{Options, World};

/// The day on which fixtures are built.
pub const TODAY: Date = date(2026, 1, 15);

/// Reads a book from one text, in which files begin with `=== path`. A missing book.toml or SUMMARY.md is generated.
pub fn book(text: &str) -> MemoryWorld {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match (line.strip_prefix("=== "), files.last_mut()) {
            (Some(path), _) => files.push((path.trim().to_owned(), String::new())),
            (None, Some((_, content))) => content.push_str(line),
            (None, None) => assert!(line.trim().is_empty(), "a book begins with `=== path`, not with {line:?}"),
        }
    }
    let has = |path: &str| files.iter().any(|(known, _)| known == path);
    let mut world = MemoryWorld::new(TODAY);
    if !has("book.toml") {
        world.insert("book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n");
    }
    if !has("src/SUMMARY.md") {
        world.insert("src/SUMMARY.md", summary(&files));
    }
    for (path, content) in &files {
        world.insert(path, content.as_str());
    }
    world
}

fn summary(files: &[(String, String)]) -> String {
    let mut chapters: Vec<String> = files
        .iter()
        .filter_map(|(path, content)| {
            let path = path.strip_prefix("src/").filter(|path| path.ends_with(".md"))?;
            // A translation has an outline of its own.
            let folder = path.split_once('/').map(|(folder, _)| format!("src/{folder}/SUMMARY.md"));
            if files.iter().any(|(known, _)| Some(known) == folder.as_ref()) {
                return None;
            }
            let title = content.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(path);
            let title = title.split(" {").next().unwrap_or(title);
            Some(format!("- [{title}]({path})\n"))
        })
        .collect();
    chapters.sort();
    chapters.concat()
}

/// A built book, with its files.
#[derive(Debug)]
pub struct Book {
    built: Built,
    /// The files of the site, by path.
    pub files: BTreeMap<String, String>,
}

impl Book {
    /// Returns a file of the site.
    ///
    /// # Panics
    /// Panics if the site has no such file.
    pub fn file(&self, path: &str) -> &str {
        match self.files.get(path) {
            Some(text) => text,
            None => panic!("the site has no {path}"),
        }
    }

    /// Returns the page of the first chapter.
    ///
    /// # Panics
    /// Panics if the site has no page.
    pub fn first(&self) -> &str {
        match self.site.pages.first() {
            Some(page) => self.file(&page.path),
            None => panic!("the site has no page"),
        }
    }
}

impl std::ops::Deref for Book {
    type Target = Built;

    fn deref(&self) -> &Built {
        &self.built
    }
}

impl std::ops::DerefMut for Book {
    fn deref_mut(&mut self) -> &mut Built {
        &mut self.built
    }
}

/// Builds a book in memory.
pub fn build(world: &dyn World) -> Book {
    let said = world.read(OUTSIDE).ok().map(|text| String::from_utf8_lossy(&text).into_owned());
    let answer = |outside: &mut Outside| {
        let Some(said) = said else { return };
        outside.is_asked = true;
        for link in &mut outside.links {
            let line = said.lines().find_map(|line| line.strip_prefix(link.url.as_str())?.strip_prefix(' '));
            link.answer = line.map(answer).filter(|_| !link.is_excluded);
        }
    };
    let (read, shelf) = (mdbook_trustbook::read(world), Shelf::default());
    let ask = |_: &trustbook_core::Book, outside: &mut Outside| answer(outside);
    let built = mdbook_trustbook::build_and_ask(world, read, &Options::default(), &shelf, ask);
    let files = shelf.files().into_iter();
    let files = files.map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned())).collect();
    Book { built, files }
}

/// The file of a fixture with the responses of servers outside: an address and its response on each line.
const OUTSIDE: &str = "outside.txt";

fn answer(words: &str) -> LinkAnswer {
    let (word, rest) = words.split_once(' ').unwrap_or((words, ""));
    let url = || rest.parse().unwrap_or_else(|_| panic!("`{rest}` is no address"));
    match word {
        "alive" => LinkAnswer::Alive,
        "moved" => LinkAnswer::Moved(url()),
        "secure" => LinkAnswer::Secure(url()),
        "gone" => LinkAnswer::Gone(rest.to_owned()),
        "no-anchor" => LinkAnswer::NoAnchor(Some(rest.to_owned()).filter(|rest| !rest.is_empty())),
        "no-line" => LinkAnswer::NoLine(rest.parse().unwrap_or_default()),
        "unknown" => LinkAnswer::Unknown {
            why: rest.to_owned(),
            help: "try again later".to_owned(),
            alive: None,
            is_tolerated: false,
        },
        other => panic!("no server answers `{other}`"),
    }
}

/// Returns the chapters of a book in order, each as HTML and as Markdown with its values.
pub fn written(read: &trustbook_core::Book) -> Vec<(String, String)> {
    let (expanded, _) = trustbook_core::expand_pages(read);
    let pages = read.pages.iter().zip(&expanded);
    pages.map(|(page, it)| (trustbook_core::chapter_html(read, page, it), it.markdown(page))).collect()
}

/// Returns the findings of a build in the short format.
pub fn short(built: &Built) -> String {
    report::report(&built.book.map, &built.findings, ReportFormat::Short, Colour::None)
}

/// Returns the names of the checks that found something.
pub fn names(findings: &[Diagnostic]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.check).collect()
}

/// Returns the fences of a Markdown text whose info string begins with `word`: the rest of that string, and the
/// content.
pub fn fences<'t>(text: &'t str, word: &str) -> Vec<(&'t str, &'t str)> {
    let all = fence_ranges(text).into_iter();
    all.filter_map(|(info, range)| Some((info.strip_prefix(word)?.trim(), &text[range]))).collect()
}

/// Returns the fences of four backticks in a Markdown text: the info string, and the range of the content.
pub fn fence_ranges(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(info_start) = text[at..].find("\n````").map(|offset| at + offset + 5) {
        let Some(info_end) = text[info_start..].find('\n').map(|offset| info_start + offset) else { break };
        let Some(close) = text[info_end..].find("\n````").map(|offset| info_end + offset) else { break };
        found.push((text[info_start..info_end].trim(), info_end + 1..(close + 1).max(info_end + 1)));
        at = close + 5;
    }
    found
}
