//! The search index: the words of the book and their positions, in parts that a browser fetches one by one.
//!
//! `index.json` lists the parts: words are split by their first two letters, and texts by page. A browser fetches it at
//! the first search, and then the parts that a query needs; `theme/js/search.js` reads it.

use super::{SearchChapter, Section, synonyms, words};
use crate::book::Book;
use crate::cache::ValueIdentity;
use crate::config::Config;
use crate::page::Page;
use crate::schema::index::hex;
use crate::site::exposed::{self, SecretInFile};
use crate::site::sink::{Bytes, Sink};
use rayon::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

/// The folder of the index on the site.
pub(in crate::site) const FOLDER: &str = "assets/search";
/// The version of the format.
const VERSION: u64 = 2;
/// The size in bytes from which a part of the words or texts is closed.
const PART: usize = 48 * 1024;
/// The maximum length of a section's text in the excerpts, in characters.
const LONGEST_TEXT: usize = 1200;
/// The number of sections from which common words are dropped: those in more than one in `COMMON` sections.
///
/// Sections whose text or page title alone has such a word are not indexed for it.
const MANY: usize = 2000;
const COMMON: usize = 5;

// Bits for the position of a word in a section; `theme/js/search.js` weighs them.
const TEXT: u32 = 1;
const ALIAS: u32 = 2;
const HEADING: u32 = 4;
const TITLE: u32 = 8;
/// The title of the page that the section belongs to.
const CONTEXT: u32 = 16;
/// The word is the whole title, such as `auditlog`.
const EXACT: u32 = 32;
/// The number of these bits, which are below the number of the section.
const BITS: u32 = 6;
const WHERE: u32 = (1 << BITS) - 1;

/// An occurrence of a word: the number of the section, shifted left by `BITS`, and the bits for its positions there.
type Posting = u32;

/// The occurrences of each word, grouped by the key of the word.
type Postings = BTreeMap<String, BTreeMap<Box<str>, Vec<Posting>>>;

/// The occurrences of each word in a few chapters, unsorted.
type Unsorted = HashMap<Box<str>, Vec<Posting>>;

/// The number of chapters that are read together, on one core.
const TOGETHER: usize = 32;
/// Languages that write compounds as one word.
const COMPOUNDING: &[&str] = &["da", "de", "fi", "is", "nb", "nl", "nn", "no", "sv"];
/// The minimum length of the two parts of a compound, in characters.
const SHORTEST_HEAD: usize = 4;
const SHORTEST_TAIL: usize = 5;

/// The number of such groups that are read before they are merged.
const AT_ONCE: usize = 16;

/// Writes the files of the index to the sink, and returns their paths with the secrets in each.
///
/// Each file is written as soon as it is made, since together they hold the text of the whole book.
pub(in crate::site) fn files(
    book: &Book,
    chapters: &[Arc<SearchChapter>],
    sink: &dyn Sink,
) -> Vec<(String, Vec<SecretInFile>)> {
    let (mut postings, count) = postings(&book.pages, chapters);
    if is_compounding(&book.config) {
        compounds(&mut postings);
    }
    let common = common(&mut postings, count);
    let (starts, words) = word_parts(&postings);
    drop(postings);
    // The folder depends on the content, so a stale page asks for parts that are gone, and never for those of another
    // index.
    let at = name(chapters, &words);
    let put = |name: String, bytes: Bytes, is_clean: bool| {
        let path = format!("{FOLDER}/{}{name}", book.folder);
        let found = if is_clean { Vec::new() } else { exposed::of_bytes(&book.scanner, &path, &bytes) };
        sink.put(&path, bytes);
        (path, found)
    };
    let words = words.into_par_iter().enumerate();
    let words = words.map(|(number, part)| put(format!("{at}/words-{number}.json"), Bytes::new(part.into()), false));
    let mut all: Vec<(String, Vec<SecretInFile>)> = words.collect();
    let parts = text_parts(chapters);
    let texts = parts.par_iter().enumerate().map(|(number, part)| {
        let text = part.text(book);
        put(format!("{at}/texts-{number}.json"), Bytes::clone(&text.bytes), text.is_clean)
    });
    all.extend(texts.collect::<Vec<_>>());
    let index = json!({
        "version": VERSION,
        "at": at,
        "sections": count,
        "words": starts,
        "texts": parts.iter().map(|part| part.first).collect::<Vec<_>>(),
        "common": common,
    });
    all.push(put("index.json".to_owned(), Bytes::new(format!("{index}\n").into_bytes()), false));
    all
}

