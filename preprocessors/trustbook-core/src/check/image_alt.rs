//! An image has no alternative text.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::page::{LinkKind, MarkdownLink, Page};
use crate::site::Site;
use crate::site::resolve::LinkTarget;
use crate::span::SourceMap;

pub(super) const CHECK: Check = Check::warn("image-alt", include_str!("image_alt.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    for bad in site.bad_links.iter().filter(|bad| bad.target == LinkTarget::NoAlt) {
        let (place, element) = (bad.place.clone(), &bad.piece.element);
        let of = match bad.piece.value.as_str() {
            "" => String::new(),
            address => format!(" of `{address}`"),
        };
        findings.push(
            Diagnostic::new(place, format!("the `<{element}>`{of} has no `alt`"))
                .help("say in `alt` what it shows; `alt=\"\"` is for a decorative image"),
        );
    }
    for (page, link) in book.pages.iter().flat_map(|page| page.links.iter().map(move |link| (page, link))) {
        if link.kind == LinkKind::Image && has_no_words(&book.map, link) {
            findings.push(
                Diagnostic::new(link.span, format!("the image `{}` has no alternative text", shown(page, link)))
                    .help("write `![what it shows](...)`; for a decorative image, write `<img alt=\"\" src=\"...\">`"),
            );
        }
    }
}

fn shown<'l>(page: &Page, link: &'l MarkdownLink) -> &'l str {
    if link.dest.contains(&page.word) { "..." } else { &link.dest }
}

/// Returns true if Markdown gives no alternative text: `![](x.png)`. Only raw HTML can mark an image as decorative.
fn has_no_words(map: &SourceMap, link: &MarkdownLink) -> bool {
    let before = map.file(link.span.file).text().get(..link.span.start).unwrap_or_default();
    let before = before.trim_end().trim_end_matches('<').trim_end();
    before.strip_suffix("](").is_some_and(|before| before.trim_end().ends_with("!["))
}
