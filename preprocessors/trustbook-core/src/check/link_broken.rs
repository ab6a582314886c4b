//! A link leads to a page or a file that the site does not have.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::site::Site;
use crate::site::outside::Answer;
use crate::site::resolve::Target;
use crate::trust::Trust;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check {
    name: "link-broken",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("link_broken.md"),
    run: Run::Both(outline, links),
};

fn outline(trust: &Trust, findings: &mut Findings) {
    let summary = format!("{}/SUMMARY.md", trust.config.src);
    for (chapter, error) in &trust.missing {
        let source = chapter.source.as_deref().unwrap_or_default();
        let place = chapter.span.map_or_else(|| Place::File(summary.clone()), Place::At);
        findings.push(
            Diagnostic::new(place, format!("the chapter `{source}` can not be read: {error}"))
                .help("mend the path, write the file, or leave the path empty for a draft"),
        );
    }
}

fn links(trust: &Trust, site: &Site, findings: &mut Findings) {
    outside(trust, site, findings);
    let missing: BTreeSet<String> = trust.missing.iter().filter_map(|(chapter, _)| chapter.page_path()).collect();
    for bad in site.bad_links.iter().filter(|bad| bad.link.element != "img") {
        let Target::Nowhere(path) = &bad.target else { continue };
        // A chapter that could not be read is reported at the outline, and not at every link to it.
        if missing.contains(path) {
            continue;
        }
        let (place, written) = (bad.place.clone(), &bad.written);
        let finding = Diagnostic::new(place, format!("`{written}` leads nowhere: the site has no `{path}`"));
        let here = &site.pages[bad.page].path;
        let others = site.pages.iter().map(|page| page.path.as_str()).filter(|page| page != here);
        findings.push(match (forgotten(trust, path), findings.suggest(path, others)) {
            (Some(file), _) => finding.help(format!("`{file}` stands in no line of SUMMARY.md: name it there")),
            (None, Some(near)) => finding.help(format!("did you mean `{near}`?")),
            (None, None) => finding.help("mend the link; a chapter must stand in SUMMARY.md to have a page"),
        });
    }
}

/// The Markdown file that would have been the page, had SUMMARY.md named it.
fn forgotten<'t>(trust: &'t Trust, path: &str) -> Option<&'t str> {
    let file = format!("{}/{}.md", trust.config.src, path.strip_suffix(".html")?);
    let at = trust.files.binary_search_by(|entry| entry.path.as_str().cmp(&file)).ok()?;
    Some(&trust.files[at].path)
}

/// Links that leave the site, where their servers were asked.
fn outside(trust: &Trust, site: &Site, findings: &mut Findings) {
    for page in site.outside.pages(|answer| matches!(answer, Answer::Gone(_))) {
        let Answer::Gone(why) = page.answer else { continue };
        findings.0.extend(page.findings(trust, CHECK.name, |place| {
            let finding = Diagnostic::new(place, format!("`{}` leads nowhere: {why}", page.url));
            match page.is_evidence {
                true => finding.label("it is evidence").help(
                    "name another proof, or where it is now; while there is none, an exception with a last day can stand for it",
                ),
                false => finding.help("link to where it is now, or take the link out"),
            }
        }));
    }
}
