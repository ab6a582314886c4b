//! Stages 7 and 8: puts the rendered chapters into the frame, and collects the files, ids and links of the site.

mod a_z;
pub mod active;
mod address;
mod against;
mod chapter;
mod css;
mod decode;
mod exposed;
mod files;
mod frame;
pub(crate) mod gather;
pub(crate) mod gone;
mod judge;
mod lead;
mod links;
mod nav;
mod order;
mod orphans;
pub mod outside;
mod outward;
pub mod piece;
mod placed;
mod print;
pub mod resolve;
mod scan;
mod search;
pub mod sink;
mod tree;
mod xml;

use crate::book::Book;
use crate::cache::ValueIdentity;
use crate::expand::{self, Editions, Expanded};
use crate::html::{self, ChapterHtml, Loss};
use crate::page::Page;
use crate::secret::Scanner;
use crate::span::Span;
use crate::world::{ReadError, World};
use chapter::{ChapterContent, FinishedChapter, Press};
use frame::Frame;
use rayon::prelude::*;
use sink::{Bytes, Sink};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use crate::html::Heading;
pub(crate) use against::{asked_by_pages, judged, reasons};
pub(crate) use chapter::written;
pub use exposed::Exposed;
pub use frame::{POLICY, SlotFailure};
pub use outward::{Outward, outward};
pub use placed::BadLink;
pub use tree::is_readable;

use exposed::SecretInFile;
use piece::{PlacedReference, ReferenceOrigin, Shared, SiteReference};
use scan::{PageSurround, ScannedHtml};

/// The path of the page for addresses that do not exist.
pub const NOT_FOUND: &str = "404.html";
/// The path of the first page of a site.
pub(crate) const FIRST: &str = "index.html";
/// The path of the list of all headings and names, below the folder of its language.
const A_Z: &str = "a-z.html";

/// The path of the list of tables and fields that other sites can link to.
pub const OBJECTS: &str = "objects.json";

/// Options of a build that do not come from its sources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The commit that is built, shown in the footer.
    pub commit: Option<String>,
    /// True if the pages are served while they are edited, so that a script listens for changes.
    pub live: bool,
    /// True if the command asks external servers after the build, so that external links are collected.
    pub asks: bool,
}

/// A page of the site.
#[derive(Debug)]
pub struct SitePage {
    /// The path of the page: `a/b.html`.
    pub path: String,
    /// The index into [`Book::pages`] of its chapter; `None` for pages that the build adds.
    pub page: Option<usize>,
    /// The ids on the page, in order, with repetitions.
    pub ids: Vec<String>,
    /// The names of its image maps.
    pub maps: Vec<String>,
    /// The references of the chapter itself, in order, each with the part of the chapter that contains it.
    pub(crate) own: Vec<(Arc<SiteReference>, html::ElementOrigin)>,
    /// The references of the frame around the chapter, each once.
    pub(crate) frame: Vec<Arc<SiteReference>>,
    /// The headings of the chapter.
    pub headings: Vec<Heading>,
    /// The parts of the chapter that the page does not show.
    pub(crate) losses: Vec<Loss>,
    /// The value of its `<base href>`.
    pub base: Option<String>,
    /// The content security policy of the page.
    pub policy: Option<String>,
}

/// Returns the files that accompany a page, with their paths. Takes the page, its path, and the values of its chapter.
pub(crate) type Beside<'p> = dyn Fn(&Page, &str, &Expanded) -> Vec<(String, Vec<u8>)> + Sync + 'p;

/// The site before it is published. The pages themselves have already been written to the sink.
#[derive(Debug, Default)]
pub struct Site {
    /// The pages, in the order of the outline, followed by those that the build adds.
    pub pages: Vec<Arc<SitePage>>,
    /// The indices into [`Book::pages`] of the chapters that this build did not take from an earlier one.
    pub made: Vec<usize>,
    /// The paths of other files that have been written to the sink: the Markdown of pages, and the search index.
    pub beside: BTreeSet<String>,
    /// The files that the build adds, by path: those of the theme, additional styles and scripts, and outputs.
    pub assets: BTreeMap<String, Vec<u8>>,
    /// The files under `src` that pages link to, relative to `src`.
    pub used: BTreeSet<String>,
    /// The bytes of these files. They are read once, so that the bytes that are checked are those that are published.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The files that could not be read, each with the reason.
    pub unread: Vec<(String, ReadError)>,
    /// The pages that the last published site has and this one does not.
    pub gone: Vec<String>,
    /// Secrets that would be published.
    pub secrets: Vec<Exposed>,
    /// Faulty references.
    pub bad_links: Vec<BadLink>,
    /// The indices into [`Site::pages`] of the chapters that a reader cannot reach from the first page.
    pub orphans: Vec<usize>,
    /// The addresses outside the site.
    pub outside: outside::Outside,
    /// The failures of templates.
    pub failures: Vec<SlotFailure>,
    /// The secrets in files that have already been written to the sink.
    found: Vec<SecretInFile>,
}

