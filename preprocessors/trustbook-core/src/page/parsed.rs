//! The pages of the previous build, each reused if everything that it was read from is unchanged.

use super::{Composed, Page};
use crate::config::HtmlSettings;
use crate::span::SourceMap;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The data that the previous build leaves for its pages.
#[derive(Debug, Default)]
pub(crate) struct ParsedChapters {
    /// True if there is a next build, which can reuse the pages of this one.
    keeps: bool,
    /// The files of that build in the order of their ids, each with its path and text.
    files: Vec<(String, Arc<str>)>,
    settings: HtmlSettings,
    /// The pages of that build by their files.
    pages: HashMap<String, Page>,
}

impl ParsedChapters {
    /// Creates it from the files, the settings and the pages of a build.
    pub(crate) fn of(files: Vec<(String, Arc<str>)>, settings: HtmlSettings, pages: Vec<Page>) -> Self {
        let pages = pages.into_iter().map(|page| (page.source.clone(), page)).collect();
        ParsedChapters { keeps: true, files, settings, pages }
    }

    /// Creates it for the first of several builds.
    pub(crate) fn none() -> Self {
        ParsedChapters { keeps: true, ..ParsedChapters::default() }
    }

    pub(crate) fn keeps(&self) -> bool {
        self.keeps
    }

    /// Takes the page of a chapter if reading it again would give the same result, including the surrounding text of
    /// its files.
    pub(super) fn take(&mut self, composed: &Composed, map: &SourceMap, settings: &HtmlSettings) -> Option<Page> {
        let (page, new) = (self.pages.get(&composed.path)?, &composed.included);
        let is_same = self.settings == *settings
            && page.composed.as_ref() == Some(&new.text)
            && page.chapter == composed.chapter
            && page.title == new.title
            && page.description == new.description
            && page.language == new.language
            && page.dates == new.dates
            && page.problems.starts_with(&new.problems)
            && new.text.files().collect::<BTreeSet<_>>().into_iter().all(|id| {
                let file = map.file(id);
                let before = self.files.get(id.index());
                before.is_some_and(|(path, text)| path == file.path() && **text == *file.text())
            });
        if is_same { self.pages.remove(&composed.path) } else { None }
    }
}