/// Returns the name of the folder of the parts, a hash that changes whenever one of them does.
fn name(chapters: &[Arc<SearchChapter>], words: &[String]) -> String {
    let mut hash = Sha256::new();
    words.iter().for_each(|part| hash.update(part));
    let mut add = |text: &str| {
        hash.update(text);
        hash.update([0]);
    };
    for chapter in chapters {
        [&chapter.path, &chapter.title].into_iter().for_each(|text| add(text));
        chapter.sections.iter().flat_map(|section| [&section.id, &section.title, &section.text]).for_each(|it| add(it));
    }
    hex(&hash.finalize()[..6])
}

/// Returns the occurrences of the words of all sections, and the number of sections.
fn postings(pages: &[Page], chapters: &[Arc<SearchChapter>]) -> (Postings, u32) {
    let together = |chapters: &[Arc<SearchChapter>]| {
        // The first chapter of a group keeps the result for the whole group.
        let from: Vec<ValueIdentity<SearchChapter>> = chapters.iter().map(ValueIdentity::of).collect();
        pages[chapters[0].page].cache.of("words of the search", from, || read(chapters))
    };
    let (mut postings, mut count) = (Postings::new(), 0);
    // Not all at once: until they are merged, each group repeats the words of the others.
    for some in chapters.chunks(TOGETHER * AT_ONCE) {
        let read: Vec<Arc<(Unsorted, u32)>> = some.par_chunks(TOGETHER).map(together).collect();
        for read in read {
            merge(&read.0, count, &mut postings);
            count += read.1;
        }
    }
    (postings, count)
}

/// Adds the occurrences of a group of chapters that `before` sections precede.
fn merge(words: &Unsorted, before: u32, into: &mut Postings) {
    for (word, places) in words {
        let of_key = into.entry(key(word)).or_default();
        let all = match of_key.get_mut(word) {
            Some(all) => all,
            None => of_key.entry(word.clone()).or_default(),
        };
        all.extend(places.iter().map(|place| place + (before << BITS)));
    }
}

/// Returns the occurrences of the words of a few chapters, and the number of their sections.
fn read(chapters: &[Arc<SearchChapter>]) -> (Unsorted, u32) {
    let mut postings = Unsorted::new();
    let sections = chapters.iter().flat_map(|chapter| chapter.sections.iter().map(move |section| (chapter, section)));
    let mut count = 0;
    for (chapter, section) in sections {
        weigh(chapter, section, &mut |word, bit| {
            let places = match postings.get_mut(word) {
                Some(places) => places,
                None => postings.entry(word.into()).or_default(),
            };
            match places.last_mut() {
                Some(last) if *last >> BITS == count => *last |= bit,
                _ => places.push(count << BITS | bit),
            }
        });
        count += 1;
    }
    (postings, count)
}

/// Calls `add` with each word by which a section is found, and the bit for its position. A synonym weighs less than the
/// word that is there.
fn weigh(chapter: &SearchChapter, section: &Section, add: &mut dyn FnMut(&str, u32)) {
    if section.is_copy {
        return;
    }
    let mut all = |text: &str, bit: u32, synonym: u32| {
        let (found, line) = words::both(text);
        found.iter().for_each(|word| add(word, bit));
        synonyms::of(&line).into_iter().for_each(|word| add(word, synonym));
    };
    let is_top = section.id.is_empty();
    let (title, synonym) = if is_top { (TITLE, TITLE) } else { (HEADING, ALIAS) };
    all(&section.title, title, synonym);
    all(&section.label, ALIAS, ALIAS);
    if !is_top {
        all(&chapter.title, CONTEXT, CONTEXT);
        all(&section.caption, TEXT, TEXT);
    }
    section.others.iter().for_each(|text| all(text, ALIAS, ALIAS));
    all(&section.text, TEXT, TEXT);
    section.aside.iter().for_each(|text| all(text, TEXT, TEXT));
    for line in section.others.iter().chain([&section.title]).flat_map(|name| words::whole(name)) {
        let joined = line.replace(' ', "");
        if (1..=words::LONGEST).contains(&joined.chars().count()) {
            add(&joined, EXACT | title);
        }
        synonyms::of_whole(&line).iter().for_each(|word| add(word, EXACT));
    }
}

