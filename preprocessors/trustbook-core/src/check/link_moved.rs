//! A link leads to an address whose server says that it has moved for good.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level};
use crate::site::Site;
use crate::site::outside::Answer;
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "link-moved",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("link_moved.md"),
    run: Run::Site(run),
};

fn run(trust: &Trust, site: &Site, findings: &mut Findings) {
    for link in &site.outside.links {
        let Some(Answer::Moved(to)) = &link.answer else { continue };
        // A server that sends everybody to its first page does not say where this one is.
        let is_front = matches!(to.path(), "" | "/") && to.query().is_none() && link.url.path() != to.path();
        let better = Some(to).filter(|_| !is_front);
        findings.0.extend(link.findings(trust, CHECK.name, better, |place| {
            let finding = Diagnostic::new(place, format!("`{}` has moved for good to `{to}`", link.url));
            match is_front {
                true => finding.help(
                    "that is the first page of a site, so what was there is probably gone: link to where it is now",
                ),
                false => finding.help(format!("look whether `{to}` still says what is meant, and link to it")),
            }
        }));
    }
}
