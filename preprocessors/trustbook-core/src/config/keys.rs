//! The keys of book.toml, each with the type of its value.

use super::{Appearance, Ignored};
use crate::diagnostic::Place;
use crate::place;
use crate::span::FileId;
use crate::toml_tree::{TomlKey, TomlNode, span_of, text_of};
use crate::world;
use toml::de::DeValue;

/// The type of a key's value.
#[derive(Clone, Copy)]
pub(super) enum KeyType {
    Text,
    Bool,
    List,
    Table,
    Number,
}

impl KeyType {
    pub(super) fn words(self) -> &'static str {
        match self {
            KeyType::Text => "text",
            KeyType::Bool => "true or false",
            KeyType::List => "a list",
            KeyType::Table => "a table",
            KeyType::Number => "a number",
        }
    }

    pub(super) fn fits(self, value: &DeValue<'_>) -> bool {
        matches!(
            (self, value),
            (KeyType::Text, DeValue::String(_))
                | (KeyType::Bool, DeValue::Boolean(_))
                | (KeyType::List, DeValue::Array(_))
                | (KeyType::Table, DeValue::Table(_))
                | (KeyType::Number, DeValue::Integer(_))
        )
    }
}

use KeyType::{Bool, List, Number, Table, Text};

pub(super) const TOP: &[(&str, KeyType)] =
    &[("book", Table), ("build", Table), ("output", Table), ("preprocessor", Table), ("rust", Table)];
pub(super) const BOOK: &[(&str, KeyType)] = &[
    ("authors", List),
    ("description", Text),
    ("language", Text),
    ("src", Text),
    ("text-direction", Text),
    ("title", Text),
];
pub(super) const BUILD: &[(&str, KeyType)] =
    &[("build-dir", Text), ("create-missing", Bool), ("extra-watch-dirs", List), ("use-default-preprocessors", Bool)];
pub(super) const HTML: &[(&str, KeyType)] = &[
    ("additional-css", List),
    ("additional-js", List),
    ("admonitions", Bool),
    ("cname", Text),
    ("code", Table),
    ("default-theme", Text),
    ("definition-lists", Bool),
    ("edit-url-template", Text),
    ("fold", Table),
    ("git-repository-icon", Text),
    ("git-repository-url", Text),
    ("hash-files", Bool),
    ("input-404", Text),
    ("live-reload-endpoint", Text),
    ("mathjax-support", Bool),
    ("no-section-label", Bool),
    ("playground", Table),
    // The name in mdBook 0.3, which mdBook 0.5 still reads.
    ("playpen", Table),
    ("preferred-dark-theme", Text),
    ("print", Table),
    ("redirect", Table),
    ("search", Table),
    ("sidebar-header-nav", Bool),
    ("site-url", Text),
    ("smart-punctuation", Bool),
    ("theme", Text),
];
pub(super) const CODE: &[(&str, KeyType)] = &[("hidelines", Table)];
pub(super) const PRINT: &[(&str, KeyType)] = &[("enable", Bool), ("page-break", Bool)];
pub(super) const FOLD: &[(&str, KeyType)] = &[("enable", Bool), ("level", Number)];
pub(super) const SEARCH: &[(&str, KeyType)] = &[
    ("boost-hierarchy", Number),
    ("boost-paragraph", Number),
    ("boost-title", Number),
    ("chapter", Table),
    ("copy-js", Bool),
    ("enable", Bool),
    ("expand", Bool),
    ("heading-split-level", Number),
    ("limit-results", Number),
    ("teaser-word-count", Number),
    ("use-boolean-and", Bool),
];
pub(super) const OURS: &[(&str, KeyType)] = &[
    ("accent", Text),
    ("after", List),
    ("allow", List),
    ("before", List),
    ("brand", Table),
    ("checks", Table),
    ("command", Text),
    ("identity", Bool),
    ("links", Table),
    ("notice", Text),
    ("optional", Bool),
    ("outside", List),
    ("profiles", List),
    ("renderer", List),
    ("renderers", List),
    ("security", Table),
    ("site-url", Text),
];

/// The settings of mdBook that have no effect here, by table and key, each with the edit to make instead. A value that
/// asks for nothing, such as `false`, is not reported.
const IGNORED: &[(&str, &str, &str)] = &[
    ("build", "create-missing", "remove it, and write each chapter that SUMMARY.md names"),
    ("build", "extra-watch-dirs", "remove it: `trustbook serve` watches the folder of the book"),
    ("build", "use-default-preprocessors", "remove it: includes are always read"),
    ("output.html", "git-repository-icon", "remove it, and link to the repository from a chapter"),
    ("output.html", "hash-files", "remove it: the headers of the site make browsers ask for the newest file"),
    ("output.html", "live-reload-endpoint", "remove it: `trustbook serve` brings its own"),
    ("output.html", "playground", "remove it: code blocks are shown and not run"),
    ("output.html", "playpen", "remove it: code blocks are shown and not run"),
    ("output.html", "sidebar-header-nav", "remove it: each page lists its headings itself"),
    ("output.html", "theme", "name the folder `theme`, and remove the setting"),
    ("output.html", "default-theme", "name a theme of mdBook, such as `light` or `navy`: pages are light or dark"),
    ("output.html", "preferred-dark-theme", "name a theme of mdBook, such as `navy`: pages are light or dark"),
    ("output.html.print", "page-break", "remove it: each chapter begins on a page of its own"),
    ("output.html.search", "boost-hierarchy", SEARCH_ORDER),
    ("output.html.search", "boost-paragraph", SEARCH_ORDER),
    ("output.html.search", "boost-title", SEARCH_ORDER),
    ("output.html.search", "chapter", "remove it: every chapter can be found"),
    ("output.html.search", "copy-js", "remove it: the search has no file of others"),
    ("output.html.search", "enable", "remove it: every site has a search with an index of its own"),
    ("output.html.search", "expand", "remove it: a word is always found by its beginning"),
    ("output.html.search", "heading-split-level", "remove it: each heading is a result of its own"),
    ("output.html.search", "teaser-word-count", "remove it: a result shows the sentence around the word"),
    ("output.html.search", "use-boolean-and", "remove it: results have all words before those that have some"),
];

