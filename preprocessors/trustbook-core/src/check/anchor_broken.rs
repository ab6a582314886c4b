//! A link leads to a page at an anchor that the page does not have.

use super::{Check, Findings, Run, bad_links};
use crate::diagnostic::{Diagnostic, Level};
use crate::site::Site;
use crate::site::resolve::{Target, Targets};
use crate::suggest::nearest;
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "anchor-broken",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("anchor_broken.md"),
    run: Run::Site(run),
};

fn run(trust: &Trust, site: &Site, findings: &mut Findings) {
    let targets = Targets::new(trust, site);
    for bad in bad_links(trust, site, &targets, |_, target| matches!(target, Target::NoAnchor { .. })) {
        let Target::NoAnchor { page, anchor } = &bad.target else {
            continue;
        };
        let finding = Diagnostic::new(bad.place, format!("`{page}` has no anchor `#{anchor}`"));
        findings.push(match nearest(anchor, targets.ids(page)) {
            Some(near) => finding.help(format!("did you mean `#{near}`?")),
            None => finding.help(
                "an anchor is the heading in lower case with `-` for spaces, or the id that the heading ends with",
            ),
        });
    }
}
