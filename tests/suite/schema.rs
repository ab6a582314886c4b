//! The JSON Schema of the register: the committed copy is current, and it accepts all that the reader accepts.
//!
//! The crates that validate JSON Schema bring thirty others, one under a licence that `deny.toml` does not
//! list. Our schema uses little of draft 07, so it is evaluated here. An unknown keyword fails the test.

use crate::command::root;
use crate::records;
use regex::Regex;
use serde_json::{Value as Json, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use trustbook_core::World;
use trustbook_core::check::CHECKS;
use trustbook_core::register::{self, schema};
use trustbook_core::span::SourceMap;
use trustbook_core::world::MemoryWorld;
use trustbook_tests::{TODAY, book, fences};

const COMMITTED: &str = ".trustbook/register.schema.json";

#[test]
fn the_committed_schema_is_what_the_command_prints() {
    let path = root().join(COMMITTED);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, schema::text()).unwrap();
    }
    let same = fs::read_to_string(&path).unwrap() == schema::text();
    assert!(same, "run `UPDATE=1 cargo test -p trustbook-tests schema` and look at the change");
    assert_eq!(serde_json::from_str::<Json>(&schema::text()).unwrap(), schema::schema());
}

#[test]
fn every_file_of_the_reference_book_names_the_schema_and_fits_it() {
    let mut files = 0;
    let facts = root().join("facts");
    let folders = [(facts.join("data-model"), "../../"), (facts, "../")];
    let entries = folders.iter().flat_map(|(folder, up)| fs::read_dir(folder).unwrap().map(move |entry| (entry, up)));
    for (entry, up) in entries {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(&format!("#:schema {up}{COMMITTED}\n")), "{}", path.display());
        assert_eq!(wrong(&text), Vec::<String>::new(), "{}", path.display());
        files += 1;
    }
    assert!(files > 10);
}

#[test]
fn what_the_reader_takes_fits_the_schema() {
    let mut texts: Vec<String> = records::registers();
    let cases = fs::read_dir(root().join("tests/cases")).unwrap();
    let pages = cases.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    for page in pages.chain(CHECKS.iter().map(|check| check.page.to_owned())) {
        for (_, text) in fences(&page, "book") {
            let world = book(text);
            let files = world.list("facts").unwrap().into_iter().filter(|entry| entry.path.ends_with(".toml"));
            texts.extend(files.filter_map(|entry| String::from_utf8(world.read(&entry.path).unwrap()).ok()));
        }
    }
    texts.extend(TAKEN.map(str::to_owned));
    let mut taken = 0;
    for text in texts.iter().filter(|text| is_taken(text)) {
        assert_eq!(wrong(text), Vec::<String>::new(), "{text}");
        taken += 1;
    }
    assert!(taken > 60, "{taken}");
    assert!(TAKEN.iter().all(|text| is_taken(text)));
}

/// Notations that books seldom use.
const TAKEN: [&str; 15] = [
    "top = \"level\"",
    "vendor = \"Example Ltd\"",
    "[vendor]\nvalue = \"Example Ltd\"",
    "[vendor]\naddress.street = \"1 Way\"\nfounded = 1999",
    "[vendor]\nfounded = { value = 1999-12-31, label = \"Founded\" }\nphone = { value = \"none\", type = \"text\" }",
    "[vendor]\nwebsite = \"HTTPS://exämple.com/{a}|b\"\ntrade_names = [\"A\", \"B\"]",
    "[vendor]\nsubprocessor_notice = \"P30D\"\nbreach_notification = \"01:30:00\"\ndeletion_at_exit = \"1 month, 2 days\"",
    "[a.b.c]\nd.e = { value = 0x10, type = \"integer\", review = \"6 weeks\" }\n\"f\" = [1.5, 2]",
    "a = { value = [\"https://example.com\"], type = \"list of urls\" }",
    "a = { value = \"x\", type = \"choice\", choices = [\"x\", \"y\"], visibility = \"on-request\" }",
    "region = [{ id = \"a\", codes = { aws = \"x\" } }, { id = \"b\" }]",
    "[[region]]\nid = \"a\"\n[region.codes]\naws = \"x\"",
    "[[cookie]]\nid = \"a\"\nmax_age = \"session\"\nends = [\"logout\", \"2 hours\"]\nnot_stated = [\"name\"]",
    "[vendor]\nmission = { value = { en = \"Safe mail\" }, label = \"Mission\" }",
    "[defaults]\nstated = 2024-10-01\nvisibility = \"internal\"\nevidence = [\"a\"]\n[none]",
];

#[test]
fn what_editors_should_mark_does_not_fit() {
    const MARKED: [&str; 14] = [
        "[vendor]\nphone = \"7708783106\"",
        "[vendor]\nphone = { value = \"7708783106\" }",
        "[vendor]\ncountry = \"UK\"",
        "[vendor]\nemployees = \"two\"",
        "[vendor]\nlegal_name = { valeu = \"x\", value = \"x\" }",
        "[vendor]\ndeletion_at_exit = \"soon\"",
        "[defaults]\nverified = 2024-10-01",
        "[page]\na = 1",
        "[region]\nid = \"a\"",
        "[[region]]\nplace = \"Oslo\"",
        "[[region]]\nid = \"a\"\nplaec = \"Oslo\"",
        "[[region]]\nid = \"a\"\nrole = \"main\"",
        "[[region]]\nid = \"a\"\nnot_stated = [\"rol\"]",
        "[[regoin]]\nid = \"a\"",
    ];
    for text in MARKED {
        assert!(!is_taken(text) && !wrong(text).is_empty(), "{text}");
    }
}

