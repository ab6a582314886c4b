//! A heading skips a level.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::page::Page;
use crate::site::{Site, SitePage};
use crate::span::Span;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::warn("heading-order", include_str!("heading_order.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    for page in &site.pages {
        let Some(source) = page.page.map(|index| &book.pages[index]) else { continue };
        let mut seen = [0_usize; 7];
        let written = written(source, page);
        let mut above = None;
        for heading in &page.headings {
            let level = heading.level;
            seen[usize::from(level.min(6))] += 1;
            if above.is_some_and(|above| level > above + 1) {
                let above = above.unwrap_or_default();
                let nth = seen[usize::from(level.min(6))] - 1;
                findings.push(
                    Diagnostic::new(
                        place(source, &written, level, nth),
                        format!(
                            "the heading `{}` has level {level}, but the one above it has level {above}",
                            heading.text.trim()
                        ),
                    )
                    .help(format!("give it level {}: readers who hear the page navigate by its headings", above + 1)),
                );
            }
            above = Some(level);
        }
    }
}

/// Returns the spans of the headings of each level. Levels to which blocks add headings are left out.
fn written(source: &Page, page: &SitePage) -> BTreeMap<u8, Vec<Span>> {
    let mut written: BTreeMap<u8, Vec<Span>> = BTreeMap::new();
    for heading in &source.headings {
        written.entry(heading.level).or_default().push(heading.span);
    }
    let shown = |level: u8| page.headings.iter().filter(|heading| heading.level == level).count();
    written.retain(|level, spans| spans.len() == shown(*level));
    written
}

fn place(source: &Page, written: &BTreeMap<u8, Vec<Span>>, level: u8, nth: usize) -> Place {
    let span = written.get(&level).and_then(|spans| spans.get(nth));
    span.map_or_else(|| Place::File(source.source.clone()), |span| Place::At(*span))
}
