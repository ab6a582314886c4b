//! Values, days and names as readers see them.

use super::encode::{braces, entities};
use super::shown::ShownValue;
use crate::book::Book;
use crate::facts::Facts;
use crate::register::Record;
use crate::register::common::Visibility;
use crate::register::value::{Value, separator};
use crate::theme::Theme;
use jiff::civil::Date;
use serde_json::{Value as Json, json};

/// Returns a value in the form of its type.
pub(crate) fn typed(book: &Book, value: &Value) -> ShownValue {
    let text = words(book, value);
    let is_reversed = book.theme.words.is_right_to_left();
    let html = match value {
        Value::Email(_) | Value::Phone(_) | Value::Url(_) => {
            let link = value.link().map(|link| anchor(&link, &text));
            link.map(|link| if is_reversed { link.replacen("<a ", "<a dir=\"ltr\" ", 1) } else { link })
        }
        Value::Date(day) => Some(time(&book.theme, *day)),
        Value::Id("contact", id) => with_address(&book.facts, id, &text),
        Value::Text(said) | Value::Markdown(said) if book.facts.foreign(said).is_some() => {
            let inner = if let Value::Text(_) = value { entities(said) } else { markdown_inline(said) };
            book.facts.foreign(said).map(|tag| format!("<span lang=\"{}\">{inner}</span>", entities(tag)))
        }
        Value::Markdown(markdown) => Some(markdown_inline(markdown)),
        Value::List(items) => {
            let texts: Vec<String> = items.iter().map(|item| words(book, item)).collect();
            let items: Vec<String> = items.iter().map(|item| typed(book, item).into_html()).collect();
            Some(items.join(separator(&texts)))
        }
        Value::Text(_) | Value::Id(..) if is_reversed => Some(format!("<bdi>{}</bdi>", entities(&text))),
        _ => None,
    };
    let markdown = match value {
        // HTML carries the language of a text that is not translated.
        Value::Markdown(markdown) if book.facts.foreign(markdown).is_none() => {
            Some(braces(&markdown.split_whitespace().collect::<Vec<_>>().join(" ")))
        }
        _ => None,
    };
    ShownValue { html, link: value.link(), markdown, text, caveat: None }
}

/// Returns a contact's name with its e-mail address, or else as a link to its form or with its telephone number, for
/// fields that refer to the contact.
fn with_address(facts: &Facts, id: &str, title: &str) -> Option<String> {
    let contact = facts.public_record("contact", id)?;
    let value = ["email", "url", "phone"].iter().find_map(|field| contact.value(field))?;
    let (link, shown) = (value.link()?, value.text());
    Some(match value {
        Value::Url(_) => anchor(&link, title),
        _ if title == shown => anchor(&link, title),
        _ => format!("{} ({})", entities(title), anchor(&link, &shown)),
    })
}

/// Returns the link by which a contact is written to: its e-mail address, or else its form.
pub(super) fn contact_link(facts: &Facts, id: &str) -> Option<String> {
    let contact = facts.public_record("contact", id)?;
    ["email", "url"].into_iter().find_map(|field| contact.value(field)?.link())
}

/// Returns a value as plain text. An id becomes the title of its record.
pub(super) fn words(book: &Book, value: &Value) -> String {
    match value {
        Value::Id(kind, id) => book.facts.public_record(kind, id).map_or_else(|| id.clone(), Record::title),
        Value::List(items) => {
            let texts: Vec<String> = items.iter().map(|item| words(book, item)).collect();
            texts.join(separator(&texts))
        }
        other => book.theme.words.value(other),
    }
}

pub(super) fn and_list(book: &Book, value: &Value) -> String {
    let Value::List(items) = value else { return words(book, value) };
    let texts: Vec<String> = items.iter().map(|item| words(book, item)).collect();
    book.theme.words.and_list(&texts)
}

/// Converts Markdown to inline HTML, for places where Markdown is no longer read: emphasis, code and links become tags.
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

pub(crate) fn not_stated(theme: &Theme) -> ShownValue {
    absent(theme.words.get("common.not_stated"))
}

fn absent(text: String) -> ShownValue {
    let html = Some(format!("<span class=\"not-stated\">{}</span>", entities(&text)));
    ShownValue { text, html, ..ShownValue::default() }
}

