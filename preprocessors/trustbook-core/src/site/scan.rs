//! Extracts the ids, references and code of HTML, with its `<base>` and its policy.

use super::active::{self, code_piece, endless};
use super::piece::{
    STYLE_INSTRUCTION, SiteReference, Use, is_animated, is_animation, is_inert_template, is_presentation, kind,
    refreshed, values, word,
};
use super::{css, decode};
use crate::html::unescape;
use crate::pattern::Pattern;
use lol_html::errors::RewritingError;
use lol_html::html_content::{Element, TextChunk};
use lol_html::{ElementContentHandlers, RewriteStrSettings, Selector, element, rewrite_str, text};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The ids, references and code of a piece of HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ScannedHtml {
    /// The ids, and the names of anchors, in order, with repetitions.
    pub(super) ids: Vec<String>,
    /// The names of image maps.
    pub(super) maps: Vec<String>,
    /// The references and code, in order, each with the byte at which its element starts.
    pub(super) pieces: Vec<(SiteReference, usize)>,
    /// The value of `<base href>`.
    pub(super) base: Option<String>,
    /// The content security policy that a `<meta>` sets.
    pub(super) policy: Option<String>,
}

/// The ids and references of a page around the content of its chapter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PageSurround {
    /// The ids before the content; all ids of the page, if `is_all` is set.
    pub(super) before: Vec<String>,
    /// The ids after the content.
    pub(super) after: Vec<String>,
    /// True if the ids and maps already include those of the content.
    pub(super) is_all: bool,
    pub(super) maps: Vec<String>,
    /// The references, each once, sorted.
    pub(super) pieces: Vec<SiteReference>,
    pub(super) base: Option<String>,
    pub(super) policy: Option<String>,
}

impl PageSurround {
    /// Returns the surroundings of the content of a page that was read as a whole. References of the page that are not
    /// in the content belong to the frame.
    pub(super) fn of_page(page: ScannedHtml, content: &ScannedHtml) -> Self {
        let ScannedHtml { ids, maps, pieces, base, policy } = page;
        let mut counts: BTreeMap<SiteReference, usize> = BTreeMap::new();
        for (piece, _) in pieces {
            *counts.entry(piece).or_default() += 1;
        }
        for (piece, _) in &content.pieces {
            if let Some(count) = counts.get_mut(piece) {
                *count = count.saturating_sub(1);
            }
        }
        let pieces = counts.into_iter().filter(|(_, count)| *count > 0).map(|(piece, _)| piece).collect();
        PageSurround { before: ids, after: Vec::new(), is_all: true, maps, pieces, base, policy }
    }
}

/// Placeholder for the content of a chapter, in a frame that is read without it. Writers do not write this element.
pub(super) const MARK: &str = "<trustbook-content></trustbook-content>";
/// Placeholder for the opening of a chapter.
pub(super) const OPENING: &str = "<trustbook-opening></trustbook-opening>";
/// The element name of the placeholder for the content.
pub(super) const MARKED: &str = "trustbook-content";

/// Reads the page around [`MARK`]. Returns `None` if a browser would not see the content there, as within a comment.
///
/// For the built-in templates, the tags alone show what a browser loads. `is_foreign` is set for templates of a book.
pub(super) fn around(html: &str, is_foreign: bool) -> Option<PageSurround> {
    let collector = Collector::default();
    let is_whole = collector.run(html).is_ok();
    let at = collector.0.borrow().mark.filter(|_| is_whole)?;
    let mut seen = collector.finish();
    if is_foreign {
        seen.add_instruction(html);
        seen.add_hidden(html);
    }
    let ScannedHtml { ids: mut before, maps, pieces, base, policy } = seen;
    let after = before.split_off(at);
    let mut pieces: Vec<SiteReference> = pieces.into_iter().map(|(piece, _)| piece).collect();
    pieces.sort_unstable();
    pieces.dedup();
    Some(PageSurround { before, after, is_all: false, maps, pieces, base, policy })
}

