//! A record lacks a required field, and does not name it in `not_stated`.

use super::{Check, Findings, Run, records};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::register::kinds::KINDS;
use crate::register::types::ValueType;
use crate::register::{Record, needs};
use crate::suggest::listed;

pub(super) const CHECK: Check = Check::deny("record-incomplete", include_str!("record_incomplete.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for record in KINDS.iter().flat_map(|kind| records(&book.facts, kind.name)) {
        let missing = needs::lacks(&book.facts.register, record);
        if !missing.is_empty() {
            findings.push(message(record, &missing));
        }
    }
}

fn message(record: &Record, missing: &[Vec<&'static str>]) -> Diagnostic {
    // "`a`, `b` and `c`, and `d` or `e`"
    let (single, several): (Vec<_>, Vec<_>) = missing.iter().partition(|group| group.len() == 1);
    let single = Some(listed(single.into_iter().flatten().copied())).filter(|names| !names.is_empty());
    let several = several.into_iter().map(|group| listed(group.iter().copied()).replace(" and ", " or "));
    let names: Vec<String> = single.into_iter().chain(several).collect();
    let first: Vec<&str> = missing.iter().filter_map(|group| group.first().copied()).collect();
    let lines: Vec<String> = first.iter().map(|field| sample(record, field)).collect();
    let open: Vec<String> = first.iter().map(|field| format!("\"{field}\"")).collect();
    Diagnostic::new(record.span, format!("`{}` lacks {}", record.full_id(), names.join(", and ")))
        .help(format!("write {}", lines.join(", ")))
        .help(format!("for what the vendor leaves open, write `not_stated = [{}]`", open.join(", ")))
}

/// Returns the form of a field, with all its choices and none of them picked. `placeholder-text` reports the dots.
fn sample(record: &Record, field: &str) -> String {
    let ty = record.kind.field(field).map(|field| field.ty);
    if let Some(words) = ty.and_then(ValueType::choices) {
        return format!("`{field}` with one of {}", listed(words.iter().copied()));
    }
    let value = match ty {
        Some(ValueType::Date) => "2026-01-31",
        Some(ValueType::List(_)) => "[\"...\"]",
        Some(ValueType::Map | ValueType::Table(_)) => "{ name = \"...\" }",
        _ => "\"...\"",
    };
    format!("`{field} = {value}`")
}
