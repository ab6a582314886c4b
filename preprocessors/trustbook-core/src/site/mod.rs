//! Stages 7 and 8: the rendered chapters in our frame, as the files of a site, with every id and link known.

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

use crate::expand::{self, Expanded};
use crate::html::{self, Loss, Written};
use crate::memo::Which;
use crate::page::Page;
use crate::secret::Scanner;
use crate::span::Span;
use crate::trust::Trust;
use crate::world::{ReadError, World};
use chapter::{Content, Made, Press};
use frame::Frame;
use rayon::prelude::*;
use sink::{Bytes, Sink};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use crate::html::Heading;
pub(crate) use against::{judged, of_site};
pub(crate) use chapter::written;
pub use exposed::Exposed;
pub use frame::{POLICY, SlotFailure};
pub use outward::{Outward, outward};
pub use placed::BadLink;

use exposed::Found;
use piece::{Link, Origin, Piece, Shared};
use scan::{Around, Seen};

/// The page for addresses that do not exist.
pub const NOT_FOUND: &str = "404.html";
/// The first page of a site.
pub(crate) const FIRST: &str = "index.html";

/// Where tables and fields are listed for other sites.
pub const OBJECTS: &str = "objects.json";

/// What a build is told besides its sources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The commit that is built, for the footer.
    pub commit: Option<String>,
    /// The page is served while it is written: scripts may listen for changes.
    pub live: bool,
    /// Somebody will ask the servers outside.
    pub asks: bool,
}

/// A page of the site.
#[derive(Debug)]
pub struct SitePage {
    /// Where it is: `a/b.html`.
    pub path: String,
    /// Which of [`Trust::pages`] it comes from; `None` for the pages that we add.
    pub page: Option<usize>,
    /// Ids, in order, with repetitions.
    pub ids: Vec<String>,
    /// Names of its image maps.
    pub maps: Vec<String>,
    /// The references of the chapter itself, in order, each with its source.
    pub(crate) own: Vec<(Arc<Piece>, html::Origin)>,
    /// What the frame around it refers to, each once.
    pub(crate) frame: Vec<Arc<Piece>>,
    /// The headings of the chapter.
    pub headings: Vec<Heading>,
    /// Parts of the chapter that the page does not show.
    pub(crate) losses: Vec<Loss>,
    /// What its `<base>` says.
    pub base: Option<String>,
    /// Its content security policy.
    pub policy: Option<String>,
}

/// Makes the files beside a page, with their paths: it is given the page, its path, and the values of the chapter.
pub(crate) type Beside<'p> = dyn Fn(&Page, &str, &Expanded) -> Vec<(String, Vec<u8>)> + Sync + 'p;

/// The site, before it is published. The pages themselves have gone where they are published from.
#[derive(Debug, Default)]
pub struct Site {
    /// Pages, in the order of the outline, then those that we add.
    pub pages: Vec<Arc<SitePage>>,
    /// The chapters that this build has made anew: which of [`Trust::pages`].
    pub made: Vec<usize>,
    /// The paths of the files beside them that have gone as well: their Markdown, and the index of the search.
    pub beside: BTreeSet<String>,
    /// Files of ours: style sheet, script, icon.
    pub assets: BTreeMap<String, Vec<u8>>,
    /// Files under `src` that pages link to, relative to `src`.
    pub used: BTreeSet<String>,
    /// The bytes of these files, read once: what is checked is what is published.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Those that could not be read, with the reason.
    pub unread: Vec<(String, ReadError)>,
    /// The pages of the site that was published last, and that this one does not have.
    pub gone: Vec<String>,
    /// Secrets that would be published.
    pub secrets: Vec<Exposed>,
    /// References that are wrong.
    pub bad_links: Vec<BadLink>,
    /// Pages that nobody comes to who starts at the first page: which of [`Site::pages`].
    pub orphans: Vec<usize>,
    /// What leads out of the site.
    pub outside: outside::Outside,
    /// What templates could not do.
    pub failures: Vec<SlotFailure>,
    /// Secrets in what has gone already.
    found: Vec<Found>,
}

impl Site {
    /// The files that have not gone where the site is published from, by path. A file of the book goes before one of
    /// ours, and a page before both.
    pub fn rest(self) -> BTreeMap<String, Bytes> {
        let pages: BTreeSet<&str> = self.pages.iter().map(|page| page.path.as_str()).collect();
        let files = self.assets.into_iter().chain(self.files);
        files.filter(|(path, _)| !pages.contains(path.as_str())).map(|(path, bytes)| (path, Arc::new(bytes))).collect()
    }
}

impl Site {
    /// Parts of the chapters that the pages do not show, each with its place.
    pub(crate) fn losses<'s>(&'s self, trust: &'s Trust) -> impl Iterator<Item = (Span, &'s Loss)> {
        let pages = self.pages.iter().filter_map(|page| Some((trust.pages.get(page.page?)?, page)));
        pages.flat_map(|(source, page)| {
            page.losses.iter().filter_map(|loss| Some((source.body.locate(loss.range.clone())?, loss)))
        })
    }
}

