//! The lines of SUMMARY.md that mdBook skips.

use super::OutlineLink;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag};
use std::ops::Range;
use trustbook_core::config::Ignored;
use trustbook_core::diagnostic::Place;
use trustbook_core::span::{FileId, Span};
use trustbook_core::world;

/// Finds the ignored lines: headings below the first level, entries indented like code, and links that are not
/// chapters.
pub(super) fn find(text: &str, file: FileId, src: &str, unlisted: &[OutlineLink]) -> Vec<Ignored> {
    let mut found: Vec<Ignored> = Vec::new();
    let mut told: Vec<Range<usize>> = Vec::new();
    let lists = |dest: &str| world::join(src, dest);
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if level != HeadingLevel::H1 => {
                let line = trimmed(text, range.clone());
                let title = text[line.clone()].trim_start_matches('#').trim();
                let title = title.lines().next().unwrap_or_default().trim().to_owned();
                let link = unlisted.iter().find(|(_, at)| range.contains(&at.start));
                let part = format!("# {title}");
                let (help, new) = match link {
                    Some(_) => (format!("write `- {title}` for a chapter"), format!("- {title}")),
                    None => (format!("write `{part}` for the title of a part"), part),
                };
                found.push(Ignored {
                    place: Place::At(Span::new(file, line.clone())),
                    why: "this heading is not in the outline: only `#` begins a part".to_owned(),
                    help,
                    edit: edit(text, file, line, new),
                    lists: link.and_then(|(dest, _)| lists(dest)),
                });
                told.push(range);
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                // The block's range starts after the indentation of its first line.
                let mut start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
                for line in text[start..range.end].split_inclusive('\n') {
                    let at = start..start + line.trim_end().len();
                    start += line.len();
                    let Some(dest) = entry(line) else { continue };
                    let indent = line.len() - line.trim_start().len();
                    found.push(Ignored {
                        place: Place::At(Span::new(file, at.start + indent..at.end)),
                        why: "this chapter is not in the outline: its line is indented like code".to_owned(),
                        help: "indent an entry by two spaces below its parent; do not indent other entries".to_owned(),
                        edit: edit(text, file, at.start..at.start + indent, String::new()),
                        lists: lists(dest),
                    });
                }
            }
            _ => {}
        }
    }
    for (dest, at) in unlisted.iter().filter(|(_, at)| !told.iter().any(|other| other.contains(&at.start))) {
        found.push(Ignored {
            place: Place::At(Span::new(file, at.clone())),
            why: "this chapter is not in the outline: its link is not alone in its entry".to_owned(),
            help: "give each chapter a line of its own: `- [Name](file.md)`".to_owned(),
            edit: None,
            lists: lists(dest),
        });
    }
    found
}

/// Returns a range without its trailing white space.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    range.start..range.start + text[range.clone()].trim_end().len()
}

/// Returns the link destination of a line that looks like an entry.
pub(super) fn entry(line: &str) -> Option<&str> {
    let inner = line.trim().trim_start_matches(['-', '*', '+']).trim_start();
    let (_, rest) = inner.strip_prefix('[')?.split_once("](")?;
    rest.strip_suffix(')').filter(|dest| !dest.is_empty())
}

/// Returns the edit, if SUMMARY.md still parses after it.
fn edit(text: &str, file: FileId, range: Range<usize>, new: String) -> Option<(Span, String)> {
    let mut edited = text.to_owned();
    edited.replace_range(range.clone(), &new);
    mdbook_summary::parse_summary(&edited).is_ok().then(|| (Span::new(file, range), new))
}
