//! Comparison of the files of a site with the expected ones.

use crate::manifest::PublishedFile;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The content at a path of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PathContent {
    File(PublishedFile),
    Nothing,
    /// Could not be determined; the reason.
    Unread(String),
    /// A file for the host, which does not serve it.
    Kept,
}

/// A difference from the expected site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    /// The path of the file; `None` if the difference concerns the whole site.
    path: Option<String>,
    what: String,
}

impl Difference {
    pub(super) fn whole(what: String) -> Self {
        Difference { path: None, what }
    }

    fn of(path: &str, what: String) -> Self {
        Difference { path: Some(path.to_owned()), what }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{path}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// Returns all differences, by path. `beside` are files of the site that are not in the manifest.
pub(super) fn all(
    expected: &BTreeMap<String, PublishedFile>,
    found: &BTreeMap<String, PathContent>,
    beside: &BTreeSet<String>,
) -> Vec<Difference> {
    let mut differences: Vec<Difference> = found
        .iter()
        .filter_map(|(path, at)| match (expected.get(path), at) {
            (Some(wanted), PathContent::File(entry)) if wanted == entry => None,
            (Some(wanted), PathContent::File(entry)) => Some(Difference::of(
                path,
                format!(
                    "it is another file: SHA-256 {} with {} bytes, not {} with {}",
                    entry.sha256, entry.bytes, wanted.sha256, wanted.bytes
                ),
            )),
            (Some(_), PathContent::Nothing) => Some(Difference::of(path, "it is missing".to_owned())),
            (Some(_), PathContent::Unread(why)) => Some(Difference::of(path, format!("it could not be read: {why}"))),
            (None, PathContent::Nothing) => {
                Some(Difference::of(path, "the manifest names it; it is not there, and no build has it".to_owned()))
            }
            (None, PathContent::File(_) | PathContent::Unread(_)) => {
                Some(Difference::of(path, "no build has this file".to_owned()))
            }
            (_, PathContent::Kept) => None,
        })
        .collect();
    differences.extend(beside.iter().map(|path| Difference::of(path, "no build has this file".to_owned())));
    differences.sort_by(|a, b| a.path.cmp(&b.path));
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_is_told_once() {
        let (a, b) = (PublishedFile::of(b"a"), PublishedFile::of(b"bb"));
        let names = ["changed", "missing", "same", "unread", "_headers"];
        let expected: BTreeMap<_, _> = names.iter().map(|name| ((*name).to_owned(), a.clone())).collect();
        let found = BTreeMap::from([
            ("changed".to_owned(), PathContent::File(b)),
            ("missing".to_owned(), PathContent::Nothing),
            ("same".to_owned(), PathContent::File(a.clone())),
            ("unread".to_owned(), PathContent::Unread("it answers 500".to_owned())),
            ("_headers".to_owned(), PathContent::Kept),
            ("stale".to_owned(), PathContent::File(a)),
        ]);
        let told = all(&expected, &found, &BTreeSet::from(["evil.html".to_owned()]));
        let told: Vec<String> = told.iter().map(Difference::to_string).collect();
        assert_eq!(told.len(), 5, "{told:#?}");
        for (line, start) in
            told.iter().zip(["changed: it is another", "evil.html: no build", "missing: it is missing"])
        {
            assert!(line.starts_with(start), "{line}");
        }
        assert_eq!(told[3..], ["stale: no build has this file", "unread: it could not be read: it answers 500"]);
    }
}
