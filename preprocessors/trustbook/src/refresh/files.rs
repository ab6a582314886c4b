//! The files of a data model, read from a local file or folder.

use crate::failure::{Failure, io};
use std::fs;
use std::path::Path;
use trustbook_core::schema::is_schema_file;
use trustbook_core::world::MAX_FILE;
use walkdir::WalkDir;

/// The maximum number of files that are read from a folder.
pub(super) const MOST_FILES: usize = 10_000;

/// Reads a file, or all files of schema languages below a folder. Returns their paths in the repository with
/// their bytes.
pub(super) fn read(from: &Path, path: &str) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let metadata = fs::metadata(from).map_err(|error| io("reading", from, &error))?;
    if !metadata.is_dir() {
        return Ok(vec![(path.to_owned(), bytes(from)?)]);
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(from).follow_links(false).sort_by_file_name() {
        let entry = entry.map_err(|error| Failure::new(format!("reading {} failed: {error}", from.display())))?;
        let relative = entry.path().strip_prefix(from).ok().and_then(|path| {
            path.iter().map(|part| part.to_str()).collect::<Option<Vec<&str>>>().map(|parts| parts.join("/"))
        });
        let Some(relative) = relative.filter(|path| entry.file_type().is_file() && is_schema_file(path)) else {
            continue;
        };
        files.push((format!("{}/{relative}", path.trim_end_matches('/')), bytes(entry.path())?));
        if files.len() > MOST_FILES {
            return Err(Failure::new(format!("{} has more than {MOST_FILES} files", from.display()))
                .help("name a folder that holds the data model only"));
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Failure::new(format!("{} has no file in a schema language", from.display()))
            .help("check that the right folder is named"));
    }
    Ok(files)
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let metadata = fs::metadata(path).map_err(|error| io("reading", path, &error))?;
    if !metadata.is_file() || metadata.len() > MAX_FILE {
        return Err(Failure::new(format!(
            "{} is not a plain file of at most {} MiB",
            path.display(),
            MAX_FILE / 1024 / 1024
        ))
        .help("name the file that holds the data model"));
    }
    fs::read(path).map_err(|error| io("reading", path, &error))
}
