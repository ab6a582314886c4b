//! The input of the checks on prose: sentences, typed values, and the names of things in the register.

pub mod absolute;
pub mod codes;
pub mod contacts;
pub mod draft;
pub mod frames;
mod linked;
pub mod names;
pub mod negated;
pub mod purpose;
pub mod status;
mod stems;
pub mod subject;
pub mod token;
pub mod typed;

use crate::config::Config;
use crate::page::Page;
use crate::page::prose::{MASK, Passage, PassageKind};
use crate::pattern::Pattern;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

/// The longest sentence that is compared with the register, in bytes.
const LONGEST_SENTENCE: usize = 2_000;

/// A sentence, or a row of a table.
#[derive(Debug, Clone)]
pub struct Sentence<'t> {
    /// The passage that contains it.
    pub passage: &'t Passage,
    /// The range in the text of the passage.
    pub range: Range<usize>,
}

impl<'t> Sentence<'t> {
    /// Returns true if it is short enough to be a sentence that somebody wrote.
    pub fn can_be_read(&self) -> bool {
        self.range.len() <= LONGEST_SENTENCE
    }

    /// The text of the sentence.
    pub fn text(&self) -> &'t str {
        &self.passage.text[self.range.clone()]
    }

    /// Converts a range of this sentence to a range of its passage.
    pub fn in_passage(&self, range: &Range<usize>) -> Range<usize> {
        self.range.start + range.start..self.range.start + range.end
    }

    /// Returns the first cell if this is a row of a table with several cells.
    pub fn first_cell(&self) -> Option<Range<usize>> {
        let end = self.text().find(" | ")?;
        (self.passage.kind == PassageKind::Row).then_some(0..end)
    }

    /// Returns the ids of the expressions in the sentence, with their positions.
    pub fn expressions(&self) -> impl Iterator<Item = (usize, &'t str)> {
        let range = self.range.clone();
        let inside = self.passage.ids.iter().filter(move |(at, _)| range.contains(at));
        inside.map(|(at, id)| (at - self.range.start, id.as_str()))
    }

    /// Returns true if an expression may replace text: in a heading it would change the anchor.
    pub fn takes_expressions(&self) -> bool {
        self.passage.kind != PassageKind::Heading
    }
}

/// The data of each language by its tag, created on first use.
type Languages<T> = [(&'static str, LazyLock<Option<T>>); 4];

/// Returns the data of the language of a tag such as `de-AT`.
fn language<T>(all: &'static Languages<T>, tag: &str) -> Option<&'static T> {
    let tag = tag.split('-').next().unwrap_or_default();
    all.iter().find(|(known, _)| known.eq_ignore_ascii_case(tag)).and_then(|(_, language)| language.as_ref())
}

/// Returns the length in bytes of the beginning of `text` that equals `start` in lower case. The two lengths can
/// differ: some letters have more bytes in one case than in the other.
fn begins_with(text: &str, start: &str) -> Option<usize> {
    let mut rest = start;
    for (at, letter) in text.char_indices() {
        if rest.is_empty() {
            return Some(at);
        }
        for lower in letter.to_lowercase() {
            rest = rest.strip_prefix(lower)?;
        }
    }
    rest.is_empty().then_some(text.len())
}

/// The prose of a page.
#[derive(Debug)]
pub struct Prose<'t> {
    /// The page.
    pub page: &'t Page,
    /// The passages, in order.
    pub passages: Vec<Passage>,
}

impl<'t> Prose<'t> {
    /// Reads the prose of a page.
    pub fn of(config: &Config, page: &'t Page) -> Self {
        Prose { page, passages: page.prose(&config.html) }
    }

    /// Returns the sentences. A row of a table and a heading are one each.
    pub fn sentences(&self) -> impl Iterator<Item = Sentence<'_>> {
        self.sentences_where(|_| true)
    }

    /// Returns the sentences of some passages. The others are not split.
    pub fn sentences_where(&self, wanted: impl Fn(&Passage) -> bool) -> impl Iterator<Item = Sentence<'_>> {
        self.passages.iter().filter(move |passage| wanted(passage)).flat_map(of_passage)
    }
}

/// Returns the sentences of a passage.
pub fn of_passage(passage: &Passage) -> impl Iterator<Item = Sentence<'_>> {
    let ranges = passage.sentences.get_or_init(|| ranges(passage)).iter().cloned();
    ranges.map(move |range| Sentence { passage, range })
}

fn ranges(passage: &Passage) -> Vec<Range<usize>> {
    let text = passage.text.as_str();
    let mut found = Vec::new();
    if passage.kind == PassageKind::Text {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            found.extend(split(line).into_iter().map(|range| start + range.start..start + range.end));
            start += line.len();
        }
    }
    if found.is_empty() {
        found.push(0..text.len());
    }
    if text.len() <= LONGEST_LABEL {
        join_label(text, &mut found);
    }
    found
}

/// The longest text read as a label with statements about it, in bytes.
const LONGEST_LABEL: usize = 240;

/// Joins a short label to the fragments after it, up to the first sentence with a verb: they are about the label. An
/// example is `SOC 2 Type II. In progress. Available in spring.`
fn join_label(text: &str, found: &mut Vec<Range<usize>>) {
    let is_label = |range: &Range<usize>| text[range.clone()].split_whitespace().count() <= 4;
    if !found.first().is_some_and(is_label) || is_clause(&text[found[0].clone()]) {
        return;
    }
    let own = found.iter().skip(1).position(|range| is_clause(&text[range.clone()]));
    let joined = own.map_or(found.len(), |own| own + 1);
    let end = found[joined - 1].end;
    found[0].end = end;
    found.drain(1..joined);
}

