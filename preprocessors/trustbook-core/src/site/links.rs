//! All references of the site, resolved once: those that are wrong, and the files that the others lead to.

use super::files::{self, Asked};
use super::piece::{Kind, Link, Origin, Piece};
use super::placed;
use super::resolve::{From, Target, Targets};
use super::scan::Seen;
use super::{OF_THEME, Options, Site, SitePage, active, orphans, search};
use crate::diagnostic::Place;
use crate::memo::Which;
use crate::page::Page;
use crate::trust::Trust;
use crate::world::World;
use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A reference that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLink {
    /// The page or file of the site that it stands on.
    pub from: String,
    /// What it is.
    pub piece: Piece,
    /// Where it leads, or what else is wrong with it.
    pub target: Target,
    /// Where the writer wrote it.
    pub place: Place,
    /// As what.
    pub written: String,
}

/// A reference that is wrong, before anybody has looked where it is written.
#[derive(Debug, Clone)]
pub(super) struct Bad {
    pub(super) link: Link,
    pub(super) target: Target,
}

/// What the references of one page or file come to.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub(super) bad: Vec<Bad>,
    /// Files that it leads to, with the anchor.
    pub(super) files: Vec<Asked>,
    /// Pages that a reader comes to from here.
    leads: BTreeSet<String>,
    /// It names a part of the index of the search, and those have other names in each build.
    names_search: bool,
}

/// Resolves every reference of every page and of the files that they lead to, and reads these files.
pub(super) fn follow(world: &dyn World, trust: &Trust, options: &Options, stay: BTreeSet<String>, site: &mut Site) {
    let targets = Targets::new(trust, site, options);
    let places = trust.memo.last_equal("places", Places::of(site, options));
    let resolve = |page| resolved(&trust.pages, &targets, &places, page);
    let pages: Vec<Arc<Resolved>> = site.pages.par_iter().map(resolve).collect();
    let assets = of_assets(&targets, site);
    let mut asked: Vec<Asked> = pages.iter().flat_map(|page| page.files.iter().cloned()).collect();
    asked.extend(assets.files);
    let read = files::read(world, &trust.config, &targets, asked, stay);

    let mut late: BTreeMap<String, Vec<Bad>> = BTreeMap::new();
    let (of_pages, of_files): (Vec<_>, Vec<_>) = read.bad.into_iter().partition(|bad| bad.link.is_of_page());
    for bad in of_pages {
        late.entry(bad.link.from.clone()).or_default().push(bad);
    }
    let frames = placed::Frames::of(&trust.config);
    let per_page: Vec<Vec<(bool, BadLink)>> = site
        .pages
        .par_iter()
        .zip(&pages)
        .map(|(page, resolved)| {
            let late = late.get(&page.path).into_iter().flatten();
            let place = |bad: &Bad| {
                let is_of_frame = !bad.link.is_of_chapter();
                Some((is_of_frame, placed::on_page(trust, &frames, page, bad.clone())?))
            };
            resolved.bad.iter().chain(late).filter_map(place).collect()
        })
        .collect();
    let (mut bad, mut said, base) = (Vec::new(), BTreeSet::new(), trust.config.base_path());
    for (is_of_frame, link) in per_page.into_iter().flatten() {
        // What is wrong with the frame is wrong on every page, and each old address has a page of its own.
        let of = is_of_frame.then(|| {
            // The way to the root differs from page to page.
            let value = link.piece.value.trim_start_matches("../").trim_start_matches(base.as_str()).to_owned();
            let page = targets.moved(&link.from).map(|_| link.from.clone()).unwrap_or_default();
            (page, link.target.clone(), value)
        });
        if of.is_none_or(|of| said.insert(of)) {
            bad.push(link);
        }
    }
    let mut said = BTreeSet::new();
    let of_files = assets.bad.into_iter().chain(of_files).filter(|bad| match bad.target {
        // Of what runs in a file, the first of each kind says enough.
        Target::Active(what) => said.insert((bad.link.from.clone(), what)),
        _ => true,
    });
    bad.extend(of_files.map(|bad| {
        let bytes = read.files.get(&bad.link.from).map_or(&[][..], Vec::as_slice);
        placed::in_file(trust, bad, bytes)
    }));
    bad.extend(placed::loops(&trust.config, &targets));
    let leads: Vec<&BTreeSet<String>> = pages.iter().map(|page| &page.leads).collect();
    let orphans = orphans::find(site, &leads);
    (site.bad_links, site.orphans) = (bad, orphans);
    (site.used, site.files, site.unread) = (read.used, read.files, read.unread);
}

