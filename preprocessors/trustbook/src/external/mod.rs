//! `trustbook check --external`: requests the links that leave the site, each address once.

mod answers;
mod ask;
mod hosts;
mod judge;
mod keep;
mod page;
mod plan;
mod shard;

use crate::failure::Failure;
use crate::net::{self, Limits, Net};
use crate::output::counted;
use crate::progress::Progress;
use answers::{Answers, CachedAnswer, now};
use ask::{LinkResponse, Outcome, Sign};
use hosts::Time;
use plan::{Wanted, part};
use shard::Shard;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::Instant;
use trustbook_core::Book;
use trustbook_core::config::Config;
use trustbook_core::site::outside::{LinkAnswer, Outside};

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct ExternalArgs {
    /// Also check the links that leave the site, by asking their servers.
    #[arg(long)]
    external: bool,
    /// Ask only one share of the servers, such as 2/8, and report nothing.
    #[arg(long, value_name = "I/N", requires = "external", requires = "answers", conflicts_with_all = ["merge", "fix"])]
    shard: Option<Shard>,
    /// Write the answers of a share to this file, for --merge.
    #[arg(long, value_name = "FILE", requires = "shard")]
    answers: Option<PathBuf>,
    /// The time limit for all servers together, in seconds; links without an answer by then are unknown.
    #[arg(long, value_name = "SECONDS", requires = "external", default_value_t = 1800, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    time_limit: u64,
    /// Ask no server, and report the answers of shares: their files, or a folder of them.
    #[arg(long, value_name = "FILE", requires = "external", num_args = 1..)]
    merge: Vec<PathBuf>,
}

impl ExternalArgs {
    /// Returns true if links that leave the site are checked, with requests of this run or of others.
    pub(crate) fn is_external(&self) -> bool {
        self.external
    }

    /// Returns true if another run reports the results of this one.
    pub(crate) fn is_share(&self) -> bool {
        self.shard.is_some()
    }
}

/// The age up to which `--merge` accepts an answer, even if `cache-age` is shorter.
const SHARED: Duration = Duration::from_secs(24 * 60 * 60);

/// Puts answers into the links that leave a site. Returns a line that summarises the requests.
///
/// # Errors
/// Returns an error if no request can be made, or if the answers of shares cannot be read.
pub(crate) fn look(args: &ExternalArgs, dir: &Path, book: &Book, outside: &mut Outside) -> Result<String, Failure> {
    if !book.config.problems.is_empty() {
        // The error is reported elsewhere. Invalid settings may allow more than they say, so no request is made.
        return match args.shard.is_some() || !args.merge.is_empty() {
            true => Err(Failure::usage("book.toml is wrong").help("see `trustbook check`")),
            false => Ok("no server was asked, because book.toml is wrong".to_owned()),
        };
    }
    let (settings, now) = (&book.config.trustbook.links, now());
    let kept = keep::read(dir, now);
    let mut answers = kept.answers.clone();
    let plan = plan::plan(outside);
    let told = if args.merge.is_empty() {
        let mine =
            |wanted: &&Wanted| args.shard.is_none_or(|shard| shard.has(wanted.url.host_str().unwrap_or_default()));
        let is_open = |wanted: &&Wanted| {
            let known = answers.entries.get(wanted.url.as_str());
            !known.is_some_and(|entry| is_answered(entry, wanted) && entry.is_within(settings.cache_age, now))
        };
        let all: Vec<&Wanted> = plan.values().filter(mine).collect();
        let open: Vec<&Wanted> = all.iter().copied().filter(is_open).collect();
        let found = ask_servers(book, &open, Duration::from_secs(args.time_limit))?;
        let told = summary(&all, &open, &found);
        for (wanted, found) in open.into_iter().zip(found) {
            let entry = CachedAnswer::new(found, answers.entries.get(wanted.url.as_str()), now);
            answers.entries.insert(wanted.url.to_string(), entry);
        }
        if let (Some(shard), Some(path)) = (args.shard, &args.answers) {
            let of_all =
                |wanted: &&Wanted| Some((wanted.url.to_string(), answers.entries.get(wanted.url.as_str())?.clone()));
            let entries = all.iter().filter_map(of_all).collect();
            keep::hand_over(path, &Answers { entries, shard: Some(shard) })?;
            return Ok(format!("share {shard}: {told}"));
        }
        told
    } else {
        let gathered = keep::gather(&args.merge, now)?;
        let told = format!("merged the answers of {}", addresses(gathered.entries.len()));
        answers.take(gathered);
        told
    };
    answers.forget(|url| plan.contains_key(url), now);
    keep::write(dir, kept, &answers);
    let age = if args.merge.is_empty() { Duration::MAX } else { settings.cache_age.max(SHARED) };
    let entries = answers.entries.iter().filter(|(_, entry)| entry.is_within(age, now));
    judge_all(&book.config, outside, &entries.map(|(url, entry)| (url.as_str(), entry)).collect(), &answers, now);
    Ok(match tolerated(outside) {
        0 => told,
        count => format!("{told}; {} without a good answer, but reached recently", counted(count, "link")),
    })
}

