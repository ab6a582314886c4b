//! Statements about the location of data, subprocessors and the vendor, and about the subprocessors in use.

use super::clause::{ClauseContext, Subject, main};
use super::places::{PLACES, PlacePatterns, parts};
use super::table::Language;
use crate::facts::{FactRef, Facts};
use crate::page::prose::MASK;
use crate::pattern::Pattern;
use crate::prose::begins_with;
use crate::prose::names::{Meant, Named};
use crate::prose::status;
use crate::prose::typed::{Agrees, Typed};
use crate::register::common::{Common, Visibility};
use crate::register::value::Value;
use crate::register::{Fact, Record};
use regex::Regex;
use std::ops::Range;

/// The placeholder for a name of the vendor at the beginning of a clause.
const US: &str = "§us";

/// The data that a sentence is read with.
pub(super) struct FrameContext<'r, 't> {
    /// The register.
    pub facts: &'t Facts,
    /// The language.
    pub language: &'r Language,
    /// The words for places in that language.
    pub words: &'r PlacePatterns,
}

/// Returns the statements about places and subprocessors in a sentence that contradict the register.
pub(super) fn find<'t>(
    reader: &FrameContext<'_, 't>,
    named: &[Named<'t>],
    place: &ClauseContext<'_>,
) -> Vec<Typed<'t>> {
    let words = reader.words;
    let named = subprocessors(named);
    let text = place.text;
    let may_say = words.may_say(text, place.heading);
    if named.is_empty() && !may_say {
        return Vec::new();
    }
    let labelled = || labelled(reader, place).filter(|_| may_say);
    if place.is_row {
        return row(words, named, place).or_else(labelled).into_iter().collect();
    }
    if let Some(typed) = labelled() {
        return vec![typed];
    }
    if text.contains('?') || reader.language.silence.is_match(text) {
        return Vec::new();
    }
    let clause = main(reader.language, place);
    let start = clause.range.start;
    let said = &text[start..];
    if clause.has_condition || reader.language.condition.is_match(said) {
        return Vec::new();
    }
    let is_name = |end: &usize| said[*end..].starts_with([' ', '\'', '’']);
    let name = place.us.iter().find_map(|name| begins_with(said, name).filter(is_name)).unwrap_or(0);
    if name == 0 && clause.subject == Subject::Other && !said.contains(char::is_uppercase) {
        return Vec::new();
    }
    let said = if name == 0 { said.to_owned() } else { format!("{US}{}", &said[name..]) };
    let shift = if name == 0 { start } else { (start + name).saturating_sub(US.len()) };
    let at = |range: Range<usize>| (range.start + shift).max(start)..(range.end + shift).min(text.trim_end().len());
    let located = located(reader, words, &said, place).map(|(range, fact)| Typed {
        range: at(range),
        fact: Some(fact),
        agrees: Agrees::No,
    });
    let used = || used(reader, words, &said, shift, text, &named);
    located.or_else(used).into_iter().collect()
}

/// Returns true if a record applies to a hosting option that the sentence or its heading names, or if they name none.
pub(super) fn applies(facts: &Facts, place: &ClauseContext<'_>, common: &Common) -> bool {
    let text = [place.text, place.heading].join("\n").to_lowercase();
    let options = facts.register.of_kind("deployment");
    let mut named = options.filter(|option| text.contains(&option.title().to_lowercase())).peekable();
    named.peek().is_none() || named.any(|option| common.applies_to(&option.id))
}

fn public<'t>(facts: &'t Facts, kind: &'t str) -> impl Iterator<Item = &'t Record> {
    facts.register.of_kind(kind).filter(|record| record.common.visibility != Visibility::Internal)
}

