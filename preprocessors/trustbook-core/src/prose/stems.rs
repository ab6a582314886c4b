//! A fast test for the words of patterns: one search through a text, however many patterns there are.

use aho_corasick::AhoCorasick;
use regex::Regex;
use regex_syntax::hir::literal::Extractor;

/// Patterns in groups, with the literals that their matches begin with.
#[derive(Debug, Default)]
pub(super) struct Stems {
    search: Option<AhoCorasick>,
    /// The pattern of each literal.
    patterns: Vec<usize>,
    /// The patterns that match without one of the literals.
    open: u128,
    /// The patterns of each group.
    groups: Vec<u128>,
}

/// The largest number of patterns.
const MOST: usize = 128;

impl Stems {
    /// Takes the literals of groups of patterns that ignore case.
    pub(super) fn of<'r>(groups: impl Iterator<Item = &'r [Regex]>) -> Self {
        let mut stems = Stems::default();
        let mut literals: Vec<Vec<u8>> = Vec::new();
        let mut at = 0;
        for group in groups {
            let mut all = 0;
            for pattern in group {
                let bit = 1u128.checked_shl(u32::try_from(at).unwrap_or(u32::MAX)).unwrap_or_default();
                all |= bit;
                match literals_of(pattern.as_str()) {
                    Some(own) if at < MOST => {
                        stems.patterns.extend(std::iter::repeat_n(at, own.len()));
                        literals.extend(own);
                    }
                    _ => stems.open |= bit,
                }
                at += 1;
            }
            stems.groups.push(all);
        }
        stems.search = AhoCorasick::new(literals).ok();
        stems
    }

    /// Returns the patterns that may match one of the texts, one bit each.
    pub(super) fn hits(&self, texts: &[&str]) -> u128 {
        let mut found = self.open;
        for text in texts.iter().filter(|text| !text.is_empty()) {
            let lower = text.to_lowercase();
            let hits = self.search.iter().flat_map(|search| search.find_overlapping_iter(&lower));
            for hit in hits {
                found |= 1 << self.patterns[hit.pattern().as_usize()];
            }
        }
        found
    }

    /// Returns true if a text may have a match of a pattern that begins with a literal.
    pub(super) fn says_any(&self, text: &str) -> bool {
        self.hits(&[text]) != self.open
    }

    /// Returns true if every pattern of a group may match.
    pub(super) fn has(&self, group: usize, hits: u128) -> bool {
        self.groups.get(group).is_some_and(|all| all & !hits == 0)
    }
}

/// Returns the literals, in lower case, with which every match of a pattern begins; `None` if there are too many.
fn literals_of(pattern: &str) -> Option<Vec<Vec<u8>>> {
    const SHORTEST: usize = 2;
    // The pattern ignores case: in lower case, each letter is one literal. `\W` can only follow the literals.
    let lower = pattern.strip_prefix("(?i)")?.to_lowercase();
    let found = Extractor::new().extract(&regex_syntax::parse(&lower).ok()?);
    let literals = found.literals()?.iter().map(|literal| literal.as_bytes().to_vec());
    Some(literals.collect()).filter(|all: &Vec<Vec<u8>>| all.iter().all(|literal| literal.len() >= SHORTEST))
}

#[cfg(test)]
mod tests {
    use super::Stems;
    use regex::Regex;

    #[test]
    fn a_group_has_all_its_patterns_or_none_is_looked_for() {
        let group = [r"(?i)\b(?:notif|über\b|tell\b)", r"(?i)\b(?:breach|sub-?processors?\b)"]
            .map(|text| Regex::new(text).unwrap());
        let open = [Regex::new(r"(?i)\b(?:\w+ed)").unwrap()];
        let stems = Stems::of([group.as_slice(), open.as_slice()].into_iter());
        let has = |text: &str| (stems.has(0, stems.hits(&[text])), stems.has(1, stems.hits(&[text])));
        assert_eq!(has("We NOTIFY you of a Breach."), (true, true));
        assert_eq!(has("ÜBER Subprocessors"), (true, true));
        assert_eq!(has("We notify you."), (false, true));
        assert!(stems.has(0, stems.hits(&["We tell you.", "Breaches"])));
    }
}
