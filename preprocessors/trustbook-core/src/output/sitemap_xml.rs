//! `sitemap.xml`: the addresses of all pages, for search engines (sitemaps.org, protocol 0.9).

use super::{Files, Make, Output, address};
use crate::book::Book;
use crate::site::{NOT_FOUND, Site};
use handlebars::html_escape;

pub(super) const OUTPUT: Output =
    Output { name: "sitemap.xml", is_of_vendor: false, page: include_str!("sitemap_xml.md"), make: Make::OfSite(make) };

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
/// The largest number of addresses in one file.
const MAX: usize = 50_000;

fn make(book: &Book, site: &Site) -> Files {
    // A sitemap requires absolute addresses.
    if book.config.trustbook.site_url.is_none() {
        return Vec::new();
    }
    // Redirect pages and pages that show a chapter again have no address of their own.
    let chapters = site.pages.iter().filter(|page| page.page.is_some() && page.path != NOT_FOUND);
    let addresses: Vec<String> = chapters.map(|page| address(&book.config, shown(&page.path))).collect();
    let parts: Vec<Vec<u8>> = addresses.chunks(MAX).map(|part| list("urlset", "url", part)).collect();
    if let [one] = parts.as_slice() {
        return vec![(OUTPUT.name.to_owned(), one.clone())];
    }
    let names: Vec<String> = (1..=parts.len()).map(|at| format!("sitemap-{at}.xml")).collect();
    let all: Vec<String> = names.iter().map(|name| address(&book.config, name)).collect();
    let index = list("sitemapindex", "sitemap", &all);
    names.into_iter().zip(parts).chain([(OUTPUT.name.to_owned(), index)]).collect()
}

/// Returns the canonical path of a page.
fn shown(path: &str) -> &str {
    if path == "index.html" { "" } else { path }
}

fn list(root: &str, element: &str, addresses: &[String]) -> Vec<u8> {
    let mut text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"{NAMESPACE}\">\n");
    for address in addresses {
        text.push_str(&format!("<{element}><loc>{}</loc></{element}>\n", html_escape(address)));
    }
    text.push_str(&format!("</{root}>\n"));
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_escaped() {
        let text = String::from_utf8(list("urlset", "url", &["https://a.example/b?c&d'".to_owned()])).unwrap();
        assert!(text.contains("<url><loc>https://a.example/b?c&amp;d&#x27;</loc></url>"), "{text}");
    }
}
