//! What the lints on prose look at: sentences, what is typed in them, and what the register calls things.

pub mod codes;
pub mod contacts;
pub mod names;
pub mod subject;
pub mod taken;
pub mod token;
pub mod typed;

use crate::page::Page;
use crate::page::prose::{Kind, Passage};
use crate::trust::Trust;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// A sentence, or a row of a table, with its page.
#[derive(Debug, Clone)]
pub struct Sentence<'t> {
    /// The page.
    pub page: &'t Page,
    /// The passage that it stands in.
    pub passage: &'t Passage,
    /// Its place in the text of the passage.
    pub range: Range<usize>,
}

impl<'t> Sentence<'t> {
    /// Its text.
    pub fn text(&self) -> &'t str {
        &self.passage.text[self.range.clone()]
    }

    /// A range of this sentence as a range of its passage.
    pub fn in_passage(&self, range: &Range<usize>) -> Range<usize> {
        self.range.start + range.start..self.range.start + range.end
    }

    /// The first cell, where this is a row of a table.
    pub fn first_cell(&self) -> Option<Range<usize>> {
        let end = self.text().find(" | ")?;
        (self.passage.kind == Kind::Row).then_some(0..end)
    }

    /// The ids of the expressions in it, with their places.
    pub fn expressions(&self) -> impl Iterator<Item = (usize, &'t str)> {
        let Range { start, end } = self.range;
        let from = self.passage.slots.partition_point(|(at, _)| *at < start);
        let slots = self.passage.slots[from..].iter().take_while(move |(at, _)| *at < end);
        slots.filter_map(|(at, slot)| match &self.page.slots.get(*slot)?.what {
            crate::page::What::Value(expression) => Some((at - self.range.start, expression.id.as_str())),
            _ => None,
        })
    }

    /// Whether an expression may take the place of its text: in a heading it would change the anchor.
    pub fn takes_expressions(&self) -> bool {
        self.passage.kind != Kind::Heading
    }
}

/// The sentences of a page. A row of a table and a heading are one each.
pub fn sentences<'t>(trust: &'t Trust, page: &'t Page) -> impl Iterator<Item = Sentence<'t>> {
    page.prose(&trust.config.html).iter().flat_map(move |passage| {
        let ranges = passage.sentences.get_or_init(|| ranges(passage)).iter().cloned();
        ranges.map(move |range| Sentence { page, passage, range })
    })
}

fn ranges(passage: &Passage) -> Vec<Range<usize>> {
    let text = passage.text.as_str();
    let mut found = Vec::new();
    if passage.kind == Kind::Text {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            found.extend(split(line).into_iter().map(|range| start + range.start..start + range.end));
            start += line.len();
        }
    }
    match found.first() {
        Some(first) if !is_label(text, &text[first.clone()]) => found,
        _ => vec![0..text.len()],
    }
}

/// `SOC 2 Type II. In progress. Available in spring.`: what a short text begins with is what all of it is about.
fn is_label(text: &str, first: &str) -> bool {
    const LONGEST: usize = 240;
    text.len() <= LONGEST && first.split_whitespace().count() <= 4
}

/// Splits a line into sentences; an abbreviation does not end one.
fn split(line: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, sentence) in line.split_sentence_bound_indices() {
        let end = at + sentence.len();
        match found.last_mut() {
            Some(last) if ends_in_abbreviation(&line[last.clone()]) => last.end = end,
            _ => found.push(at..end),
        }
    }
    found.retain(|range| !line[range.clone()].trim().is_empty());
    found
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

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        let text = "We use SOC 2, e.g. Type II. It is held by Example Inc. of Delaware. Done?";
        let found: Vec<&str> = split(text).into_iter().map(|range| text[range].trim()).collect();
        assert_eq!(found, ["We use SOC 2, e.g. Type II.", "It is held by Example Inc. of Delaware.", "Done?"]);
    }
}
