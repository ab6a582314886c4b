//! The page `print.html`: the whole printed as one document, in which links between chapters stay inside it.

use super::exposed::{self, SecretInFile};
use super::frame::{Frame, SlotFailure};
use super::piece::{SiteReference, Use, kind};
use super::scan::{self, Collector, ScannedHtml};
use super::sink::{Bytes, Sink};
use super::{SitePage, active, address, nav, tree};
use crate::book::Book;
use crate::cache::ValueIdentity;
use crate::html::unescape;
use crate::world;
use lol_html::html_content::{ContentType, Element};
use lol_html::{RewriteStrSettings, element, rewrite_str};
use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::iter::once;
use std::sync::Arc;

/// Returns the path of the document on the site.
pub(super) fn path(book: &Book) -> String {
    format!("{}print.html", book.folder)
}

/// The number of chapters that are turned into parts before these are written.
const TOGETHER: usize = 64;
/// The placeholder for the chapters in the page that is rendered around them.
const BODY: &str = scan::MARK;

/// A chapter, cleaned and without its frame.
#[derive(Debug)]
pub(super) struct PrintedChapter {
    /// Its index into [`Book::pages`].
    pub(super) page: usize,
    pub(super) place: Arc<PrintAnchor>,
    /// The HTML of its content.
    pub(super) html: String,
    /// True if a secret was found on its page, or if the page does not show the whole content.
    pub(super) may_have_secrets: bool,
}

/// The parts of a chapter that links from other chapters depend on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PrintAnchor {
    /// The path of its page.
    pub(super) path: String,
    /// The title of its page.
    pub(super) title: String,
    /// The ids in its content.
    pub(super) ids: BTreeSet<String>,
}

/// The finished document.
pub(super) struct Printed {
    pub(super) page: SitePage,
    /// The secrets in the document.
    pub(super) found: Vec<SecretInFile>,
}

/// The link targets of the whole printed.
#[derive(Debug, PartialEq, Eq)]
struct PrintedBook {
    chapters: Vec<Arc<PrintAnchor>>,
    /// The index of the chapter of each page; the last one, if two share a path.
    at: HashMap<String, usize>,
    /// The pages and files of the site that are not chapters. Links to them still leave the document.
    others: BTreeSet<String>,
    /// The ids that occur in one chapter only.
    single: HashSet<String>,
}

/// The chapter that is being rewritten, and its index.
#[derive(Clone, Copy)]
struct Here<'b> {
    at: usize,
    chapter: &'b PrintAnchor,
}

/// A chapter as a part of the document.
#[derive(Debug)]
struct PrintChapter {
    /// The anchor at which it starts.
    id: String,
    html: Bytes,
    /// The ids in it, each once. Duplicates within a chapter are reported at the chapter.
    ids: BTreeSet<String>,
    maps: Vec<String>,
    /// The references that the rewriting changed. All others are checked on the page of the chapter.
    pieces: Vec<Arc<SiteReference>>,
    found: Vec<SecretInFile>,
}