/// Returns true if the reader has no problem with a text.
fn is_taken(text: &str) -> bool {
    let mut world = MemoryWorld::new(TODAY);
    world.insert("facts/all.toml", text);
    register::read(&world, &mut SourceMap::default()).problems.is_empty()
}

fn wrong(text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().unwrap();
    misfits(&schema::schema(), &json(&toml::Value::Table(table)))
}

/// Returns the places where a value does not fit a schema.
pub(crate) fn misfits(schema: &Json, value: &Json) -> Vec<String> {
    let mut wrong = Vec::new();
    Validator { root: schema, patterns: &RefCell::default(), wrong: &mut wrong }.check(schema, value, "");
    wrong
}

/// Converts TOML as editors do: a date becomes text.
fn json(value: &toml::Value) -> Json {
    match value {
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::Array(items) => items.iter().map(json).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
        other => serde_json::to_value(other).unwrap(),
    }
}

/// A validator for the keywords of draft 07 that our schema uses.
struct Validator<'s> {
    root: &'s Json,
    /// Compiled patterns, each compiled once.
    patterns: &'s RefCell<BTreeMap<String, Regex>>,
    wrong: &'s mut Vec<String>,
}

impl Validator<'_> {
    fn check(&mut self, schema: &Json, value: &Json, at: &str) {
        let Json::Object(words) = schema else {
            assert!(schema.is_boolean());
            return self.require(schema == &json!(true), at, "false");
        };
        for (word, means) in words {
            let is_fine = match (word.as_str(), value) {
                ("$schema" | "title" | "description" | "definitions", _) => true,
                ("$ref", _) => {
                    let target = self.root.pointer(means.as_str().unwrap().strip_prefix('#').unwrap());
                    self.check(target.unwrap(), value, at);
                    assert_eq!(words.len(), 1, "draft 07 reads nothing beside a `$ref`");
                    true
                }
                ("type", _) => match means {
                    Json::Array(types) => types.iter().any(|ty| is_of(ty, value)),
                    ty => is_of(ty, value),
                },
                ("enum", _) => means.as_array().unwrap().contains(value),
                ("anyOf", _) => means.as_array().unwrap().iter().any(|schema| self.fits(schema, value)),
                ("allOf", _) => {
                    means.as_array().unwrap().iter().for_each(|schema| self.check(schema, value, at));
                    true
                }
                ("not", _) => !self.fits(means, value),
                ("pattern", Json::String(text)) => self.pattern(means.as_str().unwrap()).is_match(text),
                ("format", Json::String(text)) => match means.as_str().unwrap() {
                    "date" => text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10,
                    "email" => text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')),
                    other => panic!("{other}"),
                },
                ("minimum", Json::Number(number)) => number.as_i64() >= means.as_i64(),
                ("minItems", Json::Array(items)) => items.len() as u64 >= means.as_u64().unwrap(),
                ("items", Json::Array(items)) => {
                    items.iter().enumerate().for_each(|(n, item)| self.check(means, item, &format!("{at}/{n}")));
                    true
                }
                ("minProperties", Json::Object(entries)) => entries.len() as u64 >= means.as_u64().unwrap(),
                ("required", Json::Object(entries)) => {
                    means.as_array().unwrap().iter().all(|key| entries.contains_key(key.as_str().unwrap()))
                }
                ("propertyNames", Json::Object(entries)) => entries.keys().all(|key| self.fits(means, &json!(key))),
                ("properties", Json::Object(entries)) => {
                    for (key, value) in entries {
                        self.check(means.get(key).unwrap_or(&json!(true)), value, &format!("{at}/{key}"));
                    }
                    true
                }
                ("additionalProperties", Json::Object(entries)) => {
                    for (key, value) in entries.iter().filter(|(key, _)| schema["properties"].get(key).is_none()) {
                        self.check(means, value, &format!("{at}/{key}"));
                    }
                    true
                }
                ("pattern" | "format" | "minimum" | "minItems" | "items", _) => true,
                ("minProperties" | "required" | "propertyNames" | "properties" | "additionalProperties", _) => true,
                (other, _) => panic!("the schema uses `{other}`"),
            };
            self.require(is_fine, at, word);
        }
    }

    fn fits(&self, schema: &Json, value: &Json) -> bool {
        let mut wrong = Vec::new();
        Validator { root: self.root, patterns: self.patterns, wrong: &mut wrong }.check(schema, value, "");
        wrong.is_empty()
    }

    fn pattern(&self, text: &str) -> Regex {
        let mut patterns = self.patterns.borrow_mut();
        patterns.entry(text.to_owned()).or_insert_with(|| Regex::new(text).unwrap()).clone()
    }

    fn require(&mut self, is_fine: bool, at: &str, word: &str) {
        if !is_fine {
            self.wrong.push(format!("{at}: {word}"));
        }
    }
}

fn is_of(ty: &Json, value: &Json) -> bool {
    match ty.as_str().unwrap() {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    }
}
