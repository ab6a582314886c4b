//! Facts of the register that a sentence states by hand.

use super::Sentence;
use super::names::{Meant, Named, Names};
use super::subject;
use super::token::{self, Token, TokenKind};
use crate::register::value::{Value, choice_words};
use crate::register::{Fact, Record};
use crate::trust::Trust;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Something typed by hand that the register knows.
#[derive(Debug, Clone)]
pub struct Typed<'t> {
    /// Where, in the sentence.
    pub range: Range<usize>,
    /// The fact that it states; `None` where the register should have one.
    pub fact: Option<&'t Fact>,
    /// Whether it says the same as the register.
    pub agrees: Agrees,
}

/// Whether what is typed says what the register says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agrees {
    /// It reads as the expression would.
    Same,
    /// It says the same in other words.
    InOtherWords,
    /// It says something else.
    No,
}

/// Words that say where a certification stands, with the status that each means.
const STATUS_WORDS: &[(&str, &str)] = &[
    ("accredited", "held"),
    ("attested", "held"),
    ("certified", "held"),
    ("compliant", "held"),
    ("expired", "expired"),
    ("held", "held"),
    ("in preparation", "in-progress"),
    ("in progress", "in-progress"),
    ("in-progress", "in-progress"),
    ("pending", "in-progress"),
    ("planned", "planned"),
    ("under way", "in-progress"),
    ("underway", "in-progress"),
    ("withdrawn", "withdrawn"),
];

/// What a sentence says of how long data is kept.
static KEEPING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:archiv|collect|delet|eras|expir|held|hold|keep|kept|preserv|purg|remov|retain|retention|stor)",
    )
    .ok()
});
/// What a sentence says of an answer to a request.
static ANSWERING: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:answer|request|respond|respons|repl(?:y|ies))").ok());

/// Dates and numbers with their unit, where the sentence names what they are of.
pub fn quantities<'t>(trust: &'t Trust, names: &Names<'t>, sentence: &Sentence<'_>) -> Vec<Typed<'t>> {
    let text = sentence.text();
    let all = names.find(trust, sentence);
    let tokens = if all.is_empty() { Vec::new() } else { token::find(text) };
    if tokens.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Typed<'t>> = Vec::new();
    for named in all {
        for fact in named.meant.facts() {
            if let Some(typed) = nearest(&tokens, &named, fact, text)
                && is_about(&named, fact, typed.agrees, sentence)
                && found.iter().all(|known| known.range != typed.range || known.agrees == Agrees::No)
            {
                found.retain(|known| known.range != typed.range);
                found.push(typed);
            }
        }
    }
    // Where one number is right, another one of the sentence is of something else.
    let right: Vec<String> = found
        .iter()
        .filter(|typed| typed.agrees != Agrees::No)
        .filter_map(|typed| typed.fact.map(|fact| fact.id.clone()))
        .collect();
    found.retain(|typed| typed.agrees != Agrees::No || !typed.fact.is_some_and(|fact| right.contains(&fact.id)));
    found
}

/// The typed value of a fact's type that stands nearest to its name.
fn nearest<'t>(tokens: &[Token], named: &Named<'t>, fact: &'t Fact, text: &str) -> Option<Typed<'t>> {
    let value = fact.value.as_ref()?;
    let distance = |token: &Token| match token.range.start >= named.range.end {
        true => token.range.start - named.range.end,
        false => named.range.start.saturating_sub(token.range.end),
    };
    let fits = tokens.iter().filter_map(|token| Some((token, agreement(value, token, &text[token.range.clone()])?)));
    let candidates: Vec<(&Token, Agrees)> = fits.filter(|(token, _)| !is_within(&token.range, &named.range)).collect();
    let same = candidates.iter().find(|(_, agrees)| *agrees != Agrees::No);
    let candidates: Vec<(&Token, Agrees)> = candidates
        .iter()
        .filter(|(token, _)| same.is_some() || !is_another_value(named, token, text))
        .copied()
        .collect();
    let (token, agrees) = match same {
        Some(same) => same,
        None => candidates.iter().min_by_key(|(token, _)| distance(token))?,
    };
    let is_number = matches!(token.kind, TokenKind::Number(_));
    // A bare number has no unit that says what it counts: only the name beside it does.
    if is_number && distance(token) > 3 || !is_number && *agrees == Agrees::No && distance(token) > 90 {
        return None;
    }
    Some(Typed { range: token.range.clone(), fact: Some(fact), agrees: *agrees })
}

