//! Where what is wrong with a reference is written: in a chapter, a template, the register or book.toml.

use super::links::BadLink;
use super::piece::{Kind, Piece};
use super::resolve::{Target, Targets};
use super::written::{self, Written};
use super::{SitePage, css, decode};
use crate::diagnostic::Place;
use crate::page::{Page, Problem};
use crate::register::Fact;
use crate::register::value::Value;
use crate::span::{Position, Span};
use crate::trust::Trust;
use crate::world;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// A reference that is wrong, before anybody has looked where it is written.
#[derive(Debug, Clone)]
pub(super) struct Bad {
    /// The page or file.
    pub(super) from: String,
    pub(super) piece: Arc<Piece>,
    pub(super) target: Target,
    /// It stands in the chapter itself, and not in the frame around it.
    pub(super) is_own: bool,
    /// It stands on a page, and not in a file.
    pub(super) is_of_page: bool,
}

/// The same with its place.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) link: BadLink,
    pub(super) is_of_frame: bool,
}

/// How many references that no chapter writes are looked for in the text of one page.
const MOST_SEARCHES: usize = 100;

/// What frames and blocks are made of.
pub(super) struct Frames<'t> {
    /// Where each old address leads.
    redirects: BTreeMap<&'t str, Span>,
    /// Addresses of the register, once somebody asks.
    register: OnceLock<BTreeMap<String, Span>>,
}

impl<'t> Frames<'t> {
    pub(super) fn of(trust: &'t Trust) -> Self {
        let redirects = trust.config.html.redirects.iter().filter(|(from, _)| !from.value.contains('#'));
        let redirects = redirects.map(|(from, to)| (from.value.trim_start_matches('/'), to.span)).collect();
        Frames { redirects, register: OnceLock::new() }
    }
}

/// The references of a page with where the writer wrote them.
pub(super) fn on_page(trust: &Trust, frames: &Frames<'_>, page: &SitePage, bad: Vec<Bad>) -> Vec<Placed> {
    let source = page.page.map(|index| &trust.pages[index]).filter(|_| !bad.is_empty());
    let written = source.map(|source| written::of(trust, source)).unwrap_or_default();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut searches = MOST_SEARCHES;
    let place = |bad: Bad| {
        let (place, text) = match source.filter(|_| bad.is_own) {
            Some(source) => {
                let key = written::key(&bad.piece);
                let nth = counts.entry(key.clone()).or_default();
                *nth += 1;
                in_chapter(trust, frames, source, &written, &bad, (&key, *nth - 1), &mut searches)?
            }
            None => (in_frame(trust, frames, page, &bad.piece), bad.piece.value.clone()),
        };
        let is_of_frame = !bad.is_own;
        let Bad { from, piece, target, .. } = bad;
        Some(Placed {
            link: BadLink { from, piece: Arc::unwrap_or_clone(piece), target, place, written: text },
            is_of_frame,
        })
    };
    bad.into_iter().filter_map(place).collect()
}

/// Where a reference of a chapter is written, and as what; `None` where something else is reported there.
fn in_chapter(
    trust: &Trust,
    frames: &Frames<'_>,
    source: &Page,
    written: &Written<'_>,
    bad: &Bad,
    (key, nth): (&str, usize),
    searches: &mut usize,
) -> Option<(Place, String)> {
    let value = bad.piece.value.as_str();
    if let Some((span, text)) = written.get(key).and_then(|same| same.get(nth).or(same.last())) {
        // An expression or an include that has become nothing is reported where it stands.
        let is_empty = |problem: &Problem| match problem {
            Problem::Include { span: include, .. } => include.file == span.file && include.end == span.start,
            Problem::Reference { .. } => false,
        };
        if text.contains(&source.word) || value.is_empty() && source.problems.iter().any(is_empty) {
            return None;
        }
        return Some((Place::At(*span), text.to_string()));
    }
    // A block shows what the register says, or what its template does.
    let register = frames.register.get_or_init(|| addresses(trust));
    if let Some(span) = register.get(value) {
        return Some((Place::At(*span), value.to_owned()));
    }
    let mut found = None;
    if *searches > 0 && value.len() > 1 {
        *searches -= 1;
        found = in_templates(trust, value);
        let at = source.body.text().find(value).filter(|_| found.is_none());
        if let Some(range) = at.map(|at| at..at + value.len()) {
            // An expression behind it has become nothing, and that is reported.
            if source.body.text()[range.end..].starts_with(&source.word) {
                return None;
            }
            found = source.body.locate(range);
        }
    }
    Some((found.map_or_else(|| Place::File(source.source.clone()), Place::At), value.to_owned()))
}

/// Where a reference of the frame is written: in book.toml for a page that leads on, else in a template.
fn in_frame(trust: &Trust, frames: &Frames<'_>, page: &SitePage, piece: &Piece) -> Place {
    let value = piece.value.as_str();
    if let Some(to) = frames.redirects.get(page.path.as_str()) {
        return Place::At(*to);
    }
    if let Some(to) = page.page.and_then(|_| anchor_moved(trust, &page.path, value)) {
        return Place::At(to);
    }
    // A template writes the way to the root as an expression; what follows it stands there as it is.
    let base = trust.config.base_path();
    let written = match value.trim_start_matches("../").trim_start_matches(base.as_str()) {
        "" if piece.attribute.is_empty() => format!("<{}", piece.element),
        "" => format!("{}=\"\"", piece.attribute),
        written => written.to_owned(),
    };
    in_templates(trust, &written).map_or_else(|| Place::File("theme/page.hbs".to_owned()), Place::At)
}

