//! Files that others put into the folder of a site: they are carried into the new site before it replaces the old one.

use super::old::named;
use super::walk::{Files, Stamp, mounted};
use crate::failure::{Failure, io};
use crate::plain;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Error, ErrorKind, Result as Done};
use std::path::{Path, PathBuf};

/// Files and folders of others that are in the new site.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// Their states in the old site.
    found: Files,
    /// Files that are copies in the new site, because the system could not create a hard link.
    copies: BTreeSet<PathBuf>,
    /// All files, including copies, and the folders that were created, outermost first.
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

/// The reason why a file cannot be put into the new site.
enum Trouble {
    /// It has disappeared in the meantime.
    Gone,
    Failed(Failure),
}

/// Hard-links the files of the old site that are not ours into the new site, and creates their folders. Returns
/// `None` if one of the files has disappeared in the meantime.
///
/// # Errors
/// Returns an error if the new site has something else at one of these paths, or if one cannot be written.
pub(super) fn carry(old: &Path, new: &Path, others: &Files) -> Result<Option<Carried>, Failure> {
    let mut carried = Carried { found: others.clone(), ..Carried::default() };
    let why = match carried.take_all(old, new) {
        Ok(taken) if taken.is_empty() => return Ok(Some(carried)),
        Ok(taken) => {
            let names = named(taken.iter().map(PathBuf::as_path));
            let old = old.display();
            Trouble::Failed(
                Failure::usage(format!(
                    "{old} has files that trustbook did not publish, at paths that the new site needs: {names}"
                ))
                .help("move them away, or delete everything in the folder with --replace; nothing was changed"),
            )
        }
        Err(why) => why,
    };
    carried.undo(new);
    match why {
        Trouble::Gone => Ok(None),
        Trouble::Failed(failure) => Err(failure),
    }
}

impl Carried {
    /// Carries all files, and returns those whose paths are taken in the new site.
    fn take_all(&mut self, old: &Path, new: &Path) -> Result<Vec<PathBuf>, Trouble> {
        let mut taken = Vec::new();
        for (path, stamp) in self.found.clone() {
            let folder = if stamp.is_folder { Some(path.as_path()) } else { path.parent() };
            let has_place = self.make(new, folder.unwrap_or(&path))?
                && (stamp.is_folder || self.link(&old.join(&path), &new.join(&path), &path)?);
            if !has_place {
                taken.push(path);
            }
        }
        // Permissions come last: a read-only folder would accept no file.
        for folder in self.folders.iter().rev() {
            let failed = |error| Trouble::Failed(io("keeping", &old.join(folder), &error));
            share(&old.join(folder), &new.join(folder)).map_err(failed)?;
        }
        Ok(taken)
    }

    /// Creates a folder in the new site, with its missing parents. Returns false if a file is in the way.
    fn make(&mut self, new: &Path, folder: &Path) -> Result<bool, Trouble> {
        let mut above: Vec<&Path> = folder.ancestors().filter(|folder| !folder.as_os_str().is_empty()).collect();
        above.reverse();
        for folder in above {
            let place = new.join(folder);
            match fs::create_dir(&place) {
                Ok(()) => self.folders.push(folder.to_owned()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists && is_folder(&place) => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
                Err(error) => return Err(Trouble::Failed(io("making", &place, &error))),
            }
        }
        Ok(true)
    }

    /// Creates a hard link to a file, a link or a pipe. Returns false if the name is taken.
    fn link(&mut self, from: &Path, to: &Path, path: &Path) -> Result<bool, Trouble> {
        match fs::hard_link(from, to) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(Trouble::Gone),
            Err(error) if error.kind() == ErrorKind::CrossesDevices => {
                return Err(Trouble::Failed(mounted(from)));
            }
            // Some disks have no hard links, and some systems refuse them for files of other users.
            Err(_) => match copy(from, to) {
                Ok(()) => {
                    self.copies.insert(path.to_owned());
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
                Err(error) => {
                    let _ = fs::remove_file(to);
                    return Err(Trouble::Failed(io("keeping", from, &error)));
                }
            },
        }
        self.files.push(path.to_owned());
        Ok(true)
    }

    /// Brings later changes in the old site to the new site, which has already replaced it. `others` is the
    /// current content of the old site. Returns false if it is still changing.
    ///
    /// # Errors
    /// Returns an error if the new site has something else at the path of a file; then neither site is changed.
    pub(super) fn catch_up(&self, old: &Path, new: &Path, others: &Files) -> Result<bool, Failure> {
        let late = others.iter().filter(|(path, _)| !self.found.contains_key(*path));
        let late = late.map(|(path, stamp)| (path.clone(), *stamp)).collect();
        let Some(late) = carry(old, new, &late)? else { return Ok(false) };
        for (carried, path) in [self, &late].into_iter().flat_map(|of| of.files.iter().map(move |path| (of, path))) {
            // A file that cannot be moved stays in the old site, where it is found again.
            let _ = match others.get(path) {
                Some(now) if now.is_same_file(&carried.found[path]) && !carried.copies.contains(path) => Ok(()),
                // The file itself replaces its copy, to keep the owner and other metadata. A newer file
                // replaces an older one.
                Some(now) if !now.is_folder => fs::rename(old.join(path), new.join(path)),
                // Somebody has deleted the file in the old site.
                _ => fs::remove_file(new.join(path)),
            };
        }
        Ok(true)
    }

    /// Removes everything that was put into the new site, unless it has changed since.
    pub(super) fn undo(&self, new: &Path) {
        for path in &self.files {
            let place = new.join(path);
            let is_it = || Stamp::at(&place).is_ok_and(|there| there.is_same_file(&self.found[path]));
            if self.copies.contains(path) || is_it() {
                let _ = fs::remove_file(&place);
            }
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(new.join(folder));
        }
    }
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

/// Copies a file, or creates a symbolic link to the same target.
fn copy(from: &Path, to: &Path) -> Done<()> {
    let found = fs::symlink_metadata(from)?;
    if found.is_symlink() {
        return link(&fs::read_link(from)?, to);
    }
    if !found.is_file() {
        return Err(Error::new(ErrorKind::Unsupported, format!("it is {}", plain::name(found.file_type()))));
    }
    let (folder, name) = (from.parent().unwrap_or(from), from.file_name().unwrap_or_default());
    let (mut read, mut written) = (plain::open(folder, Path::new(name))?, File::create_new(to)?);
    std::io::copy(&mut read, &mut written)?;
    written.set_permissions(found.permissions())?;
    written.set_modified(found.modified()?)
}

#[cfg(unix)]
fn link(target: &Path, to: &Path) -> Done<()> {
    std::os::unix::fs::symlink(target, to)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> Done<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Gives a folder the owner, the group and the permissions of another one.
fn share(from: &Path, to: &Path) -> Done<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, chown};
        let (found, made) = (fs::symlink_metadata(from)?, fs::symlink_metadata(to)?);
        if found.uid() != made.uid() {
            chown(to, Some(found.uid()), None)?;
        }
    }
    share_rights(from, to)
}