impl Site {
    /// Returns the files that have not been written to the sink yet, by path.
    ///
    /// A page takes precedence over other files of the same path, and a file of the book over one of the theme.
    pub fn rest(self) -> BTreeMap<String, Bytes> {
        let pages: BTreeSet<&str> = self.pages.iter().map(|page| page.path.as_str()).collect();
        let files = self.assets.into_iter().chain(self.files);
        files.filter(|(path, _)| !pages.contains(path.as_str())).map(|(path, bytes)| (path, Arc::new(bytes))).collect()
    }
}

impl Site {
    /// Returns the parts of the chapters that the pages do not show, each with its page and its place in the sources.
    pub(crate) fn losses<'s>(&'s self, book: &'s Book) -> impl Iterator<Item = (&'s Page, Span, &'s Loss)> {
        let pages = self.pages.iter().filter_map(|page| Some((book.pages.get(page.page?)?, page)));
        pages.flat_map(|(source, page)| {
            page.losses.iter().filter_map(move |loss| Some((source, source.body.locate(loss.range.clone())?, loss)))
        })
    }
}

impl SitePage {
    /// Returns the page of a chapter, from its content and the frame around it.
    fn of_chapter(shared: &Shared, path: String, page: usize, around: PageSurround, content: ChapterContent) -> Self {
        let ChapterContent { written: ChapterHtml { marks, headings, losses, .. }, seen: content, .. } = content;
        let PageSurround { before: mut ids, after, is_all, mut maps, pieces, base, policy } = around;
        let frame = pieces.into_iter().map(|piece| shared.of(piece)).collect();
        if !is_all {
            ids.extend(content.ids);
            maps.extend(content.maps);
        }
        ids.extend(after);
        ids.shrink_to_fit();
        let (base, policy) = (base.or(content.base), policy.or(content.policy));
        let origin = |at: usize| html::ElementOrigin::find(&marks, at);
        // `collect` would reuse the allocation of the pieces, which is several times as large.
        let mut own = Vec::with_capacity(content.pieces.len());
        own.extend(content.pieces.into_iter().map(|(piece, at)| (shared.of(piece), origin(at))));
        SitePage { path, page: Some(page), ids, maps, own, frame, headings, losses, base, policy }
    }

    /// Returns all references of the page.
    fn links(&self) -> impl Iterator<Item = PlacedReference> {
        let own = self.own.iter().map(|(piece, origin)| (piece, ReferenceOrigin::Chapter(*origin)));
        let all = own.chain(self.frame.iter().map(|piece| (piece, ReferenceOrigin::Frame)));
        all.map(|(piece, origin)| PlacedReference { from: self.path.clone(), piece: Arc::clone(piece), origin })
    }

    /// Returns a page without a chapter. All its ids and references belong to the frame.
    fn added(path: String, html: &str) -> Self {
        let PageSurround { before: ids, maps, mut pieces, base, policy, .. } =
            PageSurround::of_page(scan::read_page(html), &ScannedHtml::default());
        // An old address without the ending of a page may get another type, or be executed.
        if !active::is_html(&path) {
            let known: BTreeSet<SiteReference> = pieces.iter().cloned().collect();
            let read = files::seen(&path, html.as_bytes()).into_iter().flat_map(|seen| seen.pieces);
            pieces.extend(read.map(|(piece, _)| piece).filter(|piece| !known.contains(piece)));
            let is_told = pieces.iter().any(|piece| piece.element == active::INSTRUCTION);
            let is_instruction = html.contains("<?") && !is_told;
            pieces.extend(is_instruction.then(|| active::code_piece(active::INSTRUCTION, "<?")));
        }
        let frame = pieces.into_iter().map(Arc::new).collect();
        SitePage {
            path,
            page: None,
            ids,
            maps,
            own: Vec::new(),
            frame,
            headings: Vec::new(),
            losses: Vec::new(),
            base,
            policy,
        }
    }
}

/// Returns the path of the Markdown of a page: `a/b.md` for `a/b.html`.
pub fn twin(page: &str) -> String {
    format!("{}.md", page.strip_suffix(".html").unwrap_or(page))
}

/// The inputs of a finished chapter: its values, notes of checks, and options.
type MadeFrom = (ValueIdentity<Expanded>, ValueIdentity<expand::Notes>, Options);

