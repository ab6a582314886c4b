//! Gives live facts the values from the lock, with their source and date.

use crate::lock::{FactEntry, Lock, SourceEntry};
use crate::register::common::{Common, Sighting};
use crate::register::live::Live;
use crate::register::types::{Misfit, ValueType};
use crate::register::value::Value;
use crate::register::{Fact, Record, Register, list, source};
use crate::span::{Span, Spanned};
use crate::theme::words::Words;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A problem with a live fact: it has no value, or one that is not reliable.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveProblem {
    /// The id of the fact.
    pub id: String,
    /// The id of its source.
    pub source: String,
    /// The span at which the register names the source.
    pub span: Span,
    /// The kind of problem.
    pub what: LiveProblemKind,
}

/// A kind of problem with a live fact.
#[derive(Debug, Clone, PartialEq)]
pub enum LiveProblemKind {
    /// The lock has no value for it.
    Missing,
    /// The lock has the value of another expression.
    Selected {
        /// The expression in the register.
        ours: Option<String>,
        /// The expression in the lock.
        theirs: Option<String>,
        /// The span of the fact in the lock.
        at: Span,
    },
    /// The value does not fit the type of the fact.
    Misfit {
        /// The reason why the value does not fit.
        misfit: Misfit,
        /// The span of the fact in the lock.
        at: Span,
    },
    /// The source no longer has a value for it, or has something of another kind.
    Lost {
        /// The day since which this is so.
        since: Date,
        /// A phrase that follows "finds".
        finds: String,
        /// The span of the fact in the lock, with its last value.
        at: Span,
    },
}

/// Gives live facts the values from the lock, with where they come from in words, and returns the problems.
pub(super) fn fill(register: &mut Register, lock: &Lock, words: &Words) -> Vec<LiveProblem> {
    let sources: BTreeMap<String, From> =
        register.of_kind(source::KIND).map(|record| (record.id.clone(), From::of(record, words))).collect();
    let mut filler = Filler { sources: &sources, lock, problems: Vec::new() };
    for fact in &mut register.facts {
        filler.fact(fact);
    }
    for list in &mut register.lists {
        filler.fact(&mut list.fact);
    }
    for record in &mut register.records {
        let Record { kind, id, fields, common, .. } = record;
        if let (source::KIND, Some(from), Some(entry)) = (kind.name, sources.get(id), lock.source(id))
            && from.asked.as_ref() == Some(&entry.from)
        {
            *common = Arc::new(Common { seen: Some(from.seen(entry)), ..(**common).clone() });
        }
        fields.iter_mut().for_each(|field| filler.fact(field));
        if let Some(until) = last_day(fields, common) {
            end(fields, common, until);
        }
    }
    let problems = filler.problems;
    list::add(register);
    problems
}

/// The properties of a source that apply to the facts from it.
struct From {
    asked: Option<String>,
    max_age: Option<jiff::SpanFieldwise>,
    /// The place that it reads, in words.
    place: String,
    address: Option<String>,
}

impl From {
    fn of(record: &Record, words: &Words) -> Self {
        let (place, address) = source::shown(record);
        let (asked, max_age) = (source::asked(record), source::max_age(record));
        From { asked, max_age, place: words.phrase(&place), address }
    }

    fn seen(&self, entry: &SourceEntry) -> Sighting {
        Sighting { on: entry.checked, fresh_until: self.max_age.and_then(|age| entry.checked.checked_add(age.0).ok()) }
    }
}

struct Filler<'l> {
    sources: &'l BTreeMap<String, From>,
    lock: &'l Lock,
    problems: Vec<LiveProblem>,
}

impl Filler<'_> {
    fn fact(&mut self, fact: &mut Fact) {
        let Some(live) = fact.live.clone() else { return };
        // A source that is missing from the register is reported there.
        let Some(from) = self.sources.get(&live.source.value) else { return };
        match self.found(fact, &live, from) {
            Ok((entry, found, ty, value)) => {
                (fact.ty, fact.value) = (ty, Some(value));
                fact.common = Arc::new(common(&fact.common, entry, from));
                if let Some((since, finds)) = &found.lost {
                    let what = LiveProblemKind::Lost { since: *since, finds: finds.clone(), at: found.span };
                    self.problems.push(problem(fact, &live, what));
                }
            }
            Err(what) => self.problems.extend(what.map(|what| problem(fact, &live, what))),
        }
    }

    /// Returns the value of a fact and its entry in the lock. `Err(None)` is a problem that is reported elsewhere.
    fn found(
        &self,
        fact: &Fact,
        live: &Live,
        from: &From,
    ) -> Result<(&SourceEntry, &FactEntry, ValueType, Value), Option<LiveProblemKind>> {
        // A damaged lock is reported as a whole, not for each fact that it lacks.
        let missing = || if self.lock.problems.is_empty() { Some(LiveProblemKind::Missing) } else { None };
        let entry = self.lock.source(&live.source.value).ok_or_else(missing)?;
        if from.asked.as_ref() != Some(&entry.from) {
            return Err(None);
        }
        let found = entry.fact(&fact.id).ok_or_else(missing)?;
        let ours = live.asked();
        if found.select != ours {
            let theirs = found.select.clone();
            return Err(Some(LiveProblemKind::Selected { ours, theirs, at: found.span }));
        }
        match live.fit(&found.value) {
            Ok((ty, value)) => Ok((entry, found, ty, value)),
            Err(misfit) => Err(Some(LiveProblemKind::Misfit { misfit, at: found.span })),
        }
    }
}

fn problem(fact: &Fact, live: &Live, what: LiveProblemKind) -> LiveProblem {
    LiveProblem { id: fact.id.clone(), source: live.source.value.clone(), span: live.span, what }
}

/// Returns the common part of a found fact, with the place and address of its source unless it has its own.
fn common(own: &Common, entry: &SourceEntry, from: &From) -> Common {
    let has_own = own.source.is_some() || !own.evidence.is_empty();
    Common {
        seen: Some(from.seen(entry)),
        source: own.source.clone().or_else(|| Some(from.place.clone())),
        evidence: match has_own {
            true => own.evidence.clone(),
            false => from.address.iter().cloned().collect(),
        },
        ..own.clone()
    }
}

/// Returns the last day of a record whose `expires` is live.
fn last_day(fields: &[Fact], common: &Common) -> Option<Spanned<Date>> {
    let expires = fields.iter().find(|field| field.live.is_some() && field.id.ends_with(".expires"))?;
    match (&expires.value, &common.valid_until) {
        (Some(Value::Date(value)), None) => Some(Spanned { value: *value, span: expires.span }),
        _ => None,
    }
}

fn end(fields: &mut [Fact], common: &mut Arc<Common>, until: Spanned<Date>) {
    let ended = |common: &Common| Arc::new(Common { valid_until: Some(until.clone()), ..common.clone() });
    *common = ended(common);
    for field in fields {
        field.common = ended(&field.common);
    }
}
