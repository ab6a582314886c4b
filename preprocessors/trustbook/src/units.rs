//! The units of a review: a free fact, or a record as a whole, whose dates apply to all its fields.

use crate::failure::Failure;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use trustbook_core::Book;
use trustbook_core::expand::uses;
use trustbook_core::register::common::Common;
use trustbook_core::register::types::read_duration;
use trustbook_core::register::value::Value;
use trustbook_core::register::{Fact, Record, Register};
use trustbook_core::span::{SourceMap, Span};

/// A unit of a review.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit<'r> {
    Fact(&'r Fact),
    Record(&'r Record),
}

impl<'r> Unit<'r> {
    pub(crate) fn id(self) -> String {
        match self {
            Unit::Fact(fact) => fact.id.clone(),
            Unit::Record(record) => record.full_id(),
        }
    }

    pub(crate) fn common(self) -> &'r Common {
        match self {
            Unit::Fact(fact) => &fact.common,
            Unit::Record(record) => &record.common,
        }
    }

    /// Returns the span of the fact's key or the record's id.
    pub(crate) fn span(self) -> Span {
        match self {
            Unit::Fact(fact) => fact.key_span,
            Unit::Record(record) => record.span,
        }
    }

    /// Returns the value of a fact, or the title of a record.
    pub(crate) fn text(self) -> String {
        match self {
            Unit::Fact(fact) => fact.value.as_ref().map(Value::text).unwrap_or_default(),
            Unit::Record(record) => record.title(),
        }
    }

    /// Returns the fact itself, or the fields of a record without the entries of nested tables.
    pub(crate) fn facts(self) -> Vec<&'r Fact> {
        match self {
            Unit::Fact(fact) => vec![fact],
            Unit::Record(record) => record.own_fields().collect(),
        }
    }

    /// Returns the path of the file, relative to the book.
    pub(crate) fn file(self, map: &SourceMap) -> &str {
        map.file(self.span().file).path()
    }

    /// Returns the position as text, such as `facts/vendor.toml:12`.
    pub(crate) fn place(self, map: &SourceMap) -> String {
        let file = map.file(self.span().file);
        format!("{}:{}", file.path(), file.position(self.span().start).line)
    }
}

/// Returns all free facts, then all records, each in the order of files and lines.
pub(crate) fn of(register: &Register) -> impl Iterator<Item = Unit<'_>> {
    register.facts.iter().map(Unit::Fact).chain(register.records.iter().map(Unit::Record))
}

/// The chapters that show each id of a free fact, a record or a field.
#[derive(Debug)]
pub(crate) struct ChaptersById(BTreeMap<String, BTreeSet<String>>);

impl ChaptersById {
    pub(crate) fn of(book: &Book) -> Self {
        let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for page in book.pages.iter() {
            for id in uses::of_page(book, page).iter() {
                shown.entry(id.clone()).or_default().insert(book.map.masked(&page.source).into_owned());
            }
        }
        ChaptersById(shown)
    }

    /// Returns the chapters that show any of these ids, sorted.
    pub(crate) fn any<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> Vec<String> {
        let pages = ids.into_iter().filter_map(|id| self.0.get(id)).flatten();
        pages.cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Returns the chapters that show a fact, or a record or any of its fields.
    pub(crate) fn unit(&self, unit: Unit<'_>) -> Vec<String> {
        match unit {
            Unit::Fact(fact) => self.any([fact.id.as_str()]),
            Unit::Record(record) => {
                let whole = record.full_id();
                self.any(record.fields.iter().map(|fact| fact.id.as_str()).chain([whole.as_str()]))
            }
        }
    }
}

/// A span of time from today.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Within(jiff::SpanFieldwise);

/// Parses a time such as `30d` or `6 weeks`.
pub(crate) fn within(text: &str) -> Result<Within, String> {
    let why = "write a time such as 30d or \"6 weeks\", or put --due after the other words";
    read_duration(text).map(Within).ok_or_else(|| why.to_owned())
}

/// Returns the last day within a time, or today if there is none.
pub(crate) fn horizon(today: Date, within: Option<Within>) -> Result<Date, Failure> {
    let Some(Within(span)) = within else { return Ok(today) };
    today.checked_add(span.0).map_err(|_| Failure::usage("the time of --due ends after the calendar"))
}
