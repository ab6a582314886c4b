//! Claims in expressions, links and rows: the sentence with its mark, and the link to its evidence.

use super::encode::entities;
use super::shown::{Nothing, ShownValue};
use super::value;
use crate::book::Book;
use crate::claim::{Basis, Claim, Evidence, Outcome};
use crate::facts::{FactRef, Facts};
use crate::page::Page;
use crate::page::syntax::ValueFormat;
use crate::register::Record;
use crate::register::claim::KIND;
use crate::register::common::Visibility;
use crate::theme::Theme;
use serde_json::{Value as Json, json};

/// Returns the claim whose sentence an id names: the claim as a whole, or its field `says`.
pub(super) fn named<'t>(facts: &'t Facts, found: FactRef<'t>) -> Option<&'t Record> {
    match found {
        FactRef::Record(record) if record.kind.name == KIND => Some(record),
        FactRef::Fact(fact) => {
            let id = fact.id.strip_prefix("claim.")?.strip_suffix(".says")?;
            facts.record(KIND, id)
        }
        _ => None,
    }
}

/// Returns a claim as an expression shows it. `None` for the formats in which a claim is like any other record.
pub(super) fn show(
    book: &Book,
    page: &Page,
    record: &Record,
    format: ValueFormat,
) -> Option<Result<ShownValue, Nothing>> {
    if !matches!(format, ValueFormat::Typed | ValueFormat::Text | ValueFormat::Badge | ValueFormat::State) {
        return None;
    }
    if record.common.visibility == Visibility::OnRequest {
        return Some(Ok(value::on_request(book, record.common.owner.as_deref())));
    }
    let Some(claim) = book.claim(&record.id).filter(|claim| !claim.says.is_empty()) else {
        return Some(Err(Nothing::Reported));
    };
    Some(Ok(match format {
        ValueFormat::State => value::plain(book.theme.words.outcome(claim)),
        ValueFormat::Badge => value::badge(look(claim), book.theme.words.outcome(claim)),
        ValueFormat::Text => ShownValue { html: None, ..sentence(book, page, claim) },
        _ => sentence(book, page, claim),
    }))
}

/// Returns the sentence and its mark as text, for a place that knows no page.
pub(super) fn bare(book: &Book, record: &Record) -> ShownValue {
    if record.common.visibility == Visibility::OnRequest {
        return value::on_request(book, record.common.owner.as_deref());
    }
    let (claim, said) = (book.claim(&record.id), &book.theme.words);
    let text = claim.map(|claim| format!("{} ({})", claim.says, said.marked(claim)));
    value::plain(text.unwrap_or_default())
}

/// Returns the look of a claim: `verified` by this build, `attested` by a person, or neither.
fn look(claim: &Claim) -> &'static str {
    match (claim.outcome, &claim.basis) {
        (Outcome::Holds, Some(Basis::Stated { .. })) => "attested",
        (Outcome::Holds, _) => "verified",
        (Outcome::Unknown, _) => "unverified",
        (Outcome::Contradicted, _) => "contradicted",
    }
}

/// Returns the sentence and its mark, which links to the evidence.
fn sentence(book: &Book, page: &Page, claim: &Claim) -> ShownValue {
    let (says, mark) = (&claim.says, book.theme.words.marked(claim));
    let link = link(book, page, &claim.id).ok();
    let told = format!("{}{}{}", entities("("), entities(&mark), entities(")"));
    let mark_html = match &link {
        // A doubtful claim shows its mark in words. One that holds shows a sign, which screen readers read out in
        // words.
        Some(link) => format!(
            "<a class=\"claim-mark mark-{}\" href=\"{}\" title=\"{}\">{}</a>",
            look(claim),
            entities(link),
            entities(&mark),
            match claim.outcome {
                Outcome::Holds => format!("<span class=\"vh\">{told}</span>"),
                _ => {
                    let words = &book.theme.words;
                    let why = format!("{}{}{}", entities(" ("), entities(&words.mark(claim)), entities(")"));
                    format!("{}<span class=\"vh\">{why}</span>", entities(&words.outcome(claim)))
                }
            }
        ),
        None => format!("<span class=\"claim-told\">{told}</span>"),
    };
    let says_html = match book.facts.foreign(says) {
        Some(tag) => format!("<span lang=\"{}\">{}</span>", entities(tag), entities(says)),
        None => entities(says),
    };
    let html = format!("<span class=\"claim claim-{}\">{says_html} {mark_html}</span>", claim.outcome.name());
    let notes = book.reader_notes.get(&format!("{KIND}.{}", claim.id)).into_iter().flatten();
    let notes: Vec<&str> = notes.map(|note| note.trim_end_matches('.')).collect();
    let caveat = (!notes.is_empty()).then(|| notes.join("; "));
    ShownValue { text: format!("{says} ({mark})"), html: Some(html), link, caveat, markdown: None }
}

