//! Stage 3: facts by id, each with its provenance and its state today.

pub mod files;
pub mod live;
pub mod mail;
pub mod named;

use crate::lock::Lock;
use crate::register::common::{Common, State, Visibility};
use crate::register::types::FieldType;
use crate::register::value::Value;
use crate::register::{Fact, Record, Register};
use crate::theme::words::Words;
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The status of a certification that a vendor holds.
const HELD: &str = "held";
/// The status of a certification that has expired.
const EXPIRED: &str = "expired";

/// The register, resolved for one day.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The register, with the values of live facts and without the names of anything internal.
    pub register: Register,
    /// The day for which the site is built.
    pub today: Date,
    /// The problems with live facts.
    pub live_problems: Vec<live::LiveProblem>,
    /// The places that named something internal, which is taken out.
    pub named: Vec<named::Named>,
    hidden: named::Hidden,
    /// The language of texts that are not translated, and the texts that are; `None` in the language of the book.
    foreign: Option<(String, BTreeSet<String>)>,
    index: BTreeMap<String, FactIndex>,
    /// The ids of live facts by their source, in the order of the register.
    of_sources: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Copy)]
enum FactIndex {
    Fact(usize),
    Record(usize),
    Field(usize, usize),
}

/// The target of an id.
#[derive(Debug, Clone, Copy)]
pub enum FactRef<'f> {
    /// A free fact, or a field of a record.
    Fact(&'f Fact),
    /// A record as a whole.
    Record(&'f Record),
    /// A field that its record leaves out.
    Open(&'f Record, &'static FieldType),
}

impl<'f> FactRef<'f> {
    /// Returns the common part of the target.
    pub fn common(self) -> &'f Common {
        match self {
            FactRef::Fact(fact) => &fact.common,
            FactRef::Record(record) | FactRef::Open(record, _) => &record.common,
        }
    }
}

/// Returns the records of a kind that are reliable: not internal, and from files that parse.
pub(crate) fn records<'t>(facts: &'t Facts, kind: &'t str) -> impl Iterator<Item = &'t Record> {
    let register = &facts.register;
    let sure = |record: &&Record| {
        record.common.visibility != Visibility::Internal && !register.broken.contains(&record.span.file)
    };
    register.of_kind(kind).filter(sure)
}

impl Facts {
    /// Returns the facts as the pages of another language show them. A text that the language lacks stays as it is.
    pub(crate) fn in_language(&self, own: &str, language: &str) -> Self {
        let mut facts = self.clone();
        facts.foreign = Some((own.to_owned(), facts.register.speak(language)));
        (facts.hidden, _) = named::take_out(&mut facts.register);
        facts
    }

    /// Returns the language of a text that is not in the language of the pages.
    pub(crate) fn foreign(&self, text: &str) -> Option<&str> {
        // One word is often a name.
        let (own, translated) = self.foreign.as_ref()?;
        (text.contains(' ') && !translated.contains(text)).then_some(own)
    }

    /// Indexes a register by id, and resolves it for a day.
    ///
    /// Live facts get the values of the lock, and texts that name something internal are taken out.
    pub fn resolve(mut register: Register, lock: &Lock, words: &Words, today: Date) -> Self {
        let live_problems = live::fill(&mut register, lock, words);
        let (hidden, named) = named::take_out(&mut register);
        let mut index = BTreeMap::new();
        for (at, fact) in register.facts.iter().enumerate() {
            index.insert(fact.id.clone(), FactIndex::Fact(at));
        }
        for (at, record) in register.records.iter().enumerate() {
            index.insert(record.full_id(), FactIndex::Record(at));
            for (field, fact) in record.fields.iter().enumerate() {
                index.insert(fact.id.clone(), FactIndex::Field(at, field));
            }
        }
        let mut of_sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for fact in register.facts.iter().chain(register.records.iter().flat_map(|record| &record.fields)) {
            if let Some(live) = &fact.live {
                of_sources.entry(live.source.value.clone()).or_default().push(fact.id.clone());
            }
        }
        Facts { register, today, live_problems, named, hidden, foreign: None, index, of_sources }
    }

    /// Returns the facts that come from a source, in the order of the register.
    pub fn of_source(&self, id: &str) -> impl Iterator<Item = &Fact> {
        self.of_sources.get(id).into_iter().flatten().filter_map(|id| match self.find(id) {
            Some(FactRef::Fact(fact)) => Some(fact),
            _ => None,
        })
    }

