//! Stages 7 and 8: the rendered chapters in our frame, as the files of a site, with every id and link known.

mod a_z;
mod address;
mod against;
mod content;
mod css;
mod exposed;
mod files;
mod frame;
pub(crate) mod gather;
mod links;
mod nav;
mod orphans;
pub mod outside;
mod outward;
pub mod piece;
mod placed;
mod print;
pub mod resolve;
mod scan;
mod search;
mod written;

use crate::expand::uses;
use crate::page::outline;
use crate::trust::Trust;
use crate::world::{ReadError, World};
use content::Content;
use frame::{Frame, PageFrame};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub use against::against;
pub use content::Heading;
pub use exposed::Exposed;
pub use frame::POLICY;
pub use links::BadLink;
pub use outward::{Outward, outward};
pub use scan::SlotFailure;

use piece::Piece;
use scan::Seen;

/// Where tables and fields are listed for other sites.
pub const OBJECTS: &str = "objects.json";

/// A chapter as HTML, without a frame.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// Which of [`Trust::pages`] it is.
    pub page: usize,
    /// The HTML.
    pub html: String,
}

/// What a build is told besides its sources.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The commit that is built, for the footer.
    pub commit: Option<String>,
    /// The page is served while it is written: scripts may listen for changes.
    pub live: bool,
}

/// A page of the site.
#[derive(Debug)]
pub struct SitePage {
    /// Where it is: `a/b.html`.
    pub path: String,
    /// Which of [`Trust::pages`] it comes from; `None` for the pages that we add.
    pub page: Option<usize>,
    /// The whole document.
    pub html: String,
    /// Where in it the chapter itself stands; empty where the theme does not show it.
    pub content: Range<usize>,
    /// Ids, in order, with repetitions.
    pub ids: Vec<String>,
    /// Names of its image maps.
    pub maps: Vec<String>,
    /// What the chapter itself refers to, in order.
    pub own: Vec<Piece>,
    /// What the frame around it refers to, each once.
    pub frame: Vec<Piece>,
    /// The headings of the chapter.
    pub headings: Vec<Heading>,
    /// What its `<base>` says.
    pub base: Option<String>,
    /// Its content security policy.
    pub policy: Option<String>,
}

/// The site, before it is published.
#[derive(Debug, Default)]
pub struct Site {
    /// Pages, in the order of the outline, then those that we add.
    pub pages: Vec<SitePage>,
    /// Files of ours: style sheet, script, icon.
    pub assets: BTreeMap<String, Vec<u8>>,
    /// Files under `src` that pages link to, relative to `src`.
    pub used: BTreeSet<String>,
    /// The bytes of these files, read once: what is checked is what is published.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Those that could not be read, with the reason.
    pub unread: Vec<(String, ReadError)>,
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
}

impl SitePage {
    /// A finished page. What it refers to beside its content belongs to the frame.
    fn new(path: String, page: Option<usize>, html: String, content: Content) -> Self {
        let Seen { ids, maps, pieces, base, policy } = scan::read(&html);
        let own = content.seen.pieces;
        let mut counts: BTreeMap<Piece, usize> = BTreeMap::new();
        for piece in pieces {
            *counts.entry(piece).or_default() += 1;
        }
        for piece in &own {
            if let Some(count) = counts.get_mut(piece) {
                *count = count.saturating_sub(1);
            }
        }
        let frame = counts.into_iter().filter(|(_, count)| *count > 0).map(|(piece, _)| piece).collect();
        SitePage { path, page, html, content: 0..0, ids, maps, own, frame, headings: content.headings, base, policy }
    }
}

/// Where the Markdown of a chapter's page is: `a/b.md` for `a/b.html`.
pub fn twin(page: &str) -> String {
    format!("{}.md", page.strip_suffix(".html").unwrap_or(page))
}

