//! What is wrong with one file: so many problems and no more.

use crate::schema::Problem;
use crate::span::{FileId, Span};
use std::ops::Range;

/// How many problems of one file are told of.
const MOST: usize = 100;
/// How much of a name is shown, in characters.
const SHOWN: usize = 80;

/// The problems of one file.
#[derive(Debug)]
pub(super) struct Problems {
    file: FileId,
    all: Vec<Problem>,
}

impl Problems {
    pub(super) fn new(file: FileId) -> Self {
        Problems { file, all: Vec::new() }
    }

    pub(super) fn push(&mut self, range: Range<usize>, what: String, help: String) {
        if !self.is_full() {
            self.all.push(Problem { span: Span::new(self.file, range), what, help });
        }
    }

    /// Whether no more are told of.
    pub(super) fn is_full(&self) -> bool {
        self.all.len() >= MOST
    }

    /// All of them, in the order of the file.
    pub(super) fn sorted(mut self) -> Vec<Problem> {
        self.all.sort_by_key(|problem| (problem.span.start, problem.span.end));
        self.all
    }
}

/// A name or a sign as a message shows it: in backticks, and its beginning where it is long.
pub(super) fn shown(name: &str) -> String {
    let mut chars = name.char_indices();
    match chars.nth(SHOWN) {
        Some((end, _)) => format!("`{}...`", name.get(..end).unwrap_or_default()),
        None => format!("`{name}`"),
    }
}
