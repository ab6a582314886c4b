//! A page shows a formula as text, because its TeX cannot be read.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::html::Lost;
use crate::site::Site;

pub(super) const CHECK: Check = Check::warn("formula-invalid", include_str!("formula_invalid.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    for (_, span, loss) in site.losses(book).filter(|(_, _, loss)| matches!(loss.what, Lost::Formula(_))) {
        findings.push(Diagnostic::new(span, loss.what.message()).help(loss.what.help()));
    }
}
