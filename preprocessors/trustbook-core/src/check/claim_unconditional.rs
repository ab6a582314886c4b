//! A published sentence holds only under a setting that it does not name.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::claim::{Outcome, Why};
use crate::claim_findings::{claims, on_claim, reasons};

pub(super) const CHECK: Check =
    Check::deny("claim-unconditional", include_str!("claim_unconditional.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for claim in claims(&book.claims, Outcome::Contradicted) {
        let depends = reasons(claim, |why| why == Why::Unconditional);
        // Reasons that contradict it under any setting are reported first.
        if !depends.is_empty() && reasons(claim, |why| why.is_against() && why != Why::Unconditional).is_empty() {
            let what = match claim.condition {
                Some(_) => "depends on a setting other than the one that its `unless` names",
                None => "depends on a setting that it does not name",
            };
            findings.push(on_claim(book, claim, what, &depends));
        }
    }
}
