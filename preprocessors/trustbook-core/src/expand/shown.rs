//! The forms in which an expression is shown, and how one is put into the place where it stands.

use super::encode::{component, entities, standing_text};
use crate::html::Insert;
use crate::page::{Apart, Context, Page, Slot};

/// A value in the forms that a page may need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// As plain text.
    pub text: String,
    /// As HTML that is safe in text, where the type has more than text to show.
    pub html: Option<String>,
    /// As the whole destination of a link.
    pub link: Option<String>,
    /// As Markdown, for the one type that is markup.
    pub markdown: Option<String>,
    /// What readers must know beside it: that it has expired, or does not hold yet.
    pub caveat: Option<String>,
}

/// Why an expression shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {
    /// There is no such id.
    Unknown,
    /// It is a record, which has no single value.
    Record,
    /// The record could have the field, and does not give it.
    Absent,
    /// It is internal.
    Internal,
    /// Whoever answers for it is internal.
    InternalOwner,
    /// The page stands on no dated fact.
    Undated,
    /// Its value does not fit its type, which is reported there.
    Reported,
    /// No schema of the book has it.
    NotModelled,
}

impl Shown {
    /// As HTML for a place in text.
    pub fn into_html(self) -> String {
        let text = self.text;
        self.html.unwrap_or_else(|| entities(&text))
    }

    /// Put so that it suits the place; nothing where the place takes no value, or not this one. `beside` says what
    /// touches it.
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

/// A code block has no entities: a value must be one line that can neither end the block nor hold braces.
fn fits_fence(text: &str) -> bool {
    let fence = text.trim_start().starts_with("```") || text.trim_start().starts_with("~~~");
    !fence && !text.contains(['{', '}']) && !text.contains(char::is_control)
}

/// The replacement for a slot, as Markdown.
pub(crate) fn markdown(page: &Page, slot: &Slot, insert: &Insert) -> String {
    match (insert, &slot.context) {
        (Insert::Nothing, _) => String::new(),
        (Insert::Block(html), _) => Apart::wrap(slot.apart.as_deref(), html.clone()),
        (Insert::Html { html, .. }, _) => html.clone(),
        (Insert::Markdown { markdown, after }, _) => format!("{markdown}{}", entities(after)),
        (Insert::Code { text, .. }, _) | (Insert::Text(text), Context::Code | Context::FactsFence) => text.clone(),
        (Insert::Text(text), _) => match Beside::of(page, slot) {
            // Around a letter it is emphasis, and around an entity it is not.
            Beside::Emphasis | Beside::EmphasisOfLetters => entities(text),
            Beside::Nothing => standing_text(text),
        },
    }
}

/// What touches a value in Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Nothing that a character of it could matter to.
    Nothing,
    /// The marks of emphasis.
    Emphasis,
    /// The marks of emphasis, and right behind them a letter: before these no punctuation can end the value.
    EmphasisOfLetters,
}

impl Beside {
    /// What touches a slot of a page.
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
