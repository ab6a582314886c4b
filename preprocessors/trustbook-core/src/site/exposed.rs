//! Finds secrets in everything to be published: pages as bytes and as text, other files, and the names of all files.

use super::{Site, active, decode};
use crate::book::Book;
use crate::diagnostic::Place;
use crate::secret::Scanner;
use crate::secret::{Hit, SecretKind, view};
use crate::span::SourceMap;
use crate::span::Span;
use aho_corasick::AhoCorasick;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A secret that would be published.
#[derive(Clone, PartialEq, Eq)]
pub struct Exposed {
    /// The type of the secret.
    pub what: SecretKind,
    /// The files of the site that contain it, sorted.
    pub files: Vec<String>,
    /// Its spellings in these files, sorted, without repetition.
    whole: Vec<String>,
    /// Its lines, and the texts beside it that must also stay hidden.
    texts: Vec<String>,
    /// Its places in the sources, sorted by file and position.
    written: Vec<Span>,
}

impl std::fmt::Debug for Exposed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exposed").field("what", &self.what).field("files", &self.files).finish_non_exhaustive()
    }
}

/// One occurrence of a secret in one file.
#[derive(Clone)]
pub(super) struct SecretInFile {
    what: SecretKind,
    file: String,
    whole: String,
    texts: Vec<String>,
}

impl std::fmt::Debug for SecretInFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Found").field("what", &self.what).field("file", &self.file).finish_non_exhaustive()
    }
}

/// Looks for secrets in everything to be published. Pages were scanned when they were made; their secrets are
/// collected.
pub(super) fn find(book: &Book, site: &Site) -> Vec<Exposed> {
    let files: Vec<(&String, &Vec<u8>)> = site.assets.iter().chain(&site.files).collect();
    let files = files.into_par_iter().map(|(path, bytes)| {
        let mut found = of_file(&book.scanner, path, bytes);
        // In UTF-16 the pattern of a token does not match the bytes, so the decoded text is scanned as well.
        found.extend(decode::wide(bytes).into_iter().flat_map(|text| of_file(&book.scanner, path, text.as_bytes())));
        found
    });
    let mut all: Vec<SecretInFile> = files.flatten().collect();
    all.extend(site.found.iter().cloned());
    let pages = site.pages.iter().map(|page| &page.path).chain(&site.beside);
    let paths = pages.chain(site.assets.keys()).chain(&site.used);
    all.extend(paths.flat_map(|path| of_bytes(&book.scanner, path, path.as_bytes())));
    let mut by_text: BTreeMap<(SecretKind, String), Exposed> = BTreeMap::new();
    for found in all {
        let text = match found.what {
            // A variable is a single secret, whatever form its value takes.
            SecretKind::Variable(_) => String::new(),
            SecretKind::Token(_) => view::decoded(&found.whole).split_whitespace().collect(),
        };
        let entry = by_text.entry((found.what.clone(), text)).or_insert_with(|| Exposed {
            what: found.what,
            files: Vec::new(),
            whole: Vec::new(),
            texts: Vec::new(),
            written: Vec::new(),
        });
        entry.files.push(found.file);
        entry.whole.push(found.whole);
        entry.texts.extend(found.texts);
    }
    let mut exposed: Vec<Exposed> = by_text.into_values().collect();
    for list in exposed.iter_mut().flat_map(|one| [&mut one.files, &mut one.whole, &mut one.texts]) {
        list.sort();
        list.dedup();
    }
    if !exposed.is_empty() {
        locate(&book.map, &mut exposed);
    }
    exposed
}

fn of_file(scanner: &Scanner, path: &str, bytes: &[u8]) -> Vec<SecretInFile> {
    match std::str::from_utf8(bytes) {
        Ok(text) if active::is_markup(path, bytes) => of_markup(scanner, path, text),
        _ => of_bytes(scanner, path, bytes),
    }
}

