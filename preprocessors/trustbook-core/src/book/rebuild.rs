//! Results that one build leaves for the next, while a book is rebuilt during writing.
//!
//! A result is reused if its input is unchanged: the text of a page, and the [`CacheInputs`], which is everything that is
//! not a chapter. If these inputs change, only the parsed chapters are reused.

use crate::book::{Book, Next};
use crate::cache::Cache;
use crate::page::outline::{Chapter, OutlineItem};
use crate::page::syntax::BlockCall;
use crate::page::{Context, Page, ParsedChapters, SlotKind};
use crate::secret::Secret;
use crate::toml_tree::TextError;
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
    last: Option<(ParsedChapters, LastBuild)>,
}

/// The results about the book as a whole, and their input.
#[derive(Debug)]
pub(crate) struct LastBuild {
    inputs: CacheInputs,
    cache: Cache,
}

/// The input of pages and findings besides the text of one page.
#[derive(Debug, Clone, PartialEq)]
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
    pub fn keep(&self, book: Book) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let (true, Some(inputs)) = (state.keeps, book.inputs) {
            let files = book.map.in_order().map(|(path, text)| (path.to_owned(), text)).collect();
            let before = ParsedChapters::of(files, book.config.html, Arc::into_inner(book.pages).unwrap_or_default());
            state.last = Some((before, LastBuild { inputs, cache: book.cache }));
        }
    }

    /// Takes the results of the last build. A build that fails leaves none.
    pub(crate) fn take(&self) -> (ParsedChapters, Option<LastBuild>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (state.keeps, state.last.take()) {
            (false, _) => (ParsedChapters::default(), None),
            (true, None) => (ParsedChapters::none(), None),
            (true, Some((before, last))) => (before, Some(last)),
        }
    }
}

impl Book {
    /// Continues from the results of the last build. The files up to `first` were read before the chapters.
    pub(crate) fn goes_on_from(&mut self, recorded: RecordingWorld<'_>, first: usize, last: Option<LastBuild>) {
        let inputs = CacheInputs::of(recorded, self, first);
        match last.filter(|last| last.inputs == inputs) {
            Some(last) => self.cache = last.cache,
            None => {
                self.cache = Cache::keeping();
                self.pages.iter().for_each(Page::forget);
            }
        }
        self.inputs = Some(inputs);
    }
}

impl CacheInputs {
    fn of(recorded: RecordingWorld<'_>, book: &Book, first: usize) -> Self {
        let files = book.map.in_order();
        CacheInputs {
            files: files.take(first).map(|(path, text)| (path.to_owned(), text)).collect(),
            secrets: recorded.secrets(),
            unread: recorded.unread(),
            paths: book.map.in_order().map(|(path, _)| path.to_owned()).collect(),
            outline: book.outline.clone(),
            pages: book.pages.iter().map(|page| page.source.clone()).collect(),
            missing: book.missing.clone(),
            blocks: book.pages.iter().enumerate().flat_map(|(at, page)| blocks(page).map(move |it| (at, it))).collect(),
            entries: book.files.clone(),
            unlisted: book.unlisted.clone(),
            changed_sources: book.named_files.changed.clone(),
            downloads: book.named_files.downloads.clone(),
            today: book.facts.today,
            next: book.next,
            room: book.room,
        }
    }
}

fn blocks(page: &Page) -> impl Iterator<Item = BlockCall> {
    page.slots.iter().filter(|slot| slot.context != Context::Code).filter_map(|slot| match &slot.what {
        SlotKind::Block(call) => Some(call.clone()),
        _ => None,
    })
}

/// The reason why a text is missing.
#[derive(Debug, Clone, PartialEq)]
enum Unread {
    File(String, ReadError),
    Folder(String, ReadError),
    Bytes(String, Vec<u8>),
}

/// A [`World`] that records failed reads.
pub(crate) struct RecordingWorld<'w> {
    world: &'w dyn World,
    unread: Mutex<Vec<Unread>>,
}

impl<'w> RecordingWorld<'w> {
    pub(crate) fn new(world: &'w dyn World) -> Self {
        RecordingWorld { world, unread: Mutex::default() }
    }

    /// Returns the failed reads so far, in order.
    fn unread(self) -> Vec<Unread> {
        self.unread.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, unread: Unread) {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner).push(unread);
    }
}

impl World for RecordingWorld<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let read = self.world.read(path);
        match &read {
            Ok(bytes) if std::str::from_utf8(bytes).is_err() => {
                self.note(Unread::Bytes(path.to_owned(), bytes.clone()));
            }
            Ok(_) => {}
            Err(error) => self.note(Unread::File(path.to_owned(), error.clone())),
        }
        read
    }

    fn list(&self, dir: &str) -> Result<Vec<FolderEntry>, ReadError> {
        let listed = self.world.list(dir);
        if let Err(error) = &listed {
            self.note(Unread::Folder(dir.to_owned(), error.clone()));
        }
        listed
    }

    fn today(&self) -> Date {
        self.world.today()
    }

    fn folder(&self) -> &str {
        self.world.folder()
    }

    fn secrets(&self) -> Vec<Secret> {
        self.world.secrets()
    }

    fn room(&self) -> usize {
        self.world.room()
    }

    fn begins(&self, part: &'static str) {
        self.world.begins(part);
    }
}
