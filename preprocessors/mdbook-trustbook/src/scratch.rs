//! A folder that a command works in and takes away; the next command takes away one whose command was killed.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The file in it that the command holds a lock on for as long as it runs.
const LOCK: &str = "lock";
/// How often a folder is made anew that somebody has swept away at its birth.
const TRIES: usize = 5;

/// A folder that nobody else can look into. It is taken away with all that is in it, unless the command is killed.
#[derive(Debug)]
pub struct Scratch {
    // Before the folder, so that the lock is given back first: some systems take no folder away with an open file.
    lock: File,
    folder: TempDir,
}

impl Scratch {
    /// Makes one in `parent`, with a name that begins with `prefix`.
    ///
    /// # Errors
    ///
    /// Where nothing can be written to `parent`, or others take the folder away as often as it is made.
    pub fn new(parent: &Path, prefix: &str) -> Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(prefix);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        for _ in 0..TRIES {
            let folder = builder.tempdir_in(parent)?;
            let path = folder.path().join(LOCK);
            let Ok(lock) = File::create(&path) else { continue };
            lock.lock()?;
            // Between the two somebody may have taken it for a left-over.
            if path.exists() {
                return Ok(Scratch { lock, folder });
            }
        }
        Err(Error::new(ErrorKind::ResourceBusy, "another command takes the new folder away each time"))
    }

    /// Makes one where temporary files go, after those that are left there are taken away, with empty folders in it.
    ///
    /// # Errors
    ///
    /// Those of [`Scratch::new`].
    pub fn temporary(prefix: &str, parts: &[&str]) -> Result<Self> {
        let parent = std::env::temp_dir();
        sweep(&parent, prefix, parts);
        let scratch = Self::new(&parent, prefix)?;
        for part in parts {
            fs::create_dir(scratch.path().join(part))?;
        }
        Ok(scratch)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The file that is locked, on the same disk as all that is in the folder.
    pub fn lock(&self) -> &File {
        &self.lock
    }

    /// Leaves the folder where it is: something in it is not to be lost.
    pub fn keep(self) -> PathBuf {
        self.folder.keep()
    }
}

/// Takes away the folders in `parent` that commands of this user have left when they were killed. `parts` are the names
/// of the folders that may be in them. A command that still runs holds its lock.
pub fn sweep(parent: &Path, prefix: &str, parts: &[&str]) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.filter_map(Result::ok) {
        let is_one = entry.file_name().to_str().is_some_and(|name| name.starts_with(prefix));
        if is_one
            && entry.metadata().is_ok_and(|found| found.is_dir() && is_mine(&found))
            && is_left(&entry.path(), parts)
        {
            // What can not be taken away does no harm; the next run tries again.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// In a folder that many users share, another could exchange what is in one of theirs while it is looked at.
#[cfg(unix)]
fn is_mine(found: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::uid(found) == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_mine(_: &fs::Metadata) -> bool {
    true
}

/// Whether nobody writes a folder any more, and it has only what we put there.
fn is_left(folder: &Path, parts: &[&str]) -> bool {
    let Ok(mut entries) = fs::read_dir(folder) else { return false };
    // A link could lead anywhere, and a pipe be read for ever.
    let is_ours = entries.all(|entry| {
        entry.is_ok_and(|entry| match (entry.file_name().to_str(), entry.file_type()) {
            (Some(LOCK), Ok(kind)) => kind.is_file(),
            (Some(name), Ok(kind)) => kind.is_dir() && parts.contains(&name),
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

    const PREFIX: &str = "trustbook-example-";

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_left_is_swept_and_what_runs_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let running = Scratch::new(parent.path(), PREFIX).unwrap();
        let killed = Scratch::new(parent.path(), PREFIX).unwrap().keep();
        fs::create_dir(killed.join("site")).unwrap();
        fs::write(killed.join("site/index.html"), "half").unwrap();
        // Killed before it had its lock.
        fs::create_dir(parent.path().join("trustbook-example-young")).unwrap();
        let others = parent.path().join("trustbook-example-others");
        fs::create_dir(&others).unwrap();
        fs::write(others.join("mine.txt"), "").unwrap();
        let foreign = parent.path().join("trustbook-example-foreign");
        fs::create_dir_all(foreign.join("pictures")).unwrap();
        sweep(parent.path(), PREFIX, &["site"]);
        let running_name = running.path().file_name().unwrap().to_str().unwrap().to_owned();
        let mut expected =
            vec![running_name, "trustbook-example-foreign".to_owned(), "trustbook-example-others".to_owned()];
        expected.sort();
        assert_eq!(names(parent.path()), expected);
        drop(running);
        assert_eq!(names(parent.path()), ["trustbook-example-foreign", "trustbook-example-others"]);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_looks_into_it() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let scratch = Scratch::new(parent.path(), PREFIX).unwrap();
        assert_eq!(fs::metadata(scratch.path()).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[cfg(unix)]
    #[test]
    fn what_only_looks_as_if_it_were_left_is_not_opened() {
        let parent = tempfile::tempdir().unwrap();
        let planted = parent.path().join("trustbook-example-planted");
        fs::create_dir(&planted).unwrap();
        std::os::unix::fs::symlink(parent.path().join("made"), planted.join(LOCK)).unwrap();
        std::os::unix::fs::symlink(&planted, parent.path().join("trustbook-example-link")).unwrap();
        sweep(parent.path(), PREFIX, &["site"]);
        let expected = ["trustbook-example-link", "trustbook-example-planted"];
        assert_eq!(names(parent.path()), expected, "no link is followed");
    }
}
