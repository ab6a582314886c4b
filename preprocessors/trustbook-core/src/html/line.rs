//! Line breaks in the HTML, so that the source of a page is readable.

use super::write::Writer;

impl Writer<'_> {
    /// Begins a line before an element that is a block.
    pub(super) fn break_line(&mut self, name: &str) {
        if is_block(name) && !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
    }

    /// Ends the line after an element that is a block.
    pub(super) fn end_line(&mut self, name: &str) {
        if is_block(name) {
            self.html.push('\n');
        }
    }
}

/// Elements that begin and end a line, for who reads the source of a page.
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
