//! Status words of certifications, near their names.

use super::Sentence;
use super::linked::says_otherwise;
use super::names::{Meant, Named, RegisterNames};
use super::stems::Stems;
use super::subject;
use super::typed::{Agrees, Typed, is_within};
use crate::facts::Facts;
use crate::page::prose::Passage;
use crate::pattern::Pattern;
use crate::register::value::{Value, choice_words};
use crate::register::{Fact, Record};
use std::ops::Range;
use std::sync::LazyLock;

/// The words, each with its status.
const WORDS: &[(&str, &str)] = &[
    ("accredited", "held"),
    ("attested", "held"),
    ("authorised", "held"),
    ("authorized", "held"),
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

/// Words that are a status only where they are all of a cell, or of the text below a name.
const CELLS: &[(&str, &str)] = &[
    ("achieved", "held"),
    ("completed", "held"),
    ("obtained", "held"),
    ("zertifiziert", "held"),
    ("in vorbereitung", "in-progress"),
    ("in arbeit", "in-progress"),
    ("laufend", "in-progress"),
    ("geplant", "planned"),
    ("abgelaufen", "expired"),
    ("certifié", "held"),
    ("certifiée", "held"),
    ("obtenu", "held"),
    ("obtenue", "held"),
    ("en cours", "in-progress"),
    ("en préparation", "in-progress"),
    ("prévu", "planned"),
    ("prévue", "planned"),
    ("expiré", "expired"),
    ("certificado", "held"),
    ("certificada", "held"),
    ("vigente", "held"),
    ("en curso", "in-progress"),
    ("en proceso", "in-progress"),
    ("previsto", "planned"),
    ("prevista", "planned"),
    ("caducado", "expired"),
];

/// A fast filter that matches any of the words.
static ANY: Pattern = Pattern::made(|| {
    let words: Vec<&str> = WORDS.iter().chain(CELLS).map(|(word, _)| *word).collect();
    format!("(?i){}", words.join("|"))
});

/// Matches schemes that a page must not claim without a record: their names have no other meaning.
static SCHEMES: Pattern = Pattern::new(
    r"(?i)\b(?:SOC[ -]?[123]|ISO(?:/IEC)?[ -]?(?:27001|27017|27018|27701|22301|9001|42001)|PCI[ -]DSS|FedRAMP|HITRUST|CSA STAR|TISAX|Cyber Essentials(?: Plus)?|BSI C5)\b",
);

/// A fast filter for the names of schemes.
static SCHEME_STEMS: LazyLock<Stems> = LazyLock::new(|| Stems::of(std::iter::once(std::slice::from_ref(&*SCHEMES))));

/// Returns true if a text may contain the name of a scheme.
pub fn may_name_scheme(text: &str) -> bool {
    SCHEME_STEMS.has(0, SCHEME_STEMS.hits(&[text]))
}

/// Returns true if a text contains the name of a scheme.
pub fn is_scheme(text: &str) -> bool {
    SCHEMES.is_match(text)
}

/// Matches the text allowed between a name and its status word, which has no meaning of its own.
static BETWEEN: Pattern = Pattern::new(
    r"(?i)^[\s:|.,()\x{2013}\x{2014}\x{2705}*=-]*(?:(?:type|level|moderate|i{1,2}|[12]|20\d\d|v?\d(?:\.\d)+|report|certification|certificate|attestation|compliance|status|is|are|remains?|currently|now|still|already|fully|also|both|and|&|/)[\s:|.,()\x{2013}\x{2014}\x{2705}*=-]*)*$",
);
/// Matches the text between the subject and the first name or status word that states a present fact.
static COPULA: Pattern = Pattern::new(
    r"(?i)^(?:are|is|re|(?:have|has|ve) been|remains?)\s+(?:(?:also|both|currently|fully|now|still|already|proud to be|an?|the)\s+)*$",
);
/// Matches the text between a status word and a following name: `certified for SOC 2`.
static TOWARDS: Pattern =
    Pattern::new(r"(?i)^\s*(?:for|under|to|with|according to|against|as|per)?\s*(?:the\s+)?(?:requirements of\s+)?$");

/// Returns the statements of a sentence about the status of certifications.
pub fn find<'t>(
    facts: &Facts,
    names: &RegisterNames<'t>,
    sentence: &Sentence<'_>,
    named: &[Named<'t>],
) -> Vec<Typed<'t>> {
    let text = sentence.text();
    // A fast filter: most sentences contain none of the words.
    let in_row = sentence.first_cell();
    let mut words = if ANY.is_match(text) { words_in(text) } else { Vec::new() };
    words.retain(|(range, _)| in_row.is_some() || is_anywhere(&text[range.clone()]));
    if words.is_empty() {
        return Vec::new();
    }
    let is_other = |named: &&Named<'_>| matches!(named.meant, Meant::Record(record) if matches!(record.kind.name, "subprocessor" | "region"));
    // A subprocessor or region in the sentence may be the certified party.
    if named.iter().any(|named| is_other(&named)) {
        return Vec::new();
    }
    // Two statuses in one row belong to two years, or to two things.
    if in_row.is_some() && words.len() > 1 || in_row.is_none() && says_otherwise(&without_names(text, named)) {
        return Vec::new();
    }
    let mut found: Vec<Typed<'t>> = Vec::new();
    for (range, status) in words {
        let is_said = |name: &Range<usize>| match &in_row {
            Some(cell) => is_within(name, cell) && is_in_second_cell(text, cell, &range),
            None => is_said_of_us(sentence, names, name, &range),
        };
        let mut certifications: Vec<(&Named<'t>, &'t Record, &'t Fact)> = named
            .iter()
            .filter_map(|named| match named.meant {
                Meant::Record(record) if record.kind.name == "certification" => {
                    Some((named, record, record.field("status")?))
                }
                _ => None,
            })
            .filter(|(named, _, _)| is_said(&named.range))
            .collect();
        // Both types of a report share one scheme: the text decides which one is meant.
        let several = |at: &Range<usize>| certifications.iter().filter(|(named, _, _)| named.range == *at).count() > 1;
        let unsure: Vec<bool> = certifications
            .iter()
            .map(|(named, record, _)| several(&named.range) && !says_type(text, &named.range, record))
            .collect();
        let mut at = 0;
        certifications.retain(|_| {
            at += 1;
            !unsure[at - 1]
        });
        let typed = certifications.iter().map(|(_, _, fact)| stated(text, &range, status, fact));
        // If one of several names contradicts the register, it wins.
        let typed = typed.max_by_key(|typed| typed.agrees == Agrees::No);
        found.extend(typed.filter(|typed| found.iter().all(|known| known.range != typed.range)));
        if status == "held" && certifications.is_empty() && has_certifications(facts) {
            found.extend(unregistered(text, named, is_said));
        }
    }
    found
}

/// Returns the certification that a question is about, if it asks for exactly one.
pub fn asked<'t>(facts: &'t Facts, names: &RegisterNames<'t>, question: &Passage) -> Option<&'t Record> {
    static HAS: Pattern = Pattern::new(
        r"(?i)\b(?:certified|certification|certificate|compliant|accredited|attested|zertifiziert|certifiée?s?|certificad[oa]s?)\b|\b(?:have|hold|maintain)\b.*\breport\b",
    );
    const OTHERS: &str = r"(?i)\b(?:provider|vendor|sub-?processor|supplier|host\w*|data cent\w+|plan|planning|will|align\w*|based on|auditors?|staff|engineers?|rechenzentr\w*|anbieter|hoster|dienstleister|centres? de données|hébergeur|fournisseur|prestataire|centros? de datos|proveedor(?:es)?)s?\b";
    static OF_OTHERS: Pattern = Pattern::new(OTHERS);
    if !HAS.is_match(&question.text) || OF_OTHERS.is_match(&question.text) {
        return None;
    }
    let mut found: Vec<&Record> = Vec::new();
    for sentence in super::of_passage(question) {
        let named = names.find(facts, &sentence).into_iter();
        found.extend(named.filter_map(|named| match named.meant {
            Meant::Record(record) if record.kind.name == "certification" => Some(record),
            _ => None,
        }));
    }
    found.dedup_by(|a, b| a.id == b.id);
    match found.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

fn stated<'t>(text: &str, range: &Range<usize>, status: &str, fact: &'t Fact) -> Typed<'t> {
    let is_same = matches!(&fact.value, Some(Value::Choice(word)) if word == status);
    let agrees = match (is_same, text[range.clone()] == choice_words(status)) {
        (true, true) => Agrees::Same,
        (true, false) => Agrees::InOtherWords,
        (false, _) => Agrees::No,
    };
    Typed { range: range.clone(), fact: Some(fact), agrees }
}