/// Reads the content of a chapter.
///
/// Also returns true if the content is not empty, was read to its end, and cannot turn the rest of the page into text.
pub(super) fn content(html: &str) -> (ScannedHtml, bool) {
    let collector = Collector::default();
    let result = collector.run(html);
    let (at, is_endless) = (collector.0.borrow().at, collector.0.borrow().is_endless);
    let is_whole = result.is_ok() && !is_endless && !html.is_empty();
    let mut seen = collector.finish();
    seen.pieces.extend(result.err().map(|error| endless(&error, html, at)));
    seen.add_instruction(html);
    seen.add_hidden(html);
    (seen, is_whole)
}

impl ScannedHtml {
    /// Adds the first instruction to a server.
    fn add_instruction(&mut self, html: &str) {
        self.pieces.extend(active::instruction(html).map(|(at, begin)| (code_piece(active::INSTRUCTION, begin), at)));
    }
}

/// Reads a page. Markup that cannot be read yields no ids or references, except for one piece that reports it.
pub(super) fn read_page(html: &str) -> ScannedHtml {
    let mut seen = read(html);
    seen.add_instruction(html);
    seen.add_hidden(html);
    seen
}

/// Reads HTML. Markup that cannot be read yields no ids or references, except for one piece that reports it.
pub(super) fn read(html: &str) -> ScannedHtml {
    let collector = Collector::default();
    let result = collector.run(html);
    let at = collector.0.borrow().at;
    let mut seen = collector.finish();
    seen.pieces.extend(result.err().map(|error| endless(&error, html, at)));
    seen
}

/// An element of HTML or XML.
pub(super) trait Tag {
    /// Returns the value of an attribute, with its entities resolved.
    fn get(&self, attribute: &str) -> Option<String>;
    /// Calls `look` with every attribute: its name in lower case, and its value with the entities still in it.
    fn each(&self, look: &mut dyn FnMut(String, String));
}

impl Tag for Element<'_, '_> {
    fn get(&self, attribute: &str) -> Option<String> {
        self.get_attribute(attribute).map(unescape)
    }

    fn each(&self, look: &mut dyn FnMut(String, String)) {
        self.attributes().iter().for_each(|attribute| look(attribute.name(), attribute.value()));
    }
}

/// Matches the start of an element that browsers show only without scripts.
static NOSCRIPT: Pattern = Pattern::new("(?i)<noscript");

/// Collects ids, references and code while HTML is rewritten or read.
#[derive(Debug, Clone, Default)]
pub(super) struct Collector(Rc<RefCell<ScanState>>);

#[derive(Debug, Default)]
pub(super) struct ScanState {
    pub(super) seen: ScannedHtml,
    /// The byte at which the current element starts.
    pub(super) at: usize,
    /// The number of open `<template>` elements, whose content is not part of the page.
    templates: usize,
    /// The text of the `<style>` or `<noscript>` that is being read.
    text: String,
    /// The byte at which that text starts.
    text_at: usize,
    /// The number of ids before [`MARK`].
    mark: Option<usize>,
    /// True after a `<plaintext>`, which turns the rest of the file into text.
    is_endless: bool,
}

