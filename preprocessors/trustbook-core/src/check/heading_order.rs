//! A heading stands more than one level below the one before it.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::page::Page;
use crate::site::{Site, SitePage};
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "heading-order",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("heading_order.md"),
    run: Run::Site(run),
};

fn run(trust: &Trust, site: &Site, findings: &mut Findings) {
    for page in &site.pages {
        let Some(source) = page.page.map(|index| &trust.pages[index]) else { continue };
        let mut seen = [0_usize; 7];
        let mut above = None;
        for heading in &page.headings {
            let level = heading.level;
            seen[usize::from(level.min(6))] += 1;
            if above.is_some_and(|above| level > above + 1) {
                let above = above.unwrap_or_default();
                let nth = seen[usize::from(level.min(6))] - 1;
                findings.push(
                    Diagnostic::new(
                        place(source, page, level, nth),
                        format!(
                            "the heading `{}` is of level {level}, below one of level {above}",
                            heading.text.trim()
                        ),
                    )
                    .help(format!(
                        "make it one of level {}: who hears the page goes from heading to heading",
                        above + 1
                    )),
                );
            }
            above = Some(level);
        }
    }
}

/// Where the nth heading of a level is written. Where blocks bring headings of that level, nobody can count.
fn place(source: &Page, page: &SitePage, level: u8, nth: usize) -> Place {
    let written = || source.headings.iter().filter(|(known, _)| *known == level);
    let shown = page.headings.iter().filter(|heading| heading.level == level).count();
    let span = written().nth(nth).filter(|_| written().count() == shown);
    span.map_or_else(|| Place::File(source.source.clone()), |(_, span)| Place::At(*span))
}
