//! The paths of two files of the site are equal on some file systems.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::place;
use crate::site::Site;
use crate::span::Span;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const CHECK: Check = Check::deny("path-clash", include_str!("path_clash.md"), Run::Site(run));

/// The list of all files, written when the site is published.
const MANIFEST: &str = "manifest.json";

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    let pages = site.pages.iter().map(|page| &page.path);
    let files = pages.chain(&site.beside).chain(site.assets.keys()).chain(&site.used).map(String::as_str);
    let all: Vec<&str> = files.collect();
    let places = Places::of(book, site);
    if all.contains(&MANIFEST) {
        findings.push(replaced(&places, MANIFEST, "is the list of all files of the site"));
    }
    let paths: BTreeSet<&str> = all.into_iter().chain([MANIFEST]).collect();
    // An old address below a page or another one is reported at book.toml.
    let old = book.config.html.redirects.iter().map(|(from, _)| from.value.trim_start_matches('/'));
    let old: BTreeSet<&str> = old.collect();
    let folded: BTreeSet<String> = paths.iter().map(|path| place::fold(path)).collect();
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    let mut told: BTreeSet<String> = BTreeSet::new();
    for path in paths {
        let above =
            path.match_indices('/').map(|(at, _)| &path[..at]).find(|above| folded.contains(&place::fold(above)));
        if let Some(above) = above
            && !old.contains(path)
            && told.insert(place::fold(above))
        {
            findings.push(replaced(&places, path, &format!("is in a folder `{above}`, but that is a file")));
        }
        // If folders clash, all files in them do as well.
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let clash = ends.map(|end| &path[..end]).find_map(|part| {
            let folded = place::fold(part);
            let first = *known.entry(folded.clone()).or_insert(part);
            (first != part).then_some((folded, first, part))
        });
        // The Markdown copies of two pages clash exactly if the pages do.
        let page_of = |folded: String| folded.strip_suffix(".md").map(|stem| format!("{stem}.html")).unwrap_or(folded);
        if let Some((folded, first, second)) = clash
            && told.insert(page_of(folded))
        {
            findings.push(finding(&places, first, second));
        }
    }
}

/// Creates a finding for a path that cannot be written.
fn replaced(places: &Places, path: &str, why: &str) -> Diagnostic {
    let place = places.at(path).unwrap_or_else(|| Place::File("book.toml".to_owned()));
    Diagnostic::new(place, format!("`{path}` {why}")).help("rename it, or remove it")
}

fn finding(places: &Places, first: &str, second: &str) -> Diagnostic {
    let places = [second, first].map(|path| (path, places.at(path)));
    // The book can only rename its own files.
    let (at, place) = places.iter().find_map(|(path, place)| Some((*path, place.clone()?))).unwrap_or_else(|| {
        let config = Place::File("book.toml".to_owned());
        (second, config)
    });
    let other = if at == second { first } else { second };
    let spans: Vec<Span> = places.iter().filter_map(|(_, place)| span_of(place.as_ref()?)).collect();
    let finding = Diagnostic::new(place, format!("`{at}` and `{other}` of the site are the same on some file systems"))
        .help("rename one of them: on a file system that ignores case, one overwrites the other");
    match spans.as_slice() {
        [_, other] => finding.also(*other, "the other path"),
        _ => finding,
    }
}

/// The parts of the book that are published, by their paths: old addresses, chapters, and files that pages use.
struct Places([BTreeMap<String, Place>; 3]);

impl Places {
    fn of(book: &Book, site: &Site) -> Self {
        let old = book.config.html.redirects.iter().rev();
        let old = old.map(|(from, _)| (from.value.trim_start_matches('/').to_owned(), Place::At(from.span)));
        let pages = book.pages.iter().rev().filter_map(|page| {
            let place = page.chapter.span.map_or_else(|| Place::File(page.source.clone()), Place::At);
            Some((page.chapter.page_path()?, place))
        });
        let pages = pages.flat_map(|(path, place)| [(crate::site::twin(&path), place.clone()), (path, place)]);
        let file = |used: &String| (used.clone(), Place::File(book.config.in_src(used)));
        Places([old.collect(), pages.collect(), site.used.iter().map(file).collect()])
    }

    /// Returns the part of the book that is published at a path, or below it.
    fn at(&self, path: &str) -> Option<Place> {
        let below = format!("{path}/");
        self.0.iter().find_map(|places| {
            let first = || places.range(below.clone()..).next().filter(|(known, _)| known.starts_with(&below));
            places.get(path).or_else(|| first().map(|(_, place)| place)).cloned()
        })
    }
}

fn span_of(place: &Place) -> Option<Span> {
    match place {
        Place::At(span) => Some(*span),
        Place::File(_) | Place::InFile { .. } => None,
    }
}
