//! The theme: the embedded files, each of which a file of the book can override.

pub(crate) mod bounded;
pub(crate) mod helper;
mod spoken;
pub(crate) mod walk;
pub mod words;

use crate::config::{Config, Ignored, is_language_tag};
use crate::diagnostic::Place;
use crate::span::{FileId, SourceMap};
use crate::toml_tree::{self, TextError};
use crate::world::{self, ReadError, World};
use handlebars::{RenderError, TemplateError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use words::Words;

/// The maximum size of one template of the book and of all of them together, in bytes. The engine counts the lines
/// before each part of a template, so large templates compile slowly.
const MAX_TEMPLATE: usize = 32 * 1024;
const MAX_TEMPLATES: usize = 512 * 1024;

/// The theme of one build.
#[derive(Debug, Clone, Default)]
pub struct Theme {
    files: BTreeMap<String, String>,
    /// The paths of the book's own files that differ from the embedded ones.
    own: BTreeSet<String>,
    /// Files of the book's theme that could not be read, with the reason.
    pub unreadable: Vec<(String, TextError)>,
    /// Files of the book's theme that have no effect.
    pub unused: Vec<String>,
    /// The words that readers see, in the language of the book.
    pub words: Arc<Words>,
    /// The words of each language into which the book is translated, by its tag, which is also the name of its folder.
    pub translations: Vec<(String, Arc<Words>)>,
}

impl Theme {
    /// Reads the embedded files, by path within the theme, overridden by the book's own.
    ///
    /// The book's own files become sources, so that findings can name their lines.
    pub fn read(embedded: &[(&str, &str)], config: &mut Config, world: &dyn World, map: &mut SourceMap) -> Self {
        let mut theme = Theme::default();
        let mut strings: Vec<(String, FileId, String)> = Vec::new();
        for (path, text) in embedded {
            theme.files.insert((*path).to_owned(), (*text).to_owned());
        }
        let entries = world.list("theme").unwrap_or_else(|error| {
            theme.unreadable.push(("theme".to_owned(), TextError::Read(error)));
            Vec::new()
        });
        let mut templates = 0;
        for entry in entries {
            let Some(path) = entry.path.strip_prefix("theme/") else {
                continue;
            };
            let is_known = theme.files.contains_key(path)
                || path.starts_with("parts/")
                || path.strip_prefix("blocks/").is_some_and(|name| name.ends_with(".hbs") && !name.contains('/'))
                || strings_of(path).is_some();
            if !is_known && !world::is_of_tool(path) {
                theme.unused.push(entry.path.clone());
            }
            if !is_theme_file(path) {
                continue;
            }
            match toml_tree::read_text(world, &entry.path) {
                Ok(text) => {
                    let file = map.add(&entry.path, text.as_str());
                    if let Some(name) = strings_of(path) {
                        strings.push((name.to_owned(), file, text));
                        continue;
                    }
                    if path.ends_with(".hbs") {
                        templates += text.len();
                    }
                    if path.ends_with(".hbs") && (text.len() > MAX_TEMPLATE || templates > MAX_TEMPLATES) {
                        let why = format!(
                            "a template may have {} KiB, and all together {} KiB",
                            MAX_TEMPLATE / 1024,
                            MAX_TEMPLATES / 1024
                        );
                        theme.unreadable.push((entry.path.clone(), TextError::Read(ReadError::Refused(why))));
                        continue;
                    }
                    let before = theme.files.insert(path.to_owned(), text);
                    if before.as_ref() != theme.files.get(path) {
                        theme.own.insert(path.to_owned());
                    }
                }
                Err(TextError::Read(ReadError::Missing)) => {}
                Err(error) => theme.unreadable.push((entry.path.clone(), error)),
            }
        }
        theme.words = Arc::new(Words::read(config.language.as_deref(), &strings));
        theme.translations = translations(world, config, &strings);
        theme
    }

    /// Returns the text of a file.
    pub fn file(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Returns the paths of all files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Returns true if a file is the book's own. An unchanged copy of an embedded file is not.
    pub fn is_own(&self, path: &str) -> bool {
        self.own.contains(path)
    }

    /// Returns true if any template is the book's own, so the markup around the content can be anything.
    pub fn has_own_templates(&self) -> bool {
        self.own.iter().any(|path| path.ends_with(".hbs"))
    }

    /// Returns the files directly below a folder whose names end in `suffix`, as the rest of the name and the text.
    pub fn below<'t>(&'t self, folder: &'t str, suffix: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.files.iter().filter_map(move |(path, text)| {
            let name = path.strip_prefix(folder)?.strip_suffix(suffix)?;
            (!name.contains('/')).then_some((name, text.as_str()))
        })
    }
}

