//! The programs beside which ours is measured.

use crate::run::{cargo, exists, root, run};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// A program of others, by name and version.
type Peer = (&'static str, &'static str);

pub(super) const MDBOOK: Peer = ("mdbook", "0.5.4");
pub(super) const LINKCHECK: Peer = ("mdbook-linkcheck2", "0.13.0");
pub(super) const LYCHEE: Peer = ("lychee", "0.24.2");

fn folder() -> PathBuf {
    root().join("target/peers")
}

/// Builds those that are not there, under `target/peers`.
pub(super) fn install() -> Result<()> {
    let folder = folder();
    let target = folder.to_str().context("the path of the project is not UTF-8")?;
    for (name, version) in [MDBOOK, LINKCHECK, LYCHEE] {
        if find((name, version)).is_none() {
            run(&mut cargo(&["install", name, "--version", version, "--locked", "--root", target]))?;
        }
    }
    Ok(())
}

/// The program, of ours or on the path.
pub(super) fn find((name, _): Peer) -> Option<PathBuf> {
    let installed = folder().join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if installed.is_file() {
        return Some(installed);
    }
    exists(name).then(|| name.into())
}
