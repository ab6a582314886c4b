//! Positional arguments of a command: the folder of a book, then ids.

use std::path::{Path, PathBuf};

/// Splits the arguments into folder and ids. The first argument is the folder if it holds a book.
pub(crate) fn dir_and_ids(words: &[String]) -> (PathBuf, &[String]) {
    match words {
        [dir, ids @ ..] if Path::new(dir).join("book.toml").is_file() => (PathBuf::from(dir), ids),
        ids => (PathBuf::from("."), ids),
    }
}
