//! Receivers for the finished files of a site, one at a time, so that they need not all be in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The bytes of a file, shared, so that its maker can keep them for the next build.
pub type Bytes = Arc<Vec<u8>>;

/// Receives finished files. An error is kept until the result is requested from the implementation.
pub trait Sink: Sync {
    /// Takes a file, given its path on the site and its bytes.
    fn put(&self, path: &str, bytes: Bytes);

    /// Takes a file in parts, in order, so that it need not be in memory as a whole.
    ///
    /// Implementations must consume the iterator to its end.
    fn put_parts(&self, path: &str, parts: &mut dyn Iterator<Item = Bytes>) {
        let mut whole = Vec::new();
        parts.for_each(|part| whole.extend_from_slice(&part));
        self.put(path, Bytes::new(whole));
    }
}

/// Keeps all files in memory.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<BTreeMap<String, Bytes>>);

impl Shelf {
    /// Returns the files, by path.
    pub fn files(self) -> BTreeMap<String, Bytes> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Shelf {
    fn put(&self, path: &str, bytes: Bytes) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), bytes);
    }
}

/// Drops all files, for builds that only report findings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nowhere;

impl Sink for Nowhere {
    fn put(&self, _: &str, _: Bytes) {}

    fn put_parts(&self, _: &str, parts: &mut dyn Iterator<Item = Bytes>) {
        parts.for_each(drop);
    }
}
