//! The hosts that a running page may contact: its own, the vendor's, and those of subprocessors in use.

use crate::facts::{FactRef, Facts};
use crate::observation::Observation;
use crate::register::Record;
use crate::register::value::Value;
use jiff::civil::Date;
use std::collections::BTreeSet;
use url::{Host, Url};

/// The fact that names the vendor's website.
pub const WEBSITE: &str = "vendor.website";
/// The fact that lists the vendor's other domains.
pub const DOMAINS: &str = "vendor.domains";

/// The check that reports undeclared hosts.
pub const CHECK: &str = "host-undeclared";

/// The hosts that the register declares, for one observation.
#[derive(Debug)]
pub struct Hosts {
    /// Sites whose hosts all belong to the vendor.
    own: Vec<String>,
    /// Hosts, each including all hosts below it.
    declared: BTreeSet<String>,
}

impl Hosts {
    /// Collects the hosts declared on the day of an observation. `site_url` is the address of the book's own site.
    /// `fits` selects the subprocessors to include.
    pub fn of(facts: &Facts, site_url: Option<&Url>, found: &Observation, fits: impl Fn(&Record) -> bool) -> Self {
        let companies = facts.register.of_kind("subprocessor").filter(|company| fits(company));
        let in_use = companies.filter(|company| is_in_use(company, found.on));
        let mut declared: BTreeSet<String> =
            in_use.filter_map(|company| company.value("hosts")).flat_map(hosts).collect();
        declared.extend(fact(facts, DOMAINS).into_iter().flat_map(hosts));
        let website = match fact(facts, WEBSITE) {
            Some(Value::Url(url)) => Some(url),
            _ => None,
        };
        let own = [Some(&found.url), website, site_url].into_iter().flatten();
        Hosts { own: own.filter_map(Url::host_str).map(site_of).collect(), declared }
    }

    /// Returns true if a host is declared.
    pub fn has(&self, host: &str) -> bool {
        self.own.contains(&site_of(host)) || is_below(host.trim_end_matches('.'), &self.declared)
    }

    /// Returns the declared hosts, without the vendor's own sites.
    pub fn declared(&self) -> impl Iterator<Item = &str> {
        self.declared.iter().map(String::as_str)
    }
}

/// Returns true if a subprocessor had not ended on a day.
pub fn is_in_use(company: &Record, on: Date) -> bool {
    let is_valid = company.common.valid_until.as_ref().is_none_or(|until| until.value >= on);
    is_valid
        && match (company.value("ended"), company.word("status")) {
            (Some(Value::Date(ended)), _) => *ended >= on,
            (_, status) => status != Some("ended"),
        }
}

/// Normalises a host as browsers do: lower-case ASCII without a final dot. Strips `*.`, a scheme, a port and a path.
/// Returns `None` if the text is not a host.
pub fn host_of(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = text.trim_start_matches("*.").trim_start_matches('.');
    let host = Host::parse(bare).ok().or_else(|| {
        let url =
            Url::parse(text).ok().filter(Url::has_host).or_else(|| Url::parse(&format!("https://{bare}")).ok())?;
        url.host().map(|host| host.to_owned())
    })?;
    Some(host.to_string().trim_end_matches('.').to_owned()).filter(|host| !host.is_empty() && !host.contains('*'))
}

/// Returns true if a host is one of these, or below one of them.
pub(super) fn is_below(host: &str, known: &BTreeSet<String>) -> bool {
    let host = host.trim_end_matches('.').to_lowercase();
    known.contains(&host) || host.match_indices('.').any(|(at, _)| known.contains(&host[at + 1..]))
}

/// Returns the registrable part of a name, or the whole name if there is none.
pub fn site_of(host: &str) -> String {
    let host = host.trim_end_matches('.').to_lowercase();
    let domain = psl::domain(host.as_bytes()).filter(|domain| domain.suffix().is_known());
    let text = domain.and_then(|domain| std::str::from_utf8(domain.as_bytes()).ok().map(str::to_owned));
    text.unwrap_or(host)
}

/// Returns the hosts of a list value.
fn hosts(list: &Value) -> Vec<String> {
    match list {
        Value::List(items) => items.iter().filter_map(|item| host_of(&item.text())).collect(),
        _ => Vec::new(),
    }
}

fn fact<'f>(facts: &'f Facts, id: &str) -> Option<&'f Value> {
    match facts.find(id) {
        Some(FactRef::Fact(fact)) => fact.value.as_ref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{host_of, is_below, site_of};

    #[test]
    fn hosts_are_read_however_they_are_written() {
        for (text, host) in [
            ("example.com", "example.com"),
            (" Example.COM. ", "example.com"),
            ("*.example.com", "example.com"),
            (".example.com", "example.com"),
            ("https://example.com:8443/path?x", "example.com"),
            ("wss://example.com/", "example.com"),
            ("example.com:8443", "example.com"),
            ("localhost:3000", "localhost"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("192.0.2.1", "192.0.2.1"),
            ("[2001:db8::1]", "[2001:db8::1]"),
        ] {
            assert_eq!(host_of(text).as_deref(), Some(host), "{text}");
        }
        for text in ["", ".", "two words", "*"] {
            assert_eq!(host_of(text), None, "{text}");
        }
    }

    #[test]
    fn what_belongs_together() {
        let known = ["example.com".to_owned()].into();
        assert!(is_below("example.com", &known) && is_below("A.Example.com", &known));
        assert!(!is_below("notexample.com", &known) && !is_below("example.com.evil.net", &known));
        assert_eq!(site_of("www.example.co.uk"), "example.co.uk");
        assert_ne!(site_of("a.github.io"), site_of("b.github.io"));
        assert_eq!((site_of("localhost").as_str(), site_of("192.0.2.1").as_str()), ("localhost", "192.0.2.1"));
    }
}
