//! The page `a-z.html`: all headings, and all names and aliases of the register shown on pages, in alphabetical order.

use super::frame::{Frame, SlotFailure};
use super::search::{SearchChapter, fold};
use super::{A_Z, nav};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The folder for the pages of single letters.
const FOLDER: &str = "a-z";
/// The number of entries up to which all are on one page. A larger book has a page for each letter.
const ONE_PAGE: usize = 800;
/// The maximum number of places for one name; further ones are omitted, since no reader would choose among so many.
const MOST_PLACES: usize = 20;
/// The maximum length of a name, in characters. Longer ones are sentences, which readers do not look up here.
const LONGEST: usize = 120;

/// A place: the title of its page, the path of the page, and the anchor.
type AzEntry<'c> = (&'c str, &'c str, &'c str);
/// The places of each name. Names are sorted by their folded form, as readers expect, and then as written.
type Entries<'c> = BTreeMap<(String, &'c str), BTreeSet<AzEntry<'c>>>;

/// Returns the path and HTML of the page, and in a large book also of the page of each letter.
pub(super) fn pages(frame: &Frame<'_>, chapters: &[Arc<SearchChapter>]) -> Vec<(String, Result<String, SlotFailure>)> {
    let path = format!("{}{A_Z}", frame.book().folder);
    let mut letters: BTreeMap<(bool, String), Entries<'_>> = BTreeMap::new();
    let mut count = 0;
    for ((sorted, name), places) in entries(chapters) {
        let letter = letter(&sorted);
        let entries = letters.entry((letter.starts_with(|c: char| !c.is_alphabetic()), letter)).or_default();
        entries.insert((sorted, name), places);
        count += 1;
    }
    if count <= ONE_PAGE {
        let names: Vec<Json> =
            letters.keys().map(|(_, letter)| json!({ "letter": letter, "href": format!("#{}", id(letter)) })).collect();
        let groups = letters.iter().map(|((_, letter), entries)| group(&path, Some(letter), entries)).collect();
        let made = page(frame, &path, None, names, groups);
        return vec![(path, made)];
    }
    let own = |letter: &str| format!("{}{FOLDER}/{}.html", frame.book().folder, id(letter));
    let names = |from: &str| -> Vec<Json> {
        let href = |letter: &str| Some(own(letter)).filter(|to| to != from).map(|to| nav::relative(from, &to));
        letters.keys().map(|(_, letter)| json!({ "letter": letter, "href": href(letter) })).collect()
    };
    let made = page(frame, &path, None, names(&path), Vec::new());
    let mut pages = vec![(path, made)];
    for ((_, letter), entries) in &letters {
        let path = own(letter);
        let groups = vec![group(&path, None, entries)];
        let made = page(frame, &path, Some(letter), names(&path), groups);
        pages.push((path, made));
    }
    pages
}

fn page(
    frame: &Frame<'_>,
    path: &str,
    letter: Option<&str>,
    letters: Vec<Json>,
    groups: Vec<Json>,
) -> Result<String, SlotFailure> {
    let title = letter.map_or_else(|| "A–Z".to_owned(), |letter| format!("A–Z: {letter}"));
    let content = frame.render("a-z", json!({ "letter": letter, "letters": letters, "groups": groups }))?;
    frame.added(path, nav::root(path), &title, &content)
}

fn entries(chapters: &[Arc<SearchChapter>]) -> Entries<'_> {
    let mut entries: Entries<'_> = BTreeMap::new();
    for chapter in chapters {
        for section in &chapter.sections {
            let place = (chapter.title.as_str(), chapter.path.as_str(), section.id.as_str());
            for name in std::iter::once(&section.title).chain(&section.others) {
                let sorted: String = fold(name).chars().skip_while(|c| !c.is_alphanumeric()).collect();
                if sorted.is_empty() || name.chars().count() > LONGEST || name.ends_with('…') {
                    continue;
                }
                let places = entries.entry((sorted, name.trim())).or_default();
                // If a heading and a record on one page share a name, the first is enough.
                if !places.iter().any(|(_, page, _)| *page == place.1) {
                    places.insert(place);
                }
            }
        }
    }
    entries
}

/// Returns the letter under which a name is listed: its first character, or `0–9` for all digits.
fn letter(sorted: &str) -> String {
    match sorted.chars().next() {
        Some(first) if first.is_numeric() => "0–9".to_owned(),
        Some(first) => first.to_uppercase().collect(),
        None => String::new(),
    }
}

/// Returns the anchor of a letter, which is also the name of its page.
fn id(letter: &str) -> String {
    match letter {
        "0–9" => "letter-0-9".to_owned(),
        letter if letter.chars().all(|c| c.is_ascii_alphanumeric()) => format!("letter-{}", letter.to_lowercase()),
        letter => letter.chars().fold("letter".to_owned(), |id, c| format!("{id}-{:x}", u32::from(c))),
    }
}

fn group(from: &str, letter: Option<&str>, entries: &Entries<'_>) -> Json {
    let link = |page: &str, anchor: &str| {
        let anchor =
            if anchor.is_empty() { String::new() } else { format!("#{}", crate::expand::encode::component(anchor)) };
        format!("{}{anchor}", nav::relative(from, page))
    };
    let entries: Vec<Json> = entries
        .iter()
        .map(|((_, name), places)| {
            let shown: Vec<Json> = places
                .iter()
                .take(MOST_PLACES)
                .map(|(title, page, anchor)| json!({ "page": title, "href": link(page, anchor) }))
                .collect();
            match (shown.as_slice(), places.first()) {
                // The name is the link. Its page is named beside it, unless both have the same name.
                ([one], Some((title, _, _))) => {
                    let beside = (title != name).then(|| json!([{ "page": title, "href": null }]));
                    json!({ "name": name, "href": one["href"], "places": beside.unwrap_or_else(|| json!([])) })
                }
                _ => json!({ "name": name, "href": null, "places": shown }),
            }
        })
        .collect();
    json!({ "letter": letter, "id": letter.map(id), "entries": entries })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::search::Section;

    #[test]
    fn names_stand_where_readers_look_for_them() {
        let sections = ["Ökonomie", "obst", "Zoo", "«Äpfel»", "2FA", "数据", "🔒", "Obst"];
        let sections = sections.iter().map(|title| Section { title: (*title).to_owned(), ..Section::default() });
        let (path, title) = ("a.html".to_owned(), "A".to_owned());
        let chapters = [Arc::new(SearchChapter { page: 0, path, title, sections: sections.collect() })];
        let entries = entries(&chapters);
        let names: Vec<&str> = entries.keys().map(|(_, name)| *name).collect();
        assert_eq!(names, ["2FA", "«Äpfel»", "Obst", "obst", "Ökonomie", "Zoo", "数据"]);
        let letters: Vec<String> = entries.keys().map(|(sorted, _)| letter(sorted)).collect();
        assert_eq!(letters, ["0–9", "A", "O", "O", "O", "Z", "数"]);
        assert_eq!(["0–9", "A", "数"].map(id), ["letter-0-9", "letter-a", "letter-6570"]);
    }
}
