//! Which exception of the book stands for a finding, and what readers are told of it.

use crate::config::exception::{Exception, Kind};
use crate::diagnostic::{Diagnostic, Place};
use crate::facts::{Facts, Found};
use crate::register::Fact;
use crate::span::{SourceMap, Span};
use crate::trust::Trust;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The checks that no exception can stand for: they look at the settings themselves.
pub const NEVER: &[&str] = &["config-invalid", "exception-ended", "exception-unused"];

/// A finding that is not reported, with its exceptions.
#[derive(Debug, Clone)]
pub struct Excepted {
    /// The indices in the settings of all that stand for it, the narrowest first.
    pub exceptions: Vec<usize>,
    /// The finding.
    pub finding: Diagnostic,
}

/// The exceptions that stand for a finding, the narrowest first: an id before a file, and a field before its record.
pub fn find(trust: &Trust, finding: &Diagnostic) -> Vec<usize> {
    if NEVER.contains(&finding.check) {
        return Vec::new();
    }
    let all = trust.config.trustbook.exceptions.iter().enumerate();
    let of_it = all.filter_map(|(at, exception)| Some((width(trust, exception, finding)?, at, exception)));
    let mut found: Vec<(Width, usize)> = of_it
        .filter(|(_, _, exception)| is_text(&trust.map, &exception.kind, finding))
        .map(|(width, at, _)| (width, at))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, at)| at).collect()
}

fn is_text(map: &SourceMap, kind: &Kind, finding: &Diagnostic) -> bool {
    match kind {
        Kind::Accepted { .. } => true,
        Kind::FalseAlarm { text: Some(text) } => hash(map, finding).starts_with(&text.value.to_ascii_lowercase()),
        Kind::FalseAlarm { text: None } => false,
    }
}

/// How much else the place of an exception holds; the narrowest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Width {
    /// The longer the id, the less.
    Id(std::cmp::Reverse<usize>),
    File,
}

/// Whether an exception names the check and the place of a finding, whatever the text there.
pub fn is_at(trust: &Trust, exception: &Exception, finding: &Diagnostic) -> bool {
    width(trust, exception, finding).is_some()
}

/// Whether an exception from a check names a statement by its id, and not only its file. A check that sums up many
/// statements in one finding tells such a statement apart.
pub fn is_named(trust: &Trust, check: &str, at: Span) -> bool {
    let exceptions = trust.config.trustbook.exceptions.iter();
    let mut of_check = exceptions.filter(|exception| exception.check.value == check);
    of_check.any(|exception| is_within(&trust.facts, &exception.at.value, &at))
}

fn width(trust: &Trust, exception: &Exception, finding: &Diagnostic) -> Option<Width> {
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
        Place::At(span) if is_within(&trust.facts, at, span) => Some(by_id),
        Place::At(span) => (trust.map.file(span.file).path() == at).then_some(Width::File),
    }
}

/// Whether a place is in the text of what an id names.
fn is_within(facts: &Facts, id: &str, span: &Span) -> bool {
    facts.find(id).is_some_and(|found| spans(found).iter().any(|known| covers(known, span)))
}

/// The SHA-256, in hexadecimal, of the lines that a finding is about: without white space at their ends, so that
/// indentation and ends of lines do not matter.
pub fn hash(map: &SourceMap, finding: &Diagnostic) -> String {
    let text = match &finding.place {
        Place::At(span) => lines(map, *span),
        Place::File(path) | Place::InFile { path, .. } => format!("{path}\n{}", finding.message),
    };
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn lines(map: &SourceMap, span: Span) -> String {
    let text = map.file(span.file).text();
    let start = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(span.end..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| span.end + at);
    let lines: Vec<&str> = text.get(start..end).unwrap_or_default().lines().map(str::trim).collect();
    lines.join("\n")
}

/// What readers are told beside values, by the id of a fact, a field or a record.
pub fn reader_notes(trust: &Trust, excepted: &[Excepted]) -> BTreeMap<String, Vec<String>> {
    let mut notes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for excepted in excepted {
        let settings = &trust.config.trustbook.exceptions;
        let all = excepted.exceptions.iter().filter_map(|at| settings.get(*at)?.reader_note.as_ref());
        let said: Vec<&String> = all.map(|note| &note.value).collect();
        if said.is_empty() {
            continue;
        }
        for id in ids(&trust.facts, &excepted.finding.place) {
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

/// The facts, fields and records whose text a place is in.
pub fn ids(facts: &Facts, place: &Place) -> Vec<String> {
    let Place::At(span) = place else { return Vec::new() };
    let register = &facts.register;
    let is_in = |fact: &&Fact| spans(Found::Fact(fact)).iter().any(|known| covers(known, span));
    let mut found: Vec<String> = register.facts.iter().filter(is_in).map(|fact| fact.id.clone()).collect();
    for record in &register.records {
        if spans(Found::Record(record)).iter().any(|known| covers(known, span)) {
            found.push(record.full_id());
            found.extend(record.fields.iter().filter(is_in).map(|fact| fact.id.clone()));
        }
    }
    found
}

fn spans(found: Found<'_>) -> Vec<Span> {
    match found {
        Found::Fact(fact) => [fact.span, fact.key_span].into_iter().chain(fact.entries.iter().copied()).collect(),
        Found::Record(record) => {
            let of_fields = record.fields.iter().flat_map(|fact| [fact.span, fact.key_span]);
            of_fields.chain([record.span]).chain(record.entries.iter().copied()).collect()
        }
        Found::Open(..) => Vec::new(),
    }
}

fn covers(known: &Span, span: &Span) -> bool {
    known.file == span.file && known.start <= span.start && span.end <= known.end
}
