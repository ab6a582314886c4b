//! The folder in which a site is written before it takes the place of the old one, and what is left of one whose command was killed.

use super::carry::share_rights;
use super::old;
use super::walk::Files;
use crate::failure::{Failure, io};
use mdbook_trustbook::scratch::{self, Scratch};
use std::fs;
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};

/// How the name of such a folder begins.
const PREFIX: &str = ".trustbook-stage-";
/// The new site in it, until it is published. Nobody else has put anything there.
const SITE: &str = "site";
/// The old site, until it is taken away. Somebody could have put something into it just before it came here.
const OLD: &str = "old";

/// A folder beside the site. It is taken away with all that is in it, unless the command is killed.
#[derive(Debug)]
pub(super) struct Stage {
    folder: Scratch,
    site: PathBuf,
    /// What the new site takes its group and its rights from.
    like: PathBuf,
}

impl Stage {
    /// Makes one, in the folder that the site stands in: only there can it take the site's place in one step. The new
    /// site gets the group and the rights of what is at `out`.
    pub(super) fn new(parent: &Path, out: &Path) -> std::result::Result<Self, Failure> {
        // Nobody else can look into it: no check has passed yet what is written there.
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

    /// Where the new site is written.
    pub(super) fn site(&self) -> &Path {
        &self.site
    }

    /// Where the old site is once the new one is in its place.
    pub(super) fn old(&self) -> PathBuf {
        self.folder.path().join(OLD)
    }

    /// Waits until the new site is on the disk, with its names.
    pub(super) fn sync(&self) -> Result<()> {
        #[cfg(target_os = "linux")]
        {
            // One call for all of it: one for each file takes six times as long.
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

    /// Leaves the folder where it is: something in it is not to be lost.
    pub(super) fn keep(self) -> PathBuf {
        self.folder.keep()
    }
}

/// Takes away the folders of commands that were killed.
///
/// A site has to be at `out`: only then is no folder the last place where there is a good one.
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
        // A process that another test starts can have the lock too, until it has begun.
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
        // It leaves that folder for the place of the site, where readers have to get at it.
        let plain = parent.path().join("plain");
        fs::create_dir(&plain).unwrap();
        assert_eq!(mode(stage.site()), mode(&plain));
    }
}
