//! What an expression in raw HTML stands in, by its element and attribute.

use super::{Context, LinkKind};

/// Within an element whose text is no markup.
pub(super) fn raw_context(element: &str) -> Context {
    match element {
        "script" => Context::Misplaced("a script"),
        "style" => Context::Misplaced("a style sheet"),
        "title" | "textarea" => Context::Plain,
        _ => Context::Misplaced("raw text"),
    }
}

/// Within the value of an attribute.
pub(super) fn attribute_context(name: &str, quoted: bool) -> Context {
    match name {
        _ if !quoted => Context::Misplaced("an attribute without quotes"),
        "style" | "srcdoc" => Context::Misplaced("a `style` or `srcdoc` attribute"),
        name if name.starts_with("on") => Context::Misplaced("an event handler"),
        "href" | "src" | "action" | "formaction" | "poster" | "cite" | "data" | "srcset" => Context::Destination,
        "title" | "alt" | "label" | "placeholder" | "aria-label" | "aria-description" | "aria-valuetext" => {
            Context::Plain
        }
        _ => Context::Attribute,
    }
}

/// Which kind of link an attribute is, where it is one.
pub(super) fn link_kind(element: &str, attribute: &str) -> Option<LinkKind> {
    match (element, attribute) {
        ("img", "src" | "srcset") => Some(LinkKind::Image),
        (_, "href" | "src" | "srcset" | "poster") | ("object", "data") => Some(LinkKind::Link),
        _ => None,
    }
}
