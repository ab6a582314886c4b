//! Publishing: the site is written beside the old one, synced, and takes its place in one step.

mod draft;
mod stage;
mod swap;

use crate::failure::{Failure, io};
use draft::Draft;
use stage::Stage;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use trustbook_core::config::Config;
use trustbook_core::site::sink::Bytes;
use trustbook_core::world::ReadError;
use trustbook_core::{Site, Trust};

/// The files of a site beside its pages, by path within it: the bytes that were checked.
pub(crate) fn rest(trust: &Trust, site: Site) -> Result<BTreeMap<String, Bytes>, Failure> {
    for (path, error) in &site.unread {
        // Too large, or no plain file: a check has said so, and nothing is published unless the book allows it.
        if !matches!(error, ReadError::TooLarge | ReadError::BookTooLarge | ReadError::NotAFile) {
            return Err(Failure::new(format!("reading {}/{path} failed: {error}", trust.config.src)));
        }
    }
    Ok(site.rest())
}

/// Begins a site that is to take the place of what is at `out`, which stays untouched until then.
///
/// `out` is what the user names; without it the site goes to `build-dir`, which stays inside the book.
pub(crate) fn begin(book: &Path, out: Option<&Path>, config: &Config) -> Result<Draft, Failure> {
    let named = out.map_or_else(|| book.join(&config.build_dir), Path::to_owned);
    let out_is_named = out.is_some();
    let out = std::path::absolute(&named).map_err(|error| io("finding", &named, &error))?;
    if !out_is_named {
        check_inside(book, &out)?;
    }
    check_out(book, &config.src, &out)?;
    // Where a link stands for the site, what it leads to is replaced, and the link stays.
    let out = fs::canonicalize(&out).unwrap_or(out);
    let parent = out.parent().ok_or_else(|| Failure::usage("the root of the file system can not be the site"))?;
    let folders = draft::Folders::make(parent).map_err(|error| io("making", parent, &error))?;
    stage::sweep(parent, &out);
    let stage = Stage::new(parent).map_err(|error| io("writing beside", &out, &error))?;
    Ok(Draft::new(named, out, stage, folders))
}

/// A symbolic link in the book must not carry `build-dir` out of it.
fn check_inside(book: &Path, out: &Path) -> Result<(), Failure> {
    let book = fs::canonicalize(book).map_err(|error| io("finding", book, &error))?;
    let existing = out.ancestors().find_map(|path| fs::canonicalize(path).ok());
    if existing.is_some_and(|real| real.starts_with(&book)) {
        return Ok(());
    }
    Err(Failure::usage(format!("`build-dir` leads out of the book, to {}", out.display()))
        .help("name a folder of the book that is no symbolic link, or use --out"))
}

/// Refuses to take the place of anything that is not a site.
fn check_out(book: &Path, src: &str, out: &Path) -> Result<(), Failure> {
    let book = fs::canonicalize(book).map_err(|error| io("finding", book, &error))?;
    let real = real(out);
    let taken = ["facts", "theme", src].into_iter().find(|folder| real.starts_with(book.join(folder)));
    let git = real.iter().find(|part| part.eq_ignore_ascii_case(".git"));
    if let Some(folder) = taken.or(git.and_then(|part| part.to_str())) {
        return Err(Failure::usage(format!("{} lies in `{folder}`, where no site can be", out.display()))
            .help("name a folder of its own with --out"));
    }
    let refuse = |why: &str| {
        Err(Failure::usage(format!("{} {why}, and would be replaced as a whole", out.display()))
            .help("name a folder of its own with --out, or as `build-dir` in book.toml"))
    };
    if book.starts_with(&real) {
        return refuse("holds the book itself");
    }
    if ["book.toml", ".git", "SUMMARY.md", "Cargo.toml"].iter().any(|name| real.join(name).exists()) {
        return refuse("is not a site");
    }
    let mut entries = match fs::read_dir(&real) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io("reading", out, &error)),
    };
    // Ours has a style sheet, and one of mdBook's own a table of contents.
    let is_site = ["assets/site.css", "toc.html"].iter().any(|file| real.join(file).is_file());
    if entries.next().is_some() && !(is_site && real.join("index.html").is_file()) {
        return refuse("has files that are not of a site made here");
    }
    Ok(())
}

/// Where a folder really is, which may not exist yet: through links, and without `..`.
fn real(out: &Path) -> PathBuf {
    let mut real = PathBuf::new();
    for part in out.components() {
        match part {
            Component::ParentDir => drop(real.pop()),
            part => real.push(part),
        }
        real = fs::canonicalize(&real).unwrap_or(real);
    }
    real
}
