//! The front matter of a chapter, as other generators write it. Only its title and description are used.

use granit_parser::{Event, Parser};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// The largest front matter, in bytes.
const MAX: usize = 64 * 1024;
/// The keys that are used.
const TITLE: &str = "title";
const DESCRIPTION: &str = "description";
/// The keys with which other generators withhold a page.
const HELD_BACK: &[&str] = &["draft", "published", "unlisted"];

/// The front matter of a chapter.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    /// The byte at which the text of the chapter begins.
    pub(super) end: usize,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) problem: Option<Unread>,
}

/// An unsupported part of the front matter.
#[derive(Debug, PartialEq)]
pub(super) struct Unread {
    pub(super) range: Range<usize>,
    pub(super) why: String,
    pub(super) help: String,
}

impl Unread {
    fn new(range: Range<usize>, why: impl Into<String>, help: impl Into<String>) -> Self {
        Unread { range, why: why.into(), help: help.into() }
    }
}

/// Reads front matter from the first byte of a chapter: YAML between lines of `---`, or TOML between lines of `+++`.
pub(super) fn read(text: &str) -> Option<FrontMatter> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    let fence = first.trim_end();
    let separator = match fence {
        "---" => ':',
        "+++" => '=',
        _ => return None,
    };
    // After a thematic break, a blank line or text would follow instead.
    let begins = text.get(first.len()..)?;
    if !begins.starts_with('#') && !is_entry(begins.lines().next()?, separator) {
        return None;
    }
    let mut end = first.len();
    let closing = lines.find(|line| {
        let closes = line.trim_end() == fence || separator == ':' && line.trim_end() == "...";
        end += if closes { 0 } else { line.len() };
        closes
    });
    let inner = first.len()..end;
    let content = text.get(inner.clone())?;
    let Some(closing) = closing else {
        let is_sure = content.lines().next().is_some_and(|line| line.starts_with(TITLE) || line.starts_with("layout"));
        let problem = || Unread::new(0..fence.len(), "the front matter of this chapter is never closed", close(fence));
        return is_sure.then(|| FrontMatter { problem: Some(problem()), ..FrontMatter::default() });
    };
    if !content.lines().any(|line| is_entry(line, separator) || line.starts_with('[')) {
        return None;
    }
    let mut front = FrontMatter { end: end + closing.len(), ..FrontMatter::default() };
    if content.len() > MAX {
        let why = format!("the front matter is larger than {} KiB", MAX / 1024);
        front.problem = Some(Unread::new(0..fence.len(), why, KEEP));
        return Some(front);
    }
    let entries = if separator == ':' { yaml(content) } else { toml(content) };
    let shift = |at: Range<usize>| inner.start + at.start..inner.start + at.end;
    match entries {
        Ok(entries) => front.take(entries.into_iter().map(|entry| Entry { at: shift(entry.at), ..entry })),
        Err((at, why)) => {
            let line = content.get(at..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
            let why = format!("the front matter cannot be read: {why}");
            front.problem =
                Some(Unread::new(shift(at..at + line), why, "correct the line, or remove the front matter"));
        }
    }
    Some(front)
}

/// The suggestion that keeps the two supported keys.
const KEEP: &str = "keep `title` and `description`, which are read, and remove the rest";

fn close(fence: &str) -> String {
    format!("write `{fence}` on a line of its own after the last key, or remove the front matter")
}

/// Returns true for a line such as `key: value` or `key = value`.
fn is_entry(line: &str, separator: char) -> bool {
    let Some((key, value)) = line.split_once(separator) else { return false };
    let key = key.trim_end();
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && (separator == '=' || value.trim_end().is_empty() || value.starts_with(char::is_whitespace))
}

/// A top-level key, and its value if that is a text.
struct Entry {
    key: String,
    text: Option<String>,
    at: Range<usize>,
}

impl FrontMatter {
    fn take(&mut self, entries: impl Iterator<Item = Entry>) {
        let mut unread: Vec<(String, Range<usize>)> = Vec::new();
        for entry in entries {
            match (entry.key.as_str(), entry.text) {
                (TITLE, Some(text)) => self.title = Some(text).filter(|text| !text.trim().is_empty()),
                (DESCRIPTION, Some(text)) => self.description = Some(text).filter(|text| !text.trim().is_empty()),
                _ => unread.push((entry.key, entry.at)),
            }
        }
        let Some((_, at)) = unread.first().cloned() else { return };
        let names = crate::suggest::listed(unread.iter().map(|(key, _)| key.as_str()));
        let held = unread.iter().find(|(key, _)| HELD_BACK.contains(&key.as_str()));
        let help = match held {
            Some((key, _)) => format!("{KEEP}; `{key}` does not keep a page back: only SUMMARY.md decides that"),
            None => KEEP.to_owned(),
        };
        self.problem = Some(Unread::new(at, format!("the front matter has keys that are not read: {names}"), help));
    }
}

