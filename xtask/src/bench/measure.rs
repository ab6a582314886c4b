//! Measurement of the time and the peak memory of a program.

use anyhow::{Context, Result, bail};
use std::fmt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

/// The number of runs of which the best one counts.
const RUNS: usize = 3;

/// The result of a run.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pub(super) time: Duration,
    /// The CPU time of all threads, which does not depend on the load of the machine.
    pub(super) cpu: Duration,
    /// The peak memory in bytes, of the program or of its largest child process.
    pub(super) memory: u64,
    /// The output to standard error.
    pub(super) said: String,
}

/// The limits for a run.
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

/// Runs a program several times, and returns the best figures, because other programs can only slow it down.
/// The exit code must be one of `codes`.
pub(super) fn best(make: impl Fn() -> Command, codes: &[i32]) -> Result<Measured> {
    let mut best: Option<Measured> = None;
    for _ in 0..RUNS {
        let run = once(make(), codes)?;
        let Some(before) = &mut best else {
            best = Some(run);
            continue;
        };
        before.time = before.time.min(run.time);
        before.cpu = before.cpu.min(run.cpu);
        before.memory = before.memory.min(run.memory);
    }
    best.context("nothing was run")
}

/// Returns the median of an odd number of figures.
pub(super) fn median<T: Ord + Copy>(figures: impl Iterator<Item = T>) -> Option<T> {
    let mut figures: Vec<T> = figures.collect();
    figures.sort();
    figures.get(figures.len() / 2).copied()
}

/// Runs a program once. The exit code must be one of `codes`.
pub(super) fn once(mut command: Command, codes: &[i32]) -> Result<Measured> {
    let (output, errors) = (tempfile::NamedTempFile::new()?, tempfile::NamedTempFile::new()?);
    command.stdin(Stdio::null()).stdout(output.reopen()?).stderr(errors.reopen()?);
    let started = Instant::now();
    let mut child = command.spawn().with_context(|| format!("{:?} cannot be started", command.get_program()))?;
    let ended = child.wait4()?;
    let time = started.elapsed();
    let text = |file: &tempfile::NamedTempFile| std::fs::read(file.path()).unwrap_or_default();
    let said = String::from_utf8_lossy(&text(&errors)).into_owned();
    if !ended.status.code().is_some_and(|code| codes.contains(&code)) {
        let printed = String::from_utf8_lossy(&text(&output)).into_owned();
        let both: String = format!("{printed}{said}").chars().take(2000).collect();
        bail!("{command:?} ended with {}\n{both}", ended.status);
    }
    let cpu = ended.rusage.utime + ended.rusage.stime;
    Ok(Measured { time, cpu, memory: ended.rusage.maxrss, said })
}
