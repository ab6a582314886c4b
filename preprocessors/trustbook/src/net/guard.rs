//! Rules for the network: public servers with TLS, and those that the book allows by name or address; nothing else.

use super::names::DnsResolver;
use super::refusal::Refusal;
use super::special;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use trustbook_core::config::security::Security;
use url::{Host, Url};

const ALLOW: &str = "name the host or its range in `allow` under [preprocessor.trustbook.security.network] of \
 book.toml, if it is meant";

/// The reason why an address may be requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The address is on the public internet.
    Public,
    /// The book allows the address.
    Allowed,
}

/// The rule for addresses without TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    /// Allowed only for hosts that the book allows.
    Allowed,
    /// Allowed everywhere, because the content is not used as a fact.
    Anywhere,
}

type ResolvedAddresses = Result<Vec<IpAddr>, Refusal>;

/// The rules, and the addresses of each name from its first look-up. They stay the same until the end of the
/// run, so that a DNS answer that changes between check and request has no effect.
#[derive(Debug)]
pub(crate) struct Guard {
    security: Security,
    names: DnsResolver,
    pinned: Mutex<BTreeMap<String, ResolvedAddresses>>,
}

impl Guard {
    pub(super) fn new(security: Security, names: DnsResolver) -> Self {
        Guard { security, names, pinned: Mutex::default() }
    }

    pub(super) fn names(&self) -> &DnsResolver {
        &self.names
    }

    /// Checks an address without a look-up: its scheme, its credentials, and its host if that is an IP address.
    pub(crate) fn check_url(&self, url: &Url, plain: Plain) -> Result<(), Refusal> {
        let rule = |what: String, help: &'static str| Err(Refusal::Rule(what, help));
        if !url.username().is_empty() || url.password().is_some() {
            return rule(
                format!("the address of `{}` carries a user or a password", url.host_str().unwrap_or_default()),
                "remove them; a header can hold a variable that [security.env] allows",
            );
        }
        let allowed = match url.host() {
            None => return rule(format!("`{}:` addresses have no host", url.scheme()), "write an https address"),
            Some(Host::Domain(name)) => self.allows_name(name),
            Some(Host::Ipv4(address)) => self.allows(address.into()),
            Some(Host::Ipv6(address)) => self.allows(address.into()),
        };
        match url.scheme() {
            "https" => {}
            "http" if allowed || plain == Plain::Anywhere => {}
            "http" => {
                let host = url.host_str().unwrap_or_default();
                return rule(format!("`{host}` would be asked without TLS"), "write https, or allow the host by name");
            }
            other => return rule(format!("`{other}:` is not fetched"), "write an https address"),
        }
        match url.host() {
            Some(Host::Ipv4(address)) => self.check(address.into()).map(drop),
            Some(Host::Ipv6(address)) => self.check(address.into()).map(drop),
            _ => Ok(()),
        }
    }

    /// Checks the host of an address, and returns the reason why it may be requested. A name is looked up once
    /// and then keeps its addresses.
    pub(crate) async fn reach(&self, url: &Url) -> Result<Reach, Refusal> {
        match url.host() {
            Some(Host::Ipv4(address)) => self.check(address.into()),
            Some(Host::Ipv6(address)) => self.check(address.into()),
            Some(Host::Domain(name)) => self.resolve(name).await.map(|(reach, _)| reach),
            None => Err(Refusal::Rule("an address without a host".to_owned(), "write an https address")),
        }
    }

    /// Returns the addresses of a host, and the reason why it may be requested. All addresses must pass the
    /// rules: a name with both a public and a private address is refused.
    pub(crate) async fn resolve(&self, name: &str) -> Result<(Reach, Vec<IpAddr>), Refusal> {
        let addresses = self.addresses(name).await?;
        if self.allows_name(name) {
            return Ok((Reach::Allowed, addresses));
        }
        let mut reach = Reach::Public;
        for address in &addresses {
            match self.check(*address) {
                Ok(Reach::Public) => {}
                Ok(Reach::Allowed) => reach = Reach::Allowed,
                Err(Refusal::Rule(what, help)) => {
                    return Err(Refusal::Rule(format!("`{name}` is not a public server: {what}"), help));
                }
                Err(other) => return Err(other),
            }
        }
        Ok((reach, addresses))
    }

