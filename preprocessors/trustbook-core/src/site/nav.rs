//! The navigation of a page: the outline, with the current page marked and large books kept short.

use super::FIRST;
use crate::book::Book;
use crate::page::outline::{Chapter, OutlineItem};
use serde_json::{Value as Json, json};
use std::collections::{BTreeSet, HashMap};

/// The number of chapters up to which a page shows the whole outline; in a larger book it shows only its own branch.
const WHOLE_BOOK: usize = 60;
/// The number of neighbours shown on each side of the page, in lists of a larger book with more than twice as many
/// entries.
const NEIGHBOURS: usize = 10;

/// The most chapters that `output.html.fold` opens on every page of a larger book.
const MOST_OPEN: usize = 500;

/// The inputs shared by all navigations of a book.
#[derive(Debug)]
pub(super) struct Nav<'t> {
    book: &'t Book,
    /// Chapters that could not be read and have no page; this is reported at the outline.
    missing: BTreeSet<&'t str>,
    /// The path from the root of the outline to each page: the index in each list.
    ways: HashMap<String, Vec<usize>>,
    /// The page of the first chapter, if that chapter is also the first page of the site.
    first: Option<String>,
    /// The number of levels that are open on every page, if the book folds its outline.
    fold: Option<usize>,
}

impl<'t> Nav<'t> {
    pub(super) fn of(book: &'t Book) -> Self {
        let missing = book.missing.iter().filter_map(|(chapter, _)| chapter.path.as_deref()).collect();
        let (mut ways, mut counts) = (HashMap::new(), Vec::new());
        add_ways(&book.outline, &mut Vec::new(), &mut ways, &mut counts);
        let first = book.pages.first().and_then(|page| page.chapter.page_path());
        let first = first.filter(|_| !ways.contains_key(FIRST));
        if let Some(way) = first.as_ref().and_then(|first| ways.get(first)).cloned() {
            ways.insert(FIRST.to_owned(), way);
        }
        let fold = book.config.html.fold.map(|open| most_open(open, &counts));
        Nav { book, missing, ways, first, fold }
    }
}

/// Returns the number of levels to open on every page: those asked for, as far as they have few enough chapters.
fn most_open(asked: usize, counts: &[usize]) -> usize {
    let shown = |open: usize| counts.iter().take(open + 1).sum::<usize>();
    (1..=asked.min(counts.len())).take_while(|open| shown(*open) <= MOST_OPEN).last().unwrap_or(0)
}

/// Adds the path to each page, and counts the chapters of each level.
fn add_ways(
    items: &[OutlineItem],
    above: &mut Vec<usize>,
    ways: &mut HashMap<String, Vec<usize>>,
    counts: &mut Vec<usize>,
) {
    for (at, item) in items.iter().enumerate() {
        let OutlineItem::Chapter(chapter, below) = item else { continue };
        counts.resize(counts.len().max(above.len() + 1), 0);
        counts[above.len()] += 1;
        above.push(at);
        if let Some(path) = chapter.page_path() {
            ways.entry(path).or_insert_with(|| above.clone());
        }
        add_ways(below, above, ways, counts);
        above.pop();
    }
}

/// Returns the navigation for the page at `path`: a flat list with a row for each entry, for a single loop in a
/// template.
///
/// `opens` and `closes` hold the list tags to write before and after a row.
pub(super) fn items(nav: &Nav<'_>, count: usize, path: &str) -> Json {
    let whole = count <= WHOLE_BOOK;
    let way = nav.ways.get(path).map_or(&[][..], Vec::as_slice);
    // The page of all chapters lists them all, whatever the setting.
    let fold = nav.fold.filter(|_| count > 0);
    let (mut rows, is_folded) = (Vec::new(), !whole || fold.is_some());
    let shape = NavForm { open: fold.unwrap_or(0), is_cut: !whole };
    list(nav, &nav.book.outline, path, is_folded.then_some((way, shape)), &mut rows);
    Json::Array(rows)
}

/// The form of a navigation that is not shown in full.
#[derive(Clone, Copy)]
struct NavForm {
    /// The number of levels below this list that are expanded anyway.
    open: usize,
    /// True if long lists are cut.
    is_cut: bool,
}