fn located<'t>(
    reader: &FrameContext<'_, 't>,
    words: &PlacePatterns,
    said: &str,
    place: &ClauseContext<'_>,
) -> Option<(Range<usize>, &'t Fact)> {
    let first = |shapes: &[Regex]| {
        let mut found = shapes.iter().filter_map(|shape| shape.captures(said)?.get(1));
        found.find_map(|found| Some((found.range(), PLACES.at_start(found.as_str())?.concat())))
    };
    let applies = |record: &&Record| applies(reader.facts, place, &record.common);
    if let Some((range, places)) = first(&words.all_in).or_else(|| first(&words.none_out)) {
        let active = public(reader.facts, "subprocessor").filter(|record| is(record, &["active", "ending"]));
        let outside = active.filter(applies).filter_map(|record| record.field("countries"));
        let mut outside = outside.filter(|fact| countries(fact).iter().any(|code| !places.contains(code)));
        return outside.next().map(|fact| (range, fact));
    }
    let regions = || regions(reader, place);
    if let Some((range, places)) = first(&words.only_in) {
        let outside = regions().into_iter().find(|fact| countries(fact).iter().any(|code| !places.contains(code)));
        return outside.map(|fact| (range, fact));
    }
    if let Some((range, places)) = first(&words.kept_in) {
        return elsewhere(&regions(), &places).map(|fact| (range, fact));
    }
    if words.no_one.iter().any(|shape| shape.is_match(said)) {
        let mut active = public(reader.facts, "subprocessor").filter(|record| is(record, &["active", "ending"]));
        return Some((0..said.trim_end().len(), active.find(applies)?.field("status")?));
    }
    let (range, places) = first(&words.seat)?;
    Some((range, elsewhere(&seat(reader), &places)?))
}

/// Returns the countries of the regions that have data.
fn regions<'t>(reader: &FrameContext<'_, 't>, place: &ClauseContext<'_>) -> Vec<&'t Fact> {
    let all = public(reader.facts, "region").filter(|record| !is_role(record, "support"));
    let own = all.filter(|record| applies(reader.facts, place, &record.common));
    own.filter_map(|record| record.field("country")).filter(|fact| !countries(fact).is_empty()).collect()
}

fn seat<'t>(reader: &FrameContext<'_, 't>) -> Vec<&'t Fact> {
    match reader.facts.find("vendor.country") {
        Some(FactRef::Fact(fact)) if fact.common.visibility != Visibility::Internal => vec![fact],
        _ => Vec::new(),
    }
}

/// Returns the first of several countries if none of them is among the places.
fn elsewhere<'t>(stated: &[&'t Fact], places: &[String]) -> Option<&'t Fact> {
    let is_there =
        |fact: &&Fact| countries(fact).is_empty() || countries(fact).iter().any(|code| places.contains(code));
    stated.first().filter(|_| !stated.iter().any(is_there)).copied()
}

/// Returns a place after a label, or below it, that is none of those in the register: `Data location: Canada`.
fn labelled<'t>(reader: &FrameContext<'_, 't>, place: &ClauseContext<'_>) -> Option<Typed<'t>> {
    let text = place.text;
    let first = text.len() - text.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let mark = [": ", " | ", " – ", " — ", " - ", "? "].iter().filter_map(|mark| Some((text.find(mark)?, mark.len())));
    let (label, start) = match mark.min() {
        Some((at, length)) => (text.get(first..at)?, at + length),
        None => (place.heading, first),
    };
    let label = label.trim_matches(|c: char| !c.is_alphanumeric());
    let stated = match () {
        () if reader.words.label.is_match(label) => regions(reader, place),
        () if reader.words.seat_label.is_match(label) => seat(reader),
        () => return None,
    };
    // A row with several values compares several things.
    let value = text.get(start..)?.trim_end_matches([' ', '|']);
    if value.contains(" | ") || place.is_row && text[..start].matches(" | ").count() > 1 {
        return None;
    }
    let value = value.trim_start_matches(|c: char| !c.is_alphanumeric());
    let start = text.len() - text[start..].trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let range = start..start + value.trim_end_matches(['.', ' ', '\n']).len();
    static ONLY: Pattern = Pattern::new(
        r"(?i)^(exclusively |only |solely |ausschließlich |nur |exclusivement |seulement |uniquement |exclusivamente |solo |únicamente )?(?:in|en|au|aux) (?:der |den )?",
    );
    let only = ONLY.captures(value);
    let place = only.as_ref().and_then(|only| value.get(only.get(0)?.end()..)).unwrap_or(value);
    let only = only.and_then(|only| only.get(1));
    let places = PLACES.at_start(place)?.concat();
    let is_outside = |fact: &&&Fact| countries(fact).iter().any(|code| !places.contains(code));
    let fact = match only {
        Some(_) => stated.iter().find(is_outside).copied()?,
        None => elsewhere(&stated, &places)?,
    };
    Some(Typed { range, fact: Some(fact), agrees: Agrees::No })
}

