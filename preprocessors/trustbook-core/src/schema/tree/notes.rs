//! What a reader of one file has to tell of it.

use super::super::{File, Problem, Schema};
use crate::span::Span;
use std::ops::Range;

/// The most that is told of one file, of each sort: a file with more is not meant to be of its language.
const MOST: usize = 100;
/// How many characters of a name a message shows.
const SHOWN: usize = 80;
/// How many characters a name can have.
const LONGEST: usize = 500;

/// What is wrong with one file, and what is left out of it.
#[derive(Debug)]
pub(in crate::schema) struct Notes<'f> {
    file: File<'f>,
    problems: Vec<Problem>,
    skipped: Vec<Problem>,
}

impl<'f> Notes<'f> {
    /// Nothing to tell yet.
    pub(in crate::schema) fn new(file: File<'f>) -> Self {
        Notes { file, problems: Vec::new(), skipped: Vec::new() }
    }

    /// The file that they are of.
    pub(in crate::schema) fn file(&self) -> File<'f> {
        self.file
    }

    /// Whether there is nothing to tell.
    pub(in crate::schema) fn is_empty(&self) -> bool {
        self.problems.is_empty() && self.skipped.is_empty()
    }

    /// A range of the file.
    pub(in crate::schema) fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file.file, range.clone())
    }

    /// Something that can not be read.
    pub(in crate::schema) fn problem(&mut self, range: &Range<usize>, what: String, help: &str) {
        push(&mut self.problems, Span::new(self.file.file, range.clone()), what, help);
    }

    /// Something that is left out.
    pub(in crate::schema) fn skip(&mut self, range: &Range<usize>, what: String, help: &str) {
        push(&mut self.skipped, Span::new(self.file.file, range.clone()), what, help);
    }

    /// Adds them to what is read of all files, in the order of lines.
    pub(in crate::schema) fn finish(mut self, schema: &mut Schema) {
        self.problems.sort_by_key(|problem| problem.span);
        self.skipped.sort_by_key(|problem| problem.span);
        schema.problems.append(&mut self.problems);
        schema.skipped.append(&mut self.skipped);
    }
}

fn push(list: &mut Vec<Problem>, span: Span, what: String, help: &str) {
    if list.len() < MOST {
        list.push(Problem { span, what, help: help.to_owned() });
    }
}

/// The beginning of a text that may be very long, on one line, for a message.
pub(in crate::schema) fn short(text: &str) -> String {
    cut(text, SHOWN)
}

/// A text that may be very long, on one line, as the name of something.
pub(in crate::schema) fn word(text: &str) -> String {
    cut(text, LONGEST)
}

fn cut(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}
