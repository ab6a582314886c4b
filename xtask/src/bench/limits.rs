//! Inputs that repeat one thing many times: the cost of a build grows with their size, and stays below the limits.

use super::measure::{Limit, once};
use super::{Asked, Bed};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// The sizes of an input in bytes; each is twice the one before.
const SIZES: [usize; 3] = [250_000, 500_000, 1_000_000];
/// The limits for a build of the largest size, in processor time.
const LIMIT: Limit = Limit { time: Duration::from_secs(10), memory: 500_000_000 };
/// The largest growth of time and memory from one size to the next.
const GROWTH: f64 = 2.0 * 1.3;
/// Below these, the figures are mostly those of an empty book.
const FLOOR: Limit = Limit { time: Duration::from_millis(400), memory: 80_000_000 };

#[derive(Deserialize)]
struct Inputs {
    chapters: BTreeMap<String, String>,
    input: Vec<Input>,
}

#[derive(Deserialize)]
struct Input {
    name: String,
    /// The command; `build` if it is left out.
    #[serde(default = "build")]
    run: String,
    #[serde(flatten)]
    part: Part,
    /// Parts that grow at the same rate.
    #[serde(default)]
    more: Vec<Part>,
    #[serde(default)]
    others: BTreeMap<String, String>,
}

/// A file that repeats one thing, or a file for each repetition if its name has the number.
#[derive(Deserialize)]
struct Part {
    file: String,
    #[serde(default)]
    head: String,
    unit: String,
    #[serde(default)]
    end: String,
    /// The number of repetitions at each size, if it does not grow.
    times: Option<usize>,
}

fn build() -> String {
    "build".to_owned()
}

impl Part {
    /// Adds one repetition, and returns its length.
    fn add(&self, n: usize, files: &mut BTreeMap<String, String>) -> usize {
        let filled = |text: &str| text.replace("{n}", &n.to_string()).replace("{m}", &(n + 1).to_string());
        let (path, unit) = (filled(&self.file), filled(&self.unit));
        let text = files.entry(path).or_insert_with(|| self.head.clone());
        text.push_str(&unit);
        if self.is_many() {
            text.push_str(&self.end);
        }
        unit.len()
    }

    fn is_many(&self) -> bool {
        self.file.contains("{n}")
    }
}

impl Input {
    fn chapter(name: String, unit: String) -> Self {
        let (file, head) = ("src/a.md".to_owned(), "# A\n\n".to_owned());
        let part = Part { file, head, unit, end: "\n".to_owned(), times: None };
        Input { name, run: build(), part, more: Vec::new(), others: BTreeMap::new() }
    }

    /// Writes a book with this input at a size in bytes.
    fn write(&self, folder: &Path, size: usize) -> Result<()> {
        let parts: Vec<&Part> = std::iter::once(&self.part).chain(&self.more).collect();
        let mut files = BTreeMap::new();
        let mut length = parts.iter().map(|part| part.head.len()).sum::<usize>();
        for part in &parts {
            length += (0..part.times.unwrap_or_default()).map(|n| part.add(n, &mut files)).sum::<usize>();
        }
        let growing: Vec<&&Part> = parts.iter().filter(|part| part.times.is_none()).collect();
        for n in (0..).take_while(|_| !growing.is_empty()) {
            if length >= size {
                break;
            }
            length += growing.iter().map(|part| part.add(n, &mut files)).sum::<usize>();
        }
        for part in parts.into_iter().filter(|part| !part.is_many()) {
            files.entry(part.file.clone()).or_default().push_str(&part.end);
        }
        let usual = [
            ("book.toml", "[book]\ntitle = \"Example\"\n[preprocessor.trustbook]\n"),
            ("src/SUMMARY.md", "# Summary\n\n- [A](a.md)\n"),
            ("src/a.md", "# A\n\n{{#measures}}\n"),
            ("facts/vendor.toml", "[defaults]\nsource = \"x\"\n[vendor]\nname = \"Example\"\n"),
        ];
        let others = self.others.iter().chain(&files).map(|(path, text)| (path.as_str(), text.as_str()));
        for (path, text) in usual.into_iter().chain(others) {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
            fs::write(path, text)?;
        }
        Ok(())
    }
}

/// Prints a line for each input, and counts those whose cost grows faster than their size or exceeds the limits.
pub(super) fn run(bed: &Bed, _asked: &Asked) -> Result<usize> {
    let inputs: Inputs = toml::from_str(include_str!("limits.toml"))?;
    let chapters = inputs.chapters.into_iter().map(|(name, unit)| Input::chapter(name, unit));
    let mut above = 0;
    println!("{:<20} processor time and memory at {SIZES:?} bytes", "");
    for input in chapters.chain(inputs.input) {
        let mut figures = Vec::new();
        for size in SIZES {
            let folder = bed.folder.join(&input.name).join(size.to_string());
            input.write(&folder, size)?;
            let mut command = Command::new(&bed.command);
            command.args(input.run.split(' ')).current_dir(&folder);
            if !input.run.starts_with("import") {
                command.args(["--now", "2026-01-15"]);
            }
            // A file that the command refuses as a whole is a way to keep the limits.
            let measured = once(command, &[0, 1, 2]).with_context(|| input.name.clone())?;
            fs::remove_dir_all(&folder)?;
            figures.push((measured.cpu, measured.memory));
        }
        let grows = figures.windows(2).any(|pair| {
            let [(time, memory), (later, more)] = pair else { return false };
            later.as_secs_f64() > GROWTH * time.max(&FLOOR.time).as_secs_f64()
                || *more as f64 > GROWTH * (*memory).max(FLOOR.memory) as f64
        });
        let exceeds = figures.iter().any(|(time, memory)| *time > LIMIT.time || *memory > LIMIT.memory);
        above += usize::from(grows || exceeds);
        let texts =
            figures.iter().map(|(time, memory)| format!("{:>6} ms {:>4} MB", time.as_millis(), memory / 1_000_000));
        let texts: Vec<String> = texts.collect();
        let verdict = if exceeds {
            "  ABOVE ITS LIMIT"
        } else if grows {
            "  GROWS TOO FAST"
        } else {
            ""
        };
        println!("{:<20} {}{verdict}", input.name, texts.join("  "));
    }
    Ok(above)
}
