//! The keys that book.toml may have, each with what it takes.

use super::Ignored;
use crate::diagnostic::Place;
use crate::place;
use crate::span::FileId;
use crate::toml_tree::{Key, Node, span_of, text_of};
use crate::world;
use toml::de::DeValue;

/// What a key takes.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Bool,
    List,
    Table,
}

impl Kind {
    pub(super) fn words(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Bool => "true or false",
            Kind::List => "a list",
            Kind::Table => "a table",
        }
    }

    pub(super) fn fits(self, value: &DeValue<'_>) -> bool {
        matches!(
            (self, value),
            (Kind::Text, DeValue::String(_))
                | (Kind::Bool, DeValue::Boolean(_))
                | (Kind::List, DeValue::Array(_))
                | (Kind::Table, DeValue::Table(_))
        )
    }
}

use Kind::{Bool, List, Table, Text};

pub(super) const TOP: &[(&str, Kind)] =
    &[("book", Table), ("build", Table), ("output", Table), ("preprocessor", Table), ("rust", Table)];
pub(super) const BOOK: &[(&str, Kind)] = &[
    ("authors", List),
    ("description", Text),
    ("language", Text),
    ("src", Text),
    ("text-direction", Text),
    ("title", Text),
];
pub(super) const BUILD: &[(&str, Kind)] =
    &[("build-dir", Text), ("create-missing", Bool), ("extra-watch-dirs", List), ("use-default-preprocessors", Bool)];
pub(super) const HTML: &[(&str, Kind)] = &[
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
    // mdBook 0.3 called it so, and mdBook 0.5 still reads it.
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
pub(super) const CODE: &[(&str, Kind)] = &[("hidelines", Table)];
pub(super) const PRINT: &[(&str, Kind)] = &[("enable", Bool), ("page-break", Bool)];
pub(super) const OURS: &[(&str, Kind)] = &[
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

/// The settings of mdBook that have no effect here, by table and key, each with what to do instead. A setting that asks
/// for nothing, such as `false`, is no such setting.
const IGNORED: &[(&str, &str, &str)] = &[
    ("build", "create-missing", "remove it, and write each chapter that SUMMARY.md names"),
    ("build", "extra-watch-dirs", "remove it: `trustbook serve` watches the folder of the book"),
    ("build", "use-default-preprocessors", "remove it: includes are always read"),
    (
        "output.html",
        "additional-css",
        "name the file as `css` in `[preprocessor.trustbook.brand]`, or set `accent` for the colour",
    ),
    (
        "output.html",
        "additional-js",
        "remove it; a script that a page needs is written on that page and allowed by its hash",
    ),
    ("output.html", "default-theme", "remove it: pages follow the light or dark setting of the reader's system"),
    ("output.html", "fold", "remove it: the navigation has one form"),
    ("output.html", "git-repository-icon", "remove it, and link to the repository from a chapter"),
    (
        "output.html",
        "git-repository-url",
        "remove it, and add the link to `header` in `[preprocessor.trustbook.brand]`",
    ),
    ("output.html", "hash-files", "remove it: the names of our files always have a hash"),
    ("output.html", "input-404", "remove it, and change `theme/404.hbs`"),
    ("output.html", "live-reload-endpoint", "remove it: `trustbook serve` brings its own"),
    ("output.html", "mathjax-support", "remove it, and write formulas as MathML or as images with alternative text"),
    ("output.html", "playground", "remove it: code blocks are shown and not run"),
    ("output.html", "playpen", "remove it: code blocks are shown and not run"),
    ("output.html", "preferred-dark-theme", "remove it: pages follow the light or dark setting of the reader's system"),
    ("output.html", "search", "remove it: every site has a search with an index of its own"),
    ("output.html", "sidebar-header-nav", "remove it: each page lists its headings itself"),
    ("output.html", "theme", "name the folder `theme`, and remove the setting"),
    ("output.html.print", "page-break", "remove it: each chapter begins on a page of its own"),
];

/// A setting of mdBook that has no effect here.
pub(super) fn ignored(file: FileId, table: &str, key: &Key<'_>, node: &Node<'_>) -> Option<Ignored> {
    let known = IGNORED.iter().find(|(known, name, _)| *known == table && *name == key.get_ref());
    let (_, name, help) = known.filter(|_| !asks_nothing(key.get_ref(), node.get_ref()))?;
    // mdBook's own folder for a theme is ours as well.
    if *name == "theme" && text_of(node).is_some_and(|text| world::join("", text).as_deref() == Some(place::THEME)) {
        return None;
    }
    let (place, why) = (Place::At(span_of(file, key)), format!("`{name}` has no effect here"));
    Some(Ignored { place, why, help: (*help).to_owned(), edit: None, lists: None })
}

/// True for a value that asks for nothing but what is so anyway.
fn asks_nothing(key: &str, value: &DeValue<'_>) -> bool {
    match (key, value) {
        ("hash-files" | "page-break" | "use-default-preprocessors", DeValue::Boolean(on)) => *on,
        ("search", DeValue::Table(table)) => {
            table.iter().all(|(key, on)| key.get_ref() == "enable" && matches!(on.get_ref(), DeValue::Boolean(true)))
        }
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
