//! A page has the same id twice, so links lead to the first one only.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::page::Page;
use crate::site::{Site, SitePage};
use crate::span::Span;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::deny("duplicate-id", include_str!("duplicate_id.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    let moved = book.config.html.redirects.iter().rev().filter_map(|(from, _)| {
        let (page, id) = from.value.trim_start_matches('/').split_once('#')?;
        Some(((page, id), from.span))
    });
    let moved: BTreeMap<(&str, &str), Span> = moved.collect();
    for page in &site.pages {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for id in &page.ids {
            *counts.entry(id).or_default() += 1;
        }
        counts.retain(|_, count| *count > 1);
        let written = page.page.filter(|_| !counts.is_empty()).map(|index| written(book.pages[index].body.text()));
        let written = written.unwrap_or_default();
        for (id, count) in counts {
            if let Some(from) = moved.get(&(page.path.as_str(), id)) {
                findings.push(
                    Diagnostic::new(
                        *from,
                        format!("`{}` has the anchor `#{id}`, but book.toml redirects it", page.path),
                    )
                    .help("remove the line or the anchor: a browser follows only one of them"),
                );
                continue;
            }
            findings.push(
                Diagnostic::new(
                    place(&book.pages, page, id, &written),
                    format!("the id `{id}` appears {count} times on `{}`", page.path),
                )
                .help("give one of them another id, such as `{#another}` after a heading"),
            );
        }
    }
}

/// Returns the place where the id is written for the second time, or the whole file.
fn place(pages: &[Page], page: &SitePage, id: &str, written: &BTreeMap<&str, Vec<usize>>) -> Place {
    let Some(source) = page.page.map(|index| &pages[index]) else {
        return Place::File("theme/page.hbs".to_owned());
    };
    let at = written.get(id).and_then(|found| found.get(1).or(found.first()));
    let span = at.and_then(|at| source.body.locate(*at..at + id.len()));
    span.map_or_else(|| Place::File(source.source.clone()), Place::At)
}

/// Returns the positions of written ids: after a heading, or in an attribute.
fn written(body: &str) -> BTreeMap<&str, Vec<usize>> {
    let mut found: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for before in ["{#", "id=\"", "id='", "name=\""] {
        for (at, _) in body.match_indices(before) {
            let id = &body[at + before.len()..];
            let end = id.find(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | '"' | '\'')).unwrap_or(id.len());
            found.entry(&id[..end]).or_default().push(at);
        }
    }
    found.values_mut().for_each(|places| places.sort_unstable());
    found
}