/// Returns the key of a word: its first two characters. JavaScript sorts some characters differently; they all become
/// one.
fn key(word: &str) -> String {
    word.chars().take(2).map(|c| if c < '\u{d7ff}' { c } else { '\u{fffd}' }).collect()
}

/// Returns true if the book's language writes compounds as one word.
fn is_compounding(config: &Config) -> bool {
    let tag = config.language.as_deref().unwrap_or_default().to_ascii_lowercase();
    COMPOUNDING.contains(&tag.split('-').next().unwrap_or_default())
}

/// Adds the places of compounds, such as `datenlöschung`, to the word that they end with, if the book has it by itself.
fn compounds(postings: &mut Postings) {
    let mut more: Vec<(Box<str>, Vec<Posting>)> = Vec::new();
    for (word, places) in postings.values().flatten() {
        if !word.chars().all(char::is_alphabetic) {
            continue;
        }
        let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).collect();
        let last = (starts.len() + 1).saturating_sub(SHORTEST_TAIL);
        let tails = starts.get(SHORTEST_HEAD..last).unwrap_or_default().iter().map(|at| &word[*at..]);
        let known = |tail: &&str| postings.get(&key(tail)).is_some_and(|words| words.contains_key(*tail));
        if let Some(tail) = { tails }.find(known) {
            more.push((tail.into(), places.iter().map(|place| place & !EXACT).collect()));
        }
    }
    for (tail, places) in more {
        let all = postings.entry(key(&tail)).or_default().entry(tail).or_default();
        all.extend(places);
        all.sort_unstable();
        all.dedup_by(|place, kept| {
            let is_same = *place >> BITS == *kept >> BITS;
            *kept |= if is_same { *place & WHERE } else { 0 };
            is_same
        });
    }
}

/// Removes the occurrences of common words in texts and titles of pages, and returns these words with those of questions.
fn common(postings: &mut Postings, count: u32) -> BTreeSet<Box<str>> {
    let mut common: BTreeSet<Box<str>> = synonyms::quiet().iter().map(|word| word.as_str().into()).collect();
    let count = count as usize;
    if count < MANY {
        return common;
    }
    postings.retain(|_, words| {
        words.retain(|word, places| {
            if places.len() > count / COMMON {
                places.retain(|place| place & WHERE & !(TEXT | CONTEXT) != 0);
                common.insert(word.clone());
            }
            !places.is_empty()
        });
        !words.is_empty()
    });
    common
}

/// Returns the first key of each part of the words, and the parts: JSON lists of words with their occurrences.
fn word_parts(postings: &Postings) -> (Vec<String>, Vec<String>) {
    let (mut starts, mut parts): (Vec<String>, Vec<String>) = (vec![String::new()], vec![String::new()]);
    let mut last = String::new();
    let all = postings.iter().flat_map(|(key, words)| words.iter().map(move |(word, places)| (key, word, places)));
    for (key, word, places) in all {
        if *key != last && parts.last().is_some_and(|part| part.len() >= PART) {
            starts.push(key.clone());
            parts.push(String::new());
        }
        last.clone_from(key);
        let Some(part) = parts.last_mut() else { continue };
        let comma = if part.is_empty() { "" } else { ",\n" };
        part.push_str(&format!("{comma}[{},[", json!(word)));
        let mut before = 0;
        for (at, place) in places.iter().enumerate() {
            let number = place - before;
            before = place & !WHERE;
            part.push_str(if at == 0 { "" } else { "," });
            part.push_str(&number.to_string());
        }
        part.push_str("]]");
    }
    (starts, parts.into_iter().map(|part| format!("[{part}]\n")).collect())
}

