//! A private work folder that a command deletes when it ends; the next command deletes the folders of killed ones.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The name of the file in the folder that the command keeps locked while it runs.
const LOCK: &str = "lock";
/// The text of the lock file. A folder without it belongs to somebody else, whatever its name.
const MARK: &[u8] = b"A trustbook command works in this folder. Once it has ended, the next one deletes the folder.\n";
/// The number of attempts to create a folder, which another command can sweep before it is locked.
const TRIES: usize = 20;
/// The number of letters and digits that follow the prefix of a folder's name.
const RANDOM: usize = 6;

/// A folder that no other user can look into. It is deleted with its contents, unless the command is killed.
#[derive(Debug)]
pub struct Scratch {
    // Declared before the folder, so that the lock is released first: some systems cannot delete a folder with
    // an open file.
    lock: File,
    folder: TempDir,
    is_kept: bool,
}

impl Scratch {
    /// Creates a folder in `parent` with a name that starts with `prefix`.
    ///
    /// # Errors
    ///
    /// Returns an error if `parent` is not writable, or if other commands delete the new folder on every attempt.
    pub fn new(parent: &Path, prefix: &str) -> Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(prefix).rand_bytes(RANDOM);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        for _ in 0..TRIES {
            let folder = builder.tempdir_in(parent)?;
            let path = folder.path().join(LOCK);
            let mut lock = match File::create_new(&path) {
                Ok(lock) => lock,
                // Another command deleted the folder before it was locked.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            lock.write_all(MARK)?;
            // On a disk without locks, no command can sweep either.
            let is_taken = matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
            if !is_taken && is_at(&lock, &path) {
                return Ok(Scratch { lock, folder, is_kept: false });
            }
        }
        Err(Error::new(ErrorKind::ResourceBusy, "another command keeps deleting the new folder"))
    }

    /// Sweeps the directory for temporary files, then creates a folder there with the empty subfolders `parts`.
    ///
    /// # Errors
    ///
    /// Those of [`Scratch::new`].
    pub fn temporary(prefix: &str, parts: &[&str]) -> Result<Self> {
        Self::within(&std::env::temp_dir(), prefix, parts)
    }

    /// Sweeps `parent`, then creates a folder there with the empty subfolders `parts`.
    ///
    /// # Errors
    ///
    /// Those of [`Scratch::new`].
    pub fn within(parent: &Path, prefix: &str, parts: &[&str]) -> Result<Self> {
        sweep(parent, prefix, parts, &|part| fs::remove_dir_all(part));
        let scratch = Self::new(parent, prefix)?;
        for part in parts {
            fs::create_dir(scratch.path().join(part))?;
        }
        Ok(scratch)
    }

    /// Returns the path of the folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the locked file, which is on the same disk as the contents of the folder.
    pub fn lock(&self) -> &File {
        &self.lock
    }

