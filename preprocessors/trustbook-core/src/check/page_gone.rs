//! A previously published page is gone, and its address leads nowhere.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::site::Site;
use crate::suggest::nearest;

pub(super) const CHECK: Check = Check::warn("page-gone", include_str!("page_gone.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    // The page of an unreadable chapter returns once the chapter is corrected.
    if !book.is_whole() || !book.missing.is_empty() {
        return;
    }
    let pages = || book.pages.iter().filter_map(|page| page.chapter.page_path());
    let pages: Vec<String> = pages().collect();
    for path in &site.gone {
        let near = findings.suggests().then(|| nearest(path, pages.iter().map(String::as_str))).flatten();
        let to = near.unwrap_or("PAGE.html");
        let message = format!("`{path}` was published before, but the site no longer has it");
        findings.push(Diagnostic::new(Place::File("book.toml".to_owned()), message).help(format!(
            "write `\"/{path}\" = \"{to}\"` under `[output.html.redirect]`, with the page that readers should see \
             instead"
        )));
    }
}
