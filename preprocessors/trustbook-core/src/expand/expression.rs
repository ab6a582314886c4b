//! The value of an expression, and the target of a link to a fact.

use super::shown::{Nothing, ShownValue};
use super::value::{and_list, badge, date, not_stated, on_request, owner_name, passed, plain, typed, words};
use super::{claimed, modelled, uses};
use crate::book::Book;
use crate::book::ReaderNotes;
use crate::facts::FactRef;
use crate::page::Page;
use crate::page::syntax::{Expression, ValueFormat};
use crate::register::Fact;
use crate::register::common::{State, Visibility};
use crate::register::value::Value;

/// Returns the value of an expression in its format.
///
/// # Errors
/// Returns an error if there is nothing to show.
pub fn show(book: &Book, page: &Page, expression: &Expression) -> Result<ShownValue, Nothing> {
    if expression.id == uses::OLDEST {
        let oldest = book.index.oldest.get(&page.source).ok_or(Nothing::Undated)?;
        return Ok(date(&book.theme, oldest.date));
    }
    let Some(found) = book.facts.find(&expression.id) else {
        return match expression.id.strip_prefix(modelled::PREFIX) {
            Some(id) => modelled::show(book, page, id, expression.format),
            None => Err(Nothing::Unknown),
        };
    };
    if found.common().visibility == Visibility::Internal {
        return Err(Nothing::Internal);
    }
    let common = found.common();
    // The source and date of an unseen value are unknown too. The missing value is reported at the fact.
    let is_unseen = matches!(found, FactRef::Fact(fact) if fact.live.is_some() && fact.value.is_none());
    if is_unseen && !matches!(expression.format, ValueFormat::Owner | ValueFormat::Type) {
        return Err(Nothing::Reported);
    }
    let claim = claimed::named(&book.facts, found);
    if let Some(shown) = claim.and_then(|record| claimed::show(book, page, record, expression.format)) {
        return shown;
    }
    match expression.format {
        ValueFormat::Date => return common.said().map(|day| date(&book.theme, day)).ok_or(Nothing::Absent),
        ValueFormat::State => return Ok(plain(book.theme.words.state(book.facts.shown_state(common)))),
        ValueFormat::Source => return common.source.clone().map(plain).ok_or(Nothing::Absent),
        ValueFormat::Owner => {
            let owner = common.owner.as_deref().ok_or(Nothing::Absent)?;
            return owner_name(&book.facts, owner).map(plain).ok_or(Nothing::InternalOwner);
        }
        _ => {}
    }
    match found {
        FactRef::Record(_) => Err(Nothing::Record),
        FactRef::Open(record, field) if record.common.leaves_open(field.name) => Ok(not_stated(&book.theme)),
        FactRef::Open(..) => Err(Nothing::Absent),
        FactRef::Fact(fact) => show_fact(book, fact, expression.format),
    }
}

fn show_fact(book: &Book, fact: &Fact, format: ValueFormat) -> Result<ShownValue, Nothing> {
    if format == ValueFormat::Type {
        return Ok(plain(fact.ty.name()));
    }
    let value = fact.value.as_ref().ok_or(Nothing::Reported)?;
    let shown = book.facts.shown(value, &fact.common).ok_or(Nothing::Reported)?;
    let value = shown.as_ref();
    if fact.common.visibility == Visibility::OnRequest {
        return Ok(on_request(book, fact.common.owner.as_deref()));
    }
    let state = book.facts.state(&fact.common);
    // An expired state includes its day, if known.
    if let (State::Expired(_), Value::Choice(word)) = (state, value)
        && *word == state.name()
    {
        let words = book.theme.words.state(state);
        return Ok(if format == ValueFormat::Badge { badge(word, words) } else { plain(words) });
    }
    if book.facts.passed(fact).is_some() {
        return Ok(passed(book, value));
    }
    let over = matches!(state, State::Expired(_) | State::NotYet(_)).then(|| book.theme.words.state(state));
    let shown = match format {
        ValueFormat::Text => plain(words(book, value)),
        // A badge takes the colour of the fact's state, and not that of a word that no longer applies.
        ValueFormat::Badge if over.is_some() => badge(state.name(), words(book, value)),
        ValueFormat::Badge => badge(&value_word(value), words(book, value)),
        ValueFormat::List => plain(and_list(book, value)),
        _ => typed(book, value),
    };
    Ok(ShownValue { caveat: caveat(&book.reader_notes, fact, over), ..shown })
}

/// Returns the caveat of a value: its state if not current, and the notes for readers of its exceptions.
fn caveat(reader_notes: &ReaderNotes, fact: &Fact, over: Option<String>) -> Option<String> {
    let notes = reader_notes.get(&fact.id).into_iter().flatten();
    let all: Vec<String> = over.into_iter().chain(notes.map(|note| note.trim_end_matches('.').to_owned())).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn value_word(value: &Value) -> String {
    match value {
        Value::Choice(word) => word.clone(),
        other => other.text(),
    }
}

/// Returns the target of `[text](fact:id)`.
pub(crate) fn link(found: FactRef<'_>) -> Option<String> {
    let FactRef::Fact(fact) = found else { return None };
    match fact.common.visibility {
        Visibility::Public => fact.value.as_ref().and_then(Value::link),
        Visibility::OnRequest | Visibility::Internal => None,
    }
}
