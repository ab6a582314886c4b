//! The attestation of a published sentence has expired.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::claim::{Outcome, Why};
use crate::claim_findings::{claims, on_claim, reasons};

pub(super) const CHECK: Check =
    Check::warn("claim-attestation-expired", include_str!("claim_attestation_expired.md"), Run::Book(run))
        .by_calendar();

fn run(book: &Book, findings: &mut Findings) {
    for claim in claims(&book.claims, Outcome::Unknown).filter(|claim| claim.is_aged()) {
        let ended = reasons(claim, |why| why == Why::Ended);
        if !ended.is_empty() {
            let finding = on_claim(book, claim, "is not known to hold today", &ended);
            findings.push(finding.help(
                "ask whoever attested it to confirm it, and state the new `on` and `until`; pages say that it is not \
                 confirmed",
            ));
        }
    }
}
