//! A page names a fact that the register does not have.

use super::{Check, Findings, Run, slots};
use crate::diagnostic::{Diagnostic, Level};
use crate::expand::arguments::{BadArgument, check_arguments};
use crate::expand::{Nothing, show};
use crate::facts::Found;
use crate::page::{Context, What};
use crate::register::Problem;
use crate::register::common::Visibility;
use crate::span::Span;
use crate::suggest::{listed, nearest};
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "fact-unknown",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("fact_unknown.md"),
    run: Run::Trust(run),
};

/// How many unknown ids get a suggestion.
const MOST_SUGGESTIONS: usize = 200;

fn run(trust: &Trust, findings: &mut Findings) {
    for (page, slot) in slots(trust) {
        // That it can not stand there is said first.
        if matches!(slot.context, Context::Misplaced(_) | Context::Unseen) {
            continue;
        }
        match &slot.what {
            What::Value(expression) => match show(trust, page, expression) {
                Err(Nothing::Unknown) => unknown(trust, slot.span, &expression.id, findings),
                Err(Nothing::Internal) => findings.push(internal(slot.span, &expression.id)),
                Err(Nothing::Absent) => findings.0.extend(absent(trust, slot.span, &expression.id)),
                Err(Nothing::Undated) => findings.push(undated(slot.span)),
                Err(Nothing::Record | Nothing::Reported) | Ok(_) => {}
            },
            What::Block(call) => {
                for bad in check_arguments(trust, call) {
                    if let BadArgument::Unknown { id } = bad {
                        unknown(trust, slot.span, &id, findings);
                    }
                }
            }
            What::Braces | What::Malformed(_) => {}
        }
    }
    for link in trust.pages.iter().flat_map(|page| &page.references) {
        match (link.scheme, trust.facts.find(&link.id)) {
            ("fact", None) => unknown(trust, link.span, &link.id, findings),
            ("fact", Some(Found::Open(..))) => findings.0.extend(absent(trust, link.span, &link.id)),
            ("fact", Some(found)) if found.common().visibility != Visibility::Public => {
                findings.push(internal(link.span, &link.id));
            }
            _ => {}
        }
    }
}

fn unknown(trust: &Trust, span: Span, id: &str, findings: &mut Findings) {
    if in_broken_file(trust, id) {
        return;
    }
    let finding = Diagnostic::new(span, format!("no fact `{id}` in the register"));
    let record = id.rsplit_once('.').and_then(|(record, _)| trust.facts.find(record));
    if let Some(Found::Record(record)) = record {
        let fields = || record.kind.fields.iter().map(|field| field.name);
        let near = nearest(id.rsplit('.').next().unwrap_or_default(), fields());
        findings.push(match near {
            Some(near) => meant(trust, finding, span, id, &format!("{}.{near}", record.full_id())),
            None => finding.help(format!("a {} has the fields {}", record.kind.name, listed(fields()))),
        });
        return;
    }
    // Who has misspelt this many has made one mistake many times: the first suggestions show it.
    let near = match findings.0.len() < MOST_SUGGESTIONS {
        true => nearest(id, trust.facts.ids()),
        false => None,
    };
    findings.push(match near {
        Some(near) => meant(trust, finding, span, id, near),
        None => finding.help("state it in a file of `facts/`; `trustbook facts` lists what there is"),
    });
}

/// Suggests the id that was probably meant.
fn meant(trust: &Trust, finding: Diagnostic, span: Span, id: &str, near: &str) -> Diagnostic {
    let written = trust.map.slice(span);
    let finding = finding.help(format!("did you mean `{near}`?"));
    if written.contains(id) { finding.edit(span, written.replacen(id, near, 1)) } else { finding }
}

/// What a file that does not parse may state is not reported as unknown: mending the file may bring it back.
fn in_broken_file(trust: &Trust, id: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let states = |text: &str, name: &str| {
        text.match_indices(name).any(|(at, _)| {
            let before = text[..at].chars().next_back().is_some_and(is_word);
            let after = text[at + name.len()..].chars().next().is_some_and(is_word);
            !before && !after
        })
    };
    let broken = trust.facts.register.broken.iter().map(|file| trust.map.file(*file).text());
    broken.into_iter().any(|text| id.split('.').all(|part| states(text, part)))
}

fn undated(span: Span) -> Diagnostic {
    Diagnostic::new(span, "this page stands on no dated fact, so it has no oldest statement")
        .help("take the expression out, or give the facts of the page a `stated` day")
}

fn internal(span: Span, id: &str) -> Diagnostic {
    Diagnostic::new(span, format!("`{id}` is not public and can not stand on a page"))
        .help("take it out, or set its `visibility` to `public`")
}

fn absent(trust: &Trust, span: Span, id: &str) -> Option<Diagnostic> {
    let finding = Diagnostic::new(span, format!("the register leaves `{id}` out"));
    let Some(Found::Open(record, field)) = trust.facts.find(id) else {
        return Some(finding.help("state it, or ask for a format that it has"));
    };
    // A misspelt field of the record is reported there.
    let within = format!("`{}`", record.full_id());
    let misspelt = |problem: &Problem| matches!(problem, Problem::UnknownField { within: known, nearest: Some(near), .. } if *known == within && near == field.name);
    if trust.facts.register.problems.iter().any(misspelt) {
        return None;
    }
    let given: Vec<&str> = record.fields.iter().filter_map(|fact| fact.id.rsplit('.').next()).collect();
    Some(
        finding
            .also(record.span, format!("this record gives {}", listed(given)))
            .help(format!("state its `{0}`, or add `{0}` to its `not_stated`", field.name)),
    )
}
