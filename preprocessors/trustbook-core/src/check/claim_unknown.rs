//! The evidence does not decide a published sentence.

use super::{Check, Findings, Run, fails};
use crate::book::Book;
use crate::claim::{Claim, Outcome, Why};
use crate::claim_findings::{claims, on_claim, reasons};
use crate::diagnostic::Diagnostic;

pub(super) const CHECK: Check = Check::deny("claim-unknown", include_str!("claim_unknown.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    findings.extend(claims(&book.claims, Outcome::Unknown).filter_map(|claim| unknown(book, claim)));
}

fn unknown(book: &Book, claim: &Claim) -> Option<Diagnostic> {
    let lacking = reasons(claim, |why| match why {
        Why::Lacking => true,
        Why::Reported(check) => !fails(&book.config, check),
        _ => false,
    });
    if lacking.is_empty() {
        return None;
    }
    let finding = on_claim(book, claim, "is not known to hold", &lacking);
    Some(finding.help(
        "add what is missing, make it `attested` by someone who knows, or accept it until a date with an exception",
    ))
}
