//! The lock on disk: it is checked before an update, has one writer at a time, and is written as a whole.

use crate::failure::{self, Failure};
use crate::output;
use crate::rewrite::{self, Rewrite};
use std::fs::File;
use std::path::Path;
use trustbook_core::Book;
use trustbook_core::lock::{self, Lock, LockProblem};
use trustbook_core::report::harmless;
use trustbook_core::span::SourceMap;
use trustbook_core::toml_tree;

/// A file lock on the book, held while a refresh runs.
pub(super) struct Alone(#[allow(dead_code, reason = "the system releases it when it is dropped")] Option<File>);

/// Waits until no other refresh runs on this book. On a system without file locks, the final write still
/// detects that another command wrote in between.
pub(super) fn alone(dir: &Path) -> Alone {
    let folder = dir.join("facts");
    let folder = if folder.is_dir() { folder } else { dir.to_owned() };
    // Only Unix can open, and lock, a folder.
    let Ok(file) = File::open(folder) else { return Alone(None) };
    if matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock)) {
        output::say("another `trustbook refresh` is running on this book: waiting for it");
        let _ = file.lock();
    }
    rewrite::sweep(dir, [lock::PATH]);
    Alone(Some(file))
}

/// Returns the current lock if it can be updated. Some damage is accepted when all entries are replaced.
pub(super) fn usable(book: &Book, ids: &[String]) -> Result<Lock, Failure> {
    let lock = &book.lock;
    for problem in &lock.problems {
        let why = match problem {
            LockProblem::Unreadable(error) => error.to_string(),
            LockProblem::Syntax(error) => error.message.clone(),
            LockProblem::Newer(_) => {
                let what = format!("{} was written by a later version of `trustbook`", lock::PATH);
                return Err(Failure::new(what).help("install that version; the lock was left as it is"));
            }
            LockProblem::Misshapen { what, .. } if !ids.is_empty() => what.clone(),
            LockProblem::Misshapen { what, .. } => {
                output::say(&format!(
                    "the lock is not as it was written: {}; that entry is made anew, and the age of its values is \
                     counted from today",
                    harmless(&book.masked(what))
                ));
                continue;
            }
        };
        let why = book.masked(&why);
        return Err(Failure::new(format!("{} cannot be used: {why}", lock::PATH)).help(
            "restore it from version control, run `trustbook refresh` without ids to make broken entries anew, or \
             delete the file",
        ));
    }
    Ok(Lock { problems: Vec::new(), ..lock.clone() })
}

/// Replaces the old lock with the new one, if they differ.
pub(super) fn write(dir: &Path, map: &SourceMap, new: &Lock, dry_run: bool) -> Result<(), Failure> {
    let before = match map.find(lock::PATH) {
        Some(file) => Some(bytes_of(dir, map.file(file).text())?),
        None => None,
    };
    let after = lock::text(new).into_bytes();
    let is_empty = new.schemas.is_empty() && new.sources.is_empty() && new.domains.is_empty();
    if before.as_ref() == Some(&after) || (before.is_none() && is_empty) {
        output::say("the lock is unchanged");
    } else if dry_run {
        output::say(&format!("{} was not written (--dry-run)", lock::PATH));
    } else {
        match before {
            Some(before) => rewrite::write(dir, &[Rewrite { path: lock::PATH.to_owned(), before, after }])?,
            None => rewrite::create(dir, lock::PATH, &after)?,
        }
        output::say(&format!("wrote {}: review the changes, and run `trustbook check`", lock::PATH));
    }
    Ok(())
}

/// Returns the bytes of the lock, if its text has not changed since it was read. A byte order mark is not part
/// of the text.
fn bytes_of(dir: &Path, text: &str) -> Result<Vec<u8>, Failure> {
    let path = dir.join(lock::PATH);
    let bytes = std::fs::read(&path).map_err(|error| failure::io("reading", &path, &error))?;
    match toml_tree::text(bytes.clone()) {
        Ok(now) if now == text => Ok(bytes),
        _ => Err(rewrite::changed(lock::PATH)),
    }
}
