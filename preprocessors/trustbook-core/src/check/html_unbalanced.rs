//! Raw HTML leaves an element, a tag or a comment open, or has an end tag without a start tag.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::html::Lost;
use crate::page::PageProblem;
use crate::site::Site;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::warn("html-unbalanced", include_str!("html_unbalanced.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    let mut open: BTreeMap<(&str, &String), usize> = BTreeMap::new();
    for (page, span, loss) in site.losses(book) {
        // The start or end tag may be in the file that cannot be included.
        if page.problems.iter().any(|problem| matches!(problem, PageProblem::Include { .. })) {
            continue;
        }
        let source = page.source.as_str();
        match &loss.what {
            Lost::Open(_) => {}
            Lost::Unclosed(name) => *open.entry((source, name)).or_default() += 1,
            // The end tag of an element that is in another block: one mistake.
            Lost::Unexpected(name) => {
                if let Some(count) = open.get_mut(&(source, name)).filter(|count| **count > 0) {
                    *count -= 1;
                    continue;
                }
            }
            _ => continue,
        }
        findings.push(Diagnostic::new(span, loss.what.message()).help(loss.what.help()));
    }
}
