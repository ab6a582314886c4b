//! The problems of one file: one for each line, and a limited number for the file.

use crate::schema::{SchemaFile, SchemaProblem};
use crate::span::{FileId, Span};
use std::ops::Range;

/// The maximum number of problems that are reported for one file.
const MOST: usize = 100;
/// The maximum length of a name that is shown, in characters.
const SHOWN: usize = 80;

/// The problems of one file.
#[derive(Debug)]
pub(super) struct Problems<'t> {
    file: FileId,
    text: &'t str,
    all: Vec<SchemaProblem>,
    /// The byte ranges of the lines in which they begin.
    lines: Vec<Range<usize>>,
}

impl<'t> Problems<'t> {
    pub(super) fn new(file: &SchemaFile<'t>) -> Self {
        Problems { file: file.file, text: file.text, all: Vec::new(), lines: Vec::new() }
    }

    /// Adds a problem. Others on the same line mostly follow from the first, and are not reported.
    pub(super) fn push(&mut self, range: Range<usize>, what: String, help: String) {
        if !self.tells(range.start) {
            return;
        }
        let (before, behind) = self.text.split_at_checked(range.start).unwrap_or((self.text, ""));
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = behind.find('\n').map_or(self.text.len(), |end| range.start + end);
        // A problem can also be at the end of the last line of a file.
        self.lines.push(start..end + 1);
        self.all.push(SchemaProblem { span: Span::new(self.file, range), what, help });
    }

    /// Returns true if a problem at a place would be reported. Its message may be costly to make.
    pub(super) fn tells(&self, at: usize) -> bool {
        self.all.len() < MOST && !self.lines.iter().any(|line| line.contains(&at))
    }

    /// Returns all problems, in the order of the file.
    pub(super) fn sorted(mut self) -> Vec<SchemaProblem> {
        self.all.sort_by_key(|problem| (problem.span.start, problem.span.end));
        self.all
    }
}

/// Returns a name or a sign as messages show it: in backticks, and shortened if it is long.
pub(super) fn shown(name: &str) -> String {
    let mut chars = name.char_indices();
    match chars.nth(SHOWN) {
        Some((end, _)) => format!("`{}...`", name.get(..end).unwrap_or_default()),
        None => format!("`{name}`"),
    }
}
