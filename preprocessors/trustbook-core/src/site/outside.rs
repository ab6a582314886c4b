//! The addresses outside the site, each once with all places where it is written, and the answer of its server.

use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::exceptions;
use crate::span::SourceMap;
use crate::span::Span;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// All addresses that lead out of the site.
#[derive(Debug, Default)]
pub struct Outside {
    /// The links, sorted by address.
    pub links: Vec<OutsideLink>,
    /// True if the servers have been asked. A build asks none.
    pub is_asked: bool,
}

/// An address outside the site.
#[derive(Debug)]
pub struct OutsideLink {
    /// The address, with its fragment.
    pub url: Url,
    /// The spellings of the address in the sources.
    pub written: BTreeSet<String>,
    /// The places where it is written; evidence of the register comes first.
    pub places: Vec<Place>,
    /// True if it is the evidence of a fact or record.
    pub is_evidence: bool,
    /// True if the book excludes it from link checks.
    pub is_excluded: bool,
    /// The answer of its server, if it has been asked.
    pub answer: Option<LinkAnswer>,
}

/// The result of asking for an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkAnswer {
    /// The address works.
    Alive,
    /// The address works, and its server says that it has moved permanently, to this address.
    Moved(Url),
    /// The address works, and is also available over HTTPS, at this address.
    Secure(Url),
    /// The address does not work; the reason as a phrase.
    Gone(String),
    /// The page exists without the anchor; holds a similar anchor of the page, if any.
    NoAnchor(Option<String>),
    /// The file exists, but has only this many lines.
    NoLine(usize),
    /// It could not be determined whether the address works.
    Unknown {
        /// The reason, as a phrase.
        why: String,
        /// The suggested action.
        help: String,
        /// The last day on which the address worked.
        alive: Option<Date>,
        /// True if that day is recent enough to be tolerated.
        is_tolerated: bool,
    },
}

/// Links to one page that have the same finding, whatever anchors they name.
#[derive(Debug)]
pub struct Group<'o> {
    /// The address to report: without an anchor if there are several links.
    pub url: String,
    /// The answer for the first link.
    pub answer: &'o LinkAnswer,
    /// True if any of the links is evidence.
    pub is_evidence: bool,
    /// The links, at least one, evidence first, each with the better address if there is one.
    links: Vec<(&'o OutsideLink, Option<&'o Url>)>,
}

/// The maximum number of further places of a link that a finding shows.
const MOST_LABELS: usize = 3;

impl Outside {
    /// Returns the links whose answer is picked, grouped by page.
    pub fn pages(&self, pick: impl Fn(&LinkAnswer) -> bool) -> Vec<Group<'_>> {
        let mut pages: BTreeMap<&str, Vec<Group<'_>>> = BTreeMap::new();
        for group in self.each(pick) {
            let page = group.links[0].0.url.as_str().split('#').next().unwrap_or_default();
            pages.entry(page).or_default().push(group);
        }
        let together = |(page, mut groups): (&str, Vec<_>)| {
            groups.sort_by_key(|group: &Group<'_>| !group.is_evidence);
            let mut groups = groups.into_iter();
            let mut first = groups.next()?;
            for other in groups {
                page.clone_into(&mut first.url);
                first.links.extend(other.links);
            }
            Some(first)
        };
        pages.into_iter().filter_map(together).collect()
    }

    /// Returns the links whose answer is picked, each in a group of its own.
    pub fn each(&self, pick: impl Fn(&LinkAnswer) -> bool) -> Vec<Group<'_>> {
        let answered = self.links.iter().filter_map(|link| Some((link, link.answer.as_ref()?)));
        answered.filter(|(_, answer)| pick(answer)).map(|(link, answer)| Group::of(link, answer)).collect()
    }
}

impl LinkAnswer {
    /// Returns the address to link to instead.
    ///
    /// A redirect to the front page of a site does not say where the page itself has gone, so it is not used.
    fn better(&self) -> Option<&Url> {
        match self {
            LinkAnswer::Moved(to) => Some(to).filter(|to| !is_front(to)),
            LinkAnswer::Secure(to) => Some(to),
            _ => None,
        }
    }
}

/// Returns true if an address is the front page of a site.
pub fn is_front(url: &Url) -> bool {
    matches!(url.path(), "" | "/") && url.query().is_none()
}

