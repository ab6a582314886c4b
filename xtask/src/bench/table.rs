//! The results as a table in Markdown, with the machine and the day.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::time::Duration;

/// The results for one size of book.
pub(super) struct Column {
    /// The size in chapters.
    pub(super) size: usize,
    pub(super) rows: Vec<Row>,
}

/// The medians of a program.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) time: Duration,
    /// CPU time of all cores together; zero for a part of another row.
    pub(super) cpu: Duration,
    /// Peak memory in bytes; zero for a part of another row.
    pub(super) memory: u64,
    pub(super) runs: usize,
}

impl Column {
    pub(super) fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }
}

impl Row {
    /// Returns the time as a fraction of another row's.
    pub(super) fn beside(&self, other: &Row) -> f64 {
        self.time.as_secs_f64() / other.time.as_secs_f64()
    }
}

/// Returns a table with a row for each program and a column for each size. A cell has the time, the peak
/// memory, the fraction of the first row's time, and the growth from the previous size.
pub(super) fn markdown(columns: &[Column], alone: &[(&str, Duration)]) -> String {
    let mut out = format!("\n{}\n\n|", machine());
    for column in columns {
        let _ = write!(out, " | {} chapters", thousands(column.size));
    }
    let _ = write!(out, " |\n|---{}|\n", "|---".repeat(columns.len()));
    let mut names: Vec<&str> = Vec::new();
    for row in columns.iter().flat_map(|column| &column.rows) {
        if !names.contains(&row.name) {
            names.push(row.name);
        }
    }
    for name in names {
        let _ = write!(out, "| {name}");
        for (at, column) in columns.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| columns.get(at)?.row(name));
            let cell = column.row(name).map_or_else(|| "not run".to_owned(), |row| cell(column, row, before));
            let _ = write!(out, " | {cell}");
        }
        out.push_str(" |\n");
    }
    for (what, time) in alone {
        let _ = write!(out, "\n{what}: {}.", seconds(*time));
    }
    out.push('\n');
    out
}

fn cell(column: &Column, row: &Row, before: Option<&Row>) -> String {
    let mut parts = vec![seconds(row.time)];
    if row.memory > 0 {
        parts.push(format!("{} of all cores", seconds(row.cpu)));
        parts.push(format!("{} MB", thousands(usize::try_from(row.memory / 1_000_000).unwrap_or(usize::MAX))));
    }
    if let Some(first) = column.rows.first().filter(|first| first.name != row.name) {
        parts.push(format!("{:.3} of the first row", row.beside(first)));
    }
    if let Some(before) = before {
        parts.push(format!("grows {:.1}-fold", row.beside(before)));
    }
    if row.runs == 1 {
        parts.push("one run".to_owned());
    }
    parts.join(", ")
}

fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 10.0 { format!("{seconds:.2} s") } else { format!("{seconds:.0} s") }
}

fn thousands(number: usize) -> String {
    match (number / 1000, number % 1000) {
        (0, rest) => rest.to_string(),
        (above, rest) => format!("{above},{rest:03}"),
    }
}

/// Returns the machine and the day: `2 cores of …, 23 GB, 2026-01-15, load 0.1`.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let of = |path: &str, key: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(key))?.split_once(':')?.1.trim().to_owned();
        Some(line)
    };
    let model = of("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory = of("/proc/meminfo", "MemTotal").and_then(|line| line.split(' ').next()?.parse::<u64>().ok());
    let memory = memory.map_or_else(String::new, |kilobytes| format!(", {} GB", kilobytes / 1_000_000));
    let day = Command::new("date").arg("+%Y-%m-%d").output().map(|output| output.stdout).unwrap_or_default();
    let day = String::from_utf8_lossy(&day).trim().to_owned();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    format!("Measured on {day} with {cores} cores ({model}){memory}, at a load of {load} when it ended.")
}
