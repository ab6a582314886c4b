//! Files of the book that the register names: sources that differ from the lock, missing evidence, and documents.

use super::Facts;
use crate::lock::Lock;
use crate::register::source;
use crate::register::value::Value;
use crate::schema::index::hex;
use crate::span::{SourceMap, Span};
use crate::world::{self, ReadError, World};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The files of the book that the register names.
#[derive(Debug, Clone)]
pub struct NamedFiles {
    /// The ids of the sources whose file has changed since the lock was written, sorted.
    pub changed: Vec<String>,
    /// The evidence paths without a file in the book, each with its span.
    pub missing: Vec<(Span, String)>,
    /// The SHA-256 of each public document that is a file of the book, by its path below the chapters.
    pub downloads: BTreeMap<String, String>,
}

impl NamedFiles {
    /// Looks at all of them; `src` is the folder of chapters, with a slash at its end.
    pub fn of(world: &dyn World, map: &SourceMap, facts: &Facts, lock: &Lock, src: &str) -> Self {
        NamedFiles {
            changed: changed(world, facts, lock),
            missing: missing(world, map, facts, src),
            downloads: downloads(world, facts, src),
        }
    }
}

/// Returns the ids of the sources whose file differs from the lock or cannot be read, sorted.
fn changed(world: &dyn World, facts: &Facts, lock: &Lock) -> Vec<String> {
    let of_files = facts.register.of_kind(source::KIND).filter(|record| record.word("kind") == Some("file"));
    let mut hash = hashes(world);
    let mut changed: Vec<String> = of_files
        .filter_map(|record| {
            let path = record.value("path").map(Value::text)?;
            let entry = lock.source(&record.id).filter(|entry| entry.from == path)?;
            (hash(&path).as_ref() != Some(&entry.sha256)).then(|| record.id.clone())
        })
        .collect();
    changed.sort();
    changed
}

/// Returns a function that reads a file and returns its SHA-256. Records can name the same file, which is read once.
fn hashes(world: &dyn World) -> impl FnMut(&str) -> Option<String> {
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    move |path| {
        let read = || world.read(path).ok().map(|bytes| hex(&Sha256::digest(&bytes)));
        known.entry(path.to_owned()).or_insert_with(read).clone()
    }
}

/// Returns the SHA-256 of each document that is a file of the book, by its path below the chapters.
fn downloads(world: &dyn World, facts: &Facts, src: &str) -> BTreeMap<String, String> {
    let files = facts.register.of_kind("document").filter_map(|record| record.value("file")).map(Value::text);
    let mut hash = hashes(world);
    let found = files.filter_map(|file| {
        let path = world::join("", &file)?;
        Some((file, hash(&format!("{src}{path}"))?))
    });
    found.collect()
}

/// Returns the paths that the register gives as evidence but that the book lacks, each with its first span in the file.
fn missing(world: &dyn World, map: &SourceMap, facts: &Facts, src: &str) -> Vec<(Span, String)> {
    let register = &facts.register;
    let of_facts = register.facts.iter().map(|fact| (fact.key_span.file, &fact.common));
    let commons = of_facts.chain(register.records.iter().map(|record| (record.span.file, &record.common)));
    let named: BTreeSet<(_, &str)> = commons
        .flat_map(|(file, common)| common.evidence.iter().map(move |text| (file, text.as_str())))
        .filter(|(_, text)| is_path(text))
        .collect();
    let mut folders: BTreeMap<String, Option<Vec<world::FolderEntry>>> = BTreeMap::new();
    let mut has = |path: &str| {
        let folder = world::parent(path);
        // What is above the book is not listed: it may be a repository with any number of files.
        if folder.is_empty() || path.starts_with("../") {
            return !matches!(world.read(path), Err(ReadError::Missing));
        }
        let entries = folders.entry(folder.to_owned()).or_insert_with(|| world.list(folder).ok());
        let below = format!("{path}/");
        entries.as_ref().is_none_or(|all| all.iter().any(|entry| entry.path == path || entry.path.starts_with(&below)))
    };
    let is_missing = |(_, text): &(_, &str)| {
        let path = text.split('#').next().unwrap_or_default();
        let in_reach = world::reach(world, "", path.trim_start_matches('/'));
        // A path that leaves the book is in a repository around it, which no build reads without permission.
        in_reach.is_some_and(|path| !path.is_empty() && !has(&path) && !has(&format!("{src}{path}")))
    };
    let missing: Vec<_> = named.into_iter().filter(is_missing).collect();
    let placed = missing.into_iter().map(|(file, text)| {
        let whole = map.file(file).text();
        let at = ['"', '\''].into_iter().find_map(|quote| whole.find(&format!("{quote}{text}{quote}")));
        let span = at.map_or(Span::new(file, 0..0), |at| Span::new(file, at + 1..at + 1 + text.len()));
        (span, text.to_owned())
    });
    placed.collect()
}

/// Returns true for a text that names a file: it has a folder or an ending, and is neither words nor an address.
fn is_path(text: &str) -> bool {
    let ending = text.rsplit_once('.').map_or("", |(_, ending)| ending);
    let has_ending = (2..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let has_ending = has_ending && ending.starts_with(|c: char| c.is_ascii_alphabetic());
    !text.contains(char::is_whitespace) && url::Url::parse(text).is_err() && (text.contains('/') || has_ending)
}
