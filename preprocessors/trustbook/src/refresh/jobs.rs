//! The jobs of a refresh: data models in repositories, sources, and the domains of e-mail addresses.

use super::domains;
use super::live::{self, RefreshContext};
use super::{RefreshArgs, pin};
use crate::failure::Failure;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use trustbook_core::Book;
use trustbook_core::facts::Facts;
use trustbook_core::facts::mail;
use trustbook_core::lock::{Lock, SchemaEntry};
use trustbook_core::register::{Record, source};
use trustbook_core::span::Span;
use trustbook_core::suggest::{listed, nearest};

/// The time to wait for the remaining output of programs and servers after the run ends.
const GRACE: Duration = Duration::from_secs(2);

/// A job of a refresh.
pub(super) enum Job<'t> {
    Schema(&'t Record),
    Source(&'t Record),
    Domains(Vec<(String, Span)>),
}

/// The result of a job.
pub(super) enum Done<'t> {
    Schema(&'t Record, Result<SchemaEntry, Vec<Failure>>),
    Source(&'t Record, live::LiveResult),
    Domains(domains::DomainResult),
}

impl<'t> Job<'t> {
    /// Returns the name of the job for the progress display.
    pub(super) fn name(&self) -> String {
        match self {
            Job::Schema(record) => format!("data model {}", record.id),
            Job::Source(record) => format!("source {}", record.id),
            Job::Domains(domains) => format!("domains of e-mail addresses ({})", domains.len()),
        }
    }

    pub(super) async fn run(&self, around: RefreshContext<'t>, old: &Lock, args: &RefreshArgs) -> Done<'t> {
        match self {
            Job::Schema(record) => {
                let entry = in_time(around, pin::entry(around, record, old.schema(&record.id), args)).await;
                Done::Schema(record, entry.unwrap_or_else(|late| Err(vec![late])))
            }
            Job::Source(record) => {
                let old = old.source(&record.id);
                let looked = in_time(around, live::look(around, record, old)).await;
                let kept = |late| live::LiveResult { entry: old.cloned(), failures: vec![late] };
                Done::Source(record, looked.unwrap_or_else(kept))
            }
            Job::Domains(domains) => {
                let today = around.book.facts.today;
                Done::Domains(domains::look(around.net, domains, old, today, around.until).await)
            }
        }
    }
}

/// Runs `work`, or returns an error when the time is up. Programs are killed before that, and report it themselves.
async fn in_time<T>(around: RefreshContext<'_>, work: impl Future<Output = T>) -> Result<T, Failure> {
    if Instant::now() > around.until {
        return Err(live::too_late());
    }
    let until = around.until + GRACE;
    tokio::time::timeout_at(until.into(), work).await.map_err(|_| live::too_late())
}

/// All jobs, in the order of the register.
pub(super) struct Jobs<'t> {
    pub(super) all: Vec<Job<'t>>,
    /// True if the whole register could be read. Otherwise it may name more sources.
    pub(super) is_whole: bool,
    schemas: Vec<&'t str>,
    sources: Vec<&'t str>,
}

impl<'t> Jobs<'t> {
    /// Returns the jobs for the given ids, or all jobs. An id can include its kind, as in `source.release`.
    ///
    /// # Errors
    /// Returns an error if an id is not a source or a data model in a repository.
    pub(super) fn of(book: &'t Book, ids: &[String]) -> Result<Self, Failure> {
        let register = &book.facts.register;
        let in_repository = |record: &&'t Record| record.field("repository").is_some();
        let schemas: Vec<&'t Record> = register.of_kind("schema").filter(in_repository).collect();
        let sources: Vec<&'t Record> = register.of_kind(source::KIND).collect();
        let is_named = |record: &Record| ids.iter().any(|id| *id == record.id || *id == record.full_id());
        for id in ids {
            let known = schemas.iter().chain(&sources).any(|record| *id == record.id || *id == record.full_id());
            if !known {
                return Err(unknown(&book.facts, id, schemas.iter().chain(&sources).map(|record| record.id.as_str())));
            }
        }
        let is_chosen = |record: &&&'t Record| ids.is_empty() || is_named(record);
        let mut all: Vec<Job<'t>> = schemas.iter().filter(is_chosen).map(|record| Job::Schema(record)).collect();
        all.extend(sources.iter().filter(is_chosen).map(|record| Job::Source(record)));
        let domains: BTreeMap<String, Span> =
            mail::addresses(&book.facts).into_iter().rev().map(|address| (address.domain, address.span)).collect();
        if ids.is_empty() && !domains.is_empty() {
            all.push(Job::Domains(domains.into_iter().collect()));
        }
        Ok(Jobs {
            all,
            is_whole: register.is_whole(),
            schemas: schemas.iter().map(|record| record.id.as_str()).collect(),
            sources: sources.iter().map(|record| record.id.as_str()).collect(),
        })
    }

    /// Returns true if there is no job, and the lock has no entry and no problem.
    pub(super) fn is_idle(&self, lock: &Lock) -> bool {
        let Lock { schemas, sources, domains, problems, .. } = lock;
        self.all.is_empty() && schemas.is_empty() && sources.is_empty() && domains.is_empty() && problems.is_empty()
    }

    /// Removes the entries that the register no longer names from the lock.
    pub(super) fn forget(&self, lock: &mut Lock) {
        if self.is_whole {
            lock.schemas.retain(|entry| self.schemas.contains(&entry.id.as_str()));
            lock.sources.retain(|entry| self.sources.contains(&entry.id.as_str()));
        }
    }

    /// Returns the ids of the removed entries.
    pub(super) fn forgotten(&self, old: &Lock) -> Vec<String> {
        let mut kept = old.clone();
        self.forget(&mut kept);
        let schemas = old.schemas.iter().filter(|entry| kept.schema(&entry.id).is_none()).map(|entry| &entry.id);
        let sources = old.sources.iter().filter(|entry| kept.source(&entry.id).is_none()).map(|entry| &entry.id);
        schemas.chain(sources).cloned().collect()
    }
}

fn unknown<'n>(facts: &Facts, id: &str, known: impl Iterator<Item = &'n str>) -> Failure {
    let known: Vec<&str> = known.collect();
    let what = match facts.record("schema", id) {
        Some(_) => format!("the data model `{id}` is a file of the book, which has no lock"),
        None => format!("the register has no source and no data model `{id}`"),
    };
    Failure::usage(what).help(match nearest(id, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => {
            "state one as a `[[source]]`, or as a `[[schema]]` with its `repository`".to_owned()
        }
        None => format!("there are {}", listed(known)),
    })
}
