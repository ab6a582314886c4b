//! The example sentences of the table, read as those of a book.

use super::clause::ClauseContext;
use super::quantity::{Verdict, compare, lengths, shares};
use super::read::read;
use super::table::{DATA, LANGUAGES, Language, QuantityType, language};

/// Returns the frames of a language, in their order, each with the value that it is read beside.
fn stated<'d>(data: &'d toml::Table, tag: &str) -> Vec<(&'d str, (i64, i64))> {
    let english = language("en").unwrap();
    let frames = data["frame"].as_array().unwrap().iter().filter(|frame| frame.get(tag).is_some());
    let values = frames.map(|frame| {
        let value = frame["value"].as_str().unwrap();
        let same = |number: i64| (number, number);
        let span = match frame["quantity"].as_str().unwrap() {
            "length" => lengths(english, value)[0].span,
            "count" => same(value.parse().unwrap()),
            "share" => shares(english, value)[0].span,
            _ => same(i64::from(value == "yes")),
        };
        (frame["id"].as_str().unwrap(), span)
    });
    values.collect()
}

/// Returns the frames that a sentence contradicts. Those of named records and of measures are left out, except this one:
/// the register decides which of them are read.
fn contradicted<'d>(language: &Language, stated: &[(&'d str, (i64, i64))], only: &str, text: &str) -> Vec<&'d str> {
    let us = ["quillmoor".to_owned()];
    let place = ClauseContext { text, heading: "", head: "", is_row: false, us: &us };
    let said = read(language, &place, |_| true);
    let differs = said.iter().filter(|said| {
        let (id, value) = stated[said.at];
        let is_chosen = said.frame.named.is_none() && said.frame.param.is_none() || id == only;
        is_chosen && compare(&said.quantity, value, said.frame.limit) == Verdict::Different
    });
    differs.map(|said| stated[said.at].0).collect()
}

#[test]
fn each_frame_catches_and_leaves_its_own_sentences() {
    let data: toml::Table = DATA.parse().unwrap();
    let mut wrong = Vec::new();
    for (tag, language) in &LANGUAGES {
        let language = language.as_ref().expect("every expression compiles");
        assert!(!language.states.is_empty(), "{tag}");
        let stated = stated(&data, tag);
        assert_eq!(language.frames.len(), stated.len(), "{tag}: every expression compiles");
        for frame in data["frame"].as_array().unwrap() {
            let Some(own) = frame.get(*tag) else { continue };
            let id = frame["id"].as_str().unwrap();
            let list = |key: &str| own[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap());
            assert!(list("catches").count() >= 5 && list("leaves").count() >= 3, "{id} {tag}");
            let missed = list("catches").filter(|text| contradicted(language, &stated, id, text) != [id]);
            wrong.extend(missed.map(|text| format!("{id} {tag} misses: {text}")));
            let caught = list("leaves").filter(|text| !contradicted(language, &stated, id, text).is_empty());
            wrong.extend(caught.map(|text| format!("{id} {tag} catches: {text}")));
        }
        assert!(language.frames.iter().all(|frame| frame.quantity != QuantityType::Count || !frame.counted.is_empty()));
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
