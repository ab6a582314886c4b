//! Synonyms from `data/synonyms.toml`: a search for `dpo` finds a data protection officer.

use super::words;
use aho_corasick::AhoCorasick;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

const DATA: &str = include_str!("../../../data/synonyms.toml");

struct Synonyms {
    /// Every spelling of every group, each as a line of words, to be found in a text in one pass.
    spellings: Option<AhoCorasick>,
    /// The group of each spelling, by the number of its pattern.
    groups: Vec<usize>,
    /// The words of each group.
    words: Vec<Vec<String>>,
}

static SYNONYMS: LazyLock<Synonyms> = LazyLock::new(|| {
    let data: toml::Table = DATA.parse().unwrap_or_default();
    let groups = data.get("group").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let (mut spellings, mut of, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for (index, group) in groups.iter().enumerate() {
        let listed = group.get("words").and_then(toml::Value::as_array).into_iter().flatten();
        let mut own = BTreeSet::new();
        for text in listed.filter_map(toml::Value::as_str) {
            own.extend(words::words(text).into_iter().map(Cow::into_owned));
            let line = words::line(text);
            let plural = format!("{}s ", line.trim_end());
            for spelling in [line, plural] {
                spellings.push(spelling);
                of.push(index);
            }
        }
        all.push(own.into_iter().collect());
    }
    Synonyms { spellings: AhoCorasick::new(spellings).ok(), groups: of, words: all }
});

/// Returns the synonyms of all words in a text, which is given as a line as [`words::line`] returns it.
pub(super) fn of(line: &str) -> BTreeSet<&'static str> {
    let Some(spellings) = &SYNONYMS.spellings else { return BTreeSet::new() };
    let found = spellings.find_overlapping_iter(line).map(|found| found.pattern().as_usize());
    let groups: BTreeSet<usize> = found.map(|spelling| SYNONYMS.groups[spelling]).collect();
    groups.into_iter().flat_map(|group| &SYNONYMS.words[group]).map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> BTreeSet<&'static str> {
        super::of(&words::line(text))
    }

    #[test]
    fn every_group_has_words_that_are_found_by_each_other() {
        let data: toml::Table = DATA.parse().unwrap();
        for group in data["group"].as_array().unwrap() {
            let listed: Vec<&str> = group["words"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
            assert!(listed.len() > 1, "{listed:?}");
            for text in &listed {
                let found = of(&format!("Our {text}, and more"));
                for word in listed.iter().flat_map(|text| words::words(text)) {
                    assert!(found.contains(&*word), "`{text}` is not found by `{word}`");
                }
            }
        }
    }

    #[test]
    fn a_spelling_is_whole_words() {
        assert!(of("Multi-factor authentication").contains("mfa"));
        assert!(of("Data-Protection Officers").contains("dpo"));
        assert!(of("dpoint and adpo").is_empty());
        assert!(of("").is_empty());
    }
}
