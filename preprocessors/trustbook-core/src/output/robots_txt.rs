//! `robots.txt`: permission for every program to read the site, and the address of its sitemap (RFC 9309).

use super::{Files, Make, Output, address};
use crate::book::Book;
use crate::site::Site;

pub(super) const OUTPUT: Output =
    Output { name: "robots.txt", is_of_vendor: false, page: include_str!("robots_txt.md"), make: Make::OfSite(make) };

fn make(book: &Book, _: &Site) -> Files {
    // Programs request it only at the root of a host, which may belong to another site.
    if book.config.base_path() != "/" {
        return Vec::new();
    }
    let mut text = "User-agent: *\nAllow: /\n".to_owned();
    if book.config.trustbook.site_url.is_some() {
        text.push_str(&format!("\nSitemap: {}\n", address(&book.config, "sitemap.xml")));
    }
    vec![(OUTPUT.name.to_owned(), text.into_bytes())]
}
