//! Stage 4: the schemas of the book, each at its pinned version, with the register's entries for their fields.

mod absent;
mod find;
mod holding;
mod open;
mod pinned_line;
mod said;
mod select;

pub use absent::Absent;
pub use find::ModelTarget;
pub use holding::{By, Holding};
pub use open::{files_below, read_files};
pub use pinned_line::PinnedLine;
pub use said::{Default, FieldEntry, TableSaid};
pub use select::{Selection, accepted, set_aside};

use crate::facts::Facts;
use crate::lock::Lock;
use crate::pattern::matches;
use crate::register::Record;
use crate::register::types::read_duration;
use crate::register::value::Value;
use crate::schema::SchemaProblem;
use crate::schema::index::TableIndex;
use crate::span::{SourceMap, Span};
use crate::toml_tree::TextError;
use crate::world::World;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// The time for which a check of a repository counts as recent, unless the register gives another.
const MAX_AGE: &str = "180 days";

/// All schemas of a book, with the register's entries for their tables.
#[derive(Debug, Clone, Default)]
pub struct Datamap {
    /// The schemas, sorted by id.
    pub schemas: Vec<PinnedSchema>,
    /// The register's entries for tables, sorted by the id of the schema and the name of the table.
    pub said: Vec<((String, String), TableSaid)>,
    /// The entries that leave out tables by a pattern: the id of the schema, and the pattern.
    pub patterns: Vec<((String, String), TableSaid)>,
}

/// A schema at the version that pages refer to.
#[derive(Debug, Clone)]
pub struct PinnedSchema {
    /// The id of the schema.
    pub id: String,
    /// The span of its record.
    pub span: Span,
    /// The path of the file or folder, in the repository or in the book.
    pub path: String,
    /// The version of the schema.
    pub version: Version,
    /// The tables, sorted by name.
    pub tables: Arc<Vec<TableIndex>>,
    /// The parts that its reader could not follow.
    pub skipped: Vec<SkippedPart>,
    /// The categories of fields by their names alone.
    pub columns: BTreeMap<String, String>,
    /// The places that the register accepts.
    pub accepted: Vec<Acceptance>,
    /// The reasons why it cannot be used as it is.
    pub problems: Vec<DatamapProblem>,
    /// The fingerprints of its tables, computed on first use.
    fingerprints: OnceLock<Vec<String>>,
}

/// A part of a schema that its reader could not follow.
#[derive(Debug, Clone)]
pub struct SkippedPart {
    /// The part itself or, for a schema in a repository, the record of the schema.
    pub span: Span,
    /// The file and line, such as `db/migrations/7.sql:12`.
    pub place: String,
    /// A phrase that says what could not be followed.
    pub what: String,
    /// The names of the tables that it mentions.
    pub tables: Vec<String>,
}

/// A place that its reader could not follow, as the register accepts it.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// The file and line.
    pub at: String,
    /// The last day.
    pub until: Date,
}

/// The version of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Version {
    /// None: the statements that pages make about it cannot be checked.
    None,
    /// The files in the book.
    Book,
    /// A commit of its repository, as the lock knows it.
    Pinned(Box<Pinned>),
}

/// A schema that is pinned to a commit of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// The address of the repository.
    pub repository: url::Url,
    /// The template for permanent addresses, if the book gives one.
    pub template: Option<String>,
    /// The commit hash, in full.
    pub commit: String,
    /// All commits that the schema was pinned to, oldest first.
    pub pins: Vec<String>,
    /// The day on which the lock was last compared with the repository.
    pub checked: Date,
    /// Tables and fields of earlier versions: the commit that removed each, and its last place.
    pub gone: BTreeMap<(String, Option<String>), (String, String)>,
}

