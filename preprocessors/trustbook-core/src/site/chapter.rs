//! Turns the rendered HTML of a chapter into a finished page: clean it, frame it, read it, and write it to the sink.

use super::exposed::{self, SecretInFile};
use super::frame::{self, Frame, PageFrame, SlotFailure};
use super::piece::Shared;
use super::scan::{self, MARK, OPENING};
use super::sink::{Bytes, Sink};
use super::{Beside, FIRST, NOT_FOUND, SitePage, lead, print, search, tree};
use crate::book::Book;
use crate::expand::{Expanded, uses};
use crate::html::{self, ChapterHtml, Dialect};
use crate::page::Page;
use crate::theme::bounded::Budget;
use pulldown_cmark::BlockQuoteKind;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The shared inputs for finishing the chapters of a build.
pub(super) struct Press<'p> {
    pub(super) book: &'p Book,
    pub(super) frame: &'p Frame<'p>,
    pub(super) sink: &'p dyn Sink,
    /// Returns the files that accompany a page.
    pub(super) beside: &'p Beside<'p>,
    pub(super) shared: &'p Shared,
    /// The index into [`Book::pages`] of the chapter that is also the first page, if no chapter is at `index.html`.
    pub(super) first: Option<usize>,
}

/// A finished chapter, and its share of the pages about all chapters.
#[derive(Debug, Clone)]
pub(super) struct FinishedChapter {
    pub(super) page: Arc<SitePage>,
    /// The same chapter as the first page of the site, if it serves as one.
    pub(super) first: Option<Arc<SitePage>>,
    pub(super) chapter: Arc<search::SearchChapter>,
    pub(super) whole: Option<Arc<print::PrintedChapter>>,
    /// The paths of the files that accompany the page.
    pub(super) beside: Vec<String>,
    /// The secrets in the page and in these files.
    pub(super) found: Vec<SecretInFile>,
    /// The page and these files with their paths, kept only if another build may follow.
    files: Vec<(String, Bytes)>,
    /// The amount taken from the budget of all pages.
    taken: usize,
}

impl FinishedChapter {
    /// Writes the files of an earlier build to the sink again, and takes their size from the budget.
    pub(super) fn put_again(&self, press: &Press<'_>) {
        press.frame.budget().take(self.taken);
        for (path, bytes) in &self.files {
            press.sink.put(path, Arc::clone(bytes));
        }
    }
}

/// Finishes the chapter at index `page` of [`Book::pages`], and writes its files to the sink.
///
/// # Errors
/// Returns the failure of the template that could not be rendered.
pub(super) fn finish(press: &Press<'_>, page: usize, expanded: &Expanded) -> Result<FinishedChapter, SlotFailure> {
    let book = press.book;
    let source = &book.pages[page];
    let path = source.chapter.page_path().unwrap_or_default();
    let written = written(book, source, expanded);
    let (seen, is_whole) = scan::content(&written.html);
    let mut content = ChapterContent { written, seen, is_whole };
    let title = frame::title(source);
    let budget = press.frame.budget().of_page();
    let framed = framed(press, source, &path, &content, &budget)?;
    let chapter = search::read(book, page, &path, title, &content.written.html);
    let mut found = exposed::of_markup(&book.scanner, &path, &framed.html);
    let mut files = Vec::new();
    let mut put = |path: String, bytes: Vec<u8>| {
        let bytes = Arc::new(bytes);
        press.sink.put(&path, Arc::clone(&bytes));
        if source.cache.keeps() {
            files.push((path, bytes));
        }
    };
    let mut beside = Vec::new();
    // The page for missing addresses has no address of its own.
    let has_twin = framed.shows_content && path != NOT_FOUND;
    let others = has_twin.then(|| (press.beside)(source, &path, expanded));
    for (path, bytes) in others.into_iter().flatten() {
        found.extend(exposed::of_bytes(&book.scanner, &path, &bytes));
        beside.push(path.clone());
        put(path, bytes);
    }
    put(path.clone(), framed.html.into_bytes());
    let is_first = press.first == Some(page);
    if is_first {
        let framed = self::framed(press, source, FIRST, &content, &budget)?;
        put(FIRST.to_owned(), framed.html.into_bytes());
    }
    let whole = (book.config.html.print && path != NOT_FOUND).then(|| print::PrintedChapter {
        page,
        place: Arc::new(print::PrintAnchor {
            path: path.clone(),
            title: title.to_owned(),
            ids: content.seen.ids.iter().cloned().collect(),
        }),
        html: std::mem::take(&mut content.written.html),
        // Content that the page leaves out has not been scanned for secrets.
        may_have_secrets: !found.is_empty() || !framed.shows_content,
    });
    let page = SitePage::of_chapter(press.shared, path, page, framed.around, content);
    // Findings refer to the page of the chapter, so the copy carries no references of its own.
    let first = is_first.then(|| SitePage {
        path: FIRST.to_owned(),
        page: None,
        ids: page.ids.iter().cloned().collect::<BTreeSet<String>>().into_iter().collect(),
        maps: page.maps.clone(),
        own: Vec::new(),
        frame: Vec::new(),
        headings: Vec::new(),
        losses: Vec::new(),
        base: None,
        policy: page.policy.clone(),
    });
    Ok(FinishedChapter {
        page: Arc::new(page),
        first: first.map(Arc::new),
        chapter: Arc::new(chapter),
        whole: whole.map(Arc::new),
        beside,
        found,
        files,
        taken: budget.taken(),
    })
}

