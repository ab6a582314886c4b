//! The contexts of expressions in raw HTML, by element and attribute.

use super::{Context, LinkKind};

/// Returns the context inside an element whose text is not markup.
pub(super) fn raw_context(element: &str) -> Context {
    match element {
        "script" => Context::Misplaced("a script"),
        "style" => Context::Misplaced("a style sheet"),
        "title" | "textarea" => Context::Plain,
        _ => Context::Misplaced("raw text"),
    }
}

/// Returns the context inside the value of an attribute.
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

/// Returns the kind of link that an attribute makes, if any.
pub(super) fn link_kind(element: &str, attribute: &str) -> Option<LinkKind> {
    match (element, attribute) {
        ("img", "src" | "srcset") => Some(LinkKind::Image),
        (_, "href" | "src" | "srcset" | "poster") | ("object", "data") => Some(LinkKind::Link),
        _ => None,
    }
}
