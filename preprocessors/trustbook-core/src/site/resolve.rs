//! Resolves addresses of the site: to a page, an anchor, a file, another site, or nothing.

use super::address::{fault, scheme, stripped};
use super::piece::PlacedReference;
use super::{Options, Site, SitePage};
use crate::book::Book;
use crate::world::{self, forbidden};
use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;
use url::Url;

/// A broken reference, before it is located in the sources.
#[derive(Debug, Clone)]
pub(super) struct Bad {
    pub(super) link: PlacedReference,
    pub(super) target: LinkTarget,
}

/// All targets that an address of the site can have.
pub(super) struct Targets<'s> {
    /// The ids of each page, by path.
    pages: HashMap<&'s str, HashSet<&'s str>>,
    assets: BTreeSet<&'s str>,
    /// The files under `src`, relative to it.
    files: BTreeSet<&'s str>,
    /// The address at which the site is published, if the book sets it.
    site_url: Option<&'s Url>,
    /// The path under which the site is published, with a slash at both ends.
    base: String,
    /// The declared paths outside the book, relative to the root of the site. Those beside the site begin with `../`.
    outside: Vec<String>,
    /// The old addresses that redirect, and their targets.
    moved: BTreeMap<&'s str, &'s str>,
    /// True if a live server, which has addresses of its own, serves the pages.
    live: bool,
    /// The style sheets and scripts that the book adds to every page.
    additional: BTreeSet<&'s str>,
    /// True if the host also serves `a.html` at `a`.
    without_extension: bool,
    /// All paths in lower case, to find those that differ only in case. Built on first use.
    lower: OnceLock<BTreeMap<String, &'s str>>,
    /// The page at which each redirect ends, if any. Built on first use.
    ends: OnceLock<BTreeMap<String, Option<String>>>,
}

/// The target of an address, or the reason why it has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkTarget {
    /// A target outside the site, or one that is not a page: another web site, `mailto:`.
    Outside,
    /// Another web site, which the browser would contact without the reader's action; holds the host.
    ThirdParty(String),
    /// A page of the site.
    Page(String),
    /// A file under `src`.
    File(String),
    /// A file of the theme, or another file that the build adds.
    Asset(String),
    /// A scheme of Trustbook that should have been replaced.
    Unexpanded,
    /// A missing anchor in an existing page or file.
    NoAnchor {
        /// The path of the page or file.
        page: String,
        /// The missing anchor.
        anchor: String,
    },
    /// A line after the end of a file.
    NoLine {
        /// The path of the file.
        file: String,
        /// The number of the line.
        line: usize,
        /// The number of lines in the file.
        lines: usize,
    },
    /// A missing element of the page itself; holds its id or name.
    NoId(String),
    /// A path that is not part of the site.
    Nowhere(String),
    /// A path that differs from one of the site only in case; holds the correct path.
    Case(String),
    /// A path out of the site that the book does not declare, relative to the root of the site.
    Leaves(String),
    /// An address that cannot be followed: the reason as a phrase, and the suggested action.
    Malformed(String, String),
    /// A `data:` address as a link. Browsers refuse to go there.
    Data,
    /// Content that the policy of the page blocks; names it, as a phrase.
    Stopped(&'static str),
    /// Content that a browser would run or a host obey; names it, as a phrase.
    Active(&'static str),
    /// A picture without alternative text.
    NoAlt,
    /// A redirect that never ends; holds the pages of the cycle.
    Loop(Vec<String>),
}

/// The document that an address is resolved against.
#[derive(Debug, Clone, Copy)]
pub(super) struct From<'s> {
    /// The path of the page or file.
    pub(super) path: &'s str,
    /// The value of its `<base href>`.
    pub(super) base: Option<&'s str>,
    /// True if the page is served at addresses of any depth.
    pub(super) is_anywhere: bool,
}

impl<'s> From<'s> {
    pub(super) fn page(page: &'s SitePage) -> Self {
        // A policy that names `base-uri` makes browsers ignore `<base>`.
        let ignores = page.policy.as_deref().is_some_and(|policy| policy.contains("base-uri"));
        let base = page.base.as_deref().filter(|_| !ignores);
        From { path: &page.path, base, is_anywhere: page.path == "404.html" && base.is_none() }
    }

