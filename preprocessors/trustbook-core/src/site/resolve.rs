//! Where an address of the site leads: to a page, an anchor, a file, out of the site, or nowhere.

use super::address::{fault, scheme, stripped};
use super::piece::Link;
use super::{Options, Site, SitePage};
use crate::trust::Trust;
use crate::world;
use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;
use url::Url;

/// A reference that is wrong, before anybody has looked where it is written.
#[derive(Debug, Clone)]
pub(super) struct Bad {
    pub(super) link: Link,
    pub(super) target: Target,
}

/// Everything that an address can lead to.
pub(super) struct Targets<'s> {
    /// The ids of each page.
    pages: HashMap<&'s str, HashSet<&'s str>>,
    assets: BTreeSet<&'s str>,
    /// Files under `src`, without that folder.
    files: BTreeSet<&'s str>,
    /// Where the site is published, where the book says so.
    site_url: Option<&'s Url>,
    /// The path under which the site is published, with slashes at both ends.
    base: String,
    /// What stands beside the site, or is put into it by others; with `../` in front where it is beside.
    outside: Vec<String>,
    /// Pages that are gone, and where they lead.
    moved: BTreeMap<&'s str, &'s str>,
    /// The page is served while it is written, by a server with addresses of its own.
    live: bool,
    /// The style sheets and scripts that the book adds to every page.
    additional: BTreeSet<&'s str>,
    /// The host serves `a.html` at `a` as well.
    without_extension: bool,
    /// Every path in lower case, for those who write another case; made when somebody does.
    lower: OnceLock<BTreeMap<String, &'s str>>,
    /// For each page that is gone, the page where its readers arrive, if any; made when somebody asks.
    ends: OnceLock<BTreeMap<String, Option<String>>>,
}

