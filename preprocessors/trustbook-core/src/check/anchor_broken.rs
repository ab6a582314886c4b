//! A link leads to a page at an anchor that the page does not have.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level};
use crate::site::Site;
use crate::site::resolve::Target;
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "anchor-broken",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("anchor_broken.md"),
    run: Run::Site(run),
};

fn run(_trust: &Trust, site: &Site, findings: &mut Findings) {
    for bad in &site.bad_links {
        let Target::NoAnchor { page, anchor } = &bad.target else { continue };
        let place = bad.place.clone();
        let finding = Diagnostic::new(place, format!("`{page}` has no anchor `#{anchor}`"));
        let target = site.pages.iter().filter(|known| known.path == *page);
        let ids = target.flat_map(|page| &page.ids).map(String::as_str);
        findings.push(match findings.suggest(anchor, ids) {
            Some(near) => finding.help(format!("did you mean `#{near}`?")),
            None => finding.help(
                "an anchor is the heading in lower case with `-` for spaces, or the id that the heading ends with",
            ),
        });
    }
}
