//! Data models: their kinds of records, books that are pinned to a commit, the lock, and `trustbook refresh`.

mod edges;
mod git;
mod kinds;
mod lock;
mod pinned;
mod refresh;
mod refused;
mod tamper;

pub(crate) use kinds::{needs_files, register};
pub(crate) use lock::read as read_lock;
pub(crate) use tamper::each_change;

use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::Arc;
use trustbook_core::datamap::read_files;
use trustbook_core::lock::{FileEntry, Lock, SchemaEntry, pin};
use trustbook_core::schema::index;
use trustbook_core::span::{FileId, SourceMap, Span};

/// A repository that does not exist.
const REPOSITORY: &str = "https://git.example.com/example/app";
/// The path of its data model.
const PATH: &str = "prisma/schema.prisma";
/// Three of its commits.
const A: &str = "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";
const B: &str = "b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";
const C: &str = "c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3";

/// A version of the data model: its text, its commit, and the day on which the book was pinned to it.
type VersionAt<'v> = (&'v str, &'v str, Date);

/// Returns the lock of a book that was pinned to these versions of the data model `app` in turn.
fn followed(versions: &[VersionAt<'_>], left_out: &[&str]) -> Lock {
    let left_out: BTreeSet<String> = left_out.iter().map(|table| (*table).to_owned()).collect();
    let mut entry: Option<SchemaEntry> = None;
    for version in versions {
        entry = Some(pin::onto(read(version), entry.as_ref(), &left_out));
    }
    Lock { exists: true, schemas: entry.into_iter().collect(), ..Lock::default() }
}

/// Returns an entry as first read, before it is merged with the previous one.
fn read((text, commit, day): &VersionAt<'_>) -> SchemaEntry {
    let mut map = SourceMap::default();
    let file = map.add(PATH, *text);
    let (language, schema) = read_files(&[(file, PATH.to_owned(), (*text).to_owned())], None).unwrap();
    assert_eq!(schema.problems, []);
    let path_of = |file: FileId| map.file(file).path().to_owned();
    SchemaEntry {
        id: "app".to_owned(),
        language: language.name.to_owned(),
        repository: REPOSITORY.to_owned(),
        path: PATH.to_owned(),
        track: None,
        commit: (*commit).to_owned(),
        checked: *day,
        files: vec![FileEntry { path: PATH.to_owned(), blob: "0".repeat(40), sha256: "0".repeat(64) }],
        pins: Vec::new(),
        skipped: Vec::new(),
        gone: Vec::new(),
        tables: Arc::new(index::of(&map, schema, &path_of)),
        span: Span::new(file, 0..0),
    }
}
