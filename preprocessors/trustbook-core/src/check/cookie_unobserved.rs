//! A cookie or a key of storage is declared, and nobody saw it where it should be.

use super::{Check, Findings, Run};
use crate::claim::declared;
use crate::diagnostic::{Diagnostic, Level};
use crate::observation::{Observation, When};
use crate::register::Record;
use crate::register::value::{Value, date_words};
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "cookie-unobserved",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("cookie_unobserved.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    let newest = declared::newest(&trust.observations);
    for record in trust.facts.register.of_kind("cookie") {
        // What is set under a condition only, or under a name that is left open, may well not be seen.
        if record.value("when").is_some() || record.value("name").is_none() {
            continue;
        }
        let looked: Vec<&&Observation> = newest.iter().filter(|found| covers(found, record)).collect();
        let is_seen = looked.iter().any(|found| declared::kept(found).any(|kept| declared::is_named(record, &kept)));
        let (Some(last), false) = (looked.iter().max_by_key(|found| found.on), is_seen) else { continue };
        let name = record.value("name").map(Value::text).unwrap_or_default();
        let message = format!("`{name}` is declared, and was not there at {} on {}", last.url, date_words(last.on));
        findings.push(
            Diagnostic::new(record.span, message)
                .also(last.span, "the newest observation of its site")
                .help("take it out, if the page does not set it any more")
                .help("if it is set only sometimes, say so with `when`, or observe the steps that set it"),
        );
    }
}

/// Whether an observation would have seen what a record declares: it looked at its domain, and at the phases in which
/// a thing of its category may be set. A record without a domain, or for some hosting options only, can be of any page.
fn covers(found: &Observation, record: &Record) -> bool {
    let Some(domain) = declared::domain_of(record) else { return false };
    let is_there = found
        .pages
        .iter()
        .filter_map(|page| page.url.host_str())
        .any(|host| host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    let is_necessary = record.word("category") == Some("necessary");
    let is_whole = !found.pages.is_empty() && found.pages.iter().all(|page| page.status < 400);
    is_there && is_whole && (is_necessary || found.consent.contains(&When::After))
}
