//! Frames: sentence patterns about known facts, compared with the register.

mod certified;
mod clause;
mod date;
mod located;
mod places;
mod quantity;
mod read;
mod table;
#[cfg(test)]
mod tests;

use super::names::{Meant, Named, RegisterNames};
use super::typed::{Agrees, Typed};
use super::{Sentence, before, label_before, of_passage};
use crate::facts::{FactRef, Facts};
use crate::page::prose::{Passage, PassageKind};
use crate::register::common::{Common, Visibility};
use crate::register::value::Value;
use crate::register::{Fact, Record};
use clause::ClauseContext;
use jiff::SpanFieldwise;
use quantity::{BoundWord, Quantity, Verdict, compare, count, lengths, minutes, shares};
use regex::Regex;
use std::ops::Range;
use table::{Frame, Language, QuantityType, Unit};

/// A length of time or a percentage, with its range in the text.
#[derive(Debug, Clone)]
pub struct Amount {
    /// The range in the text.
    pub range: Range<usize>,
    is_share: bool,
    /// The smallest and the largest possible value.
    span: (i64, i64),
}

impl Amount {
    /// Returns true if both can be the same amount: one month can be 30 days.
    pub fn is_like(&self, other: &Amount) -> bool {
        self.is_kin_of(other) && self.span.0 <= other.span.1 && other.span.0 <= self.span.1
    }

    /// Returns true if both are lengths of time, or both percentages.
    pub fn is_kin_of(&self, other: &Amount) -> bool {
        self.is_share == other.is_share
    }
}

/// Returns the lengths of time and the percentages of a text in a language that is read.
pub fn amounts(tag: &str, text: &str) -> Vec<Amount> {
    let Some(language) = table::language(tag) else { return Vec::new() };
    let of = |found: Vec<Quantity>, is_share: bool| {
        found.into_iter().map(move |Quantity { range, span, .. }| Amount { range, is_share, span })
    };
    of(lengths(language, text), false).chain(of(shares(language, text), true)).collect()
}

/// The frames of the book's language, each with the facts to compare.
#[derive(Debug)]
pub struct Frames<'t> {
    facts: &'t Facts,
    /// The language; `None` if its sentences are not read.
    language: Option<&'static Language>,
    places: Option<&'static places::PlacePatterns>,
    /// The facts of each frame of the language, in their order.
    stated: Vec<Vec<Stated<'t>>>,
}

/// A fact to compare, with its span; `None` for a value that no sentence is compared with.
#[derive(Debug)]
struct Stated<'t> {
    fact: &'t Fact,
    /// The record that it belongs to.
    record: Option<&'t Record>,
    span: Option<(i64, i64)>,
}

