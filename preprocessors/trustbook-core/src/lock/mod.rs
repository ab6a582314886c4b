//! `facts/facts.lock`: what `trustbook refresh` found, with its provenance. Builds read nothing else from outside.

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

/// Where it is, in the book.
pub const PATH: &str = "facts/facts.lock";
/// The version of its form.
pub const VERSION: i64 = 1;
/// How many characters of a commit stand for it inside of an entry, whose `pins` have them whole.
pub const SHORT_COMMIT: usize = 12;

/// What was read of the lock.
#[derive(Debug, Clone, Default)]
pub struct Lock {
    /// Whether there is one.
    pub exists: bool,
    /// The schemas, sorted by id.
    pub schemas: Vec<SchemaEntry>,
    /// The sources, sorted by id.
    pub sources: Vec<SourceEntry>,
    /// The domains of e-mail addresses, sorted by name.
    pub domains: Vec<DomainEntry>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl Lock {
    /// The entry of a schema.
    pub fn schema(&self, id: &str) -> Option<&SchemaEntry> {
        self.schemas.iter().find(|entry| entry.id == id)
    }
}

/// A schema at the commit that it is pinned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaEntry {
    /// Its id in the register.
    pub id: String,
    /// Its language.
    pub language: String,
    /// The repository.
    pub repository: String,
    /// The file or folder in it.
    pub path: String,
    /// The branch or tag that it follows.
    pub track: Option<String>,
    /// The commit, in full.
    pub commit: String,
    /// The day on which the lock was last compared with the repository.
    pub checked: Date,
    /// The files that were read, sorted by path.
    pub files: Vec<FileEntry>,
    /// All commits that it was pinned to, oldest first.
    pub pins: Vec<Pin>,
    /// What the reader could not follow.
    pub skipped: Vec<Skipped>,
    /// Tables and fields that were there at an earlier pin.
    pub gone: Vec<Gone>,
    /// Its tables, sorted by name; the data model of the book has the same.
    pub tables: Arc<Vec<TableIndex>>,
    /// Where the entry stands in the lock.
    pub span: Span,
}

/// A file at the pinned commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Its path in the repository.
    pub path: String,
    /// Git's name for its content.
    pub blob: String,
    /// The SHA-256 of its bytes.
    pub sha256: String,
}

/// A commit that a schema was pinned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The commit, in full.
    pub commit: String,
    /// The day on which it was pinned.
    pub on: Date,
}

/// Something in a schema that its reader could not follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What is not known of it.
    pub what: String,
}

/// A table, or a field of one, that is no longer there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gone {
    /// The table.
    pub table: String,
    /// The field; `None` for the table as a whole.
    pub field: Option<String>,
    /// The pin from which on it was gone: the beginning of its commit.
    pub at: String,
    /// The file and line where it was before: `schema.prisma:578`.
    pub was: String,
}

impl SchemaEntry {
    /// Which pin a commit, or the beginning of one, is: the oldest is 0.
    pub fn pin(&self, commit: &str) -> Option<usize> {
        if commit.len() < 7 {
            return None;
        }
        self.pins.iter().rposition(|pin| pin.commit.starts_with(&commit.to_ascii_lowercase()))
    }

    /// The table of a name.
    pub fn table(&self, name: &str) -> Option<&TableIndex> {
        self.tables.binary_search_by(|table| table.name.as_str().cmp(name)).ok().map(|at| &self.tables[at])
    }
}

/// Something wrong with the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It can not be read.
    Unreadable(TextError),
    /// It is not TOML.
    Syntax(SyntaxError),
    /// A later version of this command wrote it.
    Newer(Span),
    /// It is not what `refresh` writes.
    Misshapen {
        /// Where.
        span: Span,
        /// A phrase that says what is wrong.
        what: String,
    },
}