    /// Keeps the folder after the command ends, because its contents must not be lost. Returns its path.
    pub fn keep(mut self) -> PathBuf {
        self.is_kept = true;
        self.folder.disable_cleanup(true);
        self.path().to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let all = fs::read_dir(self.path()).into_iter().flatten().filter_map(Result::ok);
        // The lock goes last: it marks the folder as ours if the command is killed now.
        for entry in all.filter(|entry| !self.is_kept && entry.file_name() != LOCK) {
            // Whatever cannot be deleted here is tried again with the folder.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Deletes the folders in `parent` that killed commands of this user have left. `parts` are the names of the
/// subfolders that such a folder may have. `empty` deletes a subfolder or refuses to. A running command holds
/// its lock, so machines that share a disk have to see each other's locks.
pub fn sweep(parent: &Path, prefix: &str, parts: &[&str], empty: &dyn Fn(&Path) -> Result<()>) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.filter_map(Result::ok) {
        let is_one = entry.file_name().to_str().and_then(|name| name.strip_prefix(prefix)).is_some_and(is_random);
        if is_one && entry.metadata().is_ok_and(|found| found.is_dir() && is_mine(&found)) {
            // A folder that cannot be deleted does no harm; the next run tries again.
            let _ = take_away(&entry.path(), parts, empty);
        }
    }
}

fn is_random(text: &str) -> bool {
    text.len() == RANDOM && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Returns true if a folder belongs to this user and is closed to others. In a folder that many users share,
/// another user could swap the contents during the sweep. A folder that somebody created by hand is usually
/// open to others.
#[cfg(unix)]
fn is_mine(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn is_mine(_: &fs::Metadata) -> bool {
    true
}

/// Returns true if an open file is still the one at `path`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(open), Ok(there)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    (open.dev(), open.ino()) == (there.dev(), there.ino())
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// Deletes a folder if no command has locked it and it holds only our own files.
fn take_away(folder: &Path, parts: &[&str], empty: &dyn Fn(&Path) -> Result<()>) -> Result<()> {
    let names = own_names(folder, parts)?;
    // An empty folder has no lock yet: if a command is creating it, that command retries with another folder.
    if !names.is_empty() {
        let path = folder.join(LOCK);
        let lock = OpenOptions::new().read(true).append(true).open(&path)?;
        lock.try_lock()?;
        let mut text = Vec::new();
        (&lock).take(MARK.len() as u64 + 1).read_to_end(&mut text)?;
        // The command may have worked and ended since the folder was listed.
        let names = own_names(folder, parts)?;
        // A command killed while it wrote the mark has created nothing else in the folder.
        if text != MARK && !(names.len() == 1 && MARK.starts_with(&text)) {
            return Ok(());
        }
        // The lock goes last and is held until then, so that a half-deleted folder is swept as well.
        for name in names.iter().filter(|name| *name != LOCK) {
            empty(&folder.join(name))?;
        }
        fs::remove_file(path)?;
    }
    fs::remove_dir(folder)
}

/// Lists a folder, which must hold only our own files. A link could lead anywhere, and reading a pipe could block
/// without end.
fn own_names(folder: &Path, parts: &[&str]) -> Result<Vec<OsString>> {
    let name = |entry: Result<fs::DirEntry>| {
        let (name, kind) = entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?)))?;
        let is_ours =
            if name == LOCK { kind.is_file() } else { kind.is_dir() && parts.iter().any(|part| name == *part) };
        is_ours.then_some(name).ok_or_else(|| ErrorKind::Other.into())
    };
    fs::read_dir(folder)?.map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "trustbook-example-";
    const PARTS: &[&str] = &["site"];

    fn sweep(parent: &Path) {
        super::sweep(parent, PREFIX, PARTS, &|part| fs::remove_dir_all(part));
    }

    /// Creates a folder that no other user can look into.
    fn private(path: PathBuf) -> PathBuf {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).unwrap();
        path
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_left_is_swept_and_what_runs_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let running = Scratch::within(parent.path(), PREFIX, PARTS).unwrap();
        let killed = Scratch::within(parent.path(), PREFIX, PARTS).unwrap().keep();
        fs::write(killed.join("site/index.html"), "half").unwrap();
        // Killed before it had its lock, or before all of its mark was written.
        private(parent.path().join("trustbook-example-123abc"));
        for (name, mark) in [("trustbook-example-Empty0", &MARK[..0]), ("trustbook-example-Part00", &MARK[..9])] {
            fs::write(private(parent.path().join(name)).join(LOCK), mark).unwrap();
        }
        let mut expected = vec![running.path().file_name().unwrap().to_str().unwrap().to_owned()];
        for (name, part, lock) in [
            ("trustbook-example-noLock", "site", None),
            ("trustbook-example-longer-name", "site", Some(MARK)),
            ("trustbook-example-Others", "pictures", Some(MARK)),
            ("trustbook-example-MyLock", "site", Some(&b""[..])),
            ("trustbook-example-MyText", "site", Some(b"mine")),
        ] {
            let folder = private(parent.path().join(name));
            fs::create_dir(folder.join(part)).unwrap();
            fs::write(folder.join(part).join("notes.txt"), "mine").unwrap();
            lock.iter().for_each(|lock| fs::write(folder.join(LOCK), lock).unwrap());
            expected.push(name.to_owned());
        }
        // Created by hand, and open to others.
        #[cfg(unix)]
        {
            let by_hand = private(parent.path().join("trustbook-example-byHand"));
            fs::set_permissions(by_hand, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
            expected.push("trustbook-example-byHand".to_owned());
        }
        expected.sort();
        sweep(parent.path());
        assert_eq!(names(parent.path()), expected);
        assert_eq!(names(running.path()), ["lock", "site"]);
        let path = running.path().to_owned();
        drop(running);
        assert!(!path.exists());
    }

    #[test]
    fn nobody_loses_a_folder_to_another_who_sweeps() {
        let parent = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for round in 0..100 {
                        let scratch = Scratch::within(parent.path(), PREFIX, PARTS).unwrap();
                        let file = scratch.path().join("site/index.html");
                        fs::write(&file, "whole").unwrap();
                        std::thread::yield_now();
                        assert_eq!(fs::read(&file).unwrap(), b"whole");
                        if round % 10 == 0 {
                            scratch.keep();
                        }
                    }
                });
            }
        });
        sweep(parent.path());
        assert_eq!(names(parent.path()), [""; 0]);
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
        let planted = private(parent.path().join("trustbook-example-planta"));
        std::os::unix::fs::symlink(parent.path().join("made"), planted.join(LOCK)).unwrap();
        std::os::unix::fs::symlink(&planted, parent.path().join("trustbook-example-linked")).unwrap();
        sweep(parent.path());
        let expected = ["trustbook-example-linked", "trustbook-example-planta"];
        assert_eq!(names(parent.path()), expected, "no link is followed");
    }
}
