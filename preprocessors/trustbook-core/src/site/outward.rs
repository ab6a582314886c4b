//! The web addresses outside of the site that its pages name, with where each is written.

use super::links::{frame_place, written};
use super::resolve::{Target, Targets};
use super::{Options, Site, SitePage};
use crate::diagnostic::Place;
use crate::trust::Trust;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A link that leaves the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outward {
    /// The whole address, with its scheme, as it is written but for white space.
    pub url: String,
    /// The page of the site that it stands on.
    pub from: String,
    /// Where the writer wrote it.
    pub place: Place,
}

/// All links that leave the site, in the order of its pages; one of the frame is there once.
pub fn outward(trust: &Trust, site: &Site, options: &Options) -> Vec<Outward> {
    let targets = Targets::new(trust, site, options);
    let redirects = trust.config.html.redirects.iter();
    let redirects = redirects.map(|(from, to)| (from.value.trim_start_matches('/'), to.span)).collect();
    let per_page: Vec<Vec<(Outward, bool)>> = site
        .pages
        .par_iter()
        .map(|page| {
            let own = page.links.iter().map(|link| (link, true));
            let all = own.chain(page.frame_links.iter().map(|link| (link, false)));
            let leaving: Vec<(String, &str, bool)> = all
                .filter(|(link, _)| targets.resolve(&page.path, &link.url) == Target::Outside)
                .filter_map(|(link, is_own)| Some((whole(trust, &link.url)?, link.url.as_str(), is_own)))
                .collect();
            let source = page.page.map(|index| &trust.pages[index]).filter(|_| !leaving.is_empty());
            let typed = source.map(|source| written(trust, source)).unwrap_or_default();
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            let place = |url: &str, is_own: bool| match source.filter(|_| is_own) {
                Some(source) => {
                    let nth = counts.entry(url.to_owned()).or_default();
                    *nth += 1;
                    let same = typed.get(url).and_then(|same| same.get(*nth - 1).or(same.last()));
                    same.map_or_else(|| Place::File(source.source.clone()), |(span, _)| Place::At(*span))
                }
                None => frame_place(trust, &redirects, page, url),
            };
            with_places(page, leaving, place)
        })
        .collect();
    let mut said = BTreeSet::new();
    let all = per_page.into_iter().flatten();
    all.filter(|(link, is_own)| *is_own || said.insert(link.url.clone())).map(|(link, _)| link).collect()
}

fn with_places(
    page: &SitePage,
    leaving: Vec<(String, &str, bool)>,
    mut place: impl FnMut(&str, bool) -> Place,
) -> Vec<(Outward, bool)> {
    let of = |(url, written, is_own): (String, &str, bool)| {
        let place = place(written, is_own);
        (Outward { url, from: page.path.clone(), place }, is_own)
    };
    leaving.into_iter().map(of).collect()
}

/// A web address with its scheme. What begins as the site does is a link within it.
fn whole(trust: &Trust, url: &str) -> Option<String> {
    let url = url.trim();
    let url = if url.starts_with("//") { format!("https:{url}") } else { url.to_owned() };
    let (scheme, _) = url.split_once(':')?;
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let is_own = trust.config.trustbook.site_url.as_ref().is_some_and(|own| url.starts_with(own.as_str()));
    (is_web && !is_own).then_some(url)
}
