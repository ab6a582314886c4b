//! The cookies and storage keys that the register declares, compared with those observed on running pages.

use super::hosts::{host_of, is_below};
use crate::observation::{CookieSeen, Observation, Observations, When};
use crate::pattern::matches;
use crate::register::Record;
use crate::register::value::Value;
use crate::span::Span;
use crate::toml_tree::quoted;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The check that reports undeclared cookies and storage keys.
pub const CHECK: &str = "cookie-undeclared";

/// A cookie or a storage key that a browser kept.
#[derive(Debug, Clone)]
pub struct StoredItem<'o> {
    /// `cookie`, `local-storage`, `session-storage` or `indexed-db`.
    pub kind: &'o str,
    /// The name of the cookie, or the key.
    pub name: &'o str,
    /// The domain of the cookie, or the host whose storage holds the key.
    pub domain: String,
    /// The cookie itself; `None` for a storage key.
    pub cookie: Option<&'o CookieSeen>,
    /// The consent phase in which it first appeared.
    pub when: When,
    /// The span in the observation.
    pub span: Span,
}

impl StoredItem<'_> {
    /// The kind for messages: `cookie`, `key of local storage` or `key of session storage`.
    pub fn words(&self) -> &'static str {
        match self.kind {
            "local-storage" => "key of local storage",
            "session-storage" => "key of session storage",
            _ => "cookie",
        }
    }
}

/// Returns everything that an observation saw a browser keep: cookies, then storage keys.
pub fn kept(found: &Observation) -> impl Iterator<Item = StoredItem<'_>> {
    let cookies = found.cookies.iter().map(|cookie| StoredItem {
        kind: "cookie",
        name: &cookie.name,
        domain: host_of(&cookie.domain).unwrap_or_else(|| cookie.domain.clone()),
        cookie: Some(cookie),
        when: cookie.when,
        span: cookie.span,
    });
    let stored = found.storage.iter().map(|stored| StoredItem {
        kind: &stored.kind,
        name: &stored.key,
        domain: host_of(&stored.origin).unwrap_or_else(|| stored.origin.clone()),
        cookie: None,
        when: stored.when,
        span: stored.span,
    });
    cookies.chain(stored)
}

/// Returns the newest observation of each walk: the same address with the same steps. An older one says nothing about
/// today. A walk with other steps sees other things, and replaces nothing.
pub fn newest(observations: &Observations) -> Vec<&Observation> {
    let mut newest: BTreeMap<(&str, &[String]), &Observation> = BTreeMap::new();
    for found in &observations.all {
        let known = newest.entry((found.url.as_str(), &found.steps)).or_insert(found);
        if found.on >= known.on {
            *known = found;
        }
    }
    newest.into_values().collect()
}

