//! A running page was seen to ask a host that belongs to no declared subprocessor and to no domain of the vendor.

use super::{Check, Findings, Run};
use crate::claim::declared::{self, Hosts};
use crate::diagnostic::{Diagnostic, Level};
use crate::observation::{HostSeen, Observation, When};
use crate::register::value::date_words;
use crate::trust::Trust;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check {
    name: "host-undeclared",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("host_undeclared.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    // One that several observations saw, or that was asked for several things, is told once.
    let mut all: BTreeMap<&str, (&Observation, Vec<&HostSeen>)> = BTreeMap::new();
    for found in declared::newest(&trust.observations) {
        let known = Hosts::of(&trust.facts, found, |_| true);
        for host in found.hosts.iter().filter(|host| !known.has(&host.host)) {
            all.entry(host.host.as_str()).or_insert((found, Vec::new())).1.push(host);
        }
    }
    for (name, (found, seen)) in all {
        findings.push(undeclared(name, found, &seen));
    }
}

fn undeclared(name: &str, found: &Observation, seen: &[&HostSeen]) -> Diagnostic {
    let mut purposes: Vec<&str> = seen.iter().map(|host| host.purpose.as_str()).collect();
    purposes.sort_unstable();
    purposes.dedup();
    let before =
        if seen.iter().any(|host| host.when == When::Before) { " before anybody agreed to anything" } else { "" };
    let message = format!(
        "the host `{name}` was asked by {}{before} on {} ({}), and belongs to nobody who is declared",
        found.url,
        date_words(found.on),
        purposes.join(", ")
    );
    Diagnostic::new(seen[0].span, message)
        .label("asked here")
        .help(format!(
            "if it is a subprocessor's, write `hosts = [\"{name}\"]` in its `[[subprocessor]]`; if it is a new one, \
             announce it first"
        ))
        .help("if it is the vendor's own, name its domain in the fact `vendor.domains`")
        .help("else find out which script or tag asks it, and take that out")
}
