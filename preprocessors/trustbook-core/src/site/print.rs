//! `print.html`: the whole book as one document, in which links between chapters stay within it.

use super::exposed::{self, Found};
use super::frame::{Frame, SlotFailure};
use super::piece::{Kind, Piece, kind};
use super::scan::{self, Collector, Seen};
use super::sink::{Bytes, Sink};
use super::{SitePage, address};
use crate::html::unescape;
use crate::memo::Which;
use crate::trust::Trust;
use crate::world;
use lol_html::html_content::{ContentType, Element};
use lol_html::{RewriteStrSettings, element, rewrite_str};
use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::iter::once;
use std::sync::Arc;

/// Its path on the site.
pub(super) const PATH: &str = "print.html";
/// How many chapters are made into parts of the document before these are put there.
const TOGETHER: usize = 64;
/// Where the chapters go, in the page that is made around them.
const BODY: &str = "<!--trustbook:chapters-->";

/// A chapter, cleaned and without its frame.
#[derive(Debug)]
pub(super) struct Chapter {
    /// Which of [`Trust::pages`] it is.
    pub(super) page: usize,
    pub(super) place: Arc<Place>,
    /// Its HTML.
    pub(super) html: String,
    /// Its page has a secret, or does not show all of it.
    pub(super) may_have_secrets: bool,
}

/// What other chapters lead to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Its page.
    pub(super) path: String,
    /// Its title.
    pub(super) title: String,
    /// The ids in it.
    pub(super) ids: BTreeSet<String>,
}

/// The document.
pub(super) struct Printed {
    pub(super) page: SitePage,
    /// Secrets in it.
    pub(super) found: Vec<Found>,
}

/// What the chapters are to each other.
#[derive(Debug, PartialEq, Eq)]
struct Book {
    chapters: Vec<Arc<Place>>,
    /// Which of them a page is; the last, where two have the same.
    at: HashMap<String, usize>,
    /// The pages and files of the site that are no chapters, and stay where they are.
    others: BTreeSet<String>,
    /// The ids that a single chapter has.
    single: HashSet<String>,
}

/// A chapter of the document, by its number.
#[derive(Clone, Copy)]
struct Here<'b> {
    at: usize,
    chapter: &'b Place,
}

/// A chapter as a part of the document.
#[derive(Debug)]
struct Part {
    /// Its anchor.
    id: String,
    html: Bytes,
    /// What a chapter has twice is told of the chapter.
    ids: BTreeSet<String>,
    maps: Vec<String>,
    /// What this has changed: all else is looked at on its own page.
    pieces: Vec<Arc<Piece>>,
    found: Vec<Found>,
}

/// Puts the whole book on one page. `others` are the pages and files that links can lead to besides the chapters.
pub(super) fn page(
    trust: &Trust,
    frame: &Frame<'_>,
    chapters: Vec<Arc<Chapter>>,
    others: BTreeSet<String>,
    sink: &dyn Sink,
) -> Result<Printed, SlotFailure> {
    let places: Vec<Arc<Place>> = chapters.iter().map(|chapter| Arc::clone(&chapter.place)).collect();
    let at = places.iter().enumerate().map(|(at, place)| (place.path.clone(), at)).collect();
    let mut counts: HashMap<&String, usize> = HashMap::new();
    places.iter().flat_map(|place| &place.ids).for_each(|id| *counts.entry(id).or_default() += 1);
    // The chapters and the frame have ids of these forms.
    let is_ours = |id: &str| id.starts_with("tb-") || numbered(id);
    let single = counts.into_iter().filter(|(id, count)| *count == 1 && !is_ours(id)).map(|(id, _)| id.clone());
    let single = single.collect();
    let book = trust.memo.last_equal("printed book", Book { chapters: places, at, others, single });
    let anchor = |path: &str| book.at.get(path).map(|at| format!("#{}", id(*at)));
    let shell = frame.print(PATH, BODY, &anchor)?;
    let Seen { mut ids, mut maps, pieces, base, policy } = scan::read_page(&shell);
    let mut found = exposed::of_markup(&trust.scanner, PATH, &shell);
    let (before, after) = shell.split_once(BODY).unwrap_or((&shell, ""));
    let mut all: HashSet<Arc<Piece>> = pieces.into_iter().map(|(piece, _)| Arc::new(piece)).collect();
    let mut chapters = chapters.into_iter().enumerate();
    let parts = std::iter::from_fn(|| {
        // A few at a time: all parts of the document together are as long as the book.
        let some: Vec<(usize, Arc<Chapter>)> = chapters.by_ref().take(TOGETHER).collect();
        let parts = some.into_par_iter().map(|(at, chapter)| part(trust, &book, at, chapter));
        let parts: Vec<Arc<Part>> = parts.collect();
        for part in &parts {
            ids.push(part.id.clone());
            ids.extend(part.ids.iter().cloned());
            maps.extend(part.maps.iter().cloned());
            all.extend(part.pieces.iter().cloned());
            found.extend(part.found.iter().cloned());
        }
        (!parts.is_empty()).then_some(parts)
    });
    let bytes = |text: &str| Bytes::new(text.as_bytes().to_vec());
    let parts = parts.flatten().map(|part| Bytes::clone(&part.html));
    sink.put_parts(PATH, &mut once(bytes(before)).chain(parts).chain(once(bytes(after))));
    let mut frame: Vec<Arc<Piece>> = all.into_iter().collect();
    frame.par_sort_unstable();
    let (path, own, headings) = (PATH.to_owned(), Vec::new(), Vec::new());
    let losses = Vec::new();
    let page = SitePage { path, page: None, ids, maps, own, frame, headings, losses, base, policy };
    Ok(Printed { page, found })
}

