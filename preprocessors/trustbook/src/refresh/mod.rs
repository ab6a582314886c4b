//! `trustbook refresh`: checks the external sources of the book, reports what changed, and writes the lock.

mod domains;
mod files;
pub(crate) mod format;
mod git;
mod git_version;
mod jobs;
mod live;
mod locked;
mod markdown;
mod pin;
mod select;
pub(crate) mod source;
mod summary;
mod told;

use crate::build::{self, BookArgs};
use crate::failure::Failure;
use crate::net::{self, Net};
use crate::output;
use crate::progress::Progress;
use crate::units::ChaptersById;
use crate::variables;
use crate::words::dir_and_ids;
use futures_util::StreamExt;
use futures_util::stream;
use jiff::civil::Date;
use jobs::{Done, Job, Jobs};
use live::RefreshContext;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use trustbook_core::lock::{self, Lock, SchemaEntry};
use trustbook_core::register::value::date_words;
use trustbook_core::report::harmless;

/// The maximum number of concurrent jobs.
const AT_ONCE: usize = 6;

#[derive(Debug, clap::Args)]
pub(crate) struct RefreshArgs {
    /// The book's folder, and the ids of sources and data models; left out, the current folder and all of them.
    #[arg(value_names = ["DIR", "ID"])]
    words: Vec<String>,
    /// The date to write beside what was checked, instead of today.
    #[arg(long, value_name = "DATE", value_parser = build::date)]
    now: Option<Date>,
    /// Read the files of one data model from here, instead of from its repository.
    #[arg(long, value_name = "PATH", requires = "commit")]
    from: Option<PathBuf>,
    /// The full id of the commit to pin a data model to; left out, the newest of what it follows.
    #[arg(long, value_name = "COMMIT", value_parser = commit)]
    commit: Option<String>,
    /// Also write what has changed to this file, as Markdown for a pull request.
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// The time limit for the whole refresh, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    time_limit: u64,
    /// Print what has changed, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Parses a full commit hash: SHA-1 or SHA-256 in hexadecimal digits.
fn commit(text: &str) -> Result<String, String> {
    let is_whole = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_whole { Ok(text.to_ascii_lowercase()) } else { Err("write all 40 or 64 digits of the commit".to_owned()) }
}

pub(crate) fn run(args: &RefreshArgs) -> Result<ExitCode, Failure> {
    let (dir, ids) = dir_and_ids(&args.words);
    // A refresh that waited must read the result of the other one.
    let alone = locked::alone(&dir);
    let world = build::open(&BookArgs::of(dir.clone(), args.now))?;
    let book = mdbook_trustbook::read(&world);
    if !book.config.problems.is_empty() {
        return Err(Failure::usage("book.toml is wrong, and may allow more than it says").help("see `trustbook check`"));
    }
    let jobs = Jobs::of(&book, ids)?;
    if jobs.all.is_empty() && !jobs.is_whole {
        return Err(Failure::new("the register cannot be read completely").help("see `trustbook check`"));
    }
    if jobs.is_idle(&book.lock) {
        output::say("this book refers to nothing outside of it: there is nothing to check");
        return Ok(ExitCode::SUCCESS);
    }
    let schemas = jobs.all.iter().filter(|job| matches!(job, Job::Schema(_))).count();
    if (args.from.is_some() || args.commit.is_some()) && (schemas, jobs.all.len()) != (1, 1) {
        let what = match schemas {
            0 => "--from and --commit are for a data model, which this is not",
            _ => "--from and --commit are for one data model, and there are several",
        };
        return Err(Failure::usage(what).help("name one: `trustbook refresh ID --from PATH --commit COMMIT`"));
    }
    let old = locked::usable(&book, ids)?;
    let net = Net::new(&book.config)?;
    let parts = variables::parts(&book.config.trustbook.security)?;
    let until = Instant::now() + Duration::from_secs(args.time_limit);
    let around = RefreshContext { book: &book, world: &world, dir: &dir, net: &net, parts: &parts, until };
    let done = net::run(look(around, &jobs, &old, args))?;
    let (new, sentences, failed) = put(around, &jobs, &old, done);
    output::print(&sentences);
    locked::write(&dir, &book.map, &new, args.dry_run)?;
    if let Some(path) = &args.summary {
        markdown::write(path, &sentences)?;
    }
    drop(alone);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Runs all jobs, some of them in parallel. Returns the results in the order of the register.
async fn look<'a>(around: RefreshContext<'a>, jobs: &Jobs<'a>, old: &Lock, args: &RefreshArgs) -> Vec<Done<'a>> {
    let progress = Progress::new();
    let running = stream::iter(&jobs.all).map(|job| {
        let progress = &progress;
        async move {
            let _line = progress.line(&job.name());
            job.run(around, old, args).await
        }
    });
    running.buffered(AT_ONCE).collect().await
}

/// Puts the results into a new lock. Returns it with the sentences, and true if something failed.
fn put(around: RefreshContext<'_>, jobs: &Jobs<'_>, old: &Lock, done: Vec<Done<'_>>) -> (Lock, String, bool) {
    let book = around.book;
    let mut new = old.clone();
    jobs.forget(&mut new);
    let shown = ChaptersById::of(book);
    let (mut sentences, mut failed) = (String::new(), false);
    for done in done {
        match done {
            Done::Schema(record, Ok(entry)) => {
                sentences.push_str(&summary::text(book, old.schema(&record.id), &entry));
                new.schemas.retain(|known| known.id != entry.id);
                new.schemas.push(entry);
            }
            Done::Schema(record, Err(failures)) => {
                failed = true;
                output::warn(&format!("the data model `{}` is unchanged in the lock:", harmless(&record.id)));
                failures.iter().for_each(|failure| output::failure(&shown_of(around, failure)));
            }
            Done::Source(record, looked) => {
                let before = old.source(&record.id);
                sentences.push_str(&told::text(book, &shown, before, &looked));
                failed |= !looked.failures.is_empty();
                for failure in &looked.failures {
                    let what = format!("the source `{}`: {}", record.id, failure.what());
                    output::failure(&shown_of(around, &Failure::new(what).helped_by(failure)));
                }
                if let (false, Some(before)) = (looked.failures.is_empty(), before) {
                    let seen = date_words(before.checked);
                    output::warn(&format!("its values stay as they were checked on {seen}"));
                }
                new.sources.retain(|known| known.id != record.id);
                new.sources.extend(looked.entry);
            }
            Done::Domains(looked) => {
                looked.told.iter().for_each(|line| output::say(&book.map.masked(line)));
                new.domains
                    .retain(|known| !jobs.is_whole && !looked.entries.iter().any(|entry| entry.name == known.name));
                new.domains.extend(looked.entries);
            }
        }
    }
    for id in jobs.forgotten(old) {
        let id = harmless(&id);
        sentences.push_str(&format!("{id}: removed from the lock, since the register does not have it\n"));
    }
    new.schemas.sort_by(|a, b| a.id.cmp(&b.id));
    new.sources.sort_by(|a, b| a.id.cmp(&b.id));
    new.domains.sort_by(|a, b| a.name.cmp(&b.name));
    (new, sentences, failed)
}

/// The longest text of a failure, in characters. Servers and programs can send any amount.
const LONGEST: usize = 2000;

/// Returns a failure for display: secrets are masked first, then long lines are cut.
fn shown_of(around: RefreshContext<'_>, failure: &Failure) -> Failure {
    if let Some(name) = around.parts.find(failure.text().as_bytes()) {
        return live::kept_back(name);
    }
    let shown = |text: &str| {
        let lines = around.book.masked(text);
        lines.lines().map(|line| output::cut(line, LONGEST)).collect::<Vec<_>>().join("\n")
    };
    failure.with(&shown)
}

/// Returns true if two entries of schemas differ in nothing but the day of the check.
pub(super) fn is_same(old: &SchemaEntry, new: &SchemaEntry) -> bool {
    let old = SchemaEntry { checked: new.checked, ..old.clone() };
    lock::seal(&old) == lock::seal(new)
}
