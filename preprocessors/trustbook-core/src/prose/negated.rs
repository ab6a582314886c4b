//! Negative statements about data, each of which should be a claim.

use super::Languages;
use super::stems::Stems;
use crate::page::prose::MASK;
use regex::Regex;
use std::sync::LazyLock;

const DATA: &str = include_str!("../../data/negations.toml");

/// The patterns of one language.
#[derive(Debug)]
struct NegationPatterns {
    shapes: Vec<Regex>,
    silence: Regex,
    /// A fast filter: every negative sentence matches it.
    no: Regex,
    /// A faster one before it: every sentence with one of the shapes has one of these words.
    matter: Stems,
    /// The pronoun that replaces a name of the vendor.
    we: &'static str,
}

static LANGUAGES: Languages<NegationPatterns> = [
    ("de", LazyLock::new(|| read("de", "wir"))),
    ("en", LazyLock::new(|| read("en", "we"))),
    ("es", LazyLock::new(|| read("es", "nosotros"))),
    ("fr", LazyLock::new(|| read("fr", "nous"))),
];

/// Returns true if a text has a word for data, and a negation. Most texts do not, which makes this a fast filter.
pub fn may_be_negated(tag: &str, text: &str) -> bool {
    super::language(&LANGUAGES, tag)
        .is_some_and(|words| words.matter.has(0, words.matter.hits(&[text])) && words.no.is_match(text))
}

/// Returns true if a clause denies that the vendor, its product or data does or undergoes something.
pub fn is_negated(tag: &str, clause: &str, us: &[String]) -> bool {
    let Some(words) = super::language(&LANGUAGES, tag) else { return false };
    let plain = plain(clause, us, words.we);
    words.shapes.iter().any(|shape| shape.is_match(&plain)) && !words.silence.is_match(&plain)
}

/// Returns the kind of claim that suits a negative sentence, by its words.
pub fn kind(clause: &str) -> &'static str {
    let lower = clause.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    match () {
        () if has(&["cookie", "pixel", "tracker"]) => "no_storage",
        () if has(&[
            "third part",
            "sell",
            "share",
            "disclose",
            "advertis",
            "dritte",
            "verkauf",
            "tiers",
            "vend",
            "tercero",
        ]) =>
        {
            "no_recipient"
        }
        () if has(&[
            "store", "collect", "keep", "retain", "speicher", "erheb", "stock", "collecte", "almacen", "recopil",
        ]) =>
        {
            "no_field"
        }
        () => "attested",
    }
}

/// Normalises a clause: lower case, the vendor's name as `we`, and contractions written out.
fn plain(clause: &str, us: &[String], we: &str) -> String {
    let lower = clause.trim_start_matches(|c: char| !c.is_alphanumeric() && c != MASK).to_lowercase().replace('’', "'");
    let start = lower.strip_prefix("the ").unwrap_or(&lower);
    let named = us.iter().find_map(|name| start.strip_prefix(name.as_str()).filter(|rest| rest.starts_with(' ')));
    let mut text = named.map_or_else(|| lower.clone(), |rest| format!("{we}{rest}"));
    // Markup such as emphasis leaves double spaces.
    text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (short, long) in [
        ("won't", "will not"),
        ("can't", "can not"),
        ("cannot", "can not"),
        ("n't", " not"),
        ("we'll", "we will"),
        ("we've", "we have"),
        ("we're", "we are"),
        ("we'd", "we would"),
        ("it'll", "it will"),
    ] {
        text = text.replace(short, long);
    }
    text
}

fn read(tag: &str, we: &'static str) -> Option<NegationPatterns> {
    let data: toml::Table = DATA.parse().ok()?;
    let own = data.get(tag)?.as_table()?;
    let text = |key: &str| own.get(key)?.as_str();
    let (subject, verb, data, past) = (text("we")?, text("verb")?, text("data")?, text("past")?);
    let shape = |shape: &str| {
        let shape = shape.replace("WE", subject).replace("VERB", verb).replace("DATA", data);
        Regex::new(&shape.replace("PAST", past)).ok()
    };
    let shapes = own.get("shapes")?.as_array()?.iter().filter_map(toml::Value::as_str);
    Some(NegationPatterns {
        shapes: shapes.map(shape).collect::<Option<_>>()?,
        silence: Regex::new(text("silence")?).ok()?,
        no: Regex::new(&format!("(?i){}", text("no")?)).ok()?,
        // Some shapes are about training, tracking and "nothing" instead.
        matter: Stems::of(std::iter::once(std::slice::from_ref(
            &Regex::new(&format!("(?i)(?:{data}|train|nothing|track|profil)")).ok()?,
        ))),
        we,
    })
}

#[cfg(test)]
mod tests {
    use super::{DATA, LANGUAGES, is_negated, may_be_negated};
    use crate::prose::frames::clause_of;

    #[test]
    fn negations_about_data_are_told_from_others() {
        let data: toml::Table = DATA.parse().unwrap();
        let us = ["quillmoor".to_owned()];
        let mut wrong = Vec::new();
        for (tag, words) in &LANGUAGES {
            assert!(words.is_some(), "{tag}: every expression compiles");
            for (key, wanted) in [("catches", true), ("leaves", false)] {
                for text in data[*tag][key].as_array().unwrap().iter().filter_map(toml::Value::as_str) {
                    let clause = clause_of(tag, text, &us);
                    if (may_be_negated(tag, text) && is_negated(tag, clause, &us)) != wanted {
                        wrong.push(format!("{tag} {key}: {text}"));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
