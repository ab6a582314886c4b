//! The references of a chapter as the writer wrote them, by what they become.

use super::content::unescape;
use super::piece::{Kind, Piece, kind, values};
use super::placed::style_urls;
use crate::expand::encode::component;
use crate::expand::{schema_link, show, value};
use crate::html::page_link;
use crate::page::{Context, Markup, Page, Reference, What};
use crate::span::Span;
use crate::trust::Trust;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// For each reference, by its key: where it is written and as what, in the order of the chapter.
pub(super) type Written<'t> = BTreeMap<String, Vec<(Span, Cow<'t, str>)>>;

/// What a reference is looked up by.
pub(super) fn key(piece: &Piece) -> String {
    match piece.kind {
        Kind::Id | Kind::Map => format!("{}={}", piece.attribute, piece.value),
        Kind::NoAlt => format!("alt of {}", piece.value),
        Kind::Code if piece.attribute.is_empty() => format!("<{}>", piece.element),
        Kind::Code => format!("{}={}", piece.attribute, piece.value),
        _ => piece.value.clone(),
    }
}

/// The references of a chapter.
pub(super) fn of<'t>(trust: &Trust, source: &'t Page) -> Written<'t> {
    // A link that names a fact with an address has become that address.
    let leads = |known: &Reference| match known.scheme {
        "schema" => schema_link(trust, source, &known.id).is_ok(),
        _ => trust.facts.find(&known.id).and_then(value::link).is_some(),
    };
    let replaced: BTreeSet<Span> =
        source.references.iter().filter(|known| leads(known)).map(|known| known.span).collect();
    let mut written = Written::new();
    let mut told = BTreeSet::new();
    for link in source.links.iter().filter(|link| !replaced.contains(&link.span)) {
        let dest = with_values(trust, source, &link.dest);
        told.insert(link.span);
        let url = without_words(source, &dest);
        let urls = BTreeSet::from([page_link(&url).into_owned(), url]);
        for url in urls.into_iter().flat_map(with_entities) {
            written.entry(url).or_default().push((link.span, dest.clone()));
        }
    }
    for element in &source.markup {
        of_element(trust, source, element, &told, &mut written);
    }
    written
}

/// The address itself, and without the entities of raw HTML.
fn with_entities(url: String) -> impl Iterator<Item = String> {
    let plain = unescape(url.clone());
    let other = (plain != url).then_some(plain);
    std::iter::once(url).chain(other)
}

fn of_element<'t>(
    trust: &Trust,
    source: &'t Page,
    element: &'t Markup,
    told: &BTreeSet<Span>,
    written: &mut Written<'t>,
) {
    let has = |name: &str| element.attributes.iter().any(|attribute| attribute.name == name);
    let name = element.element.as_str();
    let tag = || Cow::Owned(format!("<{name}>"));
    if matches!(name, "script" | "style") && !has("src") && !has("href") {
        written.entry(format!("<{name}>")).or_default().push((element.span, tag()));
    }
    if matches!(name, "area" | "img" | "input") && !has("alt") {
        let address = element.attributes.iter().find(|attribute| matches!(attribute.name.as_str(), "href" | "src"));
        let value = address.map(|address| unescape(with_values(trust, source, &address.value))).unwrap_or_default();
        written.entry(format!("alt of {value}")).or_default().push((element.span, tag()));
    }
    for attribute in &element.attributes {
        let Some(kind) = kind(name, &attribute.name, "") else { continue };
        let whole = with_values(trust, source, &attribute.value);
        let value = unescape(without_words(source, &whole));
        let keys: Vec<String> = match kind {
            Kind::Code if attribute.name == "style" => {
                let whole = format!("style={value}");
                std::iter::once(whole).chain(style_urls(&value)).collect()
            }
            Kind::Id | Kind::Map | Kind::Code => {
                let each = values(kind, &attribute.name, &value).into_iter();
                each.map(|value| format!("{}={value}", attribute.name)).collect()
            }
            _ if told.contains(&attribute.span) => continue,
            _ => values(kind, &attribute.name, &value).into_iter().map(str::to_owned).collect(),
        };
        for key in keys {
            let text = match key.split_once('=') {
                _ if whole.contains(&source.word) => whole.to_string(),
                Some((_, id)) if kind == Kind::Id => id.to_owned(),
                _ => key.clone(),
            };
            written.entry(key).or_default().push((attribute.span, Cow::Owned(text)));
        }
    }
    if name == "meta"
        && let Some(content) = element.attributes.iter().find(|attribute| attribute.name == "content")
        && let Some(url) = super::piece::refreshed(&content.value)
    {
        written.entry(unescape(url)).or_default().push((content.span, Cow::Owned(url.to_owned())));
    }
}

/// A text without the words of expressions that have become nothing.
fn without_words(page: &Page, text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&page.word) {
        let number = &rest[at + page.word.len()..];
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        output.push_str(&rest[..at]);
        rest = &number[(digits + 1).min(number.len())..];
    }
    output.push_str(rest);
    output
}

/// A destination as a writer wrote it, with the values of its expressions.
fn with_values<'d>(trust: &Trust, page: &Page, dest: &'d str) -> Cow<'d, str> {
    if !dest.contains(&page.word) {
        return Cow::Borrowed(dest);
    }
    let (mut output, mut rest) = (String::with_capacity(dest.len()), dest);
    while let Some(at) = rest.find(&page.word) {
        let number = &rest[at + page.word.len()..];
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        let end = at + page.word.len() + (digits + 1).min(number.len());
        output.push_str(&rest[..at]);
        match number[..digits].parse().ok().and_then(|index: usize| slot_value(trust, page, index)) {
            Some(value) => output.push_str(&value),
            None => output.push_str(&rest[at..end]),
        }
        rest = &rest[end..];
    }
    output.push_str(rest);
    Cow::Owned(output)
}

/// What an expression in a destination becomes.
fn slot_value(trust: &Trust, page: &Page, index: usize) -> Option<String> {
    let slot = page.slots.get(index)?;
    let expression = match &slot.what {
        What::Value(expression) => expression,
        What::Braces => return Some(slot.original.trim_start_matches('\\').to_owned()),
        _ => return None,
    };
    let shown = show(trust, page, expression).ok()?;
    let link = shown.link.filter(|link| match slot.context {
        Context::WholeDestination => true,
        Context::DestinationStart => link.starts_with("http"),
        _ => false,
    });
    Some(link.unwrap_or_else(|| component(&shown.text)))
}
