//! A link holds its content in its address, and browsers do not open it.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::site::resolve::LinkTarget;

pub(super) const CHECK: Check = Check::warn("link-data", include_str!("link_data.md"), Run::Site(run));

fn run(_trust: &Book, site: &Site, findings: &mut Findings) {
    for bad in site.bad_links.iter().filter(|bad| bad.target == LinkTarget::Data) {
        let kind = bad.written.split([',', ';']).next().unwrap_or_default();
        findings.push(
            Diagnostic::new(
                bad.place.clone(),
                format!("browsers do not open a link to `{kind}`, which holds its content"),
            )
            .help("put the content into a file of the book, and link to that"),
        );
    }
}
