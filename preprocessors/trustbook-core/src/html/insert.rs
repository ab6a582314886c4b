//! What takes the place of the words that stand for expressions and blocks.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// What takes the place of one word.
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
        /// What it says, without markup.
        text: String,
    },
    /// A value that is Markdown, on one line, and HTML that follows it.
    Markdown {
        /// The Markdown.
        markdown: String,
        /// What follows it, as text.
        after: String,
    },
    /// The HTML of a block, which is no part of a paragraph.
    Block(String),
}

impl Insert {
    /// As text without markup.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Insert::Nothing | Insert::Block(_) => Cow::Borrowed(""),
            Insert::Text(text) | Insert::Html { text, .. } => Cow::Borrowed(text),
            Insert::Markdown { markdown, after } => Cow::Owned(format!("{markdown}{after}")),
        }
    }
}

/// What takes the place of all words of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inserts {
    /// What each word begins with; a number and `E` follow. Empty where there are none.
    pub(crate) word: String,
    /// By number.
    pub(crate) all: Vec<Insert>,
    /// Where links lead that name a fact, a field or a claim, by their destination as it is written.
    pub(crate) links: BTreeMap<String, String>,
}

/// A part of some text.
pub(super) enum Part<'t> {
    Text(&'t str),
    Insert(&'t Insert),
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
            let insert = after[..digits].parse().ok().and_then(|number: usize| self.all.get(number));
            let end = self.word.len() + digits + usize::from(after[digits..].starts_with('E'));
            let (word, after) = rest.split_at(end);
            rest = after;
            Some(insert.map_or(Part::Text(word), Part::Insert))
        })
    }

    /// A text with the inserts in it as text.
    pub(super) fn plain<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.word.is_empty() || !text.contains(self.word.as_str()) {
            return Cow::Borrowed(text);
        }
        let parts = self.parts(text).map(|part| match part {
            Part::Text(text) => Cow::Borrowed(text),
            Part::Insert(insert) => insert.text(),
        });
        Cow::Owned(parts.collect())
    }
}
