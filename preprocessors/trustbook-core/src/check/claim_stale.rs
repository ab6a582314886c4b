//! The evidence for a published sentence is too old.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::claim::{Claim, Outcome, Reason, Why};
use crate::claim_findings::{MOST_SHOWN, claims, on_claim, reasons};
use std::collections::BTreeMap;

pub(super) const CHECK: Check =
    Check::warn("claim-stale", include_str!("claim_stale.md"), Run::Book(run)).by_calendar();

fn run(book: &Book, findings: &mut Findings) {
    let all = claims(&book.claims, Outcome::Unknown);
    // Sentences with the same evidence share one finding, since one refresh settles them all.
    let mut groups: BTreeMap<&str, Vec<(&Claim, &Reason)>> = BTreeMap::new();
    for claim in all.filter(|claim| claim.is_aged()) {
        if let Some(reason) = reasons(claim, |why| why == Why::Old).first() {
            groups.entry(&reason.what).or_default().push((claim, reason));
        }
    }
    for group in groups.into_values() {
        let Some((claim, reason)) = group.first() else { continue };
        let what = match group.len() {
            1 => "is not known to hold today".to_owned(),
            2 => "and another claim are not known to hold today".to_owned(),
            count => format!("and {} other claims are not known to hold today", count - 1),
        };
        let finding = on_claim(book, claim, &what, &[reason]);
        let others = group.iter().skip(1).take(MOST_SHOWN);
        let finding = others.fold(finding, |finding, (other, _)| finding.also(other.span, "this one too"));
        let names = group.iter().map(|(claim, _)| format!("claim.{}", claim.id)).collect();
        findings.push(finding.named(names).help("check it again; until then pages say when it was last checked"));
    }
}
