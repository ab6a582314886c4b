//! Publishing: the site is written beside the old one, synced, and swapped in one step.

mod carry;
mod draft;
mod old;
mod place;
mod stage;
mod swap;
mod walk;

use crate::failure::{Failure, io};
use draft::SiteDraft;
use stage::Stage;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use trustbook_core::Site;
use trustbook_core::config::Config;
use trustbook_core::site::sink::Bytes;
use trustbook_core::world::ReadError;

/// The content that a site may replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// A site of ours, in which the files of others are kept.
    Ours,
    /// A folder with everything in it.
    All,
}

/// A published site.
#[derive(Debug)]
pub(crate) struct Published {
    /// The folder, as the user names it.
    pub(crate) at: PathBuf,
    /// Files in the folder that do not belong to the site: they were there before.
    pub(crate) kept: Vec<PathBuf>,
    /// A folder beside the site, with files of the old site that could not be deleted.
    pub(crate) left: Option<PathBuf>,
}

/// Returns the files of a site other than its pages, by path: exactly the bytes that were checked.
pub(crate) fn rest(config: &Config, site: Site) -> Result<BTreeMap<String, Bytes>, Failure> {
    for (path, error) in &site.unread {
        // Too large, or not a plain file. A check has reported it, and the book allows it if publishing gets this far.
        if !matches!(error, ReadError::TooLarge | ReadError::BookTooLarge | ReadError::NotAFile) {
            return Err(Failure::new(format!("reading {} failed: {error}", config.in_src(path))));
        }
    }
    Ok(site.rest())
}

/// Returns the first few paths as text, for a message.
pub(crate) fn named(paths: &[PathBuf]) -> String {
    old::named(paths.iter().map(PathBuf::as_path))
}

/// Starts a site that will replace the content of `out`, which is unchanged until then.
///
/// `out` is the folder that the user names. Without it the site goes to `build-dir`, which must be inside the
/// book. An unsuitable place is refused here, before the build. The existing content is checked again when it
/// is replaced.
pub(crate) fn begin(book: &Path, out: Option<&Path>, config: &Config, over: Over) -> Result<SiteDraft, Failure> {
    let named = out.map_or_else(|| book.join(&config.build_dir), Path::to_owned);
    let absolute = match out {
        Some(out) => std::path::absolute(out),
        // Links above the book are no matter of the book.
        None => fs::canonicalize(book).map(|book| book.join(&config.build_dir)),
    };
    let absolute = absolute.map_err(|error| io("finding", &named, &error))?;
    place::check_links(book, &absolute)?;
    // If `out` is a symbolic link of the machine, its target is replaced and the link stays.
    let out = place::real(&absolute);
    let place = Destination { book: book.to_owned(), src: config.src.clone(), out, over };
    place.check()?;
    old::check_early(&place.out, over)?;
    let none = || Failure::usage("the root of the file system cannot be the site");
    let parent = place.out.parent().ok_or_else(none)?.to_owned();
    let folders = draft::Folders::make(&parent).map_err(|error| io("making", &parent, &error))?;
    stage::sweep(&parent, &place.out);
    let stage = Stage::new(&parent, &place.out)?;
    Ok(SiteDraft::new(named, place, stage, folders))
}

/// The place of a site.
#[derive(Debug)]
struct Destination {
    book: PathBuf,
    src: String,
    /// The folder itself, even if the user named a link to it.
    out: PathBuf,
    over: Over,
}

impl Destination {
    /// Refuses a place where no site may be, or whose parent folder was replaced in the meantime.
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
