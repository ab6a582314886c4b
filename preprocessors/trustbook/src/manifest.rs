//! `manifest.json`: every file of a published site with its SHA-256, and the inputs of the build.

use crate::failure::Failure;
use crate::plain;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use trustbook_core::schema::index::hex;
use trustbook_core::site::sink::{Bytes, Sink};

/// The path of the manifest in the site.
pub(crate) const PATH: &str = "manifest.json";
/// The version of the manifest's format.
const VERSION: u32 = 1;
/// The number of bytes of a file that are read at once.
const PART: usize = 64 * 1024;

/// The manifest of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    version: u32,
    /// The program and version that built the site.
    pub(crate) generator: String,
    /// The commit passed with `--commit`.
    pub(crate) commit: Option<String>,
    /// The day for which the site was built.
    pub(crate) built: Date,
    /// All files except the manifest itself, by path.
    pub(crate) files: BTreeMap<String, PublishedFile>,
}

/// The size and digest of a file of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PublishedFile {
    pub(crate) bytes: u64,
    /// The digest, in lower-case hexadecimal digits.
    pub(crate) sha256: String,
}

impl PublishedFile {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut counted = Counted::default();
        counted.add(bytes);
        counted.entry()
    }

    /// Returns the entry of a file below a folder, which is read in parts.
    ///
    /// # Errors
    /// Those of [`plain::open`], and an error if the file cannot be read.
    pub(crate) fn at(root: &Path, path: &Path) -> std::io::Result<Self> {
        let mut file = BufReader::with_capacity(PART, plain::open(root, path)?);
        let mut counted = Counted::default();
        loop {
            let part = file.fill_buf()?;
            if part.is_empty() {
                return Ok(counted.entry());
            }
            counted.add(part);
            let len = part.len();
            file.consume(len);
        }
    }
}

/// The size and digest of a file that is read in parts.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    bytes: u64,
    hash: Sha256,
}

impl Counted {
    pub(crate) fn add(&mut self, part: &[u8]) {
        self.bytes += part.len() as u64;
        self.hash.update(part);
    }

    pub(crate) fn entry(self) -> PublishedFile {
        PublishedFile { bytes: self.bytes, sha256: hex(&self.hash.finalize()) }
    }
}

/// Returns the name and version of this program.
pub(crate) fn generator() -> String {
    format!("trustbook {}", env!("CARGO_PKG_VERSION"))
}

/// A sink that records the files of a site without their bytes.
#[derive(Debug, Default)]
pub(crate) struct Listed(Mutex<BTreeMap<String, PublishedFile>>);

impl Listed {
    pub(crate) fn insert(&self, path: &str, entry: PublishedFile) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), entry);
    }

    /// Returns the files, by path.
    pub(crate) fn files(self) -> BTreeMap<String, PublishedFile> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Listed {
    fn put(&self, path: &str, bytes: Bytes) {
        self.insert(path, PublishedFile::of(&bytes));
    }
}

/// Returns the text of the manifest for these files.
///
/// # Errors
/// Returns an error if one of the files has the manifest's path.
pub(crate) fn text(
    files: BTreeMap<String, PublishedFile>,
    commit: Option<&str>,
    built: Date,
) -> Result<String, Failure> {
    if files.contains_key(PATH) {
        return Err(Failure::new(format!("the book has a file `{PATH}` of its own, where the manifest belongs"))
            .help("rename it"));
    }
    let commit = commit.map(str::to_owned);
    let manifest = Manifest { version: VERSION, generator: generator(), commit, built, files };
    let text = serde_json::to_string_pretty(&manifest);
    text.map(|text| format!("{text}\n")).map_err(|error| Failure::new(format!("`{PATH}` cannot be written: {error}")))
}

/// Parses a manifest.
///
/// # Errors
/// Returns an error if the text is not a manifest, or is of another version.
pub(crate) fn read(bytes: &[u8]) -> Result<Manifest, Failure> {
    let manifest: Manifest = serde_json::from_slice(bytes).map_err(|error| {
        Failure::new(format!("its `{PATH}` is not a manifest of trustbook: {error}"))
            .help("name a site that `trustbook build` made")
    })?;
    match manifest.version {
        VERSION => Ok(manifest),
        other => Err(Failure::new(format!("its `{PATH}` has version {other}, not {VERSION}"))
            .help(format!("use the command that wrote it, {}", manifest.generator))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_is_written_is_read() {
        let listed = Listed::default();
        listed.put("a.html", b"abc".to_vec().into());
        let files = listed.files();
        let text = text(files.clone(), Some("c0ffee"), date(2026, 1, 15)).unwrap();
        let manifest = read(text.as_bytes()).unwrap();
        assert_eq!((manifest.built, manifest.commit.as_deref()), (date(2026, 1, 15), Some("c0ffee")));
        let entry = &manifest.files["a.html"];
        assert_eq!(entry.bytes, 3);
        assert_eq!(entry.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(manifest.files.len(), 1, "it does not list itself");
        let taken = BTreeMap::from([(PATH.to_owned(), files["a.html"].clone())]);
        assert!(super::text(taken, None, date(2026, 1, 15)).is_err(), "a file of the book is not written over");
        let other = text.replace("\"version\": 1", "\"version\": 2");
        assert!(read(other.as_bytes()).unwrap_err().what().contains("version 2"));
        assert!(read(b"{}").unwrap_err().what().contains("not a manifest of trustbook"));
    }
}
