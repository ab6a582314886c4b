//! `cargo xtask dist`: the archive of a release, and packages for other package managers made from such archives.
//!
//! The systems come from `packaging/targets.toml`, and the version is that of the workspace.

use crate::run::{Outcome, cargo, exists, program, root, run};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Files of an archive besides the binary, with their places in the repository.
const BESIDE: [(&str, &str); 3] = [
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("check.sh", "preprocessors/trustbook/templates/ci/check.sh"),
];

/// A system that a release has a binary for.
struct Target {
    name: String,
    /// Its name among npm packages, as Node.js names the system and the processor.
    npm: Option<String>,
    /// Its platform tags in the name of a wheel.
    wheel: Option<String>,
}

impl Target {
    fn archive(&self) -> String {
        format!("trustbook-{VERSION}-{}.tar.gz", self.name)
    }

    fn binary(&self) -> &'static str {
        if self.name.contains("windows") { "trustbook.exe" } else { "trustbook" }
    }
}

fn targets() -> Result<Vec<Target>> {
    let text = fs::read_to_string(root().join("packaging/targets.toml"))?;
    let table: toml::Table = text.parse().context("packaging/targets.toml cannot be read")?;
    let listed = table.get("target").and_then(|targets| targets.as_array()).context("there is no `[[target]]`")?;
    let target = |target: &toml::Value| {
        let text = |key: &str| Some(target.get(key)?.as_str()?.to_owned());
        Ok(Target { name: text("name").context("a target has no name")?, npm: text("npm"), wheel: text("wheel") })
    };
    listed.iter().map(target).collect()
}

pub(crate) fn all(args: &[&str]) -> Result<()> {
    match args {
        ["pack", target, binary, out] => {
            let targets = targets()?;
            let known = targets.iter().find(|known| known.name == *target);
            let target = known.with_context(|| format!("packaging/targets.toml has no `{target}`"))?;
            pack(target, Path::new(binary), Path::new(out))
        }
        ["packages", archives, out] => packages(Path::new(archives), Path::new(out)),
        _ => bail!("write `dist pack TARGET BINARY DIR` or `dist packages ARCHIVES DIR`"),
    }
}

/// Writes the archive of one system: the binary, the licences, completions, man pages and the script of CI.
fn pack(target: &Target, binary: &Path, out: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    fs::copy(binary, folder.path().join(target.binary()))
        .with_context(|| format!("{} cannot be copied", binary.display()))?;
    for (name, source) in BESIDE {
        fs::copy(root().join(source), folder.path().join(name))?;
    }
    let mut shell = cargo(&["test", "--quiet", "--locked", "--package", "trustbook", "--bin", "trustbook", "shell::"]);
    run(shell.env("TRUSTBOOK_SHELL_FILES", folder.path()))?;
    fs::create_dir_all(out)?;
    let archive = std::path::absolute(out)?.join(target.archive());
    let names = BESIDE.iter().map(|(name, _)| *name).chain([target.binary(), "completions", "man"]);
    // A path with a colon, as on Windows, would be a remote one for tar: it writes to its standard output.
    let mut tar = Command::new("tar");
    tar.args(["-czf", "-", "-C"]).arg(folder.path()).args(names).stdout(fs::File::create(&archive)?);
    run(&mut tar)
}

/// Writes the packages of npm and Python, the formula of Homebrew and the folder of the container, as far as there are
/// archives for them. Each archive must have its checksum in SHA256SUMS beside it.
fn packages(archives: &Path, out: &Path) -> Result<()> {
    let sums = fs::read_to_string(archives.join("SHA256SUMS")).context("SHA256SUMS cannot be read")?;
    let mut formula = fs::read_to_string(root().join("packaging/homebrew.rb"))?.replace("@VERSION@", VERSION);
    fs::create_dir_all(out)?;
    let out = std::path::absolute(out)?;
    let mut optional = Map::new();
    for target in targets()? {
        if let Some(npm) = &target.npm {
            optional.insert(format!("@trustbook/{npm}"), Json::from(VERSION));
        }
        let archive = archives.join(target.archive());
        if !archive.is_file() {
            continue;
        }
        let sum: String = Sha256::digest(fs::read(&archive)?).iter().map(|byte| format!("{byte:02x}")).collect();
        let line = format!("{sum}  {}", target.archive());
        ensure!(sums.lines().any(|known| known == line), "{} is not what SHA256SUMS says", archive.display());
        formula = formula.replace(&format!("@{}@", target.name), &sum);
        let folder = tempfile::tempdir()?;
        run(Command::new("tar").arg("-xzf").arg("-").arg("-C").arg(folder.path()).stdin(fs::File::open(&archive)?))?;
        if let Some(npm) = &target.npm {
            npm_of_system(npm, target.binary(), folder.path(), &out)?;
        }
        if let Some(tag) = &target.wheel {
            let python = if cfg!(windows) { "python" } else { "python3" };
            let mut wheel = program(python, &["packaging/pypi/wheel.py", VERSION, tag]);
            wheel.arg(folder.path().join(target.binary())).args(["LICENSE-APACHE", "LICENSE-MIT", "README.md"]);
            run(wheel.arg(&out))?;
        }
    }
    npm_of_command(optional, &out)?;
    if formula.contains("@") {
        println!("no formula: an archive that it names is missing");
    } else {
        fs::write(out.join("trustbook.rb"), formula)?;
    }
    Ok(())
}

/// Packs the npm package with the binary of one system.
fn npm_of_system(system: &str, binary: &str, unpacked: &Path, out: &Path) -> Result<()> {
    let (os, cpu) = system.split_once('-').context("a system of npm is `OS-CPU`")?;
    let package = json!({
        "name": format!("@trustbook/{system}"),
        "version": VERSION,
        "description": format!("The binary of trustbook for {system}"),
        "license": "MIT OR Apache-2.0",
        "repository": "github:trustbook/trustbook",
        "os": [os],
        "cpu": [cpu],
        "preferUnplugged": true,
    });
    npm_pack(&package, &[(binary, unpacked.join(binary))], out)
}

