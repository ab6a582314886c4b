//! What the register declares, beside what was seen of running pages: cookies and keys of storage.

use super::hosts::{host_of, is_below};
use crate::observation::{CookieSeen, Observation, Observations, When};
use crate::register::Record;
use crate::register::value::Value;
use crate::span::Span;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The check that tells what is not declared.
pub const CHECK: &str = "cookie-undeclared";

/// Something that a browser was seen to keep.
#[derive(Debug, Clone)]
pub struct Kept<'o> {
    /// `cookie`, `local-storage` or `session-storage`.
    pub kind: &'o str,
    /// Its name or key.
    pub name: &'o str,
    /// The domain that it goes to, or the host whose storage it is.
    pub domain: String,
    /// The cookie itself, where it is one.
    pub cookie: Option<&'o CookieSeen>,
    /// In which phase it was first there.
    pub when: When,
    /// Where that is written.
    pub span: Span,
}

impl Kept<'_> {
    /// `cookie` or `key of local storage`, for messages.
    pub fn words(&self) -> &'static str {
        match self.kind {
            "local-storage" => "key of local storage",
            "session-storage" => "key of session storage",
            _ => "cookie",
        }
    }
}

/// All that an observation saw a browser keep: cookies, then keys of storage.
pub fn kept(found: &Observation) -> impl Iterator<Item = Kept<'_>> {
    let cookies = found.cookies.iter().map(|cookie| Kept {
        kind: "cookie",
        name: &cookie.name,
        domain: host_of(&cookie.domain).unwrap_or_else(|| cookie.domain.clone()),
        cookie: Some(cookie),
        when: cookie.when,
        span: cookie.span,
    });
    let stored = found.storage.iter().map(|stored| Kept {
        kind: &stored.kind,
        name: &stored.key,
        domain: host_of(&stored.origin).unwrap_or_else(|| stored.origin.clone()),
        cookie: None,
        when: stored.when,
        span: stored.span,
    });
    cookies.chain(stored)
}

/// The newest observation of each walk: of the same address, with the same steps. What was seen before says nothing
/// of today; a walk with other steps sees other things, and replaces nothing.
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

/// What the register says of something that was kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Declared<'r> {
    /// These records name it; the first ones name it best.
    By(Vec<&'r Record>),
    /// This record has its kind, leaves its name open, and stands for nothing else that was seen.
    Maybe(&'r Record),
    /// No record names it.
    No,
}

/// What the register says of all that an observation saw a browser keep, in its order.
///
/// A record that leaves its name open may be of one thing, whichever: where more of its kind are left than there are
/// such records, some are surely not declared, and nobody can tell which.
pub fn declared<'o, 'r>(records: &[&'r Record], found: &'o Observation) -> Vec<(Kept<'o>, Declared<'r>)> {
    let valid: Vec<&'r Record> = records.iter().copied().filter(|record| is_valid(record, found.on)).collect();
    let mut all: Vec<(Kept<'o>, Declared<'r>)> = kept(found).map(|kept| (kept, Declared::No)).collect();
    for (kept, declared) in &mut all {
        let named = best(&valid, kept);
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

/// The records that name something, of those that do it best: its own domain before one above or below it, and a longer
/// name before a pattern.
fn best<'r>(records: &[&'r Record], kept: &Kept<'_>) -> Vec<&'r Record> {
    let rank = |record: &Record| {
        let name = record.value("name").map(Value::text).unwrap_or_default();
        let is_own = domain_of(record).is_none_or(|domain| domain == kept.domain);
        (is_own, domain_of(record).is_some(), !name.contains('*'), name.len())
    };
    let named: Vec<&'r Record> = records.iter().copied().filter(|record| names(record, kept)).collect();
    let best = named.iter().map(|record| rank(record)).max();
    named.into_iter().filter(|record| Some(rank(record)) == best).collect()
}

/// Whether a record names something: its kind, its name and, where it states one that can be read, its domain or one
/// above or below it. Which of these it is exactly, is an attribute.
pub fn names(record: &Record, kept: &Kept<'_>) -> bool {
    is_named(record, kept) && domain_of(record).is_none_or(|domain| is_related(&domain, &kept.domain))
}

/// Whether a record has the kind and the name of something.
pub fn is_named(record: &Record, kept: &Kept<'_>) -> bool {
    let name = record.value("name").map(Value::text);
    record.word("kind") == Some(kept.kind) && name.is_some_and(|pattern| matches(&pattern, kept.name))
}

/// Whether a record held on a day, as far as the register says when it ended.
fn is_valid(record: &Record, on: Date) -> bool {
    record.common.valid_until.as_ref().is_none_or(|until| until.value >= on)
}

/// The domain that a record states, as browsers write it.
pub fn domain_of(record: &Record) -> Option<String> {
    host_of(&record.value("domain")?.text())
}

/// The domain of a cookie that was seen, written alike.
pub fn domain_of_seen(cookie: &CookieSeen) -> Option<String> {
    host_of(&cookie.domain)
}

/// Whether two domains are one, or one lies below the other. Nothing belongs together that has only a public suffix in
/// common, such as the sites of two customers of one host.
fn is_related(a: &str, b: &str) -> bool {
    let lies_below = |lower: &str, upper: &str| {
        let can_be_set = psl::domain(upper.as_bytes()).is_some_and(|domain| domain.suffix().is_known());
        can_be_set && is_below(lower, &[upper.to_owned()])
    };
    a == b || lies_below(a, b) || lies_below(b, a)
}

/// Whether a name is of a pattern, in which `*` stands for any characters.
pub fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

/// Seconds in the largest unit that has no rest.
pub fn lifetime(seconds: i64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    // What is counted while a page is looked at is a little less than what was set.
    let rounded = units.iter().find_map(|(unit, word)| {
        let count = (seconds + unit / 60) / unit;
        (count > 0 && (seconds - count * unit).abs() <= (unit / 60).min(120)).then_some((count, *word))
    });
    let (count, word) = rounded.unwrap_or((seconds, "second"));
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
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
