//! The party of a cookie, first or third, by the public suffix list (RFC 6265bis section 5.2).

use super::shown::ShownValue;
use super::value::plain;
use crate::book::Book;
use crate::claim::hosts::{DOMAINS, WEBSITE};
use crate::facts::{FactRef, Facts};
use crate::register::Record;
use crate::register::common::Visibility;
use crate::register::value::Value;
use url::Host;

/// Returns the party of a cookie: its word, and its form for readers. `None` if one of the two sites is not known.
pub(super) fn of(book: &Book, cookie: &Record) -> Option<(&'static str, ShownValue)> {
    let word = word(book, cookie)?;
    Some((word, plain(book.theme.words.get(&format!("cookie.{word}_party")))))
}

/// Returns the party of a cookie as a word: `first` or `third`. `None` if one of the two sites is not known.
pub fn word(book: &Book, cookie: &Record) -> Option<&'static str> {
    let own = own_site(book)?;
    let Value::Text(domain) = cookie.value("domain")? else { return None };
    let site = registrable(domain)?;
    let is_first = site == own || other_sites(&book.facts).contains(&site);
    Some(if is_first { "first" } else { "third" })
}

/// Returns the registrable domain of the vendor's site, or else of the site being built.
fn own_site(book: &Book) -> Option<String> {
    let stated = match public(&book.facts, WEBSITE) {
        Some(Value::Url(url)) => Some(url),
        _ => None,
    };
    registrable(stated.or(book.config.trustbook.site_url.as_ref())?.host_str()?)
}

/// Returns the registrable domains of the other names that the vendor states as its own.
fn other_sites(facts: &Facts) -> Vec<String> {
    match public(facts, DOMAINS) {
        Some(Value::List(items)) => items.iter().filter_map(|item| registrable(&item.text())).collect(),
        _ => Vec::new(),
    }
}

fn public<'t>(facts: &'t Facts, id: &str) -> Option<&'t Value> {
    match facts.find(id) {
        Some(FactRef::Fact(fact)) if fact.common.visibility == Visibility::Public => fact.value.as_ref(),
        _ => None,
    }
}

/// Returns the registrable part of a host name: `example.co.uk` for `www.example.co.uk`. IP addresses, public suffixes
/// and names below no known suffix have none.
fn registrable(host: &str) -> Option<String> {
    let host = host.trim().trim_start_matches("*.").trim_start_matches('.').trim_end_matches('.');
    // A browser reads the host in the same way: in lower case, and with other scripts in their ASCII form.
    let Ok(Host::Domain(host)) = Host::parse(host) else { return None };
    let domain = psl::domain(host.as_bytes())?;
    let text = std::str::from_utf8(domain.as_bytes()).ok()?;
    domain.suffix().is_known().then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::registrable;

    #[test]
    fn a_registrable_domain_follows_the_public_suffix_list() {
        let of = |host: &str| registrable(host);
        let known = [
            ("example.com", "example.com"),
            (".example.com", "example.com"),
            ("*.example.com", "example.com"),
            ("App.Example.COM.", "example.com"),
            ("www.example.co.uk", "example.co.uk"),
            ("docs.vendor.github.io", "vendor.github.io"),
            ("bücher.example.de", "example.de"),
            ("shop.bücher.de", "xn--bcher-kva.de"),
            ("www.食狮.公司.cn", "xn--85x722f.xn--55qx5d.cn"),
            ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
        ];
        for (host, domain) in known {
            assert_eq!(of(host).as_deref(), Some(domain), "{host}");
        }
        let unknown = [
            "co.uk",
            "github.io",
            "com",
            "localhost",
            ".localhost",
            "app.localhost",
            "db.internal",
            "192.0.2.1",
            "[2001:db8::1]",
            "2001:db8::1",
            "",
            ".",
            "two words.com",
            "example.com and example.org",
        ];
        for host in unknown {
            assert_eq!(of(host), None, "{host}");
        }
    }
}
