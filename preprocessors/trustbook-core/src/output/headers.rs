//! `_headers`: what the server says beside each page, in the form that Cloudflare Pages and Netlify read.

use super::{Files, Make, Output};
use crate::site::{POLICY, Site};
use crate::trust::Trust;

pub(super) const OUTPUT: Output =
    Output { name: "_headers", is_of_vendor: false, page: include_str!("headers.md"), make: Make::OfSite(make) };

/// What no page of the site ever asks of a browser.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// What a drawing or another document that is no page may do where it is opened by itself: show itself, in a place that
/// has no part in the site (Content Security Policy Level 3, `sandbox`). A picture in a page has the policy of that.
const OF_DOCUMENTS: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/// A page cannot say this of itself (Content Security Policy Level 3, section 3.3).
const ANCESTORS: &str = "frame-ancestors 'none'";

/// The header with the policy.
pub const POLICY_HEADER: &str = "Content-Security-Policy";

/// Endings of the names of documents that are no pages. A PDF is none: in a sandbox, browsers do not show it.
pub const DOCUMENTS: &[&str] =
    &[".atom", ".mathml", ".mml", ".rdf", ".rss", ".svg", ".svgz", ".xht", ".xhtml", ".xml", ".xsd", ".xsl", ".xslt"];

/// The headers of every answer, with their names in the order of the alphabet.
pub fn all() -> Vec<(&'static str, String)> {
    with(POLICY)
}

/// The same for a document that is no page.
pub fn of_documents() -> Vec<(&'static str, String)> {
    with(OF_DOCUMENTS)
}

/// The headers of the file at a path.
pub fn of_file(path: &str) -> Vec<(&'static str, String)> {
    let lower = path.to_ascii_lowercase();
    if DOCUMENTS.iter().any(|ending| lower.ends_with(ending)) { of_documents() } else { all() }
}

fn with(policy: &str) -> Vec<(&'static str, String)> {
    vec![
        (POLICY_HEADER, format!("{policy}; {ANCESTORS}")),
        ("Cross-Origin-Opener-Policy", "same-origin".to_owned()),
        ("Permissions-Policy", PERMISSIONS.to_owned()),
        ("Referrer-Policy", "no-referrer".to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
    ]
}

/// Endings of names with the type that servers do not know by themselves.
pub const TYPES: &[(&str, &str)] = &[(".md", "text/markdown; charset=utf-8"), (".txt", "text/plain; charset=utf-8")];

fn make(_: &Trust, _: &Site) -> Files {
    let mut text = "/*\n".to_owned();
    for (name, value) in all() {
        text.extend(["  ", name, ": ", value.as_str(), "\n"]);
    }
    // Where two rules fit a file, these hosts send both policies, and a browser holds to both.
    for ending in DOCUMENTS {
        text.extend(["/*", ending, "\n  ", POLICY_HEADER, ": ", OF_DOCUMENTS, "\n"]);
    }
    for (ending, kind) in TYPES {
        text.extend(["/*", ending, "\n  Content-Type: ", kind, "\n"]);
    }
    vec![(OUTPUT.name.to_owned(), text.into_bytes())]
}
