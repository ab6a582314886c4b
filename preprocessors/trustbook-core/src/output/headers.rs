//! `_headers`: the HTTP headers of each response, in the format of Cloudflare Pages and Netlify.

use super::{Files, Make, Output};
use crate::book::Book;
use crate::site::{POLICY, Site};

pub(super) const OUTPUT: Output =
    Output { name: "_headers", is_of_vendor: false, page: include_str!("headers.md"), make: Make::OfSite(make) };

/// Browser features that no page of the site uses.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// The policy of a drawing or another document that is opened by itself. It may only show itself, in a sandbox outside
/// the site (Content Security Policy Level 3, `sandbox`). An image in a page is under the policy of the page.
const OF_DOCUMENTS: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/// A directive that a page cannot set itself (Content Security Policy Level 3, section 3.3).
const ANCESTORS: &str = "frame-ancestors 'none'";

/// The name of the header with the policy.
pub const POLICY_HEADER: &str = "Content-Security-Policy";

/// Extensions of documents that are not pages. PDF is not among them: browsers do not show one inside a sandbox.
pub const DOCUMENTS: &[&str] =
    &[".atom", ".mathml", ".mml", ".rdf", ".rss", ".svg", ".svgz", ".xht", ".xhtml", ".xml", ".xsd", ".xsl", ".xslt"];

/// The headers of every response, sorted by name.
pub fn all() -> Vec<(&'static str, String)> {
    with(POLICY)
}

/// The headers of a document that is not a page.
pub fn of_documents() -> Vec<(&'static str, String)> {
    with(OF_DOCUMENTS)
}

/// Returns the headers of the file at a path.
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

/// Extensions with the content types that servers do not know.
pub const TYPES: &[(&str, &str)] = &[(".md", "text/markdown; charset=utf-8"), (".txt", "text/plain; charset=utf-8")];

fn make(_: &Book, _: &Site) -> Files {
    let mut text = "/*\n".to_owned();
    for (name, value) in all() {
        text.extend(["  ", name, ": ", value.as_str(), "\n"]);
    }
    // If two rules match a file, these hosts send both policies, and a browser enforces both.
    for ending in DOCUMENTS {
        text.extend(["/*", ending, "\n  ", POLICY_HEADER, ": ", OF_DOCUMENTS, "\n"]);
    }
    for (ending, kind) in TYPES {
        text.extend(["/*", ending, "\n  Content-Type: ", kind, "\n"]);
    }
    vec![(OUTPUT.name.to_owned(), text.into_bytes())]
}
