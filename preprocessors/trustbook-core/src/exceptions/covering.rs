//! Which of many spans cover another one.

use crate::span::{FileId, Span};
use std::collections::BTreeMap;

/// Things with the spans that they stand at.
#[derive(Debug)]
pub(super) struct Covering<T>(BTreeMap<FileId, Vec<Entry<T>>>);

#[derive(Debug)]
struct Entry<T> {
    span: Span,
    /// How far this span and all before it reach.
    reach: usize,
    what: T,
}

impl<T: Copy + Ord> Covering<T> {
    pub(super) fn new(spans: impl IntoIterator<Item = (Span, T)>) -> Self {
        let mut files: BTreeMap<FileId, Vec<Entry<T>>> = BTreeMap::new();
        for (span, what) in spans {
            files.entry(span.file).or_default().push(Entry { span, reach: span.end, what });
        }
        for entries in files.values_mut() {
            entries.sort_by_key(|entry| (entry.span, entry.what));
            let mut reach = 0;
            for entry in entries {
                reach = entry.span.end.max(reach);
                entry.reach = reach;
            }
        }
        Covering(files)
    }

    /// What stands at a span or around it, sorted, each once.
    pub(super) fn of(&self, span: &Span) -> Vec<T> {
        let entries = self.0.get(&span.file).map_or(&[][..], Vec::as_slice);
        let behind = entries.partition_point(|entry| entry.span.start <= span.start);
        let near = entries[..behind].iter().rev().take_while(|entry| entry.reach >= span.end);
        let mut found: Vec<T> = near.filter(|entry| entry.span.end >= span.end).map(|entry| entry.what).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::SourceMap;

    #[test]
    fn what_is_around_a_span_is_found() {
        let mut map = SourceMap::default();
        let (a, b) = (map.add("a", ""), map.add("b", ""));
        let spans = [(0..9, 1), (2..4, 2), (4..6, 3), (2..4, 4), (12..14, 5), (0..9, 1)];
        let index = Covering::new(spans.map(|(range, what)| (Span::new(a, range), what)));
        for (range, found) in
            [(2..4, vec![1, 2, 4]), (4..5, vec![1, 3]), (3..5, vec![1]), (8..12, vec![]), (13..13, vec![5])]
        {
            assert_eq!(index.of(&Span::new(a, range.clone())), found, "{range:?}");
            assert_eq!(index.of(&Span::new(b, range)), Vec::<i32>::new());
        }
    }
}
