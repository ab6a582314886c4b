//! The time that `trustbook serve` reports for one changed chapter.

use super::Bed;
use super::book::{self, DAY, Kind, with_facts};
use super::measure::median;
use anyhow::{Context, Result};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The number of times that the chapter is changed.
const CHANGES: usize = 5;

/// Returns the median time of a build in which one chapter has changed.
pub(super) fn changed(bed: &Bed, chapters: usize) -> Result<Duration> {
    let book = with_facts(bed, &bed.folder.join("served"), chapters)?;
    let mut serve = Command::new(&bed.command);
    serve.args(["serve", "--port", "0", "--now", DAY]).arg(&book);
    serve.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut served = Served(serve.spawn().context("`trustbook serve` cannot be started")?);
    let said = served.0.stderr.take().context("nothing can be heard of it")?;
    let mut builds = BufReader::new(said).lines().filter_map(|line| seconds(&line.ok()?));
    // The first build covers everything. A second may follow for files that changed while it ran.
    builds.next().context("`trustbook serve` built nothing")?;
    let mut times = Vec::new();
    for run in 0..CHANGES {
        // A change too soon after the last build would be merged with the previous one.
        std::thread::sleep(Duration::from_millis(1500));
        book::touch(&book, chapters, Kind::Facts, run)?;
        times.push(builds.next().context("`trustbook serve` ended")?);
    }
    median(times.into_iter()).context("nothing was built")
}

/// A server process, killed when dropped.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Parses the time from a line such as `built 1000 pages in 0.15 s: ...`.
fn seconds(line: &str) -> Option<Duration> {
    let rest = line.strip_prefix("built ")?;
    let (_, rest) = rest.split_once(" in ")?;
    let (seconds, _) = rest.split_once(" s")?;
    Some(Duration::from_secs_f64(seconds.parse().ok()?))
}
