//! Typed values in prose: e-mail addresses, telephone numbers, dates, and numbers with their units.

use crate::pattern::Pattern;
use crate::register::duration::NUMBERS;
use crate::register::term;
use crate::register::types::read_duration;
use jiff::SpanFieldwise;
use jiff::civil::Date;
use regex::Captures;
use std::ops::Range;

/// A typed value and its position.
#[derive(Debug, Clone, PartialEq)]
pub struct TypedValue {
    /// The range in the text.
    pub range: Range<usize>,
    /// The kind and, where it is certain, the value.
    pub kind: TokenKind,
}

/// The kind of a typed value.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenKind {
    /// An e-mail address.
    Email,
    /// A telephone number in international form.
    Phone,
    /// A date or a month; `None` if the order of its parts is uncertain or the day is missing.
    Date(Option<Date>),
    /// A number with a unit of time; `None` for business days.
    Duration(Option<SpanFieldwise>),
    /// A percentage.
    Percent,
    /// An amount of money.
    Money,
    /// A whole number without a unit.
    Number(i64),
}

const MONTH: &str = "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";

/// A function that reads the groups of a match.
type ReadGroups = fn(&Captures<'_>) -> Option<TokenKind>;

/// One notation of a value.
struct Notation(Pattern, ReadGroups);

/// A day of the month.
const DAY: &str = r"(\d{1,2})(?:st|nd|rd|th)?";

/// The notations in order of precedence: a later one skips what an earlier one matched.
static SHAPES: [Notation; 11] = [
    Notation(Pattern::new(r"[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"), |_| {
        Some(TokenKind::Email)
    }),
    Notation(Pattern::new(r"(?:\d{4})-(?:\d{2})-(?:\d{2})\b"), |found| {
        found.get(0)?.as_str().parse().ok().map(|date| TokenKind::Date(Some(date)))
    }),
    Notation(Pattern::made(|| format!(r"(?i)\b({MONTH})\.?\s+{DAY},?\s+(\d{{4}})\b")), |found| date(found, 3, 1, 2)),
    Notation(Pattern::made(|| format!(r"(?i)\b{DAY}(?:\s+of)?\s+({MONTH})\.?,?\s+(\d{{4}})\b")), |found| {
        date(found, 3, 2, 1)
    }),
    Notation(Pattern::made(|| format!(r"(?i)\b{MONTH}\.?,?\s+20\d\d\b")), |_| Some(TokenKind::Date(None))),
    Notation(Pattern::new(r"\b\d{1,2}[./]\d{1,2}[./](?:20)?\d\d\b"), |_| Some(TokenKind::Date(None))),
    Notation(Pattern::new(r"\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,5}\)|\d{1,5})(?:[ .-]?\d{2,5}){2,4}\b"), |_| {
        Some(TokenKind::Phone)
    }),
    Notation(Pattern::made(durations), duration),
    Notation(Pattern::new(r"\b\d+(?:\.\d+)?\s?%"), |_| Some(TokenKind::Percent)),
    Notation(
        Pattern::new(r"(?:[$€£]\s?\d[\d,.]*\d|[$€£]\s?\d)|\b\d[\d,.]*\s?(?:USD|EUR|GBP|dollars|euros)\b"),
        |_| Some(TokenKind::Money),
    ),
    Notation(Pattern::new(r"\b\d{1,3}(?:,\d{3})+\b|\b\d{1,9}\b"), |found| {
        found.get(0)?.as_str().replace(',', "").parse().ok().map(TokenKind::Number)
    }),
];

/// Returns the pattern of a number with a unit of time.
fn durations() -> String {
    let mut numbers: Vec<&str> = NUMBERS.iter().map(|(word, _)| *word).collect();
    numbers.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let numbers = numbers.join("|");
    format!(
        r"(?i)\b(?:(?:{numbers})(?:[ -](?:{numbers}))?\s?\((\d+)\)|(\d[\d,]*(?:\.\d+)?|{numbers}))[\s\u{{a0}}-]+(?:business|calendar|consecutive|working|full)?\s*(second|minute|hour|day|week|month|year)s?\b"
    )
}

/// Returns the typed values of a text, in order.
pub fn find(text: &str) -> Vec<TypedValue> {
    let mut found: Vec<TypedValue> = Vec::new();
    if !text.contains(['@', '+', '%', '$', '€', '£']) && !text.bytes().any(|b| b.is_ascii_digit()) && !has_word(text)
    {
        return found;
    }
    for Notation(pattern, read) in &SHAPES {
        let fresh = pattern.captures_iter(text).filter_map(|captures| {
            let range = captures.get(0)?.range();
            let before = found.partition_point(|token| token.range.end <= range.start);
            let is_free = found.get(before).is_none_or(|token| range.end <= token.range.start);
            let kind = (is_free && stands_alone(text, &range)).then(|| read(&captures))??;
            Some(TypedValue { range, kind })
        });
        let fresh: Vec<TypedValue> = fresh.collect();
        found.extend(fresh);
        found.sort_by_key(|token| token.range.start);
    }
    found
}

/// Returns the telephone numbers of a text with the same digits as a registered one, with or without its country code.
pub fn phones_like(text: &str, registered: &str) -> Vec<Range<usize>> {
    static DIGITS: Pattern = Pattern::new(r"\(?\+?\(?\d[\d ().\u{a0}-]{5,20}\d");
    let wanted: String = registered.chars().filter(char::is_ascii_digit).collect();
    let same = |digits: &str| digits.len() >= 7 && wanted.ends_with(digits) && wanted.len() - digits.len() <= 3;
    // In `+44 (0)20`, the zero is only dialled within the country.
    let digits = |text: &str| text.replace("(0)", "").chars().filter(char::is_ascii_digit).collect::<String>();
    let found = DIGITS.find_iter(text).map(|found| found.range());
    found.filter(|range| same(digits(&text[range.clone()]).trim_start_matches('0'))).collect()
}

fn has_word(text: &str) -> bool {
    static ANY: Pattern = Pattern::new("(?i)(?:second|minute|hour|day|week|month|year)");
    ANY.is_match(text)
}

/// Returns true if the range is not part of something longer.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '/' | '@' | '#');
    // `v1.2` and `2.0` are versions, and `:8080` is a port.
    let before_joins = before.is_some_and(|c| joins(c) || matches!(c, '.' | ':' | '-'));
    let mut behind = text[range.end..].chars();
    let continues = matches!(behind.next(), Some('.' | '-' | ':')) && behind.next().is_some_and(char::is_alphanumeric);
    !(before_joins || after.is_some_and(joins) || continues)
}