    /// Returns the target of an id, if there is one.
    pub fn find(&self, id: &str) -> Option<FactRef<'_>> {
        match self.index.get(id) {
            Some(FactIndex::Fact(at)) => Some(FactRef::Fact(&self.register.facts[*at])),
            Some(FactIndex::Record(at)) => Some(FactRef::Record(&self.register.records[*at])),
            Some(FactIndex::Field(at, field)) => Some(FactRef::Fact(&self.register.records[*at].fields[*field])),
            None => {
                let (record, field) = id.rsplit_once('.')?;
                let Some(FactIndex::Record(at)) = self.index.get(record) else {
                    return None;
                };
                let record = &self.register.records[*at];
                record.kind.field(field).map(|field| FactRef::Open(record, field))
            }
        }
    }

    /// Returns all ids, sorted: free facts, records and their fields.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(String::as_str)
    }

    /// Returns the record of a kind and id.
    pub fn record(&self, kind: &str, id: &str) -> Option<&Record> {
        match self.index.get(&format!("{kind}.{id}")) {
            Some(FactIndex::Record(at)) => Some(&self.register.records[*at]),
            _ => None,
        }
    }

    /// Returns the record of a kind and id, if everybody may see it.
    ///
    /// Records that reach a page by way of another record are looked up here.
    pub fn public_record(&self, kind: &str, id: &str) -> Option<&Record> {
        self.record(kind, id).filter(|record| record.common.visibility == Visibility::Public)
    }

    /// Returns true if a text is the id of something internal.
    pub fn hides(&self, text: &str) -> bool {
        self.hidden.has(text)
    }

    /// Returns a value as everybody may see it today; `None` if nothing is left.
    ///
    /// `common` belongs to the fact or field. Internal records are left out, and the status of an expired certification
    /// is `expired`.
    pub fn shown<'v>(&self, value: &'v Value, common: &Common) -> Option<Cow<'v, Value>> {
        match value {
            Value::Choice(word) if word == HELD && matches!(self.shown_state(common), State::Expired(_)) => {
                Some(Cow::Owned(Value::Choice(EXPIRED.to_owned())))
            }
            value => self.hidden.without(value),
        }
    }

    /// Returns the hosting options that something is limited to, without internal ones.
    pub fn shown_deployments<'c>(&self, common: &'c Common) -> impl Iterator<Item = &'c str> {
        common.deployments.iter().map(|id| id.value.as_str()).filter(|id| !self.hides(&format!("deployment.{id}")))
    }

    /// Returns the text of a free fact, if everybody may see it.
    pub fn public_text(&self, id: &str) -> Option<String> {
        match self.find(id) {
            Some(FactRef::Fact(fact)) if fact.common.visibility == Visibility::Public => {
                fact.value.as_ref().map(Value::text)
            }
            _ => None,
        }
    }

    /// Returns the free facts at or below an id, in the order of the register.
    pub fn below(&self, id: &str) -> Vec<&Fact> {
        let prefix = format!("{id}.");
        let at_it = self.index.get(id).into_iter();
        let below = self.index.range(prefix.clone()..).take_while(|(known, _)| known.starts_with(&prefix));
        let mut found: Vec<usize> = at_it
            .chain(below.map(|(_, target)| target))
            .filter_map(|target| match target {
                FactIndex::Fact(at) => Some(*at),
                FactIndex::Record(_) | FactIndex::Field(..) => None,
            })
            .collect();
        found.sort_unstable();
        found.into_iter().map(|at| &self.register.facts[at]).collect()
    }

    /// Returns the state today, as far as everybody may know it. The period of something shown on request is not
    /// revealed.
    pub fn shown_state(&self, common: &Common) -> State {
        match (common.visibility, self.state(common)) {
            (Visibility::Public, state) => state,
            (_, State::Expired(_) | State::NotYet(_)) => match (common.verified, common.stated) {
                (Some(on), _) => State::Checked(on),
                (None, Some(on)) => State::Stated(on),
                (None, None) => State::Undated,
            },
            (_, state) => state,
        }
    }

    /// Returns the last day on which a missing certification was expected, if that day has passed.
    pub fn overdue(&self, record: &Record) -> Option<Date> {
        let waits =
            matches!(record.value("status"), Some(Value::Choice(word)) if word == "planned" || word == "in-progress");
        match record.value("eta") {
            _ if record.kind.name != "certification" || !waits => None,
            Some(Value::Date(eta)) => Some(*eta),
            Some(Value::Term(eta)) => eta.last(),
            _ => None,
        }
        .filter(|last| *last < self.today)
    }

    /// Returns that day for the fact that states it: wherever the fact is shown, readers see that the day has passed.
    pub fn passed(&self, fact: &Fact) -> Option<Date> {
        let id = fact.id.strip_prefix("certification.")?.strip_suffix(".eta")?;
        self.overdue(self.record("certification", id)?)
    }

    /// Returns the state of a fact or record today.
    pub fn state(&self, common: &Common) -> State {
        common.state(self.today)
    }
}