/// Gives a folder the group and the permissions of another one. New files in it then get that group as well.
pub(super) fn share_rights(from: &Path, to: &Path) -> Done<()> {
    let found = fs::symlink_metadata(from)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, chown};
        if found.gid() != fs::symlink_metadata(to)?.gid() {
            chown(to, None, Some(found.gid()))?;
        }
    }
    fs::set_permissions(to, found.permissions())
}

#[cfg(test)]
mod tests {
    use super::super::old::survey;
    use super::*;

    struct Sites {
        _dir: tempfile::TempDir,
        old: PathBuf,
        new: PathBuf,
    }

    fn sites(files: &[&str]) -> Sites {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (dir.path().join("old"), dir.path().join("new"));
        fs::create_dir(&new).unwrap();
        fs::create_dir(&old).unwrap();
        files.iter().for_each(|file| put(&old, file, file));
        Sites { _dir: dir, old, new }
    }

    fn put(folder: &Path, file: &str, text: &str) {
        fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
        fs::write(folder.join(file), text).unwrap();
    }

    fn others(old: &Path) -> Files {
        survey(old, &Files::new()).unwrap().others
    }

    #[test]
    fn what_comes_changes_or_goes_meanwhile_is_caught_up_with() {
        let Sites { _dir, old, new } = sites(&["a/same", "a/newer", "a/gone", "a/written"]);
        let carried = carry(&old, &new, &others(&old)).unwrap().unwrap();
        put(&old, "b/late", "late");
        put(&old, "a/written", "written to");
        put(&old, "a/other", "newer");
        fs::rename(old.join("a/other"), old.join("a/newer")).unwrap();
        fs::remove_file(old.join("a/gone")).unwrap();
        assert!(carried.catch_up(&old, &new, &others(&old)).unwrap());
        let text = |file: &str| fs::read_to_string(new.join(file)).ok();
        assert_eq!(text("b/late").as_deref(), Some("late"));
        assert_eq!(text("a/written").as_deref(), Some("written to"));
        assert_eq!(text("a/newer").as_deref(), Some("newer"));
        assert_eq!(text("a/same").as_deref(), Some("a/same"));
        assert_eq!(text("a/gone"), None);
    }

    #[test]
    fn the_file_itself_takes_the_place_of_a_copy() {
        let Sites { _dir, old, new } = sites(&["a"]);
        let found = others(&old);
        fs::write(new.join("a"), "copy").unwrap();
        let path = PathBuf::from("a");
        let carried = Carried { copies: [path.clone()].into(), files: vec![path], found, ..Carried::default() };
        fs::write(old.join("a"), "written to since").unwrap();
        assert!(carried.catch_up(&old, &new, &others(&old)).unwrap());
        assert_eq!(fs::read(new.join("a")).unwrap(), b"written to since");
        assert!(!old.join("a").exists());
    }

    #[test]
    fn a_place_that_is_taken_is_named_and_nothing_is_left_there() {
        let Sites { _dir, old, new } = sites(&["a.html", "b.html/x", "c", "d/e"]);
        put(&new, "a.html", "new");
        put(&new, "b.html", "new");
        put(&new, "c/x", "new");
        let failure = carry(&old, &new, &others(&old)).unwrap_err();
        let names = "the new site needs: `a.html`, `b.html`, `b.html/x`, `c`";
        assert!(failure.what().contains(names), "{}", failure.what());
        assert!(failure.remedy().unwrap().contains("--replace"));
        assert!(!new.join("d").exists());
        assert_eq!(fs::read(new.join("a.html")).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn a_copy_is_like_the_file() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let Sites { _dir, old, new } = sites(&["a"]);
        fs::set_permissions(old.join("a"), fs::Permissions::from_mode(0o640)).unwrap();
        symlink("/nowhere", old.join("b")).unwrap();
        copy(&old.join("a"), &new.join("a")).unwrap();
        copy(&old.join("b"), &new.join("b")).unwrap();
        let found = |of: &Path| fs::metadata(of.join("a")).unwrap();
        assert_eq!(fs::read(new.join("a")).unwrap(), b"a");
        assert_eq!(found(&new).permissions(), found(&old).permissions());
        assert_eq!(found(&new).modified().unwrap(), found(&old).modified().unwrap());
        assert_eq!(fs::read_link(new.join("b")).unwrap(), Path::new("/nowhere"));
        assert!(copy(&old.join("a"), &new.join("a")).is_err(), "nothing is written over");
    }
}
