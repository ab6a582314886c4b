//! The kinds of sources: one file and one page for each. They say where bytes come from, and not what is made of them.

mod command;
mod dns;
mod file;
mod git;
mod http;

use crate::failure::Failure;
use crate::net::Net;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};
use trustbook_core::config::security::Security;
use trustbook_core::lock::SourceEntry;
use trustbook_core::register::Record;
use trustbook_core::register::value::Value;
use trustbook_core::{Trust, World};

/// A kind of source.
pub(crate) struct Kind {
    /// Its name in the register.
    pub(crate) name: &'static str,
    /// Its page: what it reads, and what its records take.
    pub(crate) page: &'static str,
    read: for<'a> fn(Asked<'a>) -> Reading<'a>,
}

/// Every kind of source, sorted by name; the core has the same names.
pub(crate) const SOURCES: &[Kind] = &[command::SOURCE, dns::SOURCE, file::SOURCE, git::SOURCE, http::SOURCE];

/// A source that is being read.
type Reading<'a> = Pin<Box<dyn Future<Output = Result<Read, Failure>> + 'a>>;

/// What is known of a source that is to be read.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) trust: &'a Trust,
    /// The book.
    pub(super) world: &'a dyn World,
    /// The folder of the book.
    pub(super) dir: &'a std::path::Path,
    pub(super) net: &'a Net,
    pub(super) record: &'a Record,
    /// When all of it has to be done.
    pub(super) until: Instant,
    /// What the lock has, where a source that has not changed needs no second look.
    pub(super) known: Option<&'a SourceEntry>,
}

impl<'a> Asked<'a> {
    fn text(&self, field: &str) -> Option<String> {
        self.record.value(field).map(Value::text)
    }

    fn needed(&self, field: &str) -> Result<String, Failure> {
        self.text(field).ok_or_else(|| missing(field))
    }

    fn url(&self, field: &str) -> Result<&'a url::Url, Failure> {
        match self.record.value(field) {
            Some(Value::Url(url)) => Ok(url),
            _ => Err(missing(field)),
        }
    }

    /// What is left of a time until all of it has to be done.
    fn left(&self, time: Duration) -> Duration {
        time.min(self.until.saturating_duration_since(Instant::now()))
    }

    fn security(&self) -> &'a Security {
        &self.trust.config.trustbook.security
    }
}

fn missing(field: &str) -> Failure {
    Failure::new(format!("its `{field}` is missing or wrong")).help("see `trustbook check`")
}

/// What was read of a source.
pub(super) enum Read {
    /// It is as it was.
    Unchanged,
    /// Its content.
    Content(Content),
}

/// The content of a source, with what is known of it.
#[derive(Default)]
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    /// The media type that the server names.
    pub(super) media_type: Option<String>,
    /// Where it was found, where that is not where it was asked for.
    pub(super) found_at: Option<String>,
    pub(super) commit: Option<String>,
    pub(super) etag: Option<String>,
    pub(super) modified: Option<String>,
    /// How many variables whoever says this was given, and can give back.
    pub(super) given: usize,
}

/// The kind of a name.
pub(crate) fn find(name: &str) -> Option<&'static Kind> {
    SOURCES.iter().find(|kind| kind.name == name)
}

/// Reads a source.
///
/// # Errors
/// Where it gives nothing, in a sentence that follows its name.
pub(super) async fn read(asked: Asked<'_>) -> Result<Read, Failure> {
    match asked.record.word("kind").and_then(find) {
        Some(kind) => (kind.read)(asked).await,
        None => Err(missing("kind")),
    }
}

#[cfg(test)]
mod tests {
    use super::SOURCES;
    use trustbook_core::register::kinds;

    #[test]
    fn sources_are_those_of_the_core_and_each_has_its_page() {
        let names: Vec<&str> = SOURCES.iter().map(|kind| kind.name).collect();
        assert_eq!(names, kinds::SOURCES);
        for kind in SOURCES {
            assert!(kind.page.starts_with(&format!("# {}\n", kind.name)), "{}", kind.name);
            for part in ["\n## Fields\n", "\n## Example\n", "\n## What can go wrong\n"] {
                assert!(kind.page.contains(part), "{}: {part}", kind.name);
            }
        }
    }
}
