//! The watcher for changes in a book's files.

use crate::failure::Failure;
use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use trustbook_core::Book;

/// The time without changes before a build starts.
const QUIET: Duration = Duration::from_millis(120);

/// The longest time for which changes that never pause put off a build.
const LONGEST: Duration = Duration::from_secs(2);

/// Watches the folders of a book.
pub(super) struct Watcher {
    root: PathBuf,
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    followed: BTreeSet<PathBuf>,
}

impl Watcher {
    /// Watches book.toml and everything else directly in the book's folder.
    pub(super) fn new(root: &Path) -> Result<Self, Failure> {
        let failed = |error| Failure::new(format!("the book cannot be watched: {error}"));
        let (sender, events) = channel();
        let mut watcher = notify::recommended_watcher(sender).map_err(failed)?;
        watcher.watch(root, RecursiveMode::NonRecursive).map_err(failed)?;
        Ok(Watcher { root: root.to_owned(), watcher, events, followed: BTreeSet::new() })
    }

    /// Watches more folders of the book, and returns true if any was new. A folder that does not exist is tried again
    /// at the next call.
    pub(super) fn follow(&mut self, folders: &[String]) -> bool {
        let before = self.followed.len();
        for folder in folders {
            let path = self.root.join(folder);
            // Above the book is a repository with any number of files.
            let mode = match folder.starts_with("..") {
                true => RecursiveMode::NonRecursive,
                false => RecursiveMode::Recursive,
            };
            if !self.followed.contains(&path) && self.watcher.watch(&path, mode).is_ok() {
                self.followed.insert(path);
            }
        }
        self.followed.len() > before
    }

    /// Waits for the next change of a file, and until no other follows for a while.
    pub(super) fn wait(&mut self) -> Result<(), Failure> {
        let mut since: Option<Instant> = None;
        loop {
            let result = match since {
                None => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(since) if since.elapsed() >= LONGEST => return Ok(()),
                Some(_) => self.events.recv_timeout(QUIET),
            };
            match result {
                // Reading a file is not a change.
                Ok(Ok(Event { kind: EventKind::Access(_), .. })) => {}
                Ok(Ok(event)) => {
                    since = since.or_else(|| Some(Instant::now()));
                    event.paths.iter().for_each(|path| self.lose(path, event.kind));
                }
                Ok(Err(_)) => since = since.or_else(|| Some(Instant::now())),
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => return Err(Failure::new("the book is no longer watched")),
            }
        }
    }

    /// Forgets a folder that is removed. Its watch ends with it, so a new folder at its path must be followed again.
    fn lose(&mut self, path: &Path, kind: EventKind) {
        let is_other = matches!(
            kind,
            EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) | EventKind::Any
        );
        let is_it = |folder: &PathBuf| {
            // Systems report the path of the book in different spellings.
            let inner = folder.strip_prefix(&self.root).unwrap_or(folder);
            path == folder || path.ends_with(inner)
        };
        let lost: Vec<PathBuf> = self.followed.iter().filter(|folder| is_other && is_it(folder)).cloned().collect();
        for folder in lost {
            // The folder may already be gone.
            let _ = self.watcher.unwatch(&folder);
            self.followed.remove(&folder);
        }
    }
}

/// Returns the folders that a build has read from; the book's own folder is watched anyway.
pub(super) fn folders(book: &Book) -> Vec<String> {
    let mut folders = vec!["facts".to_owned(), "theme".to_owned()];
    folders.extend(Some(book.config.src.clone()).filter(|src| !src.is_empty()));
    for path in book.map.paths() {
        let folder = trustbook_core::world::parent(path);
        let known = |known: &String| folder == known || folder.starts_with(&format!("{known}/"));
        if !folder.is_empty() && !folders.iter().any(known) {
            folders.push(folder.to_owned());
        }
    }
    folders
}
