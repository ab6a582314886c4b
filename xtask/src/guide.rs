//! `cargo xtask guide`: assembles the handbook with the pages of checks under `target/guide`, and builds it.

use crate::run::{Outcome, cargo, root, run};
use anyhow::{Context, Result, bail};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The handbook in the repository, which builds without the pages of checks.
const GUIDE: &str = "guide";
/// The folder of the pages of checks, beside their code.
const CHECKS: &str = "preprocessors/trustbook-core/src/check";
/// The line of the outline after which the pages of checks are inserted.
const OUTLINE: &str = "- [Checks](checks.md)\n";
/// The chapter whose table lists the checks, in the book.
const LIST: &str = "src/checks.md";
/// The exceptions for findings that a page shows on purpose. When the line changes, the build prints the new hash.
const EXCEPTIONS: &str = r#"
[[preprocessor.trustbook.allow]]
check = "secret-exposed"
at = "src/checks/secret-exposed.md"
kind = "false-alarm"
reason = "the page shows what the check finds"
text_sha256 = "036355744790a7e4"
"#;

/// Assembles the handbook and builds it into `target/guide/book` or the folder of `--out`. Prints the path of
/// its first page.
pub(crate) fn all(args: &[&str]) -> Result<()> {
    let book = assemble()?;
    let out = match args {
        [] => book.join("book"),
        ["--out", dir] => std::path::absolute(dir)?,
        _ => bail!("it takes `--out DIR` and nothing else"),
    };
    trustbook("build", &book, &["--out", text(&out)?])?;
    println!("the handbook is {}", out.join("index.html").display());
    Ok(())
}

/// Checks the handbook with and without the pages of checks; a warning is a failure.
pub(crate) fn test() -> Result<Outcome> {
    trustbook("check", &root().join(GUIDE), &[])?;
    trustbook("check", &assemble()?, &[])?;
    Ok(Outcome::Passed)
}

fn trustbook(command: &str, book: &Path, args: &[&str]) -> Result<()> {
    let mut trustbook = cargo(&["run", "--quiet", "--locked", "--package", "trustbook", "--", command, text(book)?]);
    run(trustbook.args(["--deny", "warnings"]).args(args))
}

/// Writes the handbook with all pages into a folder, and returns that.
fn assemble() -> Result<PathBuf> {
    let book = root().join("target/guide");
    if book.exists() {
        fs::remove_dir_all(&book).with_context(|| format!("{} cannot be removed", book.display()))?;
    }
    copy(&root().join(GUIDE), &book)?;
    let (mut outline, mut list) = (String::new(), fs::read_to_string(book.join(LIST))?);
    fs::create_dir_all(book.join("src/checks"))?;
    for (name, page) in pages()? {
        let cell = format!("\n| `{name}` |");
        if !list.contains(&cell) {
            bail!("the table of checks in {GUIDE}/{LIST} leaves out `{name}`");
        }
        list = list.replacen(&cell, &format!("\n| [{name}](checks/{name}.md) |"), 1);
        writeln!(outline, "  - [{name}](checks/{name}.md)")?;
        fs::write(book.join(format!("src/checks/{name}.md")), shown(&page))?;
    }
    fs::write(book.join(LIST), list)?;
    edit(&book.join("src/SUMMARY.md"), |summary| {
        let (before, after) = summary.split_once(OUTLINE)?;
        Some(format!("{before}{OUTLINE}{outline}{after}"))
    })?;
    edit(&book.join("book.toml"), |settings| Some(format!("{settings}{EXCEPTIONS}")))?;
    Ok(book)
}

/// Returns the pages of checks by name, sorted.
fn pages() -> Result<Vec<(String, String)>> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(root().join(CHECKS))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "md") {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).context("the name of a page is not UTF-8")?;
            pages.push((stem.replace('_', "-"), fs::read_to_string(&path)?));
        }
    }
    pages.sort();
    Ok(pages)
}

/// Escapes a page so that it shows its own text: includes would be expanded even in code, and backslashes removed.
fn shown(page: &str) -> String {
    let mut shown = page.to_owned();
    for word in ["include", "playground", "rustdoc_include", "title"] {
        shown = shown.replace(&format!("`\\{{{{#{word}}}}}`"), &format!("<code>&#92;&#123;{{#{word}}}}}</code>"));
        shown = shown.replace(&format!("{{{{#{word} "), &format!("\\{{{{#{word} "));
    }
    shown
}

fn edit(path: &Path, change: impl FnOnce(&str) -> Option<String>) -> Result<()> {
    let before = fs::read_to_string(path)?;
    let after = change(&before).with_context(|| format!("{} has no place for the checks", path.display()))?;
    Ok(fs::write(path, after)?)
}

/// Copies a book without its build.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let built = from.join("book");
    for entry in WalkDir::new(from).into_iter().filter_entry(|entry| entry.path() != built) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is not UTF-8", path.display()))
}
