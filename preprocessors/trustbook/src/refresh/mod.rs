//! `trustbook refresh`: compares the book with the repositories that it refers to, says what changed, writes the lock.

mod files;
mod git;
mod pin;
mod summary;

use crate::build::{self, BookArgs};
use crate::failure::{self, Failure};
use crate::output;
use crate::rewrite::{self, Rewrite};
use crate::words::dir_and_ids;
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use trustbook_core::Trust;
use trustbook_core::lock::{self, Lock, Problem, SchemaEntry};
use trustbook_core::register::Record;
use trustbook_core::report::harmless;
use trustbook_core::suggest::{listed, nearest};
use trustbook_core::toml_tree;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The book's folder, and the ids of data models; left out, the folder that you are in, and all of them.
    #[arg(value_names = ["DIR", "ID"])]
    words: Vec<String>,
    /// The day to write beside what was compared, instead of today.
    #[arg(long, value_name = "DATE", value_parser = build::date)]
    now: Option<Date>,
    /// Read the files of one data model from here, and not from its repository.
    #[arg(long, value_name = "PATH", requires = "commit")]
    from: Option<PathBuf>,
    /// The commit to pin to, in full; left out, the newest of what the data model follows.
    #[arg(long, value_name = "COMMIT", value_parser = commit)]
    commit: Option<String>,
    /// Say what has changed, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Reads a commit in full: SHA-1 or SHA-256 in hexadecimal digits.
fn commit(text: &str) -> Result<String, String> {
    let is_whole = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_whole { Ok(text.to_ascii_lowercase()) } else { Err("write all 40 or 64 digits of the commit".to_owned()) }
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let (dir, ids) = dir_and_ids(&args.words);
    let world = build::open(&BookArgs { dir: dir.clone(), now: args.now })?;
    let trust = mdbook_trustbook::read(&world);
    let records = selected(&trust, ids)?;
    // A file of the register that can not be read may name more.
    let is_whole = trust.facts.register.broken.is_empty();
    let is_unused = trust.datamap.lock.schemas.is_empty() && trust.datamap.lock.problems.is_empty();
    if records.is_empty() && !is_whole {
        return Err(Failure::new("the register can not be read as a whole").help("see `trustbook check`"));
    }
    if records.is_empty() && is_unused {
        output::say("this book has no data model in a repository: there is nothing to compare");
        return Ok(ExitCode::SUCCESS);
    }
    if (args.from.is_some() || args.commit.is_some()) && records.len() != 1 {
        return Err(Failure::usage("--from and --commit are for one data model, and there are several")
            .help("name one: `trustbook refresh ID --from PATH --commit COMMIT`"));
    }
    let old = usable(&trust, ids)?;
    let mut new = old.clone();
    // What the register does not name any more is taken out.
    new.schemas.retain(|entry| !is_whole || in_repository(&trust).any(|record| record.id == entry.id));
    let mut failed = false;
    for record in records {
        match pin::entry(&trust, record, old.schema(&record.id), args) {
            Ok(entry) => {
                output::print(&summary::text(&trust, old.schema(&record.id), &entry));
                new.schemas.retain(|known| known.id != entry.id);
                new.schemas.push(entry);
            }
            Err(failures) => {
                failed = true;
                output::say(&format!("the data model `{}` stays as it is in the lock:", harmless(&record.id)));
                failures.iter().for_each(output::failure);
            }
        }
    }
    for entry in old.schemas.iter().filter(|entry| new.schema(&entry.id).is_none()) {
        output::print(&format!("{}: taken out of the lock, since the register does not have it\n", entry.id));
    }
    new.schemas.sort_by(|a, b| a.id.cmp(&b.id));
    write(&dir, &trust, &new, args.dry_run)?;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn in_repository(trust: &Trust) -> impl Iterator<Item = &Record> {
    trust.facts.register.of_kind("schema").filter(|record| record.field("repository").is_some())
}

/// The data models to compare: those named, or all that stand in a repository.
fn selected<'t>(trust: &'t Trust, ids: &[String]) -> Result<Vec<&'t Record>, Failure> {
    if ids.is_empty() {
        return Ok(in_repository(trust).collect());
    }
    let names = || in_repository(trust).map(|record| record.id.as_str());
    let find = |id: &String| {
        in_repository(trust).find(|record| record.id == *id).ok_or_else(|| {
            let what = match trust.facts.record("schema", id) {
                Some(_) => format!("the data model `{id}` is a file of the book, which has no lock"),
                None => format!("the register has no data model `{id}`"),
            };
            Failure::usage(what).help(match nearest(id, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if names().next().is_none() => "state one as a `[[schema]]` with its `repository`".to_owned(),
                None => format!("there are {}", listed(names())),
            })
        })
    };
    ids.iter().map(find).collect()
}

/// The lock as it is, where it can be built upon.
fn usable(trust: &Trust, ids: &[String]) -> Result<Lock, Failure> {
    let lock = &trust.datamap.lock;
    for problem in &lock.problems {
        let why = match problem {
            Problem::Unreadable(error) => error.to_string(),
            Problem::Syntax(error) => error.message.clone(),
            Problem::Newer(_) => {
                let what = format!("{} was written by a later version of `trustbook`", lock::PATH);
                return Err(Failure::new(what).help("install that version; the lock was left as it is"));
            }
            Problem::Misshapen { what, .. } if !ids.is_empty() => what.clone(),
            Problem::Misshapen { what, .. } => {
                output::say(&format!(
                    "the lock is not as it was written: {}; that entry is made anew, and since when its fields are \
                     there is counted from today",
                    harmless(what)
                ));
                continue;
            }
        };
        return Err(Failure::new(format!("{} can not be built upon: {why}", lock::PATH)).help(
            "take it from version control again, run `trustbook refresh` without ids to make broken entries anew, or \
             delete the file",
        ));
    }
    Ok(Lock { problems: Vec::new(), ..lock.clone() })
}

fn write(dir: &Path, trust: &Trust, new: &Lock, dry_run: bool) -> Result<(), Failure> {
    let before = match trust.map.find(lock::PATH) {
        Some(file) => Some(bytes_of(dir, trust.map.file(file).text())?),
        None => None,
    };
    let after = lock::text(new).into_bytes();
    if before.as_ref() == Some(&after) || (before.is_none() && new.schemas.is_empty()) {
        output::say("the lock is as it was");
    } else if dry_run {
        output::say(&format!("{} was not written (--dry-run)", lock::PATH));
    } else {
        match before {
            Some(before) => rewrite::write(dir, &[Rewrite { path: lock::PATH.to_owned(), before, after }])?,
            None => rewrite::create(dir, lock::PATH, &after)?,
        }
        output::say(&format!("wrote {}: read the difference, and run `trustbook check`", lock::PATH));
    }
    Ok(())
}

/// The bytes of the lock, whose text is what was read: a byte order mark is no part of the text.
fn bytes_of(dir: &Path, text: &str) -> Result<Vec<u8>, Failure> {
    let path = dir.join(lock::PATH);
    let bytes = std::fs::read(&path).map_err(|error| failure::io("reading", &path, &error))?;
    match toml_tree::text(bytes.clone()) {
        Ok(now) if now == text => Ok(bytes),
        _ => Err(rewrite::changed(lock::PATH)),
    }
}

/// The entries of schemas are equal but for the day.
pub(super) fn is_same(old: &SchemaEntry, new: &SchemaEntry) -> bool {
    let old = SchemaEntry { checked: new.checked, ..old.clone() };
    lock::seal(&old) == lock::seal(new)
}