/// Sets rendered chapters into the frame and collects what the site consists of.
pub fn assemble(trust: &Trust, rendered: Vec<Rendered>, options: &Options) -> Site {
    let frame = Frame::compile(trust, options);
    let mut failures = frame.failures();
    let order = outline::chapters(&trust.outline);
    let results: Vec<Result<Made, SlotFailure>> =
        rendered.into_par_iter().map(|rendered| chapter_page(trust, &frame, &order, rendered)).collect();
    let mut site = Site { assets: assets(trust), ..Site::default() };
    if let Some(failure) = frame.spent() {
        return Site { failures: vec![failure], ..site };
    }
    let (mut chapters, mut whole) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(made) => {
                site.pages.push(made.page);
                chapters.push(made.chapter);
                whole.extend(made.whole);
            }
            Err(failure) => failures.push(failure),
        }
    }
    site.assets.extend(search::index::files(&chapters));
    let own: BTreeSet<String> = site.pages.iter().map(|page| page.path.clone()).collect();
    // A file of the book goes before a page of ours, as a chapter does.
    let src = format!("{}/", trust.config.src);
    let files = trust.files.iter().filter_map(|entry| entry.path.strip_prefix(src.as_str()).map(str::to_owned));
    let files: BTreeSet<String> = files.collect();
    let is_taken = |path: &str| own.contains(path) || files.contains(path);
    let mut extra = vec![("404.html".to_owned(), frame.not_found())];
    if !own.contains("index.html") {
        extra.push(("index.html".to_owned(), frame.contents()));
    }
    extra.extend(a_z::pages(&frame, &chapters).into_iter().filter(|(path, _)| !is_taken(path)));
    for (path, result) in extra {
        if own.contains(&path) {
            continue;
        }
        match result {
            Ok(html) => site.pages.push(SitePage::new(path, None, html, Content::default())),
            Err(failure) => failures.push(failure),
        }
    }
    // Where the frame can not be drawn there are no pages, and nothing to lead back to.
    let has_first = site.pages.iter().any(|page| page.path == "index.html");
    if trust.config.html.print && has_first && !is_taken(print::PATH) {
        let chapters: BTreeSet<&str> = whole.iter().map(|chapter| chapter.path.as_str()).collect();
        let others = site.pages.iter().map(|page| page.path.clone()).chain(files);
        let others = others.filter(|path| !chapters.contains(path.as_str())).collect();
        match print::page(trust, &frame, &whole, others) {
            Ok(page) => site.pages.push(page),
            Err(failure) => failures.push(failure),
        }
    }
    drop(whole);
    let mut taken: BTreeSet<String> = site.pages.iter().map(|page| page.path.clone()).collect();
    for (path, result) in frame.redirects() {
        // A page of the book stays; that its address is to lead elsewhere is reported at book.toml.
        if !taken.insert(path.clone()) {
            continue;
        }
        match result {
            Ok(html) => site.pages.push(SitePage::new(path, None, html, Content::default())),
            Err(failure) => failures.push(failure),
        }
    }
    failures.sort_by(|a, b| (&a.template, &a.why).cmp(&(&b.template, &b.why)));
    failures.dedup();
    site.failures = failures;
    site
}

/// Follows every link, and reads the files that pages use, and those that `stay` though none does.
pub(crate) fn follow(world: &dyn World, trust: &Trust, options: &Options, stay: BTreeSet<String>, site: &mut Site) {
    links::follow(world, trust, options, stay, site);
}

/// Looks for secrets in everything that would be published.
pub(crate) fn exposed(trust: &Trust, site: &Site) -> Vec<Exposed> {
    exposed::find(trust, site)
}

/// A chapter that is finished, and what the pages about all chapters are made from.
struct Made {
    page: SitePage,
    chapter: search::Chapter,
    whole: Option<print::Chapter>,
}

fn chapter_page(
    trust: &Trust,
    frame: &Frame<'_>,
    order: &[(&outline::Chapter, usize)],
    rendered: Rendered,
) -> Result<Made, SlotFailure> {
    let page = &trust.pages[rendered.page];
    let path = page.chapter.page_path().unwrap_or_default();
    let mut content = content::clean(&rendered.html);
    let (oldest, deployments) = (uses::oldest(trust, page), uses::deployments(trust, page));
    let title = frame::title(page);
    let html = frame.page(&PageFrame { page, path: &path, content: &content, oldest, deployments, order })?;
    let chapter = search::read(trust, page, &path, title, &content.html);
    let shown = html.find(content.html.as_str()).map(|at| at..at + content.html.len());
    let whole = trust.config.html.print.then(|| print::Chapter {
        path: path.clone(),
        title: title.to_owned(),
        html: std::mem::take(&mut content.html),
        ids: content.seen.ids.iter().cloned().collect(),
    });
    let mut page = SitePage::new(path, Some(rendered.page), html, content);
    page.content = shown.unwrap_or_default();
    Ok(Made { page, chapter, whole })
}

fn assets(trust: &Trust) -> BTreeMap<String, Vec<u8>> {
    const OF_THEME: [(&str, &str); 4] = [
        ("css/site.css", "assets/site.css"),
        ("js/search.js", "assets/search.js"),
        ("js/site.js", "assets/site.js"),
        ("favicon.svg", "assets/favicon.svg"),
    ];
    OF_THEME.into_iter().filter_map(|(from, to)| Some((to.to_owned(), asset(trust, from)?))).collect()
}

/// A file of the theme. The style sheet gets the book's own accent.
fn asset(trust: &Trust, path: &str) -> Option<Vec<u8>> {
    let mut text = trust.theme.file(path)?.to_owned();
    if let (true, Some(accent)) = (path.ends_with(".css"), &trust.config.trustbook.accent) {
        text.push_str(&format!(":root {{ --accent-light: {}; --accent-dark: {}; }}\n", accent.light, accent.dark));
    }
    Some(text.into_bytes())
}
