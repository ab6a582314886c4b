//! Observations: the recorded behaviour of a running page, in reviewed files of `facts/observed/`.
//!
//! The format belongs to no tool: a browser, a proxy or a person can be the observer. It is read strictly. An unknown
//! key is a mistake, because a misspelt key would hide something that was seen.

mod at;
mod read;
mod write;

pub use read::read;
pub use write::write;

use crate::span::Span;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The folder of the observations, relative to the book.
pub const FOLDER: &str = "facts/observed";
/// The version of the file format.
pub const VERSION: i64 = 1;

/// All observations of a book.
#[derive(Debug, Clone, Default)]
pub struct Observations {
    /// The observations that can be read, sorted by name.
    pub all: Vec<Observation>,
    /// The names of all files, readable or not, sorted.
    pub names: Vec<String>,
    /// The problems of the files that cannot be read.
    pub problems: Vec<ObservationProblem>,
    /// The names of all cookies and keys. Built on first use.
    kept: OnceLock<BTreeSet<String>>,
}

/// A problem with an observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservationProblem {
    /// The name of the observation; empty for the folder.
    pub name: String,
    /// The path of the file or folder.
    pub path: String,
    /// The span in the file, if it is known.
    pub span: Option<Span>,
    /// A phrase that says what is wrong.
    pub why: String,
    /// The action that fixes it.
    pub help: String,
}

/// The behaviour of a running page on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The name: that of the file, without `.json`.
    pub name: String,
    /// The address that was opened.
    pub url: url::Url,
    /// The day of the observation.
    pub on: Date,
    /// The tool that observed the page, with its version.
    pub tool: String,
    /// The actions that were taken, in order, in words.
    pub steps: Vec<String>,
    /// The phases that were observed.
    pub consent: Vec<When>,
    /// The pages that were opened.
    pub pages: Vec<PageSeen>,
    /// The cookies that were set.
    pub cookies: Vec<CookieSeen>,
    /// The entries of [`NOT_SEEN`] that the tool cannot see; empty for a browser.
    pub not_seen: Vec<String>,
    /// The keys in the storage of the browser.
    pub storage: Vec<StorageSeen>,
    /// The hosts that received requests.
    pub hosts: Vec<HostSeen>,
    /// The span of the first character.
    pub span: Span,
}

/// The phase of an observation: before or after consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// Before anybody consented to anything.
    Before,
    /// After somebody consented.
    After,
}

/// A page that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSeen {
    /// The address of the page.
    pub url: url::Url,
    /// The HTTP status of the response (RFC 9110 section 15).
    pub status: u16,
    /// The phase in which it was opened.
    pub when: When,
    /// The span of the address.
    pub span: Span,
}

/// A cookie that was set; its value is never recorded (RFC 6265bis).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieSeen {
    /// The name of the cookie.
    pub name: String,
    /// The host or domain that receives it, in lower case and without a leading dot.
    pub domain: String,
    /// The path that it is limited to.
    pub path: String,
    /// The lifetime in seconds; `None` if it ends when the browser is closed.
    pub max_age: Option<i64>,
    /// True if scripts cannot read it.
    pub http_only: bool,
    /// True if it is sent only over TLS.
    pub secure: bool,
    /// The SameSite attribute: `strict`, `lax` or `none`; `None` if the cookie has no such attribute.
    pub same_site: Option<String>,
    /// True if the cookie is partitioned.
    pub partitioned: bool,
    /// The way in which it was set: `header` or `script`.
    pub set_by: String,
    /// The phase in which it first appeared.
    pub when: When,
    /// The span of the name.
    pub span: Span,
}

/// A key in the storage of the browser; its value is never recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageSeen {
    /// The kind of storage: `local-storage` or `session-storage`.
    pub kind: String,
    /// The key.
    pub key: String,
    /// The origin that owns the storage (RFC 6454).
    pub origin: String,
    /// The phase in which it first appeared.
    pub when: When,
    /// The span of the key.
    pub span: Span,
}

/// A host that received a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSeen {
    /// The host name, in lower case.
    pub host: String,
    /// The purpose of the request, one of [`PURPOSES`].
    pub purpose: String,
    /// The phase of the first request.
    pub when: When,
    /// The span of the name.
    pub span: Span,
}

/// The things that a tool may be unable to see, sorted; a proxy sees only what servers set.
pub const NOT_SEEN: &[&str] = &["script-cookies", "storage"];

/// The purposes of requests, sorted (the destinations of the Fetch standard, in fewer words).
pub const PURPOSES: &[&str] =
    &["beacon", "document", "fetch", "font", "frame", "image", "media", "other", "script", "style", "websocket"];

impl Observations {
    /// Returns true if any observation saw a cookie or a key of this name.
    pub fn has_kept(&self, name: &str) -> bool {
        let names = || {
            let cookies = self.all.iter().flat_map(|found| found.cookies.iter().map(|cookie| cookie.name.clone()));
            cookies.chain(self.all.iter().flat_map(|found| found.storage.iter().map(|it| it.key.clone()))).collect()
        };
        self.kept.get_or_init(names).contains(name)
    }

    /// Returns the observation of a name.
    pub fn find(&self, name: &str) -> Option<&Observation> {
        self.all.iter().find(|observation| observation.name == name)
    }

    /// Returns true if a file of that name exists, readable or not.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }
}
