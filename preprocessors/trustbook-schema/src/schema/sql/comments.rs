//! The category that comments give to a column.

use crate::schema::category_in;
use std::ops::Range;

/// Returns the category in the comments inside a column, after it on its line, or on the lines directly before it.
pub(in crate::schema) fn category(text: &str, comments: &[Range<usize>], column: &Range<usize>) -> Option<String> {
    let from = comments.partition_point(|comment| comment.end <= column.start);
    let inside = comments.get(from..).unwrap_or_default().iter().take_while(|comment| comment.start < column.end);
    let count = inside.clone().count();
    let read = |comment: &Range<usize>| category_in(text.get(comment.clone())?);
    if let Some(found) = inside.filter_map(read).next() {
        return Some(found);
    }
    let behind = comments.get(from + count).filter(|comment| {
        let between = text.get(column.end..comment.start).unwrap_or("\n");
        between.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b',' | b')' | b';'))
    });
    if let Some(found) = behind.and_then(read) {
        return Some(found);
    }
    let mut below = column.start;
    for comment in comments.get(..from).unwrap_or_default().iter().rev() {
        let before = text.get(..below).unwrap_or_default();
        let blank = before.get(before.trim_end().len()..).unwrap_or_default();
        let lines = blank.bytes().filter(|byte| *byte == b'\n').count();
        let line = text.get(..comment.start).unwrap_or_default().trim_end_matches([' ', '\t']);
        let is_own = line.is_empty() || line.ends_with('\n');
        // A comment after the previous column belongs to that column.
        if below - blank.len() != comment.end || lines > 1 || !is_own {
            return None;
        }
        if let Some(found) = read(comment) {
            return Some(found);
        }
        below = comment.start;
    }
    None
}
