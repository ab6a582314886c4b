//! Positions in a condition: from the parser's counts to bytes of the condition, and from there to the file.

use crate::span::Span;
use cel::common::ast::SourceInfo;
use std::ops::Range;

/// A condition with its position in the register.
pub(super) struct ConditionText<'s> {
    pub(super) span: Span,
    pub(super) source: &'s str,
}

impl ConditionText<'_> {
    /// Maps bytes of the condition to bytes of the file. Escapes change the length, so the result is then the whole
    /// condition.
    pub(super) fn locate(&self, range: Range<usize>) -> Span {
        let written = self.span.end - self.span.start;
        let is_plain = written == self.source.len() + 2;
        if !is_plain {
            return self.span;
        }
        let start = self.span.start + 1;
        Span {
            start: start + range.start.min(self.source.len()),
            end: start + range.end.min(self.source.len()),
            ..self.span
        }
    }
}

/// Returns the byte range of a part of a condition. The parser records only its beginning, so the end is estimated.
pub(super) fn place(source: &str, places: &SourceInfo, id: u64) -> Range<usize> {
    let start = places.offset_for(id).map_or(0, |(start, _)| usize::try_from(start).unwrap_or(0));
    let start = byte(source, start);
    // A range that begins with a name includes the names after it.
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let word: usize =
        source.get(start..).unwrap_or_default().chars().take_while(|c| is_part(*c)).map(char::len_utf8).sum();
    let one = source.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let end = start + word.max(one);
    // A range that begins with a dot includes the names before it.
    let before = |rest: &str| rest.chars().rev().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    let is_dot = source.get(start..).is_some_and(|rest| rest.starts_with('.'));
    start - if is_dot { source.get(..start).map_or(0, before) } else { 0 }..end
}

/// Converts a line (from 1) and a column (from 0) of the parser to a byte offset.
pub(super) fn offset(source: &str, (line, column): (isize, isize)) -> usize {
    let line = usize::try_from(line).unwrap_or(1).max(1);
    let column = usize::try_from(column).unwrap_or(0);
    let before: usize = source.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let rest = source.get(before..).unwrap_or_default();
    before + rest.chars().take(column).map(char::len_utf8).sum::<usize>()
}

/// Converts a character index to a byte offset.
fn byte(source: &str, character: usize) -> usize {
    source.char_indices().nth(character).map_or(source.len(), |(at, _)| at)
}

/// Shortens a message of the parser to a phrase: its first line, up to 160 characters.
pub(super) fn short(message: &str) -> String {
    const LONGEST: usize = 160;
    let line = message.lines().next().unwrap_or_default().trim();
    let phrase: String = line.chars().take(LONGEST).collect();
    if phrase.len() < line.len() { format!("{phrase}…") } else { phrase }
}