/// A part of the texts, before it is rendered.
struct IndexPart<'c> {
    /// The number of its first section in the whole book.
    first: usize,
    /// The chapters in it, each with the range of its sections that the part holds.
    chapters: Vec<(&'c Arc<SearchChapter>, Range<usize>)>,
}

/// A part of the texts, as published.
struct PartText {
    bytes: Bytes,
    /// True if it contains no secret.
    is_clean: bool,
}

/// A page, or a piece of it: its path, its title, and its sections as anchor, heading and text.
type Group<'c> = (&'c str, &'c str, Vec<(&'c str, &'c str, &'c str)>);

impl IndexPart<'_> {
    /// Returns the JSON of the part. The page of its first chapter keeps it for the next build.
    fn text(&self, book: &Book) -> Arc<PartText> {
        let from: Vec<_> = self.chapters.iter().map(|(of, range)| (ValueIdentity::of(of), range.clone())).collect();
        let make = || {
            let groups: Vec<Group<'_>> = self.chapters.iter().map(|(of, range)| group(of, range.clone())).collect();
            // Serialising strings cannot fail.
            let text = serde_json::to_string(&groups).unwrap_or_default();
            let bytes = format!("{text}\n").into_bytes();
            PartText { is_clean: book.scanner.find(&bytes).is_empty(), bytes: Bytes::new(bytes) }
        };
        match self.chapters.first() {
            Some((chapter, _)) => book.pages[chapter.page].cache.of("texts of the search", from, make),
            None => Arc::new(make()),
        }
    }
}

fn group(chapter: &SearchChapter, sections: Range<usize>) -> Group<'_> {
    let sections = chapter.sections[sections].iter().map(|section| {
        let title = if section.id.is_empty() { "" } else { section.title.as_str() };
        (section.id.as_str(), title, shortened(section))
    });
    (&chapter.path, &chapter.title, sections.collect())
}

/// Splits the texts of all chapters into parts of about `PART` bytes.
fn text_parts(chapters: &[Arc<SearchChapter>]) -> Vec<IndexPart<'_>> {
    let mut parts = Vec::new();
    let (mut part, mut size, mut count) = (IndexPart { first: 0, chapters: Vec::new() }, 0, 0);
    for chapter in chapters {
        let mut from = 0;
        for (at, section) in chapter.sections.iter().enumerate() {
            size += section.id.len() + section.title.len() + shortened(section).len();
            count += 1;
            if size >= PART {
                part.chapters.push((chapter, from..at + 1));
                parts.push(std::mem::replace(&mut part, IndexPart { first: count, chapters: Vec::new() }));
                (from, size) = (at + 1, 0);
            }
        }
        if from < chapter.sections.len() {
            part.chapters.push((chapter, from..chapter.sections.len()));
        }
    }
    if !part.chapters.is_empty() {
        parts.push(part);
    }
    parts
}

/// Returns the text of a section for excerpts. A section that is never found needs none.
fn shortened(section: &Section) -> &str {
    let text = if section.is_copy { "" } else { section.text.as_str() };
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((at, _)) => text[..at].rsplit_once(' ').map_or(&text[..at], |(whole, _)| whole),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compound_is_found_by_its_last_word() {
        let mut postings = Postings::new();
        for (word, places) in [("datenloschung", vec![1 << BITS | HEADING | EXACT]), ("loschung", vec![TEXT])] {
            postings.entry(key(word)).or_default().insert(word.into(), places);
        }
        compounds(&mut postings);
        assert_eq!(postings["lo"]["loschung"], [TEXT, 1 << BITS | HEADING]);
        assert_eq!(postings["da"]["datenloschung"], [1 << BITS | HEADING | EXACT]);
    }
}
