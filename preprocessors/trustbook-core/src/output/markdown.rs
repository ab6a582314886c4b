//! `PAGE.md`: each chapter as Markdown with its values and blocks expanded, for programs.

use super::{Make, Output, OutputFile, address, literal, one_line, twin};
use crate::book::Book;
use crate::expand::Expanded;
use crate::page::Page;

pub(super) const OUTPUT: Output =
    Output { name: "PAGE.md", is_of_vendor: false, page: include_str!("markdown.md"), make: Make::OfPage(make) };

fn make(book: &Book, page: &Page, path: &str, expanded: &Expanded) -> Option<OutputFile> {
    let mut text = String::new();
    if let Some(notice) = &book.config.trustbook.notice {
        text.extend(["> ", one_line(notice).as_str(), "\n\n"]);
    }
    let readable = expanded.readable(page);
    // A file that begins with a tag is HTML for a browser that gets no type.
    if text.is_empty() && readable.trim_start().starts_with('<') {
        let title = page.title.as_deref().unwrap_or(&page.chapter.name);
        text.extend(["# ", &literal(title), "\n\n"]);
    }
    text.push_str(readable.trim());
    let built = format!("\n\n---\n\nBuilt for {} from <{}>.\n", book.facts.today, address(&book.config, path));
    text.push_str(&built);
    Some((twin(&page.chapter)?, text.into_bytes()))
}
