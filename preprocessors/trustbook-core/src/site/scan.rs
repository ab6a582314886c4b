//! Reads from HTML what it is made of: ids, references, code, and what it says of itself.

use super::content::unescape;
use super::css;
use super::piece::{Kind, Piece, kind, refreshed, values};
use lol_html::html_content::{Element, TextChunk};
use lol_html::{ElementContentHandlers, RewriteStrSettings, Selector, element, rewrite_str, text};
use regex::Regex;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::LazyLock;

/// What a template could not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotFailure {
    /// The template, relative to the theme.
    pub template: String,
    /// What the engine says.
    pub why: String,
}

/// What a piece of HTML is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Ids and names of anchors, in order, with repetitions.
    pub(super) ids: Vec<String>,
    /// Names of image maps.
    pub(super) maps: Vec<String>,
    /// All that it refers to, in order.
    pub(super) pieces: Vec<Piece>,
    /// What `<base href>` says.
    pub(super) base: Option<String>,
    /// The content security policy that a `<meta>` sets.
    pub(super) policy: Option<String>,
}

/// What a page has around the content of its chapter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Around {
    /// Ids before the content; where the content was read with them, all there are.
    pub(super) before: Vec<String>,
    /// Ids behind it.
    pub(super) after: Vec<String>,
    /// The content is among the ids and maps already.
    pub(super) is_all: bool,
    pub(super) maps: Vec<String>,
    /// What it refers to, each once, sorted.
    pub(super) pieces: Vec<Piece>,
    pub(super) base: Option<String>,
    pub(super) policy: Option<String>,
}

impl Around {
    /// That of a page which was read as a whole. What is left of its references without those of the content belongs
    /// to the frame.
    pub(super) fn of_page(page: Seen, content: &[Piece]) -> Self {
        let Seen { ids, maps, pieces, base, policy } = page;
        let mut counts: BTreeMap<Piece, usize> = BTreeMap::new();
        for piece in pieces {
            *counts.entry(piece).or_default() += 1;
        }
        for piece in content {
            if let Some(count) = counts.get_mut(piece) {
                *count = count.saturating_sub(1);
            }
        }
        let pieces = counts.into_iter().filter(|(_, count)| *count > 0).map(|(piece, _)| piece).collect();
        Around { before: ids, after: Vec::new(), is_all: true, maps, pieces, base, policy }
    }
}

/// Stands for the content of a chapter in a frame that is read without it. No writer writes this.
pub(super) const MARK: &str = "<trustbook-content></trustbook-content>";
/// The name of that element.
const MARKED: &str = "trustbook-content";

/// Reads what stands around [`MARK`]. `None` where a browser would not see the content there, as within a comment.
pub(super) fn around(html: &str) -> Option<Around> {
    let collector = Collector::default();
    let is_whole = collector.run(html);
    let at = collector.0.borrow().mark.filter(|_| is_whole)?;
    let Seen { ids: mut before, maps, mut pieces, base, policy } = collector.finish();
    let after = before.split_off(at);
    pieces.sort_unstable();
    pieces.dedup();
    Some(Around { before, after, is_all: false, maps, pieces, base, policy })
}

/// Reads HTML. What can not be read has no ids and no references.
pub(super) fn read(html: &str) -> Seen {
    let collector = Collector::default();
    collector.run(html);
    collector.finish()
}

/// The beginning of the element that is shown where no scripts run.
static NOSCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("(?i)<noscript").ok());

/// Collects while HTML is rewritten or read.
#[derive(Debug, Clone, Default)]
pub(super) struct Collector(Rc<RefCell<State>>);

#[derive(Debug, Default)]
struct State {
    seen: Seen,
    /// How many `<template>` are open: what they hold is no part of the page.
    templates: usize,
    /// How many pieces there were before the element that was read last.
    before: usize,
    /// The text of the `<style>` or `<noscript>` that is being read.
    text: String,
    /// How many ids there were before [`MARK`].
    mark: Option<usize>,
}

impl Collector {
    /// The handlers that see every element, and the text of those whose text is more than text.
    pub(super) fn handlers<'h>(&self) -> Vec<(Cow<'h, Selector>, ElementContentHandlers<'h>)> {
        let (all, styles, hidden) = (self.clone(), self.clone(), self.clone());
        vec![
            element!("*", move |el| {
                all.element(el);
                Ok(())
            }),
            text!("style", move |chunk| {
                styles.text(chunk, |state, text| state.style("style", "", &text));
                Ok(())
            }),
            // Without scripts this is a part of the page like any other.
            text!("noscript", move |chunk| {
                hidden.text(chunk, |state, text| {
                    // Within it, another is an element like any other: this is not done a second time.
                    let inner = NOSCRIPT.as_ref().map_or(Cow::from(&text), |inner| inner.replace_all(&text, "<div"));
                    let inner = read(&inner);
                    if state.templates == 0 {
                        state.seen.ids.extend(inner.ids);
                        state.seen.pieces.extend(inner.pieces);
                    }
                });
                Ok(())
            }),
        ]
    }

    /// Reads HTML, and says whether that could be read to its end.
    fn run(&self, html: &str) -> bool {
        // The bytes stay as they are: this pass only reads.
        let settings = self.handlers().into_iter().fold(RewriteStrSettings::new(), |settings, handler| {
            RewriteStrSettings::append_element_content_handler(settings, handler)
        });
        rewrite_str(html, settings).is_ok()
    }

    /// Forgets what the last element brought.
    pub(super) fn forget(&self) {
        let mut state = self.0.borrow_mut();
        let before = state.before;
        state.seen.pieces.truncate(before);
    }

    pub(super) fn finish(self) -> Seen {
        std::mem::take(&mut self.0.borrow_mut().seen)
    }

    fn element(&self, el: &mut Element<'_, '_>) {
        let name = el.tag_name();
        let mut state = self.0.borrow_mut();
        state.before = state.seen.pieces.len();
        if name == "template" && el.can_have_content() {
            state.templates += 1;
            let shared = self.clone();
            if let Some(handlers) = el.end_tag_handlers() {
                handlers.push(Box::new(move |_| {
                    let mut state = shared.0.borrow_mut();
                    state.templates = state.templates.saturating_sub(1);
                    Ok(())
                }));
            }
        }
        if state.templates == 0 {
            state.element(&name, el);
        }
    }

    fn text(&self, chunk: &TextChunk<'_>, done: impl FnOnce(&mut State, String)) {
        let mut state = self.0.borrow_mut();
        state.text.push_str(chunk.as_str());
        if chunk.last_in_text_node() {
            let text = std::mem::take(&mut state.text);
            done(&mut state, text);
        }
    }
}

