//! A site that is being written beside the old one: files arrive one by one, and the whole site is published at once.

use super::stage::Stage;
use super::{Destination, Published, swap};
use crate::failure::{Failure, io};
use crate::manifest::{self, Counted, Listed};
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Result as Done, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use trustbook_core::site::sink::{Bytes, Sink};

/// A site that is not published yet.
#[derive(Debug)]
pub(crate) struct SiteDraft {
    /// The folder as the user names it.
    named: PathBuf,
    place: Destination,
    // Declared before the folders, so that it is dropped first: it is in the last of them.
    stage: Stage,
    folders: Folders,
    listed: Listed,
    written: Mutex<WriteProgress>,
}

/// The progress of writing.
#[derive(Debug, Default)]
struct WriteProgress {
    /// The folders that were created.
    folders: BTreeSet<PathBuf>,
    /// The first error; nothing is written after it.
    failure: Option<Failure>,
}

impl SiteDraft {
    pub(super) fn new(named: PathBuf, place: Destination, stage: Stage, folders: Folders) -> Self {
        SiteDraft { named, place, stage, folders, listed: Listed::default(), written: Mutex::default() }
    }

    /// Writes the remaining files and the manifest, and publishes the site.
    pub(crate) fn finish(
        mut self,
        rest: BTreeMap<String, Bytes>,
        commit: Option<&str>,
        built: Date,
    ) -> Result<Published, Failure> {
        rest.into_par_iter().for_each(|(path, bytes)| self.put(&path, bytes));
        let text = manifest::text(std::mem::take(&mut self.listed).files(), commit, built)?;
        self.put(manifest::PATH, Bytes::new(text.into_bytes()));
        if let Some(failure) = self.written.into_inner().unwrap_or_else(PoisonError::into_inner).failure {
            return Err(failure);
        }
        self.place.check()?;
        let placed = swap::into_place(self.stage, &self.place.out, self.place.over)?;
        self.folders.stay();
        Ok(Published { at: self.named, kept: placed.kept, left: placed.left })
    }

    fn write(&self, path: &str, parts: &mut dyn Iterator<Item = Bytes>) -> Result<(), Failure> {
        let to = self.stage.site().join(path);
        if let Some(folder) = to.parent().filter(|folder| !self.is_made(folder)) {
            fs::create_dir_all(folder).map_err(|error| io("making", folder, &error))?;
            self.lock().folders.insert(folder.to_owned());
        }
        let failed = |error| io("writing", Path::new(path), &error);
        let mut file = fs::File::create(&to).map_err(failed)?;
        for part in parts {
            file.write_all(&part).map_err(failed)?;
        }
        Ok(())
    }

    fn is_made(&self, folder: &Path) -> bool {
        self.lock().folders.contains(folder)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, WriteProgress> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for SiteDraft {
    fn put(&self, path: &str, bytes: Bytes) {
        self.put_parts(path, &mut std::iter::once(bytes));
    }

    fn put_parts(&self, path: &str, parts: &mut dyn Iterator<Item = Bytes>) {
        if self.lock().failure.is_none() {
            let mut counted = Counted::default();
            let mut parts = (&mut *parts).inspect(|part| counted.add(part));
            match self.write(path, &mut parts) {
                Ok(()) => self.listed.insert(path, counted.entry()),
                Err(failure) => {
                    self.lock().failure.get_or_insert(failure);
                }
            }
        }
        // The producer inspects the parts while it yields them, so all of them must be consumed, even after a failure.
        parts.for_each(drop);
    }
}

/// Folders above the site that were created for it. They are deleted again unless a site is published in them.
#[derive(Debug)]
pub(super) struct Folders(Vec<PathBuf>);

impl Folders {
    /// Creates a folder with its missing parents.
    pub(super) fn make(folder: &Path) -> Done<Self> {
        let missing = folder.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.exists());
        let folders = Folders(missing.map(Path::to_owned).collect());
        fs::create_dir_all(folder)?;
        Ok(folders)
    }

    fn stay(mut self) {
        self.0.clear();
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in &self.0 {
            // A folder with content stays, and so do those above it.
            if fs::remove_dir(folder).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_were_made_for_nothing_are_taken_away() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a/b/c");
        drop(Folders::make(&folder).unwrap());
        assert!(!root.path().join("a").exists());
        let folders = Folders::make(&folder).unwrap();
        fs::write(root.path().join("a/mine"), "").unwrap();
        drop(folders);
        assert!(root.path().join("a/mine").exists() && !root.path().join("a/b").exists());
        Folders::make(&folder).unwrap().stay();
        assert!(folder.exists());
        drop(Folders::make(&folder).unwrap());
        assert!(folder.exists(), "what was there before stays");
    }
}
