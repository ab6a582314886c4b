//! `cargo xtask bench`: how long the command takes for large inputs, and how much memory.

mod book;
mod books;
mod measure;
mod models;
mod peers;
mod schema;
mod served;
mod table;

use crate::run::{cargo, root, run};
use anyhow::{Context, Result, bail, ensure};
use std::path::PathBuf;

/// A measurement: it makes its inputs in a folder that is thrown away, runs the command on them, prints what that came
/// to, and says how many figures are above their limits.
type Bench = (&'static str, fn(&Bed, &Asked) -> Result<usize>);

/// What measurements run on.
struct Bed {
    /// The command, as a release ships it.
    command: PathBuf,
    /// An empty folder.
    folder: PathBuf,
}

/// What the person asks for.
#[derive(Debug, Default)]
struct Asked {
    /// The names of measurements; none are all.
    names: Vec<String>,
    /// Build the programs of others that are not there.
    install_peers: bool,
    /// The sizes of books, in chapters; none are all.
    sizes: Vec<usize>,
    /// How often everything is run on a book, an odd number.
    runs: Option<usize>,
}

/// All measurements.
const BENCHES: &[Bench] = &[("books", books::run), ("schema", schema::run)];

/// Runs the measurements of these names, or all, and prints what they came to.
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
