//! Replacements for the words that mark expressions and blocks.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The replacement for one word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Insert {
    /// Nothing: there is no value, which a check reports.
    #[default]
    Nothing,
    /// Text without markup.
    Text(String),
    /// HTML of ours for a place in text, and what it says.
    Html {
        /// The HTML.
        html: String,
        /// The same without markup.
        text: String,
    },
    /// A value that is Markdown, on one line, and HTML that follows it.
    Markdown {
        /// The Markdown.
        markdown: String,
        /// Text that follows it.
        after: String,
    },
    /// The HTML of a block, which is no part of a paragraph.
    Block(String),
    /// A block in code, where it stays as it is written.
    Code {
        /// As it is written.
        text: String,
        /// The body has an extra line before it, as it has after each block.
        is_after_line: bool,
    },
}

impl Insert {
    /// As text without markup.
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
    /// The beginning of each word; a number and `E` follow. Empty for a page without words.
    pub(crate) word: String,
    /// By number.
    pub(crate) all: Vec<Insert>,
    /// The targets of links that name a fact, a field or a claim, by destination as written.
    pub(crate) links: BTreeMap<String, String>,
}

/// A part of some text.
pub(super) enum Part<'t> {
    Text(&'t str),
    /// The replacement, with its number.
    Insert(u32, &'t Insert),
}

impl Inserts {
    /// The parts of a text.
    pub(super) fn parts<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Part<'t>> {
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
                return Some(Part::Text(text));
            }
            let after = &rest[self.word.len()..];
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            let insert = after[..digits].parse().ok().and_then(|number: u32| {
                let insert = self.all.get(usize::try_from(number).ok()?)?;
                Some(Part::Insert(number, insert))
            });
            let end = self.word.len() + digits + usize::from(after[digits..].starts_with('E'));
            let (word, after) = rest.split_at(end);
            rest = after;
            Some(insert.unwrap_or(Part::Text(word)))
        })
    }

    /// A text with the inserts in it as text.
    pub(super) fn plain<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.word.is_empty() || !text.contains(self.word.as_str()) {
            return Cow::Borrowed(text);
        }
        let (mut plain, mut is_after_block) = (String::with_capacity(text.len()), false);
        for part in self.parts(text) {
            match part {
                Part::Text(text) if is_after_block => plain.push_str(without_line(text)),
                Part::Text(text) => plain.push_str(text),
                Part::Insert(_, Insert::Code { text, is_after_line }) => {
                    if *is_after_line {
                        remove_line(&mut plain);
                    }
                    plain.push_str(text);
                }
                Part::Insert(_, insert) => plain.push_str(&insert.text()),
            }
            is_after_block = matches!(part, Part::Insert(_, Insert::Code { .. }));
        }
        Cow::Owned(plain)
    }
}

/// A text without the line that sets a block apart from it.
fn without_line(text: &str) -> &str {
    let Some(rest) = text.strip_prefix('\n') else { return text };
    let end = rest.find('\n').unwrap_or(rest.len());
    if rest[..end].trim().is_empty() { &rest[end..] } else { text }
}

/// Takes off the line before the last one, which sets a block apart from what is before it.
fn remove_line(text: &mut String) {
    let Some(end) = text.rfind('\n') else { return };
    let start = text[..end].rfind('\n').map_or(0, |at| at + 1);
    if text[start..end].trim().is_empty() {
        text.replace_range(start..=end, "");
    }
}
