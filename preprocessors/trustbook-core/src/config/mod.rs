//! book.toml: the keys of mdBook that we use, and our own under `[preprocessor.trustbook]`.

pub mod accent;
pub mod brand;
pub mod exception;
mod keys;
mod language;
pub mod links;
mod read;
pub mod security;
pub mod settings;

use crate::diagnostic::{Level, Place};
use crate::span::{Span, Spanned};
use crate::toml_tree::{SyntaxError, TextError};
pub use keys::{Effect, of_mdbook};
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
    /// `[book] language`, a BCP 47 tag; `en` where it is not given.
    pub language: Option<String>,
    /// `[book] text-direction`: `ltr` or `rtl`.
    pub text_direction: Option<String>,
    /// `[book] src`, relative to the book; `src` where it is not given.
    pub src: String,
    /// `[build] build-dir`, relative to the book; `book` where it is not given.
    pub build_dir: String,
    /// Our own settings.
    pub trustbook: Settings,
    /// Keys of `[output.html]` that decide how Markdown is read and what frames a page.
    pub html: HtmlSettings,
    /// Preprocessors and outputs that are not ours nor built into mdBook; they are not run.
    pub foreign: Vec<Spanned<String>>,
    /// What is wrong with book.toml.
    pub problems: Vec<ConfigProblem>,
    /// Parts of the book that have no effect.
    pub ignored: Vec<Ignored>,
    /// Files of chapters whose page the site makes itself, relative to the book; each is a problem.
    pub reserved: Vec<String>,
}

/// `[preprocessor.trustbook]`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `accent`: the colour of links and marks.
    pub accent: Option<accent::Accent>,
    /// `brand`: logo, icon, style and links of the vendor.
    pub brand: brand::Brand,
    /// `identity`: whether the site speaks for the vendor; a demonstration does not.
    pub identity: bool,
    /// `site-url`: where the site is published, with scheme and a closing slash.
    pub site_url: Option<url::Url>,
    /// `notice`: a line on every page.
    pub notice: Option<String>,
    /// `outside`: what stands beside the site or is put into it by others, and is not checked.
    pub outside: Vec<Spanned<String>>,
    /// `profiles`: what the book has to show, each with its place.
    pub profiles: Vec<Spanned<String>>,
    /// `checks`: levels that the book changes, by check, each with the place of its name.
    pub levels: BTreeMap<String, Spanned<Level>>,
    /// `allow`: findings that the book stands by.
    pub exceptions: Vec<exception::Exception>,
    /// `links`: how links that leave the site are judged.
    pub links: links::Links,
    /// `security`: what `refresh` may do beyond the rules.
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

/// The keys of `[output.html]` that we read ourselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HtmlSettings {
    /// Quotes and dashes are made typographic.
    pub smart_punctuation: bool,
    /// `term` / `: definition` lists.
    pub definition_lists: bool,
    /// `> [!NOTE]` admonitions.
    pub admonitions: bool,
    /// The prefixes that hide a line of a code block, by language: `[output.html.code.hidelines]`.
    pub hidden_lines: BTreeMap<String, String>,
    /// Where a reader edits a page; `{path}` stands for its file.
    pub edit_url_template: Option<String>,
    /// The host name that GitHub Pages publishes the site under.
    pub cname: Option<String>,
    /// The file of the page for addresses that do not exist, relative to `src`; `404.md` where it is not given.
    pub input_404: Option<Spanned<String>>,
    /// Section numbers are left out of the navigation.
    pub no_section_label: bool,
    /// The whole book is a page as well: `[output.html.print] enable`.
    pub print: bool,
    /// The appearance for readers whose system is light: `default-theme`.
    pub theme: Option<Appearance>,
    /// The appearance for readers whose system is dark: `preferred-dark-theme`.
    pub dark_theme: Option<Appearance>,
    /// The repository of the book, as a web address.
    pub repository: Option<String>,
    /// The navigation shows this many levels, and what belongs to the page.
    pub fold: Option<usize>,
    /// The most results that the search shows.
    pub search_results: Option<usize>,
    /// Style sheets and scripts of every page, by their paths in the book.
    pub additional: Vec<Spanned<String>>,
    /// Old paths and where they lead now.
    pub redirects: Vec<(Spanned<String>, Spanned<String>)>,
    /// The path at which the site is published, where our own `site-url` does not say.
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
    /// The appearance that pages begin with, where it is not that of the reader's system: as in mdBook, each kind of
    /// system has a theme, and both can be of the same appearance.
    pub fn appearance(&self) -> Option<&'static str> {
        match (self.theme.unwrap_or(Appearance::Light), self.dark_theme.unwrap_or(Appearance::Dark)) {
            (Appearance::Light, Appearance::Light) => Some("light"),
            (Appearance::Dark, Appearance::Dark) => Some("dark"),
            _ => None,
        }
    }
}

impl Default for HtmlSettings {
    fn default() -> Self {
        HtmlSettings {
            smart_punctuation: true,
            definition_lists: true,
            admonitions: true,
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
    /// The path at which the site is published, with slashes at both ends.
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
    /// A phrase that says so.
    pub why: String,
    /// The edit that has the effect, in words.
    pub help: String,
    /// The text that has the effect, where it is known.
    pub edit: Option<(Span, String)>,
    /// The file that the line would list, relative to the book.
    pub lists: Option<String>,
}

/// Something wrong with book.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigProblem {
    /// The file can not be read at all.
    Unreadable(TextError),
    /// It is not TOML.
    Syntax(SyntaxError),
    /// A key nobody reads.
    UnknownKey {
        /// The key.
        span: Span,
        /// Its name.
        key: String,
        /// The table it stands in; empty for the top.
        table: String,
        /// A key that was probably meant.
        nearest: Option<String>,
    },
    /// A value of another kind than the key takes.
    WrongKind {
        /// The value.
        span: Span,
        /// The key.
        key: String,
        /// What it takes.
        expected: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// A value that makes no sense.
    BadValue {
        /// The value.
        span: Span,
        /// Why, as a phrase that follows the key.
        why: String,
        /// What to do.
        help: String,
    },
    /// mdBook itself can not read it.
    MdBook {
        /// What mdBook says.
        why: String,
    },
    /// The outline can not be read.
    Outline {
        /// Where, as far as that is known.
        place: Place,
        /// Why.
        why: String,
        /// The edit that helps, where it is known.
        help: Option<String>,
    },
}
