//! book.toml: the keys of mdBook that Trustbook uses, and its own under `[preprocessor.trustbook]`.

pub mod accent;
pub mod brand;
pub mod exception;
pub mod foreign;
mod keys;
mod language;
pub mod links;
mod read;
pub mod security;
pub mod settings;

use crate::diagnostic::{Level, Place};
use crate::place;
use crate::span::{Span, Spanned};
use crate::toml_tree::{SyntaxError, TextError};
pub use keys::{Effect, of_mdbook, refuses_former};
pub use language::is_language_tag;
use std::collections::BTreeMap;

pub use read::read;

/// The settings of a book.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// `[book] title`.
    pub title: Option<String>,
    /// `[book] description`.
    pub description: Option<String>,
    /// `[book] language`, a BCP 47 tag; English if not given.
    pub language: Option<String>,
    /// `[book] text-direction`: `ltr` or `rtl`.
    pub text_direction: Option<String>,
    /// `[book] src`, relative to the book: `src` if not given, empty for the book itself.
    pub src: String,
    /// `[build] build-dir`, relative to the book; `book` if not given.
    pub build_dir: String,
    /// The settings of `[preprocessor.trustbook]`.
    pub trustbook: Settings,
    /// The keys of `[output.html]` that decide how Markdown is read and how a page is framed.
    pub html: HtmlSettings,
    /// The preprocessors and outputs besides ours and `html`.
    pub foreign: Vec<foreign::Foreign>,
    /// The errors in book.toml.
    pub problems: Vec<ConfigProblem>,
    /// Settings, lines of SUMMARY.md and files of the theme that have no effect.
    pub ignored: Vec<Ignored>,
    /// Chapters whose page the site generates itself, as files relative to the book; each is an error.
    pub reserved: Vec<String>,
}

/// `[preprocessor.trustbook]`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `accent`: the colour of links and marks.
    pub accent: Option<accent::Accent>,
    /// `brand`: logo, icon, style and links of the vendor.
    pub brand: brand::Brand,
    /// `identity`: true if the site speaks for the vendor; false for a demonstration.
    pub identity: bool,
    /// `site-url`: the address of the published site, with scheme and a closing slash.
    pub site_url: Option<url::Url>,
    /// `notice`: a line on every page.
    pub notice: Option<String>,
    /// `outside`: paths that others serve beside the site or add to it; they are not checked.
    pub outside: Vec<Spanned<String>>,
    /// `profiles`: the profiles whose content the book must have, each with its place.
    pub profiles: Vec<Spanned<String>>,
    /// `checks`: the levels that the book changes, by check, each with the place of its name.
    pub levels: BTreeMap<String, Spanned<Level>>,
    /// `allow`: findings that the book accepts, and false alarms.
    pub exceptions: Vec<exception::Exception>,
    /// `links`: the limits and rules for links that leave the site.
    pub links: links::Links,
    /// `security`: permissions beyond the rules.
    pub security: security::Security,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            accent: None,
            brand: brand::Brand::default(),
            identity: true,
            site_url: None,
            notice: None,
            outside: Vec::new(),
            profiles: Vec::new(),
            levels: BTreeMap::new(),
            exceptions: Vec::new(),
            links: links::Links::default(),
            security: security::Security::default(),
        }
    }
}

/// The keys of `[output.html]` that Trustbook reads itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HtmlSettings {
    /// True if quotes and dashes are made typographic.
    pub smart_punctuation: bool,
    /// True if `term` / `: definition` lists are read.
    pub definition_lists: bool,
    /// True if `> [!NOTE]` admonitions are read.
    pub admonitions: bool,
    /// True if formulas in TeX are read: `mathjax-support`.
    pub math: bool,
    /// The prefixes of hidden lines in code blocks, by language: `[output.html.code.hidelines]`.
    pub hidden_lines: BTreeMap<String, String>,
    /// The address at which a reader edits a page; `{path}` is replaced by its file.
    pub edit_url_template: Option<String>,
    /// The host name at which GitHub Pages publishes the site.
    pub cname: Option<String>,
    /// The file of the page for missing addresses, relative to `src`; `404.md` if not given.
    pub input_404: Option<Spanned<String>>,
    /// True if the navigation omits section numbers.
    pub no_section_label: bool,
    /// True if a page with the whole book is generated: `[output.html.print] enable`.
    pub print: bool,
    /// The appearance for readers whose system is light: `default-theme`.
    pub theme: Option<Appearance>,
    /// The appearance for readers whose system is dark: `preferred-dark-theme`.
    pub dark_theme: Option<Appearance>,
    /// The repository of the book, as a web address.
    pub repository: Option<String>,
    /// The number of levels that the navigation shows, besides those around the current page.
    pub fold: Option<usize>,
    /// The maximum number of results that the search shows.
    pub search_results: Option<usize>,
    /// Style sheets and scripts for every page, by their paths from the book.
    pub additional: Vec<Spanned<String>>,
    /// Old paths, each with its new target.
    pub redirects: Vec<(Spanned<String>, Spanned<String>)>,
    /// The path at which the site is published; `site-url` of our own settings overrides it.
    pub site_url: Option<String>,
}

