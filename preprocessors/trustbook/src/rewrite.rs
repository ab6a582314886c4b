//! Changes to files of a book: each is written beside the original first, and replaces it in one step.

use crate::failure::Failure;
use mdbook_trustbook::scratch::{self, Scratch};
use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A change to a file: its path, its bytes before, and its bytes after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rewrite {
    pub(crate) path: String,
    pub(crate) before: Vec<u8>,
    pub(crate) after: Vec<u8>,
}

/// Writes all files or none. It refuses a file that has changed since it was read, is not a plain file, or is
/// reached through a symbolic link.
///
/// # Errors
/// Returns an error if a file cannot be written; then all are unchanged.
pub(crate) fn write(root: &Path, rewrites: &[Rewrite]) -> Result<(), Failure> {
    for Rewrite { path, .. } in rewrites {
        check_plain(root, path)?;
    }
    let mut staged = Vec::new();
    for rewrite in rewrites {
        staged.push(stage(root, &rewrite.path, &rewrite.before, &rewrite.after)?);
    }
    for (at, (staged, target)) in staged.into_iter().enumerate() {
        let done = check_unchanged(&target, &rewrites[at]).and_then(|()| put(staged, &target));
        if let Err(failure) = done {
            restore(root, &rewrites[..at])?;
            return Err(failure);
        }
    }
    Ok(())
}

/// Creates a new file in a folder of the book.
///
/// # Errors
/// Returns an error if the file exists or cannot be written; then nothing is created.
pub(crate) fn create(root: &Path, path: &str, bytes: &[u8]) -> Result<(), Failure> {
    let target = root.join(path);
    let folder = target.parent().unwrap_or(root);
    let is_plain = fs::symlink_metadata(folder).map(|metadata| metadata.is_dir());
    if !is_plain.map_err(|error| failed(&target, &error))? {
        return Err(Failure::new(format!("the folder of {path} is not a plain folder of the book"))
            .help("put the folder itself there, and not a link to it"));
    }
    let staged = Staged::new(folder, bytes, None).map_err(|error| failed(&target, &error))?;
    staged.file.persist_noclobber(&target).map_err(|error| match error.error.kind() {
        ErrorKind::AlreadyExists => changed(path),
        _ => failed(&target, &error.error),
    })?;
    Ok(())
}

/// Restores the previous bytes of files.
///
/// # Errors
/// Returns an error if that fails, with instructions for a repair by hand.
pub(crate) fn restore(root: &Path, rewrites: &[Rewrite]) -> Result<(), Failure> {
    for Rewrite { path, before, after } in rewrites {
        let (staged, target) = stage(root, path, after, before)
            .map_err(|failure| failure.help(format!("{path} holds what was changed: look at it")))?;
        put(staged, &target)?;
    }
    Ok(())
}

/// Writes the new bytes into a temporary file near their target.
fn stage(root: &Path, path: &str, before: &[u8], after: &[u8]) -> Result<(Staged, PathBuf), Failure> {
    let target = root.join(path);
    check_plain(root, path)?;
    let rewrite = Rewrite { path: path.to_owned(), before: before.to_owned(), after: Vec::new() };
    check_unchanged(&target, &rewrite)?;
    let permissions = fs::metadata(&target).map_err(|error| failed(&target, &error))?.permissions();
    if permissions.readonly() {
        return Err(failed(&target, &ErrorKind::PermissionDenied.into()));
    }
    let folder = target.parent().unwrap_or(root);
    match Staged::new(folder, after, Some(permissions)) {
        Ok(staged) => Ok((staged, target)),
        Err(error) => Err(failed(&target, &error)),
    }
}

