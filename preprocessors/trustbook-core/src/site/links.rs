//! All links of the site, resolved once: those that lead nowhere, and the files that the others lead to.

use super::resolve::{Target, Targets};
use super::scan::SiteLink;
use super::{Options, Site, SitePage};
use crate::diagnostic::Place;
use crate::expand::encode::component;
use crate::expand::{show, value};
use crate::page::{Context, Page, What};
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
    /// For a link of a chapter: how many to the same address stand before it. `None` for a link of the frame.
    pub nth: Option<usize>,
}

/// What all links of a site come to.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// The links that lead nowhere, in the order of the pages; one of the frame is there once.
    pub(super) bad: Vec<BadLink>,
    /// The files under `src` that pages use.
    pub(super) used: BTreeSet<String>,
}

/// Resolves every link of every page.
pub(super) fn resolve(trust: &Trust, site: &Site, options: &Options) -> Resolved {
    let targets = Targets::new(trust, site, options);
    let per_page: Vec<Resolved> =
        site.pages.par_iter().enumerate().map(|(index, page)| resolve_page(&targets, index, page)).collect();
    let mut all = Resolved::default();
    for resolved in per_page {
        all.used.extend(resolved.used);
        for bad in resolved.bad {
            let said =
                bad.nth.is_none() && all.bad.iter().any(|other| other.nth.is_none() && other.target == bad.target);
            if !said {
                all.bad.push(bad);
            }
        }
    }
    all
}

fn resolve_page(targets: &Targets<'_>, index: usize, page: &SitePage) -> Resolved {
    let mut resolved = Resolved::default();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let own = page.links.iter().map(|link| (link, true));
    for (link, is_own) in own.chain(page.frame_links.iter().map(|link| (link, false))) {
        let target = match targets.resolve(&page.path, &link.url) {
            Target::File(path) => {
                resolved.used.insert(path);
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
        resolved.bad.push(BadLink { page: index, link: link.clone(), target, nth });
    }
    resolved
}

impl BadLink {
    /// Where the writer wrote it, and as what.
    pub fn place(&self, trust: &Trust, site: &Site) -> (Place, String) {
        let page = &site.pages[self.page];
        let (Some(nth), Some(source)) = (self.nth, page.page.map(|index| &trust.pages[index])) else {
            return (frame_place(trust, page, &self.link.url), self.link.url.clone());
        };
        // A link that names a fact with an address has become that address.
        let replaced = |span: Span| {
            let mut references = source.references.iter().filter(|known| known.span == span);
            references.any(|known| trust.facts.find(&known.id).and_then(value::link).is_some())
        };
        let written = source
            .links
            .iter()
            .filter(|link| !replaced(link.span))
            .map(|link| (link.span, with_values(trust, source, &link.dest)));
        let mut same = written.filter(|(_, dest)| leads_to(dest, &self.link.url));
        let last = same.clone().last();
        match same.nth(nth).or(last) {
            Some((span, dest)) => (Place::At(span), dest.into_owned()),
            None => (Place::File(source.source.clone()), self.link.url.clone()),
        }
    }
}

/// A destination as a writer wrote it, with the values of its expressions.
fn with_values<'d>(trust: &Trust, page: &Page, dest: &'d str) -> Cow<'d, str> {
    if !dest.contains(&page.word) {
        return Cow::Borrowed(dest);
    }
    let mut output = dest.to_owned();
    for (index, slot) in page.slots.iter().enumerate() {
        let word = format!("{}{index}E", page.word);
        if let What::Value(expression) = &slot.what
            && output.contains(&word)
            && let Ok(shown) = show(trust, page, expression)
        {
            let link = shown.link.filter(|link| match slot.context {
                Context::WholeDestination => true,
                Context::DestinationStart => link.starts_with("http"),
                _ => false,
            });
            output = output.replace(&word, &link.unwrap_or_else(|| component(&shown.text)));
        }
    }
    Cow::Owned(output)
}

/// Whether a written link becomes this address: the renderer makes `.html` of `.md`.
fn leads_to(dest: &str, url: &str) -> bool {
    if dest == url {
        return true;
    }
    let (path, rest) = dest.find(['#', '?']).map_or((dest, ""), |at| dest.split_at(at));
    let Some(stem) = path.strip_suffix(".md").filter(|_| !dest.contains("://")) else { return false };
    url.strip_prefix(stem).and_then(|url| url.strip_prefix(".html")) == Some(rest)
}

/// Where a link of the frame is written: in book.toml for a page that leads on, else in a template.
fn frame_place(trust: &Trust, page: &SitePage, url: &str) -> Place {
    let mut redirects = trust.config.html.redirects.iter();
    if let Some((_, to)) = redirects.find(|(from, _)| from.value.trim_start_matches('/') == page.path) {
        return Place::At(to.span);
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
