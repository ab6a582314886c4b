//! Verifies claims about the site itself against each host that its pages contact.

use super::Site;
use super::address::{scheme, stripped};
use super::css;
use super::piece::{kind, refreshed, values};
use super::placed::with_values;
use super::resolve::LinkTarget;
use crate::book::Book;
use crate::claim::{self, Claim, Outcome, Reason, Why};
use crate::config::Config;
use crate::diagnostic::Place;
use crate::facts::Facts;
use crate::html::token::{HtmlToken, tokens};
use crate::html::unescape;
use crate::page::{LinkKind, Markup, Page};
use crate::span::Span;
use std::collections::BTreeSet;
use url::Url;

/// Returns all claims, with the reasons that the sources give against claims about the site.
///
/// Chapters and the theme name the hosts that pages contact, so these claims can be verified before any page is
/// written.
pub(crate) fn judged(book: &Book) -> Vec<Claim> {
    let is_of_site = |claim: &&Claim| claim.is_of_site() && claim.outcome == Outcome::Holds;
    let mut asked = None;
    let all = book.claims.iter().map(|claim| match is_of_site(&claim) {
        true if book.pages.is_empty() => {
            let why = "the site has no page, so that nothing was looked at";
            claim.clone().against(vec![Reason::new(Why::Lacking, why)])
        }
        true => {
            let asked = asked.get_or_insert_with(|| {
                let first = |(host, span)| (host, Some(span));
                once(asked_by_sources(book).into_iter().map(first))
            });
            claim.clone().against(reasons(&book.facts, claim, asked))
        }
        false => claim.clone(),
    });
    all.collect()
}

/// Returns the hosts that the finished pages make a browser contact, each once, with its place if it is known.
pub(crate) fn asked_by_pages(site: &Site) -> Vec<Asked> {
    once(site.bad_links.iter().filter_map(|bad| match (&bad.target, &bad.place) {
        (LinkTarget::ThirdParty(host), Place::At(span)) => Some((host.clone(), Some(*span))),
        (LinkTarget::ThirdParty(host), _) => Some((host.clone(), None)),
        _ => None,
    }))
}

/// A host that a page contacts, and the place where it is named.
pub(crate) type Asked = (String, Option<Span>);

fn once(asked: impl Iterator<Item = Asked>) -> Vec<Asked> {
    let mut seen = BTreeSet::new();
    asked.filter(|(host, _)| seen.insert(host.clone())).collect()
}

/// Returns the reasons against a claim about the site that these hosts give, no more than a claim lists.
pub(crate) fn reasons(facts: &Facts, claim: &Claim, asked: &[Asked]) -> Vec<Reason> {
    let allowed = claim::allowed(facts, claim);
    let asked = asked.iter().filter(|(host, _)| !claim::is_below(host, &allowed)).take(claim::MOST);
    let reason = |(host, span): &Asked| {
        let reason = Reason::new(Why::Against, format!("a page of this site asks `{host}` by itself"));
        let reason = match span {
            Some(span) => reason.at(*span, "it is asked for this"),
            None => reason,
        };
        reason.help("put the file into the book, declare the host in `allow`, or change the sentence")
    };
    asked.map(reason).collect()
}

/// Returns the hosts that chapters and the book's own theme make a browser contact, in order, each with its place.
fn asked_by_sources(book: &Book) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    let mut add = |url: &str, span: Span| found.extend(third_party(&book.config, url).map(|host| (host, span)));
    for page in book.pages.iter() {
        let images = page.links.iter().filter(|link| link.kind == LinkKind::Image && !link.is_raw);
        for image in images {
            if let Some(url) = with_values(book, page, &image.dest) {
                add(&url, image.span);
            }
        }
        page.markup.iter().for_each(|element| of_element(book, page, element, &mut add));
    }
    for (id, file) in book.map.files().filter(|(_, file)| file.path().starts_with("theme/")) {
        let whole = || Span::new(id, 0..0);
        if file.path().ends_with(".css") {
            css::urls(file.text()).iter().for_each(|found| add(&found.url, Span::new(id, found.at..found.at)));
        } else if file.path().ends_with(".hbs") {
            of_template(file.text(), &mut |url, range| {
                add(url, range.map_or_else(whole, |range| Span::new(id, range)))
            });
        }
    }
    found
}

fn of_element(book: &Book, page: &Page, element: &Markup, add: &mut dyn FnMut(&str, Span)) {
    let get = |name: &str| element.attributes.iter().find(|attribute| attribute.name == name);
    let rel = get("rel").map_or("", |rel| &rel.value);
    for attribute in &element.attributes {
        let Some(value) = with_values(book, page, &attribute.value).map(unescape) else { continue };
        if attribute.name == "style" {
            css::urls(&value).iter().for_each(|found| add(&found.url, attribute.span));
        } else if element.element == "meta" && attribute.name == "content" {
            refreshed(&value).into_iter().for_each(|url| add(url, attribute.span));
        } else if let Some(kind) = kind(&element.element, &attribute.name, rel).filter(|kind| kind.is_loaded()) {
            values(kind, &attribute.name, &value).into_iter().for_each(|url| add(url, attribute.span));
        }
    }
}

fn of_template(text: &str, add: &mut dyn FnMut(&str, Option<std::ops::Range<usize>>)) {
    for token in tokens(text) {
        let HtmlToken::Start(tag) = token else { continue };
        let rel = tag.attributes.iter().find(|attribute| attribute.name == "rel").map_or("", |rel| &rel.value);
        for attribute in &tag.attributes {
            if let Some(kind) = kind(&tag.name, &attribute.name, rel).filter(|kind| kind.is_loaded()) {
                let range = Some(attribute.range.clone());
                values(kind, &attribute.name, &attribute.value).into_iter().for_each(|url| add(url, range.clone()));
            }
        }
    }
}

/// Returns the host of a web address, unless it is the site itself.
fn third_party(config: &Config, url: &str) -> Option<String> {
    let url = stripped(url);
    let whole = if url.starts_with("//") { format!("https:{url}") } else { url.into_owned() };
    let (scheme, _) = scheme(&whole)?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let url = Url::parse(&whole).ok()?;
    let own = config.trustbook.site_url.as_ref();
    let is_own = own.is_some_and(|own| own.host() == url.host() && own.port() == url.port());
    url.host_str().filter(|_| !is_own).map(str::to_owned)
}
