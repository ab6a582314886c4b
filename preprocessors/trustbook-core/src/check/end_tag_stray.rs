//! An end tag of raw HTML closes nothing.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level};
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "end-tag-stray",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("end_tag_stray.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    // What is fatal to the chapter is reported by `chapter-undrawn`.
    for (span, flaw) in trust.pages.iter().flat_map(|page| &page.flaws).filter(|(_, flaw)| !flaw.is_fatal()) {
        findings.push(Diagnostic::new(*span, flaw.message()).help(flaw.help()));
    }
}
