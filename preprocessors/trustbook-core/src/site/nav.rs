//! The navigation of a page: the outline, with the current page marked and large books kept short.

use crate::page::outline::{Chapter, Item};
use crate::trust::Trust;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// In a book with more chapters than this, a page shows only the branch it stands in.
const WHOLE_BOOK: usize = 60;
/// In such a book, a list longer than this shows only the neighbours of the page.
const NEIGHBOURS: usize = 20;

/// What all navigations of a book are made from.
#[derive(Debug)]
pub(super) struct Nav<'t> {
    trust: &'t Trust,
    /// Chapters that could not be read, which have no page; that is reported at the outline.
    missing: BTreeSet<&'t str>,
}

impl<'t> Nav<'t> {
    pub(super) fn of(trust: &'t Trust) -> Self {
        let missing = trust.missing.iter().filter_map(|(chapter, _)| chapter.path.as_deref()).collect();
        Nav { trust, missing }
    }
}

/// The navigation for the page at `path`.
pub(super) fn items(nav: &Nav<'_>, count: usize, path: &str) -> Json {
    let whole = count <= WHOLE_BOOK;
    Json::Array(list(nav, &nav.trust.outline, path, whole))
}

fn list(nav: &Nav<'_>, items: &[Item], path: &str, whole: bool) -> Vec<Json> {
    let here = items.iter().position(|item| holds(item, path));
    let shown = |at: usize| whole || items.len() <= NEIGHBOURS * 2 || here.unwrap_or(0).abs_diff(at) <= NEIGHBOURS;
    items
        .iter()
        .enumerate()
        .filter(|(at, _)| shown(*at))
        .filter_map(|(_, item)| match item {
            Item::Part(title) => Some(entry(Some(title), None, path, nav, Vec::new(), false)),
            Item::Separator => None,
            Item::Chapter(chapter, below) => {
                let open = whole || holds(item, path);
                let children = if open { list(nav, below, path, whole) } else { Vec::new() };
                Some(entry(None, Some(chapter), path, nav, children, open))
            }
        })
        .collect()
}

/// Whether a branch of the outline has the page.
fn holds(item: &Item, path: &str) -> bool {
    match item {
        Item::Chapter(chapter, below) => chapter.is_at(path) || below.iter().any(|item| holds(item, path)),
        Item::Part(_) | Item::Separator => false,
    }
}

fn entry(
    part: Option<&String>,
    chapter: Option<&Chapter>,
    path: &str,
    nav: &Nav<'_>,
    children: Vec<Json>,
    open: bool,
) -> Json {
    let is_read = |chapter: &&Chapter| chapter.path.as_deref().is_none_or(|path| !nav.missing.contains(path));
    let target = chapter.filter(is_read).and_then(Chapter::page_path);
    let number = chapter.and_then(|chapter| chapter.number.clone()).filter(|_| !nav.trust.config.html.no_section_label);
    let mut entry = json!({
        "part": part,
        "title": chapter.map(|chapter| &chapter.name),
        "number": number,
        "href": target.as_ref().map(|target| relative(path, target)),
        "current": target.as_deref() == Some(path),
        "open": open,
    });
    // `json!` copies what it is given, and this may be a whole branch.
    entry["children"] = Json::Array(children);
    entry
}

/// Changes every link of a navigation.
pub(super) fn change(items: &mut Json, link: &dyn Fn(&str) -> Option<String>) {
    let Json::Array(items) = items else { return };
    for item in items {
        if let Some(href) = item["href"].as_str() {
            item["href"] = json!(link(href));
        }
        change(&mut item["children"], link);
    }
}

/// The way from one page of the site to another, as a link.
pub(super) fn relative(from: &str, to: &str) -> String {
    let encoded: Vec<String> = to.split('/').map(crate::expand::encode::component).collect();
    format!("{}{}", root(from), encoded.join("/"))
}

/// The way from a page to the root of the site: empty, `../`, `../../`.
pub(super) fn root(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn links_between_pages_are_relative_and_encoded() {
        assert_eq!(relative("index.html", "a/b.html"), "a/b.html");
        assert_eq!(relative("a/b.html", "c d.html"), "../c%20d.html");
    }
}
