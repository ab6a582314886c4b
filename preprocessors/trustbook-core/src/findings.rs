//! The findings of one check, capped.

use crate::diagnostic::{Diagnostic, Place};
use crate::suggest::meant;

/// The findings of a check so far.
#[derive(Debug, Default)]
pub struct Findings {
    kept: Vec<Diagnostic>,
    /// The number of findings beyond the limit.
    more: usize,
}

/// The largest number of findings that one check lists; the others are counted.
const MOST: usize = 10_000;

/// The largest number of findings per check with a suggestion. Many misspelt names are one mistake made many times, and
/// the first suggestions show it.
const MOST_SUGGESTIONS: usize = 200;

impl Findings {
    /// Adds a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        match self.kept.len() < MOST {
            true => self.kept.push(finding),
            false => self.more += 1,
        }
    }

    /// Adds several findings.
    pub(crate) fn extend(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        found.into_iter().for_each(|finding| self.push(finding));
    }

    /// Returns the listed findings, and one that counts the others.
    pub(crate) fn all(self) -> impl Iterator<Item = Diagnostic> {
        let message = format!("{} more findings of this check omitted", self.more);
        let rest = Diagnostic::new(Place::File("book.toml".to_owned()), message).help("correct those that are listed");
        self.kept.into_iter().chain((self.more > 0).then_some(rest))
    }

    /// Returns the name that was probably meant, for the next finding.
    pub(crate) fn suggest<'c>(&self, given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
        if self.suggests() { meant(given, candidates) } else { None }
    }

    /// Returns true if the next finding may have a suggestion.
    pub(crate) fn suggests(&self) -> bool {
        self.kept.len() < MOST_SUGGESTIONS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_lists_no_more_than_anybody_reads() {
        let mut findings = Findings::default();
        (0..MOST + 7).for_each(|at| findings.push(Diagnostic::new(Place::File(format!("{at}")), "x")));
        let all: Vec<Diagnostic> = findings.all().collect();
        assert_eq!(all.len(), MOST + 1);
        assert_eq!(all[MOST].message, "7 more findings of this check omitted");
    }
}
