//! Frames: sentence patterns about known facts, compared with the register.

mod certified;
mod clause;
mod located;
mod places;
mod quantity;
mod read;
mod table;
#[cfg(test)]
mod tests;

use super::Sentence;
use super::names::{Named, Names};
use super::typed::{Agrees, Typed};
use crate::config::Config;
use crate::facts::{Facts, Found};
use crate::page::prose::Kind;
use crate::register::Fact;
use crate::register::common::{Common, Visibility};
use crate::register::value::Value;
use clause::Place;
use jiff::SpanFieldwise;
use quantity::{Verdict, compare, minutes};
use std::collections::BTreeMap;
use std::ops::Range;
use table::{Language, Type, Unit};

/// The frames of the book's language, each with the facts to compare.
#[derive(Debug)]
pub struct Frames<'t> {
    facts: &'t Facts,
    /// The language; `None` if its sentences are not read.
    language: Option<&'static Language>,
    places: Option<&'static places::Words>,
    stated: BTreeMap<&'static str, Vec<&'t Fact>>,
}

impl<'t> Frames<'t> {
    /// Takes the frames of the language of a book.
    pub fn of(facts: &'t Facts, config: &'t Config) -> Self {
        let tag = config.language.as_deref().unwrap_or("en");
        let language = table::language(tag);
        let frames = language.iter().flat_map(|language| &language.frames);
        let stated = frames.map(|frame| (frame.of.as_str(), stated(facts, &frame.of)));
        Frames {
            facts,
            language,
            places: places::words(tag),
            stated: stated.filter(|(_, facts)| !facts.is_empty()).collect(),
        }
    }

    /// Returns the statements of a sentence that the register covers.
    pub fn find(&self, names: &Names<'t>, sentence: &Sentence<'_>, named: &[Named<'t>]) -> Vec<Typed<'t>> {
        let Some(language) = self.language else { return Vec::new() };
        let place = place(names, sentence);
        let said = if self.stated.is_empty() { Vec::new() } else { read::read(language, &place) };
        let mut found: Vec<Typed<'t>> = said.iter().filter_map(|said| self.held(said, &place)).collect();
        found.extend(certified::find(self.facts, names, language, named, &place));
        if let Some(words) = self.places {
            let reader = located::Reader { facts: self.facts, language, words };
            found.extend(located::find(&reader, named, &place));
        }
        found
    }

    fn held(&self, said: &read::Said<'_>, place: &Place<'_>) -> Option<Typed<'t>> {
        let frame = said.frame;
        let all = self.stated.get(frame.of.as_str())?;
        let all: Vec<&'t Fact> =
            all.iter().copied().filter(|fact| located::applies(self.facts, place, &fact.common)).collect();
        let mut verdicts = Vec::new();
        for fact in &all {
            verdicts.push(compare(&said.quantity, span(fact.value.as_ref()?)?, frame.limit));
        }
        let typed = &place.text[said.quantity.range.clone()];
        let agrees = match all.as_slice() {
            [only] if verdicts == [Verdict::Same] && frame.quantity != Type::Choice => {
                let is_same = only.value.as_ref().is_some_and(|value| value.text() == typed);
                if is_same { Agrees::Same } else { Agrees::InOtherWords }
            }
            // If one of several records agrees, the sentence may be about that one.
            [_, ..] if verdicts.iter().all(|verdict| *verdict == Verdict::Different) => Agrees::No,
            _ => return None,
        };
        Some(Typed { range: said.quantity.range.clone(), fact: all.first().copied(), agrees })
    }
}

/// Returns a sentence with its context.
fn place<'a>(names: &'a Names<'_>, sentence: &Sentence<'a>) -> Place<'a> {
    let passage = sentence.passage;
    let heading = if passage.kind == Kind::Heading { "" } else { &passage.heading };
    Place { text: sentence.text(), heading, head: &passage.head, is_row: passage.kind == Kind::Row, us: &names.us }
}

/// Returns true if sentences in the language of this tag are read.
pub fn is_read(tag: &str) -> bool {
    table::language(tag).is_some()
}

/// Returns the facts of the organisation that a sentence states, each with the range of its quantity.
pub fn stated_by(tag: &str, text: &str, heading: &str) -> Vec<(&'static str, Range<usize>)> {
    let place = Place { text, heading, head: "", is_row: false, us: &[] };
    let said = table::language(tag).map(|language| read::read(language, &place)).unwrap_or_default();
    let sure = said.into_iter().filter(|said| {
        said.frame.of.starts_with("vendor.")
            && said.frame.quantity != Type::Choice
            && said.quantity.bound != quantity::Bound::About
    });
    sure.map(|said| (said.frame.of.as_str(), said.quantity.range)).collect()
}

/// Returns the main clause of a sentence, or all of it if its language is not read.
pub fn clause_of<'s>(tag: &str, text: &'s str, us: &[String]) -> &'s str {
    let place = Place { text, heading: "", head: "", is_row: false, us };
    let start = table::language(tag).map_or(0, |language| clause::main(language, &place).range.start);
    &text[start..]
}

/// Returns the fact with this id, or the field of this name of all records of a kind, without internal ones.
fn stated<'t>(facts: &'t Facts, of: &'static str) -> Vec<&'t Fact> {
    let is_public = |common: &Common| common.visibility != Visibility::Internal;
    if let Some(Found::Fact(fact)) = facts.find(of) {
        return Some(fact).filter(|fact| is_public(&fact.common)).into_iter().collect();
    }
    let Some((kind, field)) = of.split_once('.') else { return Vec::new() };
    let records = facts.register.of_kind(kind).filter(|record| is_public(&record.common));
    records.filter_map(|record| record.field(field)).filter(|fact| is_public(&fact.common)).collect()
}

/// Converts a value to a range: minutes, a count, or 1 for yes and 0 for no.
fn span(value: &Value) -> Option<(i64, i64)> {
    Some(match value {
        Value::Duration(_, span) => length(span),
        // Business days have no fixed length.
        Value::Period(period) if period.is_business => return None,
        Value::Period(period) => (length(&period.shortest).0, length(&period.longest).1),
        Value::Integer(number) => (*number, *number),
        Value::Choice(word) if word == "yes" => (1, 1),
        Value::Choice(word) if word == "no" => (0, 0),
        _ => return None,
    })
}

fn length(span: &SpanFieldwise) -> (i64, i64) {
    let parts = [
        (i64::from(span.0.get_years()), Unit::Year),
        (i64::from(span.0.get_months()), Unit::Month),
        (i64::from(span.0.get_weeks()), Unit::Week),
        (i64::from(span.0.get_days()), Unit::Day),
        (i64::from(span.0.get_hours()), Unit::Hour),
        (span.0.get_minutes(), Unit::Minute),
    ];
    parts.into_iter().map(|(number, unit)| minutes(number, unit)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
}
