//! The row of a document that is a file of the book: its address from the page, and its SHA-256.

use super::encode::component;
use super::value;
use crate::book::Book;
use crate::page::Page;
use crate::register::Record;
use crate::register::common::Visibility;
use crate::register::value::Value;
use serde_json::{Value as Json, json};

/// Returns the address and the SHA-256 of a document's file, null unless it is public; empty for other kinds. A chapter
/// is a page, and has no SHA-256.
pub(super) fn more(book: &Book, page: &Page, record: &Record) -> Vec<(String, Json)> {
    if record.kind.name != "document" {
        return Vec::new();
    }
    let is_open = record.common.visibility == Visibility::Public && record.word("access") == Some("public");
    let file = record.value("file").filter(|_| is_open).map(Value::text);
    let is_page = file.as_ref().is_some_and(|file| file.ends_with(".md"));
    let sha256 = file.as_ref().filter(|_| !is_page).and_then(|file| book.named_files.downloads.get(file));
    let href = file.as_ref().map(|file| {
        let up = page.chapter.page_path().unwrap_or_default().matches('/').count();
        let path: Vec<String> = file.split('/').map(component).collect();
        format!("{}{}", if up == 0 { "./".to_owned() } else { "../".repeat(up) }, path.join("/"))
    });
    let sha256 = sha256.map(|sha256| value::code(sha256));
    vec![("href".to_owned(), json!(href)), ("is_page".to_owned(), json!(is_page)), ("sha256".to_owned(), json!(sha256))]
}
