//! Gathers the addresses outside the site from its pages and from the evidence of the register.

use super::outside::{Outside, OutsideLink, whole_in};
use super::outward::{Outward, outward};
use super::placed::Frames;
use super::{Options, Site};
use crate::book::Book;
use crate::config::Config;
use crate::datamap::PinnedSchema;
use crate::diagnostic::Place;
use crate::expand::schema_link;
use crate::page::Page;
use crate::register::common::{Common, Visibility};
use crate::span::Span;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Returns all addresses that lead out of the site, and the evidence of the register.
///
/// Evidence has to be reachable even if no page shows it.
pub(crate) fn outside(book: &Book, site: &Site, options: &Options) -> Outside {
    let mut found: BTreeMap<String, OutsideLink> = BTreeMap::new();
    for (address, place) in evidence(book) {
        add(&book.config, &mut found, &address, place, true);
    }
    let edits = edit_links(book);
    let frames = Frames::of(&book.config);
    let pages: BTreeMap<&str, &Page> =
        site.pages.iter().filter_map(|page| Some((page.path.as_str(), &book.pages[page.page?]))).collect();
    for Outward { url, from, place, .. } in outward(book, site, options) {
        if edits.contains(&url) {
            continue;
        }
        // The register takes precedence over the pages that show its values, even where a page repeats an address by
        // hand.
        let whole = || frames.register(book, Url::parse(&url).ok()?.as_str());
        let origin = frames.register(book, &url).or_else(whole);
        if let Some(span) = origin {
            add(&book.config, &mut found, &url, Place::At(span), false);
        }
        let place = match place {
            Place::File(_) if origin.is_some() => continue,
            Place::File(_) => of_schema(book, &url, pages.get(from.as_str()).copied()).map_or(place, Place::At),
            place => place,
        };
        add(&book.config, &mut found, &url, place, false);
    }
    Outside { links: found.into_values().collect(), is_asked: false }
}

fn add(config: &Config, found: &mut BTreeMap<String, OutsideLink>, address: &str, place: Place, is_evidence: bool) {
    let Ok(url) = Url::parse(address) else { return };
    let excludes = &config.trustbook.links.exclude;
    let link = found.entry(url.to_string()).or_insert_with(|| OutsideLink {
        is_excluded: excludes.iter().any(|pattern| pattern.value.fits(url.as_str()) || pattern.value.fits(address)),
        url,
        written: BTreeSet::new(),
        places: Vec::new(),
        is_evidence: false,
        answer: None,
    });
    link.written.insert(address.to_owned());
    link.is_evidence |= is_evidence;
    // A file adds nothing if one of its lines is known already.
    let is_known = link.places.contains(&place)
        || link.is_evidence
            && matches!(place, Place::File(_))
            && link.places.iter().any(|at| matches!(at, Place::At(_)));
    if !is_known {
        link.places.push(place);
    }
}

/// Returns the edit links of the pages. These lead to a login, and the link of a new page works only after it is
/// merged.
fn edit_links(book: &Book) -> BTreeSet<String> {
    let Some(template) = &book.config.html.edit_url_template else { return BTreeSet::new() };
    book.pages.iter().map(|page| template.replace("{path}", &page.source)).collect()
}

/// Returns the place of a link that a data model has become.
///
/// That is the link of the page, if it names the data model. Otherwise it is the record of the data model whose lines a
/// block links to.
fn of_schema(book: &Book, url: &str, page: Option<&Page>) -> Option<Span> {
    let pinned = || {
        let at_commit = |schema: &&PinnedSchema| schema.pinned().is_some_and(|pinned| url.contains(&pinned.commit));
        let schemas: Vec<&PinnedSchema> = book.datamap.schemas.iter().filter(at_commit).collect();
        let found = schemas.iter().find(|schema| url.contains(&schema.path)).or(schemas.first())?;
        Some(found.span)
    };
    page.and_then(|page| typed_schema(book, url, page)).or_else(pinned)
}

fn typed_schema(book: &Book, url: &str, page: &Page) -> Option<Span> {
    let mut of_schemas = page.references.iter().filter(|reference| reference.scheme == "schema");
    let leads = |id: &str| schema_link(book, page, id).is_ok_and(|link| link == url);
    of_schemas.find(|reference| leads(&reference.id)).map(|reference| reference.span)
}

/// Returns the evidence of all facts and records that are not internal, each with the place where it is written.
fn evidence(book: &Book) -> Vec<(String, Place)> {
    let register = &book.facts.register;
    let facts = register.facts.iter().map(|fact| (&fact.common, fact.key_span, &fact.entries));
    let records = register.records.iter().map(|record| (&record.common, record.span, &record.entries));
    let mut found = Vec::new();
    for (common, key, entries) in facts.chain(records) {
        let common: &Common = common;
        if common.visibility == Visibility::Internal {
            continue;
        }
        for address in common.evidence.iter().filter(|text| is_web(text)) {
            let whole = Span::new(key.file, 0..book.map.file(key.file).text().len());
            let within = |span: &Span| {
                let at = whole_in(book.map.slice(*span), address)?;
                Some(Span::new(span.file, span.start + at..span.start + at + address.len()))
            };
            // Evidence that is not on the fact or record itself comes from the defaults of its file.
            let own = entries.iter().find_map(within).or_else(|| within(&whole));
            found.push((address.clone(), Place::At(own.unwrap_or(key))));
        }
    }
    found
}

fn is_web(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
