//! Evidence contradicts a published sentence.

use super::{Check, Findings, Run, fails};
use crate::claim::{Claim, Outcome, Why};
use crate::diagnostic::{Diagnostic, Level};
use crate::site::{self, Site};
use crate::told::{claims, on_claim, reasons};
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "claim-contradicted",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("claim_contradicted.md"),
    run: Run::Both(run, of_site),
};

fn run(trust: &Trust, findings: &mut Findings) {
    findings.extend(claims(&trust.claims, Outcome::Contradicted).filter_map(|claim| contradicted(trust, claim)));
}

/// Reports claims about the site that only its finished pages contradict.
fn of_site(trust: &Trust, site: &Site, findings: &mut Findings) {
    let all = claims(&trust.claims, Outcome::Holds).filter(|claim| claim.is_of_site());
    let asked = site::asked_by_pages(site);
    let judged = all.map(|claim| claim.clone().against(site::reasons(&trust.facts, claim, &asked)));
    findings.extend(judged.filter_map(|claim| contradicted(trust, &claim)));
}

fn contradicted(trust: &Trust, claim: &Claim) -> Option<Diagnostic> {
    let against = reasons(claim, |why| match why {
        Why::Against => true,
        Why::AgainstReported(check) => !fails(&trust.config, check),
        _ => false,
    });
    // `claim-unconditional` reports an unnamed condition, and undeclared things have their own check.
    if against.is_empty() {
        return None;
    }
    let finding = on_claim(trust, claim, "does not hold", &against);
    Some(finding.help("change the sentence to what holds, or correct what contradicts it"))
}
