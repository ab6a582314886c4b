//! A running page contacted a host of no declared subprocessor and no domain of the vendor.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::claim::declared;
use crate::claim::hosts::{self, Hosts, host_of, is_in_use};
use crate::claim_findings::{MOST_SHOWN, with_claims};
use crate::diagnostic::Diagnostic;
use crate::facts::Facts;
use crate::observation::{HostSeen, Observation, When};
use crate::register::Record;
use crate::register::value::{Value, date_words};
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::deny(hosts::CHECK, include_str!("host_undeclared.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    if !book.facts.register.is_whole() {
        return;
    }
    let site_url = book.config.trustbook.site_url.as_ref();
    // A host that several observations saw, or that served several requests, is reported once.
    let mut all: BTreeMap<&str, Vec<(&Observation, &HostSeen)>> = BTreeMap::new();
    let owners = owners(&book.facts);
    let mut all_known: BTreeMap<&str, Hosts> = BTreeMap::new();
    for found in declared::newest(&book.observations) {
        let known = Hosts::of(&book.facts, site_url, found, |_| true);
        let known = all_known.entry(&found.name).or_insert(known);
        for host in found.hosts.iter().filter(|host| !known.has(&host.host)) {
            all.entry(host.host.trim_end_matches('.')).or_default().push((found, host));
        }
    }
    for (name, seen) in all {
        let Some((found, _)) = seen.first() else { continue };
        let declared = all_known.get(found.name.as_str()).into_iter().flat_map(Hosts::declared);
        let near = findings.suggest(name, declared);
        let finding = undeclared(name, found, &seen);
        let finding = seen.iter().skip(1).take(MOST_SHOWN).fold(finding, |finding, (found, host)| {
            let text = format!("and for a {} at {} on {}", host.purpose, found.url, date_words(found.on));
            finding.also(host.span, text)
        });
        let finding = seen.iter().fold(finding, |finding, (_, host)| with_claims(book, CHECK.name, host.span, finding));
        let finding = match (near, ended(&owners, name, found)) {
            (_, Some(company)) => finding.also(company.span, "this one had ended by then"),
            (Some(near), None) => finding.help(format!("did you mean `{near}`?")),
            (None, None) => finding,
        };
        findings.push(
            finding
                .help(format!(
                    "if it is a subprocessor's, write `hosts = [\"{name}\"]` in its `[[subprocessor]]`; if it is a new \
                     one, announce it first"
                ))
                .help("if it is the vendor's own, name its domain in the fact `vendor.domains`")
                .help("otherwise find out which script or tag contacts it, and remove that"),
        );
    }
}

fn undeclared(name: &str, found: &Observation, seen: &[(&Observation, &HostSeen)]) -> Diagnostic {
    let mut purposes: Vec<&str> = seen.iter().map(|(_, host)| host.purpose.as_str()).collect();
    purposes.sort_unstable();
    purposes.dedup();
    let before = if seen.iter().any(|(_, host)| host.when == When::Before) { " before consent" } else { "" };
    let message = format!(
        "the host `{name}` was contacted by {}{before} on {} ({}), but no declared party owns it",
        found.url,
        date_words(found.on),
        purposes.join(", ")
    );
    Diagnostic::new(seen[0].1.span, message).label("contacted here")
}

/// Returns the subprocessors by their hosts, in the order of the register.
fn owners(facts: &Facts) -> BTreeMap<String, Vec<&Record>> {
    let mut owners: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    for company in facts.register.of_kind("subprocessor") {
        let Some(Value::List(hosts)) = company.value("hosts") else { continue };
        hosts.iter().filter_map(|host| host_of(&host.text())).for_each(|host| {
            owners.entry(host).or_default().push(company);
        });
    }
    owners
}

/// Returns the subprocessor of a host that was no longer in use.
fn ended<'t>(owners: &BTreeMap<String, Vec<&'t Record>>, name: &str, found: &Observation) -> Option<&'t Record> {
    let name = name.to_lowercase();
    let parents = name.match_indices('.').map(|(at, _)| &name[at + 1..]);
    let mut companies = std::iter::once(name.as_str()).chain(parents).filter_map(|host| owners.get(host)).flatten();
    companies.find(|company| !is_in_use(company, found.on)).copied()
}
