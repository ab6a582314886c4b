//! Raw HTML leaves an element, a tag or a comment open, or has an end tag without a start tag.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::html::Lost;
use crate::site::Site;

pub(super) const CHECK: Check = Check::warn("html-unbalanced", include_str!("html_unbalanced.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    for (span, loss) in site
        .losses(book)
        .filter(|(_, loss)| matches!(loss.what, Lost::Open(_) | Lost::Unclosed(_) | Lost::Unexpected(_)))
    {
        findings.push(Diagnostic::new(span, loss.what.message()).help(loss.what.help()));
    }
}
