//! The requests to make: each address once, with the anchors and lines that links name in it.

use percent_encoding::percent_decode_str;
use std::collections::{BTreeMap, BTreeSet};
use trustbook_core::forge::{Lines, raw_lines};
use trustbook_core::site::outside::Outside;
use url::Url;

/// An address to request, without its fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) url: Url,
    /// The anchors to look for, percent-decoded.
    pub(super) anchors: BTreeSet<String>,
    /// The address of the raw file, if links name lines of it.
    pub(super) raw: Option<Url>,
}

/// The part of its page that a link requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RequiredPart {
    /// The page itself.
    Whole,
    /// An anchor of the page.
    Anchor(String),
    /// A range of lines of the file at another address.
    Lines(Url, Lines),
}

/// Splits a link into the address of its page and the part that it requires.
pub(super) fn part(url: &Url) -> (Url, RequiredPart) {
    let page = without_fragment(url);
    if let Some(raw) = raw_lines(url) {
        return (page, RequiredPart::Lines(raw.file, raw.lines));
    }
    // A text fragment for browsers follows the anchor.
    let fragment = url.fragment().unwrap_or_default().split(":~:").next().unwrap_or_default();
    let anchor = percent_decode_str(fragment).decode_utf8_lossy().into_owned();
    let is_none = anchor.is_empty() || anchor.eq_ignore_ascii_case("top");
    // Scripts and viewers read these: `#/route`, `#!route`, `#page=3`.
    let is_for_programs = anchor.starts_with(['/', '!']) || anchor.contains(['=', '&']);
    (page, if is_none || is_for_programs { RequiredPart::Whole } else { RequiredPart::Anchor(anchor) })
}

/// Returns an address as the server receives it.
pub(super) fn without_fragment(url: &Url) -> Url {
    let mut page = url.clone();
    page.set_fragment(None);
    page
}

/// Returns all addresses that links lead to, by their text.
pub(super) fn plan(outside: &Outside) -> BTreeMap<String, Wanted> {
    let mut plan: BTreeMap<String, Wanted> = BTreeMap::new();
    for link in outside.links.iter().filter(|link| !link.is_excluded) {
        let (page, part) = part(&link.url);
        let new = Wanted { url: page.clone(), anchors: BTreeSet::new(), raw: None };
        let wanted = plan.entry(page.to_string()).or_insert(new);
        match part {
            RequiredPart::Whole => {}
            RequiredPart::Anchor(anchor) => drop(wanted.anchors.insert(anchor)),
            RequiredPart::Lines(file, _) => wanted.raw = Some(file),
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_the_mark_asks_for_anchors_lines_or_nothing() {
        let of = |url: &str| part(&Url::parse(url).unwrap()).1;
        for url in ["#", "", "#top", "#Top", "#:~:text=x", "#/route", "#!x", "#page=3", "#a&b"] {
            assert_eq!(of(&format!("https://a.example/{url}")), RequiredPart::Whole, "{url}");
        }
        let anchor = |text: &str| RequiredPart::Anchor(text.to_owned());
        assert_eq!(of("https://a.example/#x:~:text=y"), anchor("x"));
        assert_eq!(of("https://a.example/#%C3%BCber%20uns"), anchor("über uns"));
        assert_eq!(of("https://a.example/#L10"), anchor("L10"));
        let lines = of("https://github.com/o/r/blob/abcdef0/a.rs#L3-L5");
        let file = Url::parse("https://raw.githubusercontent.com/o/r/abcdef0/a.rs").unwrap();
        assert_eq!(lines, RequiredPart::Lines(file, Lines { first: 3, last: 5 }));
    }
}
