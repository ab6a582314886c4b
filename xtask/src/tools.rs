//! Programs that a part needs and that the project installs for itself, under `target/tools`.

use crate::run::{cargo, exists, program, root, run};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The version of cargo-deny that deny.toml is written for.
const CARGO_DENY: &str = "0.20.2";
/// The version of typos that typos.toml is written for.
const TYPOS: &str = "1.52.0";

fn folder() -> PathBuf {
    root().join("target/tools")
}

/// Returns cargo-deny, which is built once. The inner error says what is missing.
pub(crate) fn cargo_deny() -> Result<Result<PathBuf, String>> {
    if exists("cargo-deny") {
        return Ok(Ok("cargo-deny".into()));
    }
    let installed = folder().join("bin/cargo-deny");
    if !installed.exists() {
        let target = folder();
        let target = target.to_str().context("the path of the project is not UTF-8")?;
        let install = ["install", "cargo-deny", "--version", CARGO_DENY, "--locked", "--root", target];
        if run(&mut cargo(&install)).is_err() {
            return Ok(Err(format!("install cargo-deny: `cargo install cargo-deny --version {CARGO_DENY} --locked`")));
        }
    }
    Ok(Ok(installed))
}

/// Returns typos, installed from its Python package. The inner error says what is missing.
pub(crate) fn typos() -> Result<Result<PathBuf, String>> {
    if exists("typos") {
        return Ok(Ok("typos".into()));
    }
    let installed = folder().join("python/bin/typos");
    if !installed.exists() {
        if !exists("python3") {
            return Ok(Err("install typos, or python3 to have it installed".to_owned()));
        }
        let site = folder().join("python");
        let site = site.to_str().context("the path of the project is not UTF-8")?;
        let wanted = format!("typos=={TYPOS}");
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", site, &wanted];
        if run(&mut program("python3", &pip)).is_err() {
            return Ok(Err("install typos, or pip to have it installed".to_owned()));
        }
    }
    Ok(Ok(installed))
}

/// Returns the folder with the programs of requirements.txt, in an environment of their own. The inner error
/// says what is missing.
///
/// Every package must match the hash in requirements.txt.
pub(crate) fn python_tools() -> Result<Result<PathBuf, String>> {
    let wanted = fs::read_to_string(root().join("xtask/requirements.txt"))?;
    let environment = folder().join("workflows");
    let installed = environment.join("installed.txt");
    let programs = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(Ok(programs));
    }
    let path = environment.to_str().context("the path of the project is not UTF-8")?;
    let python = if cfg!(windows) { "python" } else { "python3" };
    let mut make = program(python, &["-m", "venv", "--clear", path]);
    // Debian has the module in a separate package.
    if run(&mut make).is_err() && (debian(&["python3-venv"])?.is_err() || run(&mut make).is_err()) {
        return Ok(Err("install python3 with its module venv (on Debian: `apt-get install python3-venv`)".to_owned()));
    }
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--only-binary",
        ":all:",
    ];
    if run(program(programs.join("python"), &pip).args(["--requirement", "xtask/requirements.txt"])).is_err() {
        return Ok(Err("install what xtask/requirements.txt names into target/tools/workflows".to_owned()));
    }
    fs::write(installed, wanted)?;
    Ok(Ok(programs))
}

/// Installs Debian packages if the system is Debian and the user is root. The inner error says what to install by hand.
pub(crate) fn debian(packages: &[&str]) -> Result<Result<(), String>> {
    let by_hand = format!("install {} (on Debian: `apt-get install {}`)", packages.join(" and "), packages.join(" "));
    if !Path::new("/etc/debian_version").exists() || !is_root() || !exists("apt-get") {
        return Ok(Err(by_hand));
    }
    let mut update = program("apt-get", &["update", "-q"]);
    let mut install = program("apt-get", &["install", "-q", "-y", "--no-install-recommends"]);
    install.args(packages);
    for command in [&mut update, &mut install] {
        if run(command.env("DEBIAN_FRONTEND", "noninteractive")).is_err() {
            return Ok(Err(by_hand));
        }
    }
    Ok(Ok(()))
}

fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let uid = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    uid.and_then(|ids| ids.split_whitespace().nth(1)).is_some_and(|effective| effective == "0")
}
