//! The language of a book: no template has words of its own, and a book shows none of another language.

use crate::command::root;
use mdbook_trustbook::disk::DiskWorld;
use mdbook_trustbook::embedded::THEME;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use trustbook_core::World;
use trustbook_core::secret::Secret;
use trustbook_core::theme::words::LANGUAGES;
use trustbook_core::world::{FolderEntry, ReadError};
use trustbook_tests::{TODAY, book, build, short};

/// The book of the example vendor in another language.
struct In {
    world: DiskWorld,
    language: &'static str,
}

impl World for In {
    fn secrets(&self) -> Vec<Secret> {
        self.world.secrets()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let bytes = self.world.read(path)?;
        if path != "book.toml" {
            return Ok(bytes);
        }
        let text = String::from_utf8(bytes).unwrap();
        let other = text.replace("language = \"en\"", &format!("language = \"{}\"", self.language));
        assert_ne!(text, other);
        Ok(other.into_bytes())
    }

    fn list(&self, dir: &str) -> Result<Vec<FolderEntry>, ReadError> {
        self.world.list(dir)
    }

    fn today(&self) -> jiff::civil::Date {
        TODAY
    }
}

#[test]
fn no_template_has_words_of_its_own() {
    let comments = Regex::new(r"(?s)\{\{!--.*?--\}\}").unwrap();
    let scripts = Regex::new(r"\{\{\{?[^}]*\}?\}\}").unwrap();
    let named = Regex::new(r#"(?:aria-label|data-label|title|alt|placeholder|value)="([^"]*)""#).unwrap();
    let tags = Regex::new(r"<[^>]*>").unwrap();
    let letters = |text: &str| text.chars().any(char::is_alphabetic);
    for (path, text) in THEME.iter().filter(|(path, _)| path.ends_with(".hbs")) {
        let text = scripts.replace_all(&comments.replace_all(text, ""), "").into_owned();
        for found in named.captures_iter(&text) {
            assert!(!letters(&found[1]), "{path}: `{}` belongs into theme/strings", &found[1]);
        }
        let words = tags.replace_all(&text, "\n");
        let words: Vec<&str> = words.lines().map(str::trim).filter(|line| letters(line)).collect();
        assert!(words.is_empty(), "{path}: {words:?} belong into theme/strings");
    }
}

#[test]
fn every_sentence_that_a_template_asks_for_is_there() {
    let asked = Regex::new(r#"\{\{~?(?:t|pair) "([^"]+)""#).unwrap();
    let all = sentences("en");
    for (path, text) in THEME {
        for found in asked.captures_iter(text) {
            let key = &found[1];
            assert!(all.keys().any(|known| known == key || known.starts_with(&format!("{key}/"))), "{path}: {key}");
        }
    }
}

/// Returns the sentences of a language by their keys. The key of a plural form ends with `/` and the form.
fn sentences(language: &str) -> BTreeMap<String, String> {
    let (_, text) = LANGUAGES.iter().find(|(name, _)| *name == language).unwrap();
    let mut all = BTreeMap::new();
    for (section, entries) in text.parse::<toml::Table>().unwrap() {
        for (key, value) in entries.as_table().unwrap() {
            match value {
                toml::Value::Table(forms) => {
                    let forms = forms.iter().map(|(form, text)| (format!("{section}.{key}/{form}"), text));
                    all.extend(forms.map(|(key, text)| (key, text.as_str().unwrap().to_owned())));
                }
                text => {
                    all.insert(format!("{section}.{key}"), text.as_str().unwrap().to_owned());
                }
            }
        }
    }
    all
}

#[test]
fn a_book_in_another_language_shows_no_word_of_english() {
    let pieces = Regex::new(r#">([^<>]+)<|(?:aria-label|data-label)="([^"]*)""#).unwrap();
    let english = sentences("en");
    for language in ["de", "es", "fr"] {
        let world = In { world: DiskWorld::open(&root().join("tests/books/vendor"), TODAY).unwrap(), language };
        let built = build(&world);
        assert_eq!(short(&built), "", "{language}");
        // The vendor's text stays unchanged, and a key of a table is read as words.
        let own: String = built.book.map.files().map(|(_, file)| file.text().to_lowercase()).collect();
        let theirs = sentences(language);
        let shared: BTreeSet<&String> = theirs.values().collect();
        let differs = |(key, text): &(&String, &String)| {
            theirs.get(*key) != Some(*text)
                && !shared.contains(*text)
                && !text.contains('{')
                && !own.contains(&text.to_lowercase())
        };
        let forbidden: BTreeMap<&str, &str> =
            english.iter().filter(differs).map(|(key, text)| (text.as_str(), key.as_str())).collect();
        assert!(forbidden.len() > 200, "{language}: {}", forbidden.len());
        let mut seen = BTreeSet::new();
        assert!(built.site.pages.len() > 15);
        for page in &built.site.pages {
            for found in pieces.captures_iter(built.file(&page.path)) {
                let piece = found.get(1).or(found.get(2)).unwrap().as_str().replace("&#45;", "-");
                let piece = piece.split(':').next().unwrap_or_default().trim();
                if let Some(key) = forbidden.get(piece) {
                    seen.insert(format!("{}: {piece} ({key})", page.path));
                }
            }
        }
        assert!(seen.is_empty(), "{language}: {seen:#?}");
    }
}

#[test]
fn days_durations_countries_and_states_are_in_the_language_of_the_book() {
    let world = book(
        "=== book.toml\n[book]\ntitle = \"Buch\"\nlanguage = \"de-CH\"\n[preprocessor.trustbook]\n\
         === facts/a.toml\n[vendor]\nseat = { value = \"DE\", type = \"country\", stated = 2024-10-01, source = \"x\" }\n\
         keep = { value = \"30 days\", type = \"duration\", stated = 2024-10-01, source = \"x\" }\n\
         quota = { value = 99.95, type = \"decimal\", stated = 2024-10-01, source = \"x\" }\n\
         === src/a.md\n# Angaben\n\n{{ vendor.seat }}, {{ vendor.keep }}, {{ vendor.quota }}, {{ page.oldest }}, {{ vendor.keep as state }}\n",
    );
    let built = build(&world);
    let page = built.first().replace("&#44;", ",").replace("&#46;", ".");
    for text in ["Deutschland", "30 Tage", "99,95", "1. Oktober 2024", "noch nicht überprüft", "Zum Inhalt springen"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(page.contains("<html lang=\"de-CH\""), "{page}");
}

#[test]
fn a_book_brings_a_language_and_its_direction() {
    let world = book(
        "=== book.toml\n[book]\ntitle = \"كتاب\"\nlanguage = \"ar\"\ntext-direction = \"rtl\"\n[preprocessor.trustbook]\n\
         === theme/strings/ar.toml\n[page]\nskip = \"انتقل إلى المحتوى\"\n[table]\n\
         fields = { 1 = \"{count} حقل\", 2 = \"{count} حقلان\", \"3-10\" = \"{count} حقول\", other = \"{count} حقلا\" }\n\
         === src/a.md\n# فصل\n",
    );
    let built = build(&world);
    assert_eq!(short(&built), "");
    let page = built.first();
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">"), "{page}");
    assert!(page.contains(">انتقل إلى المحتوى</a>"), "{page}");
    assert!(page.contains("No cookies, no third-party requests."), "what a file does not say is in English: {page}");
}

#[test]
fn what_is_wrong_in_a_books_own_strings_is_told_at_its_line() {
    let world = book("=== theme/strings/en.toml\n[page]\nbuilt = \"Made\"\nnexd = \"On\"\n=== src/a.md\n# A\n");
    let found = short(&build(&world));
    assert!(found.contains("theme/strings/en.toml:2:9"), "{found}");
    assert!(found.contains("`page.built` leaves out `{date}`"), "{found}");
    assert!(found.contains("theme/strings/en.toml:3:1"), "{found}");
}
