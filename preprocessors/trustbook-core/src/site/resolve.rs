//! Where a link of the site leads: to a page, an anchor, a file, or nowhere.

use super::{Options, Site};
use crate::trust::Trust;
use crate::world;
use percent_encoding::percent_decode_str;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that a link can lead to.
pub struct Targets<'s> {
    pages: BTreeMap<&'s str, BTreeSet<&'s str>>,
    assets: BTreeSet<&'s str>,
    /// Files under `src`, without that folder.
    files: BTreeSet<&'s str>,
    /// The path under which the site is published, with slashes at both ends.
    base: String,
    /// Pages that lead on: their anchors are those of another page.
    redirects: BTreeSet<&'s str>,
    /// The page is served while it is written, by a server with addresses of its own.
    live: bool,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Out of the site, or to something that is not a page: `https:`, `mailto:`.
    Outside,
    /// To a page of the site.
    Page(String),
    /// To a file under `src`.
    File(String),
    /// To a file of the theme.
    Asset(String),
    /// To a scheme of ours that should have been replaced.
    Unexpanded,
    /// To a page that exists, at an anchor that does not.
    NoAnchor {
        /// The page.
        page: String,
        /// The anchor.
        anchor: String,
    },
    /// Nowhere: this path is not part of the site.
    Nowhere(String),
}

impl<'s> Targets<'s> {
    /// The targets of a site.
    pub fn new(trust: &'s Trust, site: &'s Site, options: &Options) -> Self {
        let src = format!("{}/", trust.config.src);
        Targets {
            pages: site
                .pages
                .iter()
                .map(|page| (page.path.as_str(), page.ids.iter().map(String::as_str).collect()))
                .collect(),
            assets: site.assets.keys().map(String::as_str).collect(),
            files: trust
                .files
                .iter()
                .filter(|entry| entry.plain)
                .filter_map(|entry| entry.path.strip_prefix(src.as_str()))
                .collect(),
            base: trust.config.base_path(),
            redirects: trust.config.html.redirects.iter().map(|(from, _)| from.value.trim_start_matches('/')).collect(),
            live: options.live,
        }
    }

    /// Where a link on a page leads.
    pub fn resolve(&self, from: &str, url: &str) -> Target {
        let url = url.trim();
        if let Some((scheme, _)) = url.split_once(':')
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        {
            let ours = crate::page::context::SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme));
            return if ours { Target::Unexpanded } else { Target::Outside };
        }
        let of_server = self.live && url.trim_start_matches("../").trim_start_matches('/').starts_with("__trustbook/");
        if url.starts_with("//") || of_server {
            return Target::Outside;
        }
        let (path, fragment) = url.split_once('#').unwrap_or((url, ""));
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        let path = percent_decode_str(path).decode_utf8_lossy();
        let fragment = percent_decode_str(fragment).decode_utf8_lossy();
        match self.locate(from, &path) {
            Target::Page(page) => self.anchored(page, &fragment),
            other => other,
        }
    }

    fn locate(&self, from: &str, path: &str) -> Target {
        let full = match path.strip_prefix('/') {
            None if path.is_empty() => Some(from.to_owned()),
            None => world::join(world::parent(from), path),
            Some(_) if self.base.trim_end_matches('/') == path => Some(String::new()),
            Some(_) => path.strip_prefix(self.base.as_str()).and_then(|rest| world::join("", rest)),
        };
        let Some(full) = full else {
            return Target::Nowhere(path.to_owned());
        };
        let index = if full.is_empty() { "index.html".to_owned() } else { format!("{full}/index.html") };
        if self.pages.contains_key(full.as_str()) && !path.ends_with('/') {
            Target::Page(full)
        } else if self.pages.contains_key(index.as_str()) {
            Target::Page(index)
        } else if self.assets.contains(full.as_str()) {
            Target::Asset(full)
        } else if self.files.contains(full.as_str()) {
            Target::File(full)
        } else {
            Target::Nowhere(full)
        }
    }

    fn anchored(&self, page: String, fragment: &str) -> Target {
        let plain = fragment.is_empty() || fragment == "top" || fragment.starts_with(":~:");
        if plain
            || self.redirects.contains(page.as_str())
            || self.pages.get(page.as_str()).is_some_and(|ids| ids.contains(fragment))
        {
            Target::Page(page)
        } else {
            Target::NoAnchor { page, anchor: fragment.to_owned() }
        }
    }
}
