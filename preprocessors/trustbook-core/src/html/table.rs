//! Tables in Markdown.

use super::escape::push_attribute;
use pulldown_cmark::Alignment;

/// The table that is being written.
#[derive(Debug, Default)]
pub(super) struct TableWriter {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    /// The number of tables so far.
    count: usize,
}

impl TableWriter {
    /// Begins a table, which keyboard users can scroll.
    pub(super) fn start(&mut self, html: &mut String, alignments: Vec<Alignment>, name: &dyn Fn(usize) -> String) {
        self.count += 1;
        self.alignments = alignments;
        html.push_str("<div class=\"table-wrapper\" tabindex=\"0\" role=\"region\"");
        push_attribute(html, "aria-label", &name(self.count));
        html.push_str(">\n<table>\n");
    }

    /// Begins the head.
    pub(super) fn head(&mut self, html: &mut String) {
        (self.in_head, self.column) = (true, 0);
        html.push_str("<thead>\n<tr>");
    }

    /// Ends the head, and begins the body.
    pub(super) fn body(&mut self, html: &mut String) {
        self.in_head = false;
        html.push_str("</tr>\n</thead>\n<tbody>\n");
    }

    /// Begins a row.
    pub(super) fn row(&mut self, html: &mut String) {
        self.column = 0;
        html.push_str("<tr>");
    }

    /// Begins a cell.
    pub(super) fn cell(&mut self, html: &mut String) {
        html.push('<');
        html.push_str(self.element());
        let side = match self.alignments.get(self.column) {
            Some(Alignment::Left) => Some("align-left"),
            Some(Alignment::Center) => Some("align-center"),
            Some(Alignment::Right) => Some("align-right"),
            Some(Alignment::None) | None => None,
        };
        if let Some(side) = side {
            push_attribute(html, "class", side);
        }
        html.push('>');
    }

    /// Ends a cell.
    pub(super) fn end_cell(&mut self, html: &mut String) {
        html.push_str("</");
        html.push_str(self.element());
        html.push('>');
        self.column += 1;
    }

    fn element(&self) -> &'static str {
        if self.in_head { "th" } else { "td" }
    }
}
