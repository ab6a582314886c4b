//! The front matter of a chapter: its title, description and language, and the owner and dates of its text.

use super::TextDates;
use crate::config::is_language_tag;
use crate::register::common::Common;
use crate::register::types::read_duration;
use crate::span::Span;
use crate::suggest::listed;
use granit_parser::{Event, Parser};
use jiff::civil::Date;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// The largest front matter, in bytes.
const MAX: usize = 64 * 1024;
/// The supported keys.
const KEYS: &[&str] = &[TITLE, DESCRIPTION, LANGUAGE, OWNER, STATED, VERIFIED, REVIEW, VERSION, EFFECTIVE];
const TITLE: &str = "title";
const DESCRIPTION: &str = "description";
const LANGUAGE: &str = "language";
const OWNER: &str = "owner";
const STATED: &str = "stated";
const VERIFIED: &str = "verified";
const REVIEW: &str = "review";
const VERSION: &str = "version";
const EFFECTIVE: &str = "effective";
/// The keys with which other generators withhold a page.
const HELD_BACK: &[&str] = &["draft", "published", "unlisted"];

/// The front matter of a chapter.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    /// The byte at which the text of the chapter begins.
    pub(super) end: usize,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// The language of the chapter, a BCP 47 tag, if it is not that of the book.
    pub(super) language: Option<String>,
    /// The owner and the dates of the text, with the range of the first of their keys.
    pub(super) dates: Option<(Range<usize>, TextDates)>,
    pub(super) problems: Vec<Unread>,
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
        return is_sure.then(|| FrontMatter { problems: vec![problem()], ..FrontMatter::default() });
    };
    if !content.lines().any(|line| is_entry(line, separator) || line.starts_with('[')) {
        return None;
    }
    let mut front = FrontMatter { end: end + closing.len(), ..FrontMatter::default() };
    if content.len() > MAX {
        let why = format!("the front matter is larger than {} KiB", MAX / 1024);
        front.problems.push(Unread::new(0..fence.len(), why, keep()));
        return Some(front);
    }
    let entries = if separator == ':' { yaml(content) } else { toml(content) };
    let shift = |at: Range<usize>| inner.start + at.start..inner.start + at.end;
    match entries {
        Ok(entries) => {
            front.take(entries.into_iter().map(|entry| FrontMatterKey { at: shift(entry.at), ..entry }), separator)
        }
        Err((at, why)) => {
            let line = content.get(at..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
            let why = format!("the front matter cannot be read: {why}");
            front.problems.push(Unread::new(shift(at..at + line), why, "correct the line, or remove the front matter"));
        }
    }
    Some(front)
}

/// The suggestion that keeps the supported keys.
fn keep() -> String {
    format!("keep {}, which are read, and remove the rest", listed(KEYS.iter().copied()))
}

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
struct FrontMatterKey {
    key: String,
    text: Option<String>,
    at: Range<usize>,
}

impl FrontMatter {
    fn take(&mut self, entries: impl Iterator<Item = FrontMatterKey>, separator: char) {
        let mut unread: Vec<(String, Range<usize>)> = Vec::new();
        let mut dates = TextDates { common: Common::default(), version: None, effective: None, span: Span::NOWHERE };
        let (mut first, mut review) = (None, None);
        for FrontMatterKey { key, text, at } in entries {
            let Some(text) = text.filter(|_| KEYS.contains(&key.as_str())) else {
                unread.push((key, at));
                continue;
            };
            let text = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            let is_own = !matches!(key.as_str(), TITLE | DESCRIPTION | LANGUAGE) && text.is_some();
            let (mut day, mut wrong) = (None, None);
            if matches!(key.as_str(), STATED | VERIFIED | EFFECTIVE) {
                day = text.as_deref().and_then(|text| text.parse::<Date>().ok());
                wrong = Some("2026-01-31").filter(|_| text.is_some() && day.is_none());
            }
            match key.as_str() {
                TITLE => self.title = text,
                DESCRIPTION => self.description = text,
                LANGUAGE => {
                    if text.as_deref().is_some_and(|tag| !is_language_tag(tag)) {
                        let why = "`language` in the front matter is not a language tag";
                        let help = "write the tag of the chapter's language, such as `de` or `pt-BR`";
                        self.problems.push(Unread::new(at.clone(), why, help));
                    }
                    self.language = text.filter(|tag| is_language_tag(tag));
                }
                OWNER => dates.common.owner = text,
                STATED => dates.common.stated = day,
                VERIFIED => dates.common.verified = day,
                EFFECTIVE => dates.effective = day,
                VERSION => dates.version = text,
                _ => {
                    dates.common.review = text.as_deref().and_then(read_duration);
                    wrong = Some("180 days").filter(|_| text.is_some() && dates.common.review.is_none());
                    review = Some(at.clone());
                }
            }
            if let Some(example) = wrong {
                let what = if key == REVIEW { "period" } else { "day" };
                let value =
                    if separator == '=' && key == REVIEW { format!("\"{example}\"") } else { example.to_owned() };
                let space = if separator == '=' { " " } else { "" };
                let why = format!("`{key}` in the front matter is not a {what}");
                let help = format!("write a {what} such as `{key}{space}{separator} {value}`");
                self.problems.push(Unread::new(at.clone(), why, help));
            }
            if is_own {
                first.get_or_insert(at);
            }
        }
        if let Some(at) = review.filter(|_| dates.common.review.is_some() && dates.common.said().is_none()) {
            let why = "`review` in the front matter has no day to count from";
            self.problems.push(Unread::new(at, why, "add the day of the text as `stated`"));
        }
        self.dates = first.map(|at| (at, dates));
        let Some((_, at)) = unread.first().cloned() else { return };
        let names = listed(unread.iter().map(|(key, _)| key.as_str()));
        let held = unread.iter().find(|(key, _)| HELD_BACK.contains(&key.as_str()));
        let help = match held {
            Some((key, _)) => format!("{}; `{key}` does not keep a page back: only SUMMARY.md decides that", keep()),
            None => keep(),
        };
        self.problems.push(Unread::new(at, format!("the front matter has keys that are not read: {names}"), help));
    }
}