/// A chapter as a part of the document; where nothing that it leads to has changed, as it was made before.
fn part(trust: &Trust, book: &Arc<Book>, at: usize, chapter: Arc<Chapter>) -> Arc<Part> {
    let from = (Which::of(&chapter), Which::of(book), at);
    trust.pages[chapter.page].memo.of("printed", from, || {
        let (html, seen) = rewritten(trust, book, Here { at, chapter: &chapter.place }, &chapter.html);
        let found = if chapter.may_have_secrets { exposed::of_markup(&trust.scanner, PATH, &html) } else { Vec::new() };
        let mut pieces = Vec::with_capacity(seen.pieces.len());
        pieces.extend(seen.pieces.into_iter().map(|(piece, _)| Arc::new(piece)));
        let id = id(at);
        let html = Bytes::new(format!("<div class=\"chapter\" id=\"{id}\">\n{html}\n</div>\n").into_bytes());
        Part { id, html, ids: seen.ids.into_iter().collect(), maps: seen.maps, pieces, found }
    })
}

/// The anchor of a chapter; what it has in front of the ids of the chapter.
fn id(at: usize) -> String {
    format!("c{}", at + 1)
}

/// True for an id such as `c1` or `c1-x`, which chapters have in the document.
fn numbered(id: &str) -> bool {
    let rest = id.strip_prefix('c').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.is_some_and(|rest| rest.len() + 1 < id.len() && (rest.is_empty() || rest.starts_with('-')))
}

