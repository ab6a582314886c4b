//! Notes about one file: its problems, and the parts that are left out.

use super::super::{Schema, SchemaFile, SchemaProblem};
use crate::span::Span;
use std::ops::Range;

/// The maximum number of notes of each kind about one file. A file with more is not meant to be in its language.
const MOST: usize = 100;
/// The maximum length of a name in a message, in characters.
const SHOWN: usize = 80;
/// The maximum length of a name, in characters.
const LONGEST: usize = 500;

/// The problems of one file, and the parts of it that are left out.
#[derive(Debug)]
pub(in crate::schema) struct Notes<'f> {
    file: SchemaFile<'f>,
    problems: Vec<SchemaProblem>,
    skipped: Vec<SchemaProblem>,
}

impl<'f> Notes<'f> {
    /// Creates notes without entries.
    pub(in crate::schema) fn new(file: SchemaFile<'f>) -> Self {
        Notes { file, problems: Vec::new(), skipped: Vec::new() }
    }

    /// Returns the file that the notes are about.
    pub(in crate::schema) fn file(&self) -> SchemaFile<'f> {
        self.file
    }

    pub(in crate::schema) fn is_empty(&self) -> bool {
        self.problems.is_empty() && self.skipped.is_empty()
    }

    /// Returns a range of the file as a span.
    pub(in crate::schema) fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file.file, range.clone())
    }

    /// Adds a part that cannot be read.
    pub(in crate::schema) fn problem(&mut self, range: &Range<usize>, what: String, help: &str) {
        push(&mut self.problems, Span::new(self.file.file, range.clone()), what, help);
    }

    /// Adds a part that is left out.
    pub(in crate::schema) fn skip(&mut self, range: &Range<usize>, what: String, help: &str) {
        push(&mut self.skipped, Span::new(self.file.file, range.clone()), what, help);
    }

    /// Adds the notes to those of all files, in the order of lines.
    pub(in crate::schema) fn finish(mut self, schema: &mut Schema) {
        self.problems.sort_by_key(|problem| problem.span);
        self.skipped.sort_by_key(|problem| problem.span);
        schema.problems.append(&mut self.problems);
        schema.skipped.append(&mut self.skipped);
    }
}

fn push(list: &mut Vec<SchemaProblem>, span: Span, what: String, help: &str) {
    if list.len() < MOST {
        list.push(SchemaProblem { span, what, help: help.to_owned() });
    }
}

/// Shortens a text for a message, and puts it on one line.
pub(in crate::schema) fn short(text: &str) -> String {
    cut(text, SHOWN)
}

/// Shortens a text to the length of a name, and puts it on one line.
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
