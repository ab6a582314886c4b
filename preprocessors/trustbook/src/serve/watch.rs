//! The watcher for changes in a book's files.

use crate::failure::Failure;
use notify_debouncer_full::notify::event::ModifyKind;
use notify_debouncer_full::notify::{EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use trustbook_core::Book;

/// The time without changes before a build starts.
const QUIET: Duration = Duration::from_millis(120);

/// Watches the folders of a book.
pub(super) struct Watcher {
    root: PathBuf,
    debouncer: Debouncer<RecommendedWatcher, RecommendedCache>,
    events: Receiver<DebounceEventResult>,
    followed: BTreeSet<PathBuf>,
}

impl Watcher {
    /// Watches book.toml and everything else directly in the book's folder.
    pub(super) fn new(root: &Path) -> Result<Self, Failure> {
        let failed = |error| Failure::new(format!("the book cannot be watched: {error}"));
        let (sender, events) = channel();
        let debouncer = new_debouncer(QUIET, None, sender).map_err(failed)?;
        let mut watcher = Watcher { root: root.to_owned(), debouncer, events, followed: BTreeSet::new() };
        watcher.debouncer.watch(root, RecursiveMode::NonRecursive).map_err(failed)?;
        Ok(watcher)
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
            if !self.followed.contains(&path) && self.debouncer.watch(&path, mode).is_ok() {
                self.followed.insert(path);
            }
        }
        self.followed.len() > before
    }

    /// Waits for the next change of a file.
    pub(super) fn wait(&mut self) -> Result<(), Failure> {
        loop {
            let Ok(result) = self.events.recv() else {
                return Err(Failure::new("the book is no longer watched"));
            };
            // All changes during the last build count as one.
            let results: Vec<DebounceEventResult> = std::iter::once(result).chain(self.events.try_iter()).collect();
            let mut changed = false;
            for result in results {
                match result {
                    Ok(events) => {
                        for event in events.iter().filter(|event| !matches!(event.kind, EventKind::Access(_))) {
                            changed = true;
                            event.paths.iter().for_each(|path| self.lose(path, event.kind));
                        }
                    }
                    Err(_) => changed = true,
                }
            }
            if changed {
                return Ok(());
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
            let _ = self.debouncer.unwatch(&folder);
            self.followed.remove(&folder);
        }
    }
}

/// Returns the folders that a build has read from; the book's own folder is watched anyway.
pub(super) fn folders(book: &Book) -> Vec<String> {
    let mut folders = vec!["facts".to_owned(), "theme".to_owned(), book.config.src.clone()];
    for path in book.map.paths() {
        let folder = trustbook_core::world::parent(path);
        let known = |known: &String| folder == known || folder.starts_with(&format!("{known}/"));
        if !folder.is_empty() && !folders.iter().any(known) {
            folders.push(folder.to_owned());
        }
    }
    folders
}
