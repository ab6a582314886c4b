//! Writing of new files into a folder: all of them or none, without touching existing ones.

use crate::failure::{Failure, io};
use crate::{plain, rewrite};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The path of a file within a folder, with `/`, and its text.
pub(crate) type File = (String, String);

/// The folders and files that were created, so that they can be removed again.
#[derive(Debug, Default)]
pub(crate) struct Placed {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Placed {
    /// Adds the folders and files of another.
    pub(crate) fn also(&mut self, other: Placed) {
        self.folders.extend(other.folders);
        self.files.extend(other.files);
    }

    /// Removes everything again, except folders that now contain other files.
    pub(crate) fn undo(self) {
        for file in self.files.iter().rev() {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The files for the root of a repository, and that root.
pub(crate) type OfRepository = Option<(PathBuf, Vec<File>)>;

/// Separates the workflows from the files of a book in a subfolder of a repository. GitHub and GitLab read workflows only
/// at the root of a repository, so they are changed to run in the subfolder.
pub(crate) fn split(book: &Path, files: Vec<File>) -> (OfRepository, Vec<File>) {
    let Some((root, inside)) = repository(book).filter(|(_, inside)| !inside.is_empty()) else { return (None, files) };
    let is_workflow = |path: &str| path.starts_with(".github/") || path == ".gitlab-ci.yml";
    let (above, rest): (Vec<File>, Vec<File>) = files.into_iter().partition(|(path, _)| is_workflow(path));
    let above: Vec<File> = above.into_iter().map(|(path, text)| (path, within(&inside, &text))).collect();
    ((!above.is_empty()).then_some((root, above)), rest)
}

/// Returns the root of the repository around a folder, and the path from there to the folder, which may not exist yet.
fn repository(book: &Path) -> Option<(PathBuf, String)> {
    let book = std::path::absolute(book).ok()?;
    let there = book.ancestors().find(|folder| folder.exists())?;
    let rest = book.strip_prefix(there).ok()?;
    let book = there.canonicalize().ok()?.join(rest);
    let root = book.ancestors().find(|folder| folder.join(".git").exists())?;
    let inside = book.strip_prefix(root).ok()?;
    let parts: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Some((root.to_owned(), parts.join("/")))
}

/// Returns the root of the repository around a book.
pub(super) fn root(book: &Path) -> Option<PathBuf> {
    repository(book).map(|(root, _)| root)
}

/// Returns a folder as a person in the current folder names it: `.`, `..` and so on, or else whole.
pub(crate) fn seen_from_here(folder: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    match here.strip_prefix(folder).map(|below| below.components().count()) {
        Ok(0) => PathBuf::from("."),
        Ok(up) => PathBuf::from_iter(std::iter::repeat_n("..", up)),
        Err(_) => folder.to_owned(),
    }
}

/// Returns a workflow whose commands run in a folder of the repository, with paths to match.
fn within(folder: &str, workflow: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    // JSON strings are valid YAML.
    let quoted = |path: &str| match path.chars().all(is_plain) {
        true => path.to_owned(),
        // GitHub reads an expression in a name: the beginning of one is written as text.
        false => serde_json::Value::from(path.replace("${{", "${{ '${{' }}")).to_string(),
    };
    let line = |line: &str| {
        let (key, value) = line.split_once("path: ").unwrap_or_default();
        if line == "jobs:" {
            format!("defaults:\n  run:\n    working-directory: {}\n\njobs:\n", quoted(folder))
        } else if line == "  before_script:" {
            let folder = shlex::try_quote(folder).unwrap_or_default();
            format!("{line}\n    - {}\n", serde_json::Value::from(format!("cd {folder}")))
        } else if value.is_empty() || key.trim_start().starts_with('#') {
            format!("{line}\n")
        } else {
            format!("{key}path: {}\n", quoted(&format!("{folder}/{value}")))
        }
    };
    workflow.lines().map(line).collect()
}

/// The files at the root of a repository after `init`.
#[derive(Default)]
pub(crate) struct Above {
    /// The names of those that were written.
    pub(crate) added: Vec<String>,
    /// The names of those that existed, such as those of another book.
    pub(crate) left: Vec<String>,
    pub(crate) placed: Placed,
}

/// Writes the files of a repository that do not exist yet.
pub(crate) fn above(files: &OfRepository) -> Result<Above, Failure> {
    let Some((root, files)) = files else { return Ok(Above::default()) };
    let (left, missing): (Vec<File>, Vec<File>) = files.iter().cloned().partition(|(path, _)| is_there(root, path));
    let placed = place(root, &missing)?;
    let names = |files: Vec<File>| -> Vec<String> {
        files.into_iter().map(|(path, _)| format!("{path} (at the root of the repository)")).collect()
    };
    Ok(Above { added: names(missing), left: names(left), placed })
}

/// Writes files into a folder, which is created if missing.
///
/// # Errors
/// Returns an error if a file exists or cannot be written, or if its folder is a link or not a folder. In each case,
/// no file remains.
pub(crate) fn place(root: &Path, files: &[File]) -> Result<Placed, Failure> {
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

/// Refuses files whose path contains a link, a pipe or a device.
pub(crate) fn check(root: &Path, files: &[File]) -> Result<(), Failure> {
    let strange = files.iter().find_map(|(path, _)| {
        let error = plain::check(root, Path::new(path)).err()?;
        (error.kind() == ErrorKind::InvalidInput).then_some((path, error))
    });
    let Some((path, error)) = strange else { return Ok(()) };
    Err(Failure::usage(format!("{path} cannot be written to {}: {error}", root.display()))
        .help("replace it with a plain folder or file; nothing was written"))
}

/// Returns true if a file exists, or if anything above it is not a plain folder.
pub(crate) fn is_there(root: &Path, path: &str) -> bool {
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

    #[test]
    fn the_name_of_a_folder_is_no_expression_of_a_workflow() {
        let text = within("a ${{ secrets.X }}", "jobs:\n");
        assert!(text.contains("working-directory: \"a ${{ '${{' }} secrets.X }}\""), "{text}");
    }
}
