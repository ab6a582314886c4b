//! An image of a page is not among the files of the book.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level};
use crate::site::Site;
use crate::site::resolve::Target;
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
    if !trust.is_whole() {
        return;
    }
    let src = format!("{}/", trust.config.src);
    for bad in site.bad_links.iter().filter(|bad| bad.link.element == "img") {
        if bad.target == Target::Unexpanded {
            continue;
        }
        let (place, written) = (bad.place.clone(), &bad.written);
        let finding = Diagnostic::new(place, format!("there is no image `{written}`"));
        let files = trust.files.iter().filter_map(|entry| entry.path.strip_prefix(src.as_str()));
        findings.push(match findings.suggest(&bad.link.url, files) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => {
                finding.help(format!("put the file under `{src}`, and start its path at the folder of the chapter"))
            }
        });
    }
}
