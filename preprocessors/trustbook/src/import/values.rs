//! Words of a page as the value of a field: lists, places, choices, days and addresses, each only where it is sure.

use super::dates;
use super::page::Cell;
use toml_edit::{Array, InlineTable, Value};
use trustbook_core::countries;
use trustbook_core::register::types::{FieldType, ValueType};
use trustbook_core::register::value::place_words;

/// A value that was read, and what is left to say beside it.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// The value; `None` if the words do not give one for certain.
    pub(super) value: Option<Value>,
    /// The words of the page, if the value does not hold all of them.
    pub(super) rest: Option<String>,
}

/// Words for choices, by their field and the words of the register.
const CHOICES: &[(&str, &str, &[&str])] = &[
    (
        "category",
        "necessary",
        &["strictly necessary", "essential", "required", "technically necessary", "notwendig", "erforderlich"],
    ),
    ("category", "functional", &["functionality", "preference", "preferences", "funktional"]),
    (
        "category",
        "analytics",
        &["analytical", "analytic", "performance", "statistics", "statistical", "measurement", "statistik"],
    ),
    ("category", "marketing", &["advertising", "targeting", "ads", "advertisement"]),
    ("kind", "cookie", &["http cookie", "http", "cookies", "persistent cookie", "session cookie"]),
    ("kind", "local-storage", &["html local storage", "localstorage"]),
    ("kind", "session-storage", &["html session storage", "sessionstorage"]),
    ("kind", "indexed-db", &["indexeddb"]),
    ("kind", "pixel", &["pixel tracker", "tracking pixel"]),
    ("status", "held", &["certified", "compliant", "completed", "complete", "current", "achieved", "active", "valid"]),
    ("status", "in-progress", &["ongoing", "underway", "under way"]),
    ("status", "planned", &["upcoming", "on the roadmap"]),
    ("status", "implemented", &["in place", "done", "yes"]),
    ("access", "public", &["available", "download", "publicly available"]),
    (
        "access",
        "on-request",
        &["request", "upon request", "by request", "available on request", "available upon request"],
    ),
    ("access", "nda", &["under nda", "nda required", "requires nda", "available under nda"]),
];

/// Reads a cell as the value of a field.
pub(super) fn read(field: &FieldType, cell: &Cell) -> Read {
    let text = cell.text.trim().trim_end_matches(',').trim();
    if text.is_empty() || matches!(text.to_lowercase().as_str(), "-" | "–" | "—" | "n/a" | "na" | "none" | "tbd") {
        return Read::default();
    }
    let whole = |value: Value| Read { value: Some(value), rest: None };
    let unsure = || Read { value: None, rest: Some(one_line(text)) };
    match field.ty {
        ValueType::List(ValueType::Place) => places(text),
        ValueType::Place => match places(text) {
            Read { value: Some(Value::Array(all)), rest } if all.len() == 1 => {
                Read { value: all.get(0).cloned(), rest }
            }
            read => Read { value: None, rest: read.rest.or_else(|| Some(one_line(text))) },
        },
        ValueType::Country => match country(text) {
            Some(code) => whole(code.into()),
            None => Read { value: at_end(text).map(Value::from), rest: Some(one_line(text)) },
        },
        ty if ty.choices().is_some() => {
            let word = choice(field.name, ty.choices().unwrap_or_default(), text);
            word.map_or_else(unsure, |word| whole(word.into()))
        }
        ValueType::List(_) => whole(Value::Array(items(text).into_iter().collect())),
        ValueType::OneOrMore(_) => match items(&text.replace(" / ", ", ")) {
            names if names.len() > 1 && names.iter().all(|name| !name.contains(' ')) => {
                whole(Value::Array(names.into_iter().collect()))
            }
            _ => whole(one_line(text).into()),
        },
        ValueType::Url => match cell.links.iter().find(|link| link.starts_with("https://")) {
            Some(link) => Read { value: Some(link.as_str().into()), rest: None },
            None if text.starts_with("https://") => whole(text.into()),
            None => unsure(),
        },
        ValueType::Date | ValueType::DateOrTerm => match dates::day(text) {
            Some(day) => day.to_string().parse::<Value>().map_or_else(|_| unsure(), whole),
            None if field.ty == ValueType::DateOrTerm => whole(one_line(text).into()),
            None => unsure(),
        },
        ValueType::Boolean => match text.to_lowercase().as_str() {
            "yes" | "true" | "✓" | "✔" => whole(true.into()),
            "no" | "false" => whole(false.into()),
            _ => unsure(),
        },
        ValueType::Period(_) => period(field, text),
        ValueType::Table([first, ..]) => {
            let mut table = InlineTable::new();
            table.insert(first.name, one_line(text).into());
            whole(table.into())
        }
        ValueType::Map | ValueType::Id(_) | ValueType::Named(..) | ValueType::Table(_) => unsure(),
        _ => whole(one_line(text).into()),
    }
}

