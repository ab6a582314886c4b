//! The words behind a command: the folder of a book, then ids.

use std::path::{Path, PathBuf};

/// The first word is a folder where there is a book in it; all others are ids.
pub(crate) fn dir_and_ids(words: &[String]) -> (PathBuf, &[String]) {
    match words {
        [dir, ids @ ..] if Path::new(dir).join("book.toml").is_file() => (PathBuf::from(dir), ids),
        ids => (PathBuf::from("."), ids),
    }
}