    pub(super) fn file(path: &'s str) -> Self {
        From { path, base: None, is_anywhere: false }
    }
}

impl<'s> Targets<'s> {
    /// Collects the targets of a site.
    pub(super) fn new(book: &'s Book, site: &'s Site, options: &Options) -> Self {
        let src = book.config.src_prefix();
        let redirects = book.config.html.redirects.iter().filter(|(from, _)| !from.value.contains('#'));
        let base = book.config.base_path();
        // A page of the book is never replaced by a redirect; the conflict is reported at book.toml.
        let added: BTreeSet<&str> =
            site.pages.iter().filter(|page| page.page.is_none()).map(|page| page.path.as_str()).collect();
        Targets {
            pages: site
                .pages
                .par_iter()
                .map(|page| (page.path.as_str(), page.ids.iter().map(String::as_str).collect()))
                .collect(),
            assets: site.assets.keys().chain(&site.beside).map(String::as_str).collect(),
            files: book
                .files
                .iter()
                .filter_map(|entry| Some((entry, entry.path.strip_prefix(src.as_str())?)))
                // What must not be published is not, whatever becomes of the finding.
                .filter(|(entry, path)| forbidden(entry, path).is_none())
                .map(|(_, path)| path)
                .collect(),
            site_url: book.config.trustbook.site_url.as_ref(),
            outside: book.config.trustbook.outside.iter().map(|root| declared(&root.value, &base)).collect(),
            base,
            moved: redirects
                .map(|(from, to)| (from.value.trim_start_matches('/'), to.value.as_str()))
                .filter(|(from, _)| added.contains(from))
                .collect(),
            live: options.live,
            additional: book.additional.keys().map(String::as_str).collect(),
            without_extension: book.config.trustbook.links.without_extension,
            lower: OnceLock::new(),
            ends: OnceLock::new(),
        }
    }

