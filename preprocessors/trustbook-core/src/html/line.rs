//! Line breaks in the HTML that keep the source of a page readable.

use super::write::Writer;

impl Writer<'_> {
    /// Begins a new line before a block element.
    pub(super) fn break_line(&mut self, name: &str) {
        if is_block(name) && !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
    }

    /// Ends the line after a block element.
    pub(super) fn end_line(&mut self, name: &str) {
        if is_block(name) {
            self.html.push('\n');
        }
    }
}

/// Returns true for an element that begins and ends a line in the source.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "blockquote"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hr"
            | "li"
            | "ol"
            | "p"
            | "pre"
            | "table"
            | "tbody"
            | "thead"
            | "tr"
            | "ul"
    )
}