impl State {
    fn element(&mut self, name: &str, el: &Element<'_, '_>) {
        if name == MARKED {
            self.mark = Some(self.seen.ids.len());
        }
        let get = |attribute: &str| el.get_attribute(attribute).map(unescape);
        let rel = if name == "link" { get("rel").unwrap_or_default() } else { String::new() };
        let (mut id, mut named) = (None, None);
        for attribute in el.attributes() {
            let at = attribute.name();
            let value = || unescape(attribute.value());
            match at.as_str() {
                // Most attributes are one, and it refers to nothing.
                "class" => {}
                // Of two, a browser takes the first.
                "id" => id = id.or_else(|| Some(value())),
                "name" => named = named.or_else(|| Some(value())),
                _ => {
                    let Some(kind) = kind(name, &at, &rel) else { continue };
                    let value = value();
                    // What is downloaded may stand in the address itself.
                    let is_content = at == "href" && value.trim_start().starts_with("data:");
                    if !(is_content && el.has_attribute("download")) {
                        self.attribute(name, &at, kind, &value);
                    }
                }
            }
        }
        if let Some(named) = named {
            match name {
                "a" if id.as_ref() != Some(&named) => self.seen.ids.push(named),
                "map" => self.seen.maps.push(named),
                _ => {}
            }
        }
        self.seen.ids.extend(id);
        match name {
            "base" if self.seen.base.is_none() => self.seen.base = get("href"),
            "meta" => {
                let content = get("content").unwrap_or_default();
                let equiv = get("http-equiv").unwrap_or_default();
                if equiv.eq_ignore_ascii_case("refresh") {
                    let url = refreshed(&content).unwrap_or_default();
                    if !url.is_empty() {
                        self.push(name, "content", url.to_owned(), Kind::Refresh);
                    }
                } else if equiv.eq_ignore_ascii_case("content-security-policy") {
                    self.seen.policy.get_or_insert(content);
                }
            }
            "script" if !el.has_attribute("src") && !el.has_attribute("href") && !is_data(get("type").as_deref()) => {
                self.push(name, "", String::new(), Kind::Code);
            }
            "img" if !el.has_attribute("alt") && !is_hidden(el) => {
                self.push(name, "alt", get("src").unwrap_or_default(), Kind::NoAlt);
            }
            "area" if el.has_attribute("href") && !el.has_attribute("alt") && !is_hidden(el) => {
                self.push(name, "alt", get("href").unwrap_or_default(), Kind::NoAlt);
            }
            "input"
                if get("type").is_some_and(|kind| kind.eq_ignore_ascii_case("image"))
                    && get("alt").unwrap_or_default().is_empty()
                    && !is_hidden(el) =>
            {
                self.push(name, "alt", get("src").unwrap_or_default(), Kind::NoAlt);
            }
            _ => {}
        }
    }

    fn attribute(&mut self, element: &str, attribute: &str, kind: Kind, value: &str) {
        if attribute == "style" {
            self.style(element, attribute, value);
            return;
        }
        for value in values(kind, attribute, value) {
            self.push(element, attribute, value.to_owned(), kind);
        }
    }

    fn style(&mut self, element: &str, attribute: &str, css: &str) {
        if css.trim().is_empty() || self.templates > 0 {
            return;
        }
        self.push(element, attribute, css.to_owned(), Kind::Code);
        for found in css::urls(css) {
            let kind = if found.is_import { Kind::Load } else { Kind::Image };
            self.push(element, attribute, found.url, kind);
        }
    }

    fn push(&mut self, element: &str, attribute: &str, value: String, kind: Kind) {
        let (element, attribute) = (word(element), word(attribute));
        self.seen.pieces.push(Piece { element, attribute, value, kind });
    }
}

/// A pass over a site sees few names very often.
fn word(name: &str) -> Cow<'static, str> {
    const KNOWN: &[&str] =
        &["", "a", "alt", "content", "href", "img", "link", "meta", "nav", "popovertarget", "script", "src", "style"];
    match KNOWN.iter().find(|known| **known == name) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(name.to_owned()),
    }
}

/// A script of this type is data, which no browser runs.
fn is_data(kind: Option<&str>) -> bool {
    let Some(kind) = kind.map(|kind| kind.trim().to_ascii_lowercase()) else { return false };
    let runs = kind.is_empty()
        || kind.contains("javascript")
        || kind.contains("ecmascript")
        || matches!(kind.as_str(), "module" | "importmap" | "speculationrules");
    !runs
}

fn is_hidden(el: &Element<'_, '_>) -> bool {
    let says = |attribute: &str, words: &[&str]| el.get_attribute(attribute).is_some_and(|it| words.contains(&&*it));
    says("role", &["presentation", "none"])
        || says("aria-hidden", &["true"])
        || el.has_attribute("aria-label")
        || el.has_attribute("aria-labelledby")
}