fn has_certifications(facts: &Facts) -> bool {
    facts.register.of_kind("certification").next().is_some()
}

/// Returns a scheme that the page claims to hold and that the register does not have.
fn unregistered<'t>(text: &str, named: &[Named<'_>], is_said: impl Fn(&Range<usize>) -> bool) -> Option<Typed<'t>> {
    let schemes = SCHEMES.find_iter(text).map(|found| found.range());
    let is_known =
        |range: &Range<usize>| named.iter().any(|named| named.range.start < range.end && range.start < named.range.end);
    let range = schemes.filter(|range| !is_known(range)).find(|range| is_said(range))?;
    Some(Typed { range, fact: None, agrees: Agrees::No })
}

/// Returns true if a status word applies to a name and to the vendor. Examples are `We are SOC 2 certified`,
/// `SOC 2: certified`, and `Certified for SOC 2`.
fn is_said_of_us(sentence: &Sentence<'_>, names: &RegisterNames<'_>, name: &Range<usize>, word: &Range<usize>) -> bool {
    let text = sentence.text();
    if !is_closed(&text[word.end..]) && name.end <= word.start {
        return false;
    }
    let fits = |pattern: &Pattern, part: &str| pattern.is_match(part);
    let start = name.start.min(word.start);
    let lead = text[..start].trim_start_matches(|c: char| !c.is_alphanumeric() && c != crate::page::prose::MASK);
    const LEADS: &[&str] = &["our", "the", "certification:", "certifications:", "compliance:", "standards:"];
    let begins = lead.is_empty() || LEADS.contains(&lead.trim().to_lowercase().as_str());
    let ours = || {
        let predicate = subject::predicate_of(sentence, &names.us)?;
        let length = text.trim_end().len() - predicate.trim_end().len();
        let between = text.get(length..start)?;
        let list: String = without_schemes(between);
        Some(fits(&COPULA, &list))
    };
    let is_ours = begins || ours().unwrap_or(false);
    match name.end <= word.start {
        true => is_ours && fits(&BETWEEN, &without_schemes(&text[name.end..word.start])),
        false => is_ours && fits(&TOWARDS, &without_schemes(&text[word.end..name.start])),
    }
}

