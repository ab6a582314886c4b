//! Quantities in sentences: lengths of time and counts, with their limits.

use super::table::{Frame, Language, Limit, Unit};
use crate::pattern::Pattern;
use std::ops::Range;

/// A quantity and its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quantity {
    /// The range in the text, without the words of its limit.
    pub range: Range<usize>,
    /// The smallest and the largest possible value, in minutes or as a count.
    pub span: (i64, i64),
    /// The limiting words before it.
    pub bound: BoundWord,
    /// True for business days, which have no fixed length.
    pub is_business: bool,
}

/// The meaning of the words before a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BoundWord {
    /// No limiting words.
    Exact,
    /// "At most".
    Most,
    /// "At least".
    Least,
    /// "About".
    About,
}

/// The result of comparing a quantity with the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They are equal.
    Same,
    /// They cannot both be true.
    Different,
    /// The sentence alone does not decide.
    Unsure,
}

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// Converts a number of units to minutes: a month has 28 to 31 days.
pub(super) fn minutes(number: i64, unit: Unit) -> (i64, i64) {
    let exact = |size: i64| (number.saturating_mul(size), number.saturating_mul(size));
    let months = |months: i64| (months.saturating_mul(28 * DAY), months.saturating_mul(31 * DAY));
    match unit {
        Unit::Minute => exact(1),
        Unit::Hour => exact(HOUR),
        Unit::Day => exact(DAY),
        Unit::Week => exact(7 * DAY),
        Unit::Month => months(number),
        Unit::Year => months(number.saturating_mul(12)),
    }
}

/// Returns the lengths of time in a text, without those that give a frequency.
pub(super) fn lengths(language: &Language, text: &str) -> Vec<Quantity> {
    let mut found = Vec::new();
    for captures in language.length.captures_iter(text) {
        let (Some(whole), Some(first), Some(unit)) = (captures.get(0), captures.get(1), captures.get(4)) else {
            continue;
        };
        let before = &text[..whole.start()];
        if language.every.is_match(before) || before.ends_with(['.', '-', '/']) {
            continue;
        }
        // `24h`, but not `ah`.
        if first.end() == unit.start() && !first.as_str().ends_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let word = unit.as_str().to_lowercase();
        let Some((_, unit)) = language.units.iter().find(|(known, _)| *known == word) else { continue };
        let digits = captures.get(2).unwrap_or(first);
        let Some(low) = number(language, digits.as_str()) else { continue };
        let high = captures.get(3).and_then(|high| number(language, high.as_str())).unwrap_or(low);
        let end = whole.start() + whole.as_str().trim_end().len();
        found.push(Quantity {
            range: whole.start()..end,
            span: (minutes(low, *unit).0, minutes(high.max(low), *unit).1),
            bound: bound(language, before),
            is_business: language.business.is_match(whole.as_str()),
        });
    }
    found
}

/// Returns the percentages in a text, in thousandths.
pub(super) fn shares(language: &Language, text: &str) -> Vec<Quantity> {
    static SHARE: Pattern = Pattern::new(
        r"(?i)\b(\d{1,3})(?:[.,](\d{1,3}))?[\s\u{a0}\u{202f}]?(?:%|per ?cent\b|prozent\b|pour cent\b|por ciento\b)",
    );
    let of = |captures: regex::Captures<'_>| {
        let part = captures.get(2).map_or("", |part| part.as_str());
        let number = format!("{}{part:0<3}", captures.get(1)?.as_str()).parse().ok()?;
        let range = captures.get(0)?.range();
        let bound = bound(language, &text[..range.start]);
        Some(Quantity { range, span: (number, number), bound, is_business: false })
    };
    SHARE.captures_iter(text).filter_map(of).collect()
}

/// Returns the number that one of the patterns of a frame counts, in which `#` stands for a number; `None` if the
/// pattern counts two different ones.
pub(super) fn count(language: &Language, text: &str, frame: &Frame) -> Option<Quantity> {
    let (shape, captures) = frame.counted.iter().find_map(|shape| Some((shape, shape.captures(text)?)))?;
    let found = captures.get(1)?;
    if shape.captures_iter(text).any(|other| other.get(1).is_some_and(|other| other.as_str() != found.as_str())) {
        return None;
    }
    let whole = language.number.find_at(text, found.start()).filter(|whole| whole.start() == found.start())?;
    let is_length = |length: regex::Match<'_>| length.start() == whole.start();
    if language.length.find_at(text, whole.start()).is_some_and(is_length) {
        return None;
    }
    // The end of a range is not a count: "50–150 employees".
    if text[..whole.start()].trim_end_matches(['-', '–', ' ']).ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number = number(language, whole.as_str())?;
    // The article of "we employ a data protection officer" is not a count.
    if number == 1 && !whole.as_str().starts_with('1') {
        return None;
    }
    // A year is not a count.
    let is_year = (1900..2100).contains(&number) && whole.as_str().len() == 4;
    let before = &text[..whole.start()];
    // The number of `AES-256` is a part of the name.
    let all = captures.get(0).filter(|_| frame.param.is_some()).unwrap_or(whole);
    (!is_year).then(|| Quantity {
        range: all.range(),
        span: (number, number),
        bound: if text[whole.end()..].starts_with('+') { BoundWord::Least } else { bound(language, before) },
        is_business: false,
    })
}

fn bound(language: &Language, before: &str) -> BoundWord {
    match () {
        () if language.about.is_match(before) => BoundWord::About,
        () if language.most.is_match(before) => BoundWord::Most,
        () if language.least.is_match(before) => BoundWord::Least,
        () => BoundWord::Exact,
    }
}

fn number(language: &Language, text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() { language.numbers.get(&text.to_lowercase()).copied() } else { digits.parse().ok() }
}

/// Compares a quantity with the one of the register, in minutes or as a count.
pub(super) fn compare(said: &Quantity, stated: (i64, i64), limit: Limit) -> Verdict {
    let (low, high) = said.span;
    let apart = high < stated.0 || stated.1 < low;
    match (said.bound, limit) {
        _ if said.is_business => Verdict::Unsure,
        (BoundWord::About, _) | (BoundWord::Least, Limit::Most) | (BoundWord::Most, Limit::Least) => Verdict::Unsure,
        (BoundWord::Least, Limit::Exact) if stated.1 >= low => Verdict::Unsure,
        (BoundWord::Most, Limit::Exact) if stated.0 <= high => Verdict::Unsure,
        _ if said.span == stated => Verdict::Same,
        _ if apart => Verdict::Different,
        _ => Verdict::Unsure,
    }
}
