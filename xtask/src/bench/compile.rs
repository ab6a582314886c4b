//! The cost of a cold build, measured beside that of mdBook in the same run.

use super::measure::{Measured, once};
use super::peers::MDBOOK;
use super::{Asked, Bed};
use crate::run::cargo;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// The limit for the processor time, as a multiple of that of mdBook.
const MOST_TIME: f64 = 1.5;
/// The limit for the size of the binary of a release in bytes.
const MOST_SIZE: u64 = 20_000_000;

/// Builds both from nothing, prints the figures, and returns the number of those above their limits.
pub(super) fn run(bed: &Bed, _: &Asked) -> Result<usize> {
    let (name, version) = MDBOOK;
    let theirs = bed.folder.join("mdbook");
    let mut install = cargo(&["install", name, "--version", version, "--locked", "--no-track", "--root"]);
    install.arg(&theirs).env("CARGO_TARGET_DIR", theirs.join("target"));
    let theirs_took = once(install, &[0])?;
    let ours = bed.folder.join("trustbook");
    let mut build = cargo(&["build", "--release", "--locked", "--package", "trustbook"]);
    build.env("CARGO_TARGET_DIR", &ours);
    let ours_took = once(build, &[0])?;
    println!("| build from nothing | processor time | wall time | crates | binary |\n|---|---|---|---|---|");
    let program = |name: &str| format!("{name}{}", std::env::consts::EXE_SUFFIX);
    row(&format!("`cargo install {name}` {version}"), &theirs_took, &theirs.join("bin").join(program(name)))?;
    row("`cargo build --release`", &ours_took, &ours.join("release").join(program("trustbook")))?;
    let size = fs::metadata(&bed.command)?.len();
    let ratio = ours_took.cpu.as_secs_f64() / theirs_took.cpu.as_secs_f64();
    println!("\n{ratio:.2} of mdBook's processor time (limit {MOST_TIME})");
    println!("the binary of a release has {:.1} MB (limit {} MB)", megabytes(size), MOST_SIZE / 1_000_000);
    Ok(usize::from(ratio > MOST_TIME) + usize::from(size > MOST_SIZE))
}

fn row(name: &str, took: &Measured, binary: &Path) -> Result<()> {
    let size = fs::metadata(binary).with_context(|| format!("{} was not built", binary.display()))?.len();
    // Cargo names each crate that it compiles.
    let compiled = took.said.lines().filter(|line| line.trim_start().starts_with("Compiling ")).count();
    let (cpu, wall) = (took.cpu.as_secs(), took.time.as_secs());
    println!("| {name} | {cpu} s | {wall} s | {compiled} | {:.1} MB |", megabytes(size));
    Ok(())
}

fn megabytes(size: u64) -> f64 {
    size as f64 / 1_000_000.0
}