/// Returns a subprocessor that the sentence says is used, but that has ended or is not in the register.
fn used<'t>(
    reader: &FrameContext<'_, 't>,
    words: &PlacePatterns,
    said: &str,
    shift: usize,
    text: &str,
    named: &[(Range<usize>, &'t Record)],
) -> Option<Typed<'t>> {
    if let Some(list) = words.list.captures(said).and_then(|captures| captures.get(1)) {
        let items: Vec<&str> = parts(list.as_str().trim_end_matches(['.', ' ', '\n'])).map(bare).collect();
        let is_name = |item: &&str| {
            item.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == MASK)
                && item.split(' ').count() <= 4
        };
        let known = |item: &str| {
            item.contains(MASK) || public(reader.facts, "subprocessor").any(|record| is_like(record, item))
        };
        if items.iter().all(is_name)
            && items.iter().any(|item| known(item))
            && let Some(item) = items.iter().find(|item| !known(item))
        {
            let at = text.find(item)?;
            return Some(Typed { range: at..at + item.len(), fact: None, agrees: Agrees::No });
        }
    }
    let uses = words.uses.find(said).map(|uses| uses.end() + shift);
    let ended = |(range, record): &(Range<usize>, &'t Record)| {
        let behind = said.get((range.end.saturating_sub(shift))..).unwrap_or_default();
        let in_use = uses.is_some_and(|uses| uses <= range.start + 1) && is_closed(&text[range.end..])
            || range.start <= shift && words.is_used.is_match(behind);
        let fact = record.field("status").filter(|_| in_use && is(record, &["ended"]))?;
        Some(Typed { range: range.clone(), fact: Some(fact), agrees: Agrees::No })
    };
    let by_one = |(range, record): &(Range<usize>, &'t Record)| {
        let found = words.by_one.captures(&text[range.end..]).filter(|_| range.start <= shift)?.get(1)?;
        let fact = record.field("countries")?;
        let places = PLACES.at_start(found.as_str())?.concat();
        let start = range.end + found.start();
        let range = start..text.trim_end().trim_end_matches('.').len();
        Some(Typed { range, fact: Some(elsewhere(&[fact], &places)?), agrees: Agrees::No })
    };
    let all = || named.iter();
    let entry = |(range, record): &(Range<usize>, &'t Record)| entry(text, range, record);
    all().find_map(ended).or_else(|| all().find_map(by_one)).or_else(|| all().find_map(entry))
}

fn subprocessors<'t>(named: &[Named<'t>]) -> Vec<(Range<usize>, &'t Record)> {
    let records = named.iter().filter_map(|named| match named.meant {
        Meant::Record(record) if record.kind.name == "subprocessor" => Some((named.range.clone(), record)),
        _ => None,
    });
    records.collect()
}

/// Returns true if no word after a name makes it part of another name.
fn is_closed(rest: &str) -> bool {
    const AFTER: &[&str] = &["als", "como", "comme", "ein", "et", "für", "para", "pour", "und", "y", "zum", "zur"];
    let next = rest.trim_start().split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    status::is_closed(rest) || AFTER.contains(&next.as_str())
}

/// Returns an item of a list without the brackets after it.
fn bare(item: &str) -> &str {
    let ends = [" (", " for ", " – ", ":"].iter().filter_map(|end| item.find(end));
    &item[..ends.min().unwrap_or(item.len())]
}

