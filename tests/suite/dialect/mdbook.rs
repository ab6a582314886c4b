//! mdBook's own renderer, for comparison: converts a chapter to HTML.

use mdbook_core::book::{Book, BookItem, Chapter};
use mdbook_core::config::{Config, HtmlConfig, Print};
use mdbook_html::HtmlHandlebars;
use mdbook_renderer::{RenderContext, Renderer};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;

/// Renders chapters with mdBook and a book.toml. The result is `None` for a chapter that makes mdBook fail.
pub(crate) fn render(book_toml: &str, chapters: &[&str]) -> Vec<Option<String>> {
    let all = together(book_toml, chapters);
    all.map_or_else(
        || chapters.iter().map(|chapter| together(book_toml, &[chapter]).and_then(|mut one| one.pop())).collect(),
        |all| all.into_iter().map(Some).collect(),
    )
}

fn together(book_toml: &str, chapters: &[&str]) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let (theme, out) = (folder.path().join("theme"), folder.path().join("out"));
    for part in ["src", "theme"] {
        fs::create_dir(folder.path().join(part)).unwrap();
    }
    fs::write(theme.join("index.hbs"), "{{{ content }}}").unwrap();
    let mut book = Book::new();
    for (index, text) in chapters.iter().enumerate() {
        let name = format!("{index}.md");
        book.push_item(BookItem::Chapter(Chapter::new(&name, (*text).to_owned(), name.clone(), Vec::new())));
    }
    let context = RenderContext::new(folder.path(), book, config(book_toml), &out);
    let done = catch_unwind(AssertUnwindSafe(|| HtmlHandlebars::new().render(&context)));
    done.ok()?.unwrap();
    let read = |index: usize| fs::read_to_string(out.join(format!("{index}.html"))).unwrap();
    Some((0..chapters.len()).map(read).collect())
}

/// Returns the settings that determine the HTML of a chapter, without those that add to a page.
fn config(book_toml: &str) -> Config {
    let given = Config::from_str(book_toml).unwrap_or_default().html_config().unwrap_or_default();
    let mut config = Config::default();
    let mut ours = HtmlConfig::default();
    ours.smart_punctuation = given.smart_punctuation;
    ours.definition_lists = given.definition_lists;
    ours.admonitions = given.admonitions;
    ours.code = given.code;
    ours.playground.runnable = false;
    ours.playground.copyable = false;
    ours.print = Print::default();
    ours.print.enable = false;
    ours.input_404 = Some(String::new());
    ours.theme = Some("theme".into());
    ours.hash_files = false;
    config.set("output.html", ours).unwrap();
    config
}
