//! A published sentence holds only under a setting that it does not name.

use super::{Check, Findings, Run};
use crate::claim::{Outcome, Why};
use crate::diagnostic::Level;
use crate::told::{claims, on_claim, reasons};
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "claim-unconditional",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("claim_unconditional.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    for claim in claims(&trust.claims, Outcome::Contradicted) {
        let depends = reasons(claim, |why| why == Why::Unconditional);
        // Reasons that contradict it under any setting are reported first.
        if !depends.is_empty() && reasons(claim, |why| why.is_against() && why != Why::Unconditional).is_empty() {
            let what = match claim.condition {
                Some(_) => "depends on a setting other than the one that its `unless` names",
                None => "depends on a setting that it does not name",
            };
            findings.push(on_claim(trust, claim, what, &depends));
        }
    }
}