    /// Returns the target of the redirect at a path.
    pub(super) fn moved(&self, path: &str) -> Option<&'s str> {
        self.moved.get(path).copied()
    }

    /// Returns the page that the redirect at a path leads to, if it is a page of the site.
    pub(super) fn next(&self, path: &str) -> Option<String> {
        let to = self.moved(path)?;
        match self.resolve(From::file(path), to.split('#').next().unwrap_or_default()) {
            LinkTarget::Page(page) => Some(page),
            _ => None,
        }
    }

    /// Resolves an address that is written in `from`.
    pub(super) fn resolve(&self, from: From<'_>, url: &str) -> LinkTarget {
        let url = stripped(url);
        if url.is_empty() {
            let help = "write where it leads, or take the link away";
            return LinkTarget::Malformed("is empty".to_owned(), help.to_owned());
        }
        match scheme(&url) {
            Some((scheme, rest)) => self.schemed(from, scheme, rest, &url),
            None if url.starts_with("//") => self.schemed(from, "https", &url, &format!("https:{url}")),
            None => self.relative(from, &url),
        }
    }

    fn schemed(&self, from: From<'_>, scheme: &str, rest: &str, url: &str) -> LinkTarget {
        if crate::page::context::SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
            return LinkTarget::Unexpanded;
        }
        if let Some((why, help)) = fault(scheme, rest) {
            return LinkTarget::Malformed(why, help);
        }
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return LinkTarget::Outside;
        }
        let Ok(url) = Url::parse(url) else { return LinkTarget::Outside };
        let is_own = self.site_url.is_some_and(|own| own.host() == url.host() && own.port() == url.port());
        match is_own {
            // Another site on the same host is out of scope.
            true if format!("{}/", url.path()).starts_with(&self.base) => {
                let fragment = url.fragment().map(|fragment| format!("#{fragment}")).unwrap_or_default();
                self.relative(from, &format!("{}{fragment}", url.path()))
            }
            true => LinkTarget::Outside,
            false => LinkTarget::ThirdParty(url.host_str().unwrap_or_default().to_owned()),
        }
    }

    /// Returns true if a path belongs to the live server itself.
    pub(super) fn is_of_server(&self, path: &str) -> bool {
        self.live && path.trim_start_matches("../").trim_start_matches('/').starts_with("__trustbook/")
    }

    /// Returns true if a path is that of a style sheet or script which the book adds to every page.
    pub(super) fn is_additional(&self, path: &str) -> bool {
        self.additional.contains(path)
    }

    fn relative(&self, from: From<'_>, url: &str) -> LinkTarget {
        let (path, fragment) = url.split_once('#').unwrap_or((url, ""));
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        if self.is_of_server(path) {
            return LinkTarget::Outside;
        }
        if from.is_anywhere && !path.is_empty() && !path.starts_with('/') {
            return LinkTarget::Malformed(
                "is relative, and this page is shown at addresses of any depth".to_owned(),
                format!("start it at the root of the site: `{}{path}`", self.base),
            );
        }
        let decoded = percent_decode_str(path).decode_utf8_lossy();
        let based = from.base.filter(|_| !path.starts_with('/'));
        let located = match based {
            // A browser applies `<base>` to every address, even to an anchor alone.
            Some(base) => match scheme(base) {
                Some(_) => return self.resolve(From { base: None, ..from }, &joined(base, url)),
                None => self.locate(from.path, &joined(base, &decoded)),
            },
            None => self.locate(from.path, &decoded),
        };
        match located {
            LinkTarget::Page(page) => self.anchored(page, fragment),
            other => other,
        }
    }

    fn locate(&self, from: &str, path: &str) -> LinkTarget {
        if path.contains('\\') {
            let help = format!("write `{}`", path.replace('\\', "/"));
            return LinkTarget::Malformed("has `\\` between its folders".to_owned(), help);
        }
        let from_root = match path.strip_prefix('/') {
            None if path.is_empty() => from.to_owned(),
            None => climbed(world::parent(from), path),
            Some(_) if self.base.trim_end_matches('/') == path => String::new(),
            Some(_) => match path.strip_prefix(self.base.as_str()) {
                Some(rest) => climbed("", rest),
                // Climb from the root of the site to that of its host, then descend again.
                None => climbed("", &format!("{}{path}", up(&self.base))),
            },
        };
        if self.is_declared(&from_root, path.ends_with('/')) {
            return LinkTarget::Outside;
        }
        if from_root == ".." || from_root.starts_with("../") {
            return LinkTarget::Leaves(from_root);
        }
        let full = from_root;
        let is_folder = path.ends_with('/');
        if self.pages.contains_key(full.as_str()) && !is_folder {
            return LinkTarget::Page(full);
        }
        let index = if full.is_empty() { "index.html".to_owned() } else { format!("{full}/index.html") };
        if self.pages.contains_key(index.as_str()) {
            LinkTarget::Page(index)
        } else if self.assets.contains(full.as_str()) && !is_folder {
            LinkTarget::Asset(full)
        } else if self.files.contains(full.as_str()) && !is_folder {
            LinkTarget::File(full)
        } else if self.files.contains(index.as_str()) {
            LinkTarget::File(index)
        } else if let Some(page) = Some(format!("{full}.html"))
            && self.without_extension
            && !is_folder
            && self.pages.contains_key(page.as_str())
        {
            LinkTarget::Page(page)
        } else {
            match self.in_other_case(&full, &index) {
                // A slash after the name of a page is not a difference in case.
                Some(right) if right == full => LinkTarget::Nowhere(format!("{full}/")),
                Some(right) => LinkTarget::Case(right.to_owned()),
                None => LinkTarget::Nowhere(full),
            }
        }
    }

    fn is_declared(&self, from_root: &str, is_folder: bool) -> bool {
        if self.outside.is_empty() {
            return false;
        }
        let path = if is_folder { format!("{from_root}/") } else { from_root.to_owned() };
        self.outside.iter().any(|root| {
            path.starts_with(root.as_str()) || root.strip_suffix('/').is_some_and(|folder| folder == from_root)
        })
    }

    /// Returns a path of the site that differs only in case. Some disks treat both as one file; the host does not.
    fn in_other_case(&self, full: &str, index: &str) -> Option<&'s str> {
        let lower = self.lower.get_or_init(|| {
            let pages: BTreeSet<&&str> = self.pages.keys().collect();
            let all = pages.into_iter().chain(&self.assets).chain(&self.files);
            all.map(|path| (path.to_lowercase(), *path)).collect()
        });
        lower.get(&full.to_lowercase()).or_else(|| lower.get(&index.to_lowercase())).copied()
    }

    fn anchored(&self, page: String, fragment: &str) -> LinkTarget {
        // The part from `:~:` on is for the browser; the part before it is the anchor.
        let anchor = fragment.split_once(":~:").map_or(fragment, |(anchor, _)| anchor);
        if anchor.is_empty() {
            return LinkTarget::Page(page);
        }
        let end = if self.moved(&page).is_some() { self.end(&page) } else { Some(page.as_str()) };
        // A redirect to nowhere is reported where it is written, and anchors of other sites are unknown.
        let Some(end) = end else { return LinkTarget::Page(page) };
        let decoded = percent_decode_str(anchor).decode_utf8_lossy();
        let has = |id: &str| self.pages.get(end).is_some_and(|ids| ids.contains(id));
        // HTML, 7.4.6.4: try the anchor as written, then decoded, then `top`.
        if has(anchor) || has(&decoded) || decoded.eq_ignore_ascii_case("top") {
            return LinkTarget::Page(page);
        }
        LinkTarget::NoAnchor { page: end.to_owned(), anchor: decoded.into_owned() }
    }

    /// Returns the page at which a chain of redirects ends. A cycle has no end.
    fn end(&self, page: &str) -> Option<&str> {
        let ends = self.ends.get_or_init(|| {
            let mut ends: BTreeMap<String, Option<String>> = BTreeMap::new();
            for start in self.moved.keys() {
                let (mut way, mut here) = (Vec::new(), (*start).to_owned());
                let end = loop {
                    if let Some(known) = ends.get(&here) {
                        break known.clone();
                    }
                    let Some(to) = self.moved(&here) else { break Some(here) };
                    ends.insert(here.clone(), None);
                    let next = self.next(&here).filter(|_| !to.contains('#'));
                    way.push(here);
                    match next {
                        Some(next) => here = next,
                        None => break None,
                    }
                };
                ends.extend(way.into_iter().map(|gone| (gone, end.clone())));
            }
            ends
        });
        ends.get(page)?.as_deref()
    }
}