fn period(field: &FieldType, text: &str) -> Read {
    let lower = one_line(text).to_lowercase();
    let known = match field.ty {
        ValueType::Period(words) => words.iter().find(|word| lower.trim_end_matches(" cookie") == **word),
        _ => None,
    };
    let words = known.map_or_else(|| one_line(text).trim_end_matches('.').to_owned(), |word| (*word).to_owned());
    Read { value: Some(words.into()), rest: None }
}

/// Returns text on one line, without double braces: no value of a page is an expression or an include.
pub(super) fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // The first pass leaves pairs where there are more than three braces in a row.
    line.replace("{{", "{ {").replace("{{", "{ {")
}

/// Returns the items of a list in a cell: lines, or what commas or semicolons separate outside brackets. A sentence is
/// one item.
pub(super) fn items(text: &str) -> Vec<String> {
    let is_sentence = text.contains(". ") || text.trim_end().ends_with('.');
    let mark = if text.contains(';') { ';' } else { ',' };
    let (mut items, mut item, mut depth) = (Vec::new(), String::new(), 0_usize);
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == '\n' || c == mark && depth == 0 && !is_sentence {
            items.push(std::mem::take(&mut item));
        } else {
            item.push(c);
        }
    }
    items.push(item);
    let clean = |item: &String| one_line(item.trim().trim_start_matches(['-', '•', '*']).trim_start());
    let items: Vec<String> = items.iter().map(clean).filter(|item| !item.is_empty()).collect();
    let last = items.len().saturating_sub(1);
    let without_and = |(at, item): (usize, String)| match item.strip_prefix("and ") {
        Some(rest) if at == last => rest.to_owned(),
        _ => item,
    };
    items.into_iter().enumerate().map(without_and).collect()
}

fn choice(field: &str, words: &[&'static str], text: &str) -> Option<&'static str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], " ");
    let given = one_line(&plain(text));
    let given = given.trim_end_matches(" cookies").trim_end_matches('.');
    words.iter().copied().find(|word| plain(word) == given).or_else(|| {
        let known = CHOICES.iter().find(|(of, word, all)| *of == field && words.contains(word) && all.contains(&given));
        known.and_then(|(_, word, _)| words.iter().copied().find(|known| known == word))
    })
}

/// Codes of countries that are also those of states of the US, or words.
const OTHER_CODES: &[&str] = &[
    "AL", "AR", "AZ", "CA", "CO", "DE", "GA", "ID", "IL", "IN", "LA", "MA", "MD", "ME", "MN", "MO", "MS", "MT", "NC",
    "NE", "PA", "SC", "SD", "TN", "VA",
];

/// Returns the code of a country by a name that can mean nothing else.
pub(super) fn country(text: &str) -> Option<&'static str> {
    let text = text.trim().trim_end_matches('.');
    let is_code = text.len() == 2 && text.chars().all(|c| c.is_ascii_uppercase());
    let named = text.chars().count() > 3 || matches!(text, "USA" | "UK" | "UAE" | "U.K" | "U.S" | "U.S.A");
    match text {
        "U.S" | "U.S.A" | "United States of America" | "the US" | "the USA" => return Some("US"),
        "U.K" | "the UK" => return Some("GB"),
        _ => {}
    }
    // Georgia is also a state of the US.
    ((named || is_code) && text != "Georgia").then(|| countries::find(text)).flatten()
}

fn place(text: &str) -> Option<Vec<&'static str>> {
    place_words(text).or_else(|| Some(vec![country(text)?]))
}

/// Returns the country that the last words of an address name.
fn at_end(text: &str) -> Option<&'static str> {
    let words: Vec<&str> = text.split([' ', ',', '\n']).filter(|word| !word.is_empty()).collect();
    (1..=4.min(words.len())).rev().find_map(|count| {
        let (before, last) = words.split_at(words.len() - count);
        // New Mexico and New Jersey are states of the US.
        let is_whole = last.concat().len() > 3 || matches!(last, ["USA" | "UK"]);
        country(&last.join(" ")).filter(|_| is_whole && before.last().is_none_or(|word| *word != "New"))
    })
}

