//! A page uses an icon of Font Awesome, which the site does not include.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::html::Lost;
use crate::site::Site;

pub(super) const CHECK: Check = Check::warn("icon-missing", include_str!("icon_missing.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    for (_, span, loss) in site.losses(book).filter(|(_, _, loss)| matches!(loss.what, Lost::Icon(_))) {
        findings.push(Diagnostic::new(span, loss.what.message()).help(loss.what.help()));
    }
}
