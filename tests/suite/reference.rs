//! The reference book: it builds without errors, entirely from its register.

use crate::command::root;
use jiff::civil::{Date, date};
use mdbook_trustbook::disk::DiskWorld;
use trustbook_core::expand::uses;
use trustbook_core::register::common::Visibility;
use trustbook_core::register::types::ValueType;
use trustbook_core::register::value::Value;
use trustbook_core::register::{Fact, Register};
use trustbook_core::secret::Secret;
use trustbook_core::world::{FolderEntry, ReadError};
use trustbook_core::{Book, World};
use trustbook_tests::{build, names, short};

const DAY: Date = date(2026, 1, 15);

fn world() -> DiskWorld {
    DiskWorld::open(&root(), DAY).unwrap()
}

#[test]
fn it_builds_and_says_only_that_its_reviews_are_overdue() {
    let built = build(&world());
    let by_calendar = ["claim-stale", "fact-due"];
    assert!(names(&built.findings).iter().all(|name| by_calendar.contains(name)), "{}", short(&built));
    assert!(!built.findings.is_empty());
    assert!(built.site.pages.len() >= 10);
    for page in &built.site.pages {
        assert!(built.file(&page.path).contains("This is a demonstration"), "{} has the notice", page.path);
        let days = ["2024-10-01", "2026-11-23"];
        let dated = days.iter().any(|day| built.file(&page.path).contains(&format!("<time datetime=\"{day}\">")));
        assert!(page.page.is_none() || dated, "{} says how old it is", page.path);
    }
}

#[test]
fn the_same_input_and_day_give_the_same_bytes() {
    assert!(build(&world()).files == build(&world()).files);
}

#[test]
fn every_statement_has_the_source_and_the_day_of_the_page_it_comes_from() {
    let book = mdbook_trustbook::read(&world());
    let Register { facts, records, .. } = &book.facts.register;
    assert!(facts.len() >= 20 && records.len() >= 40);
    let sources = [
        (
            "data_security.md, revision of 2024-10-01 (commit eae28c2bf6b9fe216d2991f6dcb3a96abd81572c)",
            date(2024, 10, 1),
        ),
        ("proxy/ui_logs, as last updated on 10 October 2026", date(2026, 10, 10)),
        ("commit 029f645f1c81cbd6c6c48fbc8490d91da937066f", date(2026, 11, 23)),
        // Facts about this site itself.
        ("facts/observed/this-site.json", date(2026, 11, 25)),
    ];
    // Values read from files of this project are not the vendor's.
    let facts = facts.iter().filter(|fact| fact.live.is_none());
    let records = records.iter().filter(|record| record.kind.name != "source");
    for common in facts.map(|fact| &fact.common).chain(records.map(|record| &record.common)) {
        let source = common.source.as_deref().unwrap();
        let (_, day) = sources.iter().find(|(name, _)| source.contains(name)).unwrap_or_else(|| panic!("{source}"));
        assert_eq!(common.stated, Some(*day), "{source}");
        assert_eq!(common.verified, None, "nothing is verified");
        assert_eq!(common.visibility, Visibility::Public);
    }
}

#[test]
fn chapters_hold_no_contact_code_or_address_by_hand() {
    let book = mdbook_trustbook::read(&world());
    let register = &book.facts.register;
    let all = register.facts.iter().chain(register.records.iter().flat_map(|record| &record.fields));
    let codes = |fact: &Fact| fact.id.contains(".codes.") || fact.id.ends_with("_code");
    let exact: Vec<String> = all
        .filter(|fact| matches!(fact.ty, ValueType::Email | ValueType::Phone | ValueType::Url) || codes(fact))
        .filter_map(|fact| fact.value.as_ref().map(Value::text))
        .collect();
    assert!(exact.len() > 10);
    for page in book.pages.iter() {
        let text = book.map.file(book.map.find(&page.source).unwrap()).text();
        for value in &exact {
            assert!(!text.contains(value.as_str()), "{} types `{value}`", page.source);
        }
    }
}

/// A world in which one file has another text.
struct Changed<'w> {
    world: &'w DiskWorld,
    path: &'w str,
    text: String,
}

