//! Stage 4: the schemas of the book, each at the version that it is pinned to, with what the register says of fields.

mod absent;
mod find;
mod holding;
mod open;
mod pinned_line;
mod said;

pub use absent::Absent;
pub use find::Target;
pub use holding::{By, Holding};
pub use open::{files_below, read_files};
pub use pinned_line::PinnedLine;
pub use said::{Default, Said, TableSaid};

use crate::facts::Facts;
use crate::lock::{Lock, Skipped};
use crate::register::Record;
use crate::register::types::read_duration;
use crate::register::value::Value;
use crate::schema::Problem as SchemaProblem;
use crate::schema::index::TableIndex;
use crate::span::{SourceMap, Span};
use crate::toml_tree::TextError;
use crate::world::World;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// How long a look at a repository lasts, where the register does not say.
const MAX_AGE: &str = "180 days";

/// All schemas of a book, and what its register says of their tables.
#[derive(Debug, Clone, Default)]
pub struct Datamap {
    /// The schemas, sorted by id.
    pub schemas: Vec<PinnedSchema>,
    /// What the register says of tables, sorted by the id of the schema and the name of the table.
    pub said: Vec<((String, String), TableSaid)>,
}

/// A schema at the version that pages refer to.
#[derive(Debug, Clone)]
pub struct PinnedSchema {
    /// Its id.
    pub id: String,
    /// Where its record stands.
    pub span: Span,
    /// The file or folder: in the repository, or in the book.
    pub path: String,
    /// Which version it is.
    pub version: Version,
    /// Its tables, sorted by name.
    pub tables: Arc<Vec<TableIndex>>,
    /// What its reader could not follow, where the book itself holds it.
    pub skipped: Vec<SchemaProblem>,
    /// Why it can not be used as it is.
    pub problems: Vec<Problem>,
    /// The fingerprints of its tables, once somebody has asked.
    fingerprints: OnceLock<Vec<String>>,
}

/// Which version of a schema the book has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Version {
    /// None: what pages say of it can not be checked.
    None,
    /// That of its files in the book.
    Book,
    /// That of a commit of its repository, as the lock knows it.
    Pinned(Box<Pinned>),
}

/// A schema in a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// The repository.
    pub repository: url::Url,
    /// The template of addresses, where the book gives one.
    pub template: Option<String>,
    /// The commit, in full.
    pub commit: String,
    /// All commits that the lock was pinned to, oldest first.
    pub pins: Vec<String>,
    /// When the lock was last compared with the repository.
    pub checked: Date,
    /// What its reader could not follow.
    pub skipped: Vec<Skipped>,
    /// Tables and fields that an earlier version had: since which commit they are gone, and where they were.
    pub gone: BTreeMap<(String, Option<String>), (String, String)>,
}

/// Why a schema can not be used as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A file of it can not be read.
    Unreadable {
        /// The file or folder.
        path: String,
        /// Why.
        error: TextError,
    },
    /// There is no file of a known language.
    NoFiles,
    /// Its language can not be told; those that it could be.
    Language(Vec<&'static str>),
    /// Something in it can not be read.
    Syntax(SchemaProblem),
    /// The template of its addresses can not be used, and why.
    Template(String),
    /// It is in a repository, and the lock has no commit for it.
    Unpinned,
    /// The lock's entry is of another file, repository or language: the key, what the register has, what the lock has.
    Mismatch(&'static str, String, String),
}

/// Reads the schemas that the register names: from the lock where they have a repository, else from the book.
pub fn read(world: &dyn World, map: &mut SourceMap, facts: &Facts, lock: &Lock) -> Datamap {
    let records: Vec<&Record> = facts.register.of_kind("schema").collect();
    let mut schemas: Vec<PinnedSchema> =
        records.into_iter().map(|record| open::schema(world, map, record, lock)).collect();
    schemas.sort_by(|a, b| a.id.cmp(&b.id));
    Datamap { schemas, said: said::of(facts).into_iter().collect() }
}

impl Datamap {
    /// The schema of an id.
    pub fn schema(&self, id: &str) -> Option<&PinnedSchema> {
        self.schemas.binary_search_by(|schema| schema.id.as_str().cmp(id)).ok().map(|at| &self.schemas[at])
    }

    /// What the register says of a table.
    pub fn said(&self, schema: &str, table: &str) -> Option<&TableSaid> {
        let key = |of: &(String, String)| (of.0.as_str().cmp(schema)).then_with(|| of.1.as_str().cmp(table));
        self.said.binary_search_by(|(of, _)| key(of)).ok().map(|at| &self.said[at].1)
    }
}

impl PinnedSchema {
    /// The table of a name.
    pub fn table(&self, name: &str) -> Option<&TableIndex> {
        self.tables.binary_search_by(|table| table.name.as_str().cmp(name)).ok().map(|at| &self.tables[at])
    }

    /// Its pin, where it has one.
    pub fn pinned(&self) -> Option<&Pinned> {
        match &self.version {
            Version::Pinned(pinned) => Some(pinned),
            Version::None | Version::Book => None,
        }
    }

    /// The last day on which the look at its repository is recent enough.
    pub fn fresh_until(&self, facts: &Facts) -> Option<Date> {
        let max_age = match facts.record("schema", &self.id).and_then(|record| record.value("max_age")) {
            Some(Value::Duration(_, span)) => Some(*span),
            _ => read_duration(MAX_AGE),
        };
        self.pinned()?.checked.checked_add(max_age?.0).ok()
    }

    /// Whether its tables are all that there are: nothing of it was passed over.
    pub fn is_whole(&self) -> bool {
        self.problems.is_empty() && self.version != Version::None
    }
}
