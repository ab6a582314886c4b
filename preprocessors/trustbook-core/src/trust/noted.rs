//! A record of everything in a book that cannot be read: if it changes, no result of the last build is reused.

use crate::secret::Secret;
use crate::world::{FolderEntry, ReadError, World};
use jiff::civil::Date;
use std::sync::{Mutex, PoisonError};

/// The reason why a text is missing.
#[derive(Debug, PartialEq)]
pub(super) enum Unread {
    File(String, ReadError),
    Folder(String, ReadError),
    Bytes(String, Vec<u8>),
}

/// A [`World`] that records failed reads.
pub(crate) struct RecordingWorld<'w> {
    world: &'w dyn World,
    unread: Mutex<Vec<Unread>>,
}

impl<'w> RecordingWorld<'w> {
    pub(crate) fn new(world: &'w dyn World) -> Self {
        RecordingWorld { world, unread: Mutex::default() }
    }

    /// Returns the failed reads so far, in order.
    pub(super) fn unread(self) -> Vec<Unread> {
        self.unread.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, unread: Unread) {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner).push(unread);
    }
}

impl World for RecordingWorld<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let read = self.world.read(path);
        match &read {
            Ok(bytes) if std::str::from_utf8(bytes).is_err() => {
                self.note(Unread::Bytes(path.to_owned(), bytes.clone()));
            }
            Ok(_) => {}
            Err(error) => self.note(Unread::File(path.to_owned(), error.clone())),
        }
        read
    }

    fn list(&self, dir: &str) -> Result<Vec<FolderEntry>, ReadError> {
        let listed = self.world.list(dir);
        if let Err(error) = &listed {
            self.note(Unread::Folder(dir.to_owned(), error.clone()));
        }
        listed
    }

    fn today(&self) -> Date {
        self.world.today()
    }

    fn folder(&self) -> &str {
        self.world.folder()
    }

    fn secrets(&self) -> Vec<Secret> {
        self.world.secrets()
    }

    fn room(&self) -> usize {
        self.world.room()
    }

    fn begins(&self, part: &'static str) {
        self.world.begins(part);
    }
}
