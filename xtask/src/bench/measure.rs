//! The time that a program takes, and the most memory that it had.

use anyhow::{Context, Result, bail};
use std::fmt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

/// How often a program is run; its best run counts, since other programs can only make it slower.
const RUNS: usize = 3;

/// What a run came to.
pub(super) struct Measured {
    time: Duration,
    /// The time of all its threads on a core, which does not depend on what else the machine does.
    cpu: Duration,
    /// The most memory at any time, in bytes.
    memory: u64,
}

/// What it must not be above.
pub(super) struct Limit {
    pub(super) time: Duration,
    pub(super) memory: u64,
}

impl Limit {
    pub(super) fn holds(&self, measured: &Measured) -> bool {
        measured.time <= self.time && measured.memory <= self.memory
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>6} ms {:>6} ms {:>6} MB", self.time.as_millis(), self.cpu.as_millis(), self.memory / 1_000_000)
    }
}

/// Runs a program, whose exit code has to be one of `codes`, and gives its best run.
pub(super) fn best(make: impl Fn() -> Command, codes: &[i32]) -> Result<Measured> {
    let mut best: Option<Measured> = None;
    for _ in 0..RUNS {
        let run = once(make(), codes)?;
        let time = best.as_ref().map_or(run.time, |best| best.time.min(run.time));
        let cpu = best.as_ref().map_or(run.cpu, |best| best.cpu.min(run.cpu));
        let memory = best.as_ref().map_or(run.memory, |best| best.memory.min(run.memory));
        best = Some(Measured { time, cpu, memory });
    }
    best.context("nothing was run")
}

fn once(mut command: Command, codes: &[i32]) -> Result<Measured> {
    let output = tempfile::NamedTempFile::new()?;
    command.stdin(Stdio::null()).stdout(output.reopen()?).stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().with_context(|| format!("{:?} can not be started", command.get_program()))?;
    let ended = child.wait4()?;
    let time = started.elapsed();
    if !ended.status.code().is_some_and(|code| codes.contains(&code)) {
        let said = std::fs::read_to_string(output.path()).unwrap_or_default();
        let said: String = said.chars().take(2000).collect();
        bail!("{:?} ended with {}\n{said}", command, ended.status);
    }
    Ok(Measured { time, cpu: ended.rusage.utime + ended.rusage.stime, memory: ended.rusage.maxrss })
}
