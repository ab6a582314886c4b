//! A footnote that the page does not show: nothing refers to it, or its name is defined twice.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level};
use crate::html::Lost;
use crate::site::Site;
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "footnote-hidden",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("footnote_hidden.md"),
    run: Run::Site(run),
};

fn run(trust: &Trust, site: &Site, findings: &mut Findings) {
    for (span, loss) in site.losses(trust) {
        let finding = match &loss.what {
            Lost::FootnoteTwice(name) => Diagnostic::new(span, format!("the footnote `{name}` is defined twice"))
                .help("give this one a name of its own; the page shows the first definition only"),
            Lost::FootnoteUnused(name) => Diagnostic::new(span, format!("nothing refers to the footnote `{name}`"))
                .help(format!("write `[^{name}]` where it belongs, or remove the definition; the page does not show it")),
            _ => continue,
        };
        findings.push(finding);
    }
}