    /// Returns true if all addresses of a host are loopback addresses.
    pub(crate) async fn is_loopback(&self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => {
                self.addresses(name).await.is_ok_and(|all| !all.is_empty() && all.iter().all(IpAddr::is_loopback))
            }
            None => false,
        }
    }

    /// Returns the addresses of a name, from its first look-up.
    async fn addresses(&self, name: &str) -> ResolvedAddresses {
        let key = name.trim_end_matches('.').to_ascii_lowercase();
        if let Some(found) = self.pinned.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return found.clone();
        }
        let found = self.names.addresses(&key).await;
        let mut pinned = self.pinned.lock().unwrap_or_else(PoisonError::into_inner);
        // The first look-up to finish decides for all.
        pinned.entry(key).or_insert(found).clone()
    }

    /// Checks one IP address against the rules.
    fn check(&self, address: IpAddr) -> Result<Reach, Refusal> {
        match special::purpose(address) {
            None => Ok(Reach::Public),
            Some(_) if self.allows(address) => Ok(Reach::Allowed),
            Some(what) => Err(Refusal::Rule(format!("{address} is for {what}"), ALLOW)),
        }
    }

    fn allows(&self, address: IpAddr) -> bool {
        self.security.ranges.iter().any(|range| range.contains(&address))
    }

    fn allows_name(&self, name: &str) -> bool {
        self.security.names.contains(&name.trim_end_matches('.').to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn guard(names: &[&str], ranges: &[&str]) -> Guard {
        let security = Security {
            names: names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>(),
            ranges: ranges.iter().map(|range| range.parse().unwrap()).collect(),
            ..Security::default()
        };
        // These tests use IP addresses only, so this name server receives no queries.
        Guard::new(security, DnsResolver::new(&["127.0.0.1:9".parse().unwrap()]))
    }

    fn is_reached(guard: &Guard, url: &str, plain: Plain) -> bool {
        url.parse().is_ok_and(|url| guard.check_url(&url, plain).is_ok())
    }

    #[test]
    fn addresses_are_judged_in_every_spelling() {
        let guard = guard(&[], &[]);
        let bad = [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://0/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[0:0:0:0:0:0:0:1]/",
            "https://127.0.0.1./",
            "https://127.0.0.1%2e/",
            "https://127。0。0。1/",
            "https://①②⑦.0.0.1/",
            "https://10.0.0.1/",
            "https://192.168.1.1:8443/",
            "https://169.254.169.254/latest/",
            "https://[fe80::1]/",
            "https://[fd00::1]/",
            "https://[64:ff9b::a00:1]/",
            "https://[2002:a00:1::]/",
            "https://255.255.255.255/",
            "http://8.8.8.8/",
            "ftp://8.8.8.8/",
            "file:///etc/passwd",
            "data:,x",
            "https://user@8.8.8.8/",
            "https://user:pass@8.8.8.8/",
            "gopher://8.8.8.8/",
            "javascript:alert(1)",
        ];
        for url in bad {
            assert!(!is_reached(&guard, url, Plain::Allowed), "{url}");
        }
        let good = [
            "https://8.8.8.8/",
            "https://1.1.1.1:8443/x",
            "https://[2606:4700:4700::1111]/",
            "https://example.com/",
            "https://172.32.0.1/",
            "https://11.0.0.1/",
            "https://100.128.0.1/",
            "https://[2a00:1450:4001::1]/",
        ];
        for url in good {
            assert!(is_reached(&guard, url, Plain::Allowed), "{url}");
        }
        assert!(is_reached(&guard, "http://8.8.8.8/", Plain::Anywhere));
        assert!(!is_reached(&guard, "http://10.0.0.1/", Plain::Anywhere));
    }

    #[test]
    fn what_the_book_allows_is_allowed_and_nothing_beside_it() {
        let guard = guard(&["status.example.com"], &["10.1.2.0/24", "::1/128"]);
        for url in ["http://status.example.com/", "http://STATUS.example.com./", "http://10.1.2.3/", "http://[::1]:80/"]
        {
            assert!(is_reached(&guard, url, Plain::Allowed), "{url}");
        }
        for url in ["http://a.status.example.com/", "http://example.com/", "https://10.1.3.1/", "https://127.0.0.1/"] {
            assert!(!is_reached(&guard, url, Plain::Allowed), "{url}");
        }
    }
}
