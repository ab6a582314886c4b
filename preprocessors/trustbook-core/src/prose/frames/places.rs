//! The table of places, `data/places.toml`: groups of countries, and sentence patterns about locations by language.

use crate::countries;
use crate::prose::stems::Stems;
use crate::prose::{self, Languages};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const DATA: &str = include_str!("../../../data/places.toml");

/// The patterns about places in one language.
#[derive(Debug)]
pub(super) struct PlacePatterns {
    /// A fast filter: every sentence about places, or its heading, has one of these words.
    pub any: Stems,
    /// All subprocessors are in the place.
    pub all_in: Vec<Regex>,
    /// No subprocessor is outside the place.
    pub none_out: Vec<Regex>,
    /// Data is in the place and nowhere else.
    pub only_in: Vec<Regex>,
    /// Data is in the place.
    pub kept_in: Vec<Regex>,
    /// The vendor's seat is in the place.
    pub seat: Vec<Regex>,
    /// A label before the place of data.
    pub label: Regex,
    /// A label before the vendor's seat.
    pub seat_label: Regex,
    /// There are no subprocessors.
    pub no_one: Vec<Regex>,
    /// The party named before has data in the place.
    pub by_one: Regex,
    /// The vendor uses the party named next.
    pub uses: Regex,
    /// The party named before works for the vendor.
    pub is_used: Regex,
    /// Introduces a list of subprocessors.
    pub list: Regex,
    /// The header of a column of places.
    pub column: Regex,
}

/// The groups and names of countries.
#[derive(Debug, Default)]
pub(super) struct Places {
    groups: Vec<(Vec<String>, Vec<String>)>,
    names: BTreeMap<String, String>,
}

/// The table, read on first use.
pub(super) static PLACES: LazyLock<Places> = LazyLock::new(|| read().unwrap_or_default());

static LANGUAGES: Languages<PlacePatterns> = [
    ("de", LazyLock::new(|| read_words("de"))),
    ("en", LazyLock::new(|| read_words("en"))),
    ("es", LazyLock::new(|| read_words("es"))),
    ("fr", LazyLock::new(|| read_words("fr"))),
];

/// Returns the patterns of a language by its tag.
pub(super) fn words(tag: &str) -> Option<&'static PlacePatterns> {
    prose::language(&LANGUAGES, tag)
}

impl PlacePatterns {
    /// Returns true if a text below a heading may be about a place or a subprocessor.
    pub(super) fn may_say(&self, text: &str, heading: &str) -> bool {
        self.any.has(0, self.any.hits(&[text, heading]))
    }
}

impl Places {
    /// Returns the countries at the beginning of a text, each group with all its members; `None` if it names something
    /// else as well.
    pub(super) fn at_start(&self, text: &str) -> Option<Vec<Vec<String>>> {
        let end = text
            .find(['.', ';', ':', '|', '(', '\n'])
            .filter(|at| !text[*at..].starts_with(".S"))
            .unwrap_or(text.len());
        let mut found = Vec::new();
        let list = text[..end].trim();
        // "Sydney, Australia": a city that is not in the table.
        let country = list.split_once(", ").filter(|(city, _)| self.first(city).is_none() && is_city(city));
        let list = country.map_or(list, |(_, country)| country);
        for part in parts(list) {
            match self.first(part) {
                Some((place, rest)) if !rest.contains(char::is_uppercase) => {
                    found.push(place);
                    if !rest.trim().is_empty() {
                        break;
                    }
                }
                Some(_) => return None,
                None if part.starts_with(char::is_uppercase) || found.is_empty() => return None,
                None => break,
            }
        }
        Some(found)
    }

    /// Returns the countries of a word of the register: `EU`, `EEA` or `worldwide`.
    pub(super) fn of_word(&self, word: &str) -> Option<Vec<String>> {
        match word {
            "worldwide" => Some(countries::codes().map(str::to_owned).collect()),
            word => self.groups.iter().find(|(words, _)| words.contains(&word.to_lowercase())).map(|it| it.1.clone()),
        }
    }

