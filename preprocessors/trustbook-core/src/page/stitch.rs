//! Text stitched together from pieces of source files, with the origin of each piece.

use crate::span::{FileId, Span};
use std::ops::Range;

/// Text with the origin of each of its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stitched {
    text: String,
    pieces: Vec<StitchedPiece>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct StitchedPiece {
    at: usize,
    source: Span,
    /// True if the piece equals its source, byte for byte.
    verbatim: bool,
}

impl Stitched {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the files that its parts come from, with repetitions.
    pub(crate) fn files(&self) -> impl Iterator<Item = FileId> {
        self.pieces.iter().map(|piece| piece.source.file)
    }

    /// Releases unused capacity.
    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.pieces.shrink_to_fit();
    }

    /// Appends the text at `source`, which is `text`.
    pub fn push_source(&mut self, text: &str, source: Span) {
        self.push(text, source, true);
    }

    /// Appends text that replaces the text at `source`. Returns its range.
    pub fn push_instead(&mut self, text: &str, source: Span) -> Range<usize> {
        let start = self.text.len();
        self.push(text, source, false);
        start..self.text.len()
    }

    fn push(&mut self, text: &str, source: Span, verbatim: bool) {
        if !text.is_empty() {
            self.pieces.push(StitchedPiece { at: self.text.len(), source, verbatim });
            self.text.push_str(text);
        }
    }

    /// Appends a part of another text, with its origins.
    pub fn push_part(&mut self, other: &Stitched, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let index = other.pieces.partition_point(|piece| piece.at <= at);
            let Some(piece) = index.checked_sub(1).and_then(|index| other.pieces.get(index)) else {
                return;
            };
            let end = other.pieces.get(index).map_or(other.text.len(), |next| next.at).min(range.end);
            let text = &other.text[at..end];
            if piece.verbatim {
                let start = piece.source.start + (at - piece.at);
                self.push(text, Span { start, end: start + text.len(), ..piece.source }, true);
            } else {
                self.push(text, piece.source, false);
            }
            at = end;
        }
    }

    /// Returns the origin of a range. For a range over several files, this is the part in the first file.
    pub fn locate(&self, range: Range<usize>) -> Option<Span> {
        let start = self.locate_point(range.start)?;
        if range.is_empty() {
            return Some(Span { end: start.start, ..start });
        }
        let last = self.locate_point(range.end - 1)?;
        if start.file == last.file && last.end >= start.start {
            Some(Span { end: last.end.max(start.start), ..start })
        } else {
            Some(start)
        }
    }

    fn locate_point(&self, at: usize) -> Option<Span> {
        let index = self.pieces.partition_point(|piece| piece.at <= at).checked_sub(1)?;
        let piece = self.pieces.get(index)?;
        if piece.verbatim {
            let start = (piece.source.start + (at - piece.at)).min(piece.source.end);
            Some(Span { start, end: (start + 1).min(piece.source.end), ..piece.source })
        } else {
            Some(piece.source)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::SourceMap;

    #[test]
    fn parts_keep_their_origin() {
        let mut map = SourceMap::default();
        let a = map.add("a.md", "hello {{ x }} world");
        let mut first = Stitched::default();
        first.push_source("hello ", Span::new(a, 0..6));
        first.push_instead("WORD", Span::new(a, 6..13));
        first.push_source(" world", Span::new(a, 13..19));
        assert_eq!(first.locate(11..16), Some(Span::new(a, 14..19)));
        assert_eq!(first.locate(7..8), Some(Span::new(a, 6..13)));
        let mut second = Stitched::default();
        second.push_part(&first, 3..13);
        assert_eq!(second.text(), "lo WORD wo");
        assert_eq!(second.locate(0..2), Some(Span::new(a, 3..5)));
        assert_eq!(second.locate(8..10), Some(Span::new(a, 14..16)));
    }
}
