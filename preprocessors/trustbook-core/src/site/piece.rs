//! What a page refers to: addresses, ids of its own, and code; and which attributes of HTML do so.

use crate::html;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// One reference of a page, as the browser finds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Piece {
    /// The element, in lower case: `a`, `img`; `style sheet` for a file of CSS.
    pub element: Cow<'static, str>,
    /// The attribute, in lower case; empty for the text of the element.
    pub attribute: Cow<'static, str>,
    /// The address, the id or the code, with entities resolved.
    pub value: String,
    /// What the browser does with it.
    pub kind: Kind,
}

impl Piece {
    /// Whether it is a picture of the page, and not one that a style brings.
    pub fn is_picture(&self) -> bool {
        self.kind == Kind::Image && !self.is_of_style()
    }

    /// Whether it stands in CSS.
    pub fn is_of_style(&self) -> bool {
        let attribute = self.attribute.as_ref();
        attribute == "style"
            || matches!(self.element.as_ref(), "style" | "style sheet")
            || self.kind == Kind::Image && (is_presentation(attribute) || is_animated(attribute))
    }
}

/// A reference where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// The page or file of the site that it stands on.
    pub(crate) from: String,
    /// What it refers to.
    pub(crate) piece: Arc<Piece>,
    /// What it comes from.
    pub(crate) origin: Origin,
}

/// What a reference of the site comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The chapter of a page.
    Chapter(html::Origin),
    /// The frame around a page, or a page without a chapter.
    Frame,
    /// A file that is no page, by the byte of its text.
    File(usize),
}

impl Link {
    /// True for one in a chapter, and not in the frame around it.
    pub(super) fn is_of_chapter(&self) -> bool {
        matches!(self.origin, Origin::Chapter(_))
    }

    /// True for one on a page, and not in another file.
    pub(super) fn is_of_page(&self) -> bool {
        !matches!(self.origin, Origin::File(_))
    }
}

/// References that many pages have, each held once.
#[derive(Debug, Default)]
pub(super) struct Shared(Mutex<HashSet<Arc<Piece>>>);

impl Shared {
    pub(super) fn of(&self, piece: Piece) -> Arc<Piece> {
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

/// What a browser does with a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A reader follows it.
    Follow,
    /// The browser goes there by itself.
    Refresh,
    /// The browser loads it by itself.
    Load,
    /// The browser loads it by itself, as a picture.
    Image,
    /// The browser tells that address when a reader follows the link.
    Ping,
    /// It names a source or another form of the page, and nobody loads it.
    Name,
    /// The id of an element of the same page.
    Id,
    /// The name of an image map of the same page.
    Map,
    /// Code or style that stands in the page itself, or what else [`super::active`] tells of.
    Code,
    /// A picture without an alternative text; the value is its address.
    NoAlt,
}

impl Kind {
    /// Whether the browser asks for the address without a reader's doing.
    pub fn is_loaded(self) -> bool {
        matches!(self, Kind::Refresh | Kind::Load | Kind::Image | Kind::Ping)
    }
}

/// Kinds of `<link>` that browsers do not ask for by themselves; each year has new ones that they do, and Firefox asks for
/// `next`.
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
    "search",
    "self",
    "shortlink",
    "tag",
    "terms-of-service",
    "up",
    "webmention",
];