/// Puts chapters into the frame, writes the pages to the sink, and collects the parts of the site.
///
/// A chapter whose inputs have not changed since an earlier build is not rendered again.
pub(crate) fn assemble(
    editions: &Editions<'_>,
    expanded: Vec<Arc<Expanded>>,
    options: &Options,
    sink: &dyn Sink,
    beside: &Beside<'_>,
) -> Site {
    let book = editions.own;
    let frames: Vec<Frame<'_>> = editions.iter().map(|book| Frame::compile(book, editions, options)).collect();
    let mut failures: Vec<SlotFailure> = frames.iter().flat_map(Frame::failures).collect();
    let has_first = book.pages.iter().any(|page| page.chapter.is_at(FIRST));
    // A chapter in a folder cannot be the first page too, since its relative links would break.
    let is_at_root = |page: &&Page| page.chapter.page_path().is_some_and(|path| !path.contains('/'));
    let first = book.pages.first().filter(is_at_root).filter(|_| !has_first).map(|_| 0);
    let shared = Shared::default();
    let press = |frame| Press { book: Frame::book(frame), frame, sink, beside, shared: &shared, first };
    let presses: Vec<Press<'_>> = frames.iter().map(press).collect();
    let notes = expand::notes(book);
    let one = |(index, (page, expanded)): (usize, (&Page, Arc<Expanded>))| {
        let press = &presses[editions.at(page)];
        let from: MadeFrom = (ValueIdentity::of(&expanded), ValueIdentity::of(&notes), options.clone());
        if let Some(made) = page.cache.known::<MadeFrom, FinishedChapter>("finished", &from) {
            made.put_again(press);
            return (None, Ok(made));
        }
        let made = chapter::finish(press, index, &expanded);
        (Some(index), made.map(|made| page.cache.keep("finished", from, made)))
    };
    let finished: Vec<_> = book.pages.par_iter().zip(expanded).enumerate().map(one).collect();
    let mut site = Site { assets: assets(book), ..Site::default() };
    if let Some(failure) = frames.iter().find_map(Frame::spent) {
        book.pages.iter().for_each(|page| page.cache.clear());
        return Site { failures: vec![failure], ..site };
    }
    let mut shares: Vec<Share> = presses.iter().map(|_| Share::default()).collect();
    let mut copy = None;
    for (index, result) in finished {
        site.made.extend(index);
        match result {
            Ok(made) => {
                let made = Arc::unwrap_or_clone(made);
                let share = &mut shares[made.page.page.map_or(0, |page| editions.at(&book.pages[page]))];
                if made.page.path != NOT_FOUND {
                    share.chapters.push(made.chapter);
                }
                site.pages.push(made.page);
                site.beside.extend(made.beside);
                site.found.extend(made.found);
                share.whole.extend(made.whole);
                copy = copy.or(made.first);
            }
            Err(failure) => failures.push(failure),
        }
    }
    site.pages.extend(copy);
    for (press, share) in presses.iter().zip(shares) {
        let index = {
            let chapters = share.chapters.clone();
            // The closure owns the texts of the book, so that they are freed as soon as the index is written.
            move || search::index::files(press.book, &chapters, sink)
        };
        let (indexed, ()) = rayon::join(index, || of_all(press, share, &mut site, &mut failures));
        for (path, found) in indexed {
            site.beside.insert(path);
            site.found.extend(found);
        }
    }
    let mut taken: BTreeSet<String> = site.pages.iter().map(|page| page.path.clone()).collect();
    for (path, result) in frames.iter().take(1).flat_map(Frame::redirects) {
        // A page of the book is never replaced by a redirect; the conflict is reported at book.toml.
        if !taken.insert(path.clone()) {
            continue;
        }
        match result {
            Ok(html) => add(&book.scanner, sink, path, html, &mut site),
            Err(failure) => failures.push(failure),
        }
    }
    failures.sort_by(|a, b| (&a.template, &a.why).cmp(&(&b.template, &b.why)));
    failures.dedup();
    site.failures = failures;
    site
}

/// The chapters of one language, for the pages about all of them.
#[derive(Default)]
struct Share {
    chapters: Vec<Arc<search::SearchChapter>>,
    whole: Vec<Arc<print::PrintedChapter>>,
}

