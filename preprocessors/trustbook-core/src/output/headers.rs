//! `_headers`: what the server says beside each page, in the form that Cloudflare Pages and Netlify read.

use super::{Files, Make, Output};
use crate::site::{POLICY, Site};
use crate::trust::Trust;

pub(super) const OUTPUT: Output =
    Output { name: "_headers", is_of_vendor: false, page: include_str!("headers.md"), make: Make::OfSite(make) };

/// What no page of the site ever asks of a browser.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// The headers of every answer, with their names in the order of the alphabet. A page cannot say `frame-ancestors` of
/// itself (Content Security Policy Level 3, section 3.3).
pub fn all() -> Vec<(&'static str, String)> {
    vec![
        ("Content-Security-Policy", format!("{POLICY}; frame-ancestors 'none'")),
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
    for (ending, kind) in TYPES {
        text.extend(["/*", ending, "\n  Content-Type: ", kind, "\n"]);
    }
    vec![(OUTPUT.name.to_owned(), text.into_bytes())]
}
