//! The reader of book.toml, which reports all errors in one pass, unknown keys included.

mod html;

use super::keys::{BOOK, BUILD, KeyType, OURS, TOP, former, ignored};
use super::{Config, ConfigProblem, accent, brand, exception, foreign, language, links, security};
use crate::diagnostic::Level;
use crate::place;
use crate::span::{FileId, SourceMap, Span, Spanned};
use crate::suggest::nearest;
use crate::toml_tree::{self, TomlKey, TomlNode, kind_of, span_of, text_of};
use crate::world::{self, World};
use toml::de::{DeTable, DeValue};

/// The maximum size of book.toml, in bytes.
const MAX_SETTINGS: usize = 1024 * 1024;

/// Reads book.toml. Its errors go to [`Config::problems`].
pub fn read(world: &dyn World, map: &mut SourceMap) -> Config {
    let mut config = Config { src: "src".to_owned(), build_dir: "book".to_owned(), ..Config::default() };
    let text = match toml_tree::read_text(world, "book.toml") {
        Ok(text) => text,
        Err(error) => {
            map.add("book.toml", "");
            config.problems.push(ConfigProblem::Unreadable(error));
            return config;
        }
    };
    let file = map.add("book.toml", text.as_str());
    if text.len() > MAX_SETTINGS {
        config.problems.push(ConfigProblem::BadValue {
            span: Span::new(file, 0..0),
            why: format!("book.toml is larger than {} KiB", MAX_SETTINGS / 1024),
            help: "take out what is no setting; many redirects are better made by the server".to_owned(),
        });
        return config;
    }
    let (tree, errors) = toml_tree::parse(file, &text);
    let mut reader = SettingsReader { file, config: &mut config, folders: Vec::new(), world };
    reader.top(&tree);
    reader.check_folders();
    if !errors.is_empty() {
        // Errors that follow from a syntax error are not reported.
        config.problems = errors.into_iter().map(ConfigProblem::Syntax).collect();
    }
    config
}

struct SettingsReader<'c> {
    file: FileId,
    config: &'c mut Config,
    /// The folders that the book names, each with its place and its key.
    folders: Vec<(Span, &'static str, String)>,
    world: &'c dyn World,
}

