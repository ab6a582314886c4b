//! A chapter cannot be turned into a page.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::site::Site;
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "chapter-undrawn",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("chapter_undrawn.md"),
    run: Run::Both(known, unknown),
};

fn known(trust: &Trust, findings: &mut Findings) {
    for (span, flaw) in trust.pages.iter().flat_map(|page| &page.flaws).filter(|(_, flaw)| flaw.is_fatal()) {
        findings.push(Diagnostic::new(*span, flaw.message()).help(flaw.help()));
    }
}

/// Chapters at which the renderer gives up for a reason of its own.
fn unknown(trust: &Trust, site: &Site, findings: &mut Findings) {
    let undrawn = site.pages.iter().filter(|page| !page.is_drawn).filter_map(|page| trust.pages.get(page.page?));
    for page in undrawn.filter(|page| page.is_drawable()) {
        let message = "mdBook's renderer cannot turn this chapter into a page";
        let help = "look for unusual raw HTML in it, and write it as Markdown";
        findings.push(Diagnostic::new(Place::File(page.source.clone()), message).help(help));
    }
}
