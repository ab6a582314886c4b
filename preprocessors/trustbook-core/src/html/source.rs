//! Raw HTML in Markdown: its text without the marks of quotations and lists, and the place of each of its lines.

use std::ops::Range;

/// Raw HTML, and the place of each of its lines in the body.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) text: String,
    lines: Vec<(usize, usize)>,
}

impl Source {
    /// HTML on one line of the body.
    pub(crate) fn new(text: &str, at: usize) -> Self {
        let mut source = Source::default();
        source.push(text, at);
        source
    }

    /// Adds a line.
    pub(crate) fn push(&mut self, text: &str, at: usize) {
        self.lines.push((self.text.len(), at));
        self.text.push_str(text);
    }

    /// The bytes of the body for bytes of the HTML.
    pub(crate) fn range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.locate(range.start);
        let end = if range.is_empty() { start } else { self.locate(range.end - 1) + 1 };
        start..end
    }

    fn locate(&self, at: usize) -> usize {
        let line = self.lines.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        self.lines.get(line).map_or(at, |(start, body)| body + (at - start))
    }
}