/// Whether a typed value is that of another field of the same record.
fn is_another_value(named: &Named<'_>, token: &Token, text: &str) -> bool {
    let values = named.meant.facts().iter().filter_map(|fact| fact.value.as_ref());
    values.filter_map(|value| agreement(value, token, &text[token.range.clone()])).any(|agrees| agrees != Agrees::No)
}

/// Whether a typed value is of the fact's type, and says the same.
fn agreement(value: &Value, token: &Token, typed: &str) -> Option<Agrees> {
    let reads = |same: bool| match (same, typed == value.text()) {
        (true, true) => Agrees::Same,
        (true, false) => Agrees::InOtherWords,
        (false, _) => Agrees::No,
    };
    Some(match (value, &token.kind) {
        (Value::Duration(_, span), TokenKind::Duration(other)) => reads(other.as_ref() == Some(span)),
        (Value::Date(date), TokenKind::Date(Some(other))) => reads(date == other),
        (Value::Integer(number), TokenKind::Number(other)) => reads(number == other),
        (Value::Decimal(_), TokenKind::Percent) => reads(typed.trim_end_matches(['%', ' ']) == value.text()),
        (Value::Choice(word), TokenKind::Money) if word == "no" => Agrees::No,
        (Value::Text(text), TokenKind::Percent | TokenKind::Money) if is_amount(text) => reads(text.trim() == typed),
        _ => return None,
    })
}

/// Whether a text is nothing but a number with its unit.
fn is_amount(text: &str) -> bool {
    matches!(token::find(text).as_slice(), [only] if only.range.len() >= text.trim().len())
}

/// Whether the sentence is about this field of what it names.
fn is_about(named: &Named<'_>, fact: &Fact, agrees: Agrees, sentence: &Sentence<'_>) -> bool {
    let Meant::Record(record) = named.meant else { return true };
    let says = |regex: &LazyLock<Option<Regex>>| regex.as_ref().is_some_and(|regex| regex.is_match(sentence.text()));
    let in_row = sentence.first_cell().is_some_and(|cell| is_within(&named.range, &cell));
    let field = fact.id.rsplit('.').next().unwrap_or_default();
    match record.kind.name {
        "retention" if agrees == Agrees::No => field == "period" && (in_row || says(&KEEPING)),
        "right" => field == "response" && says(&ANSWERING),
        // A cookie's name is often a common word.
        "cookie" => in_row,
        // Other days of a certification, such as that of its first audit, are not in the register.
        "certification" => agrees != Agrees::No || field == "eta" && waits(record),
        _ => true,
    }
}

fn waits(record: &Record) -> bool {
    matches!(record.value("status"), Some(Value::Choice(word)) if matches!(word.as_str(), "planned" | "in-progress"))
}

