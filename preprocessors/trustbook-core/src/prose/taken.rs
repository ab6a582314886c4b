//! The parts of a text that are taken: what is found later must not overlap them.

use std::collections::BTreeMap;
use std::ops::Range;

/// Ranges that do not overlap.
#[derive(Debug, Default)]
pub struct Taken(BTreeMap<usize, usize>);

impl Taken {
    /// Takes a range; `false` where a part of it is taken already.
    pub fn take(&mut self, range: &Range<usize>) -> bool {
        let is_free = self.is_free(range);
        if is_free {
            self.0.insert(range.start, range.end);
        }
        is_free
    }

    /// Whether nothing of a range is taken.
    pub fn is_free(&self, range: &Range<usize>) -> bool {
        let before = self.0.range(..range.end.max(range.start + 1)).next_back();
        before.is_none_or(|(_, end)| *end <= range.start)
    }
}

#[cfg(test)]
mod tests {
    use super::Taken;

    #[test]
    fn what_overlaps_is_not_taken() {
        let mut taken = Taken::default();
        for (range, is_free) in
            [(5..9, true), (9..12, true), (0..5, true), (8..9, false), (4..6, false), (0..20, false), (12..20, true)]
        {
            assert_eq!(taken.take(&range), is_free, "{range:?}");
        }
    }
}
