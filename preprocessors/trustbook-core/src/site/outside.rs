//! The addresses outside of the site, each once with all places where it is written, and what its server answered.

use super::outward::{Outward, outward};
use super::{Options, Site};
use crate::diagnostic::{Diagnostic, Place};
use crate::exceptions;
use crate::expand::schema_link;
use crate::register::common::{Common, Visibility};
use crate::register::value::Value;
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

/// How many other places of a link are shown.
const MOST_LABELS: usize = 3;

impl Link {
    /// One finding for all places where the link is written, with an edit for each where there is a better address. A
    /// place that an exception of the book stands for has a finding of its own, so that it says nothing of the others.
    pub fn findings(
        &self,
        trust: &Trust,
        check: &'static str,
        better: Option<&Url>,
        make: impl Fn(Place) -> Diagnostic,
    ) -> Vec<Diagnostic> {
        let at = |place: &Place| {
            let finding = make(place.clone()).named(vec![self.url.to_string()]);
            Diagnostic { check, ..finding }
        };
        let is_excepted = |place: &&Place| !exceptions::find(trust, &at(place)).is_empty();
        let (excepted, others): (Vec<&Place>, Vec<&Place>) = self.places.iter().partition(is_excepted);
        let mut findings: Vec<Diagnostic> = excepted.into_iter().map(at).collect();
        let Some((first, rest)) = others.split_first() else { return findings };
        let mut finding = at(first);
        let mut more = 0;
        for place in rest {
            match place {
                Place::At(span) if finding.labels.len() < MOST_LABELS => {
                    finding = finding.also(*span, "it stands here too")
                }
                _ => more += 1,
            }
        }
        if more > 0 {
            let places = if more == 1 { "place" } else { "places" };
            finding = finding.help(format!("it stands at {more} more {places}"));
        }
        for place in &others {
            if let (Place::At(span), Some(better)) = (place, better)
                && let Some(text) = self.replaced(trust, *span, better.as_str())
            {
                finding = finding.edit(*span, text);
            }
        }
        findings.push(finding);
        findings
    }

    /// The text at a place with another address in it, where that can stand in any text.
    fn replaced(&self, trust: &Trust, span: Span, better: &str) -> Option<String> {
        // These mean something in Markdown, in TOML or in HTML.
        if better.contains(['(', ')', '<', '>', '"', '\'', '\\', '{', '}', '|', '*', '`', '&', ' ']) {
            return None;
        }
        let text = trust.map.slice(span);
        self.written.iter().rev().find_map(|form| {
            let at = whole_in(text, form)?;
            Some(format!("{}{better}{}", &text[..at], &text[at + form.len()..]))
        })
    }
}

/// Where an address stands in a text, and not as the beginning of a longer one.
fn whole_in(text: &str, address: &str) -> Option<usize> {
    let ends = |at: &usize| {
        let next = text[at + address.len()..].chars().next();
        next.is_none_or(|next| next.is_whitespace() || matches!(next, '"' | '\'' | '<' | '>' | ')' | ']' | ',' | '`'))
    };
    text.match_indices(address).map(|(at, _)| at).find(ends)
}

/// All that leads out of the site, and the evidence of the register, which has to be there whether a page shows it or not.
pub fn collect(trust: &Trust, site: &Site, options: &Options) -> Outside {
    let mut found: BTreeMap<String, Link> = BTreeMap::new();
    for (address, place) in evidence(trust) {
        add(trust, &mut found, &address, place, true);
    }
    let edits = edit_links(trust);
    let register = values(trust);
    for Outward { url, from, place, .. } in outward(trust, site, options) {
        if edits.contains(&url) {
            continue;
        }
        // The register goes before the pages that show what it says, also where one has typed it.
        let parsed = Url::parse(&url).ok();
        let origin = parsed.and_then(|parsed| register.get(parsed.as_str()).copied());
        if let Some(span) = origin {
            add(trust, &mut found, &url, Place::At(span), false);
        }
        let place = match place {
            Place::File(_) if origin.is_some() => continue,
            Place::File(_) => of_schema(trust, site, &url, &from).map_or(place, Place::At),
            place => place,
        };
        add(trust, &mut found, &url, place, false);
    }
    Outside { links: found.into_values().collect(), is_asked: false }
}

