//! Stage 2: the register, all that the vendor states, read from `facts/**/*.toml`.

pub mod claim;
pub mod common;
mod duration;
pub mod kinds;
mod limit;
pub mod live;
pub mod needs;
pub mod organisation;
mod read;
mod read_live;
mod read_record;
pub mod schema;
pub mod source;
pub mod summary;
mod type_words;
pub mod types;
pub mod value;

use crate::span::{FileId, Span};
use crate::toml_tree::{SyntaxError, TextError};
use common::Common;
use kinds::Kind;
use live::Live;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use types::Type;
use value::Value;

pub(crate) use read::label_of as read_label;
pub use read::read;

/// One typed value with its id.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The id, such as `vendor.legal_name` or `region.us-west.place`.
    pub id: String,
    /// What a list of facts calls it.
    pub label: String,
    /// Its type.
    pub ty: Type,
    /// Its value; `None` where what stands in the file does not fit, which is reported once, there.
    pub value: Option<Value>,
    /// Where the value is written.
    pub span: Span,
    /// Where its key is written.
    pub key_span: Span,
    /// Where each entry of its long form is written, from the key to the end of the value.
    pub entries: Vec<Span>,
    /// The common part.
    pub common: Arc<Common>,
    /// Where its value comes from, where it does not stand in the register.
    pub live: Option<Arc<Live>>,
}

/// One row of a typed collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The kind.
    pub kind: &'static Kind,
    /// The id within its kind.
    pub id: String,
    /// Where the id is written.
    pub span: Span,
    /// Where each of its entries is written, from the key to the end of the value.
    pub entries: Vec<Span>,
    /// The fields that are given, by name; each is a fact of its own with the id `kind.id.field`.
    pub fields: Vec<Fact>,
    /// The common part.
    pub common: Arc<Common>,
}

impl Record {
    /// The id by which pages name it: `region.us-west`.
    pub fn full_id(&self) -> String {
        format!("{}.{}", self.kind.name, self.id)
    }

    /// A field that is given.
    pub fn field(&self, name: &str) -> Option<&Fact> {
        let above = self.kind.name.len() + 1 + self.id.len();
        self.fields.iter().find(|fact| fact.id.get(above + 1..) == Some(name))
    }

    /// The fields that are given, without the entries of tables in them.
    pub fn own_fields(&self) -> impl Iterator<Item = &Fact> {
        let above = self.kind.name.len() + 1 + self.id.len();
        self.fields
            .iter()
            .filter(move |fact| fact.id.get(above + 1..).is_some_and(|name| self.kind.field(name).is_some()))
    }

    /// A field's value, where it is given and fits.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.field(name)?.value.as_ref()
    }

    /// The word of a choice, as it is written.
    pub fn word(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Some(Value::Choice(word)) => Some(word),
            _ => None,
        }
    }

    /// What readers call it: its name, scheme, place, question or address, else its id.
    pub fn title(&self) -> String {
        ["name", "scheme", "place", "question", "email"]
            .iter()
            .find_map(|field| self.value(field))
            .map_or_else(|| self.id.clone(), Value::text)
    }
}

/// All that the vendor states.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// Free facts, in the order of files and lines.
    pub facts: Vec<Fact>,
    /// Records, in the order of files and lines.
    pub records: Vec<Record>,
    /// Files that did not parse as a whole; what they hold is not certain.
    pub broken: Vec<FileId>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// The fields whose names are nearly right, by what they stand in, once somebody has asked.
    misspelt: OnceLock<BTreeMap<String, BTreeSet<String>>>,
}

impl Register {
    /// The records of a kind, in order.
    pub fn of_kind<'r>(&'r self, kind: &'r str) -> impl Iterator<Item = &'r Record> {
        self.records.iter().filter(move |record| record.kind.name == kind)
    }

    /// Whether all of it could be read; else what is not here may be stated all the same.
    pub fn is_whole(&self) -> bool {
        let is_unread = |problem: &Problem| matches!(problem, Problem::Unreadable { .. } | Problem::TooMuch { .. });
        self.broken.is_empty() && !self.problems.iter().any(is_unread)
    }
}

/// Something wrong with the register.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// A file can not be read.
    Unreadable {
        /// The file, relative to the book.
        path: String,
        /// Why.
        error: TextError,
    },
    /// A file that is probably meant for the register, and is not read.
    NotRead {
        /// The file, relative to the book.
        path: String,
    },
    /// A file is larger than any register, or has more than one.
    TooMuch {
        /// The file, relative to the book.
        path: String,
        /// A phrase that says how.
        why: String,
        /// What to do.
        help: &'static str,
    },
    /// A file is not TOML.
    Syntax(SyntaxError),
    /// An id is given twice.
    Duplicate {
        /// The id.
        id: String,
        /// Where it stands first.
        first: Span,
        /// Where it stands again.
        second: Span,
    },
    /// A fact stands below another one.
    Nested {
        /// The id of the upper one.
        parent: String,
        /// The id of the lower one.
        child: String,
        /// Where the one stands that was read first.
        first: Span,
        /// Where the other one stands.
        second: Span,
    },
    /// A value does not fit its type.
    WrongType {
        /// The value.
        span: Span,
        /// The id of the fact, or the key.
        id: String,
        /// The misfit.
        misfit: types::Misfit,
    },
    /// A key that nobody reads.
    UnknownField {
        /// The key.
        span: Span,
        /// Its name.
        name: String,
        /// What it stands in, in words.
        within: String,
        /// The key that was probably meant.
        nearest: Option<String>,
        /// What can stand there.
        known: Vec<&'static str>,
    },
    /// A table whose name is almost one that is read.
    Misnamed {
        /// Its name.
        span: Span,
        /// A phrase that says so.
        what: String,
        /// The name that is read.
        near: &'static str,
    },
    /// A table that is not written as the register needs it.
    Misshapen {
        /// Where.
        span: Span,
        /// A phrase that says what is wrong.
        what: String,
        /// What to do.
        help: String,
    },
}

/// The folder of what was observed, which has a reader of its own.
const OBSERVED: &str = "facts/observed/";

/// True for a file whose ending is almost `.toml`, or that of another language for data.
fn is_like_register(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let is_data = matches!(ending.to_ascii_lowercase().as_str(), "json" | "yaml" | "yml");
    let is_misspelt = ending != "toml" && crate::suggest::nearest(ending, ["toml"]).is_some();
    !stem.is_empty() && !path.starts_with(OBSERVED) && (is_data || is_misspelt)
}
