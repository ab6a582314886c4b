//! The target of a link has moved permanently.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::site::outside::{LinkAnswer, is_front};

pub(super) const CHECK: Check = Check::warn("link-moved", include_str!("link_moved.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    for page in site.outside.pages(|answer| matches!(answer, LinkAnswer::Moved(_))) {
        let LinkAnswer::Moved(to) = page.answer else { continue };
        findings.extend(page.findings(book, CHECK.name, |place| {
            let finding = Diagnostic::new(place, format!("`{}` has moved permanently to `{to}`", page.url));
            match is_front(to) {
                true => {
                    finding.help("that is the home page of a site: link to it, or to the new address of the content")
                }
                false => finding.help(format!("check that `{to}` still has the content, and link to it")),
            }
        }));
    }
}