/// Returns the label that begins a passage, if this is the sentence after it.
fn label_before<'t>(sentence: &Sentence<'t>) -> Option<&'t str> {
    let first = of_passage(sentence.passage).next().filter(|first| first.range.end == sentence.range.start)?;
    let is_short = first.range.len() <= LONGEST_LABEL && first.text().split_whitespace().count() <= 4;
    (is_short && !is_clause(first.text())).then(|| first.text().trim())
}

/// Returns the text of the sentence before this one in its passage.
fn before<'t>(sentence: &Sentence<'t>) -> Option<&'t str> {
    let all = sentence.passage.sentences.get()?;
    let at = all.partition_point(|range| range.end < sentence.range.start);
    let range = all.get(at).filter(|range| range.end == sentence.range.start)?;
    sentence.passage.text.get(range.clone())
}

/// Returns true if a sentence has a subject or a verb of its own, which a label does not.
fn is_clause(text: &str) -> bool {
    static VERBS: Pattern = Pattern::new(
        r"(?i)\b(?:we|you|they|it|are|is|was|were|has|have|had|will|can|do|does|did|must|holds?|maintains?|uses?|offers?|keeps?|employs?|notif(?:y|ies)|tells?|informs?|deletes?|stores?|runs?|hosts?|wir|sie|sind|ist|hat|haben|wird|werden|nous|vous|sommes|est|sont|avons|ont|somos|tenemos|está|están)\b",
    );
    VERBS.is_match(text)
}

/// Splits a line into sentences. An abbreviation does not end one.
fn split(line: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    // Masked text begins a sentence like a name.
    let named = if line.contains(MASK) { Cow::Owned(line.replace(MASK, "X")) } else { Cow::Borrowed(line) };
    let mut start = 0;
    while start < named.len() {
        let end = end(&named, start);
        match found.last_mut() {
            Some(last) if ends_in_abbreviation(&line[last.clone()]) || is_day(&line[last.clone()], &line[start..]) => {
                last.end = end;
            }
            _ => found.push(start..end),
        }
        start = end;
    }
    found.retain(|range| !line[range.clone()].trim().is_empty());
    found
}

/// Returns the end of a sentence (UAX 29). In ASCII text, only full stops, marks and line ends matter, and the one
/// character before them. The Unicode tables are not needed up to there.
fn end(text: &str, start: usize) -> usize {
    let may_end = |byte: &u8| !byte.is_ascii() || matches!(byte, b'.' | b'!' | b'?' | b'\n' | b'\r');
    let Some(at) = text.as_bytes()[start..].iter().position(may_end) else { return text.len() };
    let before = start + at.saturating_sub(1);
    before + text[before..].split_sentence_bounds().next().map_or(0, str::len)
}

fn ends_in_abbreviation(text: &str) -> bool {
    const KNOWN: &[&str] = &[
        "approx.", "art.", "arts.", "cf.", "co.", "corp.", "dr.", "e.g.", "etc.", "i.e.", "inc.", "jan.", "feb.",
        "mar.", "apr.", "jun.", "jul.", "aug.", "sept.", "sep.", "oct.", "nov.", "dec.", "ltd.", "mr.", "ms.", "no.",
        "para.", "s.r.l.", "sec.", "st.", "u.k.", "u.s.", "vs.",
    ];
    let last = text.trim_end().rsplit([' ', '(', '\u{a0}']).next().unwrap_or_default().to_lowercase();
    KNOWN.contains(&last.as_str())
}

/// Returns true if a text ends in the day of a German date, and the rest begins with the month: "31. Dezember".
fn is_day(text: &str, rest: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    let last = text.trim_end().rsplit(' ').next().and_then(|last| last.strip_suffix('.')).unwrap_or_default();
    let is_number = matches!(last.len(), 1 | 2) && last.bytes().all(|byte| byte.is_ascii_digit());
    is_number && MONTHS.iter().any(|month| rest.starts_with(month))
}

#[cfg(test)]
mod tests {
    use super::{end, split};
    use unicode_segmentation::UnicodeSegmentation;

    #[test]
    fn sentences_end_where_unicode_ends_them() {
        const PARTS: [&str; 16] =
            ["a", "B", "1", " ", ".", "!", "?", ")", "\"", ",", "\r", "\n", "é", "…", "\u{301}", "\u{2029}"];
        let mut number: usize = 1;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..12 {
                // Numbers without a pattern, the same in each run.
                number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(PARTS[number >> 33 & 15]);
            }
            let mut ends = vec![0];
            while ends[ends.len() - 1] < text.len() {
                ends.push(end(&text, ends[ends.len() - 1]));
            }
            let whole = text.split_sentence_bound_indices().map(|(at, sentence)| at + sentence.len());
            assert_eq!(ends[1..], whole.collect::<Vec<_>>(), "{text:?}");
        }
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        let text = "We use SOC 2, e.g. Type II. It is held by Example Inc. of Delaware. Done?";
        let found: Vec<&str> = split(text).into_iter().map(|range| text[range].trim()).collect();
        let german = "Es gilt bis 31. Dezember 2026. Danach nicht.";
        assert_eq!(split(german).len(), 2);
        assert_eq!(found, ["We use SOC 2, e.g. Type II.", "It is held by Example Inc. of Delaware.", "Done?"]);
    }
}
