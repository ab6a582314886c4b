//! The kinds of sources, one file and one page each. They return bytes and do not interpret them.

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
use trustbook_core::{Book, World};

/// A kind of source.
pub(crate) struct SourceKind {
    /// The name of the kind in the register.
    pub(crate) name: &'static str,
    /// The page of the kind: its purpose, and the fields of its records.
    pub(crate) page: &'static str,
    read: for<'a> fn(SourceRequest<'a>) -> Reading<'a>,
}

/// Every kind of source, sorted by name; the core has the same names.
pub(crate) const SOURCES: &[SourceKind] = &[command::SOURCE, dns::SOURCE, file::SOURCE, git::SOURCE, http::SOURCE];

/// The future of a source that is being read.
type Reading<'a> = Pin<Box<dyn Future<Output = Result<SourceResult, Failure>> + 'a>>;

/// The inputs for reading a source.
#[derive(Clone, Copy)]
pub(super) struct SourceRequest<'a> {
    pub(super) book: &'a Book,
    /// The book.
    pub(super) world: &'a dyn World,
    /// The folder of the book.
    pub(super) dir: &'a std::path::Path,
    pub(super) net: &'a Net,
    pub(super) record: &'a Record,
    /// The time at which the run ends.
    pub(super) until: Instant,
    /// The entry of the lock, if an unchanged source does not have to be read again.
    pub(super) known: Option<&'a SourceEntry>,
}

impl<'a> SourceRequest<'a> {
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

    /// Returns `time`, cut to the time that is left for the run.
    fn left(&self, time: Duration) -> Duration {
        time.min(self.until.saturating_duration_since(Instant::now()))
    }

    fn security(&self) -> &'a Security {
        &self.book.config.trustbook.security
    }
}

fn missing(field: &str) -> Failure {
    Failure::new(format!("its `{field}` is missing or wrong")).help("see `trustbook check`")
}

/// The result of reading a source.
pub(super) enum SourceResult {
    /// The source has not changed.
    Unchanged,
    /// The content of the source.
    Content(SourceContent),
}

/// The content of a source, with its metadata.
#[derive(Default)]
pub(super) struct SourceContent {
    pub(super) bytes: Vec<u8>,
    /// The media type given by the server.
    pub(super) media_type: Option<String>,
    /// The final address, if it differs from the requested one.
    pub(super) found_at: Option<String>,
    pub(super) commit: Option<String>,
    pub(super) etag: Option<String>,
    pub(super) modified: Option<String>,
    /// The number of variables sent to the source. It could return their values.
    pub(super) given: usize,
}

/// Returns the kind with a name.
pub(crate) fn find(name: &str) -> Option<&'static SourceKind> {
    SOURCES.iter().find(|kind| kind.name == name)
}

/// Reads a source.
///
/// # Errors
/// Returns an error if the source cannot be read, with a sentence that follows its name.
pub(super) async fn read(asked: SourceRequest<'_>) -> Result<SourceResult, Failure> {
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
