//! Publishing: the site is written beside the old one, synced, and takes its place in one step.

mod carry;
mod draft;
mod old;
mod place;
mod stage;
mod swap;
mod walk;

use crate::failure::{Failure, io};
use draft::Draft;
use stage::Stage;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use trustbook_core::config::Config;
use trustbook_core::site::sink::Bytes;
use trustbook_core::world::ReadError;
use trustbook_core::{Site, Trust};

/// The content that a site may replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// A site of ours, of which files of others are kept.
    Ours,
    /// A folder with all that is in it.
    All,
}

/// A published site.
#[derive(Debug)]
pub(crate) struct Published {
    /// The folder, as the user names it.
    pub(crate) at: PathBuf,
    /// Files in it that are not of the site: they were there before.
    pub(crate) kept: Vec<PathBuf>,
    /// A folder beside it with what could not be deleted of the old site.
    pub(crate) left: Option<PathBuf>,
}

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

/// The first few of some paths, for a message.
pub(crate) fn named(paths: &[PathBuf]) -> String {
    old::named(paths.iter().map(PathBuf::as_path))
}

/// Begins a site that is to take the place of what is at `out`, which stays untouched until then.
///
/// `out` is what the user names; without it the site goes to `build-dir`, which stays inside the book. A place that is
/// none for a site is refused here, so that it is known at once, and what is there is judged again when it is replaced.
pub(crate) fn begin(book: &Path, out: Option<&Path>, config: &Config, over: Over) -> Result<Draft, Failure> {
    let named = out.map_or_else(|| book.join(&config.build_dir), Path::to_owned);
    let absolute = std::path::absolute(&named).map_err(|error| io("finding", &named, &error))?;
    if out.is_none() {
        place::check_inside(book, &absolute)?;
    }
    // Where a link stands for the site, what it leads to is replaced, and the link stays.
    let out = place::real(&absolute);
    let place = Place { book: book.to_owned(), src: config.src.clone(), out, over };
    place.check()?;
    old::check_early(&place.out, over)?;
    let none = || Failure::usage("the root of the file system can not be the site");
    let parent = place.out.parent().ok_or_else(none)?.to_owned();
    let folders = draft::Folders::make(&parent).map_err(|error| io("making", &parent, &error))?;
    stage::sweep(&parent, &place.out);
    let stage = Stage::new(&parent, &place.out)?;
    Ok(Draft::new(named, place, stage, folders))
}

/// The place of a site.
#[derive(Debug)]
struct Place {
    book: PathBuf,
    src: String,
    /// The folder itself, also where a link was named.
    out: PathBuf,
    over: Over,
}

impl Place {
    /// Refuses a place where no site may be, and one that has come to lead elsewhere.
    fn check(&self) -> Result<(), Failure> {
        let parent = self.out.parent().filter(|parent| fs::symlink_metadata(parent).is_ok());
        if parent.is_some_and(|parent| place::real(parent) != parent) {
            return Err(Failure::usage(format!(
                "a folder above {} was replaced while the build ran",
                self.out.display()
            ))
            .help("build again; nothing was changed"));
        }
        place::check(&self.book, &self.src, &self.out)
    }
}
