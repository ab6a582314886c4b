//! A chapter nests its elements too deeply.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Level};
use crate::html::Lost;
use crate::site::Site;

pub(super) const CHECK: Check = Check {
    name: "chapter-too-deep",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("chapter_too_deep.md"),
    run: Run::Site(run),
};

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    for (span, loss) in site.losses(book).filter(|(_, loss)| loss.what == Lost::TooDeep) {
        findings.push(Diagnostic::new(span, loss.what.message()).help(loss.what.help()));
    }
}
