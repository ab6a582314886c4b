//! A link uses plain HTTP although HTTPS works.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::site::outside::LinkAnswer;

pub(super) const CHECK: Check = Check::warn("link-insecure", include_str!("link_insecure.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    for page in site.outside.pages(|answer| matches!(answer, LinkAnswer::Secure(_))) {
        let LinkAnswer::Secure(to) = page.answer else { continue };
        findings.extend(page.findings(book, CHECK.name, |place| {
            Diagnostic::new(place, format!("`{}` is opened without encryption", page.url))
                .help(format!("its server supports encryption: link to `{to}`"))
        }));
    }
}