impl Collector {
    /// Returns the handlers for every element, and for the text of those elements whose text can hold references.
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
            // A browser without scripts shows this as part of the page.
            text!("noscript", move |chunk| {
                hidden.text(chunk, |state, text| {
                    // A nested `<noscript>` is renamed to an ordinary element, which also prevents recursion.
                    let inner = NOSCRIPT.replace_all(&text, "<div     ");
                    let inner = read(&inner);
                    if state.templates == 0 {
                        state.seen.ids.extend(inner.ids);
                        let from = state.text_at;
                        state.seen.pieces.extend(inner.pieces.into_iter().map(|(piece, at)| (piece, from + at)));
                    }
                });
                Ok(())
            }),
        ]
    }

    /// Reads HTML to its end, or returns the error of the parser.
    fn run(&self, html: &str) -> Result<String, RewritingError> {
        // This pass only reads; the output is the input.
        let settings = self.handlers().into_iter().fold(RewriteStrSettings::new(), |settings, handler| {
            RewriteStrSettings::append_element_content_handler(settings, handler)
        });
        rewrite_str(html, settings)
    }

    pub(super) fn finish(self) -> ScannedHtml {
        std::mem::take(&mut self.0.borrow_mut().seen)
    }

    fn element(&self, el: &mut Element<'_, '_>) {
        let name = el.tag_name();
        let mut state = self.0.borrow_mut();
        state.at = el.source_location().bytes().start;
        let is_inert = || is_inert_template(&name, el.attributes().iter().map(|attribute| attribute.name()));
        if el.can_have_content() && is_inert() {
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
        } else {
            // A template can be drawn at once as a shadow root (`shadowrootmode`), so its code counts.
            let mut inner = ScanState { at: state.at, ..ScanState::default() };
            inner.element(&name, el);
            let runs = |(piece, _): &(SiteReference, usize)| active::code(piece).is_some() || piece.element == "script";
            state.seen.pieces.extend(inner.seen.pieces.into_iter().filter(runs));
        }
    }

    fn text(&self, chunk: &TextChunk<'_>, done: impl FnOnce(&mut ScanState, String)) {
        let mut state = self.0.borrow_mut();
        if state.text.is_empty() {
            state.text_at = chunk.source_location().bytes().start;
        }
        state.text.push_str(chunk.as_str());
        if chunk.last_in_text_node() {
            let text = std::mem::take(&mut state.text);
            done(&mut state, text);
        }
    }
}

