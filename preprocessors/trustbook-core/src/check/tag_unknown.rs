//! A word in angle brackets is read as an HTML tag, and disappears from the page.

use super::{Check, Findings, Report, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::html::Lost;
use crate::page::{Follows, PageProblem};
use crate::site::Site;
use crate::span::Span;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::warn("tag-unknown", include_str!("tag_unknown.md"), Run::Report(run));

fn run(book: &Book, site: &Site, report: &Report, findings: &mut Findings) {
    // Leftovers of a template are reported as such.
    let others = report.findings.iter().filter(|finding| finding.check == "placeholder-text");
    let starts: BTreeSet<_> = others
        .filter_map(|finding| match finding.place {
            Place::At(span) => Some((span.file, span.start)),
            _ => None,
        })
        .collect();
    // Components of another generator are reported once, as foreign syntax.
    let components: BTreeSet<_> = book
        .pages
        .iter()
        .flat_map(|page| &page.problems)
        .filter_map(|problem| match problem {
            PageProblem::Foreign { span, also: Follows::Tags, .. } => Some(span.file),
            _ => None,
        })
        .collect();
    let is_component = |span: &Span| {
        let name = book.map.slice(*span).trim_start_matches('<');
        components.contains(&span.file) && name.starts_with(|c: char| c.is_ascii_uppercase())
    };
    let lost = site.losses(book).filter(|(_, _, loss)| matches!(loss.what, Lost::Unknown(_)));
    let lost = lost.filter(|(_, span, _)| !starts.contains(&(span.file, span.start)) && !is_component(span));
    for (_, span, loss) in lost {
        findings.push(Diagnostic::new(span, loss.what.message()).help(loss.what.help()));
    }
}
