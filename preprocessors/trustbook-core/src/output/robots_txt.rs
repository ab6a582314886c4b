//! `robots.txt`: every program may read the site, and finds its sitemap (RFC 9309).

use super::{Files, Make, Output, address};
use crate::site::Site;
use crate::trust::Trust;

pub(super) const OUTPUT: Output =
    Output { name: "robots.txt", is_of_vendor: false, page: include_str!("robots_txt.md"), make: Make::OfSite(make) };

fn make(trust: &Trust, _: &Site) -> Files {
    // It is asked for at the root of a host only, and there it is the file of whoever has that.
    if trust.config.base_path() != "/" {
        return Vec::new();
    }
    let mut text = "User-agent: *\nAllow: /\n".to_owned();
    if trust.config.trustbook.site_url.is_some() {
        text.push_str(&format!("\nSitemap: {}\n", address(&trust.config, "sitemap.xml")));
    }
    vec![(OUTPUT.name.to_owned(), text.into_bytes())]
}
