//! `cargo xtask bench`: measures the time and memory of the command for large inputs.

mod book;
mod books;
mod compile;
mod limits;
mod measure;
mod models;
mod peers;
mod schema;
mod served;
mod table;

use crate::run::{cargo, root, run};
use anyhow::{Context, Result, bail, ensure};
use std::path::PathBuf;

/// A measurement. It creates its inputs in a temporary folder, runs the command on them and prints the results.
/// It returns the number of figures that exceed their limits.
type Bench = (&'static str, fn(&Bed, &Asked) -> Result<usize>);

/// The environment of a measurement.
struct Bed {
    /// The command, built as for a release.
    command: PathBuf,
    /// An empty folder.
    folder: PathBuf,
}

/// The options of the task.
#[derive(Debug, Default)]
struct Asked {
    /// The names of measurements; empty for all.
    names: Vec<String>,
    /// True to build missing programs of others.
    install_peers: bool,
    /// The sizes of books in chapters; empty for all.
    sizes: Vec<usize>,
    /// The number of runs per book, which must be odd.
    runs: Option<usize>,
}

/// All measurements.
const BENCHES: &[Bench] =
    &[("books", books::run), ("compile", compile::run), ("limits", limits::run), ("schema", schema::run)];

/// Runs the measurements with these names, or all, and prints the results.
pub(crate) fn all(args: &[&str]) -> Result<()> {
    let asked = read(args)?;
    run(&mut cargo(&["build", "--quiet", "--profile", "dist", "--locked", "--package", "trustbook"]))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let command = root().join(target).join("dist").join(format!("trustbook{}", std::env::consts::EXE_SUFFIX));
    let mut above = 0;
    let wanted = |name: &str| asked.names.is_empty() || asked.names.iter().any(|asked| asked == name);
    for (name, bench) in BENCHES.iter().filter(|(name, _)| wanted(name)) {
        let folder = tempfile::tempdir().context("no folder for the inputs")?;
        println!("\n{name}");
        above += bench(&Bed { command: command.clone(), folder: folder.path().to_owned() }, &asked)?;
    }
    if above > 0 {
        bail!("{above} of the figures are above their limits");
    }
    Ok(())
}

fn read(args: &[&str]) -> Result<Asked> {
    let mut asked = Asked::default();
    for arg in args {
        match arg.split_once('=') {
            None if *arg == "--install-peers" => asked.install_peers = true,
            Some(("--sizes", sizes)) => {
                let sizes = sizes.split(',').map(str::parse).collect::<std::result::Result<_, _>>();
                asked.sizes = sizes.context("write sizes as in `--sizes=200,1000`")?;
            }
            Some(("--runs", runs)) => {
                let runs: usize = runs.parse().context("write a number, as in `--runs=3`")?;
                ensure!(runs % 2 == 1, "an even number of runs has no middle one");
                asked.runs = Some(runs);
            }
            _ if BENCHES.iter().any(|(known, _)| known == arg) => asked.names.push((*arg).to_owned()),
            _ => {
                let known: Vec<&str> = BENCHES.iter().map(|(known, _)| *known).collect();
                bail!(
                    "there is no measurement `{arg}`; there are {}, and `--install-peers`, `--sizes=` and `--runs=`",
                    known.join(", ")
                );
            }
        }
    }
    Ok(asked)
}
