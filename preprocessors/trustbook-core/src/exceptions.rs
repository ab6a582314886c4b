//! Which exception of the book stands for a finding, and what readers are told of it.

use crate::config::exception::{Exception, Kind};
use crate::diagnostic::{Diagnostic, Place};
use crate::facts::{Facts, Found};
use crate::register::{Fact, Record};
use crate::span::{SourceMap, Span};
use crate::trust::Trust;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A finding that is not reported, with the index of its exception.
#[derive(Debug, Clone)]
pub struct Excepted {
    /// The index in the settings.
    pub exception: usize,
    /// The finding.
    pub finding: Diagnostic,
}

/// The exception that stands for a finding.
pub fn find(trust: &Trust, finding: &Diagnostic) -> Option<usize> {
    trust.config.trustbook.exceptions.iter().position(|exception| {
        is_at(trust, exception, finding)
            && match &exception.kind {
                Kind::Accepted { .. } => true,
                Kind::FalseAlarm { text: Some(text) } => {
                    hash(&trust.map, finding).starts_with(&text.value.to_ascii_lowercase())
                }
                Kind::FalseAlarm { text: None } => false,
            }
    })
}

/// Whether an exception names the check and the place of a finding, whatever the text there.
pub fn is_at(trust: &Trust, exception: &Exception, finding: &Diagnostic) -> bool {
    if exception.check.value != finding.check {
        return false;
    }
    let at = &exception.at.value;
    match &finding.place {
        Place::File(path) => path == at,
        Place::At(span) => {
            trust.map.file(span.file).path() == at
                || trust.facts.find(at).is_some_and(|found| spans(found).iter().any(|known| covers(known, span)))
        }
    }
}

/// The SHA-256, in hexadecimal, of the lines that a finding is about: without white space at their ends, so that
/// indentation and ends of lines do not matter.
pub fn hash(map: &SourceMap, finding: &Diagnostic) -> String {
    let text = match &finding.place {
        Place::At(span) => lines(map, *span),
        Place::File(path) => format!("{path}\n{}", finding.message),
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
        let exception = trust.config.trustbook.exceptions.get(excepted.exception);
        let Some(note) = exception.and_then(|exception| exception.reader_note.as_ref()) else { continue };
        for id in ids(&trust.facts, &excepted.finding.place) {
            let known = notes.entry(id).or_default();
            if !known.contains(&note.value) {
                known.push(note.value.clone());
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
    let of_fact = |fact: &Fact| [fact.span, fact.key_span];
    let of_record = |record: &Record| {
        let until = record.common.valid_until.as_ref().map(|until| until.span);
        record.fields.iter().flat_map(of_fact).chain([record.span]).chain(until).collect()
    };
    match found {
        Found::Fact(fact) => of_fact(fact).to_vec(),
        Found::Record(record) => of_record(record),
        Found::Open(..) => Vec::new(),
    }
}

fn covers(known: &Span, span: &Span) -> bool {
    known.file == span.file && known.start <= span.start && span.end <= known.end
}