/// The appearance of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appearance {
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

impl HtmlSettings {
    /// Returns the path from the book of a style sheet or script for every page, by its path in the site.
    pub fn additional_source<'p>(&'p self, path: &'p str) -> &'p str {
        let mut all = self.additional.iter().map(|file| file.value.as_str());
        all.find(|source| published_at(source) == path).unwrap_or(path)
    }

    /// Returns the initial appearance of pages, if it differs from the reader's system. As in mdBook, each appearance
    /// of the system has a theme, and both themes can have the same appearance.
    pub fn appearance(&self) -> Option<&'static str> {
        match (self.theme.unwrap_or(Appearance::Light), self.dark_theme.unwrap_or(Appearance::Dark)) {
            (Appearance::Light, Appearance::Light) => Some("light"),
            (Appearance::Dark, Appearance::Dark) => Some("dark"),
            _ => None,
        }
    }
}

/// Returns the path in the site of a style sheet or script for every page. Those around the book are published as if
/// they were in it.
pub fn published_at(additional: &str) -> &str {
    additional.trim_start_matches("../")
}

impl Default for HtmlSettings {
    fn default() -> Self {
        HtmlSettings {
            smart_punctuation: true,
            definition_lists: true,
            admonitions: true,
            math: false,
            hidden_lines: BTreeMap::new(),
            edit_url_template: None,
            cname: None,
            input_404: None,
            no_section_label: false,
            print: true,
            theme: None,
            dark_theme: None,
            repository: None,
            fold: None,
            search_results: None,
            additional: Vec::new(),
            redirects: Vec::new(),
            site_url: None,
        }
    }
}

impl Config {
    /// Returns the beginning of the paths of all files among the chapters: `src` with a slash, or nothing if the book
    /// itself is that folder.
    pub fn src_prefix(&self) -> String {
        if self.src.is_empty() { String::new() } else { format!("{}/", self.src) }
    }

    /// Returns the path in the book of a file among the chapters.
    pub fn in_src(&self, path: &str) -> String {
        self.src_prefix() + path
    }

    /// Returns true for a file that is not among the chapters although its path begins with [`Config::src_prefix`]: if
    /// the book itself is the folder of the chapters, it also holds the register, the theme and the site.
    pub fn is_apart(&self, path: &str) -> bool {
        let mut folders = [place::FACTS, place::THEME, &self.build_dir].into_iter();
        self.src.is_empty()
            && (path == "book.toml"
                || path.starts_with('.') && !path.starts_with(".well-known/")
                || folders.any(|folder| place::is_within(path, folder)))
    }

    /// Returns the path at which the site is published, with slashes at both ends.
    pub fn base_path(&self) -> String {
        let path = match (&self.trustbook.site_url, &self.html.site_url) {
            (Some(url), _) => url.path(),
            (None, Some(path)) => path,
            (None, None) => "/",
        };
        let inner = path.trim_matches('/');
        if inner.is_empty() { "/".to_owned() } else { format!("/{inner}/") }
    }
}

/// A setting, a line of SUMMARY.md or a file of the theme that has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The setting, the line or the file.
    pub place: Place,
    /// The message, as a phrase.
    pub why: String,
    /// The edit that has the intended effect, in words.
    pub help: String,
    /// The edit as a place and its new text, if known.
    pub edit: Option<(Span, String)>,
    /// The file that the line would list, relative to the book.
    pub lists: Option<String>,
}

/// An error in book.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigProblem {
    /// A file that cannot be read at all.
    Unreadable(TextError),
    /// A file that is not TOML.
    Syntax(SyntaxError),
    /// An unknown key.
    UnknownKey {
        /// The key.
        span: Span,
        /// Its name.
        key: String,
        /// The table that contains it; empty for the top level.
        table: String,
        /// A similar known key.
        nearest: Option<String>,
    },
    /// A value of the wrong type.
    WrongKind {
        /// The value.
        span: Span,
        /// The key.
        key: String,
        /// The expected type.
        expected: &'static str,
        /// The type that was found.
        found: &'static str,
    },
    /// An invalid value.
    BadValue {
        /// The value.
        span: Span,
        /// The reason, as a phrase that follows the key.
        why: String,
        /// The edit that helps.
        help: String,
    },
    /// A book.toml that mdBook itself cannot read.
    MdBook {
        /// The error of mdBook.
        why: String,
    },
    /// An outline that cannot be read.
    Outline {
        /// The place, as far as it is known.
        place: Place,
        /// The reason.
        why: String,
        /// The edit that helps, if known.
        help: Option<String>,
    },
}

/// Parses a table of book.toml for a test.
#[cfg(test)]
fn parsed(text: &str) -> (crate::span::FileId, toml::de::DeTable<'_>) {
    let file = crate::span::SourceMap::default().add("book.toml", text);
    let (tree, errors) = crate::toml_tree::parse(file, text);
    assert_eq!(errors, []);
    (file, tree)
}
