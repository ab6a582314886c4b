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
    /// "Less than".
    Less,
    /// "More than".
    More,
    /// "About".
    About,
}

/// The limits, each with the words before and after a span that state it.
const BOUNDS: [(PeriodBound, &str, &str); 5] = [
    (
        PeriodBound::Most,
        "up to|at most|no (?:more|longer|later) than|not (?:more than|exceeding)|within|(?:a )?maximum(?: of)?",
        "or (?:less|fewer)|at most|maximum",
    ),
    (PeriodBound::Least, "at least|not? less than|(?:a )?minimum(?: of)?", "or (?:more|longer)|at least|minimum"),
    (PeriodBound::Less, "less than|fewer than|under", ""),
    (PeriodBound::More, "more than|longer than|over", ""),
    (PeriodBound::About, "about|approximately|around|roughly|circa", ""),
];

static SHAPE: Pattern = Pattern::made(|| {
    const UNIT: &str = "(?:minutes?|hours?|days?|weeks?|months?|years?)";
    let groups = BOUNDS.iter().enumerate();
    let before: Vec<String> = groups.clone().map(|(at, (_, words, _))| format!("(?<before{at}>{words})")).collect();
    let after = groups.filter(|(_, (.., words))| !words.is_empty());
    let after: Vec<String> = after.map(|(at, (.., words))| format!("(?<after{at}>{words})")).collect();
    let (before, after) = (before.join("|"), after.join("|"));
    format!(
        r"(?i)^(?:(?:{before})\s+)?(?:(?:between|from)\s+)?(?<low>\d{{1,6}})(?:\s+(?<of_low>{UNIT}))?(?:\s*(?:to|and|or|-|–|—)\s*(?<high>\d{{1,6}}))?\s+(?:(?<calendar>calendar\s+)|(?<business>(?:business|working)\s+))?(?<unit>{UNIT})(?:,?\s+(?:{after}))?$"
    )
});

/// Matches a span of time within criteria.
static SPAN: Pattern = Pattern::new(r"\d\s*(?:minutes?|hours?|days?|weeks?|months?|years?)\b");

/// Matches words that any period consists of.
static PLAIN: Pattern = Pattern::new(
    r"(?i)^(?:[\d.,+–—-]+|[\d.,–—-]*(?:minutes?|hours?|days?|weeks?|months?|years?|h|d)|an?|to|and|or|up|at|most|least|more|longer|later|less|than|no|not|within|maximum|minimum|of|about|over|under|between|from|calendar|business|working)$",
);

impl Period {
    /// Reads a range, a bound or business days, such as `14 to 30 days`, `up to 14 days` or `2 business days`.
    ///
    /// # Errors
    /// Returns a phrase that describes the problem.
    pub fn read(text: &str) -> Result<Period, &'static str> {
        let in_digits = duration::in_digits(text);
        let found = SHAPE.captures(&in_digits).ok_or("is not a period")?;
        let unit = &found["unit"];
        let span = |number: &str, unit: &str| duration::read(&format!("{number} {unit}"));
        let of_low = found.name("of_low").map(|unit| unit.as_str());
        let (low, high) = (&found["low"], found.name("high").map(|high| high.as_str()));
        let shortest = span(low, of_low.filter(|_| high.is_some()).unwrap_or(unit))?;
        let longest = high.map_or(Ok(shortest), |high| span(high, unit))?;
        let start = date(2025, 1, 1).at(0, 0, 0, 0);
        if high.is_some() && start.checked_add(shortest.0).ok() >= start.checked_add(longest.0).ok() {
            return Err("is a range that does not grow");
        }
        let (bound, is_business) = (bound(&found), found.name("business").is_some());
        let is_exact =
            high.is_none() && bound == PeriodBound::Exact && !is_business && found.name("calendar").is_none();
        let is_split = high.is_none() && of_low.is_some();
        if is_exact || is_split || is_business && !unit.to_lowercase().starts_with(['d', 'h']) {
            return Err("is not a period");
        }
        Ok(Period { text: text.trim().to_owned(), bound, shortest, longest, is_business })
    }
}

fn bound(found: &Captures<'_>) -> PeriodBound {
    let is = |at: usize| ["before", "after"].iter().any(|group| found.name(&format!("{group}{at}")).is_some());
    BOUNDS.iter().enumerate().find(|(at, _)| is(*at)).map_or(PeriodBound::Exact, |(_, (bound, ..))| *bound)
}

/// Returns true for criteria that determine a period, such as `as long as the contract lasts` or `30 days after the
/// last invoice` (GDPR Art. 13(2)(a)). A period with a mistake has fewer words of its own.
pub(super) fn is_criteria(text: &str) -> bool {
    let text = &duration::in_digits(text);
    let words = text.split_whitespace().filter(|word| word.contains(char::is_alphabetic));
    let own = words.clone().filter(|word| !PLAIN.is_match(word.trim_matches([',', '(', ')']))).count();
    let is_unsure = text.contains(|c: char| c.is_ascii_digit()) && !SPAN.is_match(text);
    !SHAPE.is_match(text) && words.count() > 1 && own > usize::from(is_unsure)
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
            ("up to one year", PeriodBound::Most, "1 year", "1 year", false),
            ("two to three weeks", PeriodBound::Exact, "2 weeks", "3 weeks", false),
            ("4 to 8 hours", PeriodBound::Exact, "4 hours", "8 hours", false),
            ("24 hours or less", PeriodBound::Most, "24 hours", "24 hours", false),
            ("not exceeding 13 months", PeriodBound::Most, "13 months", "13 months", false),
            ("6 years minimum", PeriodBound::Least, "6 years", "6 years", false),
            ("less than 24 hours", PeriodBound::Less, "24 hours", "24 hours", false),
            ("over 5 years", PeriodBound::More, "5 years", "5 years", false),
            ("about 2 weeks", PeriodBound::About, "2 weeks", "2 weeks", false),
            ("30 calendar days", PeriodBound::Exact, "30 days", "30 days", false),
            ("from 6 to 12 months", PeriodBound::Exact, "6 months", "12 months", false),
        ] {
            let span = |text: &str| duration::read(text).unwrap();
            let period = Period::read(text).unwrap();
            assert_eq!((period.bound, period.is_business), (bound, is_business), "{text}");
            assert_eq!((period.shortest, period.longest), (span(shortest), span(longest)), "{text}");
        }
        for text in
            ["30 dayz", "30 to 14 days", "0 to 5 days", "up to", "14 days to", "soon", "2 business weeks", "a month"]
        {
            assert!(Period::read(text).is_err(), "{text}");
        }
        assert!(Period::read("30 days").is_err(), "an exact span is a duration");
    }

    #[test]
    fn criteria_are_told_from_misspelt_spans() {
        for text in [
            "as long as the contract lasts",
            "until you unsubscribe",
            "until 30 days after the end",
            "30 days after the contract ends",
            "90 days, then anonymised",
            "30 Tage nach Vertragsende",
            "without undue delay",
            "not stored",
            "up to 12 months post-event",
            "within one month of the request",
        ] {
            assert!(is_criteria(text), "{text}");
        }
        for text in ["30 dayz", "14 to 30 dayz", "10 to 5 days", "one month", "1 week 2", "forever", "", "- x"] {
            assert!(!is_criteria(text), "{text}");
        }
    }
}
