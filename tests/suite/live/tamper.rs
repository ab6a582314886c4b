//! A lock that was edited by hand is detected, whatever was changed in the entries of sources and domains.

use crate::data_models::{each_change, read_lock};
use jiff::civil::date;
use toml::{Table, Value};
use trustbook_core::lock::{self, DomainEntry, FactEntry, Lock, Mail, SourceEntry};
use trustbook_core::register::live::Literal;
use trustbook_core::span::{SourceMap, Span};

/// Returns a lock that has every key.
fn full() -> Lock {
    let span = Span::new(SourceMap::default().add("x", ""), 0..0);
    let fact = |id: &str, value: Literal| FactEntry {
        id: id.to_owned(),
        select: Some(".a".to_owned()),
        since: date(2026, 1, 2),
        before: Some(value.clone()),
        lost: Some((date(2026, 1, 9), "nothing".to_owned())),
        value,
        span,
    };
    let values = [
        Literal::Text("a \"b\"\n".to_owned()),
        Literal::Integer(7),
        Literal::Boolean(true),
        Literal::Date(date(2026, 1, 3)),
        Literal::List(vec![Literal::Text("x".to_owned()), Literal::Text("y".to_owned())]),
    ];
    let facts = values.into_iter().enumerate().map(|(at, value)| fact(&format!("a.f{at}"), value)).collect();
    let text = |text: &str| Some(text.to_owned());
    let source = |id: &str, facts: Vec<FactEntry>| SourceEntry {
        id: id.to_owned(),
        kind: "http".to_owned(),
        from: "https://example.com/a".to_owned(),
        format: "json".to_owned(),
        found_at: text("https://example.com/b"),
        commit: text("c0ffee"),
        checked: date(2026, 1, 10),
        since: date(2026, 1, 2),
        sha256: "ab".repeat(32),
        etag: text("\"1\""),
        modified: text("Fri, 02 Jan 2026 10:00:00 GMT"),
        facts,
        span,
    };
    let domain = |name: &str, mail: Mail| DomainEntry {
        name: name.to_owned(),
        mail,
        checked: date(2026, 1, 10),
        since: date(2026, 1, 2),
        span,
    };
    Lock {
        exists: true,
        sources: vec![source("a", facts), source("b", vec![fact("b.f", Literal::Integer(1))])],
        domains: vec![domain("a.test", Mail::Mx), domain("b.test", Mail::None)],
        ..Lock::default()
    }
}

#[test]
fn every_value_is_held_by_a_seal() {
    let text = lock::text(&full());
    assert_eq!(lock::text(&read_lock(&text)), text);
    let whole = Value::Table(text.parse::<Table>().unwrap());
    let mut changed = 0;
    each_change(&whole, &mut |other| {
        noticed(&text, &toml::to_string(other).unwrap());
        changed += 1;
    });
    assert!(changed > 300, "{changed}");
}

#[test]
fn every_line_is_held_by_a_seal() {
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
    for end in 0..text.len() {
        noticed(&text, &text[..end]);
    }
}

/// Asserts that a change is a problem, or has no effect. A missing entry is reported if the register has facts
/// from it; a missing domain counts as unknown.
fn noticed(text: &str, changed: &str) {
    let found = read_lock(changed);
    if !found.problems.is_empty() {
        return;
    }
    let whole = full();
    let bare = |entry: &SourceEntry| entry.seal();
    let known: Vec<String> = whole.sources.iter().map(bare).collect();
    assert!(found.sources.iter().map(bare).all(|seal| known.contains(&seal)), "not noticed:\n{changed}\nof\n{text}");
    let known: Vec<(String, Mail)> = whole.domains.iter().map(|entry| (entry.name.clone(), entry.mail)).collect();
    for entry in &found.domains {
        assert!(known.contains(&(entry.name.clone(), entry.mail)), "not noticed:\n{changed}");
        assert_eq!((entry.checked, entry.since), (date(2026, 1, 10), date(2026, 1, 2)), "not noticed:\n{changed}");
    }
}