/// Writes the whole printed to the sink as one page. `others` are the pages and files besides the chapters that links can
/// lead to.
///
/// # Errors
/// Returns the failure of the template, if it could not be rendered.
pub(super) fn page(
    book: &Book,
    frame: &Frame<'_>,
    chapters: Vec<Arc<PrintedChapter>>,
    others: BTreeSet<String>,
    sink: &dyn Sink,
) -> Result<Printed, SlotFailure> {
    let places: Vec<Arc<PrintAnchor>> = chapters.iter().map(|chapter| Arc::clone(&chapter.place)).collect();
    let at = places.iter().enumerate().map(|(at, place)| (place.path.clone(), at)).collect();
    let mut counts: HashMap<&String, usize> = HashMap::new();
    places.iter().flat_map(|place| &place.ids).for_each(|id| *counts.entry(id).or_default() += 1);
    // Chapters and the frame use ids of these forms in the document.
    let is_ours = |id: &str| id.starts_with("tb-") || numbered(id);
    let single = counts.into_iter().filter(|(id, count)| *count == 1 && !is_ours(id)).map(|(id, _)| id.clone());
    let single = single.collect();
    let printed = book.cache.last_equal("printed book", PrintedBook { chapters: places, at, others, single });
    let anchor = |path: &str| printed.at.get(path).map(|at| format!("#{}", id(*at)));
    let path = path(book);
    let shell = frame.print(&path, BODY, &anchor)?;
    let ScannedHtml { mut ids, mut maps, mut pieces, base, policy } = scan::read_page(&shell);
    if book.theme.has_own_templates() && !tree::shows_content(&shell) {
        pieces.push((active::code_piece(active::ENDLESS, ""), 0));
    }
    let mut found = exposed::of_markup(&book.scanner, &path, &shell);
    let (before, after) = shell.split_once(BODY).unwrap_or((&shell, ""));
    let mut all: HashSet<Arc<SiteReference>> = pieces.into_iter().map(|(piece, _)| Arc::new(piece)).collect();
    let mut chapters = chapters.into_iter().enumerate();
    let parts = std::iter::from_fn(|| {
        // A few at a time: all parts of the document together are as long as the printed.
        let some: Vec<(usize, Arc<PrintedChapter>)> = chapters.by_ref().take(TOGETHER).collect();
        let parts = some.into_par_iter().map(|(at, chapter)| part(book, &printed, at, chapter));
        let parts: Vec<Arc<PrintChapter>> = parts.collect();
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
    sink.put_parts(&path, &mut once(bytes(before)).chain(parts).chain(once(bytes(after))));
    let mut frame: Vec<Arc<SiteReference>> = all.into_iter().collect();
    frame.par_sort_unstable();
    let (own, headings) = (Vec::new(), Vec::new());
    let losses = Vec::new();
    let page = SitePage { path, page: None, ids, maps, own, frame, headings, losses, base, policy };
    Ok(Printed { page, found })
}

/// Returns a chapter as a part of the document. It is made anew only if the chapter, or a link target of the printed, has
/// changed.
fn part(book: &Book, printed: &Arc<PrintedBook>, at: usize, chapter: Arc<PrintedChapter>) -> Arc<PrintChapter> {
    let from = (ValueIdentity::of(&chapter), ValueIdentity::of(printed), at);
    book.pages[chapter.page].cache.of("printed", from, || {
        let (html, seen) = rewritten(book, printed, Here { at, chapter: &chapter.place }, &chapter.html);
        let found =
            if chapter.may_have_secrets { exposed::of_markup(&book.scanner, &path(book), &html) } else { Vec::new() };
        let mut pieces = Vec::with_capacity(seen.pieces.len());
        pieces.extend(seen.pieces.into_iter().map(|(piece, _)| Arc::new(piece)));
        let id = id(at);
        let lang =
            book.pages[chapter.page].language.as_ref().map_or_else(String::new, |tag| format!(" lang=\"{tag}\""));
        let html = format!("<div class=\"chapter\" id=\"{id}\"{lang}>\n{html}\n</div>\n");
        let html = Bytes::new(html.into_bytes());
        PrintChapter { id, html, ids: seen.ids.into_iter().collect(), maps: seen.maps, pieces, found }
    })
}

/// Returns the anchor of a chapter, which is also the prefix of its ids.
fn id(at: usize) -> String {
    format!("c{}", at + 1)
}

/// Returns true for an id such as `c1` or `c1-x`, which only chapters of the document have.
fn numbered(id: &str) -> bool {
    let rest = id.strip_prefix('c').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.is_some_and(|rest| rest.len() + 1 < id.len() && (rest.is_empty() || rest.starts_with('-')))
}

/// Returns the HTML of a chapter as a part of the document, with the ids and references that this changes.
fn rewritten(book: &Book, printed: &PrintedBook, here: Here<'_>, html: &str) -> (String, ScannedHtml) {
    let prefix = format!("{}-", id(here.at));
    let collector = Collector::default();
    let plain = RefCell::new(Vec::new());
    let change = element!("*", |el| {
        let is_heading = matches!(el.tag_name().as_str(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        let id = el.get_attribute("id").filter(|_| is_heading).map(unescape);
        if let Some(id) = id.filter(|id| printed.single.contains(id)) {
            // The plain id is kept for links that were made for mdBook's `print.html`.
            el.prepend(&format!("<span id=\"{}\"></span>", escaped(&id)), ContentType::Html);
            plain.borrow_mut().push(id);
        }
        change(book, printed, &prefix, here.chapter, el);
        Ok(())
    });
    let handlers = std::iter::once(change).chain(collector.handlers());
    let settings = handlers.fold(RewriteStrSettings::new(), RewriteStrSettings::append_element_content_handler);
    let html = rewrite_str(html, settings).unwrap_or_default();
    let mut seen = collector.finish();
    seen.ids.extend(plain.take());
    seen.pieces.retain(|(piece, _)| is_ours(printed, &prefix, piece));
    (html, seen)
}

fn is_ours(printed: &PrintedBook, prefix: &str, piece: &SiteReference) -> bool {
    match piece.kind {
        Use::Id => piece.value.starts_with(prefix),
        Use::Code | Use::NoAlt | Use::Map | Use::Image => false,
        // The scripts that it loads are reported at the chapter.
        _ if piece.element == "script" => false,
        _ if piece.value.starts_with('#') => true,
        // An anchor or a line of another file is the same from here as from the chapter, where it is reported.
        _ if piece.value.contains('#') => false,
        _ => {
            let path = piece.value.split(['#', '?']).next().unwrap_or_default().trim_start_matches("../");
            printed.others.contains(percent_decode_str(path).decode_utf8_lossy().as_ref())
        }
    }
}

fn change(book: &Book, printed: &PrintedBook, prefix: &str, chapter: &PrintAnchor, el: &mut Element<'_, '_>) {
    let name = el.tag_name();
    // The title of the printed is the only heading of the first level.
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
            (Some(Use::Id), _) => Some(own_ids(prefix, chapter, &value)),
            (Some(Use::Map), _) => value.strip_prefix('#').map(|name| format!("#{prefix}{name}")),
            (Some(Use::Code), _) => None,
            (Some(_), "srcset" | "imagesrcset") => Some(candidates(book, printed, prefix, chapter, &value)),
            (Some(_), _) => link(book, printed, prefix, chapter, &value),
            (None, _) if value.contains("url(#") => Some(value.replace("url(#", &format!("url(#{prefix}"))),
            _ => None,
        };
        if let Some(new) = new {
            let _ = el.set_attribute(&attribute, &escaped(&new));
        }
    }
    // On paper a heading need not link to itself, and Chromium would repeat its name in the bookmark.
    if name == "a" && el.get_attribute("class").as_deref() == Some("header") {
        el.remove_and_keep_content();
    }
}

/// Returns ids of the chapter with its prefix. A missing id stays as it is and is reported at the chapter.
fn own_ids(prefix: &str, chapter: &PrintAnchor, value: &str) -> String {
    let ids = value.split_ascii_whitespace().map(|id| match chapter.ids.contains(id) {
        true => format!("{prefix}{id}"),
        false => id.to_owned(),
    });
    ids.collect::<Vec<_>>().join(" ")
}

fn candidates(book: &Book, printed: &PrintedBook, prefix: &str, chapter: &PrintAnchor, value: &str) -> String {
    let mut changed = value.to_owned();
    for url in super::piece::values(Use::Image, "srcset", value) {
        if let Some(new) = link(book, printed, prefix, chapter, url) {
            changed = changed.replacen(url, &new, 1);
        }
    }
    changed
}

/// Returns the target of a chapter's link within the document, or `None` if the link stays as it is.
fn link(book: &Book, printed: &PrintedBook, prefix: &str, chapter: &PrintAnchor, value: &str) -> Option<String> {
    let config = &book.config;
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
    let base = config.base_path();
    let full = match decoded.strip_prefix(base.as_str()) {
        Some(from_root) => world::join("", from_root),
        None if decoded.starts_with('/') => None,
        None => world::join(world::parent(&chapter.path), &decoded),
    };
    // A link to nowhere, or out of the folder, is reported at the chapter.
    let full = full?;
    let folder = || if full.is_empty() { "index.html".to_owned() } else { format!("{full}/index.html") };
    let found = printed.at.get(&full).or_else(|| printed.at.get(&folder()));
    let found = found.or_else(|| {
        let is_page = config.trustbook.links.without_extension && !decoded.ends_with('/');
        printed.at.get(&format!("{full}.html")).filter(|_| is_page)
    });
    if let Some((at, chapter)) = found.and_then(|at| Some((at, printed.chapters.get(*at)?))) {
        return Some(within(&format!("{}-", id(*at)), chapter, &fragment));
    }
    let rest = &url[bare.len()..];
    Some(format!("{}{rest}", nav::relative(&book.folder, &full)))
}

/// Returns the link to an id of a chapter in the document, or to the start of the chapter if it lacks that id.
fn within(prefix: &str, chapter: &PrintAnchor, fragment: &str) -> String {
    match chapter.ids.contains(fragment) {
        true => format!("#{prefix}{}", crate::expand::encode::component(fragment)),
        false => format!("#{}", prefix.trim_end_matches('-')),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}
