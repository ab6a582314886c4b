//! Running programs from the root of the project.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use walkdir::WalkDir;

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// A program that will run at the root.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(args).current_dir(root());
    command
}

/// cargo, the one that runs this task.
pub(crate) fn cargo(args: &[&str]) -> Command {
    program(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), args)
}

/// Runs a program that must succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let words: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let line = words.join(" ");
    println!("$ {line}");
    let status = command.status().with_context(|| format!("`{line}` can not be started"))?;
    if !status.success() {
        bail!("`{line}` failed");
    }
    Ok(())
}

/// Whether a program can be started at all.
pub(crate) fn exists(name: &str) -> bool {
    Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Builds `trustbook` as the tests use it.
pub(crate) fn build_command() -> Result<()> {
    run(&mut cargo(&["build", "--quiet", "--locked", "--package", "trustbook"]))
}

/// The command that this builds.
pub(crate) fn command() -> PathBuf {
    root().join("target/debug/trustbook")
}

/// The files of a folder, by path.
pub(crate) type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// Reads a folder.
pub(crate) fn tree(folder: &Path) -> Result<Tree> {
    let mut found = Tree::new();
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        if entry.file_type().is_file() {
            found.insert(entry.path().strip_prefix(folder)?.to_owned(), std::fs::read(entry.path())?);
        }
    }
    Ok(found)
}

/// What the reference book consists of, beside which the project lies.
const REFERENCE: [&str; 4] = ["book.toml", "facts", "src", "theme"];

/// Copies a book into a folder, its files in the order of their names or backwards: some file systems list them as they
/// were made.
pub(crate) fn copy_book(from: &Path, to: &Path, is_backwards: bool) -> Result<()> {
    let has_project = from.join("Cargo.toml").exists();
    let is_of_book = |path: &Path| !has_project || REFERENCE.iter().any(|part| path.starts_with(from.join(part)));
    let entries = WalkDir::new(from).into_iter();
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in entries.filter_entry(|entry| entry.path() == from || is_of_book(entry.path())) {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.path().strip_prefix(from)?.to_owned());
        }
    }
    files.sort();
    if is_backwards {
        files.reverse();
    }
    for file in files {
        let to = to.join(&file);
        std::fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
        std::fs::copy(from.join(&file), to)?;
    }
    Ok(())
}