/// Moves a file to its target in one step.
fn put(staged: Staged, target: &Path) -> Result<(), Failure> {
    staged.file.persist(target).map_err(|error| failed(target, &error.error))?;
    // Syncing the folder makes the name durable. Where the system cannot do that, the file is still complete.
    if let Some(folder) = target.parent().and_then(|folder| fs::File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// The prefix of the folder in which a file is written before it is moved.
const PREFIX: &str = ".trustbook-write-";
/// The subfolder in it that holds the file.
const PART: &str = "file";

/// A file that is not yet at its target.
struct Staged {
    file: NamedTempFile,
    // Declared after the file, which must be dropped first.
    _scratch: Scratch,
}

impl Staged {
    /// Writes a file into a work folder within `folder`, so that it is on the same disk as its target. Without
    /// `permissions` it gets those of any new file.
    fn new(folder: &Path, bytes: &[u8], permissions: Option<fs::Permissions>) -> std::io::Result<Self> {
        let scratch = Scratch::within(folder, PREFIX, &[PART])?;
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(scratch.path().join(PART))?;
        file.write_all(bytes)?;
        permissions.map_or(Ok(()), |permissions| file.as_file().set_permissions(permissions))?;
        file.as_file().sync_all()?;
        Ok(Staged { file, _scratch: scratch })
    }
}

/// Deletes the work folders that killed commands have left beside files. Other folders with such names are not touched.
pub(crate) fn sweep<'p>(root: &Path, paths: impl IntoIterator<Item = &'p str>) {
    let folders: BTreeSet<PathBuf> =
        paths.into_iter().filter_map(|path| Some(root.join(path).parent()?.to_owned())).collect();
    for folder in folders {
        scratch::sweep(&folder, PREFIX, &[PART], &|part| fs::remove_dir_all(part));
    }
}

/// Returns the failure for a file that has changed since it was read.
pub(crate) fn changed(path: &str) -> Failure {
    Failure::new(format!("{path} has changed since it was read, and was left as it is"))
        .help("run the command again; what it wrote before that is kept")
}

fn check_unchanged(target: &Path, rewrite: &Rewrite) -> Result<(), Failure> {
    match fs::read(target) {
        Ok(bytes) if bytes == rewrite.before => Ok(()),
        Ok(_) => Err(changed(&rewrite.path)),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(changed(&rewrite.path)),
        Err(error) => Err(failed(target, &error)),
    }
}

/// Refuses symbolic links, which could redirect a write to another place.
fn check_plain(root: &Path, path: &str) -> Result<(), Failure> {
    let mut place = root.to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    for (at, part) in parts.iter().enumerate() {
        place.push(part);
        let metadata = fs::symlink_metadata(&place).map_err(|error| failed(&place, &error))?;
        let is_plain = if at + 1 == parts.len() { metadata.is_file() } else { metadata.is_dir() };
        if *part == ".." || !is_plain {
            return Err(Failure::new(format!("{path} is not a plain file of the book, and was left as it is"))
                .help("put the file itself there, and not a link to it"));
        }
    }
    Ok(())
}

fn failed(target: &Path, error: &std::io::Error) -> Failure {
    let failure = Failure::new(format!("writing {} failed: {error}", target.display()));
    match error.kind() {
        ErrorKind::StorageFull => failure.help("make room on the disk and run it again; the file is as it was"),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            failure.help("give yourself permission to write there; the file is as it was")
        }
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewrite(path: &str, before: &str, after: &str) -> Rewrite {
        Rewrite { path: path.to_owned(), before: before.into(), after: after.into() }
    }

    fn book() -> tempfile::TempDir {
        let book = tempfile::tempdir().unwrap();
        fs::create_dir(book.path().join("facts")).unwrap();
        fs::write(book.path().join("facts/a.toml"), "a").unwrap();
        fs::write(book.path().join("facts/b.toml"), "b").unwrap();
        book
    }

    #[test]
    fn what_a_killed_command_has_left_is_swept() {
        let book = book();
        let left = Scratch::within(&book.path().join("facts"), PREFIX, &[PART]).unwrap().keep();
        fs::write(left.join(PART).join("half"), "half").unwrap();
        // A file of somebody else, with a name like ours.
        fs::write(book.path().join("facts/.trustbook-a.toml-x.tmp"), "own").unwrap();
        write(book.path(), &[rewrite("facts/a.toml", "a", "c")]).unwrap();
        let now = [(".trustbook-a.toml-x.tmp", "own"), ("a.toml", "c"), ("b.toml", "b")];
        assert_eq!(files(book.path()), now.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }

    fn files(book: &Path) -> Vec<(String, String)> {
        let mut files: Vec<_> = fs::read_dir(book.join("facts"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()))
            .collect();
        files.sort();
        files
    }

    #[test]
    fn all_files_are_written_or_none() {
        let book = book();
        let (a, b) = (rewrite("facts/a.toml", "a", "A"), rewrite("facts/b.toml", "b", "B"));
        let changed = rewrite("facts/b.toml", "old", "B");
        assert!(write(book.path(), &[a.clone(), changed]).unwrap_err().what().contains("has changed since"));
        assert!(write(book.path(), &[a.clone(), rewrite("facts/c.toml", "", "C")]).is_err());
        let is = |a: &str, b: &str| [("a.toml".to_owned(), a.to_owned()), ("b.toml".to_owned(), b.to_owned())];
        assert_eq!(files(book.path()), is("a", "b"), "nothing is left over either");
        write(book.path(), &[a.clone(), b.clone()]).unwrap();
        assert_eq!(files(book.path()), is("A", "B"));
        restore(book.path(), &[a, b]).unwrap();
        assert_eq!(files(book.path()), is("a", "b"));
    }

    #[cfg(unix)]
    #[test]
    fn rights_stay_and_links_are_refused() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (book, outside) = (book(), book());
        let path = book.path().join("facts/a.toml");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write(book.path(), &[rewrite("facts/a.toml", "a", "A")]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
        let failure = write(book.path(), &[rewrite("facts/a.toml", "A", "a")]).unwrap_err();
        assert!(failure.remedy().unwrap().contains("permission to write"));
        symlink(outside.path().join("facts/a.toml"), book.path().join("facts/l.toml")).unwrap();
        symlink(outside.path().join("facts"), book.path().join("facts/l")).unwrap();
        for path in ["facts/l.toml", "facts/l/a.toml", "facts/../facts/b.toml"] {
            let failure = write(book.path(), &[rewrite(path, "a", "A")]).unwrap_err();
            assert!(failure.what().contains("not a plain file"), "{path}: {}", failure.what());
        }
        assert_eq!(fs::read(outside.path().join("facts/a.toml")).unwrap(), b"a");
    }
}