/// Returns the top-level entries of a YAML map, or the position and the reason of a failure.
fn yaml(text: &str) -> Result<Vec<FrontMatterKey>, (usize, String)> {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        flow_nesting_limit: 50,
        block_nesting_limit: 50,
    };
    let mut found: Vec<FrontMatterKey> = Vec::new();
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
            Some((key, at)) => found.push(FrontMatterKey { key, text: value, at }),
        }
    }
    Ok(found)
}

/// Returns the top-level entries of a TOML document, or the position and the reason of a failure.
fn toml(text: &str) -> Result<Vec<FrontMatterKey>, (usize, String)> {
    let table = DeTable::parse(text)
        .map_err(|error| (error.span().map_or(0, |span| span.start).min(text.len()), "it is not TOML".to_owned()))?;
    let entry =
        |(key, node): (&toml::Spanned<std::borrow::Cow<'_, str>>, &toml::Spanned<DeValue<'_>>)| FrontMatterKey {
            key: key.get_ref().to_string(),
            text: match node.get_ref() {
                DeValue::String(text) => Some(text.to_string()),
                DeValue::Array(_) | DeValue::Table(_) => None,
                _ => text.get(node.span()).map(str::to_owned),
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
        let mut front = read(text).unwrap();
        assert_eq!(front.title.as_deref(), Some("A: b"));
        assert_eq!(front.description.as_deref().map(str::trim), Some("Long words."));
        let problem = front.problems.remove(0);
        assert_eq!(&text[problem.range], "tags");
        assert_eq!(problem.why, "the front matter has keys that are not read: `tags` and `meta`");
        assert_eq!(&text[front.end..], "\n# A\n");
        let front = read("+++\ntitle = 'A'\ndraft = true\n+++\n# A\n").unwrap();
        assert_eq!(front.title.as_deref(), Some("A"));
        assert!(front.problems[0].help.contains("`draft` does not keep"));
        assert!(read("---\r\ntitle: A\r\n---\r\n# A\r\n").unwrap().problems.is_empty());
    }

    #[test]
    fn the_owner_and_the_dates_of_a_text_are_read_from_both_languages() {
        let yaml = "---\nowner: legal\nstated: 2025-11-03\nreview: 1 year\nversion: 2.1\neffective: \"2025-12-01\"\n---\n# A\n";
        let toml = "+++\nowner = \"legal\"\nstated = 2025-11-03\nreview = \"1 year\"\nversion = 2.1\neffective = 2025-12-01\n+++\n# A\n";
        for text in [yaml, toml] {
            let front = read(text).unwrap();
            assert_eq!(front.problems, []);
            let (at, dates) = front.dates.unwrap();
            assert_eq!(&text[at], "owner");
            assert_eq!(dates.common.owner.as_deref(), Some("legal"));
            assert_eq!(dates.common.stated, Some(jiff::civil::date(2025, 11, 3)));
            assert_eq!(dates.common.review_ends(), Some(jiff::civil::date(2026, 11, 3)));
            assert_eq!(
                (dates.version.as_deref(), dates.effective),
                (Some("2.1"), Some(jiff::civil::date(2025, 12, 1)))
            );
        }
        assert!(read("---\ntitle: A\n---\n# A\n").unwrap().dates.is_none());
    }

    #[test]
    fn a_wrong_day_or_period_is_reported_at_its_key() {
        let told = |text: &str| read(text).unwrap().problems.remove(0);
        let day = told("---\ntitle: A\nstated: 3 May\n---\n# A\n");
        assert_eq!(
            day,
            Unread::new(
                13..19,
                "`stated` in the front matter is not a day",
                "write a day such as `stated: 2026-01-31`"
            )
        );
        let period = told("+++\nstated = 2026-01-01\nreview = \"often\"\n+++\n# A\n");
        assert_eq!(period.help, "write a period such as `review = \"180 days\"`");
        assert!(told("---\nreview: 180 days\n---\n# A\n").why.contains("no day to count from"));
    }

    #[test]
    fn what_is_no_map_is_refused_at_its_line() {
        let text = "---\ntitle: a: b\nx\n---\n# A\n";
        assert!(read(text).unwrap().problems[0].why.contains("not YAML"));
        let text = "+++\ntitle = A\n+++\n# A\n";
        let problem = read(text).unwrap().problems.remove(0);
        assert!(problem.why.contains("not TOML") && text[problem.range].starts_with('A'), "{text}");
        assert!(read("---\ntitle: A\n\n# A\n").unwrap().problems[0].why.contains("never closed"));
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
