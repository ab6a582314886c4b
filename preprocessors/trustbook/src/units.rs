//! What is reviewed: a free fact, or a record as a whole, for its dates are those of all its fields.

use crate::failure::Failure;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use trustbook_core::Trust;
use trustbook_core::expand::uses;
use trustbook_core::register::common::Common;
use trustbook_core::register::types::read_duration;
use trustbook_core::register::value::Value;
use trustbook_core::register::{Fact, Record, Register};
use trustbook_core::span::{SourceMap, Span};

/// One thing that somebody reviews.
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

    /// Where its key or its id is written.
    pub(crate) fn span(self) -> Span {
        match self {
            Unit::Fact(fact) => fact.key_span,
            Unit::Record(record) => record.span,
        }
    }

    /// Its value, or what readers call it.
    pub(crate) fn text(self) -> String {
        match self {
            Unit::Fact(fact) => fact.value.as_ref().map(Value::text).unwrap_or_default(),
            Unit::Record(record) => record.title(),
        }
    }

    /// What it states: one fact, or the fields of a record without the entries of tables in them.
    pub(crate) fn facts(self) -> Vec<&'r Fact> {
        match self {
            Unit::Fact(fact) => vec![fact],
            Unit::Record(record) => record.own_fields().collect(),
        }
    }

    /// The file, relative to the book.
    pub(crate) fn file(self, map: &SourceMap) -> &str {
        map.file(self.span().file).path()
    }

    /// `facts/vendor.toml:12`.
    pub(crate) fn place(self, map: &SourceMap) -> String {
        let file = map.file(self.span().file);
        format!("{}:{}", file.path(), file.position(self.span().start).line)
    }
}

/// All free facts, then all records, in the order of files and lines.
pub(crate) fn of(register: &Register) -> impl Iterator<Item = Unit<'_>> {
    register.facts.iter().map(Unit::Fact).chain(register.records.iter().map(Unit::Record))
}

/// The chapters that show an id, sorted, by id: of free facts, records and fields.
#[derive(Debug)]
pub(crate) struct Shown(BTreeMap<String, BTreeSet<String>>);

impl Shown {
    pub(crate) fn of(trust: &Trust) -> Self {
        let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for page in &trust.pages {
            for id in uses::of_page(trust, page).iter() {
                shown.entry(id.clone()).or_default().insert(trust.map.masked(&page.source).into_owned());
            }
        }
        Shown(shown)
    }

    /// The chapters that show any of these ids.
    pub(crate) fn any<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> Vec<String> {
        let pages = ids.into_iter().filter_map(|id| self.0.get(id)).flatten();
        pages.cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The chapters that show a fact, or a record or a field of it.
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

/// Reads a time such as `30d` or `6 weeks`.
pub(crate) fn within(text: &str) -> Result<Within, String> {
    let why = "write a time such as 30d or \"6 weeks\", or put --due behind the other words";
    read_duration(text).map(Within).ok_or_else(|| why.to_owned())
}

/// The last day within a time; without one it is today.
pub(crate) fn horizon(today: Date, within: Option<Within>) -> Result<Date, Failure> {
    let Some(Within(span)) = within else { return Ok(today) };
    today.checked_add(span.0).map_err(|_| Failure::usage("the time of --due ends beyond the calendar"))
}
