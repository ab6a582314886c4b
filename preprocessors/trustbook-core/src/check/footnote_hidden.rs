//! A page does not show a footnote, because nothing refers to it or its name is defined twice.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::html::Lost;
use crate::site::Site;

pub(super) const CHECK: Check = Check::warn("footnote-hidden", include_str!("footnote_hidden.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    for (_, span, loss) in
        site.losses(book).filter(|(_, _, loss)| matches!(loss.what, Lost::FootnoteTwice(_) | Lost::FootnoteUnused(_)))
    {
        findings.push(Diagnostic::new(span, loss.what.message()).help(loss.what.help()));
    }
}