impl<'t> Frames<'t> {
    /// Takes the frames of a language.
    pub fn of(facts: &'t Facts, tag: &str) -> Self {
        let language = table::language(tag);
        let of = |language: &'static Language| {
            let frames = language.frames.iter();
            frames.map(|frame| stated(facts, language, frame)).collect()
        };
        Frames { facts, language, places: places::words(tag), stated: language.map_or_else(Vec::new, of) }
    }

    /// Returns true if a sentence of a passage may state something that is not about a name of the register. It costs
    /// one search for all words; most passages have none.
    pub fn may_say(&self, passage: &Passage) -> bool {
        let texts = [passage.text.as_str(), &passage.heading, &passage.head];
        let by_frame = |language: &Language| {
            let hits = language.stems.hits(&texts);
            (0..self.stated.len()).any(|at| !self.stated[at].is_empty() && language.stems.has(at, hits))
        };
        self.places.is_some_and(|words| words.may_say(&passage.text, &passage.heading))
            || self.language.is_some_and(by_frame)
    }

    /// Returns the statements of a sentence that the register covers.
    pub fn find(&self, names: &RegisterNames<'t>, sentence: &Sentence<'_>, named: &[Named<'t>]) -> Vec<Typed<'t>> {
        let Some(language) = self.language else { return Vec::new() };
        let place = place(language, names, sentence);
        let is_stated = |at: usize| self.stated.get(at).is_some_and(|facts| !facts.is_empty());
        let said = read::read(language, &place, is_stated);
        let mut found: Vec<Typed<'t>> =
            said.iter().filter_map(|said| self.held(language, names, said, named, &place)).collect();
        found.extend(certified::find(self.facts, names, language, named, &place));
        if let Some(words) = self.places {
            let reader = located::FrameContext { facts: self.facts, language, words };
            found.extend(located::find(&reader, named, &place));
        }
        found
    }

    fn held(
        &self,
        language: &Language,
        names: &RegisterNames<'t>,
        said: &read::FrameStatement<'_>,
        named: &[Named<'t>],
        place: &ClauseContext<'_>,
    ) -> Option<Typed<'t>> {
        let frame = said.frame;
        let all = self.stated.get(said.at)?.iter();
        let mut all: Vec<&Stated<'t>> =
            all.filter(|stated| located::applies(self.facts, place, &stated.fact.common)).collect();
        if let Some(before) = &frame.named {
            let meant = meant(self.facts, names, language, before, named, place, said.subject.as_ref());
            all.retain(|stated| stated.record.is_some_and(|record| meant.contains(&record.id.as_str())));
        }
        // A record of the retention of these logs says more than the parameter of a measure.
        let is_kept =
            |named: &Named<'_>| matches!(named.meant, Meant::Record(record) if record.kind.name == "retention");
        if frame.param.is_some() && named.iter().any(is_kept) {
            return None;
        }
        let mut verdicts = Vec::new();
        for stated in &all {
            verdicts.push(compare(&said.quantity, stated.span?, frame.limit));
        }
        let typed = &place.text[said.quantity.range.clone()];
        let agrees = match all.as_slice() {
            [only]
                if verdicts == [Verdict::Same]
                    && (frame.quantity == QuantityType::Length
                        || frame.quantity == QuantityType::Count && frame.param.is_none()) =>
            {
                let is_same = only.fact.value.as_ref().is_some_and(|value| value.text() == typed);
                if is_same { Agrees::Same } else { Agrees::InOtherWords }
            }
            // If one of several records agrees, the sentence may be about that one.
            [_, ..] if verdicts.iter().all(|verdict| *verdict == Verdict::Different) => Agrees::No,
            _ => return None,
        };
        Some(Typed { range: said.quantity.range.clone(), fact: all.first().map(|stated| stated.fact), agrees })
    }
}

/// Returns the ids of the records that a sentence is about: those that it names without another noun before the name, as
/// its subject or as the object of the vendor. If it names none, they are those of its heading.
fn meant<'t>(
    facts: &'t Facts,
    names: &RegisterNames<'t>,
    language: &Language,
    before: &Regex,
    named: &[Named<'t>],
    place: &ClauseContext<'_>,
    subject: Option<&Range<usize>>,
) -> Vec<&'t str> {
    let ids = |named: &[Named<'t>], text: &str| -> Vec<&'t str> {
        let stands_free = |range: &Range<usize>| {
            let start = text[..range.start].trim_end();
            !start.ends_with(char::is_alphanumeric) || before.is_match(start) || language.ends_plain(start)
        };
        let records = named.iter().filter(|named| stands_free(&named.range));
        let records = records.filter_map(|named| match named.meant {
            Meant::Record(record) => Some(record.id.as_str()),
            Meant::Fact(_) => None,
        });
        records.collect()
    };
    let own: Vec<Named<'t>> = named.iter().filter(|named| matches!(named.meant, Meant::Record(_))).cloned().collect();
    if !own.is_empty() {
        let is_subject = |named: &Named<'_>| subject.is_none_or(|subject| named.range.start < subject.end);
        return if own.iter().all(is_subject) { ids(&own, place.text) } else { Vec::new() };
    }
    // Below a heading, the subject is left out or a pronoun: "These are kept for a year."
    let is_pronoun = subject.is_none_or(|subject| place.text[subject.clone()].split_whitespace().count() <= 2);
    if !is_pronoun || !names.may_name(place.heading) {
        return Vec::new();
    }
    let heading = Passage::of_value(place.heading);
    of_passage(&heading).flat_map(|sentence| ids(&names.find(facts, &sentence), sentence.text())).collect()
}

/// Returns a sentence with its context.
fn place<'a>(language: &Language, names: &'a RegisterNames<'_>, sentence: &Sentence<'a>) -> ClauseContext<'a> {
    let passage = sentence.passage;
    // A label at the beginning of a paragraph, such as "New subprocessors.", is a heading of the sentence after it.
    let label = label_before(sentence).filter(|label| language.stems.says_any(label));
    let label = label.or_else(|| before(sentence).map(str::trim).filter(|before| before.ends_with('?')));
    let heading = if passage.kind == PassageKind::Heading { "" } else { label.unwrap_or(&passage.heading) };
    ClauseContext {
        text: sentence.text(),
        heading,
        head: &passage.head,
        is_row: passage.kind == PassageKind::Row,
        us: &names.us,
    }
}

