//! Changing a file of the book: as a whole or not at all, and only where it still is what was read.

use crate::failure::{Failure, io};
use std::fs;
use std::io::Write;
use std::path::Path;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Puts `new` in the place of `old` as the text of a file of the book. A byte order mark and the permissions stay.
pub(crate) fn rewrite(book: &Path, path: &str, old: &str, new: &str) -> Result<(), Failure> {
    let file = book.join(path);
    let parent = file.parent().unwrap_or(book);
    check_inside(book, parent, path)?;
    let metadata = fs::symlink_metadata(&file).map_err(|error| io("reading", &file, &error))?;
    if !metadata.is_file() {
        return Err(Failure::new(format!("{path} is not a plain file, and was left as it is")));
    }
    let bytes = fs::read(&file).map_err(|error| io("reading", &file, &error))?;
    let text = String::from_utf8_lossy(&bytes);
    let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK } else { "" };
    if text.strip_prefix(mark) != Some(old) {
        return Err(Failure::new(format!("{path} has changed while it was being read, and was left as it is"))
            .help("run the command again"));
    }
    let writing = |error: std::io::Error| io("writing", &file, &error);
    let mut stage = tempfile::Builder::new().prefix(".trustbook-").tempfile_in(parent).map_err(writing)?;
    stage.write_all(mark.as_bytes()).and_then(|()| stage.write_all(new.as_bytes())).map_err(writing)?;
    stage.as_file().set_permissions(metadata.permissions()).map_err(writing)?;
    stage.as_file().sync_all().map_err(writing)?;
    stage.persist(&file).map_err(|error| writing(error.error))?;
    Ok(())
}

/// A symbolic link in the book must not carry the change out of it.
fn check_inside(book: &Path, parent: &Path, path: &str) -> Result<(), Failure> {
    let book = fs::canonicalize(book).map_err(|error| io("finding", book, &error))?;
    let parent = fs::canonicalize(parent).map_err(|error| io("finding", parent, &error))?;
    match parent.starts_with(&book) {
        true => Ok(()),
        false => Err(Failure::new(format!("{path} lies outside of the book, and was left as it is"))),
    }
}

#[cfg(test)]
mod tests {
    use super::rewrite;
    use std::fs;

    #[test]
    fn a_file_is_changed_whole_or_not_at_all() {
        let book = tempfile::tempdir().unwrap();
        let file = book.path().join("a.md");
        fs::write(&file, "\u{feff}old\r\n").unwrap();
        rewrite(book.path(), "a.md", "old\r\n", "new\r\n").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "\u{feff}new\r\n");
        assert!(rewrite(book.path(), "a.md", "other", "x").is_err());
        assert!(rewrite(book.path(), "../a.md", "old", "x").is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "\u{feff}new\r\n");
        assert_eq!(fs::read_dir(book.path()).unwrap().count(), 1, "nothing is left behind");
    }
}
