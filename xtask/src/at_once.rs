//! `cargo xtask at-once`: builds of different books publish to one place at the same time, again and again.

use crate::run::{Tree, build_command, command, tree};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// How many builds run at once.
const AT_ONCE: usize = 8;
/// How often they do.
const ROUNDS: usize = 50;

/// Runs them, and says what was published.
pub(crate) fn all() -> Result<()> {
    build_command()?;
    let dir = tempfile::tempdir()?;
    let mut wholes: Vec<Tree> = Vec::new();
    for at in 0..AT_ONCE {
        let (name, url) = (format!("Vendor {at}"), format!("https://vendor-{at}.example/"));
        let mut init = Command::new(command());
        init.args(["init", &format!("book-{at}"), "--name", &name, "--url", &url]).current_dir(dir.path());
        succeeds(init.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().context("trustbook can not be started")?)?;
        succeeds(build(dir.path(), at, "alone")?)?;
        wholes.push(tree(&dir.path().join("alone"))?);
    }
    fs::remove_dir_all(dir.path().join("alone"))?;
    let mut published = [0; AT_ONCE];
    for round in 0..ROUNDS {
        // Every second round there is no site yet.
        if round % 2 == 0 && round > 0 {
            fs::remove_dir_all(dir.path().join("site"))?;
        }
        let running: Vec<Child> = (0..AT_ONCE).map(|at| build(dir.path(), at, "site")).collect::<Result<_>>()?;
        running.into_iter().try_for_each(succeeds)?;
        let site = tree(&dir.path().join("site"))?;
        let which = wholes.iter().position(|whole| *whole == site);
        let which = which.with_context(|| format!("round {round}: the site is none of those that were built"))?;
        published[which] += 1;
        let left = fs::read_dir(dir.path())?.count();
        ensure!(left == AT_ONCE + 1, "round {round}: something is left beside the site");
    }
    println!("{ROUNDS} times {AT_ONCE} builds at once, each time one whole site; whose it was: {published:?}");
    Ok(())
}

fn build(dir: &Path, at: usize, out: &str) -> Result<Child> {
    let mut build = Command::new(command());
    build.args(["build", "--out", &format!("../{out}")]).current_dir(dir.join(format!("book-{at}")));
    build.env("SOURCE_DATE_EPOCH", "1768435200").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    build.spawn().context("trustbook can not be started")
}

fn succeeds(child: Child) -> Result<()> {
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
