//! Observations as evidence: they must exist, have seen something, and be recent enough.

use super::ClaimSources;
use super::seen::{Basis, ClaimResult, Reason, Why};
use crate::observation::{FOLDER, Observation};
use crate::register::Record;
use crate::register::claim::MAX_AGE;
use crate::register::phrase::Phrase;
use crate::register::types::read_duration;
use crate::register::value::{Value, date_words};
use crate::suggest::{listed, nearest};

/// The lowest HTTP status that reports an error (RFC 9110, section 15.5).
const ERROR: u16 = 400;

/// Adds a reason if the tool of an observation does not see everything that a browser keeps.
pub(super) fn blind(found: &Observation, seen: &mut ClaimResult) {
    if !found.not_seen.is_empty() {
        let words = listed(found.not_seen.iter().map(String::as_str));
        let what = format!("`{}` cannot have seen everything: its tool does not see {words}", found.name);
        let help = "observe with a browser, as `trustbook observe URL` does";
        seen.push(Reason::new(Why::Lacking, what).at(found.span, "the observation").help(help));
    }
}

/// Returns the observation that a field names; `None` if it does not exist or is unreadable. Every weakness adds a
/// reason.
pub(super) fn find<'t>(
    sources: &ClaimSources<'t>,
    record: &Record,
    field: &str,
    seen: &mut ClaimResult,
) -> Option<&'t Observation> {
    let name = record.value(field).map(Value::text)?;
    let at = record.field(field).map_or(record.span, |fact| fact.span);
    let Some(found) = sources.observations.find(&name) else {
        if sources.observations.has(&name) {
            seen.reported("observation-syntax", format!("the observation `{name}` cannot be read"));
            return None;
        }
        let reason = Reason::new(Why::Lacking, format!("there is no observation `{name}` in `{FOLDER}`"));
        sources.shared.take(sources.observations.names.len());
        let near = nearest(&name, sources.observations.names.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("read it, then save it there as `{name}.json`"),
        };
        seen.push(reason.at(at, "named here").help(help));
        return None;
    };
    let register = &sources.facts.register;
    let (companies, cookies) = (register.of_kind("subprocessor").count(), register.of_kind("cookie").count());
    let kept = found.cookies.len() + found.storage.len();
    sources.shared.take(found.hosts.len() + companies + kept * (1 + cookies));
    let with = vec![("url", found.url.to_string()), ("tool", found.tool.clone())];
    seen.looked(Phrase::of("claim.evidence_observed", with), Some(found.on), None);
    seen.basis = Some(Basis::Observed(found.on));
    let again = "observe again, and check the pages that load";
    let lacks = |what: String| Reason::new(Why::Lacking, what).at(found.span, "the observation").help(again);
    if let Some(page) = found.pages.iter().find(|page| page.status >= ERROR) {
        let what = format!("`{name}` saw an error: {} returned the status {}", page.url, page.status);
        seen.push(Reason::new(Why::Lacking, what).at(page.span, "the page").help(again));
    }
    if found.pages.is_empty() || found.hosts.is_empty() || found.consent.is_empty() {
        seen.push(lacks(format!("`{name}` saw nothing: it has no pages, no hosts or no phase of consent")));
    }
    let age = match record.value("max_age") {
        Some(Value::Duration(_, span)) => Some(*span),
        _ => read_duration(MAX_AGE),
    };
    let until = age.and_then(|age| found.on.checked_add(age.0).ok());
    seen.until(until);
    if found.on > sources.facts.today || until.is_some_and(|until| until < sources.facts.today) {
        let what = format!("the observation `{name}` is from {}", date_words(found.on));
        seen.push(Reason::new(Why::Old, what).at(found.span, "the observation").help(again));
    }
    Some(found)
}