/// The keys of mdBook before 0.5, which have no effect, by table and key, each with the edit to make instead.
const FORMER: &[(&str, &str, &str)] = &[
    ("book", "multilingual", "remove it"),
    ("output.html", "copy-fonts", "remove it: pages use the fonts of the reader's system"),
    ("output.html", "curly-quotes", "write `smart-punctuation`, its name in mdBook 0.5"),
    ("output.html", "git-branch", "remove it, and name the branch in `edit-url-template`"),
    ("output.html", "google-analytics", "remove it: pages load nothing from other sites"),
];

/// Returns true for the message in which mdBook 0.5 refuses a key of an earlier mdBook.
pub fn refuses_former(message: &str) -> bool {
    FORMER.iter().any(|(_, key, _)| message.contains(&format!("unknown field `{key}`")))
}

/// Returns a key of mdBook before 0.5.
pub(super) fn former(file: FileId, table: &str, key: &TomlKey<'_>) -> Option<Ignored> {
    let (_, name, help) = FORMER.iter().find(|(known, name, _)| *known == table && *name == key.get_ref())?;
    let (place, why) = (Place::At(span_of(file, key)), format!("`{name}` has no effect: mdBook 0.5 does not have it"));
    Some(Ignored { place, why, help: (*help).to_owned(), edit: None, lists: None })
}

const SEARCH_ORDER: &str = "remove it: the search orders results itself";

/// The effect of a key of mdBook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The key works as in mdBook, or has a counterpart.
    Read,
    /// The key has no effect, and nothing is lost.
    Silent,
    /// The key has no effect, which `config-ignored` reports with this help.
    Reported(&'static str),
}

/// Returns the keys of mdBook's book.toml by table, each with its effect here.
pub fn of_mdbook() -> Vec<(&'static str, &'static str, Effect)> {
    let tables = [
        ("book", BOOK),
        ("build", BUILD),
        ("output.html", HTML),
        ("output.html.code", CODE),
        ("output.html.fold", FOLD),
        ("output.html.print", PRINT),
        ("output.html.search", SEARCH),
    ];
    let effect = |table: &str, key: &str| {
        let known = IGNORED.iter().find(|(known, name, _)| *known == table && *name == key);
        match known {
            // Names of other themes are reported.
            Some((_, "default-theme" | "preferred-dark-theme", _)) => Effect::Read,
            Some((_, _, help)) => Effect::Reported(help),
            None if key == "authors" => Effect::Silent,
            None => Effect::Read,
        }
    };
    let keys = tables.into_iter().flat_map(|(table, keys)| keys.iter().map(move |(key, _)| (table, *key)));
    let keys = keys.chain([("rust", "edition")]);
    keys.map(|(table, key)| (table, key, if table == "rust" { Effect::Silent } else { effect(table, key) })).collect()
}

/// Returns a setting of mdBook that has no effect here.
pub(super) fn ignored(file: FileId, table: &str, key: &TomlKey<'_>, node: &TomlNode<'_>) -> Option<Ignored> {
    let known = IGNORED.iter().find(|(known, name, _)| *known == table && *name == key.get_ref());
    let (_, name, help) = known.filter(|_| !asks_nothing(key.get_ref(), node.get_ref()))?;
    // mdBook's default folder for a theme is also ours.
    if *name == "theme" && text_of(node).is_some_and(|text| world::join("", text).as_deref() == Some(place::THEME)) {
        return None;
    }
    let (place, why) = (Place::At(span_of(file, key)), format!("`{name}` has no effect here"));
    Some(Ignored { place, why, help: (*help).to_owned(), edit: None, lists: None })
}

/// Returns true for a value that asks only for the existing behaviour.
fn asks_nothing(key: &str, value: &DeValue<'_>) -> bool {
    match (key, value) {
        ("hash-files" | "page-break" | "use-default-preprocessors", DeValue::Boolean(on)) => *on,
        ("enable" | "copy-js" | "expand", DeValue::Boolean(on)) => *on,
        ("default-theme" | "preferred-dark-theme", DeValue::String(text)) => text.is_empty() || shade(text).is_some(),
        (_, DeValue::Boolean(on)) => !on,
        (_, DeValue::String(text)) => text.is_empty(),
        (_, DeValue::Array(items)) => items.is_empty(),
        (_, DeValue::Table(table)) => {
            let is_off = table.get("enable").is_some_and(|on| matches!(on.get_ref(), DeValue::Boolean(false)));
            is_off || table.values().all(|value| matches!(value.get_ref(), DeValue::Boolean(false)))
        }
        _ => false,
    }
}

/// Returns the appearance of a theme of mdBook. An unknown theme is reported as a setting without effect.
pub(super) fn shade(theme: &str) -> Option<Appearance> {
    match theme.to_ascii_lowercase().as_str() {
        "light" | "rust" => Some(Appearance::Light),
        "ayu" | "coal" | "navy" => Some(Appearance::Dark),
        _ => None,
    }
}
