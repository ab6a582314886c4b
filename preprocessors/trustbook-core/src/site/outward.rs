//! Lists the web addresses outside the site that its pages and files name, each with the place where it is written.

use super::address::{fault, scheme, stripped};
use super::files;
use super::piece::{PlacedReference, ReferenceOrigin, SiteReference, Use};
use super::placed::{self, BadLink, FileText};
use super::resolve::{Bad, From, LinkTarget, Targets};
use super::{Options, Site};
use crate::book::Book;
use crate::diagnostic::Place;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A link that leaves the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outward {
    /// The absolute address as written, with its scheme and without white space around it.
    pub url: String,
    /// The page or file of the site that contains it.
    pub from: String,
    /// The browser's use of it.
    pub kind: Use,
    /// The place in the sources where it is written.
    pub place: Place,
}

/// Returns all links that leave the site, in the order of its pages. A link of the frame is listed once.
pub fn outward(book: &Book, site: &Site, options: &Options) -> Vec<Outward> {
    let targets = Targets::new(book, site, options);
    let frames = placed::Frames::of(&book.config);
    let per_page: Vec<Vec<(bool, BadLink)>> = site
        .pages
        .par_iter()
        .map(|page| {
            let leaving = page.links().filter_map(|link| {
                let target = leaves(&targets, From::page(page), &link.piece)?;
                let is_of_frame = !link.is_of_chapter();
                Some((is_of_frame, placed::on_page(book, &frames, page, Bad { link, target })?))
            });
            leaving.collect()
        })
        .collect();
    let mut said = BTreeSet::new();
    let of_pages = per_page.into_iter().flatten();
    let of_pages = of_pages.filter(|(is_of_frame, link)| !is_of_frame || said.insert(link.piece.value.clone()));
    let mut found: Vec<Outward> = of_pages.map(|(_, link)| of(link)).collect();
    for (path, bytes) in site.assets.iter().chain(&site.files) {
        let pieces = files::seen(path, bytes).map(|seen| seen.pieces).unwrap_or_default();
        let text = if pieces.is_empty() { None } else { FileText::of(bytes) };
        found.extend(pieces.into_iter().filter_map(|(piece, at)| {
            let target = leaves(&targets, From::file(path), &piece)?;
            let link =
                PlacedReference { from: path.clone(), piece: Arc::new(piece), origin: ReferenceOrigin::File(at) };
            Some(of(placed::in_file(book, Bad { link, target }, text.as_ref())))
        }));
    }
    found
}

fn of(link: BadLink) -> Outward {
    Outward { url: whole(&link.piece.value).into_owned(), from: link.from, kind: link.piece.kind, place: link.place }
}

/// Returns an address with its scheme: `https:` is added to one that starts with `//`.
fn whole(value: &str) -> Cow<'_, str> {
    let url = stripped(value);
    if url.starts_with("//") { Cow::Owned(format!("https:{url}")) } else { url }
}

/// Returns the target of a reference if it is a web address outside the site.
fn leaves(targets: &Targets<'_>, from: From<'_>, piece: &SiteReference) -> Option<LinkTarget> {
    if matches!(piece.kind, Use::Id | Use::Map | Use::Code | Use::NoAlt) {
        return None;
    }
    let url = whole(&piece.value);
    let (scheme, rest) = scheme(&url)?;
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    if !is_web || fault(scheme, rest).is_some() {
        return None;
    }
    let target = targets.resolve(from, &url);
    matches!(target, LinkTarget::Outside | LinkTarget::ThirdParty(_)).then_some(target)
}