/// Returns an address resolved against the folder of a `<base href>`.
fn joined(base: &str, url: &str) -> String {
    let base = base.split(['#', '?']).next().unwrap_or_default();
    let folder = base.rfind('/').map_or("", |at| &base[..=at]);
    if url.is_empty() || url.starts_with('#') { format!("{base}{url}") } else { format!("{folder}{url}") }
}

/// Returns a declared root relative to the root of the site.
fn declared(root: &str, base: &str) -> String {
    let ends = if root.ends_with('/') { "/" } else { "" };
    let path = match root.strip_prefix('/') {
        None => climbed("", root),
        Some(_) => match root.strip_prefix(base) {
            Some(rest) => climbed("", rest),
            None => climbed("", &format!("{}{root}", up(base))),
        },
    };
    format!("{path}{ends}")
}

/// Returns the path from the root of the site to that of its host: `..` for each folder.
fn up(base: &str) -> String {
    base.split('/').filter(|part| !part.is_empty()).map(|_| "..").collect::<Vec<_>>().join("/")
}

/// Joins a path onto a folder, and keeps leading `..` parts that leave the root.
fn climbed(dir: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in dir.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_climb_out_of_the_root_and_come_back() {
        assert_eq!(climbed("a/b", "../../../std/x.html"), "../std/x.html");
        assert_eq!(climbed("a", "./../b/"), "b");
        assert_eq!(climbed("", "../../x/../y"), "../../y");
        assert_eq!(declared("../std/", "/book/"), "../std/");
        assert_eq!(declared("/std/", "/book/"), "../std/");
        assert_eq!(declared("/book/api/", "/book/"), "api/");
        assert_eq!(declared("/std/", "/"), "std/");
    }

    #[test]
    fn a_base_takes_the_place_of_the_page() {
        assert_eq!(joined("../x/y.html", "a.html"), "../x/a.html");
        assert_eq!(joined("/docs/", "#a"), "/docs/#a");
    }
}
