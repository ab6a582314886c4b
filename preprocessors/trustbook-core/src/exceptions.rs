//! The exceptions that accept a finding, and their notes for readers.

use crate::book::Book;
use crate::config::exception::{Exception, ExceptionKind};
use crate::diagnostic::{Diagnostic, Place};
use crate::facts::{FactRef, Facts};
use crate::register::Fact;
use crate::span::{SourceMap, Span};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The checks that allow no exceptions, because they examine the settings themselves.
pub const NEVER: &[&str] = &["config-invalid", "exception-ended", "exception-unused"];

/// A finding that is not reported, with its exceptions.
#[derive(Debug, Clone)]
pub struct Excepted {
    /// The indices of its exceptions in the settings, the narrowest first.
    pub exceptions: Vec<usize>,
    /// The finding.
    pub finding: Diagnostic,
}

/// Returns the exceptions that accept a finding, the narrowest first: an id before a file, and a field before its
/// record.
pub fn find(book: &Book, finding: &Diagnostic) -> Vec<usize> {
    if NEVER.contains(&finding.check) {
        return Vec::new();
    }
    let all = book.config.trustbook.exceptions.iter().enumerate();
    let of_it = all.filter_map(|(at, exception)| Some((width(book, exception, finding)?, at, exception)));
    let mut found: Vec<(Width, usize)> = of_it
        .filter(|(_, _, exception)| is_text(&book.map, &exception.kind, finding))
        .map(|(width, at, _)| (width, at))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, at)| at).collect()
}

fn is_text(map: &SourceMap, kind: &ExceptionKind, finding: &Diagnostic) -> bool {
    match kind {
        ExceptionKind::Accepted { .. } => true,
        ExceptionKind::FalseAlarm { text: Some(text) } => {
            hash(map, finding).starts_with(&text.value.to_ascii_lowercase())
        }
        ExceptionKind::FalseAlarm { text: None } => false,
    }
}

/// The extent of the place of an exception, ordered from narrow to wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Width {
    /// A longer id is narrower.
    Id(std::cmp::Reverse<usize>),
    File,
}

/// Returns true if an exception names the check and the place of a finding, regardless of the text there.
pub fn is_at(book: &Book, exception: &Exception, finding: &Diagnostic) -> bool {
    width(book, exception, finding).is_some()
}

/// Returns true if an exception from a check names a statement by its id, not just its file. A check that groups many
/// statements into one finding reports such a statement separately.
pub fn is_named(book: &Book, check: &str, at: Span) -> bool {
    let exceptions = book.config.trustbook.exceptions.iter();
    let mut of_check = exceptions.filter(|exception| exception.check.value == check);
    of_check.any(|exception| is_within(&book.facts, &exception.at.value, &at))
}

fn width(book: &Book, exception: &Exception, finding: &Diagnostic) -> Option<Width> {
    if exception.check.value != finding.check {
        return None;
    }
    let at = &exception.at.value;
    let by_id = Width::Id(std::cmp::Reverse(at.len()));
    if finding.names.contains(at) {
        return Some(by_id);
    }
    match &finding.place {
        Place::File(path) | Place::InFile { path, .. } => (path == at).then_some(Width::File),
        Place::At(span) if is_within(&book.facts, at, span) => Some(by_id),
        Place::At(span) => (book.map.file(span.file).path() == at).then_some(Width::File),
    }
}

/// Returns true if a span is inside the text of the fact or record with this id.
fn is_within(facts: &Facts, id: &str, span: &Span) -> bool {
    facts.find(id).is_some_and(|found| spans(found).iter().any(|known| covers(known, span)))
}

/// Returns the hexadecimal SHA-256 of the lines of a finding. White space at both ends of each line is removed, so that
/// indentation and line endings do not matter.
pub fn hash(map: &SourceMap, finding: &Diagnostic) -> String {
    let text = match &finding.place {
        Place::At(span) => {
            let lines: Vec<&str> = map.file(span.file).lines_near(span.range()).lines().map(str::trim).collect();
            lines.join("\n")
        }
        Place::File(path) | Place::InFile { path, .. } => {
            format!("{path}\n{}{}", finding.message, finding.text.as_deref().unwrap_or_default())
        }
    };
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the notes for readers beside values, by the id of a fact, a field or a record.
pub fn reader_notes(book: &Book, excepted: &[Excepted]) -> BTreeMap<String, Vec<String>> {
    let mut notes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for excepted in excepted {
        let settings = &book.config.trustbook.exceptions;
        let all = excepted.exceptions.iter().filter_map(|at| settings.get(*at)?.reader_note.as_ref());
        let said: Vec<&String> = all.map(|note| &note.value).collect();
        if said.is_empty() {
            continue;
        }
        for id in ids(&book.facts, &excepted.finding.place) {
            let known = notes.entry(id).or_default();
            for note in &said {
                if !known.contains(note) {
                    known.push((*note).clone());
                }
            }
        }
    }
    notes
}

/// Returns the facts, fields and records whose text contains a place.
pub fn ids(facts: &Facts, place: &Place) -> Vec<String> {
    let Place::At(span) = place else { return Vec::new() };
    let register = &facts.register;
    let is_in = |fact: &&Fact| spans(FactRef::Fact(fact)).iter().any(|known| covers(known, span));
    let mut found: Vec<String> = register.facts.iter().filter(is_in).map(|fact| fact.id.clone()).collect();
    for record in &register.records {
        if spans(FactRef::Record(record)).iter().any(|known| covers(known, span)) {
            found.push(record.full_id());
            found.extend(record.fields.iter().filter(is_in).map(|fact| fact.id.clone()));
        }
    }
    found
}

fn spans(found: FactRef<'_>) -> Vec<Span> {
    match found {
        FactRef::Fact(fact) => [fact.span, fact.key_span].into_iter().chain(fact.entries.iter().copied()).collect(),
        FactRef::Record(record) => {
            let of_fields = record.fields.iter().flat_map(|fact| [fact.span, fact.key_span]);
            of_fields.chain([record.span]).chain(record.entries.iter().copied()).collect()
        }
        FactRef::Open(..) => Vec::new(),
    }
}

fn covers(known: &Span, span: &Span) -> bool {
    known.file == span.file && known.start <= span.start && span.end <= known.end
}