/// Where an address leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Out of the site, or to something that is not a page: another web site, `mailto:`.
    Outside,
    /// To another web site, which would be asked by the browser alone: its host.
    ThirdParty(String),
    /// To a page of the site.
    Page(String),
    /// To a file under `src`.
    File(String),
    /// To a file of the theme.
    Asset(String),
    /// To a scheme of ours that should have been replaced.
    Unexpanded,
    /// To a page or a file that exists, at an anchor that does not.
    NoAnchor {
        /// The page.
        page: String,
        /// The anchor.
        anchor: String,
    },
    /// To a line behind the end of a file.
    NoLine {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// How many there are.
        lines: usize,
    },
    /// To an element of the page that it does not have.
    NoId(String),
    /// Nowhere: this path is not part of the site.
    Nowhere(String),
    /// Nowhere, but for the case of its letters: the path as the site has it.
    Case(String),
    /// Out of the site's folder, to what the book does not declare: relative to the root of the site.
    Leaves(String),
    /// It can not be followed at all: why, as a phrase, and what to do.
    Malformed(String, String),
    /// Nowhere: the address holds its content, and browsers do not go there.
    Data,
    /// The policy of the page stops it: what it is, as a phrase.
    Stopped(&'static str),
    /// A browser would run it, or a host obey: what it is, as a phrase.
    Active(&'static str),
    /// A picture without an alternative text.
    NoAlt,
    /// Round and round: the pages of the circle.
    Loop(Vec<String>),
}

/// What an address stands on.
#[derive(Debug, Clone, Copy)]
pub(super) struct From<'s> {
    /// The path of the page or file.
    pub(super) path: &'s str,
    /// What its `<base>` says.
    pub(super) base: Option<&'s str>,
    /// It is shown at addresses of any depth.
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
    /// The targets of a site.
    pub(super) fn new(trust: &'s Trust, site: &'s Site, options: &Options) -> Self {
        let src = format!("{}/", trust.config.src);
        let redirects = trust.config.html.redirects.iter().filter(|(from, _)| !from.value.contains('#'));
        let base = trust.config.base_path();
        // A page of the book stays where an old address would take its place; that is reported at book.toml.
        let added: BTreeSet<&str> =
            site.pages.iter().filter(|page| page.page.is_none()).map(|page| page.path.as_str()).collect();
        Targets {
            pages: site
                .pages
                .par_iter()
                .map(|page| (page.path.as_str(), page.ids.iter().map(String::as_str).collect()))
                .collect(),
            assets: site.assets.keys().chain(&site.beside).map(String::as_str).collect(),
            files: trust
                .files
                .iter()
                .filter(|entry| entry.plain)
                .filter_map(|entry| entry.path.strip_prefix(src.as_str()))
                .collect(),
            site_url: trust.config.trustbook.site_url.as_ref(),
            outside: trust.config.trustbook.outside.iter().map(|root| declared(&root.value, &base)).collect(),
            base,
            moved: redirects
                .map(|(from, to)| (from.value.trim_start_matches('/'), to.value.as_str()))
                .filter(|(from, _)| added.contains(from))
                .collect(),
            live: options.live,
            additional: trust.additional.keys().map(String::as_str).collect(),
            without_extension: trust.config.trustbook.links.without_extension,
            lower: OnceLock::new(),
            ends: OnceLock::new(),
        }
    }

    /// Where a page that has moved leads.
    pub(super) fn moved(&self, path: &str) -> Option<&'s str> {
        self.moved.get(path).copied()
    }

    /// The page that a page which has moved leads to, where that is one of the site.
    pub(super) fn next(&self, path: &str) -> Option<String> {
        let to = self.moved(path)?;
        match self.resolve(From::file(path), to.split('#').next().unwrap_or_default()) {
            Target::Page(page) => Some(page),
            _ => None,
        }
    }

    /// Where an address leads.
    pub(super) fn resolve(&self, from: From<'_>, url: &str) -> Target {
        let url = stripped(url);
        if url.is_empty() {
            let help = "write where it leads, or take the link away";
            return Target::Malformed("is empty".to_owned(), help.to_owned());
        }
        match scheme(&url) {
            Some((scheme, rest)) => self.schemed(from, scheme, rest, &url),
            None if url.starts_with("//") => self.schemed(from, "https", &url, &format!("https:{url}")),
            None => self.relative(from, &url),
        }
    }

    fn schemed(&self, from: From<'_>, scheme: &str, rest: &str, url: &str) -> Target {
        if crate::page::context::SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
            return Target::Unexpanded;
        }
        if let Some((why, help)) = fault(scheme, rest) {
            return Target::Malformed(why, help);
        }
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return Target::Outside;
        }
        let Ok(url) = Url::parse(url) else { return Target::Outside };
        let is_own = self.site_url.is_some_and(|own| own.host() == url.host() && own.port() == url.port());
        match is_own {
            // Another site at the same host is not ours to check.
            true if format!("{}/", url.path()).starts_with(&self.base) => {
                let fragment = url.fragment().map(|fragment| format!("#{fragment}")).unwrap_or_default();
                self.relative(from, &format!("{}{fragment}", url.path()))
            }
            true => Target::Outside,
            false => Target::ThirdParty(url.host_str().unwrap_or_default().to_owned()),
        }
    }

    /// Whether a path is that of a file which the server brings that shows pages while they are written.
    pub(super) fn is_of_server(&self, path: &str) -> bool {
        self.live && path.trim_start_matches("../").trim_start_matches('/').starts_with("__trustbook/")
    }

    /// Whether a path is that of a file which the book adds to every page.
    pub(super) fn is_additional(&self, path: &str) -> bool {
        self.additional.contains(path)
    }

    fn relative(&self, from: From<'_>, url: &str) -> Target {
        let (path, fragment) = url.split_once('#').unwrap_or((url, ""));
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        if self.is_of_server(path) {
            return Target::Outside;
        }
        if from.is_anywhere && !path.is_empty() && !path.starts_with('/') {
            return Target::Malformed(
                "is relative, and this page is shown at addresses of any depth".to_owned(),
                format!("start it at the root of the site: `{}{path}`", self.base),
            );
        }
        let decoded = percent_decode_str(path).decode_utf8_lossy();
        let based = from.base.filter(|_| !path.starts_with('/'));
        let located = match based {
            // A browser puts `<base>` before every address, also before an anchor.
            Some(base) => match scheme(base) {
                Some(_) => return self.resolve(From { base: None, ..from }, &joined(base, url)),
                None => self.locate(from.path, &joined(base, &decoded)),
            },
            None => self.locate(from.path, &decoded),
        };
        match located {
            Target::Page(page) => self.anchored(page, fragment),
            other => other,
        }
    }

    fn locate(&self, from: &str, path: &str) -> Target {
        if path.contains('\\') {
            let help = format!("write `{}`", path.replace('\\', "/"));
            return Target::Malformed("has `\\` between its folders".to_owned(), help);
        }
        let from_root = match path.strip_prefix('/') {
            None if path.is_empty() => from.to_owned(),
            None => climbed(world::parent(from), path),
            Some(_) if self.base.trim_end_matches('/') == path => String::new(),
            Some(_) => match path.strip_prefix(self.base.as_str()) {
                Some(rest) => climbed("", rest),
                // From the root of the site up to that of the host, and down again.
                None => climbed("", &format!("{}{path}", up(&self.base))),
            },
        };
        if self.is_declared(&from_root, path.ends_with('/')) {
            return Target::Outside;
        }
        if from_root == ".." || from_root.starts_with("../") {
            return Target::Leaves(from_root);
        }
        let full = from_root;
        let is_folder = path.ends_with('/');
        if self.pages.contains_key(full.as_str()) && !is_folder {
            return Target::Page(full);
        }
        let index = if full.is_empty() { "index.html".to_owned() } else { format!("{full}/index.html") };
        if self.pages.contains_key(index.as_str()) {
            Target::Page(index)
        } else if self.assets.contains(full.as_str()) && !is_folder {
            Target::Asset(full)
        } else if self.files.contains(full.as_str()) && !is_folder {
            Target::File(full)
        } else if self.files.contains(index.as_str()) {
            Target::File(index)
        } else if let Some(page) = Some(format!("{full}.html"))
            && self.without_extension
            && !is_folder
            && self.pages.contains_key(page.as_str())
        {
            Target::Page(page)
        } else {
            match self.in_other_case(&full, &index) {
                // A slash behind the name of a page is no matter of case.
                Some(right) if right == full => Target::Nowhere(format!("{full}/")),
                Some(right) => Target::Case(right.to_owned()),
                None => Target::Nowhere(full),
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

    /// The same path in another case: on some disks both are one file, and on the host of the site they are not.
    fn in_other_case(&self, full: &str, index: &str) -> Option<&'s str> {
        let lower = self.lower.get_or_init(|| {
            let pages: BTreeSet<&&str> = self.pages.keys().collect();
            let all = pages.into_iter().chain(&self.assets).chain(&self.files);
            all.map(|path| (path.to_lowercase(), *path)).collect()
        });
        lower.get(&full.to_lowercase()).or_else(|| lower.get(&index.to_lowercase())).copied()
    }

    fn anchored(&self, page: String, fragment: &str) -> Target {
        // `#:~:text=` is for the browser, and what stands before it is the anchor.
        let anchor = fragment.split_once(":~:").map_or(fragment, |(anchor, _)| anchor);
        if anchor.is_empty() {
            return Target::Page(page);
        }
        let end = if self.moved(&page).is_some() { self.end(&page) } else { Some(page.as_str()) };
        // Where that leads nowhere or out of the site, it is said where it is written, or nobody knows.
        let Some(end) = end else { return Target::Page(page) };
        let decoded = percent_decode_str(anchor).decode_utf8_lossy();
        let has = |id: &str| self.pages.get(end).is_some_and(|ids| ids.contains(id));
        // HTML, 7.4.6.4: as it is written, then decoded, then `top`.
        if has(anchor) || has(&decoded) || decoded.eq_ignore_ascii_case("top") {
            return Target::Page(page);
        }
        Target::NoAnchor { page: end.to_owned(), anchor: decoded.into_owned() }
    }

    /// The page where readers of one that is gone arrive, over any number of others; a circle has no end.
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

/// An address with the folder of a `<base>` before it.
fn joined(base: &str, url: &str) -> String {
    let base = base.split(['#', '?']).next().unwrap_or_default();
    let folder = base.rfind('/').map_or("", |at| &base[..=at]);
    if url.is_empty() || url.starts_with('#') { format!("{base}{url}") } else { format!("{folder}{url}") }
}

/// A root that the book declares, from the root of the site on.
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

/// The way from the root of the site up to that of its host: `..` for each folder.
fn up(base: &str) -> String {
    base.split('/').filter(|part| !part.is_empty()).map(|_| "..").collect::<Vec<_>>().join("/")
}

/// Joins a path onto a folder, and keeps the `..` that lead out of the root in front.
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