impl<'o> Group<'o> {
    fn of(link: &'o OutsideLink, answer: &'o LinkAnswer) -> Self {
        let links = vec![(link, answer.better())];
        Group { url: link.url.to_string(), answer, is_evidence: link.is_evidence, links }
    }

    /// Returns one finding for all places where the links are written, with an edit for each that has a better address.
    ///
    /// A place that is covered by an exception gets a finding of its own, so that the exception does not affect the
    /// others.
    pub fn findings(&self, book: &Book, check: &'static str, make: impl Fn(Place) -> Diagnostic) -> Vec<Diagnostic> {
        let names: Vec<String> = self.links.iter().map(|(link, _)| link.url.to_string()).collect();
        let at = |place: &Place| Diagnostic { check, names: names.clone(), ..make(place.clone()) };
        let places: Vec<&Place> = self.links.iter().flat_map(|(link, _)| &link.places).collect();
        let is_excepted = |place: &&Place| !exceptions::find(book, &at(place)).is_empty();
        let (excepted, others): (Vec<&Place>, Vec<&Place>) = places.into_iter().partition(is_excepted);
        let mut findings: Vec<Diagnostic> = excepted.into_iter().map(at).collect();
        // A line is more precise than a file.
        let first = others.iter().position(|place| matches!(place, Place::At(_))).unwrap_or(0);
        let Some(main) = others.get(first) else { return findings };
        let mut finding = at(main);
        let (mut more, mut told) = (0, BTreeSet::from([key(main)]));
        for place in &others {
            match place {
                _ if !told.insert(key(place)) => {}
                Place::At(span) if finding.labels.len() < MOST_LABELS => {
                    finding = finding.also(*span, "it stands here too");
                }
                _ => more += 1,
            }
        }
        if more > 0 {
            let places = if more == 1 { "place" } else { "places" };
            finding = finding.help(format!("it stands at {more} more {places}"));
        }
        let mut edited = BTreeSet::new();
        for (link, better) in &self.links {
            for place in link.places.iter().filter(|place| others.contains(place)) {
                if let (Place::At(span), Some(better)) = (place, better)
                    && let Some(text) = link.replaced(&book.map, *span, better.as_str())
                    && edited.insert(*span)
                {
                    finding = finding.edit(*span, text);
                }
            }
        }
        findings.push(finding);
        findings
    }
}

/// Returns the key by which places are compared, so that each is reported once.
fn key(place: &Place) -> (Option<Span>, Option<&str>) {
    match place {
        Place::At(span) => (Some(*span), None),
        Place::File(path) | Place::InFile { path, .. } => (None, Some(path)),
    }
}

impl OutsideLink {
    /// Returns the text at a place with the better address in it, or `None` if that address is not safe in every
    /// syntax.
    fn replaced(&self, map: &SourceMap, span: Span, better: &str) -> Option<String> {
        // These characters have a meaning in Markdown, TOML or HTML.
        if better.contains(['(', ')', '<', '>', '"', '\'', '\\', '{', '}', '|', '*', '`', '&', ' ']) {
            return None;
        }
        let text = map.slice(span);
        self.written.iter().rev().find_map(|form| {
            let at = whole_in(text, form)?;
            Some(format!("{}{better}{}", &text[..at], &text[at + form.len()..]))
        })
    }
}

/// Returns the byte at which an address occurs in a text, other than as the beginning of a longer address.
pub(super) fn whole_in(text: &str, address: &str) -> Option<usize> {
    let ends = |at: &usize| {
        let next = text[at + address.len()..].chars().next();
        next.is_none_or(|next| next.is_whitespace() || matches!(next, '"' | '\'' | '<' | '>' | ')' | ']' | ',' | '`'))
    };
    text.match_indices(address).map(|(at, _)| at).find(ends)
}

#[cfg(test)]
mod tests {
    use super::whole_in;

    #[test]
    fn an_address_is_found_as_a_whole() {
        let text = "evidence = [\"https://a.example/x/y\", \"https://a.example/x\"]";
        assert_eq!(whole_in(text, "https://a.example/x"), Some(38));
        assert_eq!(whole_in(text, "https://a.example/"), None);
        assert_eq!(whole_in("https://a.example/", "https://a.example/"), Some(0));
    }
}
