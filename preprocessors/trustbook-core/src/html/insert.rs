//! Replacements for the words that mark expressions and blocks.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The replacement for one word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Insert {
    /// Nothing: the value is missing, which a check reports.
    #[default]
    Nothing,
    /// Text without markup.
    Text(String),
    /// Generated HTML for a place in text.
    Html {
        /// The HTML.
        html: String,
        /// The text of the HTML, without its markup.
        text: String,
    },
    /// A value that is Markdown, on one line, and HTML that follows it.
    Markdown {
        /// The Markdown.
        markdown: String,
        /// The text that follows it.
        after: String,
    },
    /// The HTML of a block, which is not part of a paragraph.
    Block(String),
    /// A block in code, which stays as written.
    Code {
        /// The block as written.
        text: String,
        /// True if the body has an extra line before it, as it has after each block.
        is_after_line: bool,
    },
}

impl Insert {
    /// Returns the replacement as text without markup.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Insert::Nothing | Insert::Block(_) => Cow::Borrowed(""),
            Insert::Text(text) | Insert::Html { text, .. } | Insert::Code { text, .. } => Cow::Borrowed(text),
            Insert::Markdown { markdown, after } => Cow::Owned(format!("{markdown}{after}")),
        }
    }
}

/// The replacements for all words of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inserts {
    /// The prefix of each word; a number and `E` follow. Empty for a page without words.
    pub(crate) word: String,
    /// The replacements, by number.
    pub(crate) all: Vec<Insert>,
    /// The targets of links to facts, fields and claims, by destination as written.
    pub(crate) links: BTreeMap<String, String>,
}

/// A part of a text.
pub(super) enum TextPart<'t> {
    Text(&'t str),
    /// The replacement, with its number.
    Insert(u32, &'t Insert),
}

impl Inserts {
    /// Splits a text into its parts.
    pub(super) fn parts<'t>(&'t self, text: &'t str) -> impl Iterator<Item = TextPart<'t>> {
        let mut rest = text;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let found = if self.word.is_empty() { None } else { rest.find(self.word.as_str()) };
            let at = found.unwrap_or(rest.len());
            if at > 0 {
                let (text, after) = rest.split_at(at);
                rest = after;
                return Some(TextPart::Text(text));
            }
            let after = &rest[self.word.len()..];
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            let insert = after[..digits].parse().ok().and_then(|number: u32| {
                let insert = self.all.get(usize::try_from(number).ok()?)?;
                Some(TextPart::Insert(number, insert))
            });
            let end = self.word.len() + digits + usize::from(after[digits..].starts_with('E'));
            let (word, after) = rest.split_at(end);
            rest = after;
            Some(insert.unwrap_or(TextPart::Text(word)))
        })
    }

    /// Returns a text with the inserts replaced by their text.
    pub(super) fn plain<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.word.is_empty() || !text.contains(self.word.as_str()) {
            return Cow::Borrowed(text);
        }
        let (mut plain, mut is_after_block) = (String::with_capacity(text.len()), false);
        for part in self.parts(text) {
            match part {
                TextPart::Text(text) if is_after_block => plain.push_str(without_line(text)),
                TextPart::Text(text) => plain.push_str(text),
                TextPart::Insert(_, Insert::Code { text, is_after_line }) => {
                    if *is_after_line {
                        remove_line(&mut plain);
                    }
                    plain.push_str(text);
                }
                TextPart::Insert(_, insert) => plain.push_str(&insert.text()),
            }
            is_after_block = matches!(part, TextPart::Insert(_, Insert::Code { .. }));
        }
        Cow::Owned(plain)
    }
}

/// Returns a text without its first line if that only separates the text from a block before it.
fn without_line(text: &str) -> &str {
    let Some(rest) = text.strip_prefix('\n') else { return text };
    let end = rest.find('\n').unwrap_or(rest.len());
    if rest[..end].trim().is_empty() { &rest[end..] } else { text }
}

/// Removes the last complete line if it only separates the text from a block after it.
fn remove_line(text: &mut String) {
    let Some(end) = text.rfind('\n') else { return };
    let start = text[..end].rfind('\n').map_or(0, |at| at + 1);
    if text[start..end].trim().is_empty() {
        text.replace_range(start..=end, "");
    }
}
