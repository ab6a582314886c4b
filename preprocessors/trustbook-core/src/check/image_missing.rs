//! An image of a page is not among the files of the book.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::site::resolve::LinkTarget;

pub(super) const CHECK: Check = Check::deny("image-missing", include_str!("image_missing.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    if !book.is_whole() {
        return;
    }
    let src = book.config.src_prefix();
    for bad in site.bad_links.iter().filter(|bad| bad.piece.is_picture()) {
        let (place, written) = (bad.place.clone(), &bad.written);
        let finding = match &bad.target {
            LinkTarget::Malformed(why, help) => {
                let what = if written.trim().is_empty() {
                    "the address of an image".to_owned()
                } else {
                    format!("`{written}`")
                };
                findings.push(Diagnostic::new(place, format!("{what} {why}")).help(help.clone()));
                continue;
            }
            LinkTarget::Nowhere(_) | LinkTarget::Case(_) | LinkTarget::Leaves(_) => {
                Diagnostic::new(place, format!("there is no image `{written}`"))
            }
            _ => continue,
        };
        let files = book.files.iter().filter_map(|entry| entry.path.strip_prefix(src.as_str()));
        findings.push(match (&bad.target, findings.suggest(&bad.piece.value, files)) {
            (LinkTarget::Case(path), _) => {
                finding.help(format!("the file is called `{path}`: web servers distinguish upper and lower case"))
            }
            (_, Some(near)) => finding.help(format!("did you mean `{near}`?")),
            (_, None) => finding
                .help(format!("put the file under `{src}`, and write its path relative to the folder of the chapter")),
        });
    }
}
