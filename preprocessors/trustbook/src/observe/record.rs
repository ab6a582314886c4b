//! A finished observation, and its file.

use super::recorder::Recording;
use crate::failure::{Failure, io};
use crate::rewrite::{self, Rewrite};
use jiff::civil::Date;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use trustbook_core::observation::{self, FOLDER, Observation, When};
use trustbook_core::span::Span;
use url::Url;

/// An observation, and notes about it for the person at the terminal.
pub(super) struct Record {
    pub(super) observation: Observation,
    pub(super) notes: Vec<String>,
}

impl Record {
    pub(super) fn new(
        url: &Url,
        on: Date,
        tool: String,
        steps: Vec<String>,
        consent: Vec<When>,
        seen: Recording,
    ) -> Self {
        let mut url = url.clone();
        url.set_query(None);
        url.set_fragment(None);
        let Recording { pages, cookies, storage, hosts } = seen;
        let name = String::new();
        let span = Span::NOWHERE;
        let not_seen = Vec::new();
        let observation =
            Observation { name, url, on, tool, steps, consent, pages, cookies, not_seen, storage, hosts, span };
        Record { observation, notes: Vec::new() }
    }

    /// Replaces the observed address, that of a copy on this machine, with the address of the original site.
    pub(super) fn shows_as(&mut self, shown: &Url) {
        let found = &mut self.observation;
        let opened = found.url.clone();
        let (from, to) = (opened.host_str().unwrap_or_default().to_owned(), shown.host_str().unwrap_or_default());
        let is_own = |url: &Url| url.origin() == opened.origin();
        let moved = |url: &Url| {
            let path = url.path().strip_prefix(opened.path()).unwrap_or(url.path()).trim_start_matches('/');
            let mut moved = shown.clone();
            let base = shown.path().trim_end_matches('/').to_owned();
            moved.set_path(&format!("{base}/{path}"));
            moved
        };
        for page in found.pages.iter_mut().filter(|page| is_own(&page.url)) {
            page.url = moved(&page.url);
        }
        for kept in &mut found.storage {
            if kept.origin == opened.origin().ascii_serialization() {
                kept.origin = shown.origin().ascii_serialization();
            }
        }
        for cookie in found.cookies.iter_mut().filter(|cookie| cookie.domain == from) {
            cookie.domain = to.to_owned();
        }
        for host in found.hosts.iter_mut().filter(|host| host.host == from) {
            host.host = to.to_owned();
        }
        found.url = moved(&opened);
        // The steps must say that a copy was observed.
        found.steps.insert(0, "serve a copy of the site on the machine that observes".to_owned());
    }
}

/// Returns the name of an observation: the given one, or one made from the host.
///
/// # Errors
/// Returns an error if the given name is not suitable as a file name.
pub(super) fn name(given: Option<&str>, url: &Url) -> Result<String, Failure> {
    let is_kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match given {
        Some(name) if !name.is_empty() && name.len() <= 100 && name.chars().all(is_kept) => Ok(name.to_owned()),
        Some(name) => Err(Failure::usage(format!("`{name}` is not a valid name for an observation"))
            .help("use letters, digits, `-` and `_`")),
        None => {
            let host = url.host_str().unwrap_or_default();
            let name: String = host.chars().map(|c| if is_kept(c) { c } else { '-' }).collect();
            Ok(name.trim_matches('-').to_owned())
        }
    }
}

/// Writes the file, and returns its path in the book.
///
/// # Errors
/// Returns an error if writing fails; the old file is then unchanged.
pub(super) fn write(book: &Path, name: &str, found: &Observation) -> Result<String, Failure> {
    let path = format!("{FOLDER}/{name}.json");
    let text = observation::write(found).into_bytes();
    let mut folder = book.to_owned();
    for part in FOLDER.split('/') {
        folder.push(part);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(io("making", &folder, &error)),
            _ => {}
        }
    }
    rewrite::sweep(book, [path.as_str()]);
    match fs::read(book.join(&path)) {
        Ok(before) => rewrite::write(book, &[Rewrite { path: path.clone(), before, after: text }])?,
        Err(error) if error.kind() == ErrorKind::NotFound => rewrite::create(book, &path, &text)?,
        Err(error) => return Err(io("reading", &book.join(&path), &error)),
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names_of_files() {
        let url = Url::parse("https://app.example.com:8443/").unwrap();
        assert_eq!(name(None, &url).unwrap(), "app-example-com");
        assert_eq!(name(None, &Url::parse("http://[::1]/").unwrap()).unwrap(), "1");
        assert_eq!(name(Some("after-login_2"), &url).unwrap(), "after-login_2");
        for bad in ["", "../x", "a/b", "a.json", "ä", "a b"] {
            assert!(name(Some(bad), &url).is_err(), "{bad}");
        }
    }
}
