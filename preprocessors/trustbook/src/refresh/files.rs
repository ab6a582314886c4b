//! The files of a data model, read from a local file or folder.

use crate::failure::{Failure, io};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use trustbook_core::datamap::Selection;
use trustbook_core::schema::is_schema_file;
use trustbook_core::world::MAX_FILE;
use walkdir::WalkDir;

/// The maximum number of files that are read from a folder.
pub(super) const MOST_FILES: usize = 10_000;

/// Reads the files of a data model from a local copy. If it has one path, `from` is the copy of that file or folder; if it has
/// several, `from` is the folder that they are relative to. Returns their paths in the repository with their bytes.
pub(super) fn read(from: &Path, selection: &Selection) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut files = BTreeMap::new();
    for path in &selection.paths {
        let from = if selection.paths.len() == 1 { from.to_owned() } else { from.join(path) };
        below(&from, path, selection, &mut files)?;
    }
    if files.is_empty() {
        return Err(Failure::new(format!("{} has no file in a schema language", from.display()))
            .help("check that the right folder is named"));
    }
    Ok(files.into_iter().collect())
}

fn below(from: &Path, path: &str, selection: &Selection, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Failure> {
    let metadata = fs::metadata(from).map_err(|error| io("reading", from, &error))?;
    if !metadata.is_dir() {
        files.insert(path.to_owned(), bytes(from)?);
        return Ok(());
    }
    for entry in WalkDir::new(from).follow_links(false).sort_by_file_name() {
        let entry = entry.map_err(|error| Failure::new(format!("reading {} failed: {error}", from.display())))?;
        let relative = entry.path().strip_prefix(from).ok().and_then(|path| {
            path.iter().map(|part| part.to_str()).collect::<Option<Vec<&str>>>().map(|parts| parts.join("/"))
        });
        let named = relative.filter(|_| entry.file_type().is_file());
        let named = named.map(|relative| format!("{}/{relative}", path.trim_end_matches('/')));
        let Some(file) = named.filter(|file| is_schema_file(file) && selection.takes(file)) else { continue };
        files.insert(file, bytes(entry.path())?);
        if files.len() > MOST_FILES {
            return Err(Failure::new(format!("{} has more than {MOST_FILES} files", from.display()))
                .help("name a folder that holds the data model only"));
        }
    }
    Ok(())
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
