//! A declared cookie or storage key was not observed on its site.

use super::{Check, Findings, Run, records};
use crate::book::Book;
use crate::claim::{declared, is_below};
use crate::diagnostic::Diagnostic;
use crate::facts::Facts;
use crate::observation::{Observation, When};
use crate::register::Record;
use crate::register::claim::MAX_AGE;
use crate::register::common::State;
use crate::register::types::read_duration;
use crate::register::value::{Value, date_words};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::warn("cookie-unobserved", include_str!("cookie_unobserved.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    let newest = declared::newest(&book.observations);
    for record in records(&book.facts, "cookie") {
        let is_held = !matches!(book.facts.state(&record.common), State::Expired(_) | State::NotYet(_));
        // A cookie with a condition or without a name may well stay unseen, and no observation lists pixels or IndexedDB.
        let is_seen_at_all = matches!(record.word("kind"), Some("cookie" | "local-storage" | "session-storage"));
        if !is_seen_at_all || record.value("when").is_some() || record.value("name").is_none() || !is_held {
            continue;
        }
        // Any walk with other steps may have set it, however old it is.
        let is_seen = declared::may_name(&book.observations, record)
            && newest.iter().any(|found| declared::kept(found).any(|kept| declared::names(record, &kept)));
        let looked = newest.iter().filter(|found| is_recent(&book.facts, found) && covers(found, record));
        let (Some(last), false) = (looked.max_by_key(|found| found.on), is_seen) else { continue };
        let name = record.value("name").map(Value::text).unwrap_or_default();
        let message = format!("`{name}` is declared, but was not seen at {} on {}", last.url, date_words(last.on));
        findings.push(
            Diagnostic::new(record.span, message)
                .label("declared here, without a condition")
                .also(last.span, "the newest observation of its site")
                .help("remove it, if the page no longer sets it")
                .help("if it is set only sometimes, say so with `when`, or observe the steps that set it"),
        );
    }
}

/// Returns true if an observation is recent: an old one proves little about absence.
fn is_recent(facts: &Facts, found: &Observation) -> bool {
    let until = read_duration(MAX_AGE).and_then(|age| found.on.checked_add(age.0).ok());
    found.on <= facts.today && until.is_none_or(|until| until >= facts.today)
}

/// Returns true if an observation would have seen what a record declares. It must have visited the domain and the
/// consent phases in which such a thing may be set. A record without a domain can belong to any page, so no observation
/// covers it.
fn covers(found: &Observation, record: &Record) -> bool {
    let Some(domain) = declared::domain_of(record).map(|domain| BTreeSet::from([domain])) else { return false };
    let mut hosts = found.pages.iter().filter_map(|page| page.url.host_str());
    let is_there = hosts.any(|host| is_below(host, &domain));
    let is_necessary = record.word("category") == Some("necessary");
    let is_whole =
        found.not_seen.is_empty() && !found.hosts.is_empty() && found.pages.iter().all(|page| page.status < 400);
    is_there && is_whole && (is_necessary || found.consent.contains(&When::After))
}
