//! The pages of the build before, each taken again where all is the same that it was read from.

use super::{Composed, Page};
use crate::config::HtmlSettings;
use crate::span::SourceMap;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What the build before has left of its pages.
#[derive(Debug, Default)]
pub(crate) struct Before {
    /// Whether there is a next build, which will want the pages of this one.
    keeps: bool,
    /// Its files, by the number of their ids, each with its path.
    files: Vec<(String, Arc<str>)>,
    settings: HtmlSettings,
    /// Its pages, by their files.
    pages: HashMap<String, Page>,
}

impl Before {
    /// What a build leaves that had these files, settings and pages.
    pub(crate) fn of(files: Vec<(String, Arc<str>)>, settings: HtmlSettings, pages: Vec<Page>) -> Self {
        let pages = pages.into_iter().map(|page| (page.source.clone(), page)).collect();
        Before { keeps: true, files, settings, pages }
    }

    /// The first build of several.
    pub(crate) fn none() -> Self {
        Before { keeps: true, ..Before::default() }
    }

    pub(crate) fn keeps(&self) -> bool {
        self.keeps
    }

    /// The page of a chapter, where reading it again would give the same, also of what stands around it in its files.
    pub(super) fn take(&mut self, composed: &Composed, map: &SourceMap, settings: &HtmlSettings) -> Option<Page> {
        let page = self.pages.get(&composed.path)?;
        let is_same = self.settings == *settings
            && page.composed.as_ref() == Some(&composed.text)
            && page.chapter == composed.chapter
            && page.title == composed.title
            && page.description == composed.description
            && page.problems.starts_with(&composed.problems)
            && composed.text.files().collect::<BTreeSet<_>>().into_iter().all(|id| {
                let file = map.file(id);
                let before = self.files.get(id.index());
                before.is_some_and(|(path, text)| path == file.path() && **text == *file.text())
            });
        if is_same { self.pages.remove(&composed.path) } else { None }
    }
}
