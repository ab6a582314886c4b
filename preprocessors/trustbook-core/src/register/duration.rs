//! Spans of time in human notation: `30 days`, `30d` or `P30D`.

use jiff::SpanFieldwise;

/// Reads a positive span of time with its unit.
///
/// # Errors
/// Returns a phrase that describes the problem.
pub(super) fn read(text: &str) -> Result<jiff::SpanFieldwise, &'static str> {
    match text.parse::<jiff::Span>() {
        Ok(span) if span.signum() > 0 => Ok(span.fieldwise()),
        Ok(_) => Err("must be longer than zero"),
        Err(error) if error.is_range() => Err("is too long for the calendar"),
        Err(_) => Err("is not a duration"),
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
    }

    #[test]
    fn what_is_no_duration_is_told_apart() {
        for text in ["30 days", "30d", "P30D", "1 year", "1.5 hours"] {
            assert!(read(text).is_ok(), "{text}");
        }
        for text in ["-3 days", "3 days ago", "0 days"] {
            assert_eq!(read(text), Err("must be longer than zero"), "{text}");
        }
        for text in ["99999999 years", "2147483648 days"] {
            assert_eq!(read(text), Err("is too long for the calendar"), "{text}");
        }
        for text in ["1e9 days", "soon", "", "99999999999999999999 days"] {
            assert_eq!(read(text), Err("is not a duration"), "{text}");
        }
    }
}
