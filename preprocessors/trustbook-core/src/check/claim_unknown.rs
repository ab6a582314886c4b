//! The evidence does not decide a published sentence.

use super::{Check, Findings, Run, fails};
use crate::claim::{Claim, Outcome, Why};
use crate::diagnostic::{Diagnostic, Level};
use crate::told::{claims, on_claim, reasons};
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "claim-unknown",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("claim_unknown.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    findings.extend(claims(&trust.claims, Outcome::Unknown).filter_map(|claim| unknown(trust, claim)));
}

fn unknown(trust: &Trust, claim: &Claim) -> Option<Diagnostic> {
    let lacking = reasons(claim, |why| match why {
        Why::Lacking => true,
        Why::Reported(check) => !fails(&trust.config, check),
        _ => false,
    });
    if lacking.is_empty() {
        return None;
    }
    let finding = on_claim(trust, claim, "is not known to hold", &lacking);
    Some(finding.help(
        "add what is missing, make it `attested` by someone who knows, or accept it until a date with an exception",
    ))
}
