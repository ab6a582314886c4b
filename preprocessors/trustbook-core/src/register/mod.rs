//! Stage 2: the register, everything that the vendor states, read from `facts/**/*.toml`.

pub mod claim;
pub mod common;
pub(crate) mod duration;
pub mod kinds;
mod limit;
pub mod list;
pub mod live;
pub mod needs;
pub mod organisation;
pub mod period;
pub mod phrase;
mod read;
mod read_live;
mod read_record;
mod read_texts;
pub mod schema;
pub mod source;
pub mod summary;
pub mod term;
pub mod texts;
mod type_words;
pub mod types;
pub mod value;

use crate::span::{FileId, Span};
use crate::toml_tree::{SyntaxError, TextError};
use common::Common;
use kinds::RecordKind;
use live::Live;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use types::ValueType;
use value::Value;

pub(crate) use read::label_of as read_label;
pub use read::read;

/// A typed value with an id.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The id, such as `vendor.legal_name` or `region.us-west.place`.
    pub id: String,
    /// The label in a list of facts.
    pub label: String,
    /// The type of the value.
    pub ty: ValueType,
    /// The value; `None` if the file holds something of another type, which is reported once, at that place.
    pub value: Option<Value>,
    /// The span of the value.
    pub span: Span,
    /// The span of the key.
    pub key_span: Span,
    /// The spans of the entries of its long form, each from the key to the end of the value.
    pub entries: Vec<Span>,
    /// The common part.
    pub common: Arc<Common>,
    /// The origin of the value, if it comes from a source instead of the register.
    pub live: Option<Arc<Live>>,
}

/// One record: a row of a kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The kind of record.
    pub kind: &'static RecordKind,
    /// The id, unique within the kind.
    pub id: String,
    /// The span of the id.
    pub span: Span,
    /// The spans of the entries, each from the key to the end of the value.
    pub entries: Vec<Span>,
    /// The fields of the record; each is a fact of its own with the id `kind.id.field`.
    pub fields: Vec<Fact>,
    /// The common part.
    pub common: Arc<Common>,
}

impl Record {
    /// The id used on pages, such as `region.us-west`.
    pub fn full_id(&self) -> String {
        format!("{}.{}", self.kind.name, self.id)
    }

    /// Returns a field by its name, or by its path inside a table field.
    pub fn field(&self, name: &str) -> Option<&Fact> {
        let above = self.kind.name.len() + 1 + self.id.len();
        self.fields.iter().find(|fact| fact.id.get(above + 1..) == Some(name))
    }

    /// Returns the fields without the entries of their tables.
    pub fn own_fields(&self) -> impl Iterator<Item = &Fact> {
        let above = self.kind.name.len() + 1 + self.id.len();
        self.fields
            .iter()
            .filter(move |fact| fact.id.get(above + 1..).is_some_and(|name| self.kind.field(name).is_some()))
    }

    /// Returns the value of a field; `None` if the field is missing or does not have its type.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.field(name)?.value.as_ref()
    }

    /// Returns the word of a choice as it is written.
    pub fn word(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Some(Value::Choice(word)) => Some(word),
            _ => None,
        }
    }

    /// The name for readers: the name, scheme, place, question or e-mail address, else the id.
    pub fn title(&self) -> String {
        ["name", "scheme", "place", "question", "email"]
            .iter()
            .find_map(|field| self.value(field))
            .map_or_else(|| self.id.clone(), Value::text)
    }
}

/// Everything that the vendor states.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// Free facts, in the order of files and lines.
    pub facts: Vec<Fact>,
    /// Records, in the order of files and lines.
    pub records: Vec<Record>,
    /// Lists of records that sources have, in the order of files and lines.
    pub lists: Vec<list::LiveList>,
    /// Texts in several languages, in the order of files and lines.
    pub texts: Vec<texts::Text>,
    /// Files with syntax errors; their contents are incomplete.
    pub broken: Vec<FileId>,
    /// The problems found while reading.
    pub problems: Vec<RegisterProblem>,
    /// The fields whose names are nearly right, by the record that contains them; computed on first use.
    misspelt: OnceLock<BTreeMap<String, BTreeSet<String>>>,
}

