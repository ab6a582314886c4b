//! A word in angle brackets that is read as an HTML tag and disappears from the page.

use super::{Check, Findings, Report, Run};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::html::Lost;
use crate::site::Site;
use crate::trust::Trust;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check {
    name: "tag-unknown",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("tag_unknown.md"),
    run: Run::Report(run),
};

fn run(trust: &Trust, site: &Site, report: &Report, findings: &mut Findings) {
    // What is left over from a template is told as that.
    let others = report.findings.iter().filter(|finding| finding.check == "placeholder-text");
    let starts: BTreeSet<_> = others
        .filter_map(|finding| match finding.place {
            Place::At(span) => Some((span.file, span.start)),
            _ => None,
        })
        .collect();
    let lost = site.losses(trust).filter(|(_, loss)| matches!(loss.what, Lost::Unknown(_)));
    for (span, loss) in lost.filter(|(span, _)| !starts.contains(&(span.file, span.start))) {
        findings.push(Diagnostic::new(span, loss.what.message()).help(loss.what.help()));
    }
}
