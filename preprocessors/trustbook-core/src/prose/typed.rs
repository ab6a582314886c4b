//! Facts of the register that a sentence repeats by hand.

use super::Sentence;
use super::linked::{is_kept, is_linked};
use super::names::{Meant, Named, RegisterNames};
use super::subject;
use super::token::{self, TokenKind, TypedValue};
use crate::facts::Facts;
use crate::pattern::Pattern;
use crate::register::types::read_duration;
use crate::register::value::Value;
use crate::register::{Fact, Record};
use jiff::SpanFieldwise;
use std::ops::Range;

/// A value typed by hand that the register covers.
#[derive(Debug, Clone)]
pub struct Typed<'t> {
    /// The range in the sentence.
    pub range: Range<usize>,
    /// The fact that it repeats; `None` if the register should have one.
    pub fact: Option<&'t Fact>,
    /// The relation to the register.
    pub agrees: Agrees,
}

/// The relation between a typed value and the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agrees {
    /// It reads exactly like the expression.
    Same,
    /// It has the same meaning in other words.
    InOtherWords,
    /// It contradicts the register.
    No,
}

/// Matches words about answering a request.
static ANSWERING: Pattern = Pattern::new(r"(?i)\b(?:answer|request|respond|respons|repl(?:y|ies))");

/// Matches words about the expected date of a certification.
static EXPECTED: Pattern = Pattern::new(r"(?i)\b(?:available|complete|due|expect|ready|planned)");

/// Returns the dates, and the numbers with units, whose subject the sentence names.
pub fn quantities<'t>(
    facts: &Facts,
    names: &RegisterNames<'t>,
    sentence: &Sentence<'_>,
    named: &[Named<'t>],
) -> Vec<Typed<'t>> {
    let text = sentence.text();
    let tokens = if named.is_empty() { Vec::new() } else { token::find(text) };
    if tokens.is_empty() {
        return Vec::new();
    }
    let all = of_the_option(facts, sentence, named);
    let mut found: Vec<Typed<'t>> = Vec::new();
    for named in all {
        for fact in named.meant.facts() {
            if let Some(typed) = nearest(&tokens, named, fact, text)
                && is_about(named, fact, typed.agrees, sentence)
                && (typed.agrees != Agrees::No || is_counted(names, sentence, named, fact, &typed.range))
                && found.iter().all(|known| known.range != typed.range || known.agrees == Agrees::No)
            {
                found.retain(|known| known.range != typed.range);
                found.push(typed);
            }
        }
    }
    // If one number of the sentence agrees, a different number belongs to something else.
    let right: Vec<String> = found
        .iter()
        .filter(|typed| typed.agrees != Agrees::No)
        .filter_map(|typed| typed.fact.map(|fact| fact.id.clone()))
        .collect();
    found.retain(|typed| typed.agrees != Agrees::No || !typed.fact.is_some_and(|fact| right.contains(&fact.id)));
    found
}

/// Returns true if a differing number counts what the name says: `Employees: 12`, or `We have 12 employees`.
fn is_counted(
    names: &RegisterNames<'_>,
    sentence: &Sentence<'_>,
    named: &Named<'_>,
    fact: &Fact,
    at: &Range<usize>,
) -> bool {
    if !matches!(fact.value, Some(Value::Integer(_))) {
        return true;
    }
    static LIMIT: Pattern = Pattern::new(
        r"(?i)\b(?:about|almost|approximately|around|at least|at most|fewer than|less than|more than|nearly|over|roughly|some|up to|rund|etwa|mehr als|environ|plus de|unos|más de)\s*$",
    );
    let text = sentence.text();
    // "More than 80" does not contradict another number by itself. The frame of the fact judges it.
    if LIMIT.is_match(&text[..at.start]) {
        return false;
    }
    match named.range.end <= at.start {
        true => {
            let ends = !text[at.end..].chars().any(char::is_alphanumeric);
            ends && text[named.range.end..at.start].contains([':', '|', '='])
        }
        // The frame of this fact knows which people a sentence counts.
        false if fact.id == "vendor.employees" => false,
        false => subject::predicate_of(sentence, &names.us)
            .is_some_and(|said| said.starts_with("have ") || said.starts_with("has ") || said.starts_with("employ")),
    }
}

/// Keeps the records that apply to a hosting option named in the sentence; all of them if it names none.
fn of_the_option<'n, 't>(facts: &Facts, sentence: &Sentence<'_>, all: &'n [Named<'t>]) -> Vec<&'n Named<'t>> {
    let text = sentence.text().to_lowercase();
    let options = facts.register.of_kind("deployment");
    let named: Vec<&str> = options
        .filter(|option| text.contains(&option.title().to_lowercase()))
        .map(|option| option.id.as_str())
        .collect();
    let applies = |named_record: &&Named<'t>| {
        named.is_empty() || named.iter().any(|option| named_record.meant.common().applies_to(option))
    };
    all.iter().filter(applies).collect()
}