/// Returns the top-level entries of a YAML map, or the position and the reason of a failure.
fn yaml(text: &str) -> Result<Vec<Entry>, (usize, String)> {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        flow_nesting_limit: 50,
        block_nesting_limit: 50,
    };
    let mut found: Vec<Entry> = Vec::new();
    let (mut depth, mut key) = (0_usize, None);
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| {
            (error.marker().byte_offset().unwrap_or(0).min(text.len()), "it is not YAML".to_owned())
        })?;
        let at = span.byte_range().unwrap_or(0..0);
        let value = match event {
            Event::MappingStart(..) if depth == 0 => {
                depth = 1;
                continue;
            }
            Event::SequenceStart(..) | Event::Scalar(..) if depth == 0 => {
                return Err((at.start, "it is not a map of keys and values".to_owned()));
            }
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                depth += 1;
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => {
                depth = depth.saturating_sub(1);
                if depth != 1 {
                    continue;
                }
                None
            }
            Event::Scalar(value, ..) if depth == 1 => Some(value.into_owned()),
            Event::Alias(..) | Event::UnresolvedAlias(..) if depth == 1 => None,
            _ => continue,
        };
        match key.take() {
            None => key = Some((value.unwrap_or_default(), at)),
            Some((key, at)) => found.push(Entry { key, text: value, at }),
        }
    }
    Ok(found)
}

/// Returns the top-level entries of a TOML document, or the position and the reason of a failure.
fn toml(text: &str) -> Result<Vec<Entry>, (usize, String)> {
    let table = DeTable::parse(text)
        .map_err(|error| (error.span().map_or(0, |span| span.start).min(text.len()), "it is not TOML".to_owned()))?;
    let entry = |(key, node): (&toml::Spanned<std::borrow::Cow<'_, str>>, &toml::Spanned<DeValue<'_>>)| Entry {
        key: key.get_ref().to_string(),
        text: match node.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        },
        at: key.span(),
    };
    Ok(table.get_ref().iter().map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_and_description_are_read_and_other_keys_told_once() {
        let text = "---\ntitle: \"A: b\"\ndescription: >\n  Long\n  words.\ntags: [a, b]\nmeta:\n  x: 1\n---\n\n# A\n";
        let front = read(text).unwrap();
        assert_eq!(front.title.as_deref(), Some("A: b"));
        assert_eq!(front.description.as_deref().map(str::trim), Some("Long words."));
        let problem = front.problem.unwrap();
        assert_eq!(&text[problem.range], "tags");
        assert_eq!(problem.why, "the front matter has keys that are not read: `tags` and `meta`");
        assert_eq!(&text[front.end..], "\n# A\n");
        let front = read("+++\ntitle = 'A'\ndraft = true\n+++\n# A\n").unwrap();
        assert_eq!(front.title.as_deref(), Some("A"));
        assert!(front.problem.unwrap().help.contains("`draft` does not keep"));
        assert_eq!(read("---\r\ntitle: A\r\n---\r\n# A\r\n").unwrap().problem, None);
    }

    #[test]
    fn what_is_no_map_is_refused_at_its_line() {
        let text = "---\ntitle: a: b\nx\n---\n# A\n";
        assert!(read(text).unwrap().problem.unwrap().why.contains("not YAML"));
        let text = "+++\ntitle = A\n+++\n# A\n";
        let problem = read(text).unwrap().problem.unwrap();
        assert!(problem.why.contains("not TOML") && text[problem.range].starts_with('A'), "{text}");
        assert!(read("---\ntitle: A\n\n# A\n").unwrap().problem.unwrap().why.contains("never closed"));
    }

    #[test]
    fn a_line_between_paragraphs_is_no_front_matter() {
        for text in [
            "---\n\nNote: text.\n\n---\n",
            "---\nText of a paragraph.\n---\n",
            "# A\n---\na: b\n---\n",
            "---\n",
            "--- a: b",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
