//! Where the finished files of a site go, one by one, so that nobody has to hold all of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The bytes of a file, which who made them may keep for the next build.
pub type Bytes = Arc<Vec<u8>>;

/// Takes finished files. What goes wrong is kept until somebody asks for what was put there.
pub trait Sink: Sync {
    /// Takes a file: its path on the site, and its bytes.
    fn put(&self, path: &str, bytes: Bytes);

    /// Takes a file in parts, one behind the other, so that nobody has to hold all of it. All of them are asked for.
    fn put_parts(&self, path: &str, parts: &mut dyn Iterator<Item = Bytes>) {
        let mut whole = Vec::new();
        parts.for_each(|part| whole.extend_from_slice(&part));
        self.put(path, Bytes::new(whole));
    }
}

/// Holds all files, for those who look at them.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<BTreeMap<String, Bytes>>);

impl Shelf {
    /// The files, by path.
    pub fn files(self) -> BTreeMap<String, Bytes> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Shelf {
    fn put(&self, path: &str, bytes: Bytes) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), bytes);
    }
}

/// Lets go of all files, for those who want to know what is wrong with them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nowhere;

impl Sink for Nowhere {
    fn put(&self, _: &str, _: Bytes) {}

    fn put_parts(&self, _: &str, parts: &mut dyn Iterator<Item = Bytes>) {
        parts.for_each(drop);
    }
}
