//! `attested`: a person vouches for the sentence, from one day until another.

use super::seen::{Basis, ClaimResult, Evidence, Reason, Why};
use super::{ClaimKind, ClaimSources};
use crate::register::Record;
use crate::register::phrase::Phrase;
use crate::register::value::{Value, date_words};

pub(super) const KIND: ClaimKind = ClaimKind { name: "attested", run };

fn run(sources: &ClaimSources<'_>, record: &Record, seen: &mut ClaimResult) {
    let day = |field: &str| match record.value(field) {
        Some(Value::Date(day)) => Some(*day),
        _ => None,
    };
    let Some(on) = day("on") else { return };
    let by = record.value("by").map(Value::text).unwrap_or_default();
    // The owner is the id of a contact, or else a name.
    let by = sources.facts.public_record("contact", &by).map_or(by, Record::title);
    let until = day("until");
    let at = |field: &str| record.field(field).map_or(record.span, |fact| fact.span);
    let what = match record.value("method") {
        Some(method) => Phrase::of("claim.evidence_attested_by", vec![("by", by.clone()), ("method", method.text())]),
        None => Phrase::of("claim.evidence_attested", vec![("by", by.clone())]),
    };
    seen.looked.push(Evidence {
        what,
        on: Some(on),
        link: record.common.evidence.iter().find(|text| text.starts_with("https://")).cloned(),
        is_public: true,
    });
    seen.until(until);
    seen.basis = Some(Basis::Stated { by, on, until });
    if on > sources.facts.today {
        let reason = Reason::new(Why::Old, format!("it is dated {}, which is in the future", date_words(on)));
        seen.push(reason.at(at("on"), "the day").help("correct the day"));
    }
    match until {
        Some(until) if until < on => {
            let what = format!("it ended on {}, before it was stated on {}", date_words(until), date_words(on));
            seen.push(
                Reason::new(Why::Lacking, what).at(at("until"), "the last day").help("correct one of the two days"),
            );
        }
        Some(until) if until < sources.facts.today => {
            let what = format!("its attestation expired on {}", date_words(until));
            seen.push(Reason::new(Why::Ended, what).at(at("until"), "the last day"));
        }
        // Without `until`, the review period of the register limits the attestation.
        None if record.common.review.is_none() => {
            let help = "write `until`, or a `review` after which it must be confirmed";
            let reason = Reason::new(Why::Lacking, "it has neither `until` nor `review`");
            seen.push(reason.help(help));
        }
        _ => {}
    }
}
