//! A record or a fact has an unknown field, or a table has the wrong structure.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::facts::Facts;
use crate::register::common::Visibility;
use crate::register::value::Value;
use crate::register::{RegisterProblem, claim, source};
use crate::span::Span;
use crate::suggest::listed;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::deny("field-name", include_str!("field_name.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    let problems = &book.facts.register.problems;
    // What is not TOML was read as something else, which is no second mistake.
    let broken = problems.iter().filter_map(|problem| match problem {
        RegisterProblem::Syntax(error) => Some(error.span),
        _ => None,
    });
    let broken: Vec<Span> = broken.collect();
    let is_broken =
        |span: &Span| broken.iter().any(|it| it.file == span.file && it.start < span.end && span.start < it.end);
    for problem in problems {
        match problem {
            RegisterProblem::UnknownField { span, name, within, nearest, known } => {
                let finding = Diagnostic::new(*span, format!("{within} has no field `{name}`"));
                findings.push(match nearest {
                    Some(near) => finding.help(format!("did you mean `{near}`?")).edit(*span, near),
                    None => finding.help(format!("it takes {}", listed(known.iter().copied()))),
                });
            }
            RegisterProblem::Misnamed { span, what, near } => {
                findings.push(Diagnostic::new(*span, what).help(format!("did you mean `{near}`?")).edit(*span, *near));
            }
            RegisterProblem::Misshapen { span, .. } if is_broken(span) => {}
            RegisterProblem::Misshapen { span, what, help } => findings.push(Diagnostic::new(*span, what).help(help)),
            _ => {}
        }
    }
    live_sources(&book.facts, findings);
    for record in book.facts.register.of_kind(source::KIND) {
        for name in source::idle_fields(record) {
            let kind = record.word("kind").unwrap_or_default();
            let span = record.field(name).map_or(record.span, |field| field.key_span);
            findings.push(
                Diagnostic::new(span, format!("`{name}` does not apply to a source of the kind `{kind}`"))
                    .help(format!("remove it; `trustbook explain {kind}` lists what it takes")),
            );
        }
    }
    for record in book.facts.register.of_kind(claim::KIND) {
        for name in claim::idle_fields(record) {
            let kind = record.word("kind").unwrap_or_default();
            let span = record.field(name).map_or(record.span, |field| field.key_span);
            let takes = claim::TAKES.iter().find(|(known, _)| *known == kind).map_or(&[][..], |(_, takes)| takes);
            findings.push(
                Diagnostic::new(span, format!("`{name}` does not apply to a claim of the kind `{kind}`"))
                    .help(format!("remove it; besides `unless`, the kind takes {}", listed(takes.iter().copied()))),
            );
        }
    }
    let shown = book.facts.register.records.iter().filter(|record| record.common.visibility != Visibility::Internal);
    for fact in shown.flat_map(|record| &record.fields) {
        let values = match &fact.value {
            Some(Value::List(items)) => items.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        for value in values {
            if let Value::Id(kind, id) = value {
                unknown_id(&book.facts, fact.span, kind, id, findings);
            }
        }
    }
    for named in &book.facts.named {
        findings.push(internal(named.span, named.kind, &named.id, named.internal));
    }
    let register = &book.facts.register;
    let commons =
        register.facts.iter().map(|fact| &fact.common).chain(register.records.iter().map(|record| &record.common));
    let mut seen = BTreeSet::new();
    for deployment in commons.flat_map(|common| &common.deployments) {
        if seen.insert(deployment.span) {
            unknown_id(&book.facts, deployment.span, "deployment", &deployment.value, findings);
        }
    }
}

/// Reports live facts whose source is not in the register.
fn live_sources(facts: &Facts, findings: &mut Findings) {
    // A file that cannot be read may state more sources.
    if !facts.register.is_whole() {
        return;
    }
    for live in facts.register.live() {
        if facts.record(source::KIND, &live.source.value).is_none() {
            unknown_id(facts, live.source.span, source::KIND, &live.source.value, findings);
        }
    }
}

/// Creates a finding for text that readers would see and that names something internal.
fn internal(span: Span, kind: &str, id: &str, internal: Span) -> Diagnostic {
    Diagnostic::new(span, format!("the {kind} `{id}` is internal and cannot be named here"))
        .also(internal, "internal")
        .help("name another one, or make it public; if the text only reads the same, change the id of the internal one")
}

/// Reports a reference to a record that does not exist or is internal.
fn unknown_id(facts: &Facts, span: Span, kind: &str, id: &str, findings: &mut Findings) {
    findings.push(match facts.record(kind, id) {
        Some(record) if record.common.visibility == Visibility::Internal => internal(span, kind, id, record.span),
        Some(_) => return,
        None => {
            let finding = Diagnostic::new(span, format!("there is no {kind} `{id}`"));
            let known = facts.register.of_kind(kind).map(|record| record.id.as_str());
            match findings.suggest(id, known) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help(format!("state it: `[[{kind}]]` with `id = \"{id}\"`")),
            }
        }
    });
}