impl SitePage {
    /// The page of a chapter, from what its content and what is around it are made of.
    fn of_chapter(shared: &Shared, path: String, page: usize, around: Around, content: Content) -> Self {
        let Content { written: Written { marks, headings, losses, .. }, seen: content, .. } = content;
        let Around { before: mut ids, after, is_all, mut maps, pieces, base, policy } = around;
        let frame = pieces.into_iter().map(|piece| shared.of(piece)).collect();
        if !is_all {
            ids.extend(content.ids);
            maps.extend(content.maps);
        }
        ids.extend(after);
        ids.shrink_to_fit();
        let (base, policy) = (base.or(content.base), policy.or(content.policy));
        let origin = |at: usize| html::Origin::find(&marks, at);
        // Collected, they would keep the memory of the pieces, which is several times as much.
        let mut own = Vec::with_capacity(content.pieces.len());
        own.extend(content.pieces.into_iter().map(|(piece, at)| (shared.of(piece), origin(at))));
        SitePage { path, page: Some(page), ids, maps, own, frame, headings, losses, base, policy }
    }

    /// All references of the page.
    fn links(&self) -> impl Iterator<Item = Link> {
        let own = self.own.iter().map(|(piece, origin)| (piece, Origin::Chapter(*origin)));
        let all = own.chain(self.frame.iter().map(|piece| (piece, Origin::Frame)));
        all.map(|(piece, origin)| Link { from: self.path.clone(), piece: Arc::clone(piece), origin })
    }