/// Returns the languages that have an outline in a folder of their own, such as `src/de/SUMMARY.md`, with their words.
fn translations(
    world: &dyn World,
    config: &mut Config,
    strings: &[(String, FileId, String)],
) -> Vec<(String, Arc<Words>)> {
    let mut found = Vec::new();
    // The chapters report a folder that cannot be listed.
    for entry in world.list(&config.src).unwrap_or_default() {
        let path = entry.path.strip_prefix(config.src_prefix().as_str());
        let tag = path.and_then(|path| path.strip_suffix("/SUMMARY.md")).filter(|tag| is_language_tag(tag));
        let Some(tag) = tag else { continue };
        let words = Words::read(Some(tag), strings);
        let own = config.language.as_deref().unwrap_or(words::FALLBACK);
        let primary = tag.split('-').next().unwrap_or(tag);
        let why = match () {
            () if own.eq_ignore_ascii_case(tag) => (
                format!("`{tag}` is the language of the book"),
                format!("list its chapters in {}", config.in_src("SUMMARY.md")),
            ),
            () if !words.language().eq_ignore_ascii_case(primary) && !words.language().eq_ignore_ascii_case(tag) => {
                // A name of three letters, such as `src`, is a language only if there are words in it.
                if primary.len() > 2 {
                    continue;
                }
                (format!("the theme has no words in `{tag}`"), format!("write theme/strings/{tag}.toml"))
            }
            () => {
                found.push((tag.to_owned(), Arc::new(words)));
                continue;
            }
        };
        let (why, help) = (format!("this outline is not read as a translation: {}", why.0), why.1);
        let lists = Some(entry.path.clone());
        config.ignored.push(Ignored { place: Place::File(entry.path), why, help, edit: None, lists });
    }
    found
}

/// Returns true if a file of a theme folder has an effect.
fn is_theme_file(path: &str) -> bool {
    matches!(path.rsplit('.').next(), Some("hbs" | "css" | "js" | "svg")) || strings_of(path).is_some()
}

/// Returns the language of a file of strings: `de` for `strings/de.toml`.
fn strings_of(path: &str) -> Option<&str> {
    path.strip_prefix("strings/")?.strip_suffix(".toml").filter(|name| !name.contains('/'))
}

/// Returns the reason why a template does not compile, in one line.
pub(crate) fn template_error(error: &TemplateError) -> String {
    let reason = error.reason().to_string();
    // The parser lists everything that would be valid there.
    let reason = reason.split(": expected").next().unwrap_or_default();
    let reason: Vec<&str> = reason.split_whitespace().collect();
    match error.pos() {
        Some((line, column)) => format!("line {line}, column {column}: {}", reason.join(" ")),
        None => reason.join(" "),
    }
}

/// Returns the reason why a template cannot be filled in, in one line.
pub(crate) fn render_error(error: &RenderError) -> String {
    let reason: Vec<String> = error.reason().to_string().split_whitespace().map(str::to_owned).collect();
    match (error.line_no, error.column_no) {
        (Some(line), Some(column)) => format!("line {line}, column {column}: {}", reason.join(" ")),
        _ => reason.join(" "),
    }
}