/// The declaration of a cookie or a storage key.
#[derive(Debug, Clone, PartialEq)]
pub enum Declared<'r> {
    /// These records name it, all equally well.
    By(Vec<&'r Record>),
    /// This record has the same kind, no name, and matches nothing else that was seen.
    Maybe(&'r Record),
    /// No record names it.
    No,
}

/// Matches everything that an observation saw a browser keep with the register, in the order of the observation.
///
/// A record without a name may declare any one thing of its kind. If more things than such records remain, some are
/// certainly undeclared. Which ones is unknown, so all of them count as undeclared.
pub fn declared<'o, 'r>(records: &[&'r Record], found: &'o Observation) -> Vec<(StoredItem<'o>, Declared<'r>)> {
    let valid: Vec<&'r Record> = records.iter().copied().filter(|record| is_valid(record, found.on)).collect();
    let mut all: Vec<(StoredItem<'o>, Declared<'r>)> = kept(found).map(|kept| (kept, Declared::No)).collect();
    let (mut by_name, mut by_pattern) = (BTreeMap::<String, Vec<&Record>>::new(), Vec::<&Record>::new());
    for record in &valid {
        match names_of(record).any(|name| name.contains('*')) {
            true => by_pattern.push(record),
            false => names_of(record).for_each(|name| by_name.entry(name).or_default().push(record)),
        }
    }
    for (kept, declared) in &mut all {
        let plain = by_name.get(kept.name).into_iter().flatten();
        let mut like: Vec<&'r Record> = plain.chain(&by_pattern).copied().collect();
        like.sort_by_key(|record| (record.span.file, record.span.start));
        like.dedup_by_key(|record| &record.id);
        let named = best(&like, kept);
        if !named.is_empty() {
            *declared = Declared::By(named);
        }
    }
    for kind in ["cookie", "local-storage", "session-storage"] {
        let is_open = |record: &&&'r Record| record.value("name").is_none() && record.word("kind") == Some(kind);
        let open: Vec<&'r Record> = valid.iter().filter(is_open).copied().collect();
        let left = all.iter_mut().filter(|(kept, declared)| kept.kind == kind && *declared == Declared::No);
        let mut left: Vec<&mut Declared<'r>> = left.map(|(_, declared)| declared).collect();
        if left.len() <= open.len() {
            for (declared, record) in left.iter_mut().zip(open) {
                **declared = Declared::Maybe(record);
            }
        }
    }
    all
}

/// Returns the records that name something best: its own domain wins over one above or below it, and a longer name wins
/// over a pattern.
fn best<'r>(records: &[&'r Record], kept: &StoredItem<'_>) -> Vec<&'r Record> {
    let rank = |record: &Record| {
        let name = name_for(record, kept.name).unwrap_or_default();
        let is_own = domain_of(record).is_none_or(|domain| domain == kept.domain);
        (is_own, domain_of(record).is_some(), !name.contains('*'), name.len())
    };
    let named: Vec<&'r Record> = records.iter().copied().filter(|record| names(record, kept)).collect();
    let best = named.iter().map(|record| rank(record)).max();
    named.into_iter().filter(|record| Some(rank(record)) == best).collect()
}

/// Returns true if a record names something: it has the same kind and name, and its domain is the same, above or below.
/// A record without a readable domain matches any domain. `cookie-attributes` compares the exact domain.
pub fn names(record: &Record, kept: &StoredItem<'_>) -> bool {
    is_named(record, kept) && domain_of(record).is_none_or(|domain| is_related(&domain, &kept.domain))
}

/// Returns true if a record can name something that any observation saw, judged by the name alone.
pub fn may_name(observations: &Observations, record: &Record) -> bool {
    names_of(record).any(|name| name.contains('*') || observations.has_kept(&name))
}

/// Returns true if a record has the kind and the name of something.
pub fn is_named(record: &Record, kept: &StoredItem<'_>) -> bool {
    record.word("kind") == Some(kept.kind) && name_for(record, kept.name).is_some()
}

/// The names that a record states, which may be patterns.
pub fn names_of(record: &Record) -> impl Iterator<Item = String> {
    record.value("name").into_iter().flat_map(|name| match name {
        Value::List(names) => names.iter().map(Value::text).collect(),
        name => vec![name.text()],
    })
}

/// Returns the longest of the names of a record that match a name; one without `*` comes first.
fn name_for(record: &Record, name: &str) -> Option<String> {
    names_of(record).filter(|pattern| matches(pattern, name)).max_by_key(|name| (!name.contains('*'), name.len()))
}

/// Returns true if a record had not ended on a day.
fn is_valid(record: &Record, on: Date) -> bool {
    record.common.valid_until.as_ref().is_none_or(|until| until.value >= on)
}

/// The domain that a record states, normalised as browsers do.
pub fn domain_of(record: &Record) -> Option<String> {
    host_of(&record.value("domain")?.text())
}

/// The domain of an observed cookie, normalised in the same way.
pub fn domain_of_seen(cookie: &CookieSeen) -> Option<String> {
    host_of(&cookie.domain)
}

/// Returns true if two domains are equal, or one is below the other. A shared public suffix does not count: two
/// customers of one host are unrelated.
fn is_related(a: &str, b: &str) -> bool {
    let lies_below = |lower: &str, upper: &str| {
        let can_be_set = psl::domain(upper.as_bytes()).is_some_and(|domain| domain.suffix().is_known());
        can_be_set && is_below(lower, &BTreeSet::from([upper.to_owned()]))
    };
    a == b || lies_below(a, b) || lies_below(b, a)
}

/// Formats seconds in the largest unit that divides them, such as `30 days`.
pub fn lifetime(seconds: i64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    // A lifetime measured while a page is open is slightly shorter than the one that was set.
    let rounded = units.iter().find_map(|(unit, word)| {
        let count = (seconds + unit / 60) / unit;
        (count > 0 && (seconds - count * unit).abs() <= (unit / 60).min(120)).then_some((count, *word))
    });
    let (count, word) = rounded.unwrap_or((seconds, "second"));
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// Drafts the record that would declare something, with its id. Names come from servers, so they are quoted as TOML.
pub fn draft(kept: &StoredItem<'_>, is_free: &dyn Fn(&str) -> bool) -> (Vec<String>, String) {
    let id = free_id(kept, is_free);
    let mut lines = vec![
        "[[cookie]]".to_owned(),
        format!("id = {}", quoted(&id)),
        format!("name = {}", quoted(kept.name)),
        format!("kind = {}", quoted(kept.kind)),
        format!("domain = {}", quoted(&kept.domain)),
    ];
    if let Some(cookie) = kept.cookie {
        lines.push(format!("path = {}", quoted(&cookie.path)));
        lines.push(match cookie.max_age {
            Some(seconds) => format!("max_age = {}", quoted(&lifetime(seconds))),
            None => "max_age = \"session\"".to_owned(),
        });
        lines.push(format!("http_only = {}", cookie.http_only));
        lines.push(format!("secure = {}", cookie.secure));
        lines.extend(cookie.same_site.as_ref().map(|word| format!("same_site = {}", quoted(word))));
        lines.push(format!("partitioned = {}", cookie.partitioned));
        lines.push(format!("set_by = {}", quoted(&cookie.set_by)));
    }
    (lines, id)
}

/// Returns a free id that resembles its name.
fn free_id(kept: &StoredItem<'_>, is_free: &dyn Fn(&str) -> bool) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let words: String = kept.name.chars().map(plain).collect();
    let words: Vec<&str> = words.split('-').filter(|word| !word.is_empty()).collect();
    let base = if words.is_empty() { kept.kind.to_owned() } else { words.join("-") };
    let mut number = 1;
    let mut id = base.clone();
    while !is_free(&id) {
        number += 1;
        id = format!("{base}-{number}");
    }
    id
}

#[cfg(test)]
mod tests {
    use super::{is_related, lifetime, matches};

    #[test]
    fn domains_that_belong_together() {
        for (a, b) in [("example.com", "example.com"), ("a.example.com", "example.com"), ("localhost", "localhost")] {
            assert!(is_related(a, b) && is_related(b, a), "{a} {b}");
        }
        for (a, b) in [
            ("a.example.com", "b.example.com"),
            ("a.github.io", "github.io"),
            ("example.com", "com"),
            ("notexample.com", "example.com"),
            ("app.localhost", "localhost"),
            ("192.0.2.1", "2.1"),
        ] {
            assert!(!is_related(a, b) && !is_related(b, a), "{a} {b}");
        }
    }

    #[test]
    fn patterns_of_names() {
        for (pattern, name) in [("a", "a"), ("a*", "abc"), ("*c", "abc"), ("a*c", "abc"), ("a*b*c", "axbyc"), ("*", "")]
        {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a", "ab"), ("a*", "b"), ("a*c", "ab"), ("ab*bc", "abc"), ("", "a"), ("a*b*c", "ac")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn a_lifetime_is_told_in_its_largest_unit() {
        let all =
            [(86_400, "1 day"), (34_559_970, "400 days"), (7_200, "2 hours"), (90, "90 seconds"), (1, "1 second")];
        for (seconds, words) in all {
            assert_eq!(lifetime(seconds), words);
        }
    }
}
