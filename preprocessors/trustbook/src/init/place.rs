//! Putting new files into a folder: all of them or none, and nothing that is there is touched.

use super::files::File;
use crate::failure::{Failure, io};
use crate::{plain, rewrite};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What was made, so that it can be taken away again.
#[derive(Debug, Default)]
pub(super) struct Placed {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Placed {
    /// Takes all of it away. A folder in which somebody has put something stays.
    pub(super) fn undo(self) {
        for file in self.files.iter().rev() {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Writes files into a folder, which is made where it is missing.
///
/// # Errors
/// Where one of them is there, a folder of them is none or a link, or one can not be written; then none is.
pub(super) fn place(root: &Path, files: &[File]) -> Result<Placed, Failure> {
    check(root, files)?;
    let there: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).filter(|path| is_there(root, path)).collect();
    if !there.is_empty() {
        return Err(Failure::usage(format!("{} has files of these names: {}", root.display(), there.join(", ")))
            .help("name an empty folder, or move these files away; nothing was written"));
    }
    let mut placed = Placed::default();
    for (path, text) in files {
        if let Err(failure) = put(root, path, text, &mut placed) {
            placed.undo();
            return Err(failure);
        }
    }
    Ok(placed)
}

/// Refuses files in whose way there is a link, a pipe or a device.
pub(super) fn check(root: &Path, files: &[File]) -> Result<(), Failure> {
    let strange = files.iter().find_map(|(path, _)| {
        let error = plain::check(root, Path::new(path)).err()?;
        (error.kind() == ErrorKind::InvalidInput).then_some((path, error))
    });
    let Some((path, error)) = strange else { return Ok(()) };
    Err(Failure::usage(format!("{path} cannot be written to {}: {error}", root.display()))
        .help("replace it with a plain folder or file; nothing was written"))
}

/// Whether something stands in the way of a file: itself, or what is no plain folder above it.
pub(super) fn is_there(root: &Path, path: &str) -> bool {
    let mut place = root.to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    for (at, part) in parts.iter().enumerate() {
        place.push(part);
        match fs::symlink_metadata(&place) {
            Err(_) => return false,
            Ok(metadata) if at + 1 < parts.len() && metadata.is_dir() => {}
            Ok(_) => return true,
        }
    }
    true
}

fn put(root: &Path, path: &str, text: &str, placed: &mut Placed) -> Result<(), Failure> {
    let target = root.join(path);
    make_folder(target.parent().unwrap_or(root), placed)?;
    rewrite::create(root, path, text.as_bytes())?;
    placed.files.push(target);
    Ok(())
}

fn make_folder(folder: &Path, placed: &mut Placed) -> Result<(), Failure> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        make_folder(above, placed)?;
    }
    match fs::create_dir(folder) {
        Ok(()) => {
            placed.folders.push(folder.to_owned());
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(io("making", folder, &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[&str]) -> Vec<File> {
        paths.iter().map(|path| ((*path).to_owned(), "x".to_owned())).collect()
    }

    #[test]
    fn all_files_are_there_or_none() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("new/book");
        let long = "x".repeat(300);
        assert!(place(&root, &files(&["a", "b/c", &long])).is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "the folders are gone as well");
        place(&root, &files(&["a", "b/c"])).unwrap();
        let failure = place(&root, &files(&["d", "b/c", "a/x"])).unwrap_err();
        assert!(failure.what().ends_with("b/c, a/x"), "{}", failure.what());
        assert!(!root.join("d").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_nothing_out_of_the_folder() {
        let (dir, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(outside.path(), dir.path().join("facts")).unwrap();
        let failure = place(dir.path(), &files(&["a", "facts/b"])).unwrap_err();
        assert!(failure.what().ends_with("`facts` is a symbolic link"), "{}", failure.what());
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
        assert!(!dir.path().join("a").exists());
    }
}