/// Returns true if sentences in the language of this tag are read.
pub fn is_read(tag: &str) -> bool {
    table::language(tag).is_some()
}

/// Returns the facts of the organisation that a sentence states, each with the range of its quantity.
pub fn stated_by(tag: &str, text: &str, heading: &str) -> Vec<(&'static str, Range<usize>)> {
    let place = ClauseContext { text, heading, head: "", is_row: false, us: &[] };
    let said = table::language(tag).map(|language| read::read(language, &place, |_| true)).unwrap_or_default();
    let sure = said.into_iter().filter(|said| {
        said.frame.of.starts_with("vendor.")
            && said.frame.quantity != QuantityType::Choice
            && said.quantity.bound != quantity::BoundWord::About
    });
    sure.map(|said| (said.frame.of.as_str(), said.quantity.range)).collect()
}

/// Returns the main clause of a sentence, or all of it if its language is not read.
pub fn clause_of<'s>(tag: &str, text: &'s str, us: &[String]) -> &'s str {
    let place = ClauseContext { text, heading: "", head: "", is_row: false, us };
    let start = table::language(tag).map_or(0, |language| clause::main(language, &place).range.start);
    &text[start..]
}

/// Returns the facts of a frame, without internal ones: the fact with its id, the field of all records of its kind, or
/// the parameters of measures that it can read.
fn stated<'t>(facts: &'t Facts, language: &Language, frame: &'static Frame) -> Vec<Stated<'t>> {
    let is_public = |common: &Common| common.visibility != Visibility::Internal;
    let of = |fact: &'t Fact, record| Stated { fact, record, span: span(language, frame, fact) };
    if let Some(FactRef::Fact(fact)) = facts.find(&frame.of) {
        return Some(fact).filter(|fact| is_public(&fact.common)).into_iter().map(|fact| of(fact, None)).collect();
    }
    let Some((kind, field)) = frame.of.split_once('.') else { return Vec::new() };
    let records = facts.register.of_kind(kind).filter(|record| is_public(&record.common));
    let of_record = |record: &'t Record| -> Vec<Stated<'t>> {
        let Some(param) = &frame.param else {
            return record.field(field).into_iter().map(|fact| of(fact, Some(record))).collect();
        };
        let entries = record.fields.iter().filter(|fact| fact.id.contains(".parameters."));
        let title = format!("{} {}", record.id, record.title());
        let is_own = |fact: &&Fact| param.is_match(&format!("{title} {}", fact.label));
        let read = entries.filter(is_own).map(|fact| of(fact, Some(record)));
        read.filter(|stated| stated.span.is_some()).collect()
    };
    records.flat_map(of_record).filter(|stated| is_public(&stated.fact.common)).collect()
}

/// Converts a value to a range: minutes, a count, thousandths of a percent, or 1 for yes and 0 for no.
fn span(language: &Language, frame: &Frame, fact: &Fact) -> Option<(i64, i64)> {
    let only = |all: Vec<quantity::Quantity>| match all.as_slice() {
        [only] if only.bound == BoundWord::Exact && !only.is_business => Some(only.span),
        _ => None,
    };
    Some(match (fact.value.as_ref()?, frame.quantity) {
        (Value::Duration(_, span), _) => length(span),
        // Business days have no fixed length.
        (Value::Period(period), _) if period.is_business => return None,
        (Value::Period(period), _) => (length(&period.shortest).0, length(&period.longest).1),
        (Value::Integer(number), _) => (*number, *number),
        (Value::Choice(word), _) if word == "yes" => (1, 1),
        (Value::Choice(word), _) if word == "no" => (0, 0),
        (Value::Text(text), QuantityType::Share) => only(shares(language, text))?,
        // A value is often written as in an example in English.
        (Value::Text(text), QuantityType::Length) => {
            only(lengths(language, text)).or_else(|| only(lengths(table::language("en")?, text)))?
        }
        (Value::Text(text), QuantityType::Count) => count(language, text, frame)?.span,
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
