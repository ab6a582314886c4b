//! The folder in which a site is written before it is published, and the removal of folders that killed commands left.

use super::carry::share_rights;
use super::old;
use super::walk::Files;
use crate::failure::{Failure, io};
use mdbook_trustbook::scratch::{self, Scratch};
use std::fs;
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};

/// The start of the folder's name.
const PREFIX: &str = ".trustbook-stage-";
/// The new site in it, until it is published. Only this command has written to it.
const SITE: &str = "site";
/// The old site, until it is deleted. Others could have added files to it just before it was moved here.
const OLD: &str = "old";

/// A folder beside the site. It is deleted with its contents, unless the command is killed.
#[derive(Debug)]
pub(super) struct Stage {
    folder: Scratch,
    site: PathBuf,
    /// The folder from which the new site takes its group and permissions.
    like: PathBuf,
}

impl Stage {
    /// Creates a stage in the parent folder of the site: only there can the new site replace the old one in one
    /// step. The new site gets the group and the permissions of `out`.
    pub(super) fn new(parent: &Path, out: &Path) -> std::result::Result<Self, Failure> {
        // No other user can look into it, because its content has not passed the checks yet.
        let folder = Scratch::new(parent, PREFIX).map_err(|error| io("writing beside", out, &error))?;
        let stage = Stage { site: folder.path().join(SITE), folder, like: out.to_owned() };
        stage.make().map_err(|error| io("keeping the group and the mode of", out, &error))?;
        Ok(stage)
    }

    fn make(&self) -> Result<()> {
        fs::create_dir(&self.site)?;
        match share_rights(&self.like, &self.site) {
            // There is no old site yet.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    /// Returns the folder to which the new site is written.
    pub(super) fn site(&self) -> &Path {
        &self.site
    }

    /// Returns the folder of the old site after the new one has replaced it.
    pub(super) fn old(&self) -> PathBuf {
        self.folder.path().join(OLD)
    }

    /// Waits until the new site and its directory entries are on disk.
    pub(super) fn sync(&self) -> Result<()> {
        #[cfg(target_os = "linux")]
        {
            // One call for the whole disk: syncing file by file takes six times as long.
            rustix::fs::syncfs(self.folder.lock()).map_err(std::io::Error::from)
        }
        #[cfg(not(target_os = "linux"))]
        {
            for entry in walkdir::WalkDir::new(&self.site) {
                let entry = entry.map_err(std::io::Error::from)?;
                if entry.file_type().is_file() {
                    fs::OpenOptions::new().append(true).open(entry.path())?.sync_all()?;
                }
            }
            self.folder.lock().sync_all()
        }
    }

    /// Keeps the folder, because its contents must not be lost. Returns its path.
    pub(super) fn keep(self) -> PathBuf {
        self.folder.keep()
    }
}

/// Deletes the folders of killed commands.
///
/// It does so only if there is a site at `out`: otherwise such a folder may hold the only good copy.
pub(super) fn sweep(parent: &Path, out: &Path) {
    if out.is_dir() {
        scratch::sweep(parent, PREFIX, &[SITE, OLD], &|part| match part.file_name().is_some_and(|name| name == OLD) {
            true => retire(part, out),
            false => fs::remove_dir_all(part),
        });
    }
}

fn retire(old: &Path, out: &Path) -> Result<()> {
    let found = old::survey(old, &Files::new()).map_err(|failure| std::io::Error::other(failure.what().to_owned()))?;
    old::retire(old, &found, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_is_left_is_swept_beside_a_site_alone() {
        let parent = tempfile::tempdir().unwrap();
        let out = parent.path().join("book");
        let count = || fs::read_dir(parent.path()).unwrap().count();
        let killed = Stage::new(parent.path(), &parent.path().join("book")).unwrap();
        fs::create_dir(killed.old()).unwrap();
        fs::write(killed.site().join("index.html"), "half").unwrap();
        killed.keep();
        sweep(parent.path(), &out);
        assert_eq!(count(), 1, "without a site nothing is swept");
        fs::create_dir(&out).unwrap();
        // A process started by another test can hold the lock too, until it has executed its program.
        let swept = (0..100).any(|_| {
            sweep(parent.path(), &out);
            std::thread::sleep(Duration::from_millis(10));
            count() == 1
        });
        assert!(swept && out.is_dir(), "{} are left", count());
    }

    #[test]
    fn an_old_site_with_a_file_of_somebody_is_left() {
        let parent = tempfile::tempdir().unwrap();
        let out = parent.path().join("book");
        fs::create_dir(&out).unwrap();
        let killed = Stage::new(parent.path(), &out).unwrap();
        fs::create_dir(killed.old()).unwrap();
        fs::write(killed.old().join("late.txt"), "mine").unwrap();
        let folder = killed.keep();
        for _ in 0..20 {
            sweep(parent.path(), &out);
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(fs::read(folder.join("old/late.txt")).unwrap(), b"mine");
    }

    #[cfg(unix)]
    #[test]
    fn readers_get_at_the_site_that_nobody_else_looks_into_before() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let stage = Stage::new(parent.path(), &parent.path().join("book")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(stage.folder.path()), 0o700);
        // The new site moves to its final place, where readers need access.
        let plain = parent.path().join("plain");
        fs::create_dir(&plain).unwrap();
        assert_eq!(mode(stage.site()), mode(&plain));
    }
}
