//! What one build leaves to the next, for a book that is built again and again while it is written.
//!
//! A result is taken again where it was made from the same: a page from the same text, and all that is not a chapter,
//! the [`Ground`], as it was. Where the ground changes, everything but the reading of chapters is made anew.

use super::noted::{Noted, Unread};
use crate::memo::Memo;
use crate::page::outline::{Chapter, Item};
use crate::page::syntax::BlockCall;
use crate::page::{Before, Context, Page, What};
use crate::secret::Secret;
use crate::toml_tree::TextError;
use crate::trust::{Next, Trust};
use crate::world::{Entry, ReadError, World};
use jiff::civil::Date;
use std::sync::{Arc, Mutex, PoisonError};

/// What the last build has left. By default nothing is kept.
#[derive(Debug, Default)]
pub struct Kept(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    keeps: bool,
    last: Option<(Before, Last)>,
}

/// What the last build made of the book as a whole, and from what.
#[derive(Debug)]
pub(crate) struct Last {
    ground: Ground,
    memo: Memo,
}

/// What a page or a finding can come from besides the text of one page.
#[derive(Debug, PartialEq)]
pub(crate) struct Ground {
    /// What was read before the chapters: settings, theme, register, lock, schemas, observations, outline.
    files: Vec<(String, Arc<str>)>,
    /// What could not be read of these: without it nothing may hold.
    unread: Vec<Unread>,
    /// The paths of all files in the order of their ids, which stand in findings.
    paths: Vec<String>,
    outline: Vec<Item>,
    /// The files of the pages.
    pages: Vec<String>,
    missing: Vec<(Chapter, TextError)>,
    /// The blocks of all pages, by which page they are on: they make places that other pages lead to.
    blocks: Vec<(usize, BlockCall)>,
    /// The files that are no chapters.
    entries: Vec<Entry>,
    unlisted: Option<ReadError>,
    changed_sources: Vec<String>,
    secrets: Vec<Secret>,
    today: Date,
    next: Next,
    room: usize,
}

impl Kept {
    /// One that keeps what builds leave.
    pub fn keeping() -> Self {
        Kept(Mutex::new(State { keeps: true, last: None }))
    }

    /// Keeps what a build has made, once that is over.
    pub fn keep(&self, trust: Trust) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let (true, Some(ground)) = (state.keeps, trust.ground) {
            let files = trust.map.in_order().map(|(path, text)| (path.to_owned(), text)).collect();
            let before = Before::of(files, trust.config.html, trust.pages);
            state.last = Some((before, Last { ground, memo: trust.memo }));
        }
    }

    /// Takes what the last build has left. A build that does not come to its end leaves nothing.
    pub(crate) fn take(&self) -> (Before, Option<Last>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (state.keeps, state.last.take()) {
            (false, _) => (Before::default(), None),
            (true, None) => (Before::none(), None),
            (true, Some((before, last))) => (before, Some(last)),
        }
    }
}

impl Trust {
    /// Goes on from what the last build has left. The files up to `first` were read before the chapters.
    pub(crate) fn goes_on_from(&mut self, noted: Noted<'_>, first: usize, last: Option<Last>) {
        let ground = Ground::of(noted, self, first);
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

impl Ground {
    fn of(noted: Noted<'_>, trust: &Trust, first: usize) -> Self {
        let files = trust.map.in_order();
        Ground {
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
            today: trust.facts.today,
            next: trust.next,
            room: trust.room,
        }
    }
}

fn blocks(page: &Page) -> impl Iterator<Item = BlockCall> {
    page.slots.iter().filter(|slot| slot.context != Context::Code).filter_map(|slot| match &slot.what {
        What::Block(call) => Some(call.clone()),
        _ => None,
    })
}