/// Where book.toml says to which address an anchor of a page has moved.
fn anchor_moved(trust: &Trust, path: &str, value: &str) -> Option<Span> {
    let mut redirects = trust.config.html.redirects.iter();
    let found = redirects.find(|(from, to)| {
        to.value == value && from.value.trim_start_matches('/').split_once('#').is_some_and(|(page, _)| page == path)
    });
    found.map(|(_, to)| to.span)
}

/// The first place in a template of the book's own theme.
fn in_templates(trust: &Trust, text: &str) -> Option<Span> {
    if text.is_empty() {
        return None;
    }
    trust.map.files().filter(|(_, file)| file.path().starts_with("theme/")).find_map(|(id, file)| {
        let at = file.text().find(text)?;
        Some(Span::new(id, at..at + text.len()))
    })
}

/// Every address of the register, with the place of the value that holds it.
fn addresses(trust: &Trust) -> BTreeMap<String, Span> {
    fn add(value: &Value, span: Span, into: &mut BTreeMap<String, Span>) {
        match value {
            Value::Url(url) => {
                into.entry(url.to_string()).or_insert(span);
            }
            Value::Text(text) => {
                into.entry(text.clone()).or_insert(span);
            }
            Value::Markdown(text) => {
                for dest in text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next()) {
                    into.entry(dest.to_owned()).or_insert(span);
                }
            }
            Value::List(items) => items.iter().for_each(|item| add(item, span, into)),
            Value::Table(entries) => entries.iter().for_each(|(_, item)| add(item, span, into)),
            _ => {}
        }
    }
    let register = &trust.facts.register;
    let mut found = BTreeMap::new();
    let fields = register.records.iter().flat_map(|record| &record.fields);
    let facts: Vec<&Fact> = register.facts.iter().chain(fields).collect();
    for fact in facts {
        if let Some(value) = &fact.value {
            add(value, fact.span, &mut found);
        }
    }
    let commons = register.facts.iter().map(|fact| (&fact.common, fact.key_span));
    for (common, span) in commons.chain(register.records.iter().map(|record| (&record.common, record.span))) {
        for evidence in &common.evidence {
            found.entry(evidence.clone()).or_insert(span);
        }
    }
    found
}

/// A reference of a file that is no page, with the bytes of that.
pub(super) fn in_file(trust: &Trust, bad: Bad, bytes: &[u8]) -> BadLink {
    let Bad { from, piece, target, .. } = bad;
    let theme = match from.as_str() {
        "assets/site.css" => Some("theme/css/site.css"),
        "assets/favicon.svg" => Some("theme/favicon.svg"),
        _ => None,
    };
    let place = match theme {
        Some(path) => {
            let found = signs(&piece).find_map(|sign| in_templates(trust, &sign));
            found.map_or_else(|| Place::File(path.to_owned()), Place::At)
        }
        None => {
            let path = format!("{}/{from}", trust.config.src);
            match matches!(target, Target::Active(_)).then(|| position(&piece, bytes)).flatten() {
                Some(position) => Place::InFile { path, position },
                None => Place::File(path),
            }
        }
    };
    let written = piece.value.clone();
    BadLink { from, piece: Arc::unwrap_or_clone(piece), target, place, written }
}

/// By what a reference is found in a text: what it says, or else what says it.
fn signs(piece: &Piece) -> impl Iterator<Item = String> {
    let (element, attribute) = (&piece.element, &piece.attribute);
    let signs = [piece.value.clone(), attribute.to_string(), format!("<{element}"), format!(":{element}")];
    signs.into_iter().filter(|sign| sign.len() > 1)
}

/// Where a reference stands in a file that is no source: most have nothing to tell, and are not kept as text.
fn position(piece: &Piece, bytes: &[u8]) -> Option<Position> {
    let text = decode::text(bytes)?.to_ascii_lowercase();
    let at = signs(piece).find_map(|sign| text.find(&sign.to_ascii_lowercase()))?;
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    Some(Position { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 })
}

/// Old addresses that lead to each other for ever, each circle once.
pub(super) fn loops(trust: &Trust, targets: &Targets<'_>) -> Vec<BadLink> {
    let mut found = Vec::new();
    let mut done: BTreeSet<String> = BTreeSet::new();
    for (from, to) in trust.config.html.redirects.iter().filter(|(from, _)| !from.value.contains('#')) {
        let Some(start) = world::join("", from.value.trim_start_matches('/')) else { continue };
        let (mut way, mut places) = (vec![start.clone()], BTreeMap::from([(start, 0)]));
        loop {
            let here = way.last().cloned().unwrap_or_default();
            if done.contains(&here) {
                break;
            }
            let Some(next) = targets.next(&here) else { break };
            if let Some(at) = places.insert(next.clone(), way.len()) {
                let piece = Piece {
                    element: Cow::Borrowed("redirect"),
                    attribute: Cow::Borrowed(""),
                    value: to.value.clone(),
                    kind: Kind::Refresh,
                };
                let circle = way[at..].to_vec();
                let (place, written) = (Place::At(to.span), from.value.clone());
                found.push(BadLink { from: here, piece, target: Target::Loop(circle), place, written });
                break;
            }
            way.push(next);
        }
        done.extend(way);
    }
    found
}

/// The addresses in the `style` of an element.
pub(super) fn style_urls(style: &str) -> impl Iterator<Item = String> {
    css::urls(style).into_iter().map(|found| found.url)
}
