//! Spans of time in human notation: `30 days`, `30d` or `P30D`.

use crate::pattern::Pattern;
use jiff::SpanFieldwise;

/// Matches `m` as the only unit, or beside days and longer units.
static AMBIGUOUS: Pattern = Pattern::new(r"(?i)^[^hp]*\d\s*m$");

/// The problem of a text that is not a span of time at all.
pub(super) const NONE: &str = "is not a duration";
/// Numbers that vendors write in words, in English.
pub(crate) const NUMBERS: &[(&str, i64)] = &[
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("twelve", 12),
    ("fourteen", 14),
    ("fifteen", 15),
    ("eighteen", 18),
    ("twenty", 20),
    ("twenty-four", 24),
    ("thirty", 30),
    ("thirty-six", 36),
    ("forty", 40),
    ("forty-five", 45),
    ("forty-eight", 48),
    ("sixty", 60),
    ("seventy-two", 72),
    ("eighty", 80),
    ("ninety", 90),
    ("hundred", 100),
    ("one hundred", 100),
    ("one hundred and twenty", 120),
    ("one hundred and eighty", 180),
];

/// Returns a text in lower case with its numbers in digits: `30 days` for `Thirty (30) days`.
pub(super) fn in_digits(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.to_lowercase().split_whitespace() {
        let number = NUMBERS.iter().find(|(name, _)| *name == word).map(|(_, number)| number.to_string());
        let inner = word.strip_prefix('(').and_then(|word| word.strip_suffix(')'));
        match inner {
            Some(inner) if words.last().is_some_and(|last| last == inner) => {}
            _ => words.push(number.unwrap_or_else(|| word.to_owned())),
        }
    }
    words.join(" ")
}

/// Reads a positive span of time with its unit.
///
/// # Errors
/// Returns a phrase that describes the problem.
pub(super) fn read(text: &str) -> Result<jiff::SpanFieldwise, &'static str> {
    // "6m" is six minutes to a program and six months to many people.
    if AMBIGUOUS.is_match(text) {
        return Err("can mean months or minutes");
    }
    match text.parse::<jiff::Span>().or_else(|error| in_digits(text).parse().map_err(|_| error)) {
        Ok(span) if span.signum() > 0 => Ok(span.fieldwise()),
        Ok(_) => Err("must be longer than zero"),
        Err(error) if error.is_range() => Err("is too long for the calendar"),
        Err(_) => Err(NONE),
    }
}

/// Returns a span in words, such as `30 days`, for a text that is not in words.
pub(super) fn words(text: &str, span: &SpanFieldwise) -> String {
    let is_short = |word: &str| word.contains(|c: char| c.is_ascii_digit()) && word.contains(char::is_alphabetic);
    if !text.split_whitespace().any(is_short) {
        return text.to_owned();
    }
    let units = [
        (i64::from(span.0.get_years()), "year"),
        (i64::from(span.0.get_months()), "month"),
        (i64::from(span.0.get_weeks()), "week"),
        (i64::from(span.0.get_days()), "day"),
        (i64::from(span.0.get_hours()), "hour"),
        (span.0.get_minutes(), "minute"),
        (span.0.get_seconds(), "second"),
    ];
    let named = units.iter().filter(|(count, _)| *count != 0);
    let named: Vec<String> =
        named.map(|(count, unit)| format!("{count} {unit}{}", if *count == 1 { "" } else { "s" })).collect();
    if named.is_empty() { text.to_owned() } else { named.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::{read, words};

    #[test]
    fn abbreviations_are_printed_in_words() {
        let printed = |text: &str| words(text, &read(text).unwrap());
        assert_eq!(printed("P14D"), "14 days");
        assert_eq!(printed("14d"), "14 days");
        assert_eq!(printed("1y 6mo"), "1 year 6 months");
        assert_eq!(printed("PT1H30M"), "1 hour 30 minutes");
        assert_eq!(printed("two days".replace("two", "2").as_str()), "2 days");
        assert_eq!(printed("30  days"), "30  days");
        assert_eq!(printed("180 Days"), "180 Days");
        assert_eq!(printed("Thirty (30) days"), "Thirty (30) days");
    }

    #[test]
    fn what_is_no_duration_is_told_apart() {
        for text in ["30 days", "30d", "P30D", "1 year", "1.5 hours", "One year", "180 Days", "thirty (30) days"] {
            assert!(read(text).is_ok(), "{text}");
        }
        for text in ["-3 days", "3 days ago", "0 days"] {
            assert_eq!(read(text), Err("must be longer than zero"), "{text}");
        }
        for text in ["99999999 years", "2147483648 days"] {
            assert_eq!(read(text), Err("is too long for the calendar"), "{text}");
        }
        for text in ["6m", "1y6m", "6 M"] {
            assert_eq!(read(text), Err("can mean months or minutes"), "{text}");
        }
        assert!(read("1h30m").is_ok() && read("P6M").is_ok() && read("6mo").is_ok());
        for text in ["1e9 days", "soon", "", "99999999999999999999 days"] {
            assert_eq!(read(text), Err("is not a duration"), "{text}");
        }
    }
}
