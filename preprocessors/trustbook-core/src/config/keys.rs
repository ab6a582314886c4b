//! The keys that book.toml may have, each with what it takes.

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