/// Returns the target of `[text](claim:id)`.
///
/// # Errors
/// Returns an error if the claim does not exist or is not public, or if no page shows its evidence.
pub(crate) fn link(book: &Book, page: &Page, id: &str) -> Result<String, Nothing> {
    let record = book.facts.record(KIND, id).ok_or(Nothing::Unknown)?;
    if record.common.visibility != Visibility::Public {
        return Err(Nothing::Internal);
    }
    let home = book.index.rows.get(&format!("{KIND}.{id}")).ok_or(Nothing::Absent)?;
    home.from(page).ok_or(Nothing::Absent)
}

/// Returns the values in the row of a claim besides its fields; empty for other kinds.
pub(super) fn more(book: &Book, page: &Page, record: &Record) -> Vec<(String, Json)> {
    if record.kind.name != KIND {
        return Vec::new();
    }
    let is_shown = record.common.visibility == Visibility::Public;
    let keys = ["outcome", "sentence", "mark", "method", "limits", "again"];
    let claim = book.claim(&record.id).filter(|claim| is_shown && !claim.says.is_empty());
    let Some(claim) = claim else {
        let mut row: Vec<(String, Json)> = keys.iter().map(|key| ((*key).to_owned(), Json::Null)).collect();
        row.extend(["looked", "reasons"].map(|key| (key.to_owned(), json!([]))));
        return row;
    };
    let words = &book.theme.words;
    let shown = sentence(book, page, claim);
    let says = ShownValue { html: None, ..shown.clone() };
    let looked: Vec<Json> =
        claim.looked.iter().filter(|looked| looked.is_public).map(|looked| looked_json(&book.theme, looked)).collect();
    let hidden = claim.reasons.iter().any(|reason| !reason.is_public);
    let reasons = claim.reasons.iter().filter(|reason| reason.is_public).map(|reason| words.reason(reason));
    let reasons: Vec<String> = reasons.chain(hidden.then(|| words.get("common.not_public"))).collect();
    vec![
        (
            "outcome".to_owned(),
            json!({ "value": claim.outcome.name(), "text": words.outcome(claim), "look": look(claim), "holds": claim.outcome == Outcome::Holds }),
        ),
        ("says".to_owned(), value::form(&says, json!(shown.text))),
        ("sentence".to_owned(), json!(claim.says)),
        ("mark".to_owned(), json!(words.mark(claim))),
        ("method".to_owned(), json!(words.of_kind(claim.kind, "method"))),
        ("limits".to_owned(), json!(words.of_kind(claim.kind, "limits"))),
        ("again".to_owned(), json!(words.of_kind(claim.kind, "again"))),
        ("looked".to_owned(), Json::Array(looked)),
        ("reasons".to_owned(), json!(reasons)),
    ]
}

fn looked_json(theme: &Theme, looked: &Evidence) -> Json {
    let on = looked.on.map(|day| value::date(theme, day).into_html());
    let is_web = looked.link.as_deref().is_some_and(|link| link.starts_with("https://") || link.starts_with("http://"));
    json!({ "text": theme.words.phrase(&looked.what), "on": on, "link": looked.link.as_ref().filter(|_| is_web) })
}
