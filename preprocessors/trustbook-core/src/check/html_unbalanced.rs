//! Raw HTML with an element that is never closed, or an end tag that closes nothing.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level};
use crate::html::Lost;
use crate::site::Site;
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "html-unbalanced",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("html_unbalanced.md"),
    run: Run::Site(run),
};

fn run(trust: &Trust, site: &Site, findings: &mut Findings) {
    for (span, loss) in site.losses(trust) {
        let finding = match &loss.what {
            Lost::Unclosed(name) => Diagnostic::new(span, format!("`<{name}>` is never closed")).help(format!(
                "close it with `</{name}>` in the same block of Markdown; until then, all that follows is inside it"
            )),
            Lost::Unexpected(name) => Diagnostic::new(span, format!("`</{name}>` closes nothing"))
                .help("remove the end tag, or correct its name to that of the element it is meant to close"),
            _ => continue,
        };
        findings.push(finding);
    }
}
