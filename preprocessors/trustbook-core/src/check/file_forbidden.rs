//! A file under `src` must never be published.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::world::{FolderEntry, forbidden};

pub(super) const CHECK: Check = Check::deny("file-forbidden", include_str!("file_forbidden.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    if let Some(error) = &book.unlisted {
        let src = if book.config.src.is_empty() { "." } else { &book.config.src };
        findings.push(
            Diagnostic::new(Place::File(src.to_owned()), format!("the files of `{src}` cannot be listed: {error}"))
                .help("correct what prevents the listing: until then it is not known what would be published"),
        );
    }
    let src = book.config.src_prefix();
    let chapters = book.pages.iter().map(|page| FolderEntry { path: page.source.clone(), plain: true, len: 0 });
    for entry in book.files.iter().cloned().chain(chapters) {
        let path = entry.path.strip_prefix(src.as_str()).unwrap_or(&entry.path);
        if let Some(why) = forbidden(&entry, path) {
            findings.push(
                Diagnostic::new(Place::File(entry.path.clone()), format!("`{path}` must not be published: {why}"))
                    .help(match src.is_empty() {
                        true => "remove it, or name a folder of chapters as `src` in book.toml: mdBook publishes every file there".to_owned(),
                        false => format!("move it out of `{src}`: mdBook publishes every file there"),
                    }),
            );
        }
    }
}
