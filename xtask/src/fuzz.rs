//! `cargo xtask fuzz`: runs each fuzz target for some time, from the files of the project and what earlier runs found.

use crate::run::{program, root, run};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// The time for each target if none is given, in seconds.
const SECONDS: u32 = 60;
/// The largest input in bytes. Whatever breaks a reader can be shown in a small one.
const MOST: u64 = 16 * 1024;

/// The files of the project from which a target starts, as the end of their path. A target without a line starts from
/// nothing.
const SEEDS: &[(&str, &str)] = &[
    ("book_toml", "book.toml"),
    ("chapter", ".md"),
    ("css", ".css"),
    ("html", ".hbs"),
    ("lock", "facts.lock"),
    ("observation", ".json"),
    ("rebuild", ".md"),
    ("register", ".toml"),
    ("summary", "SUMMARY.md"),
    ("svg", ".svg"),
    ("template", ".hbs"),
    ("words", "en.toml"),
];

/// Runs the targets with these names, or all, each for `seconds`, which may be the first of the arguments.
pub(crate) fn all(args: &[&str]) -> Result<()> {
    let (seconds, names) = match args.split_first() {
        Some((first, rest)) if first.bytes().all(|byte| byte.is_ascii_digit()) => (first.parse()?, rest),
        _ => (SECONDS, args),
    };
    let targets = targets()?;
    if let Some(wrong) = names.iter().find(|name| !targets.contains(**name)) {
        anyhow::bail!("there is no target `{wrong}`; there are {}", Vec::from_iter(targets).join(", "));
    }
    let mut failed = Vec::new();
    for target in targets.iter().filter(|target| names.is_empty() || names.contains(&target.as_str())) {
        let corpus = root().join("fuzz/corpus").join(target);
        fs::create_dir_all(&corpus)?;
        seed(target, &corpus)?;
        let time = format!("-max_total_time={seconds}");
        let most = format!("-max_len={MOST}");
        let args = ["+nightly", "fuzz", "run", target, "--", &time, &most, "-timeout=20", "-rss_limit_mb=2048"];
        // Not the cargo that runs this task: only the one of rustup knows other toolchains.
        if let Err(error) = run(program("cargo", &args).env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO")) {
            failed.push(format!("{error:#}"));
        }
    }
    ensure!(failed.is_empty(), "{}\nwhat breaks them is kept in fuzz/artifacts", failed.join("\n"));
    Ok(())
}

fn targets() -> Result<BTreeSet<String>> {
    let entries = fs::read_dir(root().join("fuzz/fuzz_targets"))?;
    let name = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry?.path();
        Ok(path.file_stem().context("a target has a name")?.to_string_lossy().into_owned())
    };
    entries.map(name).collect()
}

/// Copies the files of the project that are like the inputs of a target.
fn seed(target: &str, corpus: &Path) -> Result<()> {
    let Some((_, end)) = SEEDS.iter().find(|(name, _)| *name == target) else { return Ok(()) };
    for folder in ["book.toml", "facts", "guide", "preprocessors", "src", "tests", "theme"] {
        for entry in WalkDir::new(root().join(folder)).into_iter().filter_map(Result::ok) {
            let is_like = entry.file_type().is_file() && entry.path().to_string_lossy().ends_with(end);
            if is_like && entry.metadata()?.len() <= MOST {
                let name = entry.path().strip_prefix(root())?.to_string_lossy().replace(['/', '\\'], "-");
                fs::copy(entry.path(), corpus.join(name))?;
            }
        }
    }
    Ok(())
}
