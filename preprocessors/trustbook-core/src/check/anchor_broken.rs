//! A link names an anchor that its page does not have.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::expand::block::words;
use crate::page::{Context, SlotKind};
use crate::site::outside::LinkAnswer;
use crate::site::resolve::LinkTarget;
use crate::site::{Site, SitePage};
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::deny("anchor-broken", include_str!("anchor_broken.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    outside(book, site, findings);
    let pages: BTreeMap<&str, &SitePage> = site.pages.iter().map(|page| (page.path.as_str(), &**page)).collect();
    let ids = |page: &str| pages.get(page).into_iter().flat_map(|page| &page.ids).map(String::as_str);
    let words = words(&book.theme);
    // The rows of a block that does not exist have no anchors; that is reported at the block.
    let lacks_block = |page: &str| {
        let source = pages.get(page).and_then(|page| book.pages.get(page.page?));
        source.is_some_and(|source| {
            source.slots.iter().any(|slot| match &slot.what {
                SlotKind::Block(call) => slot.context != Context::Code && !words.contains(&call.word.as_str()),
                _ => false,
            })
        })
    };
    for bad in &site.bad_links {
        let place = bad.place.clone();
        findings.push(match &bad.target {
            LinkTarget::NoAnchor { page, anchor } => {
                let near = findings.suggest(anchor, ids(page));
                if near.is_none() && lacks_block(page) {
                    continue;
                }
                let finding = Diagnostic::new(place, format!("`{page}` has no anchor `#{anchor}`"));
                match near {
                    Some(near) => finding.help(format!("did you mean `#{near}`?")),
                    None => finding.help(
                        "an anchor is the heading in lower case with `-` for spaces, or the id at the end of the \
                         heading",
                    ),
                }
            }
            LinkTarget::NoLine { file, line, lines } => {
                Diagnostic::new(place, format!("`{file}` has no line {line}: it has {lines}"))
                    .help("link to the lines at their current numbers")
            }
            LinkTarget::NoId(id) => {
                let attribute = &bad.piece.attribute;
                let what = if attribute == "usemap" { "image map" } else { "id" };
                let finding = Diagnostic::new(
                    place,
                    format!("`{attribute}` names the {what} `{id}`, which the page does not have"),
                );
                match findings.suggest(id, ids(&bad.from)) {
                    Some(near) if what == "id" => finding.help(format!("did you mean `{near}`?")),
                    _ => finding.help(format!("give an element that {what}, or remove the attribute")),
                }
            }
            _ => continue,
        });
    }
}

/// Reports external links whose anchors the server's answer lacks.
fn outside(book: &Book, site: &Site, findings: &mut Findings) {
    for link in site.outside.each(|answer| matches!(answer, LinkAnswer::NoAnchor(_) | LinkAnswer::NoLine(_))) {
        let (page, fragment) = link.url.split_once('#').unwrap_or((&link.url, ""));
        let (message, help) = match link.answer {
            LinkAnswer::NoAnchor(near) => (
                format!("`{page}` has no anchor `#{fragment}`"),
                match near {
                    Some(near) => format!("did you mean `#{near}`?"),
                    None => "link to an anchor that the page has, or to the whole page".to_owned(),
                },
            ),
            LinkAnswer::NoLine(lines) => {
                let has = if *lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
                (
                    format!("`{}` names a line that its file does not have", link.url),
                    format!("the file has {has}: link to lines that exist, at a commit that has them"),
                )
            }
            _ => continue,
        };
        let make = |place| Diagnostic::new(place, message.clone()).help(help.clone());
        findings.extend(link.findings(book, CHECK.name, make));
    }
}
