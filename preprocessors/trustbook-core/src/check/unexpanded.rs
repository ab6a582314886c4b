//! An expression or a link of Trustbook reached the site unexpanded.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::expand::{claim_link, fact_link, schema_link};
use crate::page::scan::tokens;
use crate::site::Site;
use crate::site::resolve::LinkTarget;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::deny("unexpanded", include_str!("unexpanded.md"), Run::Both(titles, links));

fn titles(book: &Book, findings: &mut Findings) {
    let outlines = book.translations.iter().map(|it| &it.outline).chain([&book.outline]);
    for (chapter, _) in outlines.flat_map(|outline| crate::page::outline::chapters(outline)) {
        if !tokens(&chapter.name).is_empty() {
            let place = chapter.span.map_or_else(|| Place::File(book.config.in_src("SUMMARY.md")), Place::At);
            findings.push(
                Diagnostic::new(place, format!("the name of the chapter `{}` contains braces", chapter.name))
                    .help("write the name out: names of chapters cannot contain expressions"),
            );
        }
    }
    for (name, text) in [("title", &book.config.title), ("description", &book.config.description)] {
        if text.as_deref().is_some_and(|text| !tokens(text).is_empty()) {
            findings.push(
                Diagnostic::new(Place::File("book.toml".to_owned()), format!("the book's {name} contains braces"))
                    .help("write it out: it cannot contain expressions"),
            );
        }
    }
}

fn links(book: &Book, site: &Site, findings: &mut Findings) {
    let references = book.pages.iter().flat_map(|page| &page.references);
    let written: BTreeSet<(&str, &str)> = references.map(|link| (link.scheme, link.id.as_str())).collect();
    // A link whose id leads nowhere is reported by the lookup of the id.
    let reported = |url: &str| {
        let Some((scheme, id)) = url.split_once(':') else { return false };
        let leads = match scheme {
            "schema" => book.pages.iter().any(|page| schema_link(book, page, id).is_ok()),
            "claim" => book.pages.iter().any(|page| claim_link(book, page, id).is_ok()),
            _ => book.facts.find(id).and_then(fact_link).is_some(),
        };
        // An id that is an expression is reported as misplaced.
        id.is_empty()
            || !leads && written.contains(&(if ["claim", "schema"].contains(&scheme) { scheme } else { "fact" }, id))
    };
    for bad in site.bad_links.iter().filter(|bad| bad.target == LinkTarget::Unexpanded) {
        if reported(&bad.piece.value) {
            continue;
        }
        let (place, written) = (bad.place.clone(), &bad.written);
        findings.push(
            Diagnostic::new(place, format!("`{written}` was published unchanged"))
                .help("`[text](fact:id)`, `[text](schema:id)` and `[text](claim:id)` work in Markdown, and `href=\"{{ id }}\"` in HTML"),
        );
    }
}
