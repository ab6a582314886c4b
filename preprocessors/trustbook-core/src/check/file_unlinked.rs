//! No page links to a file under `src`, so it is not published.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::site::Site;
use crate::span::SourceMap;
use crate::world::forbidden;

pub(super) const CHECK: Check = Check::warn("file-unlinked", include_str!("file_unlinked.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    if !book.is_whole() {
        return;
    }
    let src = book.config.src_prefix();
    let is_additional = |path: &str| book.config.html.additional.iter().any(|file| file.value == path);
    for entry in &book.files {
        let path = entry.path.strip_prefix(src.as_str()).unwrap_or(&entry.path);
        // `config-ignored` reports the line that would list it.
        let is_told = book.config.ignored.iter().any(|ignored| ignored.lists.as_deref() == Some(&entry.path))
            || book.config.reserved.contains(&entry.path);
        let is_known = is_told
            || site.used.contains(path)
            || is_additional(&entry.path)
            || forbidden(entry, path).is_some()
            || is_included(&book.map, entry);
        if !is_known {
            findings.push(
                Diagnostic::new(
                    Place::File(entry.path.clone()),
                    format!("no page links to `{path}`, so it is not published"),
                )
                .help(match path.ends_with(".md") {
                    true => "list it in SUMMARY.md, include it in a chapter, or remove it".to_owned(),
                    false if src.is_empty() => {
                        "link to it, or name a folder of chapters as `src` in book.toml".to_owned()
                    }
                    false => format!("link to it, or move it out of `{src}`"),
                }),
            );
        }
    }
}

/// Returns true if a chapter includes the file.
fn is_included(map: &SourceMap, entry: &crate::world::FolderEntry) -> bool {
    map.find(&entry.path).is_some()
}
