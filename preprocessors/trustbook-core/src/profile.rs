//! Profiles: requirements for the contents of a book, derived from a law or a catalogue of controls.

use crate::register::kinds::{self, RecordKind};
use crate::register::value::Value;
use crate::register::{Record, Register, needs};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One requirement for the pages.
#[derive(Debug)]
pub struct Need {
    /// The usual name of the chapter, for readers.
    pub chapter: String,
    /// The required fact or records.
    pub what: Requirement,
    /// The id of a fact that meets the need instead.
    pub or: Option<String>,
    /// The article or control that requires it.
    pub why: String,
}

/// The subject of a need.
#[derive(Debug)]
pub enum Requirement {
    /// A free fact.
    Fact(String),
    /// At least one record of a kind.
    Records {
        /// The kind.
        kind: &'static RecordKind,
        /// A field with the words of which it must have one; `None` accepts any value.
        only: Option<(String, Option<Vec<String>>)>,
        /// The required fields of each record, as groups of which any one field suffices.
        fields: Vec<Vec<String>>,
    },
}

const DATA: &str = include_str!("../data/profiles.toml");
/// Tables of the data that are not profiles.
const ABOUT: [&str; 2] = ["checked", "sources"];

static PROFILES: LazyLock<BTreeMap<String, Vec<Need>>> = LazyLock::new(|| {
    let data: toml::Table = DATA.parse().unwrap_or_default();
    let profiles = data.into_iter().filter(|(name, _)| !ABOUT.contains(&name.as_str()));
    profiles.map(|(name, needs)| (name, array(Some(&needs)).filter_map(need).collect())).collect()
});

static SOURCES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let data: toml::Table = DATA.parse().unwrap_or_default();
    let sources = data.get("sources").and_then(toml::Value::as_table).into_iter().flatten();
    sources.filter_map(|(name, source)| Some((name.clone(), source.as_str()?.to_owned()))).collect()
});

/// Returns the names of all profiles, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    PROFILES.keys().map(String::as_str)
}

/// Returns the law or catalogue from which a profile is derived.
pub fn source(name: &str) -> Option<&'static str> {
    SOURCES.get(name).map(String::as_str)
}

/// Returns the needs of a profile.
pub fn find(name: &str) -> Option<&'static [Need]> {
    PROFILES.get(name).map(Vec::as_slice)
}

impl Need {
    /// Returns true if the need is for this free fact.
    pub fn takes_fact(&self, id: &str) -> bool {
        matches!(&self.what, Requirement::Fact(asked) if asked == id)
    }

    /// Returns true if the need is for this record, as far as it can be read.
    pub fn takes(&self, register: &Register, record: &Record) -> bool {
        let Requirement::Records { kind, only, .. } = &self.what else {
            return false;
        };
        let fits = |(field, words): &(String, Option<Vec<String>>)| match record.field(field) {
            None => needs::is_misspelt(register, record, field),
            Some(fact) => match (words, &fact.value) {
                (Some(words), Some(value)) => has(value, words),
                (None, _) | (_, None) => true,
            },
        };
        record.kind.name == kind.name && only.as_ref().is_none_or(fits)
    }

    /// Returns the names by which an exception can refer to it: the fact, the mapped controls, or else the kind of
    /// record.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let (fact, kind, words): (_, _, &[String]) = match &self.what {
            Requirement::Fact(id) => (Some(id.as_str()), None, &[]),
            Requirement::Records { only: Some((field, Some(words))), .. } if field == "maps_to" => (None, None, words),
            Requirement::Records { kind, .. } => (None, Some(kind.name), &[]),
        };
        fact.into_iter().chain(kind).chain(words.iter().map(String::as_str))
    }

    /// Describes the need: "a `contact` with `roles` of `privacy` or `dpo`".
    pub fn words(&self) -> String {
        let or = |words: &[String]| crate::suggest::listed(words.iter().map(String::as_str)).replace(" and ", " or ");
        match &self.what {
            Requirement::Fact(id) => format!("`{id}`"),
            Requirement::Records { kind, only: None, .. } => format!("a `{}`", kind.name),
            Requirement::Records { kind, only: Some((field, None)), .. } => format!("a `{}` with `{field}`", kind.name),
            Requirement::Records { kind, only: Some((field, Some(words))), .. } => {
                format!("a `{}` with `{field}` of {}", kind.name, or(words))
            }
        }
    }
}

