//! The example sentences of the table, read as those of a book.

use super::clause::Place;
use super::quantity::{Verdict, compare, lengths};
use super::read::read;
use super::table::{DATA, LANGUAGES, Language, Type, language};
use std::collections::BTreeMap;

/// Returns the values of the test register, by the fact that a frame is about.
fn stated(data: &toml::Table) -> BTreeMap<String, (i64, i64)> {
    let text = |frame: &toml::Value, key: &str| frame[key].as_str().unwrap().to_owned();
    let frames = data["frame"].as_array().unwrap().iter();
    let values = frames.map(|frame| {
        let value = text(frame, "value");
        let same = |number: i64| (number, number);
        let span = match text(frame, "quantity").as_str() {
            "length" => lengths(language("en").unwrap(), &value)[0].span,
            "count" => same(value.parse().unwrap()),
            _ => same(i64::from(value == "yes")),
        };
        (text(frame, "of"), span)
    });
    values.collect()
}

/// Returns the facts that a sentence contradicts.
fn contradicted(language: &Language, stated: &BTreeMap<String, (i64, i64)>, text: &str) -> Vec<String> {
    let us = ["quillmoor".to_owned()];
    let place = Place { text, heading: "", head: "", is_row: false, us: &us };
    let said = read(language, &place);
    let differs = said
        .iter()
        .filter(|said| compare(&said.quantity, stated[&said.frame.of], said.frame.limit) == Verdict::Different);
    differs.map(|said| said.frame.of.clone()).collect()
}

#[test]
fn each_frame_catches_and_leaves_its_own_sentences() {
    let data: toml::Table = DATA.parse().unwrap();
    let stated = stated(&data);
    let mut wrong = Vec::new();
    for (tag, language) in &LANGUAGES {
        let language = language.as_ref().expect("every expression compiles");
        assert!(!language.states.is_empty(), "{tag}");
        let mut number = 0;
        for frame in data["frame"].as_array().unwrap() {
            let Some(own) = frame.get(*tag) else { continue };
            number += 1;
            let (id, of) = (frame["id"].as_str().unwrap(), frame["of"].as_str().unwrap());
            let list = |key: &str| own[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap());
            assert!(list("catches").count() >= 5 && list("leaves").count() >= 3, "{id} {tag}");
            let missed = list("catches").filter(|text| contradicted(language, &stated, text) != [of]);
            wrong.extend(missed.map(|text| format!("{id} {tag} misses: {text}")));
            let caught = list("leaves").filter(|text| !contradicted(language, &stated, text).is_empty());
            wrong.extend(caught.map(|text| format!("{id} {tag} catches: {text}")));
        }
        assert_eq!(language.frames.len(), number, "{tag}: every expression compiles");
        assert!(language.frames.iter().all(|frame| frame.quantity != Type::Count || !frame.counted.is_empty()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_quantity_has_its_limit_and_its_unit() {
    let english = language("en").unwrap();
    let of = |text: &str| lengths(english, text);
    for (text, span) in [
        ("within two weeks", (20_160, 20_160)),
        ("24 to 48 hours", (1440, 2880)),
        ("thirty (30) days", (43_200, 43_200)),
        ("a 90-day period", (129_600, 129_600)),
        ("one year", (12 * 28 * 1440, 12 * 31 * 1440)),
    ] {
        assert_eq!(of(text).iter().map(|found| found.span).collect::<Vec<_>>(), [span], "{text}");
    }
    assert!(of("5 business days")[0].is_business);
    assert!(of("every 24 hours").is_empty());
}