/// What an attribute of an element refers to; `rel` is that of a `<link>`.
pub(crate) fn kind(element: &str, attribute: &str, rel: &str) -> Option<Kind> {
    let kind = match (element, attribute) {
        ("a" | "area", "href" | "xlink:href") | ("form", "action") | ("button" | "input", "formaction") => Kind::Follow,
        ("a" | "area", "ping") => Kind::Ping,
        ("link", "href") => {
            let loaded = rel.split_ascii_whitespace().any(|word| !NAMED_RELS.contains(&&*word.to_ascii_lowercase()));
            if loaded { Kind::Load } else { Kind::Name }
        }
        ("img" | "image", "src" | "srcset")
        | ("source", "srcset")
        | ("image" | "feimage", "href" | "xlink:href")
        | ("input", "src")
        | ("video", "poster")
        | ("link", "imagesrcset")
        | ("body" | "col" | "colgroup" | "table" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr", "background") => {
            Kind::Image
        }
        (
            "audio" | "bgsound" | "embed" | "fencedframe" | "frame" | "iframe" | "portal" | "script" | "source"
            | "track" | "video",
            "src",
        )
        | ("object", "data")
        | ("script" | "use" | STYLE_INSTRUCTION, "href" | "xlink:href")
        | ("lineargradient" | "radialgradient" | "pattern" | "textpath" | "mpath" | "filter", "href" | "xlink:href")
        | ("html", "manifest") => Kind::Load,
        ("blockquote" | "del" | "ins" | "q", "cite") | ("frame" | "iframe" | "img", "longdesc") => Kind::Name,
        (name, "href" | "xlink:href") if is_animation(name) => Kind::Name,
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
        ) => Kind::Id,
        ("img" | "input" | "object", "usemap") => Kind::Map,
        (_, "style" | "srcdoc") | ("base", "href") => Kind::Code,
        (name, "attributename") if is_animation(name) => Kind::Code,
        (name, attribute) if is_animation(name) && is_animated(attribute) => Kind::Code,
        (_, name) if is_handler(name) => Kind::Code,
        // To some browsers each element of MathML is a link.
        (name, "href" | "xlink:href") if !name.contains(':') => Kind::Follow,
        _ => return None,
    };
    Some(kind)
}

/// The instruction by which XML names its style sheets, as an element.
pub(super) const STYLE_INSTRUCTION: &str = "xml-stylesheet";

/// True for a `<template>` that nobody but a script shows: others are drawn with the page, as a shadow root or a patch,
/// and each year has new attributes that ask for it.
pub(super) fn is_inert_template(element: &str, mut attributes: impl Iterator<Item = String>) -> bool {
    let is_plain = |name: &str| matches!(name, "class" | "hidden" | "id" | "lang") || name.starts_with("data-");
    element == "template" && attributes.all(|name| is_plain(&name))
}

/// Elements of SVG that set attributes of others.
pub(super) fn is_animation(element: &str) -> bool {
    matches!(element, "animate" | "animatecolor" | "animatemotion" | "animatetransform" | "set")
}

/// The attributes in which they say to what.
pub(super) fn is_animated(attribute: &str) -> bool {
    matches!(attribute, "by" | "from" | "to" | "values")
}

/// The attributes of SVG that hold CSS with addresses (SVG 2, 6.6).
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

/// Words of writers that begin as the names of event handlers do. All other names that do so are those of events: browsers
/// know more than any list, and a new one is added every year.
const NO_EVENTS: &[&str] = &["once", "one", "ones", "only", "onto"];

pub(super) fn is_handler(attribute: &str) -> bool {
    attribute.strip_prefix("on").is_some_and(|event| {
        !event.is_empty() && event.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !NO_EVENTS.contains(&attribute)
    })
}

/// The addresses or ids that the value of an attribute holds.
pub(crate) fn values<'v>(kind: Kind, attribute: &str, value: &'v str) -> Vec<&'v str> {
    match (kind, attribute) {
        (_, "srcset" | "imagesrcset") => candidates(value),
        (Kind::Id | Kind::Ping, _) => value.split_ascii_whitespace().collect(),
        _ => vec![value],
    }
}

/// The addresses of `a.png 1x, b.png 2x` (HTML, 4.8.4.2.1): an address ends at white space, and a comma may end it too.
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
            // Its descriptors, up to a comma that stands in no parentheses.
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

/// Where `<meta http-equiv="refresh">` leads: the address in `5; url=a.html`, where it names one.
pub(crate) fn refreshed(content: &str) -> Option<&str> {
    let rest = content.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim_start();
    let rest = rest.trim_start_matches([';', ',']).trim_start();
    let rest = match rest.get(..3) {
        Some(word) if word.eq_ignore_ascii_case("url") => match rest[3..].trim_start().strip_prefix('=') {
            Some(rest) => rest.trim_start(),
            None => rest,
        },
        _ => rest,
    };
    let url = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest[1..].split(quote).next().unwrap_or_default(),
        _ => rest.trim_end(),
    };
    (!url.is_empty()).then_some(url)
}

/// A pass over a site sees few names very often.
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
            assert_eq!(refreshed(content), Some("a.html"), "{content}");
        }
        assert_eq!(refreshed("30"), None);
    }
}
