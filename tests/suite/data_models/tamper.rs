//! A lock that was edited by hand is detected, whatever was changed in it.

use super::lock::read;
use super::{A, B, followed};
use jiff::civil::date;
use std::sync::Arc;
use toml::{Table, Value};
use trustbook_core::lock::{self, Lock, Skipped};
use trustbook_core::schema::Migration;

const BEFORE: &str = "\
model Account {
  id     Int    @id
  email  String @map(\"e_mail\") // @category user.contact.email
  extra  Json?
  was    Int
  visits Visit[]

  @@map(\"accounts\")
}

model Visit {
  id        Int     @id
  accountId Int
  account   Account @relation(fields: [accountId], references: [id])
}

model Gone {
  id Int @id
}

view Busy {
  id Int @unique
}
";

/// Returns a lock that has every key.
fn full() -> Lock {
    let after =
        BEFORE.replace("  was    Int\n", "").replace("extra  Json?", "extra  Json").replace("model Gone", "type T");
    let after = after.replace("type T {\n  id Int @id\n}", "type T {\n  id Int\n}");
    let versions = [(BEFORE, A, date(2026, 1, 1)), (after.as_str(), B, date(2026, 1, 10))];
    let mut lock = followed(&versions, &["Visit"]);
    let entry = &mut lock.schemas[0];
    entry.track = Some("main".to_owned());
    let origin = Some(Migration { migration: "20260101_first".to_owned(), date: Some(date(2026, 1, 1)) });
    entry.skipped.push(Skipped {
        path: "a.sql".to_owned(),
        line: 7,
        what: "a block".to_owned(),
        tables: vec!["Visit".to_owned()],
    });
    let tables = Arc::make_mut(&mut entry.tables);
    tables[0].origin.clone_from(&origin);
    let detail = tables[0].fields[1].detail.as_mut().unwrap();
    (detail.origin, detail.path) = (origin, Some("prisma/other.prisma".to_owned()));
    lock
}

/// Every key of the lock, except for `kind` and `field`, which are alternatives.
const KEYS: &[&str] = &[
    "at",
    "blob",
    "category",
    "changed",
    "checked",
    "commit",
    "date",
    "fields",
    "files",
    "gone",
    "hash",
    "id",
    "kind",
    "language",
    "line",
    "lines",
    "migration",
    "modifiers",
    "name",
    "names",
    "on",
    "opaque",
    "origin",
    "path",
    "pins",
    "relations",
    "repository",
    "schema",
    "seal",
    "sha256",
    "since",
    "skipped",
    "stored_as",
    "table",
    "track",
    "type",
    "version",
    "was",
    "what",
];

#[test]
fn every_value_is_held_by_the_seal() {
    let text = lock::text(&full());
    let good: Table = text.parse().unwrap();
    assert_eq!(lock::text(&read(&text)), text);
    let whole = Value::Table(good);
    let mut keys = Vec::new();
    names(&whole, &mut keys);
    keys.sort_unstable();
    keys.dedup();
    for key in KEYS {
        assert!(keys.iter().any(|known| known == key), "no `{key}` in the lock of this test:\n{text}");
    }
    let mut changed = 0;
    each_change(&whole, &mut |other| {
        noticed(&text, &toml::to_string(other).unwrap());
        changed += 1;
    });
    assert!(changed > 400, "{changed}");
}

#[test]
fn every_line_is_held_by_the_seal() {
    let text = lock::text(&full());
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let with = |at: usize, middle: &[&str], skip: usize| {
        [&lines[..at], middle, &lines[(at + skip).min(lines.len())..]].concat().concat()
    };
    for (at, line) in lines.iter().enumerate() {
        noticed(&text, &with(at, &[], 1));
        noticed(&text, &with(at, &[line, line], 1));
        if let Some(next) = lines.get(at + 1) {
            noticed(&text, &with(at, &[next, line], 2));
        }
        noticed(&text, &with(at, &["<<<<<<< ours\n", line, "=======\n", line, ">>>>>>> theirs\n"], 1));
    }
    // Truncated at any byte.
    for end in 0..text.len() {
        noticed(&text, &text[..end]);
    }
}

/// Asserts that a change is a problem, or has no effect. A missing entry counts as no pin.
fn noticed(text: &str, changed: &str) {
    let found = read(changed);
    let is_same = found.problems.is_empty() && lock::text(&found) == text;
    assert!(!found.problems.is_empty() || is_same || found.schemas.is_empty(), "not noticed:\n{changed}");
}

fn names(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Table(table) => {
            found.extend(table.keys().cloned());
            table.values().for_each(|value| names(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        _ => {}
    }
}

/// Calls `told` with each single change to the tree: of a value, a key, an item of a list, or the order of two items.
pub(crate) fn each_change(value: &Value, told: &mut dyn FnMut(&Value)) {
    match value {
        Value::Table(table) => {
            let with = |key: &str, value: Option<Value>| {
                let mut other = table.clone();
                match value {
                    Some(value) => drop(other.insert(key.to_owned(), value)),
                    None => drop(other.remove(key)),
                }
                Value::Table(other)
            };
            told(&with("extra", Some(Value::Boolean(true))));
            for (key, value) in table {
                told(&with(key, None));
                each_change(value, &mut |inner| told(&with(key, Some(inner.clone()))));
            }
        }
        Value::Array(items) => {
            let with = |change: &dyn Fn(&mut Vec<Value>)| {
                let mut other = items.clone();
                change(&mut other);
                Value::Array(other)
            };
            for (at, item) in items.iter().enumerate() {
                told(&with(&|items| drop(items.remove(at))));
                told(&with(&|items| items.insert(at, item.clone())));
                if at > 0 && items[at - 1] != *item {
                    told(&with(&|items| items.swap(at - 1, at)));
                }
                each_change(item, &mut |inner| told(&with(&|items| items[at] = inner.clone())));
            }
        }
        Value::String(text) => {
            for other in [format!("{text} "), text.to_uppercase(), String::new(), format!("\n{text}")] {
                if other != *text {
                    told(&Value::String(other));
                }
            }
            told(&Value::Integer(1));
        }
        Value::Integer(number) => [number + 1, number - 1, -number, i64::MAX].into_iter().for_each(|number| {
            told(&Value::Integer(number));
        }),
        Value::Boolean(is) => told(&Value::Boolean(!is)),
        Value::Datetime(day) => {
            for other in ["2026-01-02", "1999-12-31"] {
                if day.to_string() != other {
                    told(&Value::Datetime(other.parse().unwrap()));
                }
            }
            told(&Value::Datetime(format!("{day}T00:00:00Z").parse().unwrap()));
        }
        Value::Float(_) => panic!("the lock has no such number"),
    }
}