/// Returns the secrets of markup: in its bytes, with entities resolved, and in the text between its tags.
pub(super) fn of_markup(scanner: &Scanner, path: &str, html: &str) -> Vec<SecretInFile> {
    let decoded = view::decoded(html);
    let mut all = of_bytes(scanner, path, decoded.as_bytes());
    if let Cow::Owned(_) = decoded {
        // Only values are looked for here, since a token has no entities: `user:&lt;password&gt;@host` is a
        // placeholder.
        all.extend(scanner.find_values(html.as_bytes()).into_iter().map(|hit| of(path, html.as_bytes(), hit)));
    }
    // Freed before the next copy is made, since a page may be large.
    drop(decoded);
    all.extend(of_bytes(scanner, path, view::typed(html).as_bytes()));
    all
}

/// Returns the secrets in the bytes of a file.
pub(super) fn of_bytes(scanner: &Scanner, path: &str, bytes: &[u8]) -> Vec<SecretInFile> {
    scanner.find(bytes).into_iter().map(|hit| of(path, bytes, hit)).collect()
}

fn of(path: &str, bytes: &[u8], hit: Hit) -> SecretInFile {
    SecretInFile {
        file: path.to_owned(),
        whole: String::from_utf8_lossy(&bytes[hit.range.clone()]).into_owned(),
        texts: hit.texts(bytes),
        what: hit.what,
    }
}

impl Exposed {
    /// Returns the texts that no report may show.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        self.texts.iter().cloned()
    }

    /// Returns the places where the secret is written: all places in the sources, those in chapters that publish it
    /// first. If no source contains it, returns the first file that would be published with it.
    pub fn places(&self, book: &Book, site: &Site) -> Vec<Place> {
        let chapters = site.pages.iter().filter(|page| self.files.binary_search(&page.path).is_ok());
        let own: BTreeSet<&str> = chapters.filter_map(|page| Some(book.pages[page.page?].source.as_str())).collect();
        let mut spans = self.written.clone();
        spans.sort_by_key(|span| !own.contains(book.map.file(span.file).path()));
        match (spans.is_empty(), self.files.first()) {
            (true, Some(file)) => {
                let folder = if site.used.contains(file) { &book.config.src } else { &book.config.build_dir };
                vec![Place::File(format!("{folder}/{file}"))]
            }
            _ => spans.into_iter().map(Place::At).collect(),
        }
    }
}

/// Finds the places in the sources where the secrets are written: as a whole, or else by their lines.
fn locate(map: &SourceMap, exposed: &mut [Exposed]) {
    let mut texts: Vec<(usize, &str)> = Vec::new();
    let mut lines: Vec<(usize, &str)> = Vec::new();
    for (index, one) in exposed.iter().enumerate() {
        texts.extend(one.whole.iter().map(|text| (index, text.as_str())));
        lines.extend(one.texts.iter().map(|text| (index, text.as_str())));
    }
    let mut whole = written(map, exposed.len(), &texts);
    let lines = written(map, exposed.len(), &lines);
    for (whole, mut lines) in whole.iter_mut().zip(lines) {
        if whole.is_empty() {
            // The first line of a multi-line block is enough.
            lines.dedup_by_key(|span| span.file);
            *whole = lines;
        }
    }
    for (one, spans) in exposed.iter_mut().zip(whole) {
        one.written = spans;
    }
}

/// Returns the places of the texts in the sources, for each of `count` secrets.
fn written(map: &SourceMap, count: usize, texts: &[(usize, &str)]) -> Vec<Vec<Span>> {
    let mut spans = vec![Vec::new(); count];
    let Ok(automaton) = AhoCorasick::new(texts.iter().map(|(_, text)| text)) else { return spans };
    for (id, file) in map.files() {
        for found in automaton.find_overlapping_iter(file.text()) {
            spans[texts[found.pattern().as_usize()].0].push(Span::new(id, found.range()));
        }
        if let Some(meant) = view::meant(file.text()) {
            for found in automaton.find_overlapping_iter(&meant.text) {
                spans[texts[found.pattern().as_usize()].0].push(Span::new(id, meant.locate(found.range())));
            }
        }
    }
    for spans in &mut spans {
        spans.sort_by_key(|span| (map.file(span.file).path(), span.start, std::cmp::Reverse(span.end)));
        // Of two overlapping places, keep the longer one, which sorts first.
        spans.dedup_by(|next, kept| next.file == kept.file && next.start < kept.end);
    }
    spans
}
