//! What an expression shows, and how it is put into the place where it stands.

use super::encode::{braces, component, entities, standing_text};
use super::{claimed, modelled, uses};
use crate::facts::Facts;
use crate::facts::Found;
use crate::html::Insert;
use crate::page::syntax::{Expression, Format};
use crate::page::{Apart, Context, Page, Slot};
use crate::register::common::{State, Visibility};
use crate::register::value::{Value, separator};
use crate::register::{Fact, Record};
use crate::theme::Theme;
use crate::trust::Trust;
use jiff::civil::Date;

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

/// What an expression of a page shows.
///
/// # Errors
/// Where there is nothing to show.
pub fn show(trust: &Trust, page: &Page, expression: &Expression) -> Result<Shown, Nothing> {
    if expression.id == uses::OLDEST {
        return trust
            .index
            .oldest
            .get(&page.source)
            .map(|oldest| date(&trust.theme, oldest.date))
            .ok_or(Nothing::Undated);
    }
    let Some(found) = trust.facts.find(&expression.id) else {
        return match expression.id.strip_prefix(modelled::PREFIX) {
            Some(id) => modelled::show(trust, page, id, expression.format),
            None => Err(Nothing::Unknown),
        };
    };
    if found.common().visibility == Visibility::Internal {
        return Err(Nothing::Internal);
    }
    let common = found.common();
    // Where it comes from and when it was seen is not known either, which is reported there.
    let is_unseen = matches!(found, Found::Fact(fact) if fact.live.is_some() && fact.value.is_none());
    if is_unseen && !matches!(expression.format, Format::Owner | Format::Type) {
        return Err(Nothing::Reported);
    }
    if let Some(shown) =
        claimed::named(&trust.facts, found).and_then(|record| claimed::show(trust, page, record, expression.format))
    {
        return shown;
    }
    match expression.format {
        Format::Date => return common.said().map(|day| date(&trust.theme, day)).ok_or(Nothing::Absent),
        Format::State => return Ok(plain(trust.theme.words.state(trust.facts.shown_state(common)))),
        Format::Source => return common.source.clone().map(plain).ok_or(Nothing::Absent),
        Format::Owner => {
            let owner = common.owner.as_deref().ok_or(Nothing::Absent)?;
            return owner_name(&trust.facts, owner).map(plain).ok_or(Nothing::InternalOwner);
        }
        _ => {}
    }
    match found {
        Found::Record(_) => Err(Nothing::Record),
        Found::Open(record, field) if record.common.leaves_open(field.name) => Ok(not_stated(&trust.theme)),
        Found::Open(..) => Err(Nothing::Absent),
        Found::Fact(fact) => show_fact(trust, fact, expression.format),
    }
}

fn show_fact(trust: &Trust, fact: &Fact, format: Format) -> Result<Shown, Nothing> {
    if format == Format::Type {
        return Ok(plain(fact.ty.name()));
    }
    let Some(value) = &fact.value else {
        return Err(Nothing::Reported);
    };
    let shown = trust.facts.shown(value, &fact.common).ok_or(Nothing::Reported)?;
    let value = shown.as_ref();
    if fact.common.visibility == Visibility::OnRequest {
        return Ok(on_request(trust, fact.common.owner.as_deref()));
    }
    let state = trust.facts.state(&fact.common);
    // With the day, where that is known.
    if let (State::Expired(_), Value::Choice(word)) = (state, value)
        && *word == state.name()
    {
        let words = trust.theme.words.state(state);
        return Ok(if format == Format::Badge { badge(word, words) } else { plain(words) });
    }
    if let Some(day) = trust.facts.passed(fact) {
        return Ok(passed(&trust.theme, day));
    }
    let over = matches!(state, State::Expired(_) | State::NotYet(_)).then(|| trust.theme.words.state(state));
    let shown = match format {
        Format::Text => plain(words(trust, value)),
        // A badge has the colour of its state, and not that of a word which does not hold.
        Format::Badge if over.is_some() => badge(state.name(), words(trust, value)),
        Format::Badge => badge(&value_word(value), words(trust, value)),
        Format::List => plain(and_list(trust, value)),
        _ => typed(trust, value),
    };
    Ok(Shown { caveat: caveat(trust, fact, over), ..shown })
}