/// Replaces the schemes of a list, such as `ISO 27001 and SOC 2`, so that they do not separate a name from its status.
fn without_schemes(text: &str) -> String {
    SCHEMES.replace_all(text, "also").into_owned()
}

/// Blanks the names in a sentence, since they may contain words with another meaning.
fn without_names(text: &str, named: &[Named<'_>]) -> String {
    let mut output = text.to_owned();
    for named in named {
        if text.is_char_boundary(named.range.start) && text.is_char_boundary(named.range.end) {
            output.replace_range(named.range.clone(), &" ".repeat(named.range.len()));
        }
    }
    output
}

/// Returns true if no noun follows that the word belongs to, as in "certified auditors".
pub(super) fn is_closed(rest: &str) -> bool {
    const AFTER: &[&str] = &["according", "and", "as", "by", "for", "in", "on", "since", "to", "under", "with"];
    let next = rest.trim_start_matches([' ', '\u{a0}']);
    let word: String = next.chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
    word.is_empty() || AFTER.contains(&word.as_str())
}

/// Returns true if a word begins the second cell of a row, apart from an adverb or a mark.
fn is_in_second_cell(text: &str, cell: &Range<usize>, word: &Range<usize>) -> bool {
    let start = cell.end + " | ".len();
    let plain = |part: &str| {
        part.split_whitespace().all(|word| {
            matches!(word.to_lowercase().as_str(), "fully" | "status:") || !word.contains(char::is_alphanumeric)
        })
    };
    text.get(start..word.start).is_some_and(plain) && is_closed(&text[word.end..])
}

/// Returns true if the type of a report, such as `Type II`, follows the name of its scheme.
pub(super) fn says_type(text: &str, name: &Range<usize>, record: &Record) -> bool {
    let Some(Value::Text(wanted)) = record.value("report_type") else { return false };
    let behind: String = text[name.end..].to_lowercase();
    let rest = behind.trim_start_matches([' ', '-', '(', ',', '\u{a0}']).strip_prefix(&wanted.to_lowercase());
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Returns true if a status word is one in the middle of a sentence as well.
fn is_anywhere(said: &str) -> bool {
    WORDS.iter().any(|(word, _)| said.eq_ignore_ascii_case(word))
}

/// Returns the status words of a text, each with its status.
pub(super) fn words_in(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<(Range<usize>, &'static str)> = WORDS
        .iter()
        .chain(CELLS)
        .flat_map(|(word, status)| lower.match_indices(word).map(|(at, word)| (at..at + word.len(), *status)))
        .filter(|(range, _)| {
            // `ISO 27001-certified` counts, but `uncertified` and `re-certified` do not.
            let before = text[..range.start].chars().next_back();
            let joined = before == Some('-') && text[..range.start - 1].ends_with(|c: char| c.is_ascii_digit());
            let touches = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-');
            (joined || !touches(before)) && !touches(text[range.end..].chars().next())
        })
        .collect();
    found.sort_by_key(|(range, _)| range.start);
    found
}
