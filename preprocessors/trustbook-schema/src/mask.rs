//! The mask that hides secrets in reports.

use aho_corasick::AhoCorasick;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::{Bound, Range};

/// The mark at the end of a text that was cut short.
const CUT: char = '…';
/// The length of the shortest beginning of a hidden text that is masked before [`CUT`], in bytes.
const BEGINNING: usize = 4;

/// Texts that no report may show; each of their characters becomes a `*`.
#[derive(Clone, Default)]
pub struct Mask {
    texts: BTreeSet<String>,
    automaton: Option<AhoCorasick>,
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mask").field("texts", &self.texts.len()).finish_non_exhaustive()
    }
}

impl Mask {
    /// Adds texts to hide; empty ones are ignored.
    pub fn hide(&mut self, texts: impl IntoIterator<Item = String>) {
        let before = self.texts.len();
        self.texts.extend(texts.into_iter().filter(|text| !text.is_empty()));
        if self.texts.len() > before {
            self.automaton = AhoCorasick::new(&self.texts).ok();
        }
    }

    /// Returns the ranges of hidden texts, in order and without overlaps.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        // Overlapping matches as well: a part of one that another covers must not remain visible.
        let found = self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(text));
        let mut found: Vec<Range<usize>> = found.map(|found| found.range()).collect();
        found.extend(self.cut(text));
        found.sort_by_key(|range| (range.start, range.end));
        for range in found {
            match ranges.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => ranges.push(range),
            }
        }
        ranges
    }

    /// Returns the beginnings of hidden texts that end at a [`CUT`] mark.
    fn cut(&self, text: &str) -> Vec<Range<usize>> {
        let (mut found, mut from) = (Vec::new(), 0);
        if self.texts.is_empty() {
            return found;
        }
        for (end, _) in text.match_indices(CUT) {
            let begins = |start: &usize| {
                let rest = &text[*start..end];
                let after = self.texts.range::<str, _>((Bound::Included(rest), Bound::Unbounded)).next();
                rest.len() >= BEGINNING && after.is_some_and(|hidden| hidden.starts_with(rest))
            };
            let mut starts = text[from..end].char_indices().map(|(at, _)| from + at);
            found.extend(starts.find(begins).map(|start| start..end));
            from = end;
        }
        found
    }

    /// Replaces each character of a hidden text by a `*`, so that the number of characters stays the same.
    pub fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let ranges = self.ranges(text);
        if ranges.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut output = String::with_capacity(text.len());
        let mut done = 0;
        for range in ranges {
            output.push_str(&text[done..range.start]);
            output.extend(text[range.clone()].chars().map(|_| '*'));
            done = range.end;
        }
        output.push_str(&text[done..]);
        Cow::Owned(output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_texts_become_stars_of_the_same_number() {
        let mut mask = Mask::default();
        assert_eq!(mask.apply("abc"), "abc");
        mask.hide(["bcé".to_owned(), "édef".to_owned(), "zz".to_owned()]);
        assert_eq!(mask.apply("abcédef zzzz é"), "a****** **** é");
        assert!(!format!("{mask:?}").contains("zz"));
    }

    #[test]
    fn the_beginning_of_a_hidden_text_is_hidden_where_a_text_was_cut() {
        let mut mask = Mask::default();
        assert_eq!(mask.apply("the token…"), "the token…");
        mask.hide(["token-of-somebody".to_owned(), "other".to_owned()]);
        assert_eq!(mask.apply("the token-of-some… is no id"), "the *************… is no id");
        assert_eq!(mask.apply("… token…, tok…, token-or…"), "… *****…, tok…, token-or…");
        assert_eq!(mask.apply("token-of-some"), "token-of-some");
    }
}
