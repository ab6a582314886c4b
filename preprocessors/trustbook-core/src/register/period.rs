//! Periods as vendors state them: a range, a bound, or business days.

use super::duration;
use crate::pattern::Pattern;
use jiff::SpanFieldwise;
use jiff::civil::date;
use regex::Captures;

/// A period that is not one exact span of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// The text as written, in English.
    pub text: String,
    /// The words that limit it.
    pub bound: PeriodBound,
    /// The shortest span; the same as `longest` unless it is a range.
    pub shortest: SpanFieldwise,
    /// The longest span.
    pub longest: SpanFieldwise,
    /// True for business days or hours, which have no fixed length.
    pub is_business: bool,
}

/// The limit of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodBound {
    /// No limit beyond the spans themselves.
    Exact,
    /// "Up to".
    Most,
    /// "At least".
    Least,
}

static SHAPE: Pattern = Pattern::made(|| {
    const MOST: &str = "up to|at most|no (?:more|longer|later) than|within|(?:a )?maximum(?: of)?";
    const LEAST: &str = "at least|no less than|(?:a )?minimum(?: of)?";
    const UNIT: &str = "(?:minutes?|hours?|days?|weeks?|months?|years?)";
    format!(
        r"(?i)^(?:(?<most>{MOST})\s+|(?<least>{LEAST})\s+)?(?:between\s+)?(?<low>\d{{1,6}})(?:\s+(?<of_low>{UNIT}))?(?:\s*(?:to|and|or|-|–|—)\s*(?<high>\d{{1,6}}))?\s+(?<business>(?:business|working)\s+)?(?<unit>{UNIT})$"
    )
});

impl Period {
    /// Reads a range, a bound or business days, such as `14 to 30 days`, `up to 14 days` or `2 business days`.
    ///
    /// # Errors
    /// Returns a phrase that describes the problem.
    pub fn read(text: &str) -> Result<Period, &'static str> {
        let found = SHAPE.captures(text.trim()).ok_or("is not a period")?;
        let unit = &found["unit"];
        let span = |number: &str, unit: &str| duration::read(&format!("{number} {unit}"));
        let of_low = found.name("of_low").map_or(unit, |unit| unit.as_str());
        let (low, high) = (&found["low"], found.name("high").map(|high| high.as_str()));
        let shortest = span(low, if high.is_some() { of_low } else { unit })?;
        let longest = high.map_or(Ok(shortest), |high| span(high, unit))?;
        let start = date(2025, 1, 1);
        if high.is_some() && start.checked_add(shortest.0).ok() >= start.checked_add(longest.0).ok() {
            return Err("is a range that does not grow");
        }
        let is_range = high.is_some() || found.name("of_low").is_none();
        let bound = bound(&found);
        let is_business = found.name("business").is_some();
        if is_business && !unit.to_lowercase().starts_with(['d', 'h']) {
            return Err("is not a period");
        }
        match is_range && (high.is_some() || bound != PeriodBound::Exact || is_business) {
            true => Ok(Period { text: text.trim().to_owned(), bound, shortest, longest, is_business }),
            false => Err("is not a period"),
        }
    }
}

fn bound(found: &Captures<'_>) -> PeriodBound {
    match (found.name("most"), found.name("least")) {
        (Some(_), _) => PeriodBound::Most,
        (_, Some(_)) => PeriodBound::Least,
        _ => PeriodBound::Exact,
    }
}

/// Returns true for criteria that determine a period, such as `as long as the contract lasts` (GDPR Art. 13(2)(a)).
pub(super) fn is_criteria(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(char::is_alphabetic) && text.split_whitespace().count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_vendors_state_them() {
        for (text, bound, shortest, longest, is_business) in [
            ("14 to 30 days", PeriodBound::Exact, "14 days", "30 days", false),
            ("7-10 years", PeriodBound::Exact, "7 years", "10 years", false),
            ("between 6 months and 2 years", PeriodBound::Exact, "6 months", "2 years", false),
            ("30 days to 6 months", PeriodBound::Exact, "30 days", "6 months", false),
            ("up to 14 days", PeriodBound::Most, "14 days", "14 days", false),
            ("At least 3 months", PeriodBound::Least, "3 months", "3 months", false),
            ("2 business days", PeriodBound::Exact, "2 days", "2 days", true),
            ("up to 5 working days", PeriodBound::Most, "5 days", "5 days", true),
            ("within 24 hours", PeriodBound::Most, "24 hours", "24 hours", false),
        ] {
            let span = |text: &str| duration::read(text).unwrap();
            let period = Period::read(text).unwrap();
            assert_eq!((period.bound, period.is_business), (bound, is_business), "{text}");
            assert_eq!((period.shortest, period.longest), (span(shortest), span(longest)), "{text}");
        }
        for text in ["30 dayz", "30 to 14 days", "0 to 5 days", "up to", "14 days to", "soon", "2 business weeks"] {
            assert!(Period::read(text).is_err(), "{text}");
        }
        assert!(Period::read("30 days").is_err(), "an exact span is a duration");
    }

    #[test]
    fn criteria_are_told_from_misspelt_spans() {
        for text in ["as long as the contract lasts", "until you unsubscribe", "until 30 days after the end"] {
            assert!(is_criteria(text), "{text}");
        }
        for text in ["30 dayz", "forever", "", "- x"] {
            assert!(!is_criteria(text), "{text}");
        }
    }
}
