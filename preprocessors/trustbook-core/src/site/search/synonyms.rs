//! Synonyms from `data/synonyms.toml`: a search for `dpo` finds a data protection officer.

use super::words;
use aho_corasick::AhoCorasick;
use std::collections::BTreeSet;
use std::sync::LazyLock;

const DATA: &str = include_str!("../../../data/synonyms.toml");

struct Synonyms {
    /// Every spelling of every group and its plurals, each as a line of words, to be found in a text in one pass.
    spellings: Option<AhoCorasick>,
    /// The group of each spelling, by the number of its pattern.
    groups: Vec<usize>,
    /// The spellings of each group, each joined to one word.
    words: Vec<Vec<String>>,
    /// The words of questions, which say nothing of what is asked for.
    quiet: BTreeSet<String>,
}

/// The endings of plurals: `policies`, `addresses`, `keys`, `Maßnahmen`.
const PLURALS: &[&str] = &["s", "es", "n", "en"];

static SYNONYMS: LazyLock<Synonyms> = LazyLock::new(|| {
    let data: toml::Table = DATA.parse().unwrap_or_default();
    let groups = data.get("group").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let (mut spellings, mut of, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for (index, group) in groups.iter().enumerate() {
        let mut own = BTreeSet::new();
        for text in listed(group.get("words")) {
            let line = words::line(text);
            own.insert(joined(&line));
            let bare = line.trim_end();
            let plurals = PLURALS.iter().map(|ending| format!("{bare}{ending} "));
            let plurals = plurals.chain(bare.strip_suffix('y').map(|bare| format!("{bare}ies ")));
            for spelling in plurals.chain([line.clone()]) {
                spellings.push(spelling);
                of.push(index);
            }
        }
        own.extend(listed(group.get("wider")).map(|text| joined(&words::line(text))));
        all.push(own.into_iter().collect());
    }
    let quiet = listed(data.get("quiet")).map(words::fold).collect();
    Synonyms { spellings: AhoCorasick::new(spellings).ok(), groups: of, words: all, quiet }
});

/// Returns a line of words as one word.
fn joined(line: &str) -> String {
    line.replace(' ', "").chars().take(words::LONGEST).collect()
}

fn listed(value: Option<&toml::Value>) -> impl Iterator<Item = &str> {
    value.and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_str)
}

/// Returns the words of questions.
pub(super) fn quiet() -> &'static BTreeSet<String> {
    &SYNONYMS.quiet
}

/// Returns the synonyms of all words in a text, each joined to one word. The text is given as a line as [`words::line`]
/// returns it.
pub(super) fn of(line: &str) -> BTreeSet<&'static str> {
    let Some(spellings) = &SYNONYMS.spellings else { return BTreeSet::new() };
    let found = spellings.find_overlapping_iter(line).map(|found| found.pattern().as_usize());
    let groups: BTreeSet<usize> = found.map(|spelling| SYNONYMS.groups[spelling]).collect();
    groups.into_iter().flat_map(|group| &SYNONYMS.words[group]).map(String::as_str).collect()
}

/// Returns the synonyms of a whole title, which is given as a line.
pub(super) fn of_whole(line: &str) -> &'static [String] {
    let Some(spellings) = &SYNONYMS.spellings else { return &[] };
    let found = spellings.find_overlapping_iter(line).find(|found| found.range() == (0..line.len()));
    found.map_or(&[], |found| &SYNONYMS.words[SYNONYMS.groups[found.pattern().as_usize()]])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> BTreeSet<&'static str> {
        super::of(&words::line(text))
    }

    #[test]
    fn every_group_has_spellings_that_are_found_by_each_other() {
        let data: toml::Table = DATA.parse().unwrap();
        for group in data["group"].as_array().unwrap() {
            let spellings: Vec<&str> = listed(group.get("words")).collect();
            assert!(spellings.len() > 1, "{spellings:?}");
            for text in &spellings {
                let found = of(&format!("Our {text}, and more"));
                for other in spellings.iter().copied().chain(listed(group.get("wider"))) {
                    assert!(found.contains(&*joined(&words::line(other))), "`{text}` is not found by `{other}`");
                }
            }
        }
    }

    #[test]
    fn a_spelling_is_whole_words_and_may_be_a_plural() {
        assert!(of("Multi-factor authentication").contains("mfa"));
        assert!(of("a second factor").contains("mfa"));
        assert!(of("Data-Protection Officers").contains("dpo"));
        assert!(of("known vulnerabilities").contains("weakness"));
        assert!(of("Schwachstellen").contains("vulnerability"));
        assert!(of("our subprocessors").contains("thirdparty"));
        assert!(of("cookies of a third party").is_empty(), "a wider word finds, and is not found");
        assert!(of("dpoint and adpo").is_empty());
        assert!(of("").is_empty());
    }
}
