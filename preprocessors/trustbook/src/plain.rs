//! Opening plain files below a folder: no link is followed, and no pipe, socket or device is opened in the place of a file.

use std::fs::{self, File, FileType};
use std::io::{Error, ErrorKind, Read, Result};
use std::path::{Component, Path};

/// Opens a file for reading.
///
/// # Errors
/// Where it is missing, where it or a folder above it is anything else, and where the path leaves `root`.
pub(crate) fn open(root: &Path, path: &Path) -> Result<File> {
    check(root, path)?;
    let file = open_unfollowed(&root.join(path))?;
    // Another could have taken its place since.
    let kind = file.metadata()?.file_type();
    if kind.is_file() { Ok(file) } else { Err(other(path, kind)) }
}

/// Reads a file of no more than `most` bytes.
///
/// # Errors
/// Those of [`open()`], and where the file is larger.
pub(crate) fn read(root: &Path, path: &Path, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(root, path)?.take(most + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(Error::new(ErrorKind::FileTooLarge, format!("it has more than {most} bytes"))),
        false => Ok(bytes),
    }
}

/// Refuses a path that leads through anything but folders, or to anything but a file.
///
/// # Errors
/// With the name of the part that is something else, [`ErrorKind::InvalidInput`] where that is neither file nor folder;
/// where a part is missing, it is [`ErrorKind::NotFound`].
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

/// The kind of a file, in words.
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

/// A pipe without a writer would hold up whoever opens it.
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
        // One that is put there between the look and the opening.
        assert!(open_unfollowed(&root.path().join("link")).is_err());
        assert!(open_unfollowed(&root.path().join("pipe")).is_ok(), "it holds nobody up");
    }
}
