//! The purpose that a sentence gives an address for, and the contact that the register has for it.

use super::typed::{Agrees, Typed};
use super::{Languages, Sentence, language};
use crate::facts::{Facts, records};
use crate::register::value::Value;
use crate::register::{Fact, Record};
use regex::Regex;
use std::sync::LazyLock;

const DATA: &str = include_str!("../../data/purposes.toml");

/// Words before an address to which one can write.
const LEADS: &[&str] = &[
    "a",
    "address",
    "an",
    "at",
    "by",
    "contact",
    "correo",
    "dirección",
    "e-mail",
    "email",
    "en",
    "está",
    "est",
    "is",
    "ist",
    "lautet",
    "mail",
    "per",
    "por",
    "reach",
    "sur",
    "to",
    "unter",
    "use",
    "using",
    "via",
    "à",
    "über",
];

/// The purposes in one language, and the words that leave one undecided.
type Purposes = (Vec<Purpose>, Regex);

#[derive(Debug)]
struct Purpose {
    /// The roles of contacts whose address is right.
    roles: Vec<String>,
    words: Regex,
}

static LANGUAGES: Languages<Purposes> = [
    ("de", LazyLock::new(|| read("de"))),
    ("en", LazyLock::new(|| read("en"))),
    ("es", LazyLock::new(|| read("es"))),
    ("fr", LazyLock::new(|| read("fr"))),
];

/// Replaces an address of the wrong contact among typed values by a contradiction. A sentence with several addresses or
/// purposes decides nothing.
pub fn check<'t>(facts: &'t Facts, tag: &str, sentence: &Sentence<'_>, all: &mut [Typed<'t>]) {
    let mut addresses = all.iter_mut().filter(|typed| sentence.text()[typed.range.clone()].contains('@'));
    let (Some(typed), None) = (addresses.next(), addresses.next()) else { return };
    if let Some(fact) = typed.fact
        && let Some(right) = other(facts, tag, sentence, typed, fact)
    {
        (typed.fact, typed.agrees) = (Some(right), Agrees::No);
    }
}

fn other<'t>(facts: &'t Facts, tag: &str, sentence: &Sentence<'_>, typed: &Typed<'_>, fact: &Fact) -> Option<&'t Fact> {
    // The text of an address can be the word for another purpose.
    let text = sentence.text();
    let (before, after) = (&text[..typed.range.start], &text[typed.range.end..]);
    let rest = [before, after].join(" ");
    // "Our team works with a@b.example" does not say that one can write there.
    let before = before.trim_end().trim_end_matches(['*', '_', '(', '<', '[']).trim_end();
    let last = before.rsplit(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or_default();
    if !last.is_empty() && !LEADS.contains(&last.to_lowercase().as_str()) {
        return None;
    }
    let purpose = of(tag, &rest).or_else(|| {
        let is_short = rest.split_whitespace().count() <= 8;
        of(tag, &sentence.passage.heading).filter(|_| is_short && !rest.contains('@') && !is_silent(tag, &rest))
    })?;
    let is_right = |record: &&'t Record| {
        let Some(Value::List(roles)) = record.value("roles") else { return false };
        roles.iter().any(|role| matches!(role, Value::Choice(role) if purpose.roles.contains(role)))
    };
    let right: Vec<&Fact> =
        records(facts, "contact").filter(is_right).filter_map(|record| record.field("email")).collect();
    let is_contact = fact.id.starts_with("contact.");
    let same = |other: &&Fact| other.value == fact.value;
    right.first().filter(|_| is_contact && !right.iter().any(same)).copied()
}

/// Returns the only purpose that a text names.
fn of(tag: &str, text: &str) -> Option<&'static Purpose> {
    let (purposes, _) = language(&LANGUAGES, tag)?;
    let mut found = purposes.iter().filter(|purpose| purpose.words.is_match(text));
    let first = found.next()?;
    (found.next().is_none() && !is_silent(tag, text)).then_some(first)
}

fn is_silent(tag: &str, text: &str) -> bool {
    language(&LANGUAGES, tag).is_none_or(|(_, silence)| silence.is_match(text))
}

fn read(tag: &str) -> Option<Purposes> {
    let data: toml::Table = DATA.parse().ok()?;
    let words = |text: &str| Regex::new(&format!(r"(?i)\b(?:{text})(?:\b|$)")).ok();
    let purpose = |table: &toml::Value| {
        let roles = table.get("roles")?.as_array()?.iter().filter_map(toml::Value::as_str);
        Some(Purpose {
            roles: roles.map(str::to_owned).collect(),
            words: words(table.get(tag)?.get("words")?.as_str()?)?,
        })
    };
    let all = data.get("purpose")?.as_array()?.iter().map(purpose).collect::<Option<Vec<Purpose>>>()?;
    Some((all, words(data.get("silence")?.get(tag)?.as_str()?)?))
}

#[cfg(test)]
mod tests {
    use super::{DATA, LANGUAGES, of};

    #[test]
    fn each_purpose_catches_and_leaves_its_own_sentences() {
        let data: toml::Table = DATA.parse().unwrap();
        let mut wrong = Vec::new();
        for (tag, language) in &LANGUAGES {
            let (known, _) = language.as_ref().expect("every expression compiles");
            for (purpose, known) in data["purpose"].as_array().unwrap().iter().zip(known) {
                let id = purpose["id"].as_str().unwrap();
                for (key, least, wanted) in [("catches", 3, true), ("leaves", 3, false)] {
                    let texts = purpose[*tag][key].as_array().unwrap();
                    assert!(texts.len() >= least, "{id} {tag}");
                    let texts = texts.iter().filter_map(toml::Value::as_str);
                    let others =
                        texts.filter(|text| of(tag, text).is_some_and(|found| std::ptr::eq(found, known)) != wanted);
                    wrong.extend(others.map(|text| format!("{id} {tag} {key}: {text}")));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
