//! The reader of `[output.html]`.

use super::SettingsReader;
use crate::config::keys::{CODE, FOLD, HTML, PRINT, SEARCH, shade};
use crate::config::{ConfigProblem, Ignored, published_at};
use crate::diagnostic::Place;
use crate::place;
use crate::span::{Spanned, floor};
use crate::toml_tree::{TomlNode, span_of};
use crate::world;
use toml::de::{DeTable, DeValue};

impl SettingsReader<'_> {
    pub(super) fn html(&mut self, table: &DeTable<'_>) {
        for (key, node) in self.known(table, "output.html", HTML) {
            let html = &mut self.config.html;
            match (key, node.get_ref()) {
                ("smart-punctuation", DeValue::Boolean(on)) => html.smart_punctuation = *on,
                ("definition-lists", DeValue::Boolean(on)) => html.definition_lists = *on,
                ("admonitions", DeValue::Boolean(on)) => html.admonitions = *on,
                ("mathjax-support", DeValue::Boolean(on)) => html.math = *on,
                ("no-section-label", DeValue::Boolean(on)) => html.no_section_label = *on,
                ("edit-url-template", DeValue::String(text)) => html.edit_url_template = Some(text.to_string()),
                ("git-repository-url", DeValue::String(text)) if text.is_empty() => {}
                ("git-repository-url", DeValue::String(text)) => match url::Url::parse(text) {
                    Ok(url) if matches!(url.scheme(), "https" | "http") => html.repository = Some(url.to_string()),
                    _ => self.bad(
                        node,
                        "`git-repository-url` is not a web address",
                        "write the whole address, such as `https://github.com/example/book`",
                    ),
                },
                ("default-theme", DeValue::String(name)) => html.theme = shade(name),
                ("preferred-dark-theme", DeValue::String(name)) => html.dark_theme = shade(name),
                ("additional-css", DeValue::Array(paths)) => {
                    paths.iter().for_each(|path| self.additional(path, ".css"))
                }
                ("additional-js", DeValue::Array(paths)) => paths.iter().for_each(|path| self.additional(path, ".js")),
                ("fold", DeValue::Table(fold)) => self.fold(fold),
                ("search", DeValue::Table(search)) => self.search(search),
                ("input-404", DeValue::String(file)) if !file.is_empty() => {
                    html.input_404 = Some(Spanned { value: file.to_string(), span: span_of(self.file, node) });
                }
                ("cname", DeValue::String(host)) if is_host(host) => html.cname = Some(host.to_string()),
                ("cname", DeValue::String(host)) => {
                    let why = format!("`cname` is `{host}`, which is not the name of a host");
                    self.bad(node, why, "write the host alone, such as `trust.example.com`");
                }
                // mdBook accepts a path or a whole address.
                ("site-url", DeValue::String(text)) => {
                    let path = url::Url::parse(text).map_or_else(|_| text.to_string(), |url| url.path().to_owned());
                    html.site_url = Some(path);
                }
                ("code", DeValue::Table(code)) => self.code(code),
                ("print", DeValue::Table(print)) => self.print(print),
                ("redirect", DeValue::Table(redirects)) => self.redirects(redirects),
                _ => {}
            }
        }
    }

    fn code(&mut self, table: &DeTable<'_>) {
        for (_, node) in self.known(table, "output.html.code", CODE) {
            let DeValue::Table(prefixes) = node.get_ref() else { continue };
            for (language, prefix) in prefixes {
                match prefix.get_ref() {
                    DeValue::String(text) => {
                        let language = language.get_ref().to_string();
                        self.config.html.hidden_lines.insert(language, text.to_string());
                    }
                    other => self.wrong(prefix, language.get_ref(), "text", other),
                }
            }
        }
    }

    fn print(&mut self, table: &DeTable<'_>) {
        for (key, node) in self.known(table, "output.html.print", PRINT) {
            if let ("enable", DeValue::Boolean(on)) = (key, node.get_ref()) {
                self.config.html.print = *on;
            }
        }
    }

    fn redirects(&mut self, table: &DeTable<'_>) {
        for (from, to) in table {
            match to.get_ref() {
                DeValue::String(target) => {
                    // mdBook writes the page of `./old.html` where that of `old.html` would be.
                    let value = from.get_ref().strip_prefix("./").unwrap_or(from.get_ref()).to_owned();
                    let from = Spanned { value, span: span_of(self.file, from) };
                    if let Some(why) = not_an_old_page(&from.value) {
                        self.config.problems.push(ConfigProblem::BadValue {
                            span: from.span,
                            // The reason follows the address, and a message has a limit.
                            why: format!("the old address `{}` {why}", &from.value[..floor(&from.value, MOST_SHOWN)]),
                            help: "write the path of a page that is gone, such as `/old.html`".to_owned(),
                        });
                        continue;
                    }
                    let to = Spanned { value: target.to_string(), span: span_of(self.file, to) };
                    self.config.html.redirects.push((from, to));
                }
                other => self.wrong(to, from.get_ref(), "text", other),
            }
        }
    }

    /// Reads a style sheet or script of the book, by its path in the book.
    fn additional(&mut self, node: &TomlNode<'_>, ending: &str) {
        let DeValue::String(text) = node.get_ref() else {
            return self.wrong(node, "additional files", "paths of files", node.get_ref());
        };
        let path = world::outward(text).filter(|path| !published_at(path).is_empty());
        if path.as_ref().is_some_and(|path| path.starts_with("../") && world::reach(self.world, "", path).is_none()) {
            self.config.ignored.push(Ignored {
                place: Place::At(span_of(self.file, node)),
                why: format!("`{text}` is not added to the pages: it leaves the book"),
                help: "for files of the repository around the book, build with `--root` and its folder".to_owned(),
                edit: None,
                lists: None,
            });
            return;
        }
        let why = match &path {
            None => Some("it leaves the book".to_owned()),
            Some(path) if !path.to_ascii_lowercase().ends_with(ending) => {
                Some(format!("its name does not end in `{ending}`"))
            }
            // This folder has the files of the theme and the index of the search.
            Some(path) if place::is_within(published_at(path), "assets") => {
                Some("`assets` is the folder of the site's own files".to_owned())
            }
            Some(path) => world::closed(path),
        };
        match (path, why) {
            (Some(value), None) => {
                let file = Spanned { value, span: span_of(self.file, node) };
                self.config.html.additional.push(file);
            }
            (_, why) => self.bad(
                node,
                format!("`{text}` cannot be added to the pages: {}", why.unwrap_or_default()),
                format!("name a file of the book, relative to book.toml, such as `theme/custom{ending}`"),
            ),
        }
    }

    fn fold(&mut self, table: &DeTable<'_>) {
        let (mut is_on, mut level) = (false, 0);
        for (key, node) in self.known(table, "output.html.fold", FOLD) {
            match (key, node.get_ref()) {
                ("enable", DeValue::Boolean(on)) => is_on = *on,
                ("level", DeValue::Integer(number)) => level = number.as_str().parse().unwrap_or(0),
                _ => {}
            }
        }
        self.config.html.fold = is_on.then_some(level);
    }

    fn search(&mut self, table: &DeTable<'_>) {
        for (key, node) in self.known(table, "output.html.search", SEARCH) {
            if let ("limit-results", DeValue::Integer(number)) = (key, node.get_ref()) {
                self.config.html.search_results = number.as_str().parse().ok().filter(|limit| *limit > 0);
            }
        }
    }
}

