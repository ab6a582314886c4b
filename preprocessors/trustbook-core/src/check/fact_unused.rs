//! A fact or a record stands in the register and on no page.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level};
use crate::register::common::{Common, Visibility};
use crate::trust::Trust;
use crate::uses;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check {
    name: "fact-unused",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("fact_unused.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    let used: BTreeSet<String> = trust.pages.iter().flat_map(|page| uses::of_page(trust, page)).collect();
    let register = &trust.facts.register;
    let shown = |common: &Common| common.visibility != Visibility::Internal;
    for fact in register.facts.iter().filter(|fact| shown(&fact.common) && !used.contains(&fact.id)) {
        findings.push(message(&fact.id, fact.key_span.into()));
    }
    let commons =
        register.facts.iter().map(|fact| &fact.common).chain(register.records.iter().map(|record| &record.common));
    let owners: BTreeSet<&str> = commons.clone().filter_map(|common| common.owner.as_deref()).collect();
    let limits: BTreeSet<&str> =
        commons.flat_map(|common| common.deployments.iter().map(|id| id.value.as_str())).collect();
    for record in register.records.iter().filter(|record| shown(&record.common)) {
        let id = record.full_id();
        let below = format!("{id}.");
        // A contact answers for facts, and a deployment limits them, without standing on a page.
        let serves = match record.kind.name {
            "contact" => owners.contains(record.id.as_str()),
            "deployment" => limits.contains(record.id.as_str()),
            _ => false,
        };
        if !serves && !used.contains(&id) && !used.iter().any(|used| used.starts_with(&below)) {
            findings.push(message(&id, record.span.into()));
        }
    }
}

fn message(id: &str, place: crate::diagnostic::Place) -> Diagnostic {
    Diagnostic::new(place, format!("no page shows `{id}`"))
        .help("show it on a page, take it out, or set its `visibility` to `internal`")
}