/// Returns the typed value that agrees with a fact, or else the one that the sentence links to it.
fn nearest<'t>(tokens: &[TypedValue], named: &Named<'t>, fact: &'t Fact, text: &str) -> Option<Typed<'t>> {
    let value = fact.value.as_ref()?;
    let fits = tokens.iter().filter_map(|token| Some((token, agreement(value, token, &text[token.range.clone()])?)));
    let candidates: Vec<(&TypedValue, Agrees)> =
        fits.filter(|(token, _)| !is_within(&token.range, &named.range)).collect();
    let touches =
        |token: &TypedValue| !matches!(token.kind, TokenKind::Number(_)) || gap(&named.range, &token.range) <= 3;
    let same = candidates.iter().find(|(token, agrees)| *agrees != Agrees::No && touches(token));
    let says = |token: &TypedValue| {
        is_linked(text, &named.range, &token.range) && touches(token) && !is_another_value(named, token, text)
    };
    let (token, agrees) = match same {
        Some(same) => same,
        None => candidates
            .iter()
            .filter(|(token, _)| says(token))
            .min_by_key(|(token, _)| gap(&named.range, &token.range))?,
    };
    Some(Typed { range: token.range.clone(), fact: Some(fact), agrees: *agrees })
}

fn gap(a: &Range<usize>, b: &Range<usize>) -> usize {
    if a.end <= b.start { b.start - a.end } else { a.start.saturating_sub(b.end) }
}

/// Returns true if a typed value belongs to another field of the same record.
fn is_another_value(named: &Named<'_>, token: &TypedValue, text: &str) -> bool {
    let values = named.meant.facts().iter().filter_map(|fact| fact.value.as_ref());
    values.filter_map(|value| agreement(value, token, &text[token.range.clone()])).any(|agrees| agrees != Agrees::No)
}

/// Compares a typed value with a value; `None` if their types differ.
fn agreement(value: &Value, token: &TypedValue, typed: &str) -> Option<Agrees> {
    let reads = |same: bool| match (same, typed == value.text()) {
        (true, true) => Agrees::Same,
        (true, false) => Agrees::InOtherWords,
        (false, _) => Agrees::No,
    };
    Some(match (value, &token.kind) {
        (Value::Duration(_, span), TokenKind::Duration(other)) => {
            reads(other.is_some_and(|other| is_as_long(span, &other)))
        }
        // A number within the range says nothing against it.
        (Value::Period(period), TokenKind::Duration(_)) if typed == period.text => Agrees::Same,
        (Value::Text(words), TokenKind::Duration(other)) => {
            let span = read_duration(words)?;
            reads(other.is_some_and(|other| is_as_long(&span, &other)))
        }
        (Value::Date(date), TokenKind::Date(Some(other))) => reads(date == other),
        // A day within the quarter or year says nothing against it.
        (Value::Term(term), TokenKind::Date(Some(other))) if !term.has(*other) => Agrees::No,
        (Value::Integer(number), TokenKind::Number(other)) => reads(number == other),
        (Value::Decimal(_), TokenKind::Percent) => reads(typed.trim_end_matches(['%', ' ']) == value.text()),
        (Value::Choice(word), TokenKind::Money) if word == "no" => Agrees::No,
        (Value::Text(text), TokenKind::Percent | TokenKind::Money) if is_amount(text) => reads(text.trim() == typed),
        _ => return None,
    })
}

/// Returns true if two lengths of time are equal: two weeks and 14 days, a year and 12 months.
fn is_as_long(a: &SpanFieldwise, b: &SpanFieldwise) -> bool {
    let parts = |span: &SpanFieldwise| {
        let months = i64::from(span.0.get_years()) * 12 + i64::from(span.0.get_months());
        let hours =
            (i64::from(span.0.get_weeks()) * 7 + i64::from(span.0.get_days())) * 24 + i64::from(span.0.get_hours());
        (months, hours * 60 + span.0.get_minutes(), span.0.get_seconds())
    };
    parts(a) == parts(b)
}

/// Returns true if a text is just a number with its unit.
fn is_amount(text: &str) -> bool {
    matches!(token::find(text).as_slice(), [only] if only.range.len() >= text.trim().len())
}

/// Returns true if the sentence is about this field of the named record.
fn is_about(named: &Named<'_>, fact: &Fact, agrees: Agrees, sentence: &Sentence<'_>) -> bool {
    let Meant::Record(record) = named.meant else { return true };
    let says = |pattern: &Pattern| pattern.is_match(sentence.text());
    let in_row = sentence.first_cell().is_some_and(|cell| is_within(&named.range, &cell));
    let field = fact.id.rsplit('.').next().unwrap_or_default();
    match (record.kind.name, agrees) {
        ("right", _) => field == "response" && says(&ANSWERING),
        // The name of a cookie is often a common word.
        ("cookie", _) => in_row,
        ("retention", Agrees::No) => field == "period" && is_kept(sentence.text()),
        // The register lacks other dates of a certification, such as that of its first audit.
        ("certification", Agrees::No) => field == "eta" && waits(record) && says(&EXPECTED),
        // A sentence about such a record may contain other dates or numbers.
        (
            "answer" | "contact" | "document" | "incident" | "notice" | "processing" | "region" | "subprocessor",
            Agrees::No,
        ) => false,
        _ => true,
    }
}

fn waits(record: &Record) -> bool {
    matches!(record.value("status"), Some(Value::Choice(word)) if matches!(word.as_str(), "planned" | "in-progress"))
}

pub(super) fn is_within(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