/// The content of a chapter, rendered and scanned.
#[derive(Debug, Default)]
pub(super) struct ChapterContent {
    pub(super) written: ChapterHtml,
    pub(super) seen: scan::ScannedHtml,
    /// True if the content is not empty, was read to its end, and cannot turn the rest of the page into text.
    pub(super) is_whole: bool,
}

/// Renders the Markdown of a chapter as HTML, with the values of its expressions and blocks inserted.
pub(crate) fn written(book: &Book, page: &Page, expanded: &Expanded) -> ChapterHtml {
    let title = |kind| book.theme.words.get(admonition(kind));
    let table = |number: usize| book.theme.words.with("page.table", &[("number", &number.to_string())]);
    let hidden_lines = book.theme.words.get("page.hidden_lines");
    let root = if page.chapter.is_at(NOT_FOUND) { book.config.base_path() } else { String::new() };
    let dialect = Dialect { settings: &book.config.html, title: &title, table: &table, hidden_lines, root };
    html::write(page.body.text(), &dialect, &expanded.inserts)
}

/// Returns the key of the theme's word for the title of an admonition.
fn admonition(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "admonition.note",
        BlockQuoteKind::Tip => "admonition.tip",
        BlockQuoteKind::Important => "admonition.important",
        BlockQuoteKind::Warning => "admonition.warning",
        BlockQuoteKind::Caution => "admonition.caution",
    }
}

/// A rendered page, and the ids and references around its content.
struct Framed {
    html: String,
    around: scan::PageSurround,
    /// True if the page contains the whole content.
    shows_content: bool,
}

/// Puts a chapter into the frame.
///
/// If the frame shows the content exactly once, it is rendered around a placeholder, and only the frame is scanned: the
/// content was scanned before. Otherwise the whole page is rendered and scanned.
fn framed(
    press: &Press<'_>,
    source: &Page,
    path: &str,
    content: &ChapterContent,
    budget: &Budget<'_>,
) -> Result<Framed, SlotFailure> {
    let book = press.book;
    let reviewed = book.index.reviewed.get(&source.source).copied().unwrap_or_default();
    let written = content.written.html.as_str();
    let (opening, rest) = match press.frame.opens_apart() {
        true => written.split_at_checked(content.written.opening).unwrap_or(("", written)),
        false => ("", written),
    };
    let says = lead::sentence(written.get(..content.written.opening).unwrap_or_default());
    let deployments = uses::deployments(book, source);
    let page = PageFrame { page: source, path, headings: &content.written.headings, says, reviewed, deployments };
    if content.is_whole {
        let around = press.frame.page(&page, (OPENING, MARK), budget)?;
        if let Some((before, after)) = around.split_once(MARK).filter(|(_, after)| !after.contains(MARK))
            && (!book.theme.has_own_templates() || tree::shows_content(&around))
            && let Some(read) = scan::around(&around, book.theme.has_own_templates())
        {
            let halves = match before.split_once(OPENING) {
                Some((head, middle)) => (!middle.contains(OPENING)).then(|| [head, opening, middle].concat()),
                None => opening.is_empty().then(|| before.to_owned()),
            };
            if let Some(before) = halves.filter(|_| !after.contains(OPENING)) {
                budget.take(written.len());
                let html = [before.as_str(), rest, after].concat();
                return Ok(Framed { html, around: read, shows_content: true });
            }
        }
    }
    let html = press.frame.page(&page, (opening, rest), budget)?;
    let shows_content = html.contains(opening) && html.contains(rest);
    let around = scan::PageSurround::of_page(scan::read_page(&html), &content.seen);
    Ok(Framed { html, around, shows_content })
}