/// Adds a list of the outline to the rows. `way` leads from it to the page; without it, everything is shown.
fn list(nav: &Nav<'_>, items: &[OutlineItem], path: &str, way: Option<(&[usize], NavForm)>, rows: &mut Vec<Json>) {
    let here = way.and_then(|(way, _)| way.first().copied());
    let is_cut = way.is_some_and(|(_, shape)| shape.is_cut) && items.len() > NEIGHBOURS * 2;
    let shown = |at: usize| !is_cut || here.unwrap_or(0).abs_diff(at) <= NEIGHBOURS;
    let mut begins = true;
    for (at, item) in items.iter().enumerate().filter(|(at, _)| shown(*at)) {
        let (row, below) = match item {
            OutlineItem::Separator => continue,
            OutlineItem::Part(title) => {
                // A part has a list of its own, which it names.
                let id = format!("tb-part-{at}");
                let closes = format!("<ul aria-labelledby=\"{id}\">");
                rows.push(
                    json!({ "part": title, "id": id, "opens": if begins { "" } else { "</ul>" }, "closes": closes }),
                );
                begins = false;
                continue;
            }
            OutlineItem::Chapter(chapter, below) => {
                let is_open = here == Some(at) || way.is_none_or(|(_, shape)| shape.open > 0);
                (of_chapter(nav, chapter, path), if is_open { below.as_slice() } else { &[][..] })
            }
        };
        let holder = rows.len();
        rows.push(row);
        let below_way = way.map(|(way, shape)| {
            // Lists off the path to the page have no path of their own.
            let way = if here == Some(at) { way.get(1..).unwrap_or_default() } else { &[] };
            (way, NavForm { open: shape.open.saturating_sub(1), ..shape })
        });
        list(nav, below, path, below_way, rows);
        let holds = rows.len() > holder + 1;
        if let Some(Json::String(closes)) = rows.last_mut().map(|last| &mut last["closes"]) {
            closes.push_str(if holds { "</ul></li>" } else { "</li>" });
        }
        if let Some(row) = rows.get_mut(holder).filter(|_| begins) {
            row["opens"] = json!("<ul>");
        }
        begins = false;
    }
}

fn of_chapter(nav: &Nav<'_>, chapter: &Chapter, path: &str) -> Json {
    let is_read = chapter.path.as_deref().is_none_or(|path| !nav.missing.contains(path));
    let target = chapter.page_path().filter(|_| is_read);
    json!({
        "part": null,
        "title": chapter.name,
        "number": chapter.number.as_ref().filter(|_| !nav.book.config.html.no_section_label),
        "href": target.as_ref().map(|target| relative(path, target)),
        "current": target.as_deref() == Some(path) || path == FIRST && target.is_some() && target == nav.first,
        "opens": "",
        "closes": "",
    })
}

/// Replaces the link of every entry of a navigation.
pub(super) fn change(items: &mut Json, link: &dyn Fn(&str) -> Option<String>) {
    let Json::Array(items) = items else { return };
    for item in items {
        if let Some(href) = item["href"].as_str() {
            item["href"] = json!(link(href));
        }
    }
}

/// Returns the percent-encoded relative link from one page of the site to another.
pub(super) fn relative(from: &str, to: &str) -> String {
    let encoded: Vec<String> = to.split('/').map(crate::expand::encode::component).collect();
    format!("{}{}", root(from), encoded.join("/"))
}

/// Returns the relative path from a page to the root of the site: empty, `../`, `../../`.
pub(super) fn root(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

#[cfg(test)]
mod tests {
    use super::{MOST_OPEN, most_open, relative};

    #[test]
    fn levels_with_too_many_chapters_stay_folded() {
        assert_eq!([0, 1, 2, 20].map(|asked| most_open(asked, &[20, 400, 8000])), [0, 1, 1, 1]);
        assert_eq!([0, 3].map(|asked| most_open(asked, &[MOST_OPEN, 1])), [0, 0]);
        assert_eq!(most_open(usize::MAX, &[3, 4]), 2);
    }

    #[test]
    fn links_between_pages_are_relative_and_encoded() {
        assert_eq!(relative("index.html", "a/b.html"), "a/b.html");
        assert_eq!(relative("a/b.html", "c d.html"), "../c%20d.html");
    }
}
