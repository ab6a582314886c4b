//! `cargo xtask test`: all parts of the tests, in order; a part that cannot run fails in CI and is skipped elsewhere.

use crate::run::{Outcome, cargo, exists, program, run};
use crate::{browser, dist, guide, outputs, tools, workflows};
use anyhow::{Result, bail};
use std::time::Instant;

type Part = (&'static str, fn() -> Result<Outcome>);

/// The parts, quick ones first.
const PARTS: &[Part] = &[
    ("format", format),
    ("lint", lint),
    ("tests", tests),
    ("docs", docs),
    ("guide", guide::test),
    ("workflows", workflows::test),
    ("outputs", outputs::test),
    ("packages", dist::test),
    ("spelling", spelling),
    ("dependencies", dependencies),
    ("browser", browser::test),
];

/// Runs the parts with these names, or all.
fn run_parts(names: &[&str]) -> Result<Vec<(&'static str, Result<Outcome>, f32)>> {
    for name in names {
        if !PARTS.iter().any(|(known, _)| known == name) {
            let known: Vec<&str> = PARTS.iter().map(|(known, _)| *known).collect();
            bail!("there is no part `{name}`; the parts are {}", known.join(", "));
        }
    }
    let mut results = Vec::new();
    for (name, part) in PARTS.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        println!("\n== {name}");
        let started = Instant::now();
        let result = part();
        if let Err(error) = &result {
            println!("{name} failed: {error:#}");
        }
        results.push((*name, result, started.elapsed().as_secs_f32()));
    }
    Ok(results)
}

/// Runs the parts and prints a summary.
pub(crate) fn all(names: &[&str]) -> Result<()> {
    let in_ci = std::env::var_os("CI").is_some();
    let results = run_parts(names)?;
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    println!();
    for (name, result, seconds) in &results {
        let word = match result {
            Ok(Outcome::Passed) => {
                passed += 1;
                "passed".to_owned()
            }
            Ok(Outcome::Skipped(why)) if in_ci => {
                failed += 1;
                format!("FAILED: it cannot run here, and in CI it must: {why}")
            }
            Ok(Outcome::Skipped(why)) => {
                skipped += 1;
                format!("SKIPPED: {why}")
            }
            Err(error) => {
                failed += 1;
                format!("FAILED: {error:#}")
            }
        };
        println!("{name:<13} {seconds:>6.1} s  {word}");
    }
    println!("\n{passed} passed, {failed} failed, {skipped} skipped");
    if failed > 0 {
        bail!("{failed} of {} parts failed", results.len());
    }
    Ok(())
}

fn format() -> Result<Outcome> {
    if !exists("rustfmt") {
        return Ok(Outcome::Skipped("install rustfmt: `rustup component add rustfmt`".to_owned()));
    }
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    Ok(Outcome::Passed)
}

fn lint() -> Result<Outcome> {
    if !exists("cargo-clippy") {
        return Ok(Outcome::Skipped("install clippy: `rustup component add clippy`".to_owned()));
    }
    run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"]))?;
    Ok(Outcome::Passed)
}

fn tests() -> Result<Outcome> {
    // A test traces a build with strace.
    if cfg!(target_os = "linux")
        && !exists("strace")
        && let Err(why) = tools::debian(&["strace"])?
    {
        return Ok(Outcome::Skipped(why));
    }
    run(&mut cargo(&["test", "--workspace", "--locked"]))?;
    Ok(Outcome::Passed)
}

/// Checks the links in the documentation, and that every public item is documented.
fn docs() -> Result<Outcome> {
    let mut command = cargo(&["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"]);
    run(command.env("RUSTDOCFLAGS", "--deny warnings"))?;
    Ok(Outcome::Passed)
}

fn spelling() -> Result<Outcome> {
    match tools::typos()? {
        Ok(typos) => run(&mut program(typos, &["--config", "typos.toml"])).map(|()| Outcome::Passed),
        Err(why) => Ok(Outcome::Skipped(why)),
    }
}

/// Checks licences, sources and banned crates. Advisories need the network and have their own workflow.
fn dependencies() -> Result<Outcome> {
    let deny = match tools::cargo_deny()? {
        Ok(deny) => deny,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    run(&mut program(deny, &["--workspace", "check", "bans", "licenses", "sources"]))?;
    Ok(Outcome::Passed)
}
