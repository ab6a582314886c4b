//! mdBook's own HTML renderer, unmodified, fed in pieces on all cores.
//!
//! Given a whole book it copies the list of all chapters for each chapter, which makes it quadratic; given pieces of
//! a few chapters without search, print and navigation it is linear and parallel. The frame is put around the chapters
//! afterwards, by the core.

use crate::scratch::{self, Scratch};
use mdbook_core::book::{Book, BookItem, Chapter};
use mdbook_core::config::{Config, HtmlConfig, Print};
use mdbook_html::HtmlHandlebars;
use mdbook_renderer::{RenderContext, Renderer};
use rayon::prelude::*;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::str::FromStr;
use std::sync::{Arc, Once};
use trustbook_core::config::ConfigProblem;
use trustbook_core::expand::Expanded;
use trustbook_core::site::Rendered;
use trustbook_core::{Render, RenderError, Sources, Trust, World};

/// How many chapters mdBook is given at once: a piece. For each of them it copies the list of the piece, and for each
/// piece it writes a score of files.
const PIECE: usize = 32;

/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";

/// How the name of the folder of a piece begins.
const PREFIX: &str = "trustbook-render-";
/// What mdBook reads and writes in it.
const PARTS: &[&str] = &["src", "theme", "out"];

/// Files of mdBook's theme that would otherwise be written for every piece.
const UNUSED: &[&str] = &[
    "ayu-highlight.css",
    "book.js",
    "clipboard.min.js",
    "css/chrome.css",
    "css/general.css",
    "css/variables.css",
    "favicon.png",
    "favicon.svg",
    "fonts/fonts.css",
    "head.hbs",
    "header.hbs",
    "highlight.css",
    "highlight.js",
    "tomorrow-night.css",
    "toc.html.hbs",
    "toc.js.hbs",
];

/// mdBook's renderer for a book.
#[derive(Debug)]
pub struct MdBook {
    config: Config,
}

impl MdBook {
    /// The renderer with the book's own settings, as far as they decide what HTML a chapter becomes.
    pub fn new(world: &dyn World) -> Self {
        let text = world.read("book.toml").ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        // What is wrong with book.toml was reported when it was read; the defaults serve for the rest.
        let given = Config::from_str(&text).unwrap_or_default();
        let html = given.html_config().unwrap_or_default();
        let mut config = Config::default();
        config.book.language = given.book.language;
        config.rust = given.rust;
        config.book.src = "src".into();
        let mut ours = HtmlConfig::default();
        ours.smart_punctuation = html.smart_punctuation;
        ours.definition_lists = html.definition_lists;
        ours.admonitions = html.admonitions;
        ours.mathjax_support = html.mathjax_support;
        ours.code = html.code;
        ours.playground.runnable = false;
        ours.playground.copyable = false;
        ours.print = no_print();
        ours.input_404 = Some(String::new());
        ours.theme = Some("theme".into());
        ours.hash_files = false;
        // A table of plain settings is always accepted.
        let _ = config.set("output.html", ours);
        MdBook { config }
    }

    /// Renders a piece in memory, where a system has folders there, since mdBook writes each page as a file. Where that
    /// fails, as for want of room, it is tried where all temporary files go, and there alone where somebody says where.
    fn piece(&self, chapters: &[(usize, Arc<Expanded>)]) -> Result<Vec<Rendered>, Failed> {
        if let Some(memory) = memory() {
            match self.piece_in(memory, chapters) {
                Err(Failed::Around(_)) => {}
                done => return done,
            }
        }
        self.piece_in(&std::env::temp_dir(), chapters)
    }

