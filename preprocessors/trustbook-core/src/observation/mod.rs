//! Observations: what somebody saw a running page do, as reviewed files of `facts/observed/`.
//!
//! The form belongs to no tool. What a browser, a proxy or a person saw is written down by whatever wrote it, and read
//! here strictly: an unknown key is a mistake, since a misspelt one would hide what was seen.

mod at;
mod read;
mod write;

pub use read::read;
pub use write::write;

use crate::span::Span;
use jiff::civil::Date;

/// Where they are, in the book.
pub const FOLDER: &str = "facts/observed";
/// The version of their form.
pub const VERSION: i64 = 1;

/// All observations of a book.
#[derive(Debug, Clone, Default)]
pub struct Observations {
    /// Those that can be read, sorted by name.
    pub all: Vec<Observation>,
    /// The names of all files, also of those that can not be read, sorted.
    pub names: Vec<String>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
}

/// Something wrong with an observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The name of the observation.
    pub name: String,
    /// The file.
    pub path: String,
    /// Where in it, where that is known.
    pub span: Option<Span>,
    /// A phrase.
    pub why: String,
    /// What to do.
    pub help: String,
}

/// What was seen of a running page on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Its name: that of the file, without `.json`.
    pub name: String,
    /// The address that was opened.
    pub url: url::Url,
    /// The day.
    pub on: Date,
    /// What looked, with its version.
    pub tool: String,
    /// What was done, in order, in words.
    pub steps: Vec<String>,
    /// The phases that were looked at.
    pub consent: Vec<When>,
    /// The pages that were opened.
    pub pages: Vec<PageSeen>,
    /// The cookies that were set.
    pub cookies: Vec<CookieSeen>,
    /// What the tool that looked can not see, of [`NOT_SEEN`]; empty for a browser.
    pub not_seen: Vec<String>,
    /// What was kept in the browser's storage.
    pub storage: Vec<StorageSeen>,
    /// The hosts that were asked.
    pub hosts: Vec<HostSeen>,
    /// Where the file begins.
    pub span: Span,
}

/// Before or after somebody agreed to anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// Before.
    Before,
    /// After.
    After,
}

/// A page that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSeen {
    /// Its address.
    pub url: url::Url,
    /// The status of HTTP with which it came (RFC 9110 section 15).
    pub status: u16,
    /// In which phase.
    pub when: When,
    /// Where it stands.
    pub span: Span,
}

/// A cookie that was set; its value is never kept (RFC 6265bis).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieSeen {
    /// Its name.
    pub name: String,
    /// The host or domain that it goes to.
    pub domain: String,
    /// Its path.
    pub path: String,
    /// How long it lives, in seconds; `None` until the browser is closed.
    pub max_age: Option<i64>,
    /// Whether scripts are kept from reading it.
    pub http_only: bool,
    /// Whether it is only sent over TLS.
    pub secure: bool,
    /// Its SameSite attribute: `strict`, `lax` or `none`; `None` where it has none.
    pub same_site: Option<String>,
    /// Whether it is partitioned.
    pub partitioned: bool,
    /// `header` or `script`.
    pub set_by: String,
    /// In which phase it was first there.
    pub when: When,
    /// Where its name stands.
    pub span: Span,
}

/// A key of the browser's storage; its value is never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageSeen {
    /// `local-storage` or `session-storage`.
    pub kind: String,
    /// The key.
    pub key: String,
    /// The origin whose storage it is (RFC 6454).
    pub origin: String,
    /// In which phase it was first there.
    pub when: When,
    /// Where the key stands.
    pub span: Span,
}

/// A host that was asked for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSeen {
    /// Its name, in lower case.
    pub host: String,
    /// What for.
    pub purpose: String,
    /// In which phase it was first asked.
    pub when: When,
    /// Where its name stands.
    pub span: Span,
}

/// What a tool may not be able to see, sorted: a proxy sees what servers set, and nothing else.
pub const NOT_SEEN: &[&str] = &["script-cookies", "storage"];

/// What a host is asked for, sorted (the destinations of the Fetch standard, in fewer words).
pub const PURPOSES: &[&str] =
    &["beacon", "document", "fetch", "font", "frame", "image", "media", "other", "script", "style", "websocket"];

impl Observations {
    /// The observation of a name.
    pub fn find(&self, name: &str) -> Option<&Observation> {
        self.all.iter().find(|observation| observation.name == name)
    }

    /// Whether there is a file of that name, readable or not.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }
}