impl SettingsReader<'_> {
    fn top(&mut self, tree: &DeTable<'_>) {
        for (key, node) in self.known(tree, "", TOP) {
            let DeValue::Table(table) = node.get_ref() else {
                continue;
            };
            match key {
                "book" => self.book(table),
                "build" => self.build(table),
                "preprocessor" => self.preprocessors(table),
                "output" => self.outputs(table),
                _ => {}
            }
        }
    }

    fn book(&mut self, table: &DeTable<'_>) {
        for (key, node) in self.known(table, "book", BOOK) {
            let text = text_of(node).map(str::to_owned);
            match key {
                "title" => self.config.title = text,
                "description" => self.config.description = text,
                "language" if text.as_deref().is_some_and(language::is_language_tag) => self.config.language = text,
                "language" => {
                    let name = text.unwrap_or_default();
                    let tag = language::meant(&name);
                    self.bad(
                        node,
                        format!("`language` is `{name}`, which is not a language tag (BCP 47)"),
                        format!("write the tag of the language, such as `{tag}`"),
                    );
                }
                "text-direction" => {
                    if matches!(text.as_deref(), Some("ltr" | "rtl")) {
                        self.config.text_direction = text;
                    } else {
                        self.bad(node, "`text-direction` is neither `ltr` nor `rtl`", "write `ltr` or `rtl`");
                    }
                }
                "src" => self.config.src = self.folder(node, "src"),
                _ => {}
            }
        }
    }

    fn build(&mut self, table: &DeTable<'_>) {
        for (key, node) in self.known(table, "build", BUILD) {
            if key == "build-dir" {
                self.config.build_dir = self.folder(node, "build-dir");
            }
        }
    }

    fn preprocessors(&mut self, table: &DeTable<'_>) {
        for (key, node) in table {
            match (key.get_ref().as_ref(), node.get_ref()) {
                ("trustbook", DeValue::Table(ours)) => self.ours(ours),
                ("trustbook", other) => self.wrong(node, "preprocessor.trustbook", "a table", other),
                (_, value) => self.config.foreign.push(foreign::read(self.file, key, "preprocessor", value)),
            }
        }
    }

    fn outputs(&mut self, table: &DeTable<'_>) {
        for (key, node) in table {
            match (key.get_ref().as_ref(), node.get_ref()) {
                ("html", DeValue::Table(html)) => self.html(html),
                ("html", other) => self.wrong(node, "output.html", "a table", other),
                (_, value) => self.config.foreign.push(foreign::read(self.file, key, "output", value)),
            }
        }
    }

    fn ours(&mut self, table: &DeTable<'_>) {
        for (key, node) in self.known(table, "preprocessor.trustbook", OURS) {
            match (key, node.get_ref()) {
                ("accent", DeValue::String(text)) => match accent::read(text) {
                    Ok(accent) => self.config.trustbook.accent = Some(accent),
                    Err(accent::Unfit { why, help }) => self.bad(node, why, help),
                },
                ("brand", DeValue::Table(table)) => {
                    self.config.trustbook.brand = brand::read(self.file, table, &mut self.config.problems);
                }
                ("identity", DeValue::Boolean(yes)) => self.config.trustbook.identity = *yes,
                ("notice", DeValue::String(text)) => self.config.trustbook.notice = Some(text.to_string()),
                ("site-url", DeValue::String(text)) => match url::Url::parse(text) {
                    Ok(mut url) if matches!(url.scheme(), "https" | "http") => {
                        if !url.path().ends_with('/') {
                            url.set_path(&format!("{}/", url.path()));
                        }
                        self.config.trustbook.site_url = Some(url);
                    }
                    _ => self.bad(
                        node,
                        "`site-url` is not a web address",
                        "write the whole address at which the site is published, such as `https://trust.example.com/`",
                    ),
                },
                ("checks", DeValue::Table(checks)) => self.checks(checks),
                ("allow", DeValue::Array(items)) => {
                    let read = |item| exception::read(self.file, item, &mut self.config.problems);
                    let exceptions = items.iter().take(exception::MOST).filter_map(read).collect();
                    self.config.trustbook.exceptions = exceptions;
                    if let Some(beyond) = items.get(exception::MOST) {
                        self.bad(
                            beyond,
                            format!("the book has more than {} exceptions", exception::MOST),
                            "correct findings, or accept those of today with `trustbook check --update-baseline`",
                        );
                    }
                }
                ("links", DeValue::Table(table)) => {
                    self.config.trustbook.links = links::read(self.file, table, &mut self.config.problems);
                }
                ("security", DeValue::Table(table)) => {
                    self.config.trustbook.security = security::read(self.file, table, &mut self.config.problems);
                }
                ("outside", DeValue::Array(roots)) => roots.iter().for_each(|root| self.outside(root)),
                ("profiles", DeValue::Array(names)) => names.iter().for_each(|name| self.profile(name)),
                _ => {}
            }
        }
    }

    fn outside(&mut self, node: &TomlNode<'_>) {
        match node.get_ref() {
            DeValue::String(root) if matches!(root.trim_matches(['.', '/']), "") => self.bad(
                node,
                format!("`{root}` in `outside` is the site itself or all that is above it"),
                "name a folder, such as `../std/`",
            ),
            DeValue::String(root) if root.contains("://") => self.bad(
                node,
                format!("`{root}` in `outside` is a web address"),
                "name a folder as it is linked from the first page, such as `../std/`; links to other sites need no declaration",
            ),
            DeValue::String(root) => {
                let root = Spanned { value: root.to_string(), span: span_of(self.file, node) };
                self.config.trustbook.outside.push(root);
            }
            other => self.wrong(node, "outside", "the folders that stand beside the site", other),
        }
    }

    fn profile(&mut self, node: &TomlNode<'_>) {
        match node.get_ref() {
            DeValue::String(name) => {
                let name = Spanned { value: name.to_string(), span: span_of(self.file, node) };
                self.config.trustbook.profiles.push(name);
            }
            other => self.wrong(node, "profiles", "the names of profiles", other),
        }
    }

    fn checks(&mut self, table: &DeTable<'_>) {
        for (key, node) in table {
            let name = key.get_ref().as_ref();
            match text_of(node).and_then(Level::parse) {
                Some(value) => {
                    let level = Spanned { value, span: span_of(self.file, key) };
                    self.config.trustbook.levels.insert(name.to_owned(), level);
                }
                None => self.bad(
                    node,
                    format!("`{name}` has a level that does not exist"),
                    "write `\"allow\"`, `\"warn\"` or `\"deny\"`",
                ),
            }
        }
    }

    /// Returns the entries of a table with a known key and a value of the right type; reports the others.
    fn known<'t, 'i>(
        &mut self,
        table: &'t DeTable<'i>,
        name: &str,
        keys: &'static [(&'static str, KeyType)],
    ) -> Vec<(&'static str, &'t TomlNode<'i>)> {
        let mut found = Vec::new();
        for (key, node) in table {
            match keys.iter().find(|(known, _)| *known == key.get_ref().as_ref()) {
                Some((known, kind)) if kind.fits(node.get_ref()) => {
                    self.config.ignored.extend(ignored(self.file, name, key, node));
                    found.push((*known, node));
                }
                Some((known, kind)) => self.wrong(node, known, kind.words(), node.get_ref()),
                None => match former(self.file, name, key) {
                    Some(former) => self.config.ignored.push(former),
                    None => {
                        let nearest = nearest(key.get_ref(), keys.iter().map(|(known, _)| *known));
                        self.unknown(key, name, nearest);
                    }
                },
            }
        }
        found
    }

    fn folder(&mut self, node: &TomlNode<'_>, key: &'static str) -> String {
        let text = text_of(node).unwrap_or_default();
        match world::join("", text) {
            // The chapters can be those of the whole folder, as in mdBook.
            Some(path) if path.is_empty() && key == "src" => path,
            Some(path) if !path.is_empty() => {
                self.folders.push((span_of(self.file, node), key, path.clone()));
                path
            }
            _ => {
                let help = format!("name a folder of the book, such as `{key} = \"docs\"`");
                let itself = if key == "src" { "" } else { " or is the book itself" };
                self.bad(node, format!("`{key}` leaves the book{itself}"), help);
                if key == "src" { "src".to_owned() } else { "book".to_owned() }
            }
        }
    }

    /// Reports folders with a reserved name, and folders that overlap. The chapters, the site, the register and the
    /// theme each need a folder of their own on every file system: all files among the chapters are published.
    fn check_folders(&mut self) {
        let within = |inner: &str, outer: &str| inner == outer || inner.starts_with(&format!("{outer}/"));
        for (span, key, path) in std::mem::take(&mut self.folders) {
            let special = path.split('/').find_map(|part| {
                let what = match place::fold(part).as_str() {
                    ".git" => "which is git's own",
                    ".trustbook" => "which is the command's own",
                    name if name.starts_with('.') && key == "src" => "whose name begins with a dot",
                    name if place::has_short_name(name) => "which can be the short name of another folder on Windows",
                    _ => return None,
                };
                Some((part, what))
            });
            if let Some((part, what)) = special {
                self.config.problems.push(ConfigProblem::BadValue {
                    span,
                    why: format!("`{key}` lies in `{part}`, {what}"),
                    help: format!("name a folder of the book, such as `{key} = \"docs\"`"),
                });
                continue;
            }
            let other = if key == "src" { &self.config.build_dir } else { &self.config.src };
            let mut all = [place::FACTS, place::THEME, other].into_iter().filter(|folder| !folder.is_empty());
            if let Some(taken) = all.find(|taken| place::is_within(&path, taken) || place::is_within(taken, &path)) {
                let differs = !within(&path, taken) && !within(taken, &path);
                let disk = if differs { " on a disk that ignores case" } else { "" };
                self.config.problems.push(ConfigProblem::BadValue {
                    span,
                    why: format!("`{key}` shares a folder with `{taken}`{disk}"),
                    help: "give it a folder of its own: what lies among the chapters is published".to_owned(),
                });
            }
        }
    }

    fn unknown(&mut self, key: &TomlKey<'_>, table: &str, nearest: Option<&str>) {
        self.config.problems.push(ConfigProblem::UnknownKey {
            span: span_of(self.file, key),
            key: key.get_ref().to_string(),
            table: table.to_owned(),
            nearest: nearest.map(str::to_owned),
        });
    }

    fn wrong(&mut self, node: &TomlNode<'_>, key: &str, expected: &'static str, found: &DeValue<'_>) {
        self.config.problems.push(ConfigProblem::WrongKind {
            span: span_of(self.file, node),
            key: key.to_owned(),
            expected,
            found: kind_of(found),
        });
    }

    fn bad(&mut self, node: &TomlNode<'_>, why: impl Into<String>, help: impl Into<String>) {
        let span = span_of(self.file, node);
        self.config.problems.push(ConfigProblem::BadValue { span, why: why.into(), help: help.into() });
    }
}