/// Returns true if an answer is good and covers everything that is wanted. Other addresses are requested again,
/// so that a repaired page is recognised at once.
fn is_answered(entry: &CachedAnswer, wanted: &Wanted) -> bool {
    entry.found.outcome == Outcome::Alive
        && wanted.anchors.iter().all(|anchor| entry.found.anchors.contains_key(anchor))
        && (wanted.raw.is_none() || entry.found.lines.is_some())
}

fn ask_servers(book: &Book, open: &[&Wanted], limit: Duration) -> Result<Vec<LinkResponse>, Failure> {
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let time = book.config.trustbook.links.timeout;
    let limits = Limits::default();
    let limits = Limits { connect: limits.connect.min(time), all: time, wait: limits.wait.min(time / 2), ..limits };
    let net = Net::with_limits(&book.config, limits)?;
    let time = Time { each: time, until: Instant::now() + limit };
    let found = net::run(hosts::ask_all(&net, open, time, &Progress::new()))?;
    let found: Vec<LinkResponse> = found.into_iter().map(|found| found.masked(book)).collect();
    let hosts: BTreeSet<Option<&str>> = open.iter().map(|wanted| wanted.url.host_str()).collect();
    if hosts.len() > 1 && found.iter().all(|found| found.sign == Some(Sign::Offline)) {
        return Err(Failure::new(format!("none of {} outside could be reached", counted(hosts.len(), "server")))
            .help("check the connection of this machine and its name servers; no link was judged"));
    }
    Ok(found)
}

fn judge_all(config: &Config, outside: &mut Outside, known: &BTreeMap<&str, &CachedAnswer>, all: &Answers, now: i64) {
    let settings = &config.trustbook.links;
    outside.is_asked = true;
    for link in outside.links.iter_mut().filter(|link| !link.is_excluded) {
        let (page, _) = part(&link.url);
        link.answer = Some(match known.get(page.as_str()) {
            Some(entry) => judge::answer(&link.url, entry, settings, now),
            None => {
                let (why, help) = ("no share has asked its server", "ask all shares again, and merge them");
                judge::unknown(why, help, all.entries.get(page.as_str()), settings, now)
            }
        });
    }
}

fn tolerated(outside: &Outside) -> usize {
    let is_tolerated = |answer: &LinkAnswer| matches!(answer, LinkAnswer::Unknown { is_tolerated: true, .. });
    outside.links.iter().filter(|link| link.answer.as_ref().is_some_and(is_tolerated)).count()
}

/// Summarises the requests, and lists the hosts that did not answer in time.
fn summary(all: &[&Wanted], open: &[&Wanted], found: &[LinkResponse]) -> String {
    let hosts: BTreeSet<&str> = open.iter().filter_map(|wanted| wanted.url.host_str()).collect();
    let mut told = format!("asked {} outside on {}", addresses(open.len()), counted(hosts.len(), "host"));
    if all.len() > open.len() {
        told = format!("{told}, and knew {} already", addresses(all.len() - open.len()));
    }
    let hanging = open.iter().zip(found).filter(|(_, found)| found.sign == Some(Sign::Hangs));
    let hanging: BTreeSet<&str> = hanging.filter_map(|(wanted, _)| wanted.url.host_str()).collect();
    if !hanging.is_empty() {
        let names: Vec<&str> = hanging.into_iter().collect();
        told = format!("{told}; no answer in time from {}", names.join(", "));
    }
    told
}

fn addresses(count: usize) -> String {
    format!("{count} {}", if count == 1 { "address" } else { "addresses" })
}
