//! Storage of answers: a git-ignored file of the book, and the files that machines exchange.

use super::answers::Answers;
use super::shard::Shard;
use crate::failure::{Failure, io};
use crate::output;
use crate::rewrite::{self, Rewrite};
use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use trustbook_core::report::harmless;

const FOLDERS: &[&str] = &[".trustbook", ".trustbook/cache"];
const FILE: &str = ".trustbook/cache/links.json";
/// The maximum size of the file in bytes. The answers for a hundred thousand addresses fit.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// A `.gitignore` that keeps the folder out of the repository.
const IGNORE: (&str, &str) = (".trustbook/cache/.gitignore", "*\n");

/// The answers on disk, and the bytes of their file.
pub(super) struct AnswerFile {
    pub(super) answers: Answers,
    before: Option<Vec<u8>>,
}

/// Reads the answers on disk. An invalid file is reported and counts as empty.
pub(super) fn read(dir: &Path, now: i64) -> AnswerFile {
    let before = match plain(&dir.join(FILE)) {
        Ok(bytes) => bytes,
        Err(error) => {
            if error.kind() != ErrorKind::NotFound {
                output::warn(&format!("{FILE} cannot be read, so all links are checked again: {error}"));
            }
            return AnswerFile { answers: Answers::default(), before: None };
        }
    };
    let answers = Answers::read(&before, now).unwrap_or_else(|why| {
        output::warn(&format!("{FILE} is replaced, so all links are checked again: {}", harmless(&why)));
        Answers::default()
    });
    AnswerFile { answers, before: Some(before) }
}

/// Reads a plain file of at most [`MOST_BYTES`]. It does not follow symbolic links.
fn plain(path: &Path) -> std::io::Result<Vec<u8>> {
    let metadata = fs::symlink_metadata(path)?;
    match metadata.is_file() && metadata.len() <= MOST_BYTES {
        true => fs::read(path),
        false => Err(std::io::Error::new(ErrorKind::InvalidData, "it is not a plain file, or is too large")),
    }
}

/// Writes the answers to disk. A failure is only reported, because it affects nothing but the next run.
pub(super) fn write(dir: &Path, kept: AnswerFile, answers: &Answers) {
    let after = answers.text().into_bytes();
    let done = match kept.before {
        Some(before) if before == after => Ok(()),
        Some(before) => rewrite::write(dir, &[Rewrite { path: FILE.to_owned(), before, after }]),
        None => folders(dir).and_then(|()| rewrite::create(dir, FILE, &after)),
    };
    if let Err(failure) = done {
        output::say(&format!(
            "the answers cannot be saved, so all links are checked again next time: {}",
            failure.what()
        ));
    }
}

/// Creates the folders. Existing ones must not be symbolic links.
fn folders(dir: &Path) -> Result<(), Failure> {
    for folder in FOLDERS {
        let path = dir.join(folder);
        match fs::create_dir(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if !fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir()) {
                    return Err(Failure::new(format!("{folder} is not a plain folder of the book")));
                }
            }
            Err(error) => return Err(io("making", &path, &error)),
        }
    }
    match dir.join(IGNORE.0).exists() {
        true => Ok(()),
        false => rewrite::create(dir, IGNORE.0, IGNORE.1.as_bytes()),
    }
}

/// Writes the answers of a share to a file for another machine.
pub(super) fn hand_over(path: &Path, answers: &Answers) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let put = || {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(".trustbook-").suffix(".tmp").tempfile_in(folder)?;
        file.write_all(answers.text().as_bytes())?;
        file.persist(path).map_err(|error| error.error)
    };
    put().map(drop).map_err(|error: std::io::Error| Failure::new(format!("writing {} failed: {error}", path.display())))
}

/// Merges the answers of all shares.
///
/// # Errors
/// Returns an error if a file does not hold the answers of a share, or if a share is missing.
pub(super) fn gather(paths: &[PathBuf], now: i64) -> Result<Answers, Failure> {
    let mut all = Answers::default();
    let (mut shards, mut files) = (BTreeSet::new(), 0);
    for path in files_of(paths)? {
        let bytes = fs::read(&path).map_err(|error| io("reading", &path, &error))?;
        let answers = Answers::read(&bytes, now).map_err(|why| {
            Failure::new(format!("{} has no answers of a share: {why}", path.display()))
                .help("name the files that `trustbook check --external --shard I/N --answers FILE` wrote")
        })?;
        shards.extend(answers.shard);
        files += 1;
        all.take(answers);
    }
    let missing = missing(&shards);
    match (files, missing.as_slice()) {
        (0, _) => Err(Failure::new("there are no answers to merge").help(
            "name the files that `trustbook check --external --shard I/N --answers FILE` wrote, or their folder",
        )),
        (_, []) => Ok(all),
        (_, missing) => Err(Failure::new(format!("the answers of {} are missing", missing.join(", ")))
            .help("run the shares that failed again, and name the files of all of them")),
    }
}

/// Returns the missing shares. Their number comes from the shares that are there.
fn missing(shards: &BTreeSet<Shard>) -> Vec<String> {
    let of = shards.iter().map(|shard| shard.of).max().unwrap_or(0);
    let all = (1..=of).map(|nth| Shard { nth, of });
    all.filter(|shard| !shards.contains(shard)).map(|shard| format!("share {shard}")).collect()
}

/// Returns the given files, and the JSON files in the given folders.
fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).map_err(|error| io("reading", path, &error))?;
        let is_answers = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "json");
        files.extend(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_answers));
    }
    files.sort();
    Ok(files)
}
