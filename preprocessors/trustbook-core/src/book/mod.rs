//! Everything that was read and resolved, in the one value that all checks and outputs use.

pub(crate) mod files;
mod index;
mod rebuild;
mod translation;

use crate::cache::Cache;
use crate::claim::Claim;
use crate::config::{Config, ConfigProblem};
use crate::datamap::Datamap;
use crate::facts::Facts;
use crate::facts::files::NamedFiles;
use crate::lock::Lock;
use crate::observation::Observations;
use crate::page::Page;
use crate::page::outline::{Chapter, OutlineItem};
use crate::secret::{Mask, Scanner};
use crate::span::SourceMap;
use crate::theme::Theme;
use crate::theme::bounded::Templates;
use crate::toml_tree::TextError;
use crate::world::{FolderEntry, ReadError};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use index::{Home, Index, Oldest, Reviewed};
pub use rebuild::BuildCache;
pub(crate) use rebuild::{CacheInputs, RecordingWorld};
pub use translation::Translation;

/// The key under which the cache keeps the secrets of the sources.
const HIDDEN: &str = "secrets of the sources";

/// The notes for readers from exceptions, by the id of the fact, field or record.
pub type ReaderNotes = BTreeMap<String, Vec<String>>;

/// The result of stages 1 to 5.
#[derive(Debug, Clone)]
pub struct Book {
    /// The source files.
    pub map: SourceMap,
    /// book.toml.
    pub config: Config,
    /// The register, resolved.
    pub facts: Facts,
    /// The lock, written by `trustbook refresh`.
    pub lock: Lock,
    /// The files of the book that the register names.
    pub named_files: NamedFiles,
    /// The data models, and their classification in the register.
    pub datamap: Datamap,
    /// The observations of running pages.
    pub observations: Observations,
    /// The verified claims, in the order of the register.
    pub claims: Vec<Claim>,
    /// The outline.
    pub outline: Vec<OutlineItem>,
    /// The languages into which the book is translated.
    pub translations: Vec<Translation>,
    /// The folder of the pages that this book is shown on, with a slash; empty for those in the language of the book.
    pub folder: String,
    /// The pages of all languages, in the order of the outlines.
    pub pages: Arc<Vec<Page>>,
    /// Chapters whose file cannot be read.
    pub missing: Vec<(Chapter, TextError)>,
    /// The files under `src` that are not chapters, sorted.
    pub files: Vec<FolderEntry>,
    /// The error that prevented listing those files, if any.
    pub unlisted: Option<ReadError>,
    /// The style sheets and scripts that the book adds to every page, by their paths in the site.
    pub additional: BTreeMap<String, Vec<u8>>,
    /// The theme.
    pub theme: Theme,
    /// The next reader of the expanded Markdown.
    pub next: Next,
    /// The factor by which the limits on all pages are multiplied.
    pub room: usize,
    /// The notes for readers from exceptions, by the id of the fact, field or record.
    pub reader_notes: ReaderNotes,
    /// The addresses of everything on the site.
    pub index: Index,
    /// The templates of blocks.
    pub(crate) templates: Arc<Templates>,
    /// Finds secrets that must not be published.
    pub scanner: Scanner,
    /// Results about the book as a whole, kept for the next build.
    pub(crate) cache: Cache,
    /// The input of these results, if there is a next build.
    pub(crate) inputs: Option<CacheInputs>,
}

/// The next reader of the expanded Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The page renderer of our own command.
    Renderer,
    /// mdBook's preprocessor `links` and then its renderer.
    Links,
}

impl Book {
    /// Returns the verified claim with this id.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == id)
    }

    /// Hides the secrets in source files and environment variables from every report.
    pub(crate) fn hide_secrets(&mut self) {
        let last = self.cache.known::<(), Vec<(Arc<str>, Vec<String>)>>(HIDDEN, &());
        let texts: Vec<Arc<str>> = self.map.in_order().map(|(_, text)| text).collect();
        let found = texts.into_par_iter().enumerate().map(|(at, text)| {
            let last = last.as_ref().and_then(|last| last.get(at)).filter(|(before, _)| *before == text);
            let hidden = last.map_or_else(|| self.scanner.texts_in(&text), |(_, hidden)| hidden.clone());
            (text, hidden)
        });
        let found = self.cache.keep(HIDDEN, (), found.collect::<Vec<_>>());
        let hidden = found.iter().flat_map(|(_, hidden)| hidden.iter().cloned());
        self.map.hide(self.scanner.texts().chain(hidden));
    }

    /// Masks third-party text for a report: hidden secrets and tokens inside the text. Mask before shortening, since
    /// half a token is not recognised.
    pub fn masked(&self, text: &str) -> String {
        let mut own = Mask::default();
        own.hide(self.scanner.texts_in(text));
        let text = self.map.masked(text);
        own.apply(&text).into_owned()
    }

    /// Returns true if the outline and the folder of chapters could be read. Otherwise it is unknown which files are
    /// used.
    pub fn is_whole(&self) -> bool {
        self.unlisted.is_none() && self.has_outline()
    }

    /// Returns true if the outline could be read.
    fn has_outline(&self) -> bool {
        !self
            .config
            .problems
            .iter()
            .any(|problem| matches!(problem, ConfigProblem::Outline { .. } | ConfigProblem::Unreadable(_)))
    }
}
