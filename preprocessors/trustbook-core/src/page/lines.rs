//! The lines that contain blocks, and the lines around them.

use super::Apart;
use std::ops::Range;

/// Returns the text before a block on its line, if that is only indentation, quotation and list markers.
pub(super) fn line_prefix<'t>(text: &'t str, line_start: usize, token: &Range<usize>) -> Option<&'t str> {
    let prefix = &text[line_start..token.start];
    let mut rest = text[token.end..].chars().take_while(|c| *c != '\n');
    let only_markers = prefix.split_whitespace().all(|word| {
        word.bytes().all(|byte| byte == b'>')
            || matches!(word, "-" | "*" | "+")
            || word.strip_suffix(['.', ')']).is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    });
    (only_markers && rest.all(char::is_whitespace)).then_some(prefix)
}

/// Returns true if the previous line is text, and not indented like code.
pub(super) fn continues_paragraph(text: &str, line_start: usize) -> bool {
    let before = text[..line_start].strip_suffix('\n').unwrap_or_default();
    let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    !line.trim().is_empty() && !line.starts_with("    ") && !line.starts_with('\t')
}

/// Returns true if a line is surrounded by blank lines, or by the ends of the text.
pub(super) fn is_apart(text: &str, line: &Range<usize>) -> bool {
    let mut before = text[..line.start].lines().rev().skip_while(|line| !line.is_empty() && line.trim().is_empty());
    let mut after = text[line.end..].lines();
    let is_blank = |line: Option<&str>| line.is_none_or(|line| line.trim().is_empty());
    let rest = after.next();
    is_blank(before.next()) && is_blank(rest) && is_blank(after.next())
}

/// Returns blank lines around a block that keep it inside its quotation and list.
pub(super) fn surroundings(prefix: &str) -> Apart {
    let continued: String = prefix.chars().map(|c| if c == '>' || c.is_whitespace() { c } else { ' ' }).collect();
    let before = if continued == prefix { format!("\n{prefix}") } else { String::new() };
    Apart(before, format!("\n{}", continued.trim_end()))
}