    /// Returns the countries that the first words name, and the rest of the text.
    fn first<'p>(&self, part: &'p str) -> Option<(Vec<String>, &'p str)> {
        let part = ["the ", "der ", "den ", "la ", "el ", "los ", "l'", "l’", "les ", "le "]
            .iter()
            .find_map(|article| part.strip_prefix(article))
            .unwrap_or(part);
        let ends = part.match_indices(' ').map(|(at, _)| at).chain([part.len()]).take(4).collect::<Vec<_>>();
        ends.into_iter().rev().find_map(|end| Some((self.place(&part[..end])?, &part[end..])))
    }

    fn place(&self, text: &str) -> Option<Vec<String>> {
        let lower = text.trim_end_matches(',').to_lowercase();
        if let Some((_, members)) = self.groups.iter().find(|(words, _)| words.contains(&lower)) {
            return Some(members.clone());
        }
        if let Some(code) = self.names.get(&lower) {
            return Some(vec![code.clone()]);
        }
        // `it` and `in` are country codes, but also words.
        let is_name = text.starts_with(char::is_uppercase) && (text.len() > 3 || text.chars().all(char::is_uppercase));
        is_name.then(|| countries::find(text)).flatten().map(|code| vec![code.to_owned()])
    }
}

/// Returns true for one to three words that each begin with a capital letter.
fn is_city(text: &str) -> bool {
    let mut words = text.split(' ');
    words.by_ref().take(3).all(|word| word.starts_with(char::is_uppercase)) && words.next().is_none()
}

/// Returns the items of a list.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    const ENDS: [&str; 10] = [", and ", ", or ", " and ", " or ", " und ", " oder ", " et ", " y ", " & ", ", "];
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let now = rest.take()?;
        let found = ENDS.iter().filter_map(|end| Some((now.find(end)?, end.len())));
        match found.min_by_key(|(at, length)| (*at, std::cmp::Reverse(*length))) {
            Some((at, length)) => {
                rest = Some(&now[at + length..]);
                Some(now[..at].trim())
            }
            None => Some(now.trim()),
        }
    })
}

fn list(table: &toml::Table, key: &str) -> Vec<String> {
    let items = table.get(key).and_then(toml::Value::as_array).into_iter().flatten();
    items.filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

fn read() -> Option<Places> {
    let data: toml::Table = DATA.parse().ok()?;
    let eu = list(&data, "eu");
    let eea: Vec<String> = eu.iter().cloned().chain(list(&data, "eea")).collect();
    let europe: Vec<String> = eea.iter().cloned().chain(list(&data, "europe")).collect();
    let names = data.get("names")?.as_table()?.iter();
    Some(Places {
        groups: vec![
            (list(&data, "eu_words"), eu),
            (list(&data, "eea_words"), eea),
            (list(&data, "europe_words"), europe),
        ],
        names: names.filter_map(|(name, code)| Some((name.to_lowercase(), code.as_str()?.to_owned()))).collect(),
    })
}

fn read_words(tag: &str) -> Option<PlacePatterns> {
    let data: toml::Table = DATA.parse().ok()?;
    let own = data.get(tag)?.as_table()?;
    // "In data centres in Canada."
    const PLACE: &str = r"(?:(?:\w+ )?(?:data ?cent(?:er|re)s?|regions|facilities|rechenzentren|centres de données|centros de datos)(?: located| situés| ubicados)? (?:in|en|au|aux) (?:the |der |den )?)?(.+)$";
    let regex = |shape: &str| Regex::new(&format!("(?i){}", shape.replace('@', PLACE))).ok();
    let all = |key: &str| list(own, key).iter().map(|shape| regex(shape)).collect::<Option<Vec<Regex>>>();
    let one = |key: &str| regex(own.get(key)?.as_str()?);
    Some(PlacePatterns {
        any: Stems::of(std::iter::once(std::slice::from_ref(&one("any")?))),
        all_in: all("all_in")?,
        none_out: all("none_out")?,
        only_in: all("only_in")?,
        kept_in: all("kept_in")?,
        seat: all("seat")?,
        label: one("label")?,
        seat_label: one("seat_label")?,
        no_one: all("no_one")?,
        by_one: one("by_one")?,
        uses: one("uses")?,
        is_used: one("is_used")?,
        list: one("list")?,
        column: Regex::new(&format!(r"(?i)^(?:\w+ )?(?:{})$", own.get("column")?.as_str()?)).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::{PLACES, words};

    #[test]
    fn places_are_read_where_nothing_else_is_named() {
        let of = |text: &str| PLACES.at_start(text).map(|found| found.iter().map(Vec::len).collect::<Vec<_>>());
        assert_eq!(of("Germany."), Some(vec![1]));
        assert_eq!(of("the EU and the United Kingdom."), Some(vec![27, 1]));
        assert_eq!(of("EEA, encrypted at rest"), Some(vec![30]));
        assert_eq!(of("Germany, Bavaria"), None);
        assert_eq!(of("Germany with copies in Ireland"), None);
        assert_eq!(of("our own racks"), None);
        for tag in ["de", "en", "es", "fr"] {
            assert!(words(tag).is_some(), "{tag}: every expression compiles");
        }
    }
}
