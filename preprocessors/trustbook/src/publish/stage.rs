//! The folder in which a site is written before it takes the place of the old one, and what is left of one whose command was killed.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// How the name of such a folder begins.
const PREFIX: &str = ".trustbook-stage-";
/// The file in it that the command holds a lock on for as long as it runs.
const LOCK: &str = "lock";
/// The new site in it, until it is published; then the old one, until it is taken away.
const SITE: &str = "site";
/// Where the old site waits on a system that can not exchange two folders.
const OLD: &str = "old";
/// How often a folder is made anew that somebody has swept away at its birth.
const TRIES: usize = 5;

/// A folder beside the site. It is taken away with all that is in it, unless the command is killed.
#[derive(Debug)]
pub(super) struct Stage {
    // Before the folder, so that the lock is given back first: some systems take no folder away with an open file.
    lock: File,
    folder: TempDir,
    site: PathBuf,
}

impl Stage {
    /// Makes one, in the folder that the site stands in: only there can it take the site's place in one step.
    pub(super) fn new(parent: &Path) -> Result<Self> {
        for _ in 0..TRIES {
            let folder = folder(parent)?;
            let path = folder.path().join(LOCK);
            let Ok(lock) = File::create(&path) else { continue };
            lock.lock()?;
            // Between the two somebody may have taken it for a left-over.
            if !path.exists() {
                continue;
            }
            let site = folder.path().join(SITE);
            fs::create_dir(&site)?;
            return Ok(Stage { lock, folder, site });
        }
        Err(Error::new(ErrorKind::ResourceBusy, "another command takes the new folder away each time"))
    }

    /// Where the new site is written.
    pub(super) fn site(&self) -> &Path {
        &self.site
    }

    /// Takes away what was written of the new site.
    pub(super) fn empty(&self) -> Result<()> {
        fs::remove_dir_all(&self.site)?;
        fs::create_dir(&self.site)
    }

    /// Where the old site can be moved to.
    pub(super) fn old(&self) -> PathBuf {
        self.folder.path().join(OLD)
    }

    /// Waits until the new site is on the disk, with its names.
    pub(super) fn sync(&self) -> Result<()> {
        #[cfg(target_os = "linux")]
        {
            // One call for all of it: one for each file takes six times as long.
            rustix::fs::syncfs(&self.lock).map_err(Error::from)
        }
        #[cfg(not(target_os = "linux"))]
        {
            for entry in walkdir::WalkDir::new(&self.site) {
                let entry = entry.map_err(Error::from)?;
                if entry.file_type().is_file() {
                    OpenOptions::new().append(true).open(entry.path())?.sync_all()?;
                }
            }
            self.lock.sync_all()
        }
    }

    /// Leaves the folder where it is: something in it is not to be lost.
    pub(super) fn keep(self) -> PathBuf {
        self.folder.keep()
    }
}

/// A new folder that nobody else can look into: no check has passed yet what is written there.
fn folder(parent: &Path) -> Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(parent)
}

/// Takes away the folders of commands that were killed. One that still runs holds its lock.
///
/// A site has to be at `out`: only then is no folder the last place where there is a good one.
pub(super) fn sweep(parent: &Path, out: &Path) {
    if !out.is_dir() {
        return;
    }
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.filter_map(std::result::Result::ok) {
        let is_one = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        if is_one && entry.file_type().is_ok_and(|kind| kind.is_dir()) && is_left(&entry.path()) {
            // What can not be taken away does no harm; the next run tries again.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether nobody writes a folder any more, and it has only what we put there.
fn is_left(folder: &Path) -> bool {
    let Ok(mut entries) = fs::read_dir(folder) else { return false };
    // A link could lead anywhere, and a pipe be read for ever.
    let is_ours = entries.all(|entry| {
        entry.is_ok_and(|entry| match (entry.file_name().to_str(), entry.file_type()) {
            (Some(LOCK), Ok(kind)) => kind.is_file(),
            (Some(SITE | OLD), Ok(kind)) => kind.is_dir(),
            _ => false,
        })
    });
    if !is_ours {
        return false;
    }
    // A folder whose lock is not there yet is locked here, so that its command makes another one.
    let lock = OpenOptions::new().create(true).append(true).open(folder.join(LOCK));
    lock.is_ok_and(|lock| !matches!(lock.try_lock(), Err(TryLockError::WouldBlock | TryLockError::Error(_))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_left_is_swept_and_what_runs_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let out = parent.path().join("book");
        let running = Stage::new(parent.path()).unwrap();
        let killed = Stage::new(parent.path()).unwrap().keep();
        fs::write(killed.join("site/index.html"), "half").unwrap();
        // Killed before it had its lock.
        fs::create_dir(parent.path().join(".trustbook-stage-young")).unwrap();
        let others = parent.path().join(".trustbook-stage-others");
        fs::create_dir(&others).unwrap();
        fs::write(others.join("mine.txt"), "").unwrap();
        sweep(parent.path(), &out);
        assert_eq!(names(parent.path()).len(), 4, "without a site nothing is swept");
        fs::create_dir(&out).unwrap();
        sweep(parent.path(), &out);
        let running_name = running.folder.path().file_name().unwrap().to_str().unwrap().to_owned();
        let mut expected = vec![running_name, ".trustbook-stage-others".to_owned(), "book".to_owned()];
        expected.sort();
        assert_eq!(names(parent.path()), expected);
        drop(running);
        assert_eq!(names(parent.path()), [".trustbook-stage-others", "book"]);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_looks_into_what_is_not_checked_yet() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let stage = Stage::new(parent.path()).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(stage.folder.path()), 0o700);
        // It leaves that folder for the place of the site, where readers have to get at it.
        let plain = parent.path().join("plain");
        fs::create_dir(&plain).unwrap();
        assert_eq!(mode(stage.site()), mode(&plain));
    }

    #[cfg(unix)]
    #[test]
    fn what_only_looks_as_if_it_were_left_is_not_opened() {
        let parent = tempfile::tempdir().unwrap();
        let planted = parent.path().join(".trustbook-stage-planted");
        fs::create_dir(&planted).unwrap();
        std::os::unix::fs::symlink(parent.path().join("made"), planted.join(LOCK)).unwrap();
        fs::create_dir(parent.path().join("book")).unwrap();
        sweep(parent.path(), &parent.path().join("book"));
        assert_eq!(names(parent.path()), [".trustbook-stage-planted", "book"], "no link is followed");
    }
}