/// Returns the words for a required field that a record does not give.
pub(crate) fn not_given(theme: &Theme) -> ShownValue {
    absent(theme.words.get("common.not_given"))
}

/// Returns the words for a value that is available on request.
pub(crate) fn on_request(book: &Book, owner: Option<&str>) -> ShownValue {
    let contact = owner.and_then(|owner| book.facts.public_record("contact", owner));
    let way = contact.and_then(|contact| ["email", "url", "phone"].iter().find_map(|field| contact.value(field)));
    let words = &book.theme.words;
    let said = words.get("common.on_request");
    match way {
        Some(way) => {
            let html = words.pair(&said, &typed(book, way).into_html());
            ShownValue { text: words.pair(&said, &way.text()), html: Some(html), ..ShownValue::default() }
        }
        None => plain(said),
    }
}

pub(crate) fn date(theme: &Theme, day: Date) -> ShownValue {
    ShownValue { text: theme.words.date(day), html: Some(time(theme, day)), ..ShownValue::default() }
}

/// Returns the day or the quarter of a promise that has passed without being kept.
pub(crate) fn passed(book: &Book, value: &Value) -> ShownValue {
    let shown = typed(book, value);
    let said = |text: &str| book.theme.words.with("common.passed", &[("date", text)]);
    ShownValue { text: said(&shown.text), html: shown.html.as_deref().map(said), ..ShownValue::default() }
}

pub(crate) fn plain(text: String) -> ShownValue {
    ShownValue { text, ..ShownValue::default() }
}

/// Fields that describe a record without a name.
const SUBJECTS: &[&str] = &["feature", "purpose", "data", "about", "summary", "says", "statement"];
/// The maximum length of such a description, in characters.
const LONGEST_SUBJECT: usize = 80;

/// Returns the title of a record for readers: its name, or else the beginning of its description, or else what records
/// of its kind are called, with the hosting options of this one. Readers see the id of a data model and a source only.
pub(crate) fn title(book: &Book, record: &Record) -> String {
    let of_kind = || book.theme.words.find(&format!("{}.title", record.kind.name)).map(str::to_owned);
    if record.common.visibility != Visibility::Public {
        return of_kind().unwrap_or_else(|| record.id.clone());
    }
    let title = record.title();
    if title != record.id || matches!(record.kind.name, "schema" | "source") {
        return title;
    }
    let Some(about) = SUBJECTS.iter().find_map(|field| record.value(field)).map(Value::text) else {
        let options: Vec<_> = book.facts.shown_deployments(&record.common).collect();
        let options = options.iter().filter_map(|id| book.facts.public_record("deployment", id)).map(Record::title);
        return of_kind().into_iter().chain(options).reduce(|all, next| format!("{all}, {next}")).unwrap_or(title);
    };
    match about.char_indices().nth(LONGEST_SUBJECT) {
        Some((at, _)) => format!("{} …", about[..at].rsplit_once(' ').map_or(&about[..at], |(whole, _)| whole)),
        None => about,
    }
}

/// Returns the title of the owner's contact record, or the id if no record has it. An internal owner has no name.
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

/// Returns a retention: its words, or those of the retention record that they name.
pub(super) fn retention(book: &Book, words: &str) -> ShownValue {
    let Some(record) = book.facts.public_record("retention", words) else {
        return plain(words.to_owned());
    };
    let said = &book.theme.words;
    let text = |field: &str| record.value(field).map(|value| said.value(value));
    let period = text("period").unwrap_or_default();
    let told =
        text("trigger").map(|trigger| said.with("fields.counted_from", &[("period", &period), ("trigger", &trigger)]));
    plain(told.unwrap_or(period))
}

/// Returns a name as code, in the form that sentences of templates take.
pub(super) fn code(name: &str) -> Json {
    json!({ "text": name, "html": format!("<code>{}</code>", entities(name)) })
}

pub(super) fn badge(word: &str, text: String) -> ShownValue {
    let class: String = word.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let html = format!("<span class=\"badge badge-{class}\">{}</span>", entities(&text));
    ShownValue { text, html: Some(html), ..ShownValue::default() }
}

/// Returns a shown value in the forms that templates take, together with the value itself.
pub(super) fn form(shown: &ShownValue, value: Json) -> Json {
    json!({ "text": shown.text, "html": shown.clone().into_html(), "value": value, "is_open": false })
}
