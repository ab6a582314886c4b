//! Which exception of the book stands for a finding, and what readers are told of it.

mod covering;

use crate::config::exception::{DIGITS, Kind};
use crate::diagnostic::{Diagnostic, Place};
use crate::facts::{Facts, Found};
use crate::register::{Fact, Record};
use crate::span::{SourceMap, Span};
use crate::trust::Trust;
use covering::Covering;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A finding that is not reported, with the index of its exception.
#[derive(Debug, Clone)]
pub struct Excepted {
    /// The index in the settings.
    pub exception: usize,
    /// The finding.
    pub finding: Diagnostic,
}

/// The exceptions of a book, ordered so that each finding meets only those of its check and place.
#[derive(Debug)]
pub struct Exceptions<'t> {
    trust: &'t Trust,
    /// By check and place.
    given: BTreeMap<&'t str, BTreeMap<&'t str, Given<'t>>>,
    /// By check: the spans of the facts and records that exceptions name, with the names.
    places: BTreeMap<&'t str, Covering<&'t str>>,
    /// The hashes of lines that were asked for: a long line may have many findings.
    hashes: RefCell<BTreeMap<Span, String>>,
}

/// The exceptions from one check at one place, by their index in the settings.
#[derive(Debug, Default)]
struct Given<'t> {
    /// The first that is accepted.
    accepted: Option<usize>,
    /// False alarms, by the first digits of the hash that they give.
    alarms: BTreeMap<String, Vec<(usize, &'t str)>>,
}

impl<'t> Exceptions<'t> {
    /// The exceptions of a book.
    pub fn of(trust: &'t Trust) -> Self {
        let mut given: BTreeMap<&str, BTreeMap<&str, Given<'t>>> = BTreeMap::new();
        for (index, exception) in trust.config.trustbook.exceptions.iter().enumerate() {
            let given = given.entry(&exception.check.value).or_default().entry(&exception.at.value).or_default();
            match &exception.kind {
                Kind::Accepted { .. } => given.accepted = given.accepted.or(Some(index)),
                Kind::FalseAlarm { text: Some(text) } => {
                    given.alarms.entry(first_digits(&text.value)).or_default().push((index, &text.value));
                }
                Kind::FalseAlarm { text: None } => {}
            }
        }
        let spans_of = |at: &'t str| trust.facts.find(at).map(spans).unwrap_or_default();
        let named = |ats: &BTreeMap<&'t str, Given<'t>>| {
            let ats = ats.keys().copied();
            Covering::new(ats.flat_map(|at| spans_of(at).into_iter().map(move |span| (span, at))))
        };
        let places = given.iter().map(|(check, ats)| (*check, named(ats))).collect();
        Exceptions { trust, given, places, hashes: RefCell::default() }
    }

    /// The first exception that stands for a finding.
    pub fn find(&self, finding: &Diagnostic) -> Option<usize> {
        let of_check = self.given.get(finding.check)?;
        let given = self.at(finding).into_iter().filter_map(|at| of_check.get(at));
        given.filter_map(|given| given.accepted.into_iter().chain(self.alarm(given, finding)).min()).min()
    }

    /// The places, as exceptions from its check name them, at which a finding is.
    pub fn at(&self, finding: &Diagnostic) -> Vec<&'t str> {
        let (path, mut found) = match &finding.place {
            Place::File(path) => (path.as_str(), Vec::new()),
            Place::At(span) => {
                let named = self.places.get(finding.check).map(|places| places.of(span)).unwrap_or_default();
                (self.trust.map.file(span.file).path(), named)
            }
        };
        let whole = self.given.get(finding.check).and_then(|ats| ats.get_key_value(path));
        found.extend(whole.map(|(at, _)| *at));
        found
    }

    fn alarm(&self, given: &Given<'_>, finding: &Diagnostic) -> Option<usize> {
        if given.alarms.is_empty() {
            return None;
        }
        let mut hashes = self.hashes.borrow_mut();
        let hash = match &finding.place {
            Place::At(span) => {
                let whole = whole_lines(&self.trust.map, *span);
                hashes.entry(whole).or_insert_with(|| hash(&self.trust.map, finding)).clone()
            }
            Place::File(_) => hash(&self.trust.map, finding),
        };
        let alike = given.alarms.get(&first_digits(&hash))?;
        alike.iter().find(|(_, text)| hash.starts_with(&text.to_ascii_lowercase())).map(|(index, _)| *index)
    }
}

/// As many digits as every hash in book.toml has.
fn first_digits(hash: &str) -> String {
    hash.chars().take(DIGITS).map(|digit| digit.to_ascii_lowercase()).collect()
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
    let lines: Vec<&str> = map.slice(whole_lines(map, span)).lines().map(str::trim).collect();
    lines.join("\n")
}

fn whole_lines(map: &SourceMap, span: Span) -> Span {
    Span::new(span.file, map.file(span.file).whole_lines(span.range()))
}

/// What readers are told beside values, by the id of a fact, a field or a record.
pub fn reader_notes(trust: &Trust, excepted: &[Excepted]) -> BTreeMap<String, Vec<String>> {
    let mut notes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let places = Places::of(&trust.facts);
    for excepted in excepted {
        let exception = trust.config.trustbook.exceptions.get(excepted.exception);
        let Some(note) = exception.and_then(|exception| exception.reader_note.as_ref()) else { continue };
        for id in places.ids(&excepted.finding.place) {
            let known = notes.entry(id.to_owned()).or_default();
            if !known.contains(&note.value) {
                known.push(note.value.clone());
            }
        }
    }
    notes
}

/// Where the facts, fields and records of a register are written.
#[derive(Debug)]
pub struct Places {
    ids: Vec<String>,
    places: Covering<usize>,
}

impl Places {
    /// The places of a register.
    pub fn of(facts: &Facts) -> Self {
        let (mut ids, mut places) = (Vec::new(), Vec::new());
        let mut add = |id: String, spans: Vec<Span>| {
            places.extend(spans.into_iter().map(|span| (span, ids.len())));
            ids.push(id);
        };
        let register = &facts.register;
        for fact in register.facts.iter().chain(register.records.iter().flat_map(|record| &record.fields)) {
            add(fact.id.clone(), spans(Found::Fact(fact)));
        }
        for record in &register.records {
            add(record.full_id(), spans(Found::Record(record)));
        }
        Places { ids, places: Covering::new(places) }
    }

    /// The facts, fields and records whose text a place is in.
    pub fn ids(&self, place: &Place) -> Vec<&str> {
        let Place::At(span) = place else { return Vec::new() };
        self.places.of(span).into_iter().map(|at| self.ids[at].as_str()).collect()
    }
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
