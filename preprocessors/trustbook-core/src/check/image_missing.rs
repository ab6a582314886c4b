//! An image of a page is not among the files of the book.

use super::{Check, Findings, Run, bad_links};
use crate::diagnostic::{Diagnostic, Level};
use crate::site::Site;
use crate::site::resolve::{Target, Targets};
use crate::suggest::nearest;
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "image-missing",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("image_missing.md"),
    run: Run::Site(run),
};

fn run(trust: &Trust, site: &Site, findings: &mut Findings) {
    let targets = Targets::new(trust, site);
    let bad = bad_links(trust, site, &targets, |link, target| {
        link.element == "img" && matches!(target, Target::Nowhere(_) | Target::Page(_) | Target::NoAnchor { .. })
    });
    let src = format!("{}/", trust.config.src);
    for bad in bad {
        let finding = Diagnostic::new(bad.place, format!("there is no image `{}`", bad.link.url));
        let files = trust.files.iter().filter_map(|entry| entry.path.strip_prefix(src.as_str()));
        findings.push(match nearest(&bad.link.url, files) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => {
                finding.help(format!("put the file under `{src}`, and start its path at the folder of the chapter"))
            }
        });
    }
}
