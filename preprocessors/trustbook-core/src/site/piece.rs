//! The references of a page: addresses, its own ids, and code; and the attributes of HTML that hold them.

use crate::html;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// One reference of a page, as a browser finds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteReference {
    /// The element, in lower case: `a`, `img`; `style sheet` for a CSS file.
    pub element: Cow<'static, str>,
    /// The attribute, in lower case; empty for the text of the element.
    pub attribute: Cow<'static, str>,
    /// The address, the id or the code, with entities resolved.
    pub value: String,
    /// The browser's use of it.
    pub kind: Use,
}

impl SiteReference {
    /// Returns true for a picture of the page, as opposed to one that a style loads.
    pub fn is_picture(&self) -> bool {
        self.kind == Use::Image && !self.is_of_style()
    }

    /// Returns true for a reference in CSS.
    pub fn is_of_style(&self) -> bool {
        let attribute = self.attribute.as_ref();
        attribute == "style"
            || self.element == "style sheet"
            || self.element == "style" && attribute.is_empty()
            || self.kind == Use::Image && (is_presentation(attribute) || is_animated(attribute))
    }
}

/// A reference, and the page or file that contains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlacedReference {
    /// The path of the page or file of the site that contains it.
    pub(crate) from: String,
    /// The reference itself.
    pub(crate) piece: Arc<SiteReference>,
    /// The part of the page or file that contains it.
    pub(crate) origin: ReferenceOrigin,
}

/// The part of the site that contains a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReferenceOrigin {
    /// The chapter of a page.
    Chapter(html::ElementOrigin),
    /// The frame around a page, or a page without a chapter.
    Frame,
    /// A file that is not a page; holds the byte in its text.
    File(usize),
}

impl PlacedReference {
    /// Returns true for a reference of a chapter, as opposed to the frame around it.
    pub(super) fn is_of_chapter(&self) -> bool {
        matches!(self.origin, ReferenceOrigin::Chapter(_))
    }

    /// Returns true for a reference on a page, as opposed to another file.
    pub(super) fn is_of_page(&self) -> bool {
        !matches!(self.origin, ReferenceOrigin::File(_))
    }
}

/// A pool of references, which holds those that occur on many pages only once.
#[derive(Debug, Default)]
pub(super) struct Shared(Mutex<HashSet<Arc<SiteReference>>>);

impl Shared {
    pub(super) fn of(&self, piece: SiteReference) -> Arc<SiteReference> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(&piece) {
            Some(piece) => Arc::clone(piece),
            None => {
                let piece = Arc::new(piece);
                known.insert(Arc::clone(&piece));
                piece
            }
        }
    }
}

/// A browser's use of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// A link that a reader follows.
    Follow,
    /// An address that the browser opens by itself.
    Refresh,
    /// A resource that the browser loads by itself.
    Load,
    /// A picture that the browser loads by itself.
    Image,
    /// An address that the browser notifies when a reader follows the link.
    Ping,
    /// A source or another version of the page, which browsers do not load.
    Name,
    /// The id of an element of the same page.
    Id,
    /// The name of an image map of the same page.
    Map,
    /// Code or style within the page itself, or other active content that [`super::active`] reports.
    Code,
    /// A picture without alternative text; the value is its address.
    NoAlt,
}

impl Use {
    /// Returns true if the browser contacts the address without a reader's action.
    pub fn is_loaded(self) -> bool {
        matches!(self, Use::Refresh | Use::Load | Use::Image | Use::Ping)
    }
}

/// Values of `rel` for which browsers do not load a `<link>`. The list names the harmless ones, since browsers add new
/// ones that load every year; `next` is not on it, since Firefox loads it.
const NAMED_RELS: &[&str] = &[
    "alternate",
    "amphtml",
    "author",
    "bookmark",
    "canonical",
    "contents",
    "edit",
    "edituri",
    "external",
    "first",
    "help",
    "home",
    "hub",
    "index",
    "last",
    "license",
    "me",
    "nofollow",
    "noopener",
    "noreferrer",
    "opener",
    "pingback",
    "prev",
    "previous",
    "privacy-policy",
    "self",
    "shortlink",
    "tag",
    "terms-of-service",
    "up",
    "webmention",
];

