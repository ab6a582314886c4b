//! What is wrong with one file: one problem for a line, and so many for the file.

use crate::schema::{File, Problem};
use crate::span::{FileId, Span};
use std::ops::Range;

/// How many problems of one file are told of.
const MOST: usize = 100;
/// How much of a name is shown, in characters.
const SHOWN: usize = 80;

/// The problems of one file.
#[derive(Debug)]
pub(super) struct Problems<'t> {
    file: FileId,
    text: &'t str,
    all: Vec<Problem>,
    /// The lines that they begin in.
    lines: Vec<Range<usize>>,
}

impl<'t> Problems<'t> {
    pub(super) fn new(file: &File<'t>) -> Self {
        Problems { file: file.file, text: file.text, all: Vec::new(), lines: Vec::new() }
    }

    /// Adds a problem. What else is found in the same line mostly follows from the first, and is not told of.
    pub(super) fn push(&mut self, range: Range<usize>, what: String, help: String) {
        if !self.tells(range.start) {
            return;
        }
        let (before, behind) = self.text.split_at_checked(range.start).unwrap_or((self.text, ""));
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = behind.find('\n').map_or(self.text.len(), |end| range.start + end);
        // The end of the last line of a file is a place as well.
        self.lines.push(start..end + 1);
        self.all.push(Problem { span: Span::new(self.file, range), what, help });
    }

    /// Whether a problem at a place would be told of: its message may be costly to make.
    pub(super) fn tells(&self, at: usize) -> bool {
        self.all.len() < MOST && !self.lines.iter().any(|line| line.contains(&at))
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
