//! The text of a source, as the lock records it, for the kinds that compare it with a sentence.

use super::seen::{Audience, Basis, ClaimResult, Reason, Why};
use super::{ClaimSources, is_public};
use crate::facts::live::LiveProblemKind;
use crate::register::common::State;
use crate::register::phrase::Phrase;
use crate::register::value::{Value, date_words};
use crate::register::{Fact, Record, source};
use crate::theme::words::Words;

/// Returns the value of a claim's source if it is reliable; otherwise adds the reasons. Reasons about a source that is
/// not public are hidden from readers.
pub(super) fn value<'r>(
    sources: &ClaimSources<'_>,
    record: &'r Record,
    seen: &mut ClaimResult,
) -> Option<(&'r Fact, &'r Value)> {
    let live = record.field("found").and_then(|fact| fact.live.as_ref());
    let shown = live.is_none_or(|live| is_public(sources.facts, source::KIND, &live.source.value));
    let told = seen.reasons.len();
    let found = relied_on(sources, record, seen);
    seen.hide_from(told, Audience::to_all_if(shown));
    found
}

fn relied_on<'r>(
    sources: &ClaimSources<'_>,
    record: &'r Record,
    seen: &mut ClaimResult,
) -> Option<(&'r Fact, &'r Value)> {
    let fact = record.field("found")?;
    let Some(live) = &fact.live else {
        let reason = Reason::new(Why::Lacking, "the value is typed here, and comes from no source");
        let help = "take it from a source: `found = { live = \"...\", select = \"...\" }`";
        seen.push(reason.at(fact.span, "typed here").help(help));
        return None;
    };
    let id = &live.source.value;
    let problems = sources.facts.live_problems.iter().filter(|problem| problem.id == fact.id);
    for problem in problems {
        let check = match &problem.what {
            LiveProblemKind::Missing => "lock-missing",
            LiveProblemKind::Selected { .. } => "lock-mismatch",
            LiveProblemKind::Misfit { .. } | LiveProblemKind::Lost { .. } => "source-changed",
        };
        seen.reported(check, format!("the lock has no reliable value from `{id}`"));
    }
    let Some(value) = &fact.value else {
        let check = if sources.facts.record(source::KIND, id).is_none() { "field-name" } else { "lock-mismatch" };
        if seen.reasons.is_empty() {
            seen.reported(check, format!("the lock has no reliable value from `{id}`"));
        }
        return None;
    };
    let (place, link) = match sources.facts.public_record(source::KIND, id) {
        Some(record) => source::shown(record),
        None => (Phrase::of("source.private", Vec::new()), None),
    };
    let name = Words::default().phrase(&place);
    let on = fact.common.seen.map(|seen| seen.on);
    seen.until(fact.common.seen.and_then(|seen| seen.fresh_until));
    if let State::Stale(on) = sources.facts.state(&fact.common) {
        let reason = Reason::new(Why::Old, format!("{name} was last checked on {}", date_words(on)));
        seen.push(reason.help(format!("run `trustbook refresh {id}`")));
    }
    if sources.changed.contains(id) {
        let reason = Reason::new(Why::Lacking, format!("{name} has changed since it was checked"));
        seen.push(reason.help(format!("run `trustbook refresh {id}`")));
    }
    seen.looked(place.clone(), on, link);
    seen.basis = Some(Basis::Source { place, on });
    Some((fact, value))
}

/// Formats a value as a source writes it.
pub(super) fn raw(value: &Value) -> String {
    match value {
        Value::Boolean(is) => is.to_string(),
        other => other.text().trim().to_owned(),
    }
}

/// Returns the span in the lock, or the key of the fact if the lock lacks it.
pub(super) fn in_lock(sources: &ClaimSources<'_>, fact: &Fact) -> crate::span::Span {
    let entry = fact.live.as_ref().and_then(|live| sources.lock.source(&live.source.value)?.fact(&fact.id));
    entry.map_or(fact.key_span, |entry| entry.span)
}