/// A reason why a schema cannot be used as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatamapProblem {
    /// A file of it cannot be read.
    Unreadable {
        /// The path of the file or folder.
        path: String,
        /// The reason.
        error: TextError,
    },
    /// No file is in a known language.
    NoFiles,
    /// The language cannot be determined; these are the candidates.
    Language(Vec<&'static str>),
    /// A part of it cannot be read.
    Syntax(SchemaProblem),
    /// The template for permanent addresses is invalid, for this reason.
    Template(String),
    /// It is in a repository, and the lock has no commit for it.
    Unpinned,
    /// The lock entry differs from the register: the key, the value in the register, and the value in the lock.
    Mismatch(&'static str, String, String),
}

/// Reads the schemas that the register names: from the lock if they have a repository, otherwise from the book.
pub fn read(world: &dyn World, map: &mut SourceMap, facts: &Facts, lock: &Lock) -> Datamap {
    let records: Vec<&Record> = facts.register.of_kind("schema").collect();
    let (patterns, mut said): (BTreeMap<_, _>, BTreeMap<_, _>) =
        said::of(facts).into_iter().partition(|((_, name), said)| name.contains('*') && said.left_out.is_some());
    let (around, mut taken) = ((&said, facts.today), open::FilesTaken::default());
    let mut schemas: Vec<PinnedSchema> =
        records.into_iter().map(|record| open::schema(world, map, record, lock, around, &mut taken)).collect();
    schemas.sort_by(|a, b| a.id.cmp(&b.id));
    for ((of, pattern), entry) in &patterns {
        let schema = schemas.iter().find(|schema| schema.id == *of);
        let mut names =
            schema.iter().flat_map(|it| it.tables.iter()).filter(|table| matches(pattern, &table.name)).peekable();
        // A pattern that leaves out nothing is reported like the name of a table that is missing.
        if names.peek().is_none() && schema.is_some() {
            said.insert((of.clone(), pattern.clone()), entry.clone());
        }
        for table in names {
            said.entry((of.clone(), table.name.clone())).or_insert_with(|| entry.clone());
        }
    }
    Datamap { schemas, said: said.into_iter().collect(), patterns: patterns.into_iter().collect() }
}

impl Datamap {
    /// Returns the schema of an id.
    pub fn schema(&self, id: &str) -> Option<&PinnedSchema> {
        self.schemas.binary_search_by(|schema| schema.id.as_str().cmp(id)).ok().map(|at| &self.schemas[at])
    }

    /// Returns the register's entry for a table.
    pub fn said(&self, schema: &str, table: &str) -> Option<&TableSaid> {
        let key = |of: &(String, String)| (of.0.as_str().cmp(schema)).then_with(|| of.1.as_str().cmp(table));
        self.said.binary_search_by(|(of, _)| key(of)).ok().map(|at| &self.said[at].1)
    }

    /// Returns the described table that a skipped part mentions: the part can change what the register says of it.
    pub fn described<'p>(&self, schema: &PinnedSchema, skipped: &'p SkippedPart) -> Option<&'p str> {
        let is_described = |table: &&String| self.said(&schema.id, table).is_some_and(|said| said.left_out.is_none());
        skipped.tables.iter().find(is_described).map(String::as_str)
    }
}

impl PinnedSchema {
    /// Returns the table of a name.
    pub fn table(&self, name: &str) -> Option<&TableIndex> {
        self.tables.binary_search_by(|table| table.name.as_str().cmp(name)).ok().map(|at| &self.tables[at])
    }

    /// Returns the pinned commit, if there is one.
    pub fn pinned(&self) -> Option<&Pinned> {
        match &self.version {
            Version::Pinned(pinned) => Some(pinned),
            Version::None | Version::Book => None,
        }
    }

    /// Returns the acceptance of a part that its reader could not follow, on a day.
    pub fn accepts(&self, part: &SkippedPart, today: Date) -> Option<&Acceptance> {
        self.accepted.iter().find(|accepted| accepted.at == part.place && accepted.until >= today)
    }

    /// Returns the last day on which the check of its repository counts as recent.
    pub fn fresh_until(&self, facts: &Facts) -> Option<Date> {
        let max_age = match facts.record("schema", &self.id).and_then(|record| record.value("max_age")) {
            Some(Value::Duration(_, span)) => Some(*span),
            _ => read_duration(MAX_AGE),
        };
        self.pinned()?.checked.checked_add(max_age?.0).ok()
    }

    /// Returns true if the schema has a version and no problems. Parts that its reader skipped do not count.
    pub fn is_whole(&self) -> bool {
        self.problems.is_empty() && self.version != Version::None
    }
}