/// Returns the kind of reference in an attribute of an element, if it has one. `rel` is that of a `<link>`.
pub(crate) fn kind(element: &str, attribute: &str, rel: &str) -> Option<Use> {
    let kind = match (element, attribute) {
        ("a" | "area", "href" | "xlink:href") | ("form", "action") | ("button" | "input", "formaction") => Use::Follow,
        ("a" | "area", "ping") | ("a" | "area" | "img" | "script", "attributionsrc") => Use::Ping,
        ("link", "href") => {
            let loaded = rel.split_ascii_whitespace().any(|word| !NAMED_RELS.contains(&&*word.to_ascii_lowercase()));
            if loaded { Use::Load } else { Use::Name }
        }
        ("img" | "image", "src" | "srcset")
        | ("source", "srcset")
        | ("image" | "feimage", "href" | "xlink:href")
        | ("input", "src")
        | ("video", "poster")
        | ("link", "imagesrcset")
        | ("body" | "col" | "colgroup" | "table" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr", "background") => {
            Use::Image
        }
        (
            "audio" | "bgsound" | "embed" | "fencedframe" | "frame" | "iframe" | "model" | "portal" | "script"
            | "source" | "track" | "video",
            "src",
        )
        | ("object", "data")
        | ("script" | "use" | STYLE_INSTRUCTION, "href" | "xlink:href")
        | ("lineargradient" | "radialgradient" | "pattern" | "textpath" | "mpath" | "filter", "href" | "xlink:href")
        | ("font-face-uri", "href" | "xlink:href")
        | ("html", "manifest") => Use::Load,
        ("blockquote" | "del" | "ins" | "q", "cite") | ("frame" | "iframe" | "img", "longdesc") => Use::Name,
        (name, "href" | "xlink:href") if is_animation(name) => Use::Name,
        ("label" | "output", "for")
        | ("td" | "th", "headers")
        | ("input", "list")
        | ("button" | "fieldset" | "input" | "object" | "output" | "select" | "textarea", "form")
        | (
            _,
            "aria-activedescendant"
            | "aria-controls"
            | "aria-describedby"
            | "aria-details"
            | "aria-errormessage"
            | "aria-flowto"
            | "aria-labelledby"
            | "aria-owns"
            | "commandfor"
            | "itemref"
            | "popovertarget",
        ) => Use::Id,
        ("img" | "input" | "object", "usemap") => Use::Map,
        (_, "style" | "srcdoc") | ("base", "href") => Use::Code,
        (name, "attributename") if is_animation(name) => Use::Code,
        (name, attribute) if is_animation(name) && is_animated(attribute) => Use::Code,
        (_, name) if is_handler(name) => Use::Code,
        // Some browsers treat every element of MathML as a link.
        (name, "href" | "xlink:href") if !name.contains(':') => Use::Follow,
        _ => return None,
    };
    Some(kind)
}

/// The processing instruction by which XML names its style sheets, used as an element name.
pub(super) const STYLE_INSTRUCTION: &str = "xml-stylesheet";

/// Returns true for a `<template>` that only a script can show.
///
/// Other templates are drawn with the page, as a shadow root or a patch. The attributes that cause this are not listed,
/// since browsers add new ones every year.
pub(super) fn is_inert_template(element: &str, mut attributes: impl Iterator<Item = String>) -> bool {
    let is_plain = |name: &str| matches!(name, "class" | "hidden" | "id" | "lang") || name.starts_with("data-");
    element == "template" && attributes.all(|name| is_plain(&name))
}

/// Returns true for an element of SVG that sets attributes of other elements.
pub(super) fn is_animation(element: &str) -> bool {
    matches!(element, "animate" | "animatecolor" | "animatemotion" | "animatetransform" | "set")
}

/// Returns true for an attribute that holds the values of such an animation.
pub(super) fn is_animated(attribute: &str) -> bool {
    matches!(attribute, "by" | "from" | "to" | "values")
}