fn has(value: &Value, words: &[String]) -> bool {
    match value {
        Value::List(items) => items.iter().any(|item| has(item, words)),
        Value::Choice(word) => words.iter().any(|known| known == word),
        Value::Text(word) => words.iter().any(|known| plain(known) == plain(word)),
        _ => false,
    }
}

/// Normalises the name of a control, without case and separators: `MVSP 2.4` equals `mvsp:2.4`.
fn plain(control: &str) -> String {
    let kept = control.chars().filter(|c| c.is_alphanumeric() || *c == '.');
    kept.flat_map(char::to_lowercase).collect()
}

fn need(data: &toml::Value) -> Option<Need> {
    let text = |key: &str| data.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let what = match text("fact") {
        Some(id) => Requirement::Fact(id),
        None => {
            let only = data.get("where").and_then(toml::Value::as_table).and_then(|table| table.iter().next());
            let only = only.map(|(field, words)| (field.clone(), words.is_array().then(|| texts(Some(words)))));
            let fields = texts(data.get("fields"));
            let fields = fields.iter().map(|group| group.split('|').map(str::to_owned).collect()).collect();
            Requirement::Records { kind: kinds::find(&text("kind")?)?, only, fields }
        }
    };
    Some(Need { chapter: text("chapter")?, what, or: text("or"), why: text("why")? })
}

fn array(value: Option<&toml::Value>) -> impl Iterator<Item = &toml::Value> {
    value.and_then(toml::Value::as_array).into_iter().flatten()
}

fn texts(value: Option<&toml::Value>) -> Vec<String> {
    array(value).filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::types::ValueType;

    /// The facts of an organisation that profiles may require.
    const FACTS: &[&str] = &[
        "vendor.breach_notification",
        "vendor.deletion_at_exit",
        "vendor.legal_name",
        "vendor.no_subprocessors",
        "vendor.subprocessor_notice",
    ];
    const KEYS: &[&str] = &["chapter", "fact", "fields", "kind", "or", "where", "why"];

    #[test]
    fn everything_that_profiles_name_exists() {
        let data: toml::Table = DATA.parse().unwrap();
        assert!(data["checked"].is_datetime());
        assert_eq!(names().collect::<Vec<_>>(), ["gdpr-controller", "gdpr-processor", "mvsp"]);
        for name in names() {
            assert!(data["sources"].get(name).is_some(), "{name}");
            let written = data[name].as_array().unwrap();
            assert_eq!(find(name).unwrap().len(), written.len(), "every need of {name} is read");
            for need in written {
                assert!(need.as_table().unwrap().keys().all(|key| KEYS.contains(&key.as_str())), "{need:?}");
                assert!(need.get("where").is_none_or(|only| only.as_table().unwrap().len() == 1), "{need:?}");
            }
            for need in find(name).unwrap() {
                assert!(need.or.iter().all(|id| FACTS.contains(&id.as_str())), "{need:?}");
                match &need.what {
                    Requirement::Fact(id) => assert!(FACTS.contains(&id.as_str()), "{id}"),
                    Requirement::Records { kind, only, fields } => {
                        assert!(fields.iter().flatten().all(|field| kind.field(field).is_some()), "{need:?}");
                        let Some((field, words)) = only else { continue };
                        let ty = match kind.field(field).unwrap().ty {
                            ValueType::List(item) | ValueType::OneOrMore(item) => *item,
                            ty => ty,
                        };
                        let known = |word: &String| match ty {
                            ValueType::Choice(known) => known.contains(&word.as_str()),
                            ty => ty == ValueType::Text,
                        };
                        assert!(words.iter().flatten().all(known), "{need:?}");
                    }
                }
            }
        }
    }
}
