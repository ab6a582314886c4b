//! The words that readers see, in the language of the book: the sentences of `theme/strings`, each by its key.

use crate::register::phrase::Phrase;
use crate::span::{FileId, Span};
use crate::suggest::nearest;
use crate::toml_tree::{self, TomlNode};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use toml::de::{DeTable, DeValue};

pub use trustbook_theme::STRINGS as LANGUAGES;

/// The largest number of unknown sentences that get a suggestion. It takes a comparison with all known ones.
const MOST_SUGGESTIONS: usize = 200;
/// Languages that are written from right to left.
const RIGHT_TO_LEFT: &[&str] = &["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];
/// The language of sentences that another language lacks.
pub const FALLBACK: &str = "en";

static ENGLISH: LazyLock<BTreeMap<String, SentenceTemplate>> = LazyLock::new(|| embedded(FALLBACK).unwrap_or_default());

/// A sentence, with `{name}` for each value.
#[derive(Debug, Clone, PartialEq, Eq)]
enum SentenceTemplate {
    /// One sentence for every number.
    One(String),
    /// Several sentences by number: the first and last number of each, and the sentence for all others.
    Counted(Vec<(i64, i64, String)>, String),
}

/// The sentences of one book.
#[derive(Debug, Clone)]
pub struct Words {
    /// The language that was found, by the name of its file.
    language: String,
    is_right_to_left: bool,
    own: BTreeMap<String, SentenceTemplate>,
    /// Errors in the book's own files.
    pub problems: Vec<WordsProblem>,
}

/// An error in a book's own strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordsProblem {
    /// The place of the error.
    pub span: Span,
    /// The message, as a phrase.
    pub what: String,
    /// The edit that helps.
    pub help: String,
}

impl Default for Words {
    fn default() -> Self {
        Words { language: FALLBACK.to_owned(), is_right_to_left: false, own: BTreeMap::new(), problems: Vec::new() }
    }
}

impl Words {
    /// Reads the words of a language: the embedded ones, overridden by those of the book's own files. `own` has the
    /// name of each such file without `.toml`, its source and its text.
    ///
    /// `de-CH` is read from `de-CH.toml`, or else from `de.toml`. An unknown language falls back to English.
    pub fn read(tag: Option<&str>, own: &[(String, FileId, String)]) -> Self {
        let tag = tag.unwrap_or(FALLBACK);
        let mut words = Words::default();
        let mut texts: BTreeMap<&str, BTreeMap<String, SentenceTemplate>> = BTreeMap::new();
        for (name, file, text) in own {
            texts.insert(name, read_own(*file, text, &mut words.problems));
        }
        let mut found = None;
        // From the general to the special: `de-CH.toml` overrides `de.toml`.
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        for name in [primary.as_str(), tag] {
            if found.as_deref() == Some(name) {
                continue;
            }
            let ours = embedded(name);
            let theirs = texts.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, texts)| texts);
            if ours.is_some() || theirs.is_some() {
                words.own.extend(ours.unwrap_or_default());
                words.own.extend(theirs.cloned().unwrap_or_default());
                found = Some(name.to_owned());
            }
        }
        words.language = found.unwrap_or_else(|| FALLBACK.to_owned());
        words.is_right_to_left = RIGHT_TO_LEFT.contains(&primary.as_str());
        words
    }

    /// The language of the sentences, by the name of its file.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// Returns true if the language of the book is written from right to left.
    pub fn is_right_to_left(&self) -> bool {
        self.is_right_to_left
    }

    /// Returns true if pages are in English.
    pub fn is_english(&self) -> bool {
        self.language.split('-').next() == Some(FALLBACK)
    }

    /// The language's name for itself, or else its tag.
    pub fn name(&self) -> &str {
        let own = self.own.contains_key("page.language").then(|| self.find("page.language")).flatten();
        own.unwrap_or(&self.language)
    }

    /// Returns a sentence as written in the file; `None` if neither the language nor English has it.
    pub fn find(&self, key: &str) -> Option<&str> {
        self.counted(key, None)
    }

    /// Returns the form of a sentence for a number of things, with its placeholders.
    pub(super) fn counted(&self, key: &str, count: Option<i64>) -> Option<&str> {
        let sentence = self.own.get(key).or_else(|| ENGLISH.get(key))?;
        Some(match sentence {
            SentenceTemplate::One(text) => text,
            SentenceTemplate::Counted(forms, other) => {
                let form = forms.iter().find(|(first, last, _)| count.is_some_and(|n| (*first..=*last).contains(&n)));
                form.map_or(other, |(_, _, text)| text)
            }
        })
    }

    /// Returns the form of a sentence for a number of things, with the number filled in.
    pub fn count(&self, key: &str, count: i64) -> String {
        self.counted(key, Some(count)).unwrap_or(key).replace("{count}", &self.integer(count))
    }

    /// Returns a sentence without placeholders, or the key itself if it is unknown.
    pub fn get(&self, key: &str) -> String {
        self.find(key).unwrap_or(key).to_owned()
    }

    /// Returns a sentence with its placeholders filled in.
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        filled(self.find(key).unwrap_or(key), values)
    }

    /// Returns a phrase in words.
    pub fn phrase(&self, phrase: &Phrase) -> String {
        match phrase {
            Phrase::Text(text) => text.clone(),
            Phrase::Of { key, values, count } => {
                let number = count.map(|count| self.integer(count)).unwrap_or_default();
                let values = values.iter().map(|(name, value)| (*name, value.as_str()));
                let values: Vec<(&str, &str)> = values.chain([("count", number.as_str())]).collect();
                filled(self.counted(key, *count).unwrap_or(key), &values)
            }
        }
    }
}