/// Returns true for an attribute of SVG that holds CSS with addresses (SVG 2, 6.6).
pub(super) fn is_presentation(attribute: &str) -> bool {
    matches!(
        attribute,
        "clip-path"
            | "color-profile"
            | "cursor"
            | "fill"
            | "filter"
            | "marker"
            | "marker-end"
            | "marker-mid"
            | "marker-start"
            | "mask"
            | "stroke"
    )
}

/// Attribute names that begin with `on` and are ordinary words. All others are treated as event handlers, since
/// browsers know more of them than any list and add new ones every year.
const NO_EVENTS: &[&str] = &["once", "one", "ones", "only", "onto"];

pub(super) fn is_handler(attribute: &str) -> bool {
    attribute.strip_prefix("on").is_some_and(|event| {
        !event.is_empty() && event.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !NO_EVENTS.contains(&attribute)
    })
}

/// Returns the addresses or ids in the value of an attribute.
pub(crate) fn values<'v>(kind: Use, attribute: &str, value: &'v str) -> Vec<&'v str> {
    match (kind, attribute) {
        (_, "srcset" | "imagesrcset") => candidates(value),
        (Use::Id | Use::Ping, _) => value.split_ascii_whitespace().collect::<BTreeSet<_>>().into_iter().collect(),
        _ => vec![value],
    }
}

/// Returns the addresses of `a.png 1x, b.png 2x` (HTML, 4.8.4.2.1). An address ends at white space or at a final comma.
fn candidates(value: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return found;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (url, behind) = rest.split_at(end);
        let trimmed = url.trim_end_matches(',');
        found.push(trimmed);
        if trimmed.len() == url.len() {
            // Skip the descriptors, up to a comma outside parentheses.
            let mut depth = 0_usize;
            let end = behind.find(|c| {
                match c {
                    '(' => depth += 1,
                    ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                c == ',' && depth == 0
            });
            rest = &behind[end.unwrap_or(behind.len())..];
        } else {
            rest = behind;
        }
    }
}

/// Returns the addresses in the content of `<meta http-equiv="refresh">`, such as `5; url=a.html`.
///
/// An address in quotation marks ends at the next of them, but in some browsers at the last.
pub(crate) fn refreshed(content: &str) -> Vec<&str> {
    let rest = content.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim_start();
    let rest = rest.trim_start_matches([';', ',']).trim_start();
    let rest = match rest.get(..3) {
        Some(word) if word.eq_ignore_ascii_case("url") => match rest[3..].trim_start().strip_prefix('=') {
            Some(rest) => rest.trim_start(),
            None => rest,
        },
        _ => rest,
    };
    let mut urls = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let (next, last) = (rest[1..].split(quote).next(), rest[1..].rsplit_once(quote).map(|(url, _)| url));
            next.into_iter().chain(last).collect()
        }
        _ => vec![rest.trim_end()],
    };
    urls.retain(|url| !url.is_empty());
    urls.dedup();
    urls
}

/// Returns a name as a static string if it is common, since a site repeats few names very often.
pub(super) fn word(name: &str) -> Cow<'static, str> {
    const KNOWN: &[&str] =
        &["", "a", "alt", "content", "href", "img", "link", "meta", "nav", "popovertarget", "script", "src", "style"];
    match KNOWN.iter().find(|known| **known == name) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_end_at_white_space_or_a_comma() {
        assert_eq!(candidates("a.png 1x, b.png 2x"), ["a.png", "b.png"]);
        assert_eq!(candidates("a,b.png, c.png"), ["a,b.png", "c.png"]);
        assert_eq!(candidates(" ,a.png (x,y) 1x,b.png"), ["a.png", "b.png"]);
        assert_eq!(candidates("data:image/png;base64,AA== 1x, b.png"), ["data:image/png;base64,AA==", "b.png"]);
        assert!(candidates(" , ").is_empty());
    }

    #[test]
    fn a_refresh_names_its_address_in_many_ways() {
        for content in ["0; url=a.html", "5;URL='a.html'", "0,a.html", " 1.5 ; url = \"a.html\" x", "0; a.html "] {
            assert_eq!(refreshed(content), ["a.html"], "{content}");
        }
        assert_eq!(refreshed("30"), [""; 0]);
        assert_eq!(refreshed("0;url=\"a\"@b\""), ["a", "a\"@b"]);
    }
}
