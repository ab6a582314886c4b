//! What has to be asked: each address once, with the anchors and lines that links name of it.

use percent_encoding::percent_decode_str;
use std::collections::{BTreeMap, BTreeSet};
use trustbook_core::forge::{Lines, raw_lines};
use trustbook_core::site::outside::Outside;
use url::Url;

/// An address to ask, whatever follows its `#`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) url: Url,
    /// The anchors to look for, decoded.
    pub(super) anchors: BTreeSet<String>,
    /// Where the bytes of the file are of which links name lines.
    pub(super) raw: Option<Url>,
}

/// What a link asks of its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// That it is there.
    Whole,
    /// That it has an anchor.
    Anchor(String),
    /// That the file at another address has lines.
    Lines(Url, Lines),
}

/// The page of a link, by its key, and what it asks of it.
pub(super) fn part(url: &Url) -> (Url, Part) {
    let page = without_fragment(url);
    if let Some(raw) = raw_lines(url) {
        return (page, Part::Lines(raw.file, raw.lines));
    }
    // What a browser looks for in the text stands behind the anchor.
    let fragment = url.fragment().unwrap_or_default().split(":~:").next().unwrap_or_default();
    let anchor = percent_decode_str(fragment).decode_utf8_lossy().into_owned();
    let is_none = anchor.is_empty() || anchor.eq_ignore_ascii_case("top");
    // These are read by scripts and by viewers: `#/route`, `#!route`, `#page=3`.
    let is_for_programs = anchor.starts_with(['/', '!']) || anchor.contains(['=', '&']);
    (page, if is_none || is_for_programs { Part::Whole } else { Part::Anchor(anchor) })
}

/// An address as the server gets it.
pub(super) fn without_fragment(url: &Url) -> Url {
    let mut page = url.clone();
    page.set_fragment(None);
    page
}

/// All addresses that links lead to, by themselves.
pub(super) fn plan(outside: &Outside) -> BTreeMap<String, Wanted> {
    let mut plan: BTreeMap<String, Wanted> = BTreeMap::new();
    for link in outside.links.iter().filter(|link| !link.is_excluded) {
        let (page, part) = part(&link.url);
        let new = Wanted { url: page.clone(), anchors: BTreeSet::new(), raw: None };
        let wanted = plan.entry(page.to_string()).or_insert(new);
        match part {
            Part::Whole => {}
            Part::Anchor(anchor) => drop(wanted.anchors.insert(anchor)),
            Part::Lines(file, _) => wanted.raw = Some(file),
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
            assert_eq!(of(&format!("https://a.example/{url}")), Part::Whole, "{url}");
        }
        let anchor = |text: &str| Part::Anchor(text.to_owned());
        assert_eq!(of("https://a.example/#x:~:text=y"), anchor("x"));
        assert_eq!(of("https://a.example/#%C3%BCber%20uns"), anchor("über uns"));
        assert_eq!(of("https://a.example/#L10"), anchor("L10"));
        let lines = of("https://github.com/o/r/blob/abcdef0/a.rs#L3-L5");
        let file = Url::parse("https://raw.githubusercontent.com/o/r/abcdef0/a.rs").unwrap();
        assert_eq!(lines, Part::Lines(file, Lines { first: 3, last: 5 }));
    }
}
