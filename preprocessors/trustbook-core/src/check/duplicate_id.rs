//! A page has the same id twice, so that links to it lead to the first only.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::site::{Site, SitePage};
use crate::trust::Trust;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check {
    name: "duplicate-id",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("duplicate_id.md"),
    run: Run::Site(run),
};

fn run(trust: &Trust, site: &Site, findings: &mut Findings) {
    for page in &site.pages {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for id in &page.ids {
            *counts.entry(id).or_default() += 1;
        }
        for (id, count) in counts.into_iter().filter(|(_, count)| *count > 1) {
            findings.push(
                Diagnostic::new(
                    place(trust, page, id),
                    format!("the id `{id}` stands {count} times on `{}`", page.path),
                )
                .help("give one of them another id, such as `{#another}` behind a heading"),
            );
        }
    }
}

/// The second place where the id is written, where it is written at all.
fn place(trust: &Trust, page: &SitePage, id: &str) -> Place {
    let Some(source) = page.page.map(|index| &trust.pages[index]) else {
        return Place::File("theme/page.hbs".to_owned());
    };
    let body = source.body.text();
    let spellings = [format!("{{#{id}"), format!("id=\"{id}\""), format!("id='{id}'"), format!("name=\"{id}\"")];
    let mut found: Vec<usize> =
        spellings.iter().flat_map(|spelling| body.match_indices(spelling.as_str()).map(|(at, _)| at)).collect();
    found.sort_unstable();
    let span = found.get(1).or(found.first()).and_then(|at| source.body.locate(*at..at + id.len()));
    span.map_or_else(|| Place::File(source.source.clone()), Place::At)
}
