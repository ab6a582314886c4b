//! Access to a published site in a folder or on a server.

use super::compare::PathContent;
use crate::build::{self, BookArgs};
use crate::failure::{Failure, io};
use crate::manifest::{self, PublishedFile};
use crate::net::{self, Ask, HttpAnswer, Limits, Method, Net, Plain};
use crate::plain;
use crate::progress::Progress;
use futures_util::{StreamExt, stream};
use reqwest::header::HeaderMap;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;
use trustbook_core::world::MAX_FILE;
use url::Url;
use walkdir::WalkDir;

/// The maximum number of concurrent requests.
const AT_ONCE: usize = 4;
/// The page for unknown addresses, which servers send with the status 404.
const NOT_FOUND: &str = "404.html";
/// Files that configure the host, which does not serve them.
const FOR_HOSTS: &[&str] = &[".nojekyll", "CNAME", "_headers"];

pub(super) enum PublishedSite {
    Folder(PathBuf),
    Server(Url, Box<Net>),
}

impl PublishedSite {
    /// Parses the argument of the command. The book lists the hosts that are allowed besides public ones.
    pub(super) fn of(site: &str, book: &Path) -> Result<Self, Failure> {
        let Some(mut url) = address(site) else {
            let folder = PathBuf::from(site);
            return match folder.is_dir() {
                true => Ok(PublishedSite::Folder(folder)),
                false => Err(Failure::usage(format!("{site} is neither a folder nor a web address"))
                    .help("name the folder of a site, or its address with https://")),
            };
        };
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        url.set_query(None);
        url.set_fragment(None);
        let world = build::open(&BookArgs::of(book.to_owned(), None))?;
        let config = mdbook_trustbook::read(&world).config;
        let limits = Limits { all: Duration::from_secs(60), bytes: MAX_FILE, ..Limits::default() };
        Ok(PublishedSite::Server(url, Box::new(Net::with_limits(&config, limits)?)))
    }

    /// Returns the bytes of the site's manifest.
    pub(super) fn manifest(&self) -> Result<Vec<u8>, Failure> {
        let none = || {
            Failure::new(format!("there is no `{}` there", manifest::PATH))
                .help("name the root of a site that `trustbook build` made")
        };
        match self {
            PublishedSite::Folder(folder) => match plain::read(folder, Path::new(manifest::PATH), MAX_FILE) {
                Ok(bytes) => Ok(bytes),
                Err(error) if error.kind() == ErrorKind::NotFound => Err(none()),
                Err(error) => Err(io("reading", &folder.join(manifest::PATH), &error)),
            },
            PublishedSite::Server(root, net) => {
                let asked = async { get(net, &at(root, manifest::PATH)?).await };
                match net::run(asked)? {
                    Ok(answer) if answer.status == 200 => Ok(answer.body),
                    Ok(answer) if matches!(answer.status, 404 | 410) => Err(none()),
                    Ok(answer) => {
                        Err(Failure::new(format!("its manifest cannot be read: it answers {}", answer.status))
                            .help("try again later"))
                    }
                    Err(failure) => Err(failure),
                }
            }
        }
    }

    /// Reads the files at these paths. For a folder it also returns the other files; a server does not list its files.
    pub(super) fn read(
        &self,
        paths: &BTreeSet<String>,
    ) -> Result<(BTreeMap<String, PathContent>, BTreeSet<String>), Failure> {
        match self {
            PublishedSite::Folder(folder) => {
                let found = paths.iter().map(|path| (path.clone(), in_folder(folder, path))).collect();
                Ok((found, beside(folder, paths)?))
            }
            PublishedSite::Server(root, net) => {
                let progress = Progress::new();
                let line = progress.count(paths.len(), "files");
                let asked = async {
                    let each = stream::iter(paths).map(|path| async {
                        let at = on_server(root, net, path).await;
                        line.one_more();
                        (path.clone(), at)
                    });
                    each.buffered(AT_ONCE).collect::<BTreeMap<_, _>>().await
                };
                Ok((net::run(asked)?, BTreeSet::new()))
            }
        }
    }
}

/// Parses a web address; a path such as `C:\site` is not one.
fn address(site: &str) -> Option<Url> {
    Url::parse(site).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

fn in_folder(folder: &Path, path: &str) -> PathContent {
    // The paths of a manifest are not trusted to stay in the folder.
    let Some(path) = trustbook_core::world::join("", path) else {
        return PathContent::Unread("its path leaves the site".to_owned());
    };
    match PublishedFile::at(folder, Path::new(&path)) {
        Ok(entry) => PathContent::File(entry),
        Err(error) if error.kind() == ErrorKind::NotFound => PathContent::Nothing,
        Err(error) => PathContent::Unread(error.to_string()),
    }
}

/// Returns the files of a folder that are not among `paths`.
fn beside(folder: &Path, paths: &BTreeSet<String>) -> Result<BTreeSet<String>, Failure> {
    let mut found = BTreeSet::new();
    for entry in WalkDir::new(folder) {
        let entry = entry.map_err(|error| io("reading", folder, &error.into()))?;
        if entry.file_type().is_dir() {
            continue;
        }
        let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let shown = path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
        // A name that is not UTF-8 is shown with replacement characters, which could equal a known path.
        let is_known = path.to_str().is_some() && (shown == manifest::PATH || paths.contains(&shown));
        if !is_known {
            found.insert(shown);
        }
    }
    Ok(found)
}

async fn on_server(root: &Url, net: &Net, path: &str) -> PathContent {
    let answer = match at(root, path) {
        Ok(url) => get(net, &url).await,
        Err(failure) => Err(failure),
    };
    match answer {
        Ok(answer) if answer.status == 200 || (answer.status == 404 && path == NOT_FOUND) => {
            PathContent::File(PublishedFile::of(&answer.body))
        }
        Ok(answer) if matches!(answer.status, 404 | 410) && FOR_HOSTS.contains(&path) => PathContent::Kept,
        Ok(answer) if matches!(answer.status, 404 | 410) => PathContent::Nothing,
        Ok(answer) => PathContent::Unread(format!("the server answers {}", answer.status)),
        Err(failure) => PathContent::Unread(failure.what().to_owned()),
    }
}

async fn get(net: &Net, url: &Url) -> Result<HttpAnswer, Failure> {
    let headers = HeaderMap::new();
    let ask = Ask { url, method: Method::Get, plain: Plain::Allowed, headers: &headers, known: (None, None) };
    net.fetch(&ask).await.map_err(|trouble| Failure::new(trouble.to_string()).help(trouble.help()))
}

/// Returns the address of a file of the site. The paths of a manifest are not trusted to stay in the site.
fn at(root: &Url, path: &str) -> Result<Url, Failure> {
    let outside = || Failure::new("its path leaves the site");
    let path = trustbook_core::world::join("", path).ok_or_else(outside)?;
    let mut url = root.clone();
    let mut segments = url.path_segments_mut().map_err(|()| outside())?;
    segments.pop_if_empty().extend(path.split('/'));
    drop(segments);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_a_manifest_stay_in_the_site() {
        let root = Url::parse("https://example.com/trust/").unwrap();
        assert_eq!(at(&root, "a b/ü?.html").unwrap().as_str(), "https://example.com/trust/a%20b/%C3%BC%3F.html");
        for path in ["../x", "/etc/passwd", "a/../../x", "a\\b"] {
            assert!(at(&root, path).is_err(), "{path}");
            assert!(matches!(in_folder(Path::new("."), path), PathContent::Unread(_)), "{path}");
        }
        assert!(address("https://example.com").is_some() && address("C:\\site").is_none() && address("book").is_none());
    }
}