fn add(trust: &Trust, found: &mut BTreeMap<String, Link>, address: &str, place: Place, is_evidence: bool) {
    let Ok(url) = Url::parse(address) else { return };
    let excludes = &trust.config.trustbook.links.exclude;
    let link = found.entry(url.to_string()).or_insert_with(|| Link {
        is_excluded: excludes.iter().any(|pattern| pattern.value.fits(url.as_str()) || pattern.value.fits(address)),
        url,
        written: BTreeSet::new(),
        places: Vec::new(),
        is_evidence: false,
        answer: None,
    });
    link.written.insert(address.to_owned());
    link.is_evidence |= is_evidence;
    // A file is no second place beside a line of it.
    let is_known = link.places.contains(&place)
        || link.is_evidence
            && matches!(place, Place::File(_))
            && link.places.iter().any(|at| matches!(at, Place::At(_)));
    if !is_known {
        link.places.push(place);
    }
}

/// Where readers edit pages. These lead to a login, and for a new page to nothing before it is merged.
fn edit_links(trust: &Trust) -> BTreeSet<String> {
    let Some(template) = &trust.config.html.edit_url_template else { return BTreeSet::new() };
    trust.pages.iter().map(|page| template.replace("{path}", &page.source)).collect()
}

/// The link of a page that names a data model, and has become an address.
fn of_schema(trust: &Trust, site: &Site, url: &str, from: &str) -> Option<Span> {
    let page = site.pages.iter().find(|page| page.path == from)?.page?;
    let page = &trust.pages[page];
    let mut of_schemas = page.references.iter().filter(|reference| reference.scheme == "schema");
    let leads = |id: &str| schema_link(trust, page, id).is_ok_and(|link| link == url);
    of_schemas.find(|reference| leads(&reference.id)).map(|reference| reference.span)
}

/// The addresses among the values of the register, each with its place.
fn values(trust: &Trust) -> BTreeMap<String, Span> {
    fn add(value: &Value, span: Span, into: &mut BTreeMap<String, Span>) {
        let mut text = |text: &str| {
            if let Ok(url) = Url::parse(text) {
                into.entry(url.to_string()).or_insert(span);
            }
        };
        match value {
            Value::Url(url) => text(url.as_str()),
            Value::Text(value) => text(value),
            Value::Markdown(value) => {
                value.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next()).for_each(text);
            }
            Value::List(items) => items.iter().for_each(|item| add(item, span, into)),
            Value::Table(entries) => entries.iter().for_each(|(_, item)| add(item, span, into)),
            _ => {}
        }
    }
    let register = &trust.facts.register;
    let mut found = BTreeMap::new();
    let fields = register.records.iter().flat_map(|record| &record.fields);
    for fact in register.facts.iter().chain(fields) {
        if let Some(value) = &fact.value {
            add(value, fact.span, &mut found);
        }
    }
    found
}

/// What proves statements of the register that are not internal, with where it is written.
fn evidence(trust: &Trust) -> Vec<(String, Place)> {
    let register = &trust.facts.register;
    let facts = register.facts.iter().map(|fact| (&fact.common, fact.key_span, &fact.entries));
    let records = register.records.iter().map(|record| (&record.common, record.span, &record.entries));
    let mut found = Vec::new();
    for (common, key, entries) in facts.chain(records) {
        let common: &Common = common;
        if common.visibility == Visibility::Internal {
            continue;
        }
        for address in common.evidence.iter().filter(|text| is_web(text)) {
            let whole = Span::new(key.file, 0..trust.map.file(key.file).text().len());
            let within = |span: &Span| {
                let at = whole_in(trust.map.slice(*span), address)?;
                Some(Span::new(span.file, span.start + at..span.start + at + address.len()))
            };
            // What is not its own it has from the defaults of its file.
            let own = entries.iter().find_map(within).or_else(|| within(&whole));
            found.push((address.clone(), Place::At(own.unwrap_or(key))));
        }
    }
    found
}

fn is_web(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
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
