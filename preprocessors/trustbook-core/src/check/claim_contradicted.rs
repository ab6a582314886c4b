//! Evidence contradicts a published sentence.

use super::{Check, Findings, Run, fails};
use crate::book::Book;
use crate::claim::{Claim, Outcome, Why};
use crate::claim_findings::{claims, on_claim, reasons};
use crate::diagnostic::Diagnostic;
use crate::site::{self, Site};

pub(super) const CHECK: Check =
    Check::deny("claim-contradicted", include_str!("claim_contradicted.md"), Run::Both(run, of_site));

fn run(book: &Book, findings: &mut Findings) {
    findings.extend(claims(&book.claims, Outcome::Contradicted).filter_map(|claim| contradicted(book, claim)));
}

/// Reports claims about the site that only its finished pages contradict.
fn of_site(book: &Book, site: &Site, findings: &mut Findings) {
    let all = claims(&book.claims, Outcome::Holds).filter(|claim| claim.is_of_site());
    let asked = site::asked_by_pages(site);
    let judged = all.map(|claim| claim.clone().against(site::reasons(&book.facts, claim, &asked)));
    findings.extend(judged.filter_map(|claim| contradicted(book, &claim)));
}

fn contradicted(book: &Book, claim: &Claim) -> Option<Diagnostic> {
    let against = reasons(claim, |why| match why {
        Why::Against => true,
        Why::AgainstReported(check) => !fails(&book.config, check),
        _ => false,
    });
    // `claim-unconditional` reports an unnamed condition, and undeclared things have their own check.
    if against.is_empty() {
        return None;
    }
    let finding = on_claim(book, claim, "does not hold", &against);
    Some(finding.help("change the sentence to what holds, or correct what contradicts it"))
}
