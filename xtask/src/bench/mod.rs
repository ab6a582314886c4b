//! `cargo xtask bench`: how long the command takes for large inputs, and how much memory.

mod measure;
mod models;
mod schema;

use crate::run::{cargo, root, run};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;

/// One line of the table.
struct Row {
    what: String,
    measured: measure::Measured,
    limit: Option<measure::Limit>,
}

/// A measurement: it makes its inputs in a folder that is thrown away, runs the command on them, and tells each row.
type Bench = (&'static str, fn(&Bed, &mut dyn FnMut(Row)) -> Result<()>);

/// What measurements run on.
struct Bed {
    /// The command, built for release.
    command: PathBuf,
    /// An empty folder.
    folder: PathBuf,
}

/// All measurements.
const BENCHES: &[Bench] = &[("schema", schema::run)];

/// Runs the measurements of these names, or all, and prints what they came to.
pub(crate) fn all(names: &[&str]) -> Result<()> {
    if let Some(name) = names.iter().find(|name| !BENCHES.iter().any(|(known, _)| known == *name)) {
        let known: Vec<&str> = BENCHES.iter().map(|(known, _)| *known).collect();
        bail!("there is no measurement `{name}`; there are {}", known.join(", "));
    }
    run(&mut cargo(&["build", "--quiet", "--release", "--locked", "--package", "trustbook"]))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let command = root().join(target).join("release").join(format!("trustbook{}", std::env::consts::EXE_SUFFIX));
    let mut above = 0;
    for (name, bench) in BENCHES.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        let folder = tempfile::tempdir().context("no folder for the inputs")?;
        println!("\n{name:<54} {:>9} {:>9} {:>9}", "time", "cpu", "memory");
        let bed = Bed { command: command.clone(), folder: folder.path().to_owned() };
        bench(&bed, &mut |Row { what, measured, limit }| {
            let is_above = limit.is_some_and(|limit| !limit.holds(&measured));
            above += usize::from(is_above);
            println!("{what:<54} {measured}{}", if is_above { "  ABOVE ITS LIMIT" } else { "" });
        })?;
    }
    if above > 0 {
        bail!("{above} of the figures are above their limits");
    }
    Ok(())
}
