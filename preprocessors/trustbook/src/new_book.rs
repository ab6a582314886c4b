//! The files of a new book in each language.

use clap::ValueEnum;

/// A language in which a new book can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// German.
    De,
    /// English.
    En,
    /// Spanish.
    Es,
    /// French.
    Fr,
}

/// The files of a new book in a language, by their paths.
macro_rules! book {
    ($language:literal) => {
        book!($language:
            "README.md", "book.toml", "facts/contacts.toml", "facts/cookies.toml", "facts/deployments.toml",
            "facts/measures.toml", "facts/privacy.toml", "facts/subprocessors.toml", "facts/vendor.toml",
            "facts/vulnerability.toml", "src/SUMMARY.md", "src/cookies.md", "src/faq.md", "src/index.md",
            "src/privacy.md", "src/security.md", "src/subprocessors.md", "src/vulnerability-reporting.md",
        )
    };
    ($language:literal: $($path:literal,)*) => {
        &[
            (".gitignore", include_str!("../templates/book/gitignore")),
            $(($path, include_str!(concat!("../templates/book/", $language, "/", $path))),)*
        ]
    };
}

impl Language {
    /// Returns the files of every new book.
    pub(crate) fn book(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Language::De => book!("de"),
            Language::En => book!("en"),
            Language::Es => book!("es"),
            Language::Fr => book!("fr"),
        }
    }

    /// Returns the title of the book. A name with `{{` is left out, because mdBook's templates would interpret it.
    pub(crate) fn title(self, name: &str) -> String {
        let (title, at) = match self {
            Language::De => ("Sicherheit und Datenschutz", "bei"),
            Language::En => ("Security and privacy", "at"),
            Language::Es => ("Seguridad y privacidad", "en"),
            Language::Fr => ("Sécurité et protection des données", "chez"),
        };
        if name.contains("{{") { title.to_owned() } else { format!("{title} {at} {name}") }
    }
}

/// Returns the chapters of new books that only name blocks or lead to others: an import replaces them.
pub(crate) fn empty_chapters() -> impl Iterator<Item = &'static str> {
    let of_all = Language::value_variants().iter().flat_map(|language| language.book());
    of_all.filter(|(path, _)| path.starts_with("src/") && !IMPORTANT.contains(path)).map(|(_, text)| *text)
}

/// The files of `src` that an import never replaces.
const IMPORTANT: &[&str] = &["src/SUMMARY.md", "src/index.md"];