/// The HTML of a chapter as a part of the document, with what this has changed.
fn rewritten(trust: &Trust, book: &Book, here: Here<'_>, html: &str) -> (String, Seen) {
    let prefix = format!("{}-", id(here.at));
    let collector = Collector::default();
    let plain = RefCell::new(Vec::new());
    let change = element!("*", |el| {
        let is_heading = matches!(el.tag_name().as_str(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        let id = el.get_attribute("id").filter(|_| is_heading).map(unescape);
        if let Some(id) = id.filter(|id| book.single.contains(id)) {
            // As links to mdBook's `print.html` name it.
            el.prepend(&format!("<span id=\"{}\"></span>", escaped(&id)), ContentType::Html);
            plain.borrow_mut().push(id);
        }
        change(trust, book, &prefix, here.chapter, el);
        Ok(())
    });
    let handlers = std::iter::once(change).chain(collector.handlers());
    let settings = handlers.fold(RewriteStrSettings::new(), RewriteStrSettings::append_element_content_handler);
    let html = rewrite_str(html, settings).unwrap_or_default();
    let mut seen = collector.finish();
    seen.ids.extend(plain.take());
    seen.pieces.retain(|(piece, _)| is_ours(book, &prefix, piece));
    (html, seen)
}

fn is_ours(book: &Book, prefix: &str, piece: &Piece) -> bool {
    match piece.kind {
        Kind::Id => piece.value.starts_with(prefix),
        Kind::Code | Kind::NoAlt | Kind::Map | Kind::Image => false,
        // What it loads is told of the chapter.
        _ if piece.element == "script" => false,
        _ if piece.value.starts_with('#') => true,
        // An anchor or a line of another file is the same from here as from the chapter, which tells of it.
        _ if piece.value.contains('#') => false,
        _ => {
            let path = piece.value.split(['#', '?']).next().unwrap_or_default();
            book.others.contains(percent_decode_str(path).decode_utf8_lossy().as_ref())
        }
    }
}

fn change(trust: &Trust, book: &Book, prefix: &str, chapter: &Place, el: &mut Element<'_, '_>) {
    let name = el.tag_name();
    // The title of the book is the one heading of the first level.
    let lower = ["h1", "h2", "h3", "h4", "h5"].iter().position(|heading| *heading == name);
    if let Some(level) = lower {
        // A fixed name is always accepted, and so are the values below.
        let _ = el.set_tag_name(&format!("h{}", level + 2));
    }
    if el.get_attribute("role").as_deref() == Some("region")
        && let Some(label) = el.get_attribute("aria-label")
    {
        let _ = el.set_attribute("aria-label", &format!("{label}, {}", escaped(&chapter.title)));
    }
    let attributes: Vec<(String, String)> = el.attributes().iter().map(|it| (it.name(), it.value())).collect();
    let rel = el.get_attribute("rel").unwrap_or_default();
    for (attribute, raw) in attributes {
        let value = unescape(raw);
        let new = match (kind(&name, &attribute, &rel), attribute.as_str()) {
            (_, "id") => Some(format!("{prefix}{value}")),
            (_, "name") if matches!(name.as_str(), "a" | "map") => Some(format!("{prefix}{value}")),
            (Some(Kind::Id), _) => Some(own_ids(prefix, chapter, &value)),
            (Some(Kind::Map), _) => value.strip_prefix('#').map(|name| format!("#{prefix}{name}")),
            (Some(Kind::Code), _) => None,
            (Some(_), "srcset" | "imagesrcset") => Some(candidates(trust, book, prefix, chapter, &value)),
            (Some(_), _) => link(trust, book, prefix, chapter, &value),
            (None, _) if value.contains("url(#") => Some(value.replace("url(#", &format!("url(#{prefix}"))),
            _ => None,
        };
        if let Some(new) = new {
            let _ = el.set_attribute(&attribute, &escaped(&new));
        }
    }
    // On paper a heading need not lead to itself, and Chromium would name it twice in its bookmark.
    if name == "a" && el.get_attribute("class").as_deref() == Some("header") {
        el.remove_and_keep_content();
    }
}

/// Ids of the chapter; one that it does not have is told of the chapter.
fn own_ids(prefix: &str, chapter: &Place, value: &str) -> String {
    let ids = value.split_ascii_whitespace().map(|id| match chapter.ids.contains(id) {
        true => format!("{prefix}{id}"),
        false => id.to_owned(),
    });
    ids.collect::<Vec<_>>().join(" ")
}

fn candidates(trust: &Trust, book: &Book, prefix: &str, chapter: &Place, value: &str) -> String {
    let mut changed = value.to_owned();
    for url in super::piece::values(Kind::Image, "srcset", value) {
        if let Some(new) = link(trust, book, prefix, chapter, url) {
            changed = changed.replacen(url, &new, 1);
        }
    }
    changed
}

/// Where a link of a chapter leads in the document; `None` where it stays as it is.
fn link(trust: &Trust, book: &Book, prefix: &str, chapter: &Place, value: &str) -> Option<String> {
    let url = address::stripped(value);
    if url.is_empty() || address::scheme(&url).is_some() || url.starts_with("//") {
        return None;
    }
    let (path, fragment) = url.split_once('#').unwrap_or((&url, ""));
    let fragment = percent_decode_str(fragment).decode_utf8_lossy();
    if path.is_empty() {
        return Some(within(prefix, chapter, &fragment));
    }
    let bare = path.split('?').next().unwrap_or_default();
    let decoded = percent_decode_str(bare).decode_utf8_lossy();
    let base = trust.config.base_path();
    let full = match decoded.strip_prefix(base.as_str()) {
        Some(from_root) => world::join("", from_root),
        None if decoded.starts_with('/') => None,
        None => world::join(world::parent(&chapter.path), &decoded),
    };
    // What leads nowhere, or out of the folder, is told of the chapter.
    let full = full?;
    let folder = || if full.is_empty() { "index.html".to_owned() } else { format!("{full}/index.html") };
    let found = book.at.get(&full).or_else(|| book.at.get(&folder()));
    let found = found.or_else(|| {
        let is_page = trust.config.trustbook.links.without_extension && !decoded.ends_with('/');
        book.at.get(&format!("{full}.html")).filter(|_| is_page)
    });
    if let Some((at, chapter)) = found.and_then(|at| Some((at, book.chapters.get(*at)?))) {
        return Some(within(&format!("{}-", id(*at)), chapter, &fragment));
    }
    let rest = &url[bare.len()..];
    let encoded: Vec<String> = full.split('/').map(crate::expand::encode::component).collect();
    Some(format!("{}{rest}", encoded.join("/")))
}

/// A place of a chapter in the document: its beginning, where the chapter does not have the place.
fn within(prefix: &str, chapter: &Place, fragment: &str) -> String {
    match chapter.ids.contains(fragment) {
        true => format!("#{prefix}{}", crate::expand::encode::component(fragment)),
        false => format!("#{}", prefix.trim_end_matches('-')),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}
