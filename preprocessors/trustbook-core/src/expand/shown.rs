//! The forms of an expression's value, and the choice of the form that fits its place.

use super::encode::{component, entities, standing_text};
use crate::html::Insert;
use crate::page::{Apart, Context, Page, Slot};

/// A value in all forms that a page may need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownValue {
    /// The value as plain text.
    pub text: String,
    /// The value as HTML that is safe in text, if its type has more than text to show.
    pub html: Option<String>,
    /// The value as the whole target of a link.
    pub link: Option<String>,
    /// The value as Markdown, for the one type that is markup.
    pub markdown: Option<String>,
    /// The caveat for readers beside the value: it has expired, or is not valid yet.
    pub caveat: Option<String>,
}

/// The reason why an expression shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {
    /// The id does not exist.
    Unknown,
    /// The id names a record, which has no single value.
    Record,
    /// The record could have the field, but does not give it.
    Absent,
    /// The fact or record is internal.
    Internal,
    /// The owner is internal.
    InternalOwner,
    /// The page rests on no dated fact.
    Undated,
    /// The value does not fit its type, which is reported at the value.
    Reported,
    /// No schema of the book has the table or field.
    NotModelled,
}

impl ShownValue {
    /// Returns the value as HTML for a place in text.
    pub fn into_html(self) -> String {
        let text = self.text;
        self.html.unwrap_or_else(|| entities(&text))
    }

    /// Returns the replacement in the form that fits the place; nothing if the place takes no value, or not this one.
    /// `beside` is the markup that touches the value.
    pub fn insert(self, context: &Context, beside: Beside) -> Insert {
        let caveat = match (self.caveat, beside) {
            (None, _) => String::new(),
            // Before a letter, a parenthesis would not end the emphasis.
            (Some(caveat), Beside::EmphasisOfLetters) => format!(", {caveat}"),
            (Some(caveat), _) => format!(" ({caveat})"),
        };
        let with_caveat = |text: String| Insert::Text(format!("{text}{caveat}"));
        let html = |html: String, text: &str| Insert::Html {
            html: format!("{html}{}", entities(&format!("x{caveat}")).trim_start_matches('x')),
            text: format!("{text}{caveat}"),
        };
        match context {
            Context::Text | Context::Alone => match (self.markdown, self.html) {
                (Some(markdown), _) => Insert::Markdown { markdown, after: caveat },
                (None, Some(shown)) => html(shown, &self.text),
                (None, None) => with_caveat(self.text),
            },
            Context::Html => match self.html {
                Some(shown) => html(shown, &self.text),
                None => with_caveat(self.text),
            },
            Context::Plain | Context::HeadingWithoutId => with_caveat(self.text),
            Context::Attribute => Insert::Text(self.text),
            Context::DestinationStart => match self.link {
                Some(link) if link.starts_with("http") => Insert::Text(link),
                _ => Insert::Text(component(&self.text)),
            },
            Context::Destination => Insert::Text(component(&self.text)),
            Context::WholeDestination => Insert::Text(self.link.unwrap_or_else(|| component(&self.text))),
            Context::FactsFence if fits_fence(&self.text) => Insert::Text(self.text),
            Context::FactsFence | Context::Unseen | Context::Code | Context::IndentedCode | Context::Misplaced(_) => {
                Insert::Nothing
            }
        }
    }
}

/// Returns true if a value fits into a code block, which has no entities: it must be one line, without braces and
/// fences.
fn fits_fence(text: &str) -> bool {
    let fence = text.trim_start().starts_with("```") || text.trim_start().starts_with("~~~");
    !fence && !text.contains(['{', '}']) && !text.contains(char::is_control)
}

/// Returns the replacement for a slot, as Markdown.
pub(crate) fn markdown(page: &Page, slot: &Slot, insert: &Insert) -> String {
    match (insert, &slot.context) {
        (Insert::Nothing, _) => String::new(),
        (Insert::Block(html), _) => Apart::wrap(slot.apart.as_deref(), html.clone()),
        (Insert::Html { html, .. }, _) => html.clone(),
        (Insert::Markdown { markdown, after }, _) => format!("{markdown}{}", entities(after)),
        (Insert::Code { text, .. }, _) | (Insert::Text(text), Context::Code | Context::FactsFence) => text.clone(),
        (Insert::Text(text), _) => match Beside::of(page, slot) {
            // Marks are emphasis around a letter, but not around an entity, so a first letter stays as it is.
            Beside::Emphasis | Beside::EmphasisOfLetters => entities(text),
            Beside::Nothing => standing_text(text),
        },
    }
}

/// Markup that touches a value in Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// No markup that the value could affect.
    Nothing,
    /// The marks of emphasis.
    Emphasis,
    /// The marks of emphasis with a letter directly after them, so the value must not end in punctuation.
    EmphasisOfLetters,
}

impl Beside {
    /// Returns the markup that touches a slot of a page.
    pub fn of(page: &Page, slot: &Slot) -> Self {
        let marks = ['*', '_', '~'];
        let (before, after) = (&page.body.text()[..slot.range.start], &page.body.text()[slot.range.end..]);
        let closed = after.trim_start_matches(marks);
        match (before.ends_with(marks), closed.len() < after.len()) {
            (_, true) if closed.starts_with(char::is_alphanumeric) => Beside::EmphasisOfLetters,
            (false, false) => Beside::Nothing,
            _ => Beside::Emphasis,
        }
    }
}