/// What readers must know beside a value: how it stands, and what the book says of a finding that it stands by.
fn caveat(trust: &Trust, fact: &Fact, over: Option<String>) -> Option<String> {
    let notes = trust.reader_notes.get(&fact.id).into_iter().flatten();
    let all: Vec<String> = over.into_iter().chain(notes.map(|note| note.trim_end_matches('.').to_owned())).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// A value as its type shows it.
pub(crate) fn typed(trust: &Trust, value: &Value) -> Shown {
    let text = words(trust, value);
    let html = match value {
        Value::Email(_) | Value::Phone(_) | Value::Url(_) => value.link().map(|link| anchor(&link, &text)),
        Value::Date(day) => Some(time(&trust.theme, *day)),
        Value::Id("contact", id) => with_address(&trust.facts, id, &text),
        Value::Markdown(markdown) => Some(markdown_inline(markdown)),
        Value::List(items) => {
            let texts: Vec<String> = items.iter().map(|item| words(trust, item)).collect();
            let items: Vec<String> = items.iter().map(|item| typed(trust, item).into_html()).collect();
            Some(items.join(separator(&texts)))
        }
        _ => None,
    };
    let markdown = match value {
        Value::Markdown(markdown) => Some(braces(&markdown.split_whitespace().collect::<Vec<_>>().join(" "))),
        _ => None,
    };
    Shown { html, link: value.link(), markdown, text, caveat: None }
}

/// A contact that is named somewhere else can be written to from there.
fn with_address(facts: &Facts, id: &str, title: &str) -> Option<String> {
    let Some(Value::Email(address)) = facts.public_record("contact", id)?.value("email") else { return None };
    let link = anchor(&format!("mailto:{address}"), address);
    Some(if title == address { link } else { format!("{} ({link})", entities(title)) })
}

/// A value as plain text; an id is called by what it names.
fn words(trust: &Trust, value: &Value) -> String {
    match value {
        Value::Id(kind, id) => trust.facts.public_record(kind, id).map_or_else(|| id.clone(), Record::title),
        Value::List(items) => {
            let texts: Vec<String> = items.iter().map(|item| words(trust, item)).collect();
            texts.join(separator(&texts))
        }
        other => trust.theme.words.value(other),
    }
}

/// Markdown inside a line of HTML, where no Markdown is read any more: emphasis, code and links become tags.
fn markdown_inline(markdown: &str) -> String {
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};
    let mut output = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(text) => output.push_str(&entities(&text)),
            Event::Code(code) => {
                output.push_str("<code>");
                output.push_str(&entities(&code));
                output.push_str("</code>");
            }
            Event::SoftBreak => output.push(' '),
            Event::HardBreak => output.push_str("<br>"),
            Event::Start(Tag::Emphasis) => output.push_str("<em>"),
            Event::End(TagEnd::Emphasis) => output.push_str("</em>"),
            Event::Start(Tag::Strong) => output.push_str("<strong>"),
            Event::End(TagEnd::Strong) => output.push_str("</strong>"),
            Event::Start(Tag::Link { dest_url, .. }) => {
                output.push_str(&format!("<a href=\"{}\">", entities(&dest_url)));
            }
            Event::End(TagEnd::Link) => output.push_str("</a>"),
            Event::End(TagEnd::Paragraph | TagEnd::Item) => output.push(' '),
            Event::Html(html) | Event::InlineHtml(html) => output.push_str(&entities(&html)),
            _ => {}
        }
    }
    output.trim_end().to_owned()
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