/// Reads a list of places. Where a part is none, as in an address, only a country at the end is sure.
fn places(text: &str) -> Read {
    if let Some(known) = place(text) {
        return Read { value: Some(Value::Array(known.into_iter().collect())), rest: None };
    }
    let parts = text.replace(" and ", ",").replace(" or ", ",").replace(" & ", ",").replace(['/', ';', '\n', '|'], ",");
    let parts: Vec<&str> = parts.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    // "Australia (primary)"
    let bare = |part: &str| place(part).or_else(|| place(part.split_once(" (").filter(|_| part.ends_with(')'))?.0));
    let has_words = parts.iter().any(|part| place(part).is_none());
    let found: Vec<Option<Vec<&str>>> = parts.iter().map(|part| bare(part)).collect();
    let has_state = parts.iter().any(|part| OTHER_CODES.contains(part));
    let is_us = |codes: &Option<Vec<&str>>| codes.as_deref() == Some(&["US"]);
    let all_sure = found.iter().all(Option::is_some) && !(has_state && found.iter().any(is_us));
    let mut codes: Vec<&str> = match all_sure {
        true => found.into_iter().flatten().flatten().collect(),
        false => {
            let last = found.last().and_then(|last| last.as_ref()?.first().copied());
            let is_sure = parts.last().is_some_and(|part| !OTHER_CODES.contains(part));
            let last = last.filter(|_| is_sure && !text.contains([';', '/'])).or_else(|| at_end(text));
            last.into_iter().collect()
        }
    };
    let mut seen = Vec::new();
    codes.retain(|code| {
        !seen.contains(code) && {
            seen.push(*code);
            true
        }
    });
    let value = (!codes.is_empty()).then(|| Value::Array(codes.into_iter().collect::<Array>()));
    let rest = (!all_sure || has_words).then(|| one_line(&text.replace('\n', "; ")));
    Read { value, rest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trustbook_core::register::kinds;

    fn cell(text: &str) -> Cell {
        Cell { text: text.to_owned(), ..Cell::default() }
    }

    fn read_as(kind: &str, field: &str, text: &str) -> (Option<String>, Option<String>) {
        let field = kinds::find(kind).unwrap().field(field).unwrap();
        let read = read(field, &cell(text));
        (read.value.map(|value| value.to_string()), read.rest)
    }

    #[test]
    fn places_are_mapped_where_they_are_sure() {
        for (text, codes, rest) in [
            ("Germany, Ireland", Some("[\"DE\", \"IE\"]"), None),
            ("USA / EU", Some("[\"US\", \"EU\"]"), None),
            ("United Kingdom and France", Some("[\"GB\", \"FR\"]"), None),
            ("Global", Some("[\"worldwide\"]"), None),
            ("San Francisco, CA, USA", Some("[\"US\"]"), Some("San Francisco, CA, USA")),
            ("DE, USA", Some("[\"US\"]"), Some("DE, USA")),
            ("Dublin, Ireland", Some("[\"IE\"]"), Some("Dublin, Ireland")),
            ("Ashburn, VA", None, Some("Ashburn, VA")),
            (
                "Australia (primary); United States (backups)",
                Some("[\"AU\", \"US\"]"),
                Some("Australia (primary); United States (backups)"),
            ),
            (
                "410 Terry Avenue, Seattle, WA 98109 United States of America",
                Some("[\"US\"]"),
                Some("410 Terry Avenue, Seattle, WA 98109 United States of America"),
            ),
            ("Santa Fe, New Mexico", None, Some("Santa Fe, New Mexico")),
            ("Our data centres", None, Some("Our data centres")),
        ] {
            let expected = (codes.map(str::to_owned), rest.map(str::to_owned));
            assert_eq!(read_as("subprocessor", "countries", text), expected, "{text}");
        }
    }

    #[test]
    fn no_value_is_an_expression() {
        for (text, expected) in [("{{ a }}", "{ { a }}"), ("{{{b", "{ { {b"), ("{{{{{{c", "{ { { { { {c")] {
            assert_eq!(one_line(text), expected, "{text}");
        }
    }

    #[test]
    fn choices_days_and_lists_are_read_or_left() {
        let is = |kind: &str, field: &str, text: &str, value: &str| {
            assert_eq!(read_as(kind, field, text).0.as_deref(), Some(value), "{text}");
        };
        is("cookie", "category", "Strictly Necessary", "\"necessary\"");
        is("cookie", "max_age", "Session", "\"session\"");
        is("retention", "period", "24 months minimum", "\"24 months minimum\"");
        is("cookie", "name", "_ga, _gid", "[\"_ga\", \"_gid\"]");
        is("certification", "issued", "May 3, 2023", "2023-05-03");
        is(
            "subprocessor",
            "data",
            "Name (first, last), e-mail, and IP address",
            "[\"Name (first, last)\", \"e-mail\", \"IP address\"]",
        );
        is("subprocessor", "data", "All data that you send, and more.", "[\"All data that you send, and more.\"]");
        assert_eq!(read_as("cookie", "category", "Other"), (None, Some("Other".to_owned())));
        assert_eq!(read_as("cookie", "category", "N/A"), (None, None));
    }
}
