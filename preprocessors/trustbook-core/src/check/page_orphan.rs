//! A page is not reachable from the first page.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::site::Site;

pub(super) const CHECK: Check = Check::warn("page-orphan", include_str!("page_orphan.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    for page in site.orphans.iter().map(|at| &site.pages[*at]) {
        let Some(source) = page.page.map(|index| &book.pages[index]) else { continue };
        let place = source.chapter.span.map_or_else(|| Place::File(source.source.clone()), Place::At);
        findings.push(
            Diagnostic::new(place, format!("`{}` is not reachable from the first page", page.path))
                .help("link to it, or let the theme's `page.hbs` show the chapters as the built-in one does"),
        );
    }
}
