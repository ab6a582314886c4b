//! The index of the search: which words stand where, in parts that are fetched one by one.
//!
//! `index.json` says where to look: the words are parted by their first two letters, and the texts by page. A browser
//! fetches it at the first use of the search, and then the parts that a query needs; `theme/js/search.js` reads it.

use super::{Chapter, Section, synonyms, words};
use crate::schema::index::hex;
use rayon::prelude::*;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Its folder on the site.
pub(in crate::site) const FOLDER: &str = "assets/search";
/// The version of its form.
const VERSION: u64 = 1;
/// A part of the words, or of the texts, is closed once it has this many bytes.
const PART: usize = 48 * 1024;
/// What is kept of the text of a section for the excerpt, in characters.
const LONGEST_TEXT: usize = 1200;
/// In a book with this many sections, a word that stands in the text of one in `COMMON` of them is not looked for there.
const MANY: usize = 2000;
const COMMON: usize = 5;

// Where in a section a word stands, as bits; `theme/js/search.js` weighs them.
const TEXT: u32 = 1;
const ALIAS: u32 = 2;
const HEADING: u32 = 4;
const TITLE: u32 = 8;
/// In the title of the page that the section is a part of.
const CONTEXT: u32 = 16;
/// How many bits there are, below the number of the section.
const BITS: u32 = 5;

/// The files of the index, by path on the site.
pub(in crate::site) fn files(chapters: &[Chapter]) -> BTreeMap<String, Vec<u8>> {
    let per_chapter: Vec<Vec<BTreeMap<String, u32>>> = chapters
        .par_iter()
        .map(|chapter| chapter.sections.iter().map(|section| weighed(chapter, section)).collect())
        .collect();
    let mut postings: BTreeMap<(String, String), Vec<(usize, u32)>> = BTreeMap::new();
    let mut count = 0;
    for section in per_chapter.into_iter().flatten() {
        for (word, bits) in section {
            postings.entry((key(&word), word)).or_default().push((count, bits));
        }
        count += 1;
    }
    let common = common(&mut postings, count);
    let (starts, word_parts) = word_parts(&postings);
    let (firsts, text_parts) = text_parts(chapters);

    let mut hash = Sha256::new();
    let parts = [("words", word_parts), ("texts", text_parts)];
    parts.iter().flat_map(|(_, parts)| parts).for_each(|part| hash.update(part));
    // A page that is older than the site asks for parts that are gone, and never for those of another index.
    let at = hex(&hash.finalize()[..6]);
    let index = json!({
        "version": VERSION,
        "at": at,
        "sections": count,
        "words": starts,
        "texts": firsts,
        "common": common,
    });
    let mut files = BTreeMap::from([(format!("{FOLDER}/index.json"), format!("{index}\n").into_bytes())]);
    for (name, parts) in parts {
        for (number, part) in parts.into_iter().enumerate() {
            files.insert(format!("{FOLDER}/{at}/{name}-{number}.json"), part.into_bytes());
        }
    }
    files
}

/// The words by which a section is found, with where in it they stand.
fn weighed(chapter: &Chapter, section: &Section) -> BTreeMap<String, u32> {
    let mut weighed: BTreeMap<String, u32> = BTreeMap::new();
    let mut add = |text: &str, bit: u32| {
        let (found, line) = words::both(text);
        for word in found.into_iter().chain(synonyms::of(&line).into_iter().map(str::to_owned)) {
            *weighed.entry(word).or_default() |= bit;
        }
    };
    let is_top = section.id.is_empty();
    add(&section.title, if is_top { TITLE } else { HEADING });
    if !is_top {
        add(&chapter.title, CONTEXT);
    }
    section.others.iter().chain(&section.laws).for_each(|text| add(text, ALIAS));
    add(&section.text, TEXT);
    // `Art. 13(1)(a) and (b)`: nobody looks for the letters.
    for word in words::words(&section.after).into_iter().filter(|word| word.chars().nth(1).is_some()) {
        *weighed.entry(word).or_default() |= TEXT;
    }
    weighed
}

/// The first two characters of a word, by which it is found. What JavaScript sorts otherwise than we do is one.
fn key(word: &str) -> String {
    word.chars().take(2).map(|c| if c < '\u{d7ff}' { c } else { '\u{fffd}' }).collect()
}

/// Takes away where words stand that are everywhere, and gives them.
fn common(postings: &mut BTreeMap<(String, String), Vec<(usize, u32)>>, count: usize) -> BTreeSet<String> {
    let mut common = BTreeSet::new();
    if count < MANY {
        return common;
    }
    postings.retain(|(_, word), places| {
        if places.len() > count / COMMON {
            places.retain(|(_, bits)| bits & !(TEXT | CONTEXT) != 0);
            common.insert(word.clone());
        }
        !places.is_empty()
    });
    common
}

/// The parts of the words, and the first key of each. A part is a list of words, each with where it stands.
fn word_parts(postings: &BTreeMap<(String, String), Vec<(usize, u32)>>) -> (Vec<String>, Vec<String>) {
    let (mut starts, mut parts): (Vec<String>, Vec<String>) = (vec![String::new()], vec![String::new()]);
    let mut last = String::new();
    for ((key, word), places) in postings {
        if *key != last && parts.last().is_some_and(|part| part.len() >= PART) {
            starts.push(key.clone());
            parts.push(String::new());
        }
        last.clone_from(key);
        let mut before = 0;
        let numbers: Vec<String> = places
            .iter()
            .map(|(place, bits)| {
                let number = ((place - before) << BITS) as u64 | u64::from(*bits);
                before = *place;
                number.to_string()
            })
            .collect();
        let Some(part) = parts.last_mut() else { continue };
        let comma = if part.is_empty() { "" } else { ",\n" };
        part.push_str(&format!("{comma}[{},[{}]]", json!(word), numbers.join(",")));
    }
    (starts, parts.into_iter().map(|part| format!("[{part}]\n")).collect())
}

/// The parts of the texts, and the number of the first section of each. A part is a list of pages, or pieces of them:
/// path, title, and sections of anchor, heading and text.
fn text_parts(chapters: &[Chapter]) -> (Vec<usize>, Vec<String>) {
    let (mut firsts, mut parts) = (Vec::new(), Vec::new());
    let (mut groups, mut size, mut count): (Vec<Json>, usize, usize) = (Vec::new(), 0, 0);
    let mut close = |groups: &mut Vec<Json>, first: usize| {
        if !groups.is_empty() {
            firsts.push(first);
            parts.push(format!("{}\n", Json::Array(std::mem::take(groups))));
        }
    };
    let mut first = 0;
    for chapter in chapters {
        let mut sections: Vec<Json> = Vec::new();
        let group = |sections: &mut Vec<Json>| json!([chapter.path, chapter.title, std::mem::take(sections)]);
        for section in &chapter.sections {
            let text = shortened(&section.text);
            size += section.id.len() + section.title.len() + text.len();
            let title = if section.id.is_empty() { "" } else { section.title.as_str() };
            sections.push(json!([section.id, title, text]));
            count += 1;
            if size >= PART {
                groups.push(group(&mut sections));
                close(&mut groups, first);
                (first, size) = (count, 0);
            }
        }
        if !sections.is_empty() {
            groups.push(group(&mut sections));
        }
    }
    close(&mut groups, first);
    (firsts, parts)
}

fn shortened(text: &str) -> &str {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((at, _)) => text[..at].rsplit_once(' ').map_or(&text[..at], |(whole, _)| whole),
        None => text,
    }
}
