//! A recorder for a browser session: keeps each item once, with the phase in which it first appeared.

use super::lifetime::{capped, left};
use super::set_cookie::{self, Header};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use trustbook_core::observation::{CookieSeen, HostSeen, PageSeen, StorageSeen, When};
use trustbook_core::secret::SecretParts;
use trustbook_core::span::Span;
use url::Url;

/// The recording so far.
#[derive(Debug)]
pub(super) struct Recorder {
    pub(super) phase: When,
    pages: BTreeMap<(When, String), PageSeen>,
    cookies: BTreeMap<(String, String, String), CookieSeen>,
    /// Cookies that servers set, by name and domain.
    headers: BTreeMap<(String, String), (When, Header)>,
    storage: BTreeMap<(String, String, String), StorageSeen>,
    hosts: BTreeMap<(String, String), HostSeen>,
}

/// The complete recording.
pub(super) struct Recording {
    pub(super) pages: Vec<PageSeen>,
    pub(super) cookies: Vec<CookieSeen>,
    pub(super) storage: Vec<StorageSeen>,
    pub(super) hosts: Vec<HostSeen>,
}

impl Recorder {
    pub(super) fn new(phase: When) -> Self {
        Recorder {
            phase,
            pages: BTreeMap::new(),
            cookies: BTreeMap::new(),
            headers: BTreeMap::new(),
            storage: BTreeMap::new(),
            hosts: BTreeMap::new(),
        }
    }

    /// Records a page that was opened. Its query and fragment can hold a token, and are dropped.
    pub(super) fn page(&mut self, url: &Url, status: u16) {
        let mut url = url.clone();
        url.set_query(None);
        url.set_fragment(None);
        let page = PageSeen { url, status, when: self.phase, span: Span::NOWHERE };
        self.pages.entry((self.phase, page.url.to_string())).or_insert(page);
    }

    /// Records a request to a host. Addresses without a host, such as `data:`, reach no server.
    pub(super) fn host(&mut self, url: &Url, purpose: &str, when: When) {
        let is_web = matches!(url.scheme(), "http" | "https" | "ws" | "wss");
        let Some(host) = url.host_str().filter(|_| is_web) else { return };
        let seen = HostSeen { host: host.to_owned(), purpose: purpose.to_owned(), when, span: Span::NOWHERE };
        let known = self.hosts.entry((seen.host.clone(), seen.purpose.clone())).or_insert(seen);
        known.when = known.when.min(when);
    }

    /// Records a `Set-Cookie` header from the answer of `from` (RFC 6265bis section 5.6). `now` is in seconds
    /// since 1970.
    pub(super) fn header(&mut self, line: &str, from: &Url, now: i64) {
        if let Some(header) = set_cookie::read(line, from, now) {
            let key = (header.name.clone(), header.domain.clone());
            self.headers.entry(key).or_insert((self.phase, header));
        }
    }

    /// Records the cookies of the browser, in the format of its protocol. `now` is in seconds since 1970.
    pub(super) fn cookies(&mut self, cookies: &Json, now: i64) {
        for cookie in cookies.as_array().into_iter().flatten() {
            let text = |key: &str| cookie[key].as_str().unwrap_or_default().to_owned();
            let domain = text("domain").trim_start_matches('.').to_lowercase();
            let key = (text("name"), domain, text("path"));
            if self.cookies.contains_key(&key) {
                continue;
            }
            let header = self.headers.get(&(key.0.clone(), key.1.clone())).map(|(_, header)| header);
            let expires = cookie["expires"].as_f64().filter(|at| *at >= 0.0).map(|at| at as i64);
            let flag = |name: &str| cookie[name].as_bool().unwrap_or_default();
            // The header has the exact lifetime; the browser reports only the remaining time.
            let max_age = match header.and_then(|header| header.max_age) {
                Some(exact) => expires.map(|_| capped(exact)),
                None => expires.map(|at| left(at - now)),
            };
            let seen = CookieSeen {
                name: key.0.clone(),
                domain: key.1.clone(),
                path: key.2.clone(),
                max_age,
                http_only: flag("httpOnly"),
                secure: flag("secure"),
                same_site: cookie["sameSite"].as_str().map(str::to_lowercase),
                partitioned: !cookie["partitionKey"].is_null(),
                set_by: if header.is_some() || flag("httpOnly") { "header" } else { "script" }.to_owned(),
                when: self.phase,
                span: Span::NOWHERE,
            };
            self.cookies.insert(key, seen);
        }
    }

    /// Records a key that was written to the storage of an origin.
    pub(super) fn stored(&mut self, origin: &str, is_local: bool, key: &str) {
        // For partitioned storage, the partition key follows the origin.
        let origin = origin.split('^').next().unwrap_or_default();
        let Ok(url) = Url::parse(origin) else { return };
        let kind = if is_local { "local-storage" } else { "session-storage" };
        let seen = StorageSeen {
            kind: kind.to_owned(),
            key: key.to_owned(),
            origin: url.origin().ascii_serialization(),
            when: self.phase,
            span: Span::NOWHERE,
        };
        self.storage.entry((seen.kind.clone(), seen.origin.clone(), seen.key.clone())).or_insert(seen);
    }

    /// Returns the first page with an error status (RFC 9110 section 15.5).
    pub(super) fn error(&self) -> Option<&PageSeen> {
        self.pages.values().find(|page| page.status >= 400)
    }

    /// Returns the recording. It includes a cookie that a server set even if the browser no longer had it at
    /// the next poll.
    pub(super) fn all(mut self) -> Recording {
        for ((name, domain), (when, header)) in &self.headers {
            let is_known = self.cookies.keys().any(|(known, of, _)| known == name && of == domain);
            if !is_known && !header.is_deletion {
                let seen = header.seen(*when);
                self.cookies.insert((name.clone(), domain.clone(), seen.path.clone()), seen);
            }
        }
        Recording {
            pages: self.pages.into_values().collect(),
            cookies: self.cookies.into_values().collect(),
            storage: self.storage.into_values().collect(),
            hosts: self.hosts.into_values().collect(),
        }
    }
}

impl Recording {
    /// Removes secret values from names and addresses, and everything that contains a part of one.
    pub(super) fn hide(&mut self, secrets: &[String], parts: &SecretParts) {
        let hidden = |text: &str| {
            let text = secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "hidden"));
            if parts.find(text.as_bytes()).is_some() { "hidden".to_owned() } else { text }
        };
        for page in &mut self.pages {
            let path = percent_encoding::percent_decode_str(page.url.path()).decode_utf8_lossy().into_owned();
            if hidden(&path) != path || parts.find(page.url.as_str().as_bytes()).is_some() {
                page.url.set_path(&hidden(&path));
            }
        }
        for cookie in &mut self.cookies {
            (cookie.name, cookie.path) = (hidden(&cookie.name), hidden(&cookie.path));
        }
        for kept in &mut self.storage {
            kept.key = hidden(&kept.key);
        }
        for seen in &mut self.hosts {
            seen.host = hidden(&seen.host);
        }
        self.cookies.dedup_by(|a, b| (&a.name, &a.domain, &a.path) == (&b.name, &b.domain, &b.path));
        self.storage.dedup_by(|a, b| (&a.kind, &a.origin, &a.key) == (&b.kind, &b.origin, &b.key));
        self.pages.dedup_by(|a, b| (a.when, &a.url) == (b.when, &b.url));
    }
}