/// What [`Targets`] are made from besides what no build changes.
#[derive(Debug)]
struct Places {
    pages: Vec<Arc<SitePage>>,
    others: BTreeSet<String>,
    options: Options,
}

impl Places {
    fn of(site: &Site, options: &Options) -> Self {
        let others = site.assets.keys().chain(&site.beside).filter(|path| !is_of_search(path));
        Places { pages: site.pages.clone(), others: others.cloned().collect(), options: options.clone() }
    }
}

impl PartialEq for Places {
    fn eq(&self, other: &Self) -> bool {
        let is_same = |(a, b): (&Arc<SitePage>, &Arc<SitePage>)| {
            Arc::ptr_eq(a, b) || a.path == b.path && a.page == b.page && a.ids == b.ids
        };
        self.pages.len() == other.pages.len()
            && self.pages.iter().zip(&other.pages).all(is_same)
            && self.others == other.others
            && self.options == other.options
    }
}

fn is_of_search(path: &str) -> bool {
    path.strip_prefix(search::index::FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

/// The references of a page; where neither the page nor what it can lead to has changed, as they were resolved before.
fn resolved(pages: &[Page], targets: &Targets<'_>, places: &Arc<Places>, page: &Arc<SitePage>) -> Arc<Resolved> {
    let Some(index) = page.page else { return Arc::new(of_page(targets, page)) };
    let memo = &pages[index].memo;
    let from = (Which::of(page), Which::of(places));
    memo.known("links", &from).unwrap_or_else(|| {
        let resolved = of_page(targets, page);
        if resolved.names_search { Arc::new(resolved) } else { memo.keep("links", from, resolved) }
    })
}

fn of_page(targets: &Targets<'_>, page: &SitePage) -> Resolved {
    let around = Around {
        from: From::page(page),
        ids: page.ids.iter().map(String::as_str).collect(),
        maps: page.maps.iter().map(String::as_str).collect(),
        policy: page.policy.as_deref(),
        is_moved: page.page.is_none() && targets.moved(&page.path).is_some(),
        is_page: true,
    };
    let mut resolved = Resolved::default();
    for link in page.links() {
        look(targets, &around, link, &mut resolved);
    }
    resolved
}

/// The references of HTML, SVG or CSS that is no page.
pub(super) fn of_file(targets: &Targets<'_>, path: &str, seen: &Seen) -> Resolved {
    let around = Around {
        from: From::file(path),
        ids: seen.ids.iter().map(String::as_str).collect(),
        maps: seen.maps.iter().map(String::as_str).collect(),
        policy: seen.policy.as_deref(),
        is_moved: false,
        is_page: false,
    };
    let mut resolved = Resolved::default();
    for (piece, at) in &seen.pieces {
        let (from, piece) = (path.to_owned(), Arc::new(piece.clone()));
        look(targets, &around, Link { from, piece, origin: Origin::File(*at) }, &mut resolved);
    }
    resolved
}

/// The references of the files that we add.
fn of_assets(targets: &Targets<'_>, site: &Site) -> Resolved {
    let mut all = Resolved::default();
    for (path, bytes) in &site.assets {
        let Some(seen) = files::seen(path, bytes) else { continue };
        let one = of_file(targets, path, &seen);
        all.bad.extend(one.bad);
        all.files.extend(one.files);
    }
    all
}

/// What a reference is judged by.
struct Around<'p> {
    from: From<'p>,
    ids: BTreeSet<&'p str>,
    maps: BTreeSet<&'p str>,
    policy: Option<&'p str>,
    /// The page only leads on.
    is_moved: bool,
    is_page: bool,
}

fn look(targets: &Targets<'_>, around: &Around<'_>, link: Link, into: &mut Resolved) {
    let is_of_frame = link.origin == Origin::Frame;
    let piece = link.piece.as_ref();
    let target = match judge(targets, around, piece) {
        // Where the addresses of the frame lead is up to the theme.
        Some(Target::Active(_)) if is_of_frame && piece.element == "base" => return,
        Some(target) if is_run(targets, piece, &target, is_of_frame) => {
            Some(Target::Active("a script from what is no script file of the book"))
        }
        Some(Target::ThirdParty(host)) => Some(Target::ThirdParty(host)),
        // A file has none, wherever it is from.
        Some(_) if !around.is_page && piece.element == "script" => Some(Target::Active("a script")),
        target => target,
    };
    into.names_search |= match &target {
        Some(Target::Asset(path) | Target::File(path) | Target::Nowhere(path) | Target::Case(path)) => {
            is_of_search(&path.to_ascii_lowercase())
        }
        _ => false,
    };
    let target = match target {
        None | Some(Target::Outside | Target::Asset(_)) => return,
        Some(Target::Page(page)) => {
            if matches!(piece.kind, Kind::Follow | Kind::Refresh) {
                into.leads.insert(page);
            }
            return;
        }
        Some(Target::File(file)) => {
            let fragment = piece.value.split_once('#').map_or("", |(_, fragment)| fragment);
            let fragment = percent_decode_str(fragment.trim()).decode_utf8_lossy().into_owned();
            into.files.push(Asked { link, file, fragment });
            return;
        }
        Some(bad) => bad,
    };
    into.bad.push(Bad { link, target });
}

/// Whether a `<script>` loads something of the site, or from beside it, that is no file of the book. A page, an output or
/// what others publish can hold a script as well; of these, the frame has those of the theme and of our own server.
fn is_run(targets: &Targets<'_>, piece: &Piece, target: &Target, is_of_frame: bool) -> bool {
    if piece.element != "script" || piece.kind != Kind::Load {
        return false;
    }
    match target {
        Target::Asset(path) => !(is_of_frame && OF_THEME.iter().any(|(_, known)| known == path)),
        Target::Outside => !(is_of_frame && targets.is_of_server(&piece.value)),
        Target::Page(_) => true,
        _ => false,
    }
}

/// Where a reference leads, or what else is wrong with it.
fn judge(targets: &Targets<'_>, around: &Around<'_>, piece: &Piece) -> Option<Target> {
    let value = piece.value.as_str();
    let of_style = piece.is_of_style();
    if let Some(what) = active::code(piece) {
        return Some(Target::Active(what));
    }
    match piece.kind {
        Kind::Id => (!around.ids.contains(value)).then(|| Target::NoId(value.to_owned())),
        Kind::Map => {
            let name = value.strip_prefix('#').unwrap_or(value);
            (!around.maps.contains(name)).then(|| Target::NoId(name.to_owned()))
        }
        Kind::NoAlt => around.is_page.then_some(Target::NoAlt),
        Kind::Code => stopped(around, piece),
        // Nothing but an address that is not there: the page itself, for a form.
        Kind::Name if value.trim().is_empty() && piece.element != "link" => None,
        Kind::Follow if value.trim().is_empty() && !matches!(piece.element.as_ref(), "a" | "area") => None,
        // That an old address leads to nothing is said at book.toml.
        _ if around.is_moved && value.trim().is_empty() => None,
        // An id within the page that uses the style.
        _ if of_style && value.starts_with('#') => None,
        kind => {
            let stripped = super::address::stripped(value);
            let scheme = super::address::scheme(&stripped).map(|(scheme, _)| scheme.to_ascii_lowercase());
            match scheme.as_deref() {
                Some("data") if of_style && kind == Kind::Load => {
                    return Some(Target::Active("a style sheet within an address"));
                }
                Some("data") if of_style => return None,
                Some("data") => return data(around, kind),
                _ => {}
            }
            match targets.resolve(around.from, value) {
                Target::ThirdParty(_) if matches!(piece.attribute.as_ref(), "action" | "formaction") => {
                    Some(Target::Active("a form that sends what readers type to another site"))
                }
                Target::ThirdParty(_) if !kind.is_loaded() || around.is_moved => None,
                // A page is no picture.
                Target::Page(page) if kind == Kind::Image => Some(Target::Nowhere(page)),
                target => Some(target),
            }
        }
    }
}

/// Style that the policy of the page does not let apply.
fn stopped(around: &Around<'_>, piece: &Piece) -> Option<Target> {
    let policy = around.policy?;
    let mut parts = policy.split(';').map(str::trim);
    let sources = parts
        .clone()
        .find(|part| part.starts_with("style-src"))
        .or_else(|| parts.find(|part| part.starts_with("default-src")))?;
    if sources.contains("'unsafe-inline'") || sources.contains("'nonce-") || sources.contains("'sha") {
        return None;
    }
    Some(Target::Stopped(match piece.attribute.as_ref() {
        "style" => "a `style` attribute",
        _ => "a style sheet within the page",
    }))
}

fn data(around: &Around<'_>, kind: Kind) -> Option<Target> {
    match kind {
        Kind::Follow | Kind::Refresh => Some(Target::Malformed(
            "holds its content in the address, and browsers do not go there".to_owned(),
            "put the content into a file of the book, and link to that".to_owned(),
        )),
        Kind::Image | Kind::Load if around.policy.is_some_and(|policy| !policy.contains("data:")) => {
            Some(Target::Stopped("content within an address"))
        }
        _ => None,
    }
}
