//! All links of the site, resolved once: those that lead nowhere, and the files that the others lead to.

use super::resolve::{Target, Targets};
use super::scan::SiteLink;
use super::{Options, Site, SitePage};
use crate::diagnostic::Place;
use crate::expand::encode::component;
use crate::expand::{schema_link, show, value};
use crate::page::{Context, Page, Reference, What};
use crate::span::Span;
use crate::trust::Trust;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A link that does not lead where it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLink {
    /// Which of [`Site::pages`] it stands on.
    pub page: usize,
    /// The link.
    pub link: SiteLink,
    /// Where it leads.
    pub target: Target,
    /// Whether it is a link of the frame, and not of the chapter.
    pub is_of_frame: bool,
    /// Where the writer wrote it.
    pub place: Place,
    /// As what.
    pub written: String,
}

/// What all links of a site come to.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// The links that lead nowhere, in the order of the pages; one of the frame is there once.
    pub(super) bad: Vec<BadLink>,
    /// The files under `src` that pages use.
    pub(super) used: BTreeSet<String>,
}

/// A link that leads nowhere, before anybody has looked where it is written.
struct Bad<'s> {
    link: &'s SiteLink,
    target: Target,
    /// For a link of a chapter: how many to the same address stand before it. `None` for a link of the frame.
    nth: Option<usize>,
}

/// Resolves every link of every page.
pub(super) fn resolve(trust: &Trust, site: &Site, options: &Options) -> Resolved {
    let targets = Targets::new(trust, site, options);
    let redirects = trust.config.html.redirects.iter();
    let redirects = redirects.map(|(from, to)| (from.value.trim_start_matches('/'), to.span)).collect();
    let per_page: Vec<Resolved> = site
        .pages
        .par_iter()
        .enumerate()
        .map(|(index, page)| {
            let (used, bad) = resolve_page(&targets, page);
            Resolved { bad: placed(trust, &redirects, index, page, bad), used }
        })
        .collect();
    let mut all = Resolved::default();
    let mut said = BTreeSet::new();
    for resolved in per_page {
        all.used.extend(resolved.used);
        let is_new = |bad: &BadLink| !bad.is_of_frame || said.insert(bad.target.clone());
        all.bad.extend(resolved.bad.into_iter().filter(is_new));
    }
    all
}

/// The files that a page uses, and its links that lead nowhere.
fn resolve_page<'s>(targets: &Targets<'_>, page: &'s SitePage) -> (BTreeSet<String>, Vec<Bad<'s>>) {
    let (mut used, mut found) = (BTreeSet::new(), Vec::new());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let own = page.links.iter().map(|link| (link, true));
    for (link, is_own) in own.chain(page.frame_links.iter().map(|link| (link, false))) {
        let target = match targets.resolve(&page.path, &link.url) {
            Target::File(path) => {
                used.insert(path);
                continue;
            }
            // A page is no image.
            Target::Page(page) if link.element == "img" => Target::Nowhere(page),
            Target::Page(_) | Target::Asset(_) | Target::Outside => continue,
            bad @ (Target::Unexpanded | Target::NoAnchor { .. } | Target::Nowhere(_)) => bad,
        };
        let nth = is_own.then(|| {
            let count = counts.entry(&link.url).or_default();
            *count += 1;
            *count - 1
        });
        found.push(Bad { link, target, nth });
    }
    (used, found)
}

/// Bad links with where the writer wrote them.
fn placed(
    trust: &Trust,
    redirects: &BTreeMap<&str, Span>,
    index: usize,
    page: &SitePage,
    bad: Vec<Bad<'_>>,
) -> Vec<BadLink> {
    let source = page.page.map(|index| &trust.pages[index]);
    let written = source.filter(|_| !bad.is_empty()).map(|source| written(trust, source)).unwrap_or_default();
    let placed = bad.into_iter().map(|Bad { link, target, nth }| {
        let (place, text) = match (nth, source) {
            (Some(nth), Some(source)) => match written.get(&link.url).and_then(|same| same.get(nth).or(same.last())) {
                Some((span, dest)) => (Place::At(*span), dest.to_string()),
                None => (Place::File(source.source.clone()), link.url.clone()),
            },
            _ => (frame_place(trust, redirects, page, &link.url), link.url.clone()),
        };
        BadLink { page: index, link: link.clone(), target, is_of_frame: nth.is_none(), place, written: text }
    });
    placed.collect()
}

/// The links of a chapter as they are written, by the addresses that they become: the renderer makes `.html` of `.md`.
pub(super) fn written<'t>(trust: &Trust, source: &'t Page) -> BTreeMap<String, Vec<(Span, Cow<'t, str>)>> {
    // A link that names a fact with an address has become that address.
    let leads = |known: &Reference| match known.scheme {
        "schema" => schema_link(trust, source, &known.id).is_ok(),
        _ => trust.facts.find(&known.id).and_then(value::link).is_some(),
    };
    let replaced: BTreeSet<Span> =
        source.references.iter().filter(|known| leads(known)).map(|known| known.span).collect();
    let mut written: BTreeMap<String, Vec<(Span, Cow<'_, str>)>> = BTreeMap::new();
    for link in source.links.iter().filter(|link| !replaced.contains(&link.span)) {
        let dest = with_values(trust, source, &link.dest);
        for url in [Some(dest.to_string()), page_of(&dest)].into_iter().flatten() {
            written.entry(url).or_default().push((link.span, dest.clone()));
        }
    }
    written
}

/// The page that a link to a Markdown file becomes.
fn page_of(dest: &str) -> Option<String> {
    let (path, rest) = dest.find(['#', '?']).map_or((dest, ""), |at| dest.split_at(at));
    let stem = path.strip_suffix(".md").filter(|_| !dest.contains("://"))?;
    Some(format!("{stem}.html{rest}"))
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
    let What::Value(expression) = &slot.what else { return None };
    let shown = show(trust, page, expression).ok()?;
    let link = shown.link.filter(|link| match slot.context {
        Context::WholeDestination => true,
        Context::DestinationStart => link.starts_with("http"),
        _ => false,
    });
    Some(link.unwrap_or_else(|| component(&shown.text)))
}

/// Where a link of the frame is written: in book.toml for a page that leads on, else in a template.
pub(super) fn frame_place(trust: &Trust, redirects: &BTreeMap<&str, Span>, page: &SitePage, url: &str) -> Place {
    if let Some(to) = redirects.get(page.path.as_str()) {
        return Place::At(*to);
    }
    // A template writes the way to the root as an expression; what follows it stands there as it is.
    let base = trust.config.base_path();
    let written = url.trim_start_matches("../").trim_start_matches(base.as_str());
    let templates = ["theme/page.hbs", "theme/404.hbs", "theme/contents.hbs"];
    let found = templates.iter().find_map(|path| {
        let file = trust.map.find(path)?;
        let at = trust.map.file(file).text().find(written).filter(|_| !written.is_empty())?;
        Some(Span::new(file, at..at + written.len()))
    });
    found.map_or_else(|| Place::File("theme/page.hbs".to_owned()), Place::At)
}
