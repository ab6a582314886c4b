//! Results that one build leaves for the next, while a book is rebuilt during writing.
//!
//! A result is reused if its input is unchanged: the text of a page, and the [`CacheInputs`], which is everything that is
//! not a chapter. If the ground changes, only the parsed chapters are reused.

use super::noted::{RecordingWorld, Unread};
use crate::memo::Memo;
use crate::page::outline::{Chapter, OutlineItem};
use crate::page::syntax::BlockCall;
use crate::page::{Context, LastChapters, Page, SlotKind};
use crate::secret::Secret;
use crate::toml_tree::TextError;
use crate::trust::{Next, Trust};
use crate::world::{FolderEntry, ReadError, World};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The results of the last build. The default keeps nothing.
#[derive(Debug, Default)]
pub struct BuildCache(Mutex<CacheState>);

#[derive(Debug, Default)]
struct CacheState {
    keeps: bool,
    last: Option<(LastChapters, LastBuild)>,
}

/// The results about the book as a whole, and their input.
#[derive(Debug)]
pub(crate) struct LastBuild {
    ground: CacheInputs,
    memo: Memo,
}

/// The input of pages and findings besides the text of one page.
#[derive(Debug, PartialEq)]
pub(crate) struct CacheInputs {
    /// The files read before the chapters: settings, theme, register, lock, schemas, observations, outline.
    files: Vec<(String, Arc<str>)>,
    /// The parts of these that could not be read. If they change, no result is reused.
    unread: Vec<Unread>,
    /// The paths of all files in the order of their ids, since findings contain ids.
    paths: Vec<String>,
    outline: Vec<OutlineItem>,
    /// The files of the pages.
    pages: Vec<String>,
    missing: Vec<(Chapter, TextError)>,
    /// The blocks of all pages, each with the index of its page: they create anchors that other pages link to.
    blocks: Vec<(usize, BlockCall)>,
    /// The files that are not chapters.
    entries: Vec<FolderEntry>,
    unlisted: Option<ReadError>,
    changed_sources: Vec<String>,
    downloads: BTreeMap<String, String>,
    secrets: Vec<Secret>,
    today: Date,
    next: Next,
    room: usize,
}

impl BuildCache {
    /// Creates a store that keeps results.
    pub fn keeping() -> Self {
        BuildCache(Mutex::new(CacheState { keeps: true, last: None }))
    }

    /// Keeps the results of a finished build.
    pub fn keep(&self, trust: Trust) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let (true, Some(ground)) = (state.keeps, trust.ground) {
            let files = trust.map.in_order().map(|(path, text)| (path.to_owned(), text)).collect();
            let before = LastChapters::of(files, trust.config.html, trust.pages);
            state.last = Some((before, LastBuild { ground, memo: trust.memo }));
        }
    }

    /// Takes the results of the last build. A build that fails leaves none.
    pub(crate) fn take(&self) -> (LastChapters, Option<LastBuild>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (state.keeps, state.last.take()) {
            (false, _) => (LastChapters::default(), None),
            (true, None) => (LastChapters::none(), None),
            (true, Some((before, last))) => (before, Some(last)),
        }
    }
}

impl Trust {
    /// Continues from the results of the last build. The files up to `first` were read before the chapters.
    pub(crate) fn goes_on_from(&mut self, noted: RecordingWorld<'_>, first: usize, last: Option<LastBuild>) {
        let ground = CacheInputs::of(noted, self, first);
        match last.filter(|last| last.ground == ground) {
            Some(last) => self.memo = last.memo,
            None => {
                self.memo = Memo::keeping();
                self.pages.iter_mut().for_each(Page::forget);
            }
        }
        self.ground = Some(ground);
    }
}

impl CacheInputs {
    fn of(noted: RecordingWorld<'_>, trust: &Trust, first: usize) -> Self {
        let files = trust.map.in_order();
        CacheInputs {
            files: files.take(first).map(|(path, text)| (path.to_owned(), text)).collect(),
            secrets: noted.secrets(),
            unread: noted.unread(),
            paths: trust.map.in_order().map(|(path, _)| path.to_owned()).collect(),
            outline: trust.outline.clone(),
            pages: trust.pages.iter().map(|page| page.source.clone()).collect(),
            missing: trust.missing.clone(),
            blocks: trust
                .pages
                .iter()
                .enumerate()
                .flat_map(|(at, page)| blocks(page).map(move |it| (at, it)))
                .collect(),
            entries: trust.files.clone(),
            unlisted: trust.unlisted.clone(),
            changed_sources: trust.changed_sources.clone(),
            downloads: trust.downloads.clone(),
            today: trust.facts.today,
            next: trust.next,
            room: trust.room,
        }
    }
}

fn blocks(page: &Page) -> impl Iterator<Item = BlockCall> {
    page.slots.iter().filter(|slot| slot.context != Context::Code).filter_map(|slot| match &slot.what {
        SlotKind::Block(call) => Some(call.clone()),
        _ => None,
    })
}
