//! HTML that is being written, with marks for the origins of its elements.

use std::ops::{Deref, DerefMut, Range};

/// The origin of an element of a chapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ElementOrigin {
    /// The body, with the byte at which the link, image, heading or tag begins.
    Body(u32),
    /// A value or block, by its number.
    Insert(u32),
    /// The writer itself.
    Writer,
}

/// The origin of the element that begins at a byte of the HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    at: usize,
    origin: ElementOrigin,
}

impl ElementOrigin {
    /// Returns the origin of an element of the body that begins at `at`.
    pub(crate) fn body(at: usize) -> Self {
        ElementOrigin::Body(u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// Returns the origin of the element whose tag begins at `at`. `marks` must be sorted.
    pub(crate) fn find(marks: &[Mark], at: usize) -> Self {
        let behind = marks.partition_point(|mark| mark.at <= at);
        match behind.checked_sub(1).and_then(|last| marks.get(last)) {
            Some(mark) if mark.at == at || matches!(mark.origin, ElementOrigin::Insert(_)) => mark.origin,
            _ => ElementOrigin::Writer,
        }
    }
}

/// HTML, with its marks in order.
#[derive(Debug, Default)]
pub(super) struct Marked {
    html: String,
    marks: Vec<Mark>,
}

impl Marked {
    /// Sets the origin of the next element.
    pub(super) fn mark(&mut self, origin: ElementOrigin) {
        self.marks.push(Mark { at: self.html.len(), origin });
    }

    /// Inserts an element before the content that begins at `at`.
    pub(super) fn insert(&mut self, at: usize, html: &str, origin: ElementOrigin) {
        let behind = self.marks.partition_point(|mark| mark.at < at);
        for mark in &mut self.marks[behind..] {
            mark.at += html.len();
        }
        self.marks.insert(behind, Mark { at, origin });
        self.html.insert_str(at, html);
    }

    /// Removes everything after the first `len` bytes.
    pub(super) fn truncate(&mut self, len: usize) {
        self.marks.iter_mut().rev().take_while(|mark| mark.at > len).for_each(|mark| mark.at = len);
        self.html.truncate(len);
    }

    /// Appends a range of other HTML, with its marks.
    pub(super) fn append(&mut self, other: &Marked, range: Range<usize>) {
        let moved = other.marks.iter().filter(|mark| range.contains(&mark.at));
        self.marks.extend(moved.map(|mark| Mark { at: mark.at - range.start + self.html.len(), ..*mark }));
        self.html.push_str(other.html.get(range).unwrap_or_default());
    }

    pub(super) fn finish(self) -> (String, Vec<Mark>) {
        (self.html, self.marks)
    }
}

impl Deref for Marked {
    type Target = String;

    fn deref(&self) -> &String {
        &self.html
    }
}

impl DerefMut for Marked {
    fn deref_mut(&mut self) -> &mut String {
        &mut self.html
    }
}
