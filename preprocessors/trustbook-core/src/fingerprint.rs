//! Fingerprints that identify a finding across runs, even if its line has moved.

use crate::diagnostic::{Diagnostic, Place};
use crate::span::{FileId, SourceFile, SourceMap};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The fingerprints of the findings of one report.
#[derive(Debug)]
pub struct Fingerprints<'m> {
    map: &'m SourceMap,
    lines: BTreeMap<FileId, Vec<String>>,
    seen: BTreeMap<String, usize>,
}

impl<'m> Fingerprints<'m> {
    /// Creates the fingerprints for findings in these files.
    pub fn new(map: &'m SourceMap) -> Self {
        Fingerprints { map, lines: BTreeMap::new(), seen: BTreeMap::new() }
    }

    /// Returns the hash of the check, the file, the message and the lines, with the number of its earlier occurrences.
    /// Two findings of one report therefore never share a fingerprint. Secrets are masked before hashing.
    pub fn of_finding(&mut self, finding: &Diagnostic) -> String {
        let (path, lines) = match &finding.place {
            Place::At(span) => {
                let file = self.map.file(span.file);
                let lines: Vec<&str> = file.lines_near(span.range()).lines().map(str::trim).collect();
                (file.path(), lines.join("\n"))
            }
            Place::File(path) | Place::InFile { path, .. } => (path.as_str(), String::new()),
        };
        let text = [finding.check, path, &finding.message, &lines].map(|part| self.map.masked(part)).join("\0");
        let hash: String = Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let nth = self.seen.entry(hash.clone()).or_default();
        *nth += 1;
        format!("{hash}:{nth}")
    }

    /// Returns the hash of the line as GitHub's upload action computes it, so that it has nothing to correct. `None`
    /// for a file with a secret in it, which the hash would help to guess.
    pub fn of_line(&mut self, place: &Place) -> Option<&str> {
        let Place::At(span) = place else { return None };
        let file = self.map.file(span.file);
        if !file.is_exact() {
            return None;
        }
        let hidden = || !self.map.mask().ranges(file.text()).is_empty();
        let lines = self.lines.entry(span.file);
        let lines = lines.or_insert_with(|| if hidden() { Vec::new() } else { line_hashes(file) });
        lines.get(file.line_number(span.start) - 1).map(String::as_str)
    }
}

/// The number of UTF-16 units that a line hash covers.
const BLOCK: usize = 100;

/// Returns a hash for each line, followed by the number of its occurrences so far. The hash is a polynomial over the
/// next hundred UTF-16 units. Spaces and tabs are skipped, and CRLF counts as a line feed.
/// <https://github.com/github/codeql-action/blob/main/src/fingerprints.ts>
fn line_hashes(file: &SourceFile) -> Vec<String> {
    const END: u16 = u16::MAX;
    let text = file.text().replace("\r\n", "\n");
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut starts = vec![0];
    for unit in text.chars().filter(|c| !matches!(c, ' ' | '\t')).collect::<String>().encode_utf16() {
        units.push(unit);
        if unit == u16::from(b'\n') {
            starts.push(units.len());
        }
    }
    units.push(END);
    let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
    starts
        .into_iter()
        .map(|start| {
            let block = units[start..].iter().copied().chain(std::iter::repeat(0)).take(BLOCK);
            let hash = block.fold(0_u64, |hash, unit| hash.wrapping_mul(37).wrapping_add(u64::from(unit)));
            let nth = seen.entry(hash).or_default();
            *nth += 1;
            format!("{hash:x}:{nth}")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    #[test]
    fn a_finding_that_has_moved_is_the_same_and_two_are_never() {
        let prints = |text: &str| {
            let mut map = SourceMap::default();
            let file = map.add("src/a.md", text);
            let mut prints = Fingerprints::new(&map);
            let found: Vec<Diagnostic> =
                text.match_indices('x').map(|(at, _)| Diagnostic::new(Span::new(file, at..at + 1), "no `x`")).collect();
            found.iter().map(|finding| prints.of_finding(finding)).collect::<Vec<_>>()
        };
        let before = prints("# A\n\nHere is x, and x.\n");
        assert_ne!(before[0], before[1]);
        assert_eq!(before, prints("# A\n\nMore.\n\n  Here is x, and x.\r\n"));
        assert_ne!(before[0], prints("# A\n\nThere is x, and x.\n")[0]);
    }

    #[test]
    fn lines_are_hashed_as_the_action_does_it() {
        let mut map = SourceMap::default();
        let id = map.add("a.md", "a\r\n\t b 😀\n\na\n");
        let file = map.file(id);
        let hashes = line_hashes(file);
        assert_eq!(hashes.len(), 5);
        // The units from the first on: 97, 10, 98, 0xd83d, 0xde00, 10, 10, 97, 10, 65535, and zeros.
        let units = [97, 10, 98, 0xd83d, 0xde00, 10, 10, 97, 10, 65535_u64];
        let value = units.into_iter().chain([0; 90]).fold(0_u64, |hash, unit| hash.wrapping_mul(37).wrapping_add(unit));
        assert_eq!(hashes[0], format!("{value:x}:1"));
        map.hide(["b".to_owned()]);
        assert_eq!(Fingerprints::new(&map).of_line(&Place::At(Span::new(id, 0..1))), None);
    }
}
