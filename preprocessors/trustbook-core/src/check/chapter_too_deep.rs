//! A chapter nests its elements too deeply.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::html::Lost;
use crate::site::Site;

pub(super) const CHECK: Check = Check::deny("chapter-too-deep", include_str!("chapter_too_deep.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    for (_, span, loss) in site.losses(book).filter(|(_, _, loss)| loss.what == Lost::TooDeep) {
        findings.push(Diagnostic::new(span, loss.what.message()).help(loss.what.help()));
    }
}