/// Returns true if a name may be another form of a record's name: they share the first word, or one is the initials.
fn is_like(record: &Record, item: &str) -> bool {
    let item = item.to_lowercase();
    let names = ["name", "legal_name"].into_iter().filter_map(|field| record.value(field)).map(Value::text);
    let names = names.chain(record.common.aliases.iter().cloned()).chain([record.id.clone()]);
    names.map(|name| name.to_lowercase()).any(|name| {
        let first = |text: &str| text.split([' ', '.', ',', '-']).next().unwrap_or_default().to_owned();
        let initials: String = name.split([' ', '-']).filter_map(|word| word.chars().next()).collect();
        let has = |text: &str, part: &str| format!(" {text} ").contains(&format!(" {part} "));
        first(&name) == first(&item) || initials == item || has(&name, &item) || has(&item, &name)
    })
}

/// Reads an item of a list of subprocessors with their countries: `Example (Germany)`.
fn entry<'t>(text: &str, range: &Range<usize>, record: &'t Record) -> Option<Typed<'t>> {
    const MOST: usize = 60;
    let begins = !text[..range.start].contains(char::is_alphanumeric);
    let rest = text[range.end..].trim_start_matches([' ', ',', '(', ':', '–', '—', '-']);
    let rest = rest.trim_end().trim_end_matches(['.', ')']);
    let is_list = begins && !rest.is_empty() && rest.len() < MOST && rest.len() < text[range.end..].trim_end().len();
    let fact = record.field("countries").filter(|_| is_list)?;
    let groups = parts(rest).map(|part| PLACES.at_start(part).filter(|_| !part.contains(" with ")));
    let groups: Vec<Vec<String>> = groups.collect::<Option<Vec<_>>>()?.concat();
    let stated = countries(fact);
    let start = range.end + text[range.end..].find(rest)?;
    let differs = groups.iter().any(|group| !group.iter().any(|code| stated.contains(code)));
    (differs && !stated.is_empty()).then_some(Typed {
        range: start..start + rest.len(),
        fact: Some(fact),
        agrees: Agrees::No,
    })
}

/// Returns a country in the column of places that differs from the subprocessor of the row.
fn row<'t>(
    words: &PlacePatterns,
    named: Vec<(Range<usize>, &'t Record)>,
    place: &ClauseContext<'_>,
) -> Option<Typed<'t>> {
    let column = place.head.split(" | ").position(|cell| words.column.is_match(cell.trim()))?;
    let text = place.text;
    let mut cells = Vec::new();
    let mut at = 0;
    for cell in text.split(" | ") {
        cells.push(at..at + cell.len());
        at += cell.len() + " | ".len();
    }
    let is_cell = |range: &Range<usize>| {
        cells.iter().any(|cell| text.get(cell.clone()).map(str::trim) == text.get(range.clone()).map(str::trim))
    };
    let mut named = named.into_iter().filter(|(range, _)| is_cell(range));
    let (_, record) = named.next().filter(|_| named.next().is_none())?;
    let fact = record.field("countries")?;
    let cell = cells.get(column)?.clone();
    let places = PLACES.at_start(text.get(cell.clone())?.trim())?;
    let stated = countries(fact);
    let other = |group: &Vec<String>| !group.iter().any(|code| stated.contains(code));
    (!stated.is_empty() && places.iter().any(other)).then_some(Typed {
        range: cell,
        fact: Some(fact),
        agrees: Agrees::No,
    })
}

/// Returns the country codes of a value; none if a part of it, such as the customer's choice, names no countries.
fn countries(fact: &Fact) -> Vec<String> {
    let codes = |value: &Value| match value {
        Value::Country(code) => Some(vec![code.clone()]),
        Value::Choice(word) => PLACES.of_word(word),
        _ => None,
    };
    let all: Option<Vec<_>> = match &fact.value {
        Some(Value::List(items)) => items.iter().map(codes).collect(),
        Some(value) => codes(value).map(|codes| vec![codes]),
        None => None,
    };
    all.unwrap_or_default().concat()
}

fn is(record: &Record, statuses: &[&str]) -> bool {
    record.word("status").is_some_and(|word| statuses.contains(&word))
}

fn is_role(record: &Record, role: &str) -> bool {
    record.word("role") == Some(role)
}
