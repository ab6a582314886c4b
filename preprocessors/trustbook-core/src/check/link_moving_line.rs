//! A link names a line of a file on a branch, whose text can change.

use super::{Check, Findings, Run, on_pages};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::forge::{Lines, Moving, moving};
use crate::page::{LinkKind, Page};
use crate::register::Fact;
use crate::register::common::{Common, Visibility};
use crate::register::value::Value;
use crate::span::SourceMap;
use crate::span::{FileId, Span};
use pulldown_cmark::{Event, Parser, Tag};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub(super) const CHECK: Check = Check::deny("link-moving-line", include_str!("link_moving_line.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    findings.extend(on_pages(&book.pages, &CHECK, |page| on_page(book, page)));
    let register = &book.facts.register;
    let mut shared = Shared::default();
    for fact in &register.facts {
        of_fact(book, fact, findings);
        of_common(book, &fact.common, fact.key_span, &fact.entries, &mut shared, findings);
    }
    for record in &register.records {
        record.fields.iter().for_each(|fact| of_fact(book, fact, findings));
        of_common(book, &record.common, record.span, &record.entries, &mut shared, findings);
    }
}

fn on_page(book: &Book, page: &Page) -> Vec<Diagnostic> {
    let links = page.links.iter().filter(|link| link.kind == LinkKind::Link && link.dest.contains("//"));
    let found = links.filter_map(|link| {
        // Raw HTML escapes the ampersand between parameters.
        let moving = moving(&link.dest.replace("&amp;", "&"))?;
        // An expression in place of the branch can be a commit.
        let is_typed = !moving.reference.contains(&page.word) && !moving.repository.contains(&page.word);
        is_typed.then(|| finding(book, link.span, &link.dest, &moving))
    });
    found.collect()
}

fn of_fact(book: &Book, fact: &Fact, findings: &mut Findings) {
    if fact.common.visibility == Visibility::Internal {
        return;
    }
    let mut addresses = Vec::new();
    if let Some(value) = &fact.value {
        collect(book, value, &mut addresses);
    }
    report(book, &addresses, fact.span, findings);
}

/// Collects the addresses of a value, in order.
fn collect(book: &Book, value: &Value, addresses: &mut Vec<String>) {
    match value {
        Value::Url(url) => addresses.push(url.to_string()),
        Value::Text(text) => addresses.push(text.clone()),
        Value::Markdown(text) => {
            let events = Parser::new_ext(text, crate::html::options(&book.config.html));
            addresses.extend(events.filter_map(|event| match event {
                Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.to_string()),
                _ => None,
            }));
        }
        Value::List(items) => items.iter().for_each(|item| collect(book, item, addresses)),
        Value::Table(entries) => entries.iter().for_each(|(_, item)| collect(book, item, addresses)),
        _ => {}
    }
}

/// State shared by facts that inherit from the `[defaults]` of their file.
#[derive(Default)]
struct Shared {
    /// The addresses already reported.
    seen: BTreeSet<(FileId, String)>,
    /// The byte range of the `[defaults]` of each file.
    tables: BTreeMap<FileId, Option<Range<usize>>>,
}

/// Reports the evidence and the source of a statement.
fn of_common(book: &Book, common: &Common, key: Span, entries: &[Span], shared: &mut Shared, findings: &mut Findings) {
    if common.visibility == Visibility::Internal {
        return;
    }
    let mut own = |word: &str, addresses: &[String]| {
        let text = |span: &&Span| book.map.file(span.file).text().get(span.range()).unwrap_or_default();
        let is_key = |text: &str| text.strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with('='));
        if let Some(entry) = entries.iter().find(|span| is_key(text(span))) {
            report(book, addresses, *entry, findings);
            return;
        }
        for address in addresses {
            if let Some(moving) = moving(address)
                && shared.seen.insert((key.file, address.clone()))
            {
                findings.push(finding(book, in_defaults(&book.map, key, address, shared), address, &moving));
            }
        }
    };
    own("evidence", &common.evidence);
    own("source", common.source.as_slice());
}

/// Returns the span of an address in the `[defaults]` of a file, or the key of the fact that inherits it.
fn in_defaults(map: &SourceMap, key: Span, address: &str, shared: &mut Shared) -> Span {
    let text = map.file(key.file).text();
    let table = shared.tables.entry(key.file).or_insert_with(|| {
        let start = text.find("[defaults]")?;
        let rest = text.get(start..)?;
        Some(start..start + rest.find("\n[").unwrap_or(rest.len()))
    });
    let found = table.as_ref().and_then(|table| Some(table.start + text.get(table.clone())?.find(address)?));
    found.map_or(key, |at| Span::new(key.file, at..at + address.len()))
}

/// Reports addresses that appear in this order in a part of a file.
fn report(book: &Book, addresses: &[String], span: Span, findings: &mut Findings) {
    let text = book.map.file(span.file).text().get(span.range()).unwrap_or_default();
    let mut rest = Some(0);
    for address in addresses {
        let Some(moving) = moving(address) else { continue };
        // The file may escape the address, or lack the part that completes it. From there on, the whole part is
        // reported: searching for each address could take long.
        let at = rest.and_then(|from| Some(from + text.get(from..)?.find(address.as_str())?));
        rest = at.map(|at| at + address.len());
        let part = |at: usize| Span::new(span.file, span.start + at..span.start + at + address.len());
        findings.push(finding(book, at.map_or(span, part), address, &moving));
    }
}

fn finding(book: &Book, span: Span, address: &str, moving: &Moving) -> Diagnostic {
    let Moving { reference, path, lines: Lines { first, last }, .. } = moving;
    let lines = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
    let moves = if first == last { "moves" } else { "move" };
    let (branch, instead) = match reference.as_str() {
        "HEAD" => ("the default branch".to_owned(), "at a commit".to_owned()),
        name => (format!("`{name}`"), format!("with the commit instead of `{name}`")),
    };
    let finding = Diagnostic::new(span, format!("{lines} of `{path}` {moves} with every change on {branch}"))
        .label("this address names no commit");
    let Some(pinned) = book.datamap.pinned_line(moving) else {
        return finding.help(format!(
            "use the address {instead}; most forges give it when you press `y` on the page of the file, or as \"permalink\""
        ));
    };
    let finding = match &pinned.id {
        Some(id) => finding.help(format!(
            "at the commit that the book is pinned to it is `{id}`: if that is meant, link to `schema:{id}`, which \
             stays correct"
        )),
        None => finding,
    };
    let finding = finding.help("use the address at the commit that the book is pinned to, and check what is there");
    let written = book.map.slice(span);
    match written.contains(address) {
        true => finding.edit(span, written.replacen(address, &pinned.permalink, 1)),
        false => finding.help(pinned.permalink),
    }
}
