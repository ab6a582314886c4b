//! A fact has neither a source nor evidence.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::facts::Facts;
use crate::register::common::Common;
use crate::register::source;
use crate::span::Span;
use std::collections::BTreeSet;

pub(super) const CHECK: Check =
    Check::deny("fact-without-source", include_str!("fact_without_source.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    let register = &book.facts.register;
    // A live fact and a source state their origin by nature.
    let facts = register.facts.iter().filter(|fact| fact.live.is_none());
    let facts = facts.map(|fact| (&*fact.common, fact.id.clone(), fact.key_span, fact.span));
    let records = register.records.iter().filter(|record| record.kind.name != source::KIND);
    let records = records.map(|record| (&*record.common, record.full_id(), record.span, record.span));
    // A `source` text that names something internal was removed, which is reported as such.
    let left_out: BTreeSet<Span> = book.facts.named.iter().map(|named| named.span).collect();
    for (common, id, span, value) in facts.chain(records) {
        if is_without(book, common) && !is_unsure(&book.facts, span) && !left_out.contains(&value) {
            findings.push(Diagnostic::new(span, format!("`{id}` has neither `source` nor `evidence`")).help(
                "say where the statement comes from: `source = \"...\"` beside it, or in the `[defaults]` of its file",
            ));
        }
    }
}

/// Returns true if a statement has no origin. If `evidence-missing` fails the build, missing evidence is reported only
/// there.
fn is_without(book: &Book, common: &Common) -> bool {
    let is_missing = |path: &String| book.named_files.missing.iter().any(|(_, missing)| missing == path);
    let tells = super::fails(&book.config, "evidence-missing");
    let counts = |path: &String| tells || !is_missing(path);
    common.source.is_none() && !common.evidence.iter().any(counts)
}

/// Returns true if the file has syntax errors, so that the source may be in the unread part.
fn is_unsure(facts: &Facts, span: Span) -> bool {
    facts.register.broken.contains(&span.file)
}
