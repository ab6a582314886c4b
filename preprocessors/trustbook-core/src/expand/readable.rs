//! Values and blocks as Markdown for people and programs.

use super::encode::{entities, standing_text};
use crate::html::{Insert, block_markdown, escaped, inline_markdown, page_link};
use crate::page::{Apart, Context, Page, Slot};
use std::ops::Range;

/// The largest indentation of a block. Many blocks can follow each other on a line of any length.
const MOST_INDENT: usize = 200;

/// Returns the replacement for a slot.
pub(super) fn slot(page: &Page, slot: &Slot, insert: &Insert) -> String {
    match (insert, &slot.context) {
        (Insert::Nothing, _) => String::new(),
        (Insert::Block(html), _) => {
            let indent = indent(page, slot);
            let lines = block_markdown(html).replace('\n', &format!("\n{indent}"));
            Apart::wrap(slot.apart.as_deref(), lines)
        }
        (Insert::Html { html, .. }, _) => inline_markdown(html),
        (Insert::Markdown { markdown, after }, _) => format!("{markdown}{}", escaped(after)),
        (Insert::Code { text, .. }, _) | (Insert::Text(text), Context::Code | Context::FactsFence) => text.clone(),
        (Insert::Text(text), Context::WholeDestination | Context::DestinationStart | Context::Destination) => {
            destination(text)
        }
        (Insert::Text(text), Context::Text | Context::Alone) => in_text(page, slot, text),
        (Insert::Text(text), _) => entities(text),
    }
}

/// Returns an address as the target of a link.
pub(super) fn destination(address: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$'*+,;=%".contains(&byte);
    if address.bytes().all(is_plain) { address.to_owned() } else { entities(address) }
}

/// Returns the links to the `README.md` of a folder, whose Markdown is published as `index.md`.
pub(super) fn folders(page: &Page) -> Vec<(Range<usize>, String)> {
    let links = page.links.iter().filter(|link| !link.is_raw && link.dest.to_ascii_lowercase().contains("readme.md"));
    let links = links.filter_map(|link| {
        let to = page_link(&link.dest);
        let (path, rest) = to.split_at(to.find(['#', '?']).unwrap_or(to.len()));
        let folder = path.strip_suffix("index.html")?;
        let sign = format!("]({}", link.dest);
        let at = link.at + page.body.text().get(link.at..)?.find(&sign)? + "](".len();
        Some((at..at + link.dest.len(), format!("{folder}index.md{rest}")))
    });
    links.collect()
}

/// Returns a value in text. At the start of a line it cannot begin markup.
fn in_text(page: &Page, slot: &Slot, text: &str) -> String {
    if before_on_line(page, slot).all(|c| !c.is_alphanumeric()) && !text.starts_with(char::is_alphabetic) {
        return standing_text(text);
    }
    escaped(text)
}

/// Returns the prefix of each line of a block after the first: quotation marks, and the indentation of a list.
fn indent(page: &Page, slot: &Slot) -> String {
    let line: Vec<char> = before_on_line(page, slot).take(MOST_INDENT).collect();
    line.into_iter().rev().map(|c| if c == '>' || c.is_whitespace() { c } else { ' ' }).collect()
}

/// Returns the characters before a slot on its line, the last first.
fn before_on_line<'p>(page: &'p Page, slot: &Slot) -> impl Iterator<Item = char> + 'p {
    page.body.text()[..slot.range.start].chars().rev().take_while(|c| *c != '\n')
}
