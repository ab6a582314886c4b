//! What the register declares, beside what was seen of running pages: cookies, keys of storage, and hosts.

use super::no_request::{is_below, site_of};
use crate::facts::{Facts, Found};
use crate::observation::{CookieSeen, Observation, Observations, When};
use crate::register::Record;
use crate::register::value::Value;
use crate::span::Span;
use std::collections::BTreeMap;

/// The fact that names the vendor's website.
const WEBSITE: &str = "vendor.website";
/// The fact that lists other names of its own.
const DOMAINS: &str = "vendor.domains";

/// Something that a browser was seen to keep.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'o> {
    /// `cookie`, `local-storage` or `session-storage`.
    pub kind: &'o str,
    /// Its name or key.
    pub name: &'o str,
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
        cookie: Some(cookie),
        when: cookie.when,
        span: cookie.span,
    });
    let stored = found.storage.iter().map(|stored| Kept {
        kind: &stored.kind,
        name: &stored.key,
        cookie: None,
        when: stored.when,
        span: stored.span,
    });
    cookies.chain(stored)
}

/// The newest observation of each address: what was seen before says nothing of today.
pub fn newest(observations: &Observations) -> Vec<&Observation> {
    let mut newest: BTreeMap<&str, &Observation> = BTreeMap::new();
    for found in &observations.all {
        let known = newest.entry(found.url.as_str()).or_insert(found);
        if found.on >= known.on {
            *known = found;
        }
    }
    newest.into_values().collect()
}

/// Whether a record names something: its kind, its name and, where both are known, the domain.
pub fn declares(record: &Record, kept: &Kept<'_>) -> bool {
    is_named(record, kept) && domain_of(record).zip(kept.cookie).is_none_or(|(domain, cookie)| domain == cookie.domain)
}

/// Whether a record names something, and its domain is at least one of the same site.
pub fn is_same_site(record: &Record, kept: &Kept<'_>) -> bool {
    let domain = domain_of(record).zip(kept.cookie);
    is_named(record, kept) && domain.is_none_or(|(domain, cookie)| site_of(&domain) == site_of(&cookie.domain))
}

/// Whether a record has the kind and the name of something.
pub fn is_named(record: &Record, kept: &Kept<'_>) -> bool {
    let name = record.value("name").map(Value::text);
    record.word("kind") == Some(kept.kind) && name.is_some_and(|pattern| matches(&pattern, kept.name))
}

/// The domain that a record states, as browsers write it.
pub fn domain_of(record: &Record) -> Option<String> {
    record.value("domain").map(|domain| domain.text().trim_start_matches('.').to_ascii_lowercase())
}

/// Whether a record may be of something, as it leaves its name open.
pub fn may_be(record: &Record, kept: &Kept<'_>) -> bool {
    record.value("name").is_none() && record.word("kind") == Some(kept.kind)
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

/// The hosts that an observation may ask: those of its own site and of the vendor, and of subprocessors in use.
#[derive(Debug)]
pub struct Hosts {
    /// Sites whose every host is the vendor's own.
    own: Vec<String>,
    /// Hosts, each with all below it.
    declared: Vec<String>,
}

impl Hosts {
    /// What the register declares for one observation. `fits` says which subprocessors count.
    pub fn of(facts: &Facts, found: &Observation, fits: impl Fn(&Record) -> bool) -> Self {
        let companies = facts.register.of_kind("subprocessor").filter(|company| fits(company));
        let in_use = companies.filter(|company| company.word("status") != Some("ended"));
        let mut declared: Vec<String> = in_use.filter_map(|company| company.value("hosts")).flat_map(texts).collect();
        declared.extend(fact(facts, DOMAINS).into_iter().flat_map(texts));
        let website = match fact(facts, WEBSITE) {
            Some(Value::Url(url)) => url.host_str().map(site_of),
            _ => None,
        };
        let own = [found.url.host_str().map(site_of), website].into_iter().flatten().collect();
        Hosts { own, declared }
    }

    /// Whether a host is among them.
    pub fn has(&self, host: &str) -> bool {
        self.own.contains(&site_of(host)) || is_below(host.trim_end_matches('.'), &self.declared)
    }
}

fn fact<'f>(facts: &'f Facts, id: &str) -> Option<&'f Value> {
    match facts.find(id) {
        Some(Found::Fact(fact)) => fact.value.as_ref(),
        _ => None,
    }
}

/// The texts of a list, as host names are compared.
fn texts(list: &Value) -> Vec<String> {
    match list {
        Value::List(items) => {
            items.iter().map(|item| item.text().trim().trim_end_matches('.').to_lowercase()).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{lifetime, matches};

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
