//! Everything that was read, resolved: the one value that all checks and outputs read.

mod index;
mod kept;
mod noted;

use crate::claim::Claim;
use crate::config::{Config, ConfigProblem};
use crate::datamap::Datamap;
use crate::facts::Facts;
use crate::lock::Lock;
use crate::memo::Memo;
use crate::observation::Observations;
use crate::page::Page;
use crate::page::outline::{Chapter, Item};
use crate::secret::{Mask, Scanner};
use crate::span::{SourceMap, Span};
use crate::theme::Theme;
use crate::theme::bounded::Templates;
use crate::toml_tree::TextError;
use crate::world::{Entry, ReadError};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use index::{Home, Index, Oldest};
pub(crate) use kept::Ground;
pub use kept::Kept;
pub(crate) use noted::Noted;

/// Under what name the book keeps the secrets of its sources.
const HIDDEN: &str = "secrets of the sources";

/// Stages 1 to 5 together.
#[derive(Debug)]
pub struct Trust {
    /// All source files.
    pub map: SourceMap,
    /// book.toml.
    pub config: Config,
    /// The register, resolved.
    pub facts: Facts,
    /// What `trustbook refresh` found.
    pub lock: Lock,
    /// The ids of the sources whose file in the book has changed since the lock was written, sorted.
    pub changed_sources: Vec<String>,
    /// The evidence of the register for which the book has no file, each with its place.
    pub missing_evidence: Vec<(Span, String)>,
    /// The schemas, and what the register says of their fields.
    pub datamap: Datamap,
    /// What was seen of running pages.
    pub observations: Observations,
    /// The claims with what came of checking each, in the order of the register.
    pub claims: Vec<Claim>,
    /// The outline.
    pub outline: Vec<Item>,
    /// The pages, in the order of the outline.
    pub pages: Vec<Page>,
    /// Chapters whose file can not be read.
    pub missing: Vec<(Chapter, TextError)>,
    /// The files under `src` that are no chapters, sorted.
    pub files: Vec<Entry>,
    /// Why those can not be listed, where they can not.
    pub unlisted: Option<ReadError>,
    /// The style sheets and scripts that the book adds to every page, by their paths in the book and on the site.
    pub additional: BTreeMap<String, Vec<u8>>,
    /// The theme.
    pub theme: Theme,
    /// Who reads the expanded Markdown next.
    pub next: Next,
    /// How often the limits of all pages together hold.
    pub room: usize,
    /// What readers are told beside values that the book stands by, by the id of a fact, a field or a record.
    pub reader_notes: BTreeMap<String, Vec<String>>,
    /// Where on the site everything stands.
    pub index: Index,
    /// The templates of blocks.
    pub(crate) templates: Arc<Templates>,
    /// Looks for what must not be published.
    pub scanner: Scanner,
    /// What was made of the book as a whole, for the next build.
    pub(crate) memo: Memo,
    /// What that was made from, where there is a next build.
    pub(crate) ground: Option<Ground>,
}

/// Who reads the expanded Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The pages of our own command.
    Renderer,
    /// mdBook's preprocessor `links` and then its renderer.
    Links,
}

impl Trust {
    /// A claim with what came of checking it.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == id)
    }

    /// Hides the secrets of the sources, and those of the environment, from every report.
    pub(crate) fn hide_secrets(&mut self) {
        let last = self.memo.known::<(), Vec<(Arc<str>, Vec<String>)>>(HIDDEN, &());
        let texts: Vec<Arc<str>> = self.map.in_order().map(|(_, text)| text).collect();
        let found = texts.into_par_iter().enumerate().map(|(at, text)| {
            let last = last.as_ref().and_then(|last| last.get(at)).filter(|(before, _)| *before == text);
            let hidden = last.map_or_else(|| self.scanner.texts_in(&text), |(_, hidden)| hidden.clone());
            (text, hidden)
        });
        let found = self.memo.keep(HIDDEN, (), found.collect::<Vec<_>>());
        let hidden = found.iter().flat_map(|(_, hidden)| hidden.iter().cloned());
        self.map.hide(self.scanner.texts().chain(hidden));
    }

    /// A text of others as a report may show it: without what is hidden, and without tokens that stand in it. It is made
    /// before a text is cut short, since half a token looks like none.
    pub fn masked(&self, text: &str) -> String {
        let mut own = Mask::default();
        own.hide(self.scanner.texts_in(text));
        let text = self.map.masked(text);
        own.apply(&text).into_owned()
    }

    /// Whether the outline and the folder of chapters could be read; without them nothing can be said of what is used.
    pub fn is_whole(&self) -> bool {
        self.unlisted.is_none() && self.has_outline()
    }

    /// Whether the outline could be read.
    fn has_outline(&self) -> bool {
        !self
            .config
            .problems
            .iter()
            .any(|problem| matches!(problem, ConfigProblem::Outline { .. } | ConfigProblem::Unreadable(_)))
    }
}
