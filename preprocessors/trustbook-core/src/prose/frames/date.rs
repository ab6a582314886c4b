//! Dates in sentences: a day, or a month, a quarter, a half or a whole year as a range of days.

use super::table::Language;
use jiff::civil::Date;
use regex::Captures;
use std::ops::Range;

/// Returns the dates of a text, each with its first and its last possible day.
pub(super) fn dates(language: &Language, text: &str) -> Vec<(Range<usize>, (Date, Date))> {
    let found = language.date.captures_iter(text);
    found.filter_map(|captures| Some((captures.get(0)?.range(), span(language, &captures)?))).collect()
}

fn span(language: &Language, found: &Captures<'_>) -> Option<(Date, Date)> {
    let text = |name: &str| found.name(name).map(|found| found.as_str());
    let number = |name: &str| text(name).and_then(|text| text.parse::<i8>().ok());
    let year: i16 = text("year")?.parse().ok()?;
    let day = |month, day| Date::new(year, month, day).ok().map(|date| (date, date));
    let months =
        |first: i8, last: i8| Some((Date::new(year, first, 1).ok()?, Date::new(year, last, 1).ok()?.last_of_month()));
    if let (Some(month), Some(of)) = (number("isomonth"), number("isoday")) {
        return day(month, of);
    }
    // `31.12.2026`
    if let Some(numeric) = text("iso") {
        let mut parts = numeric.split('.');
        let (of, month) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        return day(month, of);
    }
    if let Some(name) = text("month").or_else(|| text("month2")) {
        let month = language.months.iter().position(|month| month.is_match(name))?;
        let month = i8::try_from(month + 1).ok()?;
        return match number("day").or_else(|| number("day2")) {
            Some(of) => day(month, of),
            None => months(month, month),
        };
    }
    match (number("quarter"), number("half")) {
        (Some(quarter), _) => months(quarter * 3 - 2, quarter * 3),
        (_, Some(half)) => months(half * 6 - 5, half * 6),
        _ => months(1, 12),
    }
}