/// A code block has no entities: a value must be one line that can neither end the block nor hold braces.
fn fits_fence(text: &str) -> bool {
    let fence = text.trim_start().starts_with("```") || text.trim_start().starts_with("~~~");
    !fence && !text.contains(['{', '}']) && !text.contains(char::is_control)
}

/// Where `[text](fact:id)` leads.
pub(crate) fn link(found: Found<'_>) -> Option<String> {
    let Found::Fact(fact) = found else {
        return None;
    };
    match fact.common.visibility {
        Visibility::Public => fact.value.as_ref().and_then(Value::link),
        Visibility::OnRequest | Visibility::Internal => None,
    }
}

pub(crate) fn not_stated(theme: &Theme) -> Shown {
    absent(theme.words.get("common.not_stated"))
}

fn absent(text: String) -> Shown {
    let html = Some(format!("<span class=\"not-stated\">{}</span>", entities(&text)));
    Shown { text, html, ..Shown::default() }
}

/// What stands in the place of a field that a record needs and does not give.
pub(crate) fn not_given(theme: &Theme) -> Shown {
    absent(theme.words.get("common.not_given"))
}

/// What stands in the place of a value that is shown on request.
pub(crate) fn on_request(trust: &Trust, owner: Option<&str>) -> Shown {
    let email = owner
        .and_then(|owner| trust.facts.public_record("contact", owner))
        .and_then(|contact| contact.value("email").cloned());
    let words = &trust.theme.words;
    let said = words.get("common.on_request");
    match email {
        Some(email) => {
            let html = words.pair(&said, &typed(trust, &email).into_html());
            Shown { text: words.pair(&said, &email.text()), html: Some(html), ..Shown::default() }
        }
        None => plain(said),
    }
}

pub(crate) fn date(theme: &Theme, day: Date) -> Shown {
    Shown { text: theme.words.date(day), html: Some(time(theme, day)), ..Shown::default() }
}

/// A day by which something was promised that is still not there.
pub(crate) fn passed(theme: &Theme, day: Date) -> Shown {
    let Shown { text, html, .. } = date(theme, day);
    let words = &theme.words;
    let html = html.map(|html| words.with("common.passed", &[("date", &html)]));
    Shown { text: words.with("common.passed", &[("date", &text)]), html, ..Shown::default() }
}

pub(crate) fn plain(text: String) -> Shown {
    Shown { text, ..Shown::default() }
}

/// An owner is a contact, where there is one of that id. An internal one has no name.
pub(crate) fn owner_name(facts: &Facts, owner: &str) -> Option<String> {
    let named = || (!facts.hides(owner)).then(|| owner.to_owned());
    facts.public_record("contact", owner).map(Record::title).or_else(named)
}

fn time(theme: &Theme, day: Date) -> String {
    format!("<time datetime=\"{day}\">{}</time>", entities(&theme.words.date(day)))
}

pub(super) fn anchor(link: &str, text: &str) -> String {
    format!("<a href=\"{}\">{}</a>", entities(link), entities(text))
}

/// A name as code, in the form that sentences of templates take.
pub(super) fn code(name: &str) -> serde_json::Value {
    serde_json::json!({ "text": name, "html": format!("<code>{}</code>", entities(name)) })
}

fn value_word(value: &Value) -> String {
    match value {
        Value::Choice(word) => word.clone(),
        other => other.text(),
    }
}

pub(super) fn badge(word: &str, text: String) -> Shown {
    let class: String = word.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let html = format!("<span class=\"badge badge-{class}\">{}</span>", entities(&text));
    Shown { text, html: Some(html), ..Shown::default() }
}

fn and_list(trust: &Trust, value: &Value) -> String {
    let Value::List(items) = value else { return words(trust, value) };
    let texts: Vec<String> = items.iter().map(|item| words(trust, item)).collect();
    trust.theme.words.and_list(&texts)
}