/// Fills in the placeholders of a sentence.
fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let mut output = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            SentencePart::Text(text) => output.push_str(text),
            SentencePart::Name(name) => {
                let value = values.iter().find(|(known, _)| *known == name);
                output.push_str(value.map_or("", |(_, value)| value));
            }
        }
    }
    output
}

/// A piece of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SentencePart<'t> {
    /// Literal words.
    Text(&'t str),
    /// The name between braces.
    Name(&'t str),
}

/// Splits a sentence into its pieces.
pub(super) fn parts(mut text: &str) -> Vec<SentencePart<'_>> {
    let mut found = Vec::new();
    while let Some((before, name, after)) = next_name(text) {
        if !before.is_empty() {
            found.push(SentencePart::Text(before));
        }
        found.push(SentencePart::Name(name));
        text = after;
    }
    if !text.is_empty() {
        found.push(SentencePart::Text(text));
    }
    found
}

fn next_name(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// Returns the sentences of an embedded language.
fn embedded(name: &str) -> Option<BTreeMap<String, SentenceTemplate>> {
    let (_, text) = LANGUAGES.iter().find(|(known, _)| *known == name)?;
    let (table, _) = DeTable::parse_recoverable(text);
    let mut sentences = BTreeMap::new();
    for (section, node) in table.get_ref() {
        let DeValue::Table(entries) = node.get_ref() else { continue };
        for (key, node) in entries {
            let key = format!("{}.{}", section.get_ref(), key.get_ref());
            sentences.extend(sentence(node).ok().map(|sentence| (key, sentence)));
        }
    }
    Some(sentences)
}

/// Sections whose keys are words from data: a vendor may add keys of its own.
const OPEN: &[&str] = &["category", "choice", "entry", "framework"];
/// The keys by which a translation overrides book.toml; no built-in language has them.
const OF_BOOK: &[&str] = &["book.description", "book.notice", "book.title"];

fn read_own(file: FileId, text: &str, problems: &mut Vec<WordsProblem>) -> BTreeMap<String, SentenceTemplate> {
    let (table, errors) = toml_tree::parse(file, text);
    problems.extend(errors.into_iter().map(|error| WordsProblem {
        span: error.span,
        what: format!("this is not TOML: {}", error.message),
        help: "write each sentence as `key = \"text\"` below its `[section]`".to_owned(),
    }));
    let mut sentences = BTreeMap::new();
    let mut unknown = 0;
    let mut tell = |span: Span, what: String, help: String| problems.push(WordsProblem { span, what, help });
    for (section, node) in &table {
        let DeValue::Table(entries) = node.get_ref() else {
            let what = format!("`{}` stands in no section", section.get_ref());
            let help = "write it below its `[section]`, as `theme/strings/en.toml` has it".to_owned();
            tell(toml_tree::span_of(file, section), what, help);
            continue;
        };
        for (key, node) in entries {
            let full = format!("{}.{}", section.get_ref(), key.get_ref());
            let span = toml_tree::span_of(file, key);
            let Some(english) = ENGLISH.get(&full) else {
                if OPEN.contains(&section.get_ref().as_ref()) || OF_BOOK.contains(&full.as_str()) {
                    sentences.extend(sentence(node).ok().map(|sentence| (full, sentence)));
                    continue;
                }
                unknown += 1;
                let near = || nearest(&full, ENGLISH.keys().map(String::as_str).chain(OF_BOOK.iter().copied()));
                let help = match (unknown <= MOST_SUGGESTIONS).then(near).flatten() {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`theme/strings/en.toml` has all keys".to_owned(),
                };
                tell(span, format!("there is no sentence `{full}`"), help);
                continue;
            };
            match sentence(node) {
                Err(why) => tell(
                    toml_tree::span_of(file, node),
                    format!("`{full}` {why}"),
                    "write text, or `{ 1 = \"...\", other = \"...\" }` for a number of things".to_owned(),
                ),
                Ok(own) => {
                    let (has, needs) = (names(&own), names(english));
                    if let Some(name) = needs.difference(&has).next() {
                        let help = format!("write `{{{name}}}` where it belongs");
                        tell(toml_tree::span_of(file, node), format!("`{full}` leaves out `{{{name}}}`"), help);
                    }
                    if let Some(name) = has.difference(&needs).next() {
                        let help = match needs.is_empty() {
                            true => "this sentence has nothing to put in".to_owned(),
                            false => {
                                format!("it has `{{{}}}`", needs.iter().cloned().collect::<Vec<_>>().join("}`, `{"))
                            }
                        };
                        tell(toml_tree::span_of(file, node), format!("`{full}` has no `{{{name}}}`"), help);
                    }
                    sentences.insert(full, own);
                }
            }
        }
    }
    problems.sort_by_key(|problem| problem.span);
    sentences
}

/// Returns the names of all placeholders of a sentence.
fn names(sentence: &SentenceTemplate) -> BTreeSet<String> {
    let texts: Vec<&String> = match sentence {
        SentenceTemplate::One(text) => vec![text],
        SentenceTemplate::Counted(forms, other) => forms.iter().map(|(_, _, text)| text).chain([other]).collect(),
    };
    let all = texts.into_iter().flat_map(|text| parts(text));
    all.filter_map(|part| match part {
        SentencePart::Name(name) => Some(name.to_owned()),
        SentencePart::Text(_) => None,
    })
    .collect()
}

fn sentence(node: &TomlNode<'_>) -> Result<SentenceTemplate, String> {
    if let Some(text) = toml_tree::text_of(node) {
        return Ok(SentenceTemplate::One(text.to_owned()));
    }
    let DeValue::Table(entries) = node.get_ref() else {
        return Err(format!("is {}, not text", toml_tree::kind_of(node.get_ref())));
    };
    let (mut forms, mut other) = (Vec::new(), None);
    for (key, node) in entries {
        let text = toml_tree::text_of(node).ok_or("has a form that is no text")?.to_owned();
        let key = key.get_ref().as_ref();
        let (first, last) = key.split_once('-').unwrap_or((key, key));
        match (key, first.parse(), last.parse()) {
            ("other", ..) => other = Some(text),
            (_, Ok(first), Ok(last)) => forms.push((first, last, text)),
            _ => {
                return Err(format!(
                    "has the form `{key}`, which is no number, no range such as `3-10`, and not `other`"
                ));
            }
        }
    }
    Ok(SentenceTemplate::Counted(forms, other.ok_or("has no form `other`")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_sentences_of_english_and_their_placeholders() {
        assert!(LANGUAGES.is_sorted());
        for (name, text) in LANGUAGES {
            let (_, errors) = DeTable::parse_recoverable(text);
            assert!(errors.is_empty(), "{name}: {errors:?}");
            let own = embedded(name).unwrap();
            let differ = own.keys().filter(|key| !ENGLISH.contains_key(*key));
            let differ: Vec<_> = differ.chain(ENGLISH.keys().filter(|key| !own.contains_key(*key))).collect();
            assert!(differ.is_empty(), "{name}: {differ:?}");
            for (key, sentence) in &own {
                assert_eq!(names(sentence), names(&ENGLISH[key]), "{name}: {key}");
            }
        }
    }

    #[test]
    fn a_language_is_found_by_its_tag() {
        for (tag, language) in [("de", "de"), ("de-CH", "de"), ("DE", "de"), ("ja", "en"), ("en-GB", "en")] {
            assert_eq!(Words::read(Some(tag), &[]).language, language, "{tag}");
        }
        assert_eq!(Words::read(Some("fr-CA"), &[]).get("page.next"), "Suivant");
        assert_eq!(Words::read(None, &[]).get("page.next"), "Next");
    }

    #[test]
    fn numbers_choose_their_form() {
        let of = |tag: &str, count: i64| {
            Words::read(Some(tag), &[]).counted("table.fields", Some(count)).unwrap().to_owned()
        };
        assert_eq!([of("en", 0), of("en", 1), of("en", 2)], ["{count} fields", "{count} field", "{count} fields"]);
        assert_eq!([of("fr", 0), of("fr", 2)], ["{count} champ", "{count} champs"]);
    }

    #[test]
    fn a_books_own_file_takes_the_place_of_sentences_and_is_checked() {
        let text = "[page]\nnext = \"Onward\"\nnexd = \"x\"\nbuilt = \"Made\"\nrevision = \"{commit} {who}\"\n\
                    skip = 3\n[table]\nfields = { 1 = \"{count} f\", \"2-4\" = \"{count} ff\", other = \"{count} fff\" }\n";
        let mut map = crate::span::SourceMap::default();
        let file = map.add("theme/strings/en.toml", text);
        let words = Words::read(Some("en"), &[("en".to_owned(), file, text.to_owned())]);
        assert_eq!(words.get("page.next"), "Onward");
        assert_eq!(words.get("page.previous"), "Previous");
        assert_eq!(words.counted("table.fields", Some(3)), Some("{count} ff"));
        let told: Vec<&str> = words.problems.iter().map(|problem| problem.what.as_str()).collect();
        let expected = [
            "there is no sentence `page.nexd`",
            "`page.built` leaves out `{date}`",
            "`page.revision` has no `{who}`",
            "`page.skip` is an integer, not text",
        ];
        assert_eq!(told, expected);
        let many: String = (0..MOST_SUGGESTIONS + 2).map(|at| format!("[pagee{at}]\nnext = \"x\"\n")).collect();
        let words = Words::read(Some("en"), &[("en".to_owned(), file, many)]);
        let near = words.problems.iter().filter(|problem| problem.help.starts_with("did you mean")).count();
        assert_eq!((words.problems.len(), near), (MOST_SUGGESTIONS + 2, MOST_SUGGESTIONS));
    }
}