impl Register {
    /// Returns the records of a kind, in order.
    pub fn of_kind<'r>(&'r self, kind: &'r str) -> impl Iterator<Item = &'r Record> {
        self.records.iter().filter(move |record| record.kind.name == kind)
    }

    /// Returns where the value of each live fact, field and list comes from.
    pub fn live(&self) -> impl Iterator<Item = &Live> {
        let fields = self.records.iter().flat_map(|record| &record.fields);
        let facts = self.facts.iter().chain(fields).chain(self.lists.iter().map(|list| &list.fact));
        facts.filter_map(|fact| fact.live.as_deref())
    }

    /// Returns the list that a record comes from, if it does.
    pub fn list_of(&self, record: &Record) -> Option<&list::LiveList> {
        self.lists.iter().find(|list| list.fact.span == record.span)
    }

    /// Returns true if every file was read completely. Otherwise a missing fact may be stated in the unread part.
    pub fn is_whole(&self) -> bool {
        self.broken.is_empty() && !self.is_unread()
    }

    /// Returns true if nothing of a file could be read.
    pub fn is_unread(&self) -> bool {
        let is_unread = |problem: &RegisterProblem| {
            matches!(problem, RegisterProblem::Unreadable { .. } | RegisterProblem::TooMuch { .. })
        };
        self.problems.iter().any(is_unread)
    }
}

/// A problem with the register.
#[derive(Debug, Clone, PartialEq)]
pub enum RegisterProblem {
    /// A file cannot be read.
    Unreadable {
        /// The file, relative to the book.
        path: String,
        /// The reason.
        error: TextError,
    },
    /// A file that probably belongs to the register but is not read, because of its ending.
    NotRead {
        /// The file, relative to the book.
        path: String,
    },
    /// A file is larger than the limit, or exceeds the limit on facts.
    TooMuch {
        /// The file, relative to the book.
        path: String,
        /// A phrase that describes the excess.
        why: String,
        /// The suggested action.
        help: &'static str,
    },
    /// A file is not TOML.
    Syntax(SyntaxError),
    /// The same id is given twice.
    Duplicate {
        /// The id.
        id: String,
        /// The span of the first one.
        first: Span,
        /// The span of the second one.
        second: Span,
    },
    /// The id of a fact continues the id of another fact.
    Nested {
        /// The shorter id.
        parent: String,
        /// The longer id.
        child: String,
        /// The span of the fact that was read first.
        first: Span,
        /// The span of the other fact.
        second: Span,
    },
    /// A value does not fit its type.
    WrongType {
        /// The span of the value.
        span: Span,
        /// The id of the fact, or the key.
        id: String,
        /// The misfit.
        misfit: types::Misfit,
    },
    /// An unknown key.
    UnknownField {
        /// The span of the key.
        span: Span,
        /// The key.
        name: String,
        /// The fact, record or table that contains it, in words.
        within: String,
        /// The known key that was probably meant.
        nearest: Option<String>,
        /// The known keys.
        known: Vec<&'static str>,
    },
    /// A table whose name is almost a known one.
    Misnamed {
        /// The span of the name.
        span: Span,
        /// A phrase that describes the problem.
        what: String,
        /// The known name.
        near: &'static str,
    },
    /// A table whose structure the register does not accept.
    Misshapen {
        /// The place.
        span: Span,
        /// A phrase that describes the problem.
        what: String,
        /// The suggested action.
        help: String,
    },
}

/// The folder of observations, which has its own reader.
const OBSERVED: &str = "facts/observed/";

/// Returns true if the ending is almost `.toml`, or belongs to another data format.
fn is_like_register(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let is_data = matches!(ending.to_ascii_lowercase().as_str(), "json" | "yaml" | "yml");
    let is_misspelt = ending != "toml" && crate::suggest::nearest(ending, ["toml"]).is_some();
    // Editors leave copies under such names.
    let is_backup = name.ends_with(['~', '#']);
    !stem.is_empty() && !is_backup && !path.starts_with(OBSERVED) && (is_data || is_misspelt)
}
