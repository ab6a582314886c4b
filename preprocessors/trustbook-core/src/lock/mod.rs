//! `facts/facts.lock`: values found by `trustbook refresh`, with their provenance; the only outside data a build reads.

mod at;
pub mod diff;
pub mod pin;
mod read;
mod source;
mod text;
mod write;

pub use read::read;
pub use source::{DomainEntry, FactEntry, Mail, SourceEntry};
pub use write::{seal, text};

use crate::schema::index::TableIndex;
use crate::span::Span;
use crate::toml_tree::{SyntaxError, TextError};
use jiff::civil::Date;
use std::sync::Arc;

/// The path of the lock, relative to the book.
pub const PATH: &str = "facts/facts.lock";
/// The version of the file format.
pub const VERSION: i64 = 1;
/// The length of a short commit hash in an entry, in characters; its `pins` hold the full hashes.
pub const SHORT_COMMIT: usize = 12;

/// The lock as read, with its problems.
#[derive(Debug, Clone, Default)]
pub struct Lock {
    /// True if the lock file exists.
    pub exists: bool,
    /// The schemas, sorted by id.
    pub schemas: Vec<SchemaEntry>,
    /// The sources, sorted by id.
    pub sources: Vec<SourceEntry>,
    /// The domains of e-mail addresses, sorted by name.
    pub domains: Vec<DomainEntry>,
    /// The problems found while reading the lock.
    pub problems: Vec<LockProblem>,
}

impl Lock {
    /// Returns the entry of a schema by its id.
    pub fn schema(&self, id: &str) -> Option<&SchemaEntry> {
        self.schemas.iter().find(|entry| entry.id == id)
    }
}

/// A schema at the commit that it is pinned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaEntry {
    /// The id of the schema in the register.
    pub id: String,
    /// The name of its language.
    pub language: String,
    /// The address of the repository.
    pub repository: String,
    /// The path of the file or folder in the repository.
    pub path: String,
    /// The branch or tag to follow, if any.
    pub track: Option<String>,
    /// The commit hash, in full.
    pub commit: String,
    /// The day on which the lock was last compared with the repository.
    pub checked: Date,
    /// The files that were read, sorted by path.
    pub files: Vec<FileEntry>,
    /// All commits that the schema was pinned to, oldest first.
    pub pins: Vec<Pin>,
    /// The parts of the schema that its reader could not follow.
    pub skipped: Vec<Skipped>,
    /// Tables and fields that existed at an earlier pin.
    pub gone: Vec<Gone>,
    /// The tables, sorted by name; shared with the data model of the book.
    pub tables: Arc<Vec<TableIndex>>,
    /// The span of the entry in the lock.
    pub span: Span,
}

/// A file at the pinned commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// The path in the repository.
    pub path: String,
    /// The id that Git gives to its content.
    pub blob: String,
    /// The SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
}

/// A commit that a schema was pinned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The commit hash, in full.
    pub commit: String,
    /// The day on which it was pinned.
    pub on: Date,
}

/// A part of a schema that its reader could not follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The path of the file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// A phrase that says what could not be followed.
    pub what: String,
    /// The names of the tables that it mentions, sorted.
    pub tables: Vec<String>,
}

/// A table or a field that is no longer in the schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gone {
    /// The name of the table.
    pub table: String,
    /// The name of the field; `None` for the table as a whole.
    pub field: Option<String>,
    /// The pin that removed it, as a short commit hash.
    pub at: String,
    /// The file and line where it last was, such as `schema.prisma:578`.
    pub was: String,
}

impl SchemaEntry {
    /// Returns the index of the newest pin whose commit begins with `commit`, which needs at least 7 digits; the oldest
    /// is 0.
    pub fn pin(&self, commit: &str) -> Option<usize> {
        if commit.len() < 7 {
            return None;
        }
        self.pins.iter().rposition(|pin| pin.commit.starts_with(&commit.to_ascii_lowercase()))
    }

    /// Returns the table of a name.
    pub fn table(&self, name: &str) -> Option<&TableIndex> {
        self.tables.binary_search_by(|table| table.name.as_str().cmp(name)).ok().map(|at| &self.tables[at])
    }
}

/// A problem with the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockProblem {
    /// The file cannot be read.
    Unreadable(TextError),
    /// The file is not TOML.
    Syntax(SyntaxError),
    /// A later version of `trustbook` wrote the file.
    Newer(Span),
    /// The content is not what `refresh` writes.
    Misshapen {
        /// The span of the mistake.
        span: Span,
        /// A phrase that says what is wrong.
        what: String,
    },
}
