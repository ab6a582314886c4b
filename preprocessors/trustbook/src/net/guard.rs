//! Who may be reached: public servers with TLS, and what the book allows by name or address; nobody else.

use super::names::Names;
use super::special;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use trustbook_core::config::security::Security;
use url::{Host, Url};

/// Why a place is not reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The rules are against it: a sentence, and what to do.
    Rule(String, &'static str),
    /// There is no such name.
    NoSuchName(String),
    /// Nobody could say whether there is such a name.
    NoAnswer(String, String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Rule(what, _) => f.write_str(what),
            Refusal::NoSuchName(name) => write!(f, "there is no host `{name}`"),
            Refusal::NoAnswer(name, why) => write!(f, "the address of `{name}` could not be looked up: {why}"),
        }
    }
}

const ALLOW: &str = "name the host or its range in `allow` under [preprocessor.trustbook.security.network] of book.toml, \
                     where that is meant";

/// Whether a place is reached by the rules for everybody, or because the book allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// It is on the public internet.
    Public,
    /// The book allows it.
    Allowed,
}

/// Whether addresses without TLS may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    /// Only where the book allows the host.
    Allowed,
    /// Everywhere: what is read is not used as a fact.
    Anywhere,
}

type Found = Result<Vec<IpAddr>, Refusal>;

/// The rules, and the addresses that names had when they were first looked up: they keep them until the end of the run,
/// so that an answer which changes between two looks leads nowhere else.
#[derive(Debug)]
pub(crate) struct Guard {
    security: Security,
    names: Names,
    pinned: Mutex<BTreeMap<String, Found>>,
}

impl Guard {
    pub(super) fn new(security: Security, names: Names) -> Self {
        Guard { security, names, pinned: Mutex::default() }
    }

    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// Looks at an address without asking anybody: its scheme, what it carries, and a host that is an address.
    pub(crate) fn check_url(&self, url: &Url, plain: Plain) -> Result<(), Refusal> {
        let rule = |what: String, help: &'static str| Err(Refusal::Rule(what, help));
        if !url.username().is_empty() || url.password().is_some() {
            return rule(
                format!("the address of `{}` carries a user or a password", url.host_str().unwrap_or_default()),
                "take them out; a header can hold a variable that [security.env] allows",
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

    /// Why a place may be reached. Its name is looked up, and keeps its addresses from then on.
    pub(crate) async fn reach(&self, url: &Url) -> Result<Reach, Refusal> {
        match url.host() {
            Some(Host::Ipv4(address)) => self.check(address.into()),
            Some(Host::Ipv6(address)) => self.check(address.into()),
            Some(Host::Domain(name)) => self.resolve(name).await.map(|(reach, _)| reach),
            None => Err(Refusal::Rule("an address without a host".to_owned(), "write an https address")),
        }
    }

    /// The addresses of a host, and why it may be reached. All of them have to be within the rules: a name with a public
    /// and a private address is refused.
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

    /// The addresses of a name: those that it had when it was first asked for.
    async fn addresses(&self, name: &str) -> Found {
        let key = name.trim_end_matches('.').to_ascii_lowercase();
        if let Some(found) = self.pinned.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return found.clone();
        }
        let found = self.names.addresses(&key).await;
        let mut pinned = self.pinned.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever asked first decides for all.
        pinned.entry(key).or_insert(found).clone()
    }

    /// Whether an address is within the rules.
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