/// Adds the pages about all chapters of a language.
fn of_all(press: &Press<'_>, share: Share, site: &mut Site, failures: &mut Vec<SlotFailure>) {
    let Press { book, frame, sink, .. } = *press;
    let Share { chapters, whole } = share;
    let first = format!("{}{FIRST}", book.folder);
    let own: BTreeSet<String> = site.pages.iter().map(|page| page.path.clone()).collect();
    // A file of the book takes precedence over a page that the build adds, as a chapter does.
    let src = book.config.src_prefix();
    let files = book.files.iter().filter(|entry| entry.plain);
    let files = files.filter_map(|entry| entry.path.strip_prefix(src.as_str()).map(str::to_owned));
    let files: BTreeSet<String> = files.collect();
    // Without chapters, these pages have nothing to link to. The missing chapters are reported at the outline.
    if chapters.is_empty() {
        return;
    }
    let is_taken = |path: &str| own.contains(path) || files.contains(path);
    let is_own = book.folder.is_empty();
    let mut extra: Vec<_> = is_own.then(|| (NOT_FOUND.to_owned(), frame.not_found())).into_iter().collect();
    if let Some(chapter) = chapters.first().filter(|_| !own.contains(&first)) {
        extra.push((first.clone(), frame.leading_to(&nav::relative(&first, &chapter.path))));
    }
    extra.extend(a_z::pages(frame, &chapters).into_iter().filter(|(path, _)| !is_taken(path)));
    drop(chapters);
    for (path, result) in extra {
        if own.contains(&path) {
            continue;
        }
        match result {
            Ok(html) => add(&book.scanner, sink, path, html, site),
            Err(failure) => failures.push(failure),
        }
    }
    // If the frame cannot be rendered, the site has no pages to link to.
    let has_first = site.pages.iter().any(|page| page.path == first);
    if book.config.html.print && has_first && !is_taken(&print::path(book)) {
        let chapters: BTreeSet<&str> = whole.iter().map(|chapter| chapter.place.path.as_str()).collect();
        let others = site.pages.iter().map(|page| page.path.clone()).chain(files);
        let others = others.filter(|path| !chapters.contains(path.as_str())).collect();
        match print::page(book, frame, whole, others, sink) {
            Ok(printed) => {
                site.pages.push(Arc::new(printed.page));
                site.found.extend(printed.found);
            }
            Err(failure) => failures.push(failure),
        }
    }
}

/// Adds a page without a chapter, and writes it to the sink.
fn add(scanner: &Scanner, sink: &dyn Sink, path: String, html: String, site: &mut Site) {
    site.found.extend(exposed::of_markup(scanner, &path, &html));
    let page = SitePage::added(path, &html);
    sink.put(&page.path, Arc::new(html.into_bytes()));
    site.pages.push(Arc::new(page));
}

/// Resolves every link, and reads the files that pages use, as well as the files in `stay`, which no page needs to use.
pub(crate) fn follow(world: &dyn World, book: &Book, options: &Options, stay: BTreeSet<String>, site: &mut Site) {
    links::follow(world, book, options, stay, site);
}

/// Looks for secrets in everything to be published.
pub(crate) fn exposed(book: &Book, site: &Site) -> Vec<Exposed> {
    exposed::find(book, site)
}

/// The files of the theme that a site has, each with its path in the theme and on the site.
pub(crate) const OF_THEME: [(&str, &str); 4] = [
    ("css/site.css", "assets/site.css"),
    ("js/search.js", "assets/search.js"),
    ("js/site.js", "assets/site.js"),
    ("favicon.svg", "assets/favicon.svg"),
];

fn assets(book: &Book) -> BTreeMap<String, Vec<u8>> {
    let of_theme = OF_THEME.into_iter().filter_map(|(from, to)| Some((to.to_owned(), asset(book, from)?)));
    book.additional.clone().into_iter().chain(of_theme).collect()
}

/// Returns a file of the theme. The style sheet gets the accent colours of the book.
fn asset(book: &Book, path: &str) -> Option<Vec<u8>> {
    let text = book.theme.file(path)?;
    let is_kept = path.ends_with(".svg") || book.theme.is_own(path);
    let mut text = if is_kept { text.to_owned() } else { slim(text) };
    if let (true, Some(accent)) = (path.ends_with(".css"), &book.config.trustbook.accent) {
        text.push_str(&format!(":root {{ --accent-light: {}; --accent-dark: {}; }}\n", accent.light, accent.dark));
    }
    Some(text.into_bytes())
}

/// Returns a style sheet or script of the embedded theme without comments and indentation, which no browser needs. A
/// comment there is one or more whole lines.
fn slim(text: &str) -> String {
    let (mut output, mut is_comment) = (String::with_capacity(text.len()), false);
    for line in text.lines().map(str::trim) {
        is_comment |= line.starts_with("/*");
        if !is_comment && !line.is_empty() && !line.starts_with("//") {
            output.push_str(line);
            output.push('\n');
        }
        is_comment &= !line.ends_with("*/");
    }
    output
}

#[cfg(test)]
mod tests {
    use super::slim;

    #[test]
    fn an_asset_keeps_all_that_a_browser_reads() {
        let text = "/* Of two\n   lines. */\n.a {\n  color: red; /* here */\n}\n\n// a comment\nvar a = \"// no\";\n";
        assert_eq!(slim(text), ".a {\ncolor: red; /* here */\n}\nvar a = \"// no\";\n");
    }
}