/// A word that says where a certification stands, beside its name.
pub fn statuses<'t>(trust: &'t Trust, names: &Names<'t>, sentence: &Sentence<'_>) -> Vec<Typed<'t>> {
    let text = sentence.text();
    let named: Vec<Named<'t>> = names.find(trust, sentence);
    let certifications: Vec<(&Named<'t>, &'t Fact)> = named
        .iter()
        .filter_map(|named| match named.meant {
            Meant::Record(record) if record.kind.name == "certification" => Some((named, record.field("status")?)),
            _ => None,
        })
        .collect();
    // Somebody else's name in the sentence may be the one that is certified.
    let is_other = |named: &&Named<'_>| matches!(named.meant, Meant::Record(record) if matches!(record.kind.name, "subprocessor" | "region"));
    if certifications.is_empty() || named.iter().any(|named| is_other(&named)) {
        return Vec::new();
    }
    let cell = sentence.first_cell();
    let mut found: Vec<Typed<'t>> = Vec::new();
    for (range, status) in status_words(text) {
        let near = certifications.iter().min_by_key(|(named, _)| gap(&named.range, &range));
        let Some((named, fact)) = near.copied() else { continue };
        let alike: Vec<_> = certifications.iter().filter(|(other, _)| other.range == named.range).collect();
        let (named, fact, alike) = match alike.as_slice() {
            [_] | [] => (named, fact, false),
            // Both types of a report have one scheme: the text says which of them it means.
            several => {
                match several.iter().filter(|(other, _)| says_type(text, other)).collect::<Vec<_>>().as_slice() {
                    [(named, fact)] => (*named, *fact, false),
                    _ => (named, fact, true),
                }
            }
        };
        let beside = match &cell {
            Some(cell) => is_within(&named.range, cell) && !is_within(&range, cell) && fills_cell(text, &range),
            None => {
                gap(&named.range, &range) <= 40
                    && speaks_of_us(sentence, &named.range, names)
                    && !subject::is_of_others(text)
            }
        };
        if beside && !alike && found.is_empty() {
            let Some(value) = &fact.value else { continue };
            let is_same = matches!(value, Value::Choice(word) if word == status);
            let agrees = match (is_same, text[range.clone()] == choice_words(status)) {
                (true, true) => Agrees::Same,
                (true, false) => Agrees::InOtherWords,
                (false, _) => Agrees::No,
            };
            found.push(Typed { range, fact: Some(fact), agrees });
        }
    }
    found
}

/// Whether the type of a report, such as `Type II`, stands behind the name of its scheme.
fn says_type(text: &str, named: &Named<'_>) -> bool {
    let Meant::Record(record) = named.meant else { return false };
    let Some(Value::Text(wanted)) = record.value("report_type") else { return false };
    let behind: String = text[named.range.end..].to_lowercase();
    let rest = behind.trim_start_matches([' ', '-', '(', ',']).strip_prefix(&wanted.to_lowercase());
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// A sentence about us, or a fragment that begins with the name itself.
fn speaks_of_us(sentence: &Sentence<'_>, named: &Range<usize>, names: &Names<'_>) -> bool {
    let text = sentence.text();
    let start = text.find(|c: char| c.is_alphanumeric()).unwrap_or(0);
    let opening = text[start..].to_lowercase();
    let our = ["our ", "we ", "we'", "we’"].iter().any(|word| opening.starts_with(word));
    our || named.start <= start + 4 || subject::predicate_of(sentence, &names.us).is_some()
        // `Certified for SOC 2`
        || STATUS_WORDS.iter().any(|(word, _)| opening.starts_with(word))
}

fn status_words(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<(Range<usize>, &'static str)> = STATUS_WORDS
        .iter()
        .flat_map(|(word, status)| lower.match_indices(word).map(|(at, word)| (at..at + word.len(), *status)))
        .filter(|(range, _)| {
            let touches = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-');
            !touches(text[..range.start].chars().next_back()) && !touches(text[range.end..].chars().next())
        })
        .collect();
    found.sort_by_key(|(range, _)| range.start);
    found
}

/// Whether a word is all that a cell says, but for a mark or a date behind it.
fn fills_cell(text: &str, range: &Range<usize>) -> bool {
    let start = text[..range.start].rfind(" | ").map_or(0, |at| at + 3);
    text[start..range.start].chars().all(|c| !c.is_alphanumeric())
}

fn gap(a: &Range<usize>, b: &Range<usize>) -> usize {
    if a.end <= b.start { b.start - a.end } else { a.start.saturating_sub(b.end) }
}

fn is_within(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