fn date(found: &Captures<'_>, year: usize, month: usize, day: usize) -> Option<TokenKind> {
    let date = Date::new(
        found.get(year)?.as_str().parse().ok()?,
        term::month(found.get(month)?.as_str())?,
        found.get(day)?.as_str().parse().ok()?,
    );
    Some(TokenKind::Date(date.ok()))
}

fn duration(found: &Captures<'_>) -> Option<TokenKind> {
    let number = found.get(1).or(found.get(2))?.as_str().replace(',', "").to_lowercase();
    let number = match NUMBERS.iter().find(|(word, _)| *word == number) {
        Some((_, value)) => value.to_string(),
        None => number,
    };
    let unit = found.get(3)?.as_str().to_lowercase();
    let whole = found.get(0)?.as_str().to_lowercase();
    // A business day does not have the length of a calendar day.
    let span = match whole.contains("business") || whole.contains("working") {
        true => None,
        false => read_duration(&format!("{number} {unit}s")),
    };
    Some(TokenKind::Duration(span))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(&str, TokenKind)> {
        find(text).into_iter().map(|token| (&text[token.range], token.kind)).collect()
    }

    #[test]
    fn what_is_typed_is_found() {
        assert_eq!(SHAPES.len(), 11, "every expression compiles");
        let april = Some(jiff::civil::date(2025, 4, 15));
        for text in ["April 15th, 2025", "15 April 2025", "15th of April 2025", "Apr. 15, 2025", "2025-04-15"] {
            assert_eq!(kinds(text), [(text, TokenKind::Date(april))], "{text}");
        }
        assert_eq!(kinds("in May 2025 or 04/15/2025").len(), 2);
        assert_eq!(kinds("write to a@b.example."), [("a@b.example", TokenKind::Email)]);
        assert_eq!(kinds("+1 (770) 878-3106")[0].1, TokenKind::Phone);
        let days = |text: &str| TokenKind::Duration(read_duration(text));
        assert_eq!(kinds("within thirty (30) days"), [("thirty (30) days", days("30 days"))]);
        assert_eq!(kinds("a 90-day period"), [("90-day", days("90 days"))]);
        assert_eq!(kinds("seventy-two hours"), [("seventy-two hours", days("72 hours"))]);
        assert_eq!(kinds("5 business days"), [("5 business days", TokenKind::Duration(None))]);
        assert_eq!(kinds("up to $3,000"), [("$3,000", TokenKind::Money)]);
        assert_eq!(kinds("99.9% of 1,200"), [("99.9%", TokenKind::Percent), ("1,200", TokenKind::Number(1200))]);
        assert_eq!(kinds("TLS v1.2, OAuth 2.0, us-west-1, port:8080, AES-256, 10.1.2.0/24"), []);
        assert_eq!(phones_like("call 770-878-3106 now", "+17708783106"), vec![5..17]);
        assert!(phones_like("order 12345678", "+17708783106").is_empty());
    }
}
