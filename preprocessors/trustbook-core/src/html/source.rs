//! Raw HTML in Markdown: its text without the marks of quotations and lists, and the position of each line.

use std::ops::Range;

/// Raw HTML, with the position of each of its lines in the body.
#[derive(Debug, Default)]
pub(crate) struct RawHtml {
    pub(crate) text: String,
    lines: Vec<(usize, usize)>,
}

impl RawHtml {
    /// Returns HTML that is on one line of the body.
    pub(crate) fn new(text: &str, at: usize) -> Self {
        let mut source = RawHtml::default();
        source.push(text, at);
        source
    }

    /// Adds a line that begins at byte `at` of the body.
    pub(crate) fn push(&mut self, text: &str, at: usize) {
        self.lines.push((self.text.len(), at));
        self.text.push_str(text);
    }

    /// Converts a range of bytes in the HTML to one in the body.
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
