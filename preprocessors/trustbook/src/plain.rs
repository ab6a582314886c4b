//! Access to plain files below a folder, without following links and without opening pipes, sockets or devices.

use std::fs::{self, File, FileType};
use std::io::{Error, ErrorKind, Read, Result};
use std::path::{Component, Path};

/// Opens a file for reading.
///
/// # Errors
/// Returns an error if the file is missing, if a part of the path is not plain, or if the path leaves `root`.
pub(crate) fn open(root: &Path, path: &Path) -> Result<File> {
    check(root, path)?;
    let file = open_unfollowed(&root.join(path))?;
    // The file could have been replaced since the check.
    let kind = file.metadata()?.file_type();
    if kind.is_file() { Ok(file) } else { Err(other(path, kind)) }
}

/// Reads a file of at most `most` bytes.
///
/// # Errors
/// Those of [`open()`], and an error if the file is larger.
pub(crate) fn read(root: &Path, path: &Path, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(root, path)?.take(most + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(Error::new(ErrorKind::FileTooLarge, format!("it has more than {most} bytes"))),
        false => Ok(bytes),
    }
}

/// Checks that a path leads to a plain file through plain folders.
///
/// # Errors
/// Returns an error that names the offending part. Its kind is [`ErrorKind::InvalidInput`] if the part is
/// neither file nor folder, and [`ErrorKind::NotFound`] if it is missing.
pub(crate) fn check(root: &Path, path: &Path) -> Result<()> {
    let mut parts = path.components().peekable();
    let mut place = root.to_owned();
    while let Some(part) = parts.next() {
        let Component::Normal(name) = part else {
            return Err(Error::new(ErrorKind::InvalidInput, "its path leaves the folder"));
        };
        place.push(name);
        let kind = fs::symlink_metadata(&place)?.file_type();
        let is_plain = if parts.peek().is_some() { kind.is_dir() } else { kind.is_file() };
        if !is_plain {
            return Err(other(place.strip_prefix(root).unwrap_or(&place), kind));
        }
    }
    Ok(())
}

fn other(path: &Path, kind: FileType) -> Error {
    let what = match () {
        () if kind.is_file() => ErrorKind::NotADirectory,
        () if kind.is_dir() => ErrorKind::IsADirectory,
        () => ErrorKind::InvalidInput,
    };
    Error::new(what, format!("`{}` is {}", path.display(), name(kind)))
}

/// Returns the type of a file in words, with its article.
pub(crate) fn name(kind: FileType) -> &'static str {
    if kind.is_symlink() {
        "a symbolic link"
    } else if kind.is_dir() {
        "a folder"
    } else if kind.is_file() {
        "a file"
    } else {
        special(kind)
    }
}

#[cfg(unix)]
fn special(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match (kind.is_fifo(), kind.is_socket()) {
        (true, _) => "a pipe",
        (_, true) => "a socket",
        _ => "a device",
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> &'static str {
    "a device"
}

/// Opens a file without following a symbolic link. `NONBLOCK` is set because opening a pipe without a writer
/// would block.
#[cfg(unix)]
fn open_unfollowed(path: &Path) -> Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

#[cfg(not(unix))]
fn open_unfollowed(path: &Path) -> Result<File> {
    File::open(path)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn nothing_but_a_file_in_folders_is_opened() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("x"), "secret").unwrap();
        fs::create_dir(root.path().join("a")).unwrap();
        fs::write(root.path().join("a/x"), "abc").unwrap();
        symlink(outside.path(), root.path().join("b")).unwrap();
        symlink(outside.path().join("x"), root.path().join("link")).unwrap();
        symlink("/dev/zero", root.path().join("zero")).unwrap();
        let pipe = root.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let said = |path: &str| read(root.path(), Path::new(path), 10).map_err(|error| error.to_string());
        assert_eq!(said("a/x").unwrap(), b"abc");
        assert_eq!(said("b/x").unwrap_err(), "`b` is a symbolic link");
        assert_eq!(said("link").unwrap_err(), "`link` is a symbolic link");
        assert_eq!(said("zero").unwrap_err(), "`zero` is a symbolic link");
        assert_eq!(said("pipe").unwrap_err(), "`pipe` is a pipe");
        assert_eq!(said("a").unwrap_err(), "`a` is a folder");
        assert_eq!(said("../x").unwrap_err(), "its path leaves the folder");
        assert_eq!(said("/etc/passwd").unwrap_err(), "its path leaves the folder");
        assert_eq!(read(root.path(), Path::new("a/x"), 2).unwrap_err().kind(), ErrorKind::FileTooLarge);
        assert_eq!(open(root.path(), Path::new("none")).unwrap_err().kind(), ErrorKind::NotFound);
        // A file that replaces another between the check and the opening.
        assert!(open_unfollowed(&root.path().join("link")).is_err());
        assert!(open_unfollowed(&root.path().join("pipe")).is_ok(), "it holds nobody up");
    }
}
