//! A link leads to a page or a file that the site does not have.

use super::{Check, Findings, Run, bad_links};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::site::Site;
use crate::site::resolve::{Target, Targets};
use crate::suggest::nearest;
use crate::trust::Trust;

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
    let targets = Targets::new(trust, site);
    let bad = bad_links(trust, site, &targets, |link, target| {
        link.element != "img" && matches!(target, Target::Nowhere(_)) && !is_missing_chapter(trust, target)
    });
    for bad in bad {
        let Target::Nowhere(path) = &bad.target else {
            continue;
        };
        let finding = Diagnostic::new(bad.place, format!("`{}` leads nowhere: the site has no `{path}`", bad.link.url));
        findings.push(match nearest(path, targets.pages().filter(|page| *page != bad.page.path)) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("mend the link; a chapter must stand in SUMMARY.md to have a page"),
        });
    }
}

/// A chapter that could not be read is reported at the outline, and not at every link to it.
fn is_missing_chapter(trust: &Trust, target: &Target) -> bool {
    let Target::Nowhere(path) = target else {
        return false;
    };
    trust.missing.iter().any(|(chapter, _)| chapter.page_path().as_deref() == Some(path))
}