impl ScanState {
    pub(super) fn element(&mut self, name: &str, el: &impl Tag) {
        self.is_endless |= name == "plaintext";
        if name == MARKED {
            self.mark = Some(self.seen.ids.len());
        }
        let get = |attribute: &str| el.get(attribute);
        let rel = if name == "link" { get("rel").unwrap_or_default() } else { String::new() };
        let is_download = || get("download").is_some();
        let animated = is_animation(name).then(|| get("attributename")).flatten();
        let (mut id, mut named) = (None, None);
        el.each(&mut |at, value| {
            match at.as_str() {
                // Most attributes are a `class`, which holds no references.
                "class" => {}
                // A browser uses the first of two.
                "id" => id = id.take().or_else(|| Some(unescape(value))),
                "name" => named = named.take().or_else(|| Some(unescape(value))),
                at if is_presentation(at) => self.addresses(name, at, &unescape(value)),
                _ => {
                    let Some(kind) = kind(name, &at, &rel) else { return };
                    let value = unescape(value);
                    if is_animation(name) && kind == Use::Code && !at.starts_with("on") {
                        self.addresses(name, &at, &value);
                        if !active::animates(&at, &value) {
                            if is_animated(&at) && animated.as_deref().is_some_and(|name| name.ends_with("href")) {
                                let urls = value.split(';').map(|url| url.trim().to_owned());
                                urls.for_each(|url| self.push(name, &at, url, Use::Load));
                            }
                            return;
                        }
                    }
                    // A download may be a `data:` address, unless its type can run.
                    let is_content = at == "href" && value.trim_start().starts_with("data:");
                    if !(is_content && is_download() && !active::holds_markup(&value)) {
                        self.attribute(name, &at, kind, &value);
                    }
                }
            }
        });
        if let Some(named) = named {
            match name {
                "a" if id.as_ref() != Some(&named) => self.seen.ids.push(named),
                "map" => self.seen.maps.push(named),
                _ => {}
            }
        }
        self.seen.ids.extend(id);
        let is_other =
            |encoding: String| !matches!(encoding.trim().to_ascii_lowercase().as_str(), "utf-8" | "utf8" | "");
        match name {
            // The browser then reads the file in an encoding that the file does not name itself.
            "link" | "script" if get("charset").is_some_and(is_other) => {
                self.add(code_piece(active::UNREADABLE, "charset"));
            }
            // Browsers obey it anywhere, and pass it on to frames and style sheets.
            "meta" if ["charset", "content"].into_iter().filter_map(get).any(|value| decode::names_foreign(&value)) => {
                self.add(code_piece(active::UNREADABLE, "charset"));
            }
            _ => {}
        }
        let has_rel = |wanted: &str| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(wanted));
        if has_rel("manifest") {
            let url = get("href").unwrap_or_default();
            if !active::address_ends_in(&url, ".webmanifest") {
                self.add(code_piece(active::MANIFEST, &url));
            }
        }
        if name == STYLE_INSTRUCTION || has_rel("stylesheet") {
            self.seen_sheet(&get("href").unwrap_or_default());
        }
        match name {
            "base" if self.seen.base.is_none() => self.seen.base = get("href"),
            "meta" => {
                let content = get("content").unwrap_or_default();
                let equiv = get("http-equiv").unwrap_or_default();
                if equiv.eq_ignore_ascii_case("refresh") {
                    for url in refreshed(&content) {
                        self.push(name, "content", url.to_owned(), Use::Refresh);
                    }
                } else if equiv.eq_ignore_ascii_case("content-security-policy") {
                    self.seen.policy.get_or_insert(content);
                }
            }
            "script"
                if get("src").or_else(|| get("href")).or_else(|| get("xlink:href")).is_none()
                    && !active::is_data_block(get("type").as_deref()) =>
            {
                self.push(name, "", String::new(), Use::Code);
            }
            "img" if get("alt").is_none() && !is_hidden(el) => {
                self.push(name, "alt", get("src").unwrap_or_default(), Use::NoAlt);
            }
            "area" if get("href").is_some() && get("alt").is_none() && !is_hidden(el) => {
                self.push(name, "alt", get("href").unwrap_or_default(), Use::NoAlt);
            }
            "input"
                if get("type").is_some_and(|kind| kind.eq_ignore_ascii_case("image"))
                    && get("alt").unwrap_or_default().is_empty()
                    && !is_hidden(el) =>
            {
                self.push(name, "alt", get("src").unwrap_or_default(), Use::NoAlt);
            }
            _ => {}
        }
    }

    fn attribute(&mut self, element: &str, attribute: &str, kind: Use, value: &str) {
        if attribute == "style" {
            self.style(element, attribute, value);
            return;
        }
        for value in values(kind, attribute, value) {
            self.push(element, attribute, value.to_owned(), kind);
        }
    }

    pub(super) fn style(&mut self, element: &str, attribute: &str, css: &str) {
        if css.trim().is_empty() || self.templates > 0 {
            return;
        }
        self.push(element, attribute, css.to_owned(), Use::Code);
        for found in css::urls(css) {
            if found.is_import {
                self.seen_sheet(&found.url);
            }
            let kind = if found.is_import { Use::Load } else { Use::Image };
            self.push(element, attribute, found.url, kind);
        }
    }

    /// Reports a style sheet with another ending than `.css`, since it is not read as one.
    fn seen_sheet(&mut self, url: &str) {
        if !active::address_ends_in(url, ".css") {
            self.add(code_piece(active::SHEET, url));
        }
    }

    /// Adds the addresses in an attribute that holds CSS but is not defined by HTML.
    fn addresses(&mut self, element: &str, attribute: &str, css: &str) {
        if css.contains('(') {
            css::urls(css).into_iter().for_each(|found| self.push(element, attribute, found.url, Use::Image));
        }
    }

    pub(super) fn push(&mut self, element: &str, attribute: &str, value: String, kind: Use) {
        let (element, attribute) = (word(element), word(attribute));
        self.add(SiteReference { element, attribute, value, kind });
    }

    pub(super) fn add(&mut self, piece: SiteReference) {
        self.seen.pieces.push((piece, self.at));
    }
}

fn is_hidden(el: &impl Tag) -> bool {
    let says = |attribute: &str, words: &[&str]| el.get(attribute).is_some_and(|it| words.contains(&&*it));
    says("role", &["presentation", "none"])
        || says("aria-hidden", &["true"])
        || el.get("aria-label").is_some()
        || el.get("aria-labelledby").is_some()
}
