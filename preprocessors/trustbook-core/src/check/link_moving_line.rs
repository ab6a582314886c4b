//! A link leads to a line of a file on a branch, where other text can stand tomorrow.

use super::{Check, Findings, Run, on_pages};
use crate::diagnostic::{Diagnostic, Level};
use crate::forge::{Lines, Moving, moving};
use crate::page::{LinkKind, Page, context};
use crate::register::Fact;
use crate::register::common::{Common, Visibility};
use crate::register::value::Value;
use crate::span::{FileId, Span};
use crate::trust::Trust;
use pulldown_cmark::{Event, Parser, Tag};
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check {
    name: "link-moving-line",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("link_moving_line.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    findings.0.extend(on_pages(trust, on_page));
    let register = &trust.facts.register;
    let mut shared = Shared::new();
    for fact in &register.facts {
        of_fact(trust, fact, findings);
        of_common(trust, &fact.common, fact.key_span, &fact.entries, &mut shared, findings);
    }
    for record in &register.records {
        record.fields.iter().for_each(|fact| of_fact(trust, fact, findings));
        of_common(trust, &record.common, record.span, &record.entries, &mut shared, findings);
    }
}

fn on_page(page: &Page) -> Vec<Diagnostic> {
    let links = page.links.iter().filter(|link| link.kind == LinkKind::Link && link.dest.contains("//"));
    let found = links.filter_map(|link| {
        // Raw HTML writes the mark between parameters like this.
        let moving = moving(&link.dest.replace("&amp;", "&"))?;
        // An expression in the place of the branch can be a commit.
        let is_typed = !moving.reference.contains(&page.word) && !moving.repository.contains(&page.word);
        is_typed.then(|| finding(link.span, &moving))
    });
    found.collect()
}

fn of_fact(trust: &Trust, fact: &Fact, findings: &mut Findings) {
    if fact.common.visibility == Visibility::Internal {
        return;
    }
    let mut addresses = Vec::new();
    if let Some(value) = &fact.value {
        collect(trust, value, &mut addresses);
    }
    report(trust, &addresses, fact.span, findings);
}

/// The addresses that a value holds, in order.
fn collect(trust: &Trust, value: &Value, addresses: &mut Vec<String>) {
    match value {
        Value::Url(url) => addresses.push(url.to_string()),
        Value::Text(text) => addresses.push(text.clone()),
        Value::Markdown(text) => {
            let events = Parser::new_ext(text, context::options(&trust.config.html));
            addresses.extend(events.filter_map(|event| match event {
                Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.to_string()),
                _ => None,
            }));
        }
        Value::List(items) => items.iter().for_each(|item| collect(trust, item, addresses)),
        Value::Table(entries) => entries.iter().for_each(|(_, item)| collect(trust, item, addresses)),
        _ => {}
    }
}

/// What many facts have from the `[defaults]` of their file: where each of its addresses is written.
type Shared = BTreeMap<(FileId, String), ()>;

/// What proves a statement, and where it comes from.
fn of_common(
    trust: &Trust,
    common: &Common,
    key: Span,
    entries: &[Span],
    shared: &mut Shared,
    findings: &mut Findings,
) {
    if common.visibility == Visibility::Internal {
        return;
    }
    let mut own = |word: &str, addresses: &[String]| {
        let text = |span: &&Span| trust.map.file(span.file).text().get(span.range()).unwrap_or_default();
        if let Some(entry) = entries.iter().find(|span| text(span).trim_start().starts_with(word)) {
            report(trust, addresses, *entry, findings);
            return;
        }
        for address in addresses {
            if let Some(moving) = moving(address)
                && shared.insert((key.file, address.clone()), ()).is_none()
            {
                findings.push(finding(in_defaults(trust, key, address), &moving));
            }
        }
    };
    own("evidence", &common.evidence);
    own("source", common.source.as_slice());
}

/// Where an address stands in the `[defaults]` of a file, or else the key of the fact that has it from there.
fn in_defaults(trust: &Trust, key: Span, address: &str) -> Span {
    let text = trust.map.file(key.file).text();
    let found = text.find("[defaults]").and_then(|start| {
        let rest = text.get(start..)?;
        let table = rest.get(..rest.find("\n[").unwrap_or(rest.len()))?;
        table.find(address).map(|at| start + at)
    });
    found.map_or(key, |at| Span::new(key.file, at..at + address.len()))
}

/// Reports the addresses that stand, in this order, in a part of a file.
fn report(trust: &Trust, addresses: &[String], span: Span, findings: &mut Findings) {
    let text = trust.map.file(span.file).text().get(span.range()).unwrap_or_default();
    let mut from = 0;
    for address in addresses {
        let Some(moving) = moving(address) else { continue };
        // The file can have it with an escape, or without what an address is completed with.
        let at = text.get(from..).and_then(|rest| rest.find(address.as_str())).map(|at| from + at);
        let place = at.map_or(span, |at| {
            from = at + address.len();
            Span::new(span.file, span.start + at..span.start + from)
        });
        findings.push(finding(place, &moving));
    }
}

fn finding(span: Span, moving: &Moving) -> Diagnostic {
    let Moving { reference, path, lines: Lines { first, last }, .. } = moving;
    let lines = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
    let (place, instead) = match reference.as_str() {
        "HEAD" => ("the default branch".to_owned(), "at a commit".to_owned()),
        name => (format!("`{name}`"), format!("with the commit in the place of `{name}`")),
    };
    Diagnostic::new(span, format!("{lines} of `{path}` on {place} will be other text after a change of the file"))
        .label("no commit holds it in place")
        .help(format!(
            "use the address {instead}; most forges give it when you press `y` on the page of the file, or as \"permalink\""
        ))
}
