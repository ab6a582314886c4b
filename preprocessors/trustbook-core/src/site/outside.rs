//! The addresses outside of the site, each once with all places where it is written, and what its server answered.

use crate::diagnostic::{Diagnostic, Place};
use crate::exceptions;
use crate::span::SourceMap;
use crate::span::Span;
use crate::trust::Trust;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// What leads out of the site.
#[derive(Debug, Default)]
pub struct Outside {
    /// The links, sorted by address.
    pub links: Vec<Link>,
    /// Whether anybody has asked their servers; a build asks nobody.
    pub is_asked: bool,
}

/// An address outside of the site.
#[derive(Debug)]
pub struct Link {
    /// The address, with its fragment.
    pub url: Url,
    /// The forms in which it is written.
    pub written: BTreeSet<String>,
    /// Where: what proves a statement of the register first.
    pub places: Vec<Place>,
    /// Whether it is the evidence of a fact or record.
    pub is_evidence: bool,
    /// Whether the book excludes it.
    pub is_excluded: bool,
    /// What its server answered, where somebody has asked.
    pub answer: Option<Answer>,
}

/// What came of asking for an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is there.
    Alive,
    /// It is there, and its server says that it has moved for good.
    Moved(Url),
    /// It is there, and can be had with encryption at this address.
    Secure(Url),
    /// There is nothing: why, as a phrase.
    Gone(String),
    /// The page is there without the anchor; perhaps this one was meant.
    NoAnchor(Option<String>),
    /// The file is there, and has so many lines only.
    NoLine(usize),
    /// Nobody can say whether it is there.
    Unknown {
        /// Why, as a phrase.
        why: String,
        /// What to do.
        help: String,
        /// The day on which it was last seen alive.
        alive: Option<Date>,
        /// Whether that is not long ago.
        is_tolerated: bool,
    },
}

/// Links to one page of which the same is to be said, whatever anchors they name.
#[derive(Debug)]
pub struct Group<'o> {
    /// The address to speak of: without an anchor, where there are several.
    pub url: String,
    /// The answer to the first of them.
    pub answer: &'o Answer,
    /// Whether any of them is evidence.
    pub is_evidence: bool,
    /// The links, at least one, evidence first, each with a better address where there is one.
    links: Vec<(&'o Link, Option<&'o Url>)>,
}

/// How many other places of a link are shown.
const MOST_LABELS: usize = 3;

impl Outside {
    /// The links whose answer is one of these, those to one page together.
    pub fn pages(&self, pick: impl Fn(&Answer) -> bool) -> Vec<Group<'_>> {
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

    /// The links whose answer is one of these, each by itself.
    pub fn each(&self, pick: impl Fn(&Answer) -> bool) -> Vec<Group<'_>> {
        let answered = self.links.iter().filter_map(|link| Some((link, link.answer.as_ref()?)));
        answered.filter(|(_, answer)| pick(answer)).map(|(link, answer)| Group::of(link, answer)).collect()
    }
}

impl Answer {
    /// The address to link to instead. A server that sends everybody to its first page does not say where this one is.
    fn better(&self) -> Option<&Url> {
        match self {
            Answer::Moved(to) => Some(to).filter(|to| !is_front(to)),
            Answer::Secure(to) => Some(to),
            _ => None,
        }
    }
}

/// Whether an address is the first page of a site.
pub fn is_front(url: &Url) -> bool {
    matches!(url.path(), "" | "/") && url.query().is_none()
}

impl<'o> Group<'o> {
    fn of(link: &'o Link, answer: &'o Answer) -> Self {
        let links = vec![(link, answer.better())];
        Group { url: link.url.to_string(), answer, is_evidence: link.is_evidence, links }
    }

    /// One finding for all places where the links are written, with an edit for each where there is a better address. A
    /// place that an exception of the book stands for has a finding of its own, so that it says nothing of the others.
    pub fn findings(&self, trust: &Trust, check: &'static str, make: impl Fn(Place) -> Diagnostic) -> Vec<Diagnostic> {
        let names: Vec<String> = self.links.iter().map(|(link, _)| link.url.to_string()).collect();
        let at = |place: &Place| Diagnostic { check, names: names.clone(), ..make(place.clone()) };
        let places: Vec<&Place> = self.links.iter().flat_map(|(link, _)| &link.places).collect();
        let is_excepted = |place: &&Place| !exceptions::find(trust, &at(place)).is_empty();
        let (excepted, others): (Vec<&Place>, Vec<&Place>) = places.into_iter().partition(is_excepted);
        let mut findings: Vec<Diagnostic> = excepted.into_iter().map(at).collect();
        // A line says more than a file does.
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
                    && let Some(text) = link.replaced(&trust.map, *span, better.as_str())
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

/// Sorts places, so that each is named once.
fn key(place: &Place) -> (Option<Span>, Option<&str>) {
    match place {
        Place::At(span) => (Some(*span), None),
        Place::File(path) | Place::InFile { path, .. } => (None, Some(path)),
    }
}

impl Link {
    /// The text at a place with another address in it, where that can stand in any text.
    fn replaced(&self, map: &SourceMap, span: Span, better: &str) -> Option<String> {
        // These mean something in Markdown, in TOML or in HTML.
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

/// Where an address stands in a text, and not as the beginning of a longer one.
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
