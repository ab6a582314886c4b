//! Resolves all references of the site once, and collects the broken ones and the files that the others lead to.

use super::judge::{FileRequest, Resolved, is_of_search, of_file, of_page};
use super::placed::{self, BadLink, FileText};
use super::resolve::{Bad, LinkTarget, Targets};
use super::{Options, Site, SitePage, files, orphans};
use crate::book::Book;
use crate::cache::ValueIdentity;
use crate::page::Page;
use crate::world::World;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Resolves every reference of every page, reads the files that they lead to, and resolves the references in these.
pub(super) fn follow(world: &dyn World, book: &Book, options: &Options, stay: BTreeSet<String>, site: &mut Site) {
    let targets = Targets::new(book, site, options);
    let places = book.cache.last_equal("places", Places::of(site, options));
    let resolve = |page| resolved(&book.pages, &targets, &places, page);
    let pages: Vec<Arc<Resolved>> = site.pages.par_iter().map(resolve).collect();
    let assets = of_assets(&targets, site);
    let mut asked: Vec<FileRequest> = pages.iter().flat_map(|page| page.files.iter().cloned()).collect();
    asked.extend(assets.files);
    let read = files::read(world, &book.config, &targets, asked, stay);

    let mut late: BTreeMap<String, Vec<Bad>> = BTreeMap::new();
    let (of_pages, of_files): (Vec<_>, Vec<_>) = read.bad.into_iter().partition(|bad| bad.link.is_of_page());
    for bad in of_pages {
        late.entry(bad.link.from.clone()).or_default().push(bad);
    }
    let frames = placed::Frames::of(&book.config);
    let (mut said, base) = (BTreeSet::new(), book.config.base_path());
    // A fault in the frame occurs on every page and is reported once. Redirects are kept apart by page.
    let mut is_new = |bad: &&Bad| {
        bad.link.is_of_chapter() || {
            // The path to the root differs from page to page.
            let value = bad.link.piece.value.trim_start_matches("../").trim_start_matches(base.as_str()).to_owned();
            let page = targets.moved(&bad.link.from).map(|_| bad.link.from.clone()).unwrap_or_default();
            said.insert((page, bad.target.clone(), value))
        }
    };
    let new: Vec<Vec<&Bad>> = site
        .pages
        .iter()
        .zip(&pages)
        .map(|(page, resolved)| {
            let late = late.get(&page.path).into_iter().flatten();
            resolved.bad.iter().chain(late).filter(&mut is_new).collect()
        })
        .collect();
    let place = |(page, bad): (&Arc<SitePage>, Vec<&Bad>)| -> Vec<BadLink> {
        bad.into_iter().filter_map(|bad| placed::on_page(book, &frames, page, bad.clone())).collect()
    };
    let placed: Vec<Vec<BadLink>> = site.pages.par_iter().zip(new).map(place).collect();
    let mut bad: Vec<BadLink> = placed.into_iter().flatten().collect();
    let mut said = BTreeSet::new();
    let of_files = assets.bad.into_iter().chain(of_files).filter(|bad| match bad.target {
        // The first piece of active content of each type is enough for a file.
        LinkTarget::Active(what) => said.insert((bad.link.from.clone(), what)),
        _ => true,
    });
    let mut texts: BTreeMap<String, Option<FileText<'_>>> = BTreeMap::new();
    bad.extend(of_files.map(|bad| {
        let text = texts.entry(bad.link.from.clone()).or_insert_with_key(|path| {
            let bytes = read.files.get(path).or_else(|| book.additional.get(path));
            FileText::of(bytes.map_or(&[], Vec::as_slice))
        });
        placed::in_file(book, bad, text.as_ref())
    }));
    drop(texts);
    bad.extend(placed::loops(&book.config, &targets));
    let leads: Vec<&BTreeSet<String>> = pages.iter().map(|page| &page.leads).collect();
    let orphans = orphans::find(site, &leads);
    (site.bad_links, site.orphans) = (bad, orphans);
    (site.used, site.files, site.unread) = (read.used, read.files, read.unread);
}

/// The inputs of [`Targets`] that can change between two builds of a book.
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

/// Returns the resolved references of a page. They are resolved anew only if the page or a possible target has changed.
fn resolved(pages: &[Page], targets: &Targets<'_>, places: &Arc<Places>, page: &Arc<SitePage>) -> Arc<Resolved> {
    let Some(index) = page.page else { return Arc::new(of_page(targets, page)) };
    let cache = &pages[index].cache;
    let from = (ValueIdentity::of(page), ValueIdentity::of(places));
    cache.known("links", &from).unwrap_or_else(|| {
        let resolved = of_page(targets, page);
        if resolved.names_search { Arc::new(resolved) } else { cache.keep("links", from, resolved) }
    })
}

/// Resolves the references of the files that the build adds.
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
