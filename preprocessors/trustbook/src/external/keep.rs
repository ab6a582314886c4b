//! Where answers are kept: a file of the book that no repository has, and those that machines give each other.

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
/// A file with the answers of a hundred thousand addresses is smaller than this.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Keeps the folder out of repositories that do not name it.
const IGNORE: (&str, &str) = (".trustbook/cache/.gitignore", "*\n");

/// What was kept, and the bytes of its file.
pub(super) struct Kept {
    pub(super) answers: Answers,
    before: Option<Vec<u8>>,
}

/// Reads what was kept. A file that can not be trusted is told, and counts as none.
pub(super) fn read(dir: &Path, now: i64) -> Kept {
    let before = match plain(&dir.join(FILE)) {
        Ok(bytes) => bytes,
        Err(error) => {
            if error.kind() != ErrorKind::NotFound {
                output::say(&format!("{FILE} can not be read, and all links are asked: {error}"));
            }
            return Kept { answers: Answers::default(), before: None };
        }
    };
    let answers = Answers::read(&before, now).unwrap_or_else(|why| {
        output::say(&format!("{FILE} is replaced, and all links are asked: {}", harmless(&why)));
        Answers::default()
    });
    Kept { answers, before: Some(before) }
}

/// The bytes of a plain file of some size, and of no link to something else.
fn plain(path: &Path) -> std::io::Result<Vec<u8>> {
    let metadata = fs::symlink_metadata(path)?;
    match metadata.is_file() && metadata.len() <= MOST_BYTES {
        true => fs::read(path),
        false => Err(std::io::Error::new(ErrorKind::InvalidData, "it is no plain file, or a very large one")),
    }
}

/// Keeps answers. That it can not be done spoils nothing but the next run, and is told.
pub(super) fn write(dir: &Path, kept: Kept, answers: &Answers) {
    let after = answers.text().into_bytes();
    let done = match kept.before {
        Some(before) if before == after => Ok(()),
        Some(before) => rewrite::write(dir, &[Rewrite { path: FILE.to_owned(), before, after }]),
        None => folders(dir).and_then(|()| rewrite::create(dir, FILE, &after)),
    };
    if let Err(failure) = done {
        output::say(&format!("the answers are not kept, and all links are asked again next time: {}", failure.what()));
    }
}

/// Makes the folders, which must not be links to other places.
fn folders(dir: &Path) -> Result<(), Failure> {
    for folder in FOLDERS {
        let path = dir.join(folder);
        match fs::create_dir(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if !fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir()) {
                    return Err(Failure::new(format!("{folder} is no plain folder of the book")));
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

/// Writes the answers of a share to where another machine finds them.
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

/// Puts together what shares have handed over.
///
/// # Errors
/// Where a file is not one of theirs, and where a share is not there.
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

/// The shares that are not there, of as many as the others say.
fn missing(shards: &BTreeSet<Shard>) -> Vec<String> {
    let of = shards.iter().map(|shard| shard.of).max().unwrap_or(0);
    let all = (1..=of).map(|nth| Shard { nth, of });
    all.filter(|shard| !shards.contains(shard)).map(|shard| format!("share {shard}")).collect()
}

/// The files that are named, and those in the folders that are.
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
