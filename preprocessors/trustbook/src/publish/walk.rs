//! The content of a folder at every level, with the state of each file.

use crate::failure::{Failure, io};
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io::Result as Done;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Files and folders by path, each with the state in which it was found.
pub(super) type Files = BTreeMap<PathBuf, Stamp>;

/// The state of a file or folder. It changes when the file is written to or replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) is_folder: bool,
    /// Device and inode, if the system has them.
    id: Option<(u64, u64)>,
    len: u64,
    /// Seconds and nanoseconds of the last change.
    changed: (i64, i64),
}

impl Stamp {
    #[cfg(unix)]
    pub(super) fn of(found: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let changed = (found.ctime(), found.ctime_nsec());
        Stamp { is_folder: found.is_dir(), id: Some((found.dev(), found.ino())), len: found.len(), changed }
    }

    #[cfg(not(unix))]
    pub(super) fn of(found: &Metadata) -> Self {
        let age = found.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let changed = age.map_or((0, 0), |age| (age.as_secs().cast_signed(), age.subsec_nanos().into()));
        Stamp { is_folder: found.is_dir(), id: None, len: found.len(), changed }
    }

    pub(super) fn at(path: &Path) -> Done<Self> {
        fs::symlink_metadata(path).map(|found| Stamp::of(&found))
    }

    /// Returns true for two names of one file, even if it was written to in between.
    pub(super) fn is_same_file(&self, other: &Self) -> bool {
        if self.id.is_some() { self.id == other.id } else { self == other }
    }

    fn is_on_the_disk_of(&self, other: &Self) -> bool {
        self.id.map(|(device, _)| device) == other.id.map(|(device, _)| device)
    }
}

/// Lists a folder down to a number of levels, without following links.
///
/// # Errors
/// Returns an error if something is mounted in the folder: it would be deleted with the folder.
pub(super) fn walk(root: &Path, levels: usize) -> Result<Vec<(PathBuf, Stamp)>, Failure> {
    let failed = |error: &std::io::Error| io("reading", root, error);
    let top = Stamp::at(root).map_err(|error| failed(&error))?;
    let mut found = Vec::new();
    for entry in WalkDir::new(root).min_depth(1).max_depth(levels).follow_root_links(false) {
        let (entry, metadata) = entry
            .and_then(|entry| entry.metadata().map(|metadata| (entry, metadata)))
            .map_err(|error| failed(&error.into()))?;
        let stamp = Stamp::of(&metadata);
        // In an overlay file system, files of one folder can report several devices, but its folders only one.
        // A file that is mounted by itself cannot be hard-linked or deleted.
        if stamp.is_folder && (!stamp.is_on_the_disk_of(&top) || is_mounted(entry.path())) {
            return Err(mounted(entry.path()));
        }
        let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
        found.push((path.to_owned(), stamp));
    }
    Ok(found)
}

pub(super) fn mounted(path: &Path) -> Failure {
    Failure::usage(format!("{} is mounted from elsewhere", path.display()))
        .help("unmount it, or publish to another folder with --out; nothing was changed")
}

/// Returns true for a folder of the same file system that is mounted in a second place.
#[cfg(target_os = "linux")]
fn is_mounted(folder: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    let found = statx(CWD, folder, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty());
    found.is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(not(target_os = "linux"))]
fn is_mounted(_: &Path) -> bool {
    false
}