    fn piece_in(&self, folder: &Path, chapters: &[(usize, Arc<Expanded>)]) -> Result<Vec<Rendered>, Failed> {
        let failed = |error: &dyn std::fmt::Display| Failed::Around(format!("chapters can not be rendered: {error}"));
        let stage = Scratch::new(folder, PREFIX).map_err(|error| failed(&error))?;
        prepare(stage.path()).map_err(|error| failed(&error))?;
        let mut book = Book::new();
        for (index, expanded) in chapters {
            let name = format!("{index}.md");
            book.push_item(BookItem::Chapter(Chapter::new(&name, expanded.markdown.clone(), name.clone(), Vec::new())));
        }
        let out = stage.path().join("out");
        let context = RenderContext::new(stage.path(), book, self.config.clone(), &out);
        quietly(|| HtmlHandlebars::new().render(&context))
            .map_err(|()| Failed::Within)?
            .map_err(|error| failed(&format!("{error:#}")))?;
        chapters
            .iter()
            .map(|(index, _)| {
                let html =
                    std::fs::read_to_string(out.join(format!("{index}.html"))).map_err(|error| failed(&error))?;
                Ok(Rendered { page: *index, html, is_drawn: true })
            })
            .collect()
    }

    /// Renders a piece. Where mdBook gives up on it, each chapter is rendered by itself, and those at which it does so
    /// again are given as not drawn.
    fn whole(&self, chapters: &[(usize, Arc<Expanded>)]) -> Result<Vec<Rendered>, RenderError> {
        match (self.piece(chapters), chapters) {
            (Ok(rendered), _) => Ok(rendered),
            (Err(Failed::Around(why)), _) => Err(RenderError(why)),
            (Err(Failed::Within), [(index, _)]) => Ok(vec![Rendered::undrawn(*index)]),
            (Err(Failed::Within), _) => {
                let each = chapters.iter().map(|chapter| self.whole(std::slice::from_ref(chapter)));
                Ok(each.collect::<Result<Vec<_>, _>>()?.concat())
            }
        }
    }
}

/// Why a piece could not be rendered.
enum Failed {
    /// mdBook gave up on what a chapter says.
    Within,
    /// Files could not be written or read.
    Around(String),
}

impl Render for MdBook {
    fn render(
        &self,
        _: &Trust,
        chapters: Vec<(usize, Arc<Expanded>)>,
        done: &(dyn Fn(Rendered) + Sync),
    ) -> Result<(), RenderError> {
        for folder in memory().into_iter().chain([std::env::temp_dir().as_path()]) {
            scratch::sweep(folder, PREFIX, PARTS, &|part| std::fs::remove_dir_all(part));
        }
        chapters.into_par_iter().chunks(PIECE).try_for_each(|piece| {
            let rendered = self.whole(&piece)?;
            // Its Markdown is done with.
            drop(piece);
            rendered.into_par_iter().for_each(done);
            Ok(())
        })
    }
}

/// Adds what mdBook itself finds wrong with book.toml; it would otherwise drop all of `[output.html]` in silence.
pub(crate) fn check_config(world: &dyn World, sources: &mut Sources) {
    if !sources.config.problems.is_empty() {
        return;
    }
    let Some(text) = world.read("book.toml").ok().and_then(|bytes| String::from_utf8(bytes).ok()) else { return };
    let why = match Config::from_str(&text) {
        Ok(config) => config.get::<HtmlConfig>("output.html").err(),
        Err(error) => Some(error),
    };
    if let Some(error) = why {
        let why = format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ");
        sources.config.problems.push(ConfigProblem::MdBook { why });
    }
}

fn no_print() -> Print {
    let mut print = Print::default();
    print.enable = false;
    print
}

/// The folder of files in memory, unless somebody says where temporary files go.
fn memory() -> Option<&'static Path> {
    let folder = Path::new(MEMORY);
    (std::env::var_os("TMPDIR").is_none() && folder.is_dir()).then_some(folder)
}

/// A stage for mdBook: an empty source folder, and a theme of which a page is nothing but the chapter.
fn prepare(stage: &Path) -> std::io::Result<()> {
    let theme = stage.join("theme");
    for folder in ["src", "theme/css", "theme/fonts"] {
        std::fs::create_dir_all(stage.join(folder))?;
    }
    for file in UNUSED {
        std::fs::write(theme.join(file), "")?;
    }
    std::fs::write(theme.join("index.hbs"), "{{{ content }}}")
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs mdBook's renderer, which panics on some input, without letting the panic through or printing it.
fn quietly<T>(run: impl FnOnce() -> T) -> Result<T, ()> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                before(info);
            }
        }));
    });
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(run)).map_err(|_| ());
    QUIET.set(false);
    result
}
