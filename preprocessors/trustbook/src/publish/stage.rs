//! The folder in which a site is written before it takes the place of the old one, and what is left of one whose command was killed.

use mdbook_trustbook::scratch::{self, Scratch};
use std::fs;
use std::io::Result;
use std::path::{Path, PathBuf};

/// How the name of such a folder begins.
const PREFIX: &str = ".trustbook-stage-";
/// The new site in it, until it is published; then the old one, until it is taken away.
const SITE: &str = "site";
/// Where the old site waits on a system that can not exchange two folders.
const OLD: &str = "old";

/// A folder beside the site. It is taken away with all that is in it, unless the command is killed.
#[derive(Debug)]
pub(super) struct Stage {
    folder: Scratch,
    site: PathBuf,
}

impl Stage {
    /// Makes one, in the folder that the site stands in: only there can it take the site's place in one step.
    pub(super) fn new(parent: &Path) -> Result<Self> {
        // Nobody else can look into it: no check has passed yet what is written there.
        let folder = Scratch::new(parent, PREFIX)?;
        let site = folder.path().join(SITE);
        fs::create_dir(&site)?;
        Ok(Stage { folder, site })
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
        scratch::sweep(parent, PREFIX, &[SITE, OLD]);
    }
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
        let killed = Stage::new(parent.path()).unwrap();
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

    #[cfg(unix)]
    #[test]
    fn readers_get_at_the_site_that_nobody_else_looks_into_before() {
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
}
