//! The elements of an XML file, with their places.

use super::super::element::Element;
use super::super::{SchemaFile, SchemaProblem};
use crate::span::Span;
use std::ops::Range;

/// The largest depth of elements.
const MAX_DEPTH: usize = 100;

/// Reads the root of a file, and the places of its comments. It takes time in proportion to the text.
pub(super) fn read(file: SchemaFile<'_>, problems: &mut Vec<SchemaProblem>) -> (Option<Element>, Vec<Range<usize>>) {
    let text = file.text;
    let (mut open, mut comments): (Vec<Element>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
    let mut root = None;
    let mut at = 0;
    let problem = |range: Range<usize>, what: String| {
        let help = "correct the XML".to_owned();
        SchemaProblem { span: Span::new(file.file, range), what, help }
    };
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + next;
        if let (Some(last), Some(inner)) = (open.last_mut(), text.get(at..start)) {
            last.text.push_str(&plain(inner));
        }
        let rest = &text[start..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")];
        if let Some((begin, end)) = skipped.iter().find(|(begin, _)| rest.starts_with(begin)) {
            let Some(length) = rest.find(end).map(|found| found + end.len()) else {
                problems.push(problem(start..start + begin.len(), format!("`{begin}` is not closed")));
                break;
            };
            match *begin {
                "<!--" => comments.push(start..start + length),
                "<![CDATA[" => open.last_mut().into_iter().for_each(|last| {
                    last.text.push_str(rest.get(begin.len()..length - end.len()).unwrap_or_default());
                }),
                _ => {}
            }
            at = start + length;
            continue;
        }
        let Some(length) = tag_end(rest) else {
            problems.push(problem(start..start + 1, "a tag is not closed".to_owned()));
            break;
        };
        at = start + length;
        let inner = rest.get(1..length - 1).unwrap_or_default();
        if let Some(name) = inner.strip_prefix('/') {
            let name = local(name.trim());
            match open.pop() {
                Some(mut element) if element.name == name => {
                    element.range.end = at;
                    match open.last_mut() {
                        Some(parent) => parent.children.push(element),
                        None => root = root.or(Some(element)),
                    }
                }
                _ => {
                    problems.push(problem(start..at, format!("`</{name}>` closes no element that is open")));
                    break;
                }
            }
            continue;
        }
        let is_empty = inner.ends_with('/');
        let element = element(inner.trim_end_matches('/'), start..at);
        if !is_empty && open.len() >= MAX_DEPTH {
            problems.push(problem(start..at, format!("elements are nested more than {MAX_DEPTH} deep")));
            break;
        }
        match open.last_mut() {
            Some(parent) if is_empty => parent.children.push(element),
            None if is_empty => root = root.or(Some(element)),
            _ => open.push(element),
        }
    }
    if let Some(element) = open.first().filter(|_| problems.is_empty()) {
        problems.push(problem(element.range.clone(), format!("the element `{}` is not closed", element.name)));
    }
    (root, comments)
}

/// Returns the length of a tag, in which a `>` can be part of a value.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (None, b'>') => return Some(at + 1),
            (None, b'<') if at > 0 => return None,
            _ => {}
        }
    }
    None
}

fn element(tag: &str, range: Range<usize>) -> Element {
    let end = tag.find(char::is_whitespace).unwrap_or(tag.len());
    let (name, mut rest) = tag.split_at(end);
    let mut attributes = Vec::new();
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { break };
        let Some((value, left)) = after.get(1..).and_then(|inner| inner.split_once(quote)) else { break };
        attributes.push((local(key.trim()).to_owned(), plain(value)));
        rest = left;
    }
    Element { name: local(name).to_owned(), attributes, range, ..Element::default() }
}

/// Returns a name without its namespace.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Returns a text without its entities.
fn plain(text: &str) -> String {
    let signs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    if text.contains('&') {
        signs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    } else {
        text.to_owned()
    }
}