    /// A page that no chapter is behind: all that it has belongs to the frame.
    fn added(path: String, html: &str) -> Self {
        let Around { before: ids, maps, pieces, base, policy, .. } =
            Around::of_page(scan::read_page(html), &Seen::default());
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

/// Where the Markdown of a chapter's page is: `a/b.md` for `a/b.html`.
pub fn twin(page: &str) -> String {
    format!("{}.md", page.strip_suffix(".html").unwrap_or(page))
}

/// The inputs of a finished chapter: its values, notes of checks, and options.
type MadeFrom = (Which<Expanded>, Which<expand::Notes>, Options);

/// Sets chapters into the frame, puts the pages where they go, and collects what the site consists of. What an earlier
/// build has finished from the same is taken again.
pub(crate) fn assemble(
    trust: &Trust,
    expanded: Vec<Arc<Expanded>>,
    options: &Options,
    sink: &dyn Sink,
    beside: &Beside<'_>,
) -> Site {
    let frame = Frame::compile(trust, options);
    let mut failures = frame.failures();
    let has_first = trust.pages.iter().any(|page| page.chapter.is_at(FIRST));
    // Where it stands in a folder, its relative addresses would be others.
    let is_at_root = |page: &&Page| page.chapter.page_path().is_some_and(|path| !path.contains('/'));
    let first = trust.pages.first().filter(is_at_root).filter(|_| !has_first).map(|_| 0);
    let press = Press { trust, frame: &frame, sink, beside, shared: Shared::default(), first };
    let notes = expand::notes(trust);
    let one = |(index, (page, expanded)): (usize, (&Page, Arc<Expanded>))| {
        let from: MadeFrom = (Which::of(&expanded), Which::of(&notes), options.clone());
        if let Some(made) = page.memo.known::<MadeFrom, Made>("finished", &from) {
            made.put_again(&press);
            return (None, Ok(made));
        }
        let made = chapter::finish(&press, index, &expanded);
        (Some(index), made.map(|made| page.memo.keep("finished", from, made)))
    };
    let finished: Vec<_> = trust.pages.par_iter().zip(expanded).enumerate().map(one).collect();
    let mut site = Site { assets: assets(trust), ..Site::default() };
    if let Some(failure) = frame.spent() {
        trust.pages.iter().for_each(|page| page.memo.clear());
        return Site { failures: vec![failure], ..site };
    }
    let (mut chapters, mut whole, mut copy) = (Vec::new(), Vec::new(), None);
    for (index, result) in finished {
        site.made.extend(index);
        match result {
            Ok(made) => {
                let made = Arc::unwrap_or_clone(made);
                if made.page.path != NOT_FOUND {
                    chapters.push(made.chapter);
                }
                site.pages.push(made.page);
                site.beside.extend(made.beside);
                site.found.extend(made.found);
                whole.extend(made.whole);
                copy = copy.or(made.first);
            }
            Err(failure) => failures.push(failure),
        }
    }
    site.pages.extend(copy);
    let index = {
        let chapters = chapters.clone();
        // The texts of the book go as soon as nobody needs them.
        move || search::index::files(trust, &chapters, sink)
    };
    let (indexed, ()) = rayon::join(index, || of_all(&press, chapters, whole, &mut site, &mut failures));
    for (path, found) in indexed {
        site.beside.insert(path);
        site.found.extend(found);
    }
    let mut taken: BTreeSet<String> = site.pages.iter().map(|page| page.path.clone()).collect();
    for (path, result) in frame.redirects() {
        // A page of the book stays; that its address is to lead elsewhere is reported at book.toml.
        if !taken.insert(path.clone()) {
            continue;
        }
        match result {
            Ok(html) => add(&trust.scanner, sink, path, html, &mut site),
            Err(failure) => failures.push(failure),
        }
    }
    failures.sort_by(|a, b| (&a.template, &a.why).cmp(&(&b.template, &b.why)));
    failures.dedup();
    site.failures = failures;
    site
}

/// Adds the pages about all chapters.
fn of_all(
    press: &Press<'_>,
    chapters: Vec<Arc<search::Chapter>>,
    whole: Vec<Arc<print::Chapter>>,
    site: &mut Site,
    failures: &mut Vec<SlotFailure>,
) {
    let Press { trust, frame, sink, .. } = *press;
    let own: BTreeSet<String> = site.pages.iter().map(|page| page.path.clone()).collect();
    // A file of the book goes before a page of ours, as a chapter does.
    let src = format!("{}/", trust.config.src);
    let files = trust.files.iter().filter(|entry| entry.plain);
    let files = files.filter_map(|entry| entry.path.strip_prefix(src.as_str()).map(str::to_owned));
    let files: BTreeSet<String> = files.collect();
    // Without chapters there is nothing to lead back to; that is reported at the outline.
    if own.iter().all(|path| path == NOT_FOUND) {
        return;
    }
    let is_taken = |path: &str| own.contains(path) || files.contains(path);
    let mut extra = vec![(NOT_FOUND.to_owned(), frame.not_found())];
    if let Some(first) = site.pages.first().filter(|page| !own.contains(FIRST) && page.path != NOT_FOUND) {
        extra.push((FIRST.to_owned(), frame.leading_to(&nav::relative(FIRST, &first.path))));
    }
    extra.extend(a_z::pages(frame, &chapters).into_iter().filter(|(path, _)| !is_taken(path)));
    drop(chapters);
    for (path, result) in extra {
        if own.contains(&path) {
            continue;
        }
        match result {
            Ok(html) => add(&trust.scanner, sink, path, html, site),
            Err(failure) => failures.push(failure),
        }
    }
    // Where the frame can not be drawn there are no pages, and nothing to lead back to.
    let has_first = site.pages.iter().any(|page| page.path == FIRST);
    if trust.config.html.print && has_first && !is_taken(print::PATH) {
        let chapters: BTreeSet<&str> = whole.iter().map(|chapter| chapter.place.path.as_str()).collect();
        let others = site.pages.iter().map(|page| page.path.clone()).chain(files);
        let others = others.filter(|path| !chapters.contains(path.as_str())).collect();
        match print::page(trust, frame, whole, others, sink) {
            Ok(printed) => {
                site.pages.push(Arc::new(printed.page));
                site.found.extend(printed.found);
            }
            Err(failure) => failures.push(failure),
        }
    }
}

/// Adds a page that no chapter is behind.
fn add(scanner: &Scanner, sink: &dyn Sink, path: String, html: String, site: &mut Site) {
    site.found.extend(exposed::of_markup(scanner, &path, &html));
    let page = SitePage::added(path, &html);
    sink.put(&page.path, Arc::new(html.into_bytes()));
    site.pages.push(Arc::new(page));
}

/// Follows every link, and reads the files that pages use, and those that `stay` though none does.
pub(crate) fn follow(world: &dyn World, trust: &Trust, options: &Options, stay: BTreeSet<String>, site: &mut Site) {
    links::follow(world, trust, options, stay, site);
}

/// Looks for secrets in everything that would be published.
pub(crate) fn exposed(trust: &Trust, site: &Site) -> Vec<Exposed> {
    exposed::find(trust, site)
}

/// The files of the theme that a site has, and where.
pub(crate) const OF_THEME: [(&str, &str); 4] = [
    ("css/site.css", "assets/site.css"),
    ("js/search.js", "assets/search.js"),
    ("js/site.js", "assets/site.js"),
    ("favicon.svg", "assets/favicon.svg"),
];

fn assets(trust: &Trust) -> BTreeMap<String, Vec<u8>> {
    let of_theme = OF_THEME.into_iter().filter_map(|(from, to)| Some((to.to_owned(), asset(trust, from)?)));
    trust.additional.clone().into_iter().chain(of_theme).collect()
}

/// A file of the theme. The style sheet gets the book's own accent.
fn asset(trust: &Trust, path: &str) -> Option<Vec<u8>> {
    let mut text = trust.theme.file(path)?.to_owned();
    if let (true, Some(accent)) = (path.ends_with(".css"), &trust.config.trustbook.accent) {
        text.push_str(&format!(":root {{ --accent-light: {}; --accent-dark: {}; }}\n", accent.light, accent.dark));
    }
    Some(text.into_bytes())
}