/// Returns true for a host name (RFC 1123, section 2.1).
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.contains('.') && text.len() <= 253 && text.split('.').all(is_label)
}

/// The longest part of a path, in bytes, that every file system can hold.
const LONGEST_NAME: usize = 200;
/// The part of an old address that a message shows, in bytes.
const MOST_SHOWN: usize = 200;
/// The longest old address, in bytes: macOS has no longer paths.
const LONGEST_PATH: usize = 1000;
/// The endings of pages that an old site can have had, and that run nothing here.
const OLD_ENDINGS: &[&str] = &["htm", "html", "php"];

/// Returns the reason why no page can be written at an old address, as a phrase that follows it.
///
/// A host obeys some files and executes others, and the files of the site itself must not be replaced.
fn not_an_old_page(from: &str) -> Option<&'static str> {
    let path = from.split('#').next().unwrap_or_default();
    let path = path.strip_prefix('/').unwrap_or(path);
    let Some(inside) = world::join("", path) else { return Some("leaves the site") };
    let is_bad = |part: &str| {
        part.starts_with('.')
            || part.ends_with(['.', ' '])
            || part.contains(|c: char| c.is_control() || ":\\".contains(c))
    };
    let name = inside.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    if inside.is_empty() || path.ends_with('/') {
        Some("is a folder, not a page")
    } else if inside != path || path.split('/').any(is_bad) {
        Some("is not the plain path of a page")
    } else if path.len() > LONGEST_PATH || path.split('/').any(|part| part.len() > LONGEST_NAME) {
        Some("is too long for some file systems")
    } else if ending.is_some_and(|ending| !OLD_ENDINGS.contains(&ending.as_str())) {
        Some("does not end like a page: `.html`, `.htm`, `.php` or nothing")
    } else {
        None
    }
}
