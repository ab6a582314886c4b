//! What one check has found: no more than anybody reads.

use crate::diagnostic::{Diagnostic, Place};
use crate::suggest::meant;

/// What a check has found so far.
#[derive(Debug, Default)]
pub struct Findings {
    kept: Vec<Diagnostic>,
    /// How many more there were than are kept.
    more: usize,
}

/// The most findings of one check that are listed; the others are counted.
const MOST: usize = 10_000;

/// How many findings of one check get a suggestion. Who has misspelt more names has made one mistake many times, and
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

    /// Adds findings.
    pub(crate) fn extend(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        found.into_iter().for_each(|finding| self.push(finding));
    }

    /// All that are listed, and one that counts the others.
    pub(crate) fn all(self) -> impl Iterator<Item = Diagnostic> {
        let message = format!("{} more findings of this check are not listed", self.more);
        let rest = Diagnostic::new(Place::File("book.toml".to_owned()), message).help("mend those that are listed");
        self.kept.into_iter().chain((self.more > 0).then_some(rest))
    }

    /// The name that was probably meant, for the next finding.
    pub(crate) fn suggest<'c>(&self, given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
        if self.kept.len() < MOST_SUGGESTIONS { meant(given, candidates) } else { None }
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
        assert_eq!(all[MOST].message, "7 more findings of this check are not listed");
    }
}