impl World for Changed<'_> {
    fn secrets(&self) -> Vec<Secret> {
        self.world.secrets()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if path == self.path { Ok(self.text.clone().into_bytes()) } else { self.world.read(path) }
    }

    fn list(&self, dir: &str) -> Result<Vec<FolderEntry>, ReadError> {
        self.world.list(dir)
    }

    fn today(&self) -> Date {
        DAY
    }
}

#[test]
fn changing_any_fact_changes_every_page_that_states_it_and_no_other() {
    let world = world();
    let book = mdbook_trustbook::read(&world);
    let before = texts(&book);
    let register = &book.facts.register;
    let all: Vec<&Fact> =
        register.facts.iter().chain(register.records.iter().flat_map(|record| &record.fields)).collect();
    let mut changed = 0;
    let is_looked_up = |fact: &Fact| fact.live.is_some() || fact.id.starts_with("source.");
    for fact in all.into_iter().filter(|fact| !is_of_the_data_model(fact) && !is_looked_up(fact)) {
        let Some(other) = another(fact) else { continue };
        let file = book.map.file(fact.span.file);
        let mut text = file.text().to_owned();
        text.replace_range(fact.span.range(), &other);
        let after = mdbook_trustbook::read(&Changed { world: &world, path: file.path(), text });
        assert_eq!(after.facts.register.problems, [], "{} = {other}", fact.id);
        for ((page, before), after) in book.pages.iter().zip(&before).zip(&texts(&after)) {
            let used = uses::of_page(&book, page);
            // A block shows a record as a whole: `region.us-west` with its `codes.aws`.
            let record = fact.id.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
            if used.contains(&fact.id) || used.contains(&record) && is_drawn(fact) {
                assert_ne!(before, after, "{} does not follow `{}`", page.source, fact.id);
            } else if before != after {
                // The evidence of a claim appears on the page of claims only.
                assert!(
                    is_name(fact) || used.contains(&record),
                    "{} follows `{}`, which it does not use",
                    page.source,
                    fact.id
                );
            }
        }
        changed += 1;
    }
    assert!(changed > 90, "only {changed} facts could be changed");
}

fn texts(book: &Book) -> Vec<String> {
    trustbook_tests::written(book).into_iter().map(|(_, markdown)| markdown).collect()
}

/// Returns another value for a fact, as TOML of the same type.
fn another(fact: &Fact) -> Option<String> {
    Some(match (fact.ty, fact.value.as_ref()?) {
        (ValueType::Text | ValueType::Markdown, Value::Text(text) | Value::Markdown(text)) => {
            serde_json::to_string(&format!("{text} changed")).ok()?
        }
        (ValueType::Integer, Value::Integer(number)) => (number + 1).to_string(),
        (ValueType::Date, _) => "1999-12-31".to_owned(),
        (ValueType::Email, _) => "\"changed@example.com\"".to_owned(),
        (ValueType::Phone, _) => "\"+4712345678\"".to_owned(),
        (ValueType::Url, _) => "\"https://example.com/changed\"".to_owned(),
        (ValueType::Country, _) => "\"NO\"".to_owned(),
        (ValueType::Choice(words), Value::Choice(now)) => format!("\"{}\"", words.iter().find(|word| *word != now)?),
        (ValueType::List(ValueType::Text), _) => "[\"changed\"]".to_owned(),
        _ => return None,
    })
}

/// Returns true for descriptions of the data model. They have to agree with the lock, which `data_models` tests.
fn is_of_the_data_model(fact: &Fact) -> bool {
    ["schema.", "table."].iter().any(|kind| fact.id.starts_with(kind))
}

/// Returns true for fields that serve as a record's name on pages.
fn is_name(fact: &Fact) -> bool {
    ["name", "place", "scheme", "email", "legal_name"].iter().any(|field| fact.id.ends_with(field))
}

/// Returns false for fields that blocks do not show, such as identifiers for machines.
fn is_drawn(fact: &Fact) -> bool {
    !["forge_handle", "hosts", "unless.evidence"].iter().any(|field| fact.id.ends_with(field))
}
