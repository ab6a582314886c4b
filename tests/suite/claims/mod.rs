//! Claims: the outcomes of each kind, their display on pages, and their exports for programs.

mod exports;
mod outcomes;
mod printed;
mod refused;

use trustbook_core::claim::Claim;
use trustbook_tests::Book;
use trustbook_tests::{book, build};

/// Builds a book with a register, other files, and a page that shows the claim `c`.
fn with(register: &str, files: &str, page: &str) -> Book {
    build(&book(&format!(
        "=== facts/all.toml\n[defaults]\nsource = \"handbook\"\nstated = 2026-01-02\n\n{register}\n{files}=== src/page.md\n# Page\n\n{page}\n"
    )))
}

/// Returns the claim with an id.
fn claim(built: &Book, id: &str) -> Claim {
    built.book.claim(id).unwrap().clone()
}

/// Returns the content of the first page.
fn article(built: &Book) -> &str {
    let html = built.first().split_once("<article>").unwrap().1;
    html.split_once("</article>").unwrap().0
}