/// Packs the npm package with the command, which needs one of the others.
fn npm_of_command(optional: Map<String, Json>, out: &Path) -> Result<()> {
    let package = json!({
        "name": "trustbook",
        "version": VERSION,
        "description": "Builds a vendor's security and privacy pages from facts, and refuses to publish what contradicts them",
        "license": "MIT OR Apache-2.0",
        "repository": "github:trustbook/trustbook",
        "bin": { "trustbook": "trustbook.js" },
        "engines": { "node": ">=18" },
        "optionalDependencies": optional,
    });
    let files = [("trustbook.js", "packaging/npm/trustbook.js"), ("README.md", "README.md")];
    npm_pack(&package, &files.map(|(name, path)| (name, root().join(path))), out)
}

fn npm_pack(package: &Json, files: &[(&str, PathBuf)], out: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("package.json"), format!("{package:#}\n"))?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        fs::copy(root().join(licence), folder.path().join(licence))?;
    }
    for (name, source) in files {
        fs::copy(source, folder.path().join(name))?;
    }
    let mut pack = npm(&["pack", "--silent", "--ignore-scripts", "--pack-destination"], folder.path());
    run(pack.arg(out))
}

fn npm(args: &[&str], folder: &Path) -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(args).current_dir(folder);
    npm
}

/// Packs the command of this tree, makes the packages, installs each in an empty folder without a network, and builds a
/// book with it.
pub(crate) fn test() -> Result<Outcome> {
    let system = format!(
        "{}-{}",
        std::env::consts::OS.replace("macos", "darwin").replace("windows", "win32"),
        std::env::consts::ARCH.replace("x86_64", "x64").replace("aarch64", "arm64"),
    );
    let targets = targets()?;
    let Some(target) = targets.iter().find(|target| target.npm.as_deref() == Some(&system)) else {
        return Ok(Outcome::Skipped(format!("no release has a binary for {system}")));
    };
    if !exists("npm") || !exists("python3") {
        return Ok(Outcome::Skipped("install Node.js 20 or later with npm, and Python 3".to_owned()));
    }
    run(&mut cargo(&["build", "--quiet", "--locked", "--package", "trustbook"]))?;
    let built = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let built = root().join(built).join("debug").join(target.binary());
    let folder = tempfile::tempdir()?;
    let (binary, archives, made) =
        (folder.path().join(target.binary()), folder.path().join("archives"), folder.path().join("made"));
    // What a debugger reads is most of the file.
    if !exists("strip") || run(Command::new("strip").arg("-o").arg(&binary).arg(&built)).is_err() {
        fs::copy(&built, &binary)?;
    }
    pack(target, &binary, &archives)?;
    let sum = Sha256::digest(fs::read(archives.join(target.archive()))?);
    let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(archives.join("SHA256SUMS"), format!("{sum}  {}\n", target.archive()))?;
    packages(&archives, &made)?;
    ensure!(!made.join("trustbook.rb").exists(), "a formula without all of its checksums");

    let node = empty(folder.path(), "node")?;
    fs::write(node.join("package.json"), "{}")?;
    let mut install = npm(&["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--cache"], &node);
    install.arg(folder.path().join("cache"));
    install.arg(made.join(format!("trustbook-{VERSION}.tgz")));
    run(install.arg(made.join(format!("trustbook-{system}-{VERSION}.tgz"))))?;
    works(Command::new(node.join("node_modules/.bin").join(on_windows("trustbook", "cmd"))), &node)?;

    let python = empty(folder.path(), "python")?;
    let mut venv = Command::new(if cfg!(windows) { "python" } else { "python3" });
    run(venv.args(["-m", "venv", "venv"]).current_dir(&python))?;
    let programs = python.join("venv").join(if cfg!(windows) { "Scripts" } else { "bin" });
    let wheels = fs::read_dir(&made)?.flatten().map(|entry| entry.path());
    let wheel = wheels.into_iter().find(|path| path.extension().is_some_and(|end| end == "whl"));
    let mut pip = Command::new(programs.join(on_windows("pip", "exe")));
    run(pip.args(["install", "--quiet", "--no-index", "--no-deps"]).arg(wheel.context("no wheel was made")?))?;
    works(Command::new(programs.join(on_windows("trustbook", "exe"))), &python)?;
    Ok(Outcome::Passed)
}

fn empty(folder: &Path, name: &str) -> Result<PathBuf> {
    let folder = folder.join(name);
    fs::create_dir(&folder)?;
    Ok(folder)
}

fn on_windows(name: &str, ending: &str) -> String {
    if cfg!(windows) { format!("{name}.{ending}") } else { name.to_owned() }
}

/// Prints the version, and makes and builds a book in a folder.
fn works(trustbook: Command, folder: &Path) -> Result<()> {
    let again = |args: &[&str]| {
        let mut command = Command::new(trustbook.get_program());
        command.args(args).current_dir(folder);
        command
    };
    let version = again(&["--version"]).output()?;
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    ensure!(version == format!("trustbook {VERSION}\n"), "`--version` printed {version:?}");
    run(&mut again(&["init", "book", "--name", "Example", "--ci", "none", "--quiet"]))?;
    run(&mut again(&["build", "book"]))?;
    ensure!(folder.join("book/book/index.html").is_file(), "no page was published");
    // The code of the command is that of the launcher.
    ensure!(again(&["check", "nowhere"]).output()?.status.code() == Some(2), "another exit code");
    Ok(())
}
