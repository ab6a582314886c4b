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
    file: String,
    #[serde(default)]
    head: String,
    unit: String,
    #[serde(default)]
    end: String,
    #[serde(default)]
    others: BTreeMap<String, String>,
}

impl Input {
    fn chapter(name: String, unit: String) -> Self {
        let (file, head) = ("src/a.md".to_owned(), "# A\n\n".to_owned());
        Input { name, file, head, unit, end: "\n".to_owned(), others: BTreeMap::new() }
    }

    /// Writes a book with this input at a size in bytes.
    fn write(&self, folder: &Path, size: usize) -> Result<()> {
        let mut text = self.head.clone();
        for n in 0.. {
            if text.len() >= size {
                break;
            }
            text += &self.unit.replace("{n}", &n.to_string()).replace("{m}", &(n + 1).to_string());
        }
        text += &self.end;
        let usual = [
            ("book.toml", "[book]\ntitle = \"Example\"\n[preprocessor.trustbook]\n"),
            ("src/SUMMARY.md", "# Summary\n\n- [A](a.md)\n"),
            ("src/a.md", "# A\n\n{{#measures}}\n"),
            ("facts/vendor.toml", "[defaults]\nsource = \"x\"\n[vendor]\nname = \"Example\"\n"),
        ];
        let others = self.others.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        for (path, text) in usual.into_iter().chain(others).chain([(self.file.as_str(), text.as_str())]) {
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
            command.args(["build", "--now", "2026-01-15"]).current_dir(&folder);
            let measured = once(command, &[0, 1]).with_context(|| input.name.clone())?;
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
