//! Claims: published sentences, each with the outcome of its verification: `holds`, `contradicted` or `unknown`.
//!
//! A claim never passes because data is missing. An empty scope, an unclassified field, old evidence, and an
//! observation that saw nothing all leave a claim unknown.

mod attested;
mod condition;
pub mod declared;
mod every_field;
mod expr;
mod fields;
mod found;
pub mod hosts;
mod no_field;
mod no_recipient;
mod no_request;
mod no_storage;
mod observed;
mod observed_subset;
mod seen;
mod setting_default;
mod text_present;

pub use condition::{Condition, SettingAt};
pub use hosts::site_of;
pub use seen::{Basis, Evidence, MOST, Reason, Why};

use crate::datamap::Datamap;
use crate::facts::Facts;
use crate::lock::Lock;
use crate::observation::Observations;
use crate::register::common::{State, Visibility};
use crate::register::value::{Value, date_words};
use crate::register::{Record, claim};
use crate::span::Span;
use expr::View;
use jiff::civil::Date;
use seen::ClaimResult;
use std::cell::{Cell, OnceCell};
use std::collections::BTreeSet;
use url::Url;

/// The data that claims are verified against.
#[derive(Debug, Clone, Copy)]
pub struct ClaimSources<'t> {
    /// The register.
    pub facts: &'t Facts,
    /// The data models.
    pub datamap: &'t Datamap,
    /// The lock, written by `refresh`.
    pub lock: &'t Lock,
    /// The ids of the sources whose file in the book has changed since the last refresh.
    pub changed: &'t [String],
    /// The observations of running pages.
    pub observations: &'t Observations,
    /// The address of the book's own site, if it has one.
    pub site_url: Option<&'t Url>,
    /// The builder of the finished site, which decides if its pages are verified.
    pub site: SiteIs,
    /// The steps taken so far, and what all conditions share.
    pub shared: &'t Shared<'t>,
}

/// The limit for all claims of a book: each entry of the register, field or request that one of them is compared with
/// is a step.
const MOST_STEPS: usize = 2_000_000;

/// The state that the claims of a book share while they are verified.
#[derive(Debug, Default)]
pub struct Shared<'t> {
    steps: Cell<usize>,
    view: OnceCell<View<'t>>,
}

impl Shared<'_> {
    /// Counts steps.
    fn take(&self, steps: usize) {
        self.steps.set(self.steps.get().saturating_add(steps));
    }
}

/// The builder of the finished site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiteIs {
    /// This build, which verifies its pages.
    Checked,
    /// Another program, which renders our Markdown.
    MadeElsewhere,
}

/// The outcome of verifying a claim. There is no fourth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// All evidence supports the sentence, as far as the kind of claim can show.
    Holds,
    /// Some evidence contradicts the sentence.
    Contradicted,
    /// The evidence decides neither.
    Unknown,
}

impl Outcome {
    /// One word: `holds`, `contradicted` or `unknown`.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Holds => "holds",
            Outcome::Contradicted => "contradicted",
            Outcome::Unknown => "unknown",
        }
    }
}

/// A verified sentence.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The id of its record.
    pub id: String,
    /// The span of the sentence.
    pub span: Span,
    /// The sentence; empty if the record lacks a readable one.
    pub says: String,
    /// The kind of verification.
    pub kind: &'static ClaimKind,
    /// The outcome of the verification.
    pub outcome: Outcome,
    /// The reasons why it does not hold, or is not known to.
    pub reasons: Vec<Reason>,
    /// The evidence that was examined.
    pub looked: Vec<Evidence>,
    /// The basis of the sentence, for the mark beside it.
    pub basis: Option<Basis>,
    /// The last day on which the evidence is recent enough, if it ages.
    pub expires: Option<Date>,
    /// The setting that it depends on.
    pub condition: Option<Condition>,
}

/// A kind of verification. Its method, its limits and how to repeat it are sentences of `theme/strings`.
#[derive(Debug)]
pub struct ClaimKind {
    /// The name, as in the `kind` field of the record.
    pub name: &'static str,
    /// Verifies one record and collects the results.
    run: fn(&ClaimSources<'_>, &Record, &mut ClaimResult),
}

/// All kinds, sorted by name; the register has the same names.
pub const KINDS: &[ClaimKind] = &[
    attested::KIND,
    every_field::KIND,
    expr::KIND,
    no_field::KIND,
    no_recipient::KIND,
    no_request::KIND,
    no_storage::KIND,
    observed_subset::KIND,
    setting_default::KIND,
    text_present::KIND,
];

/// Verifies every claim of the register, in its order. Requests of the finished pages are judged later: see
/// [`Claim::against`].
pub fn check(sources: &ClaimSources<'_>) -> Vec<Claim> {
    let records = sources.facts.register.of_kind(claim::KIND);
    records.filter_map(|record| one(sources, record)).collect()
}

impl Claim {
    /// Returns true if the only reasons against it are dates.
    pub fn is_aged(&self) -> bool {
        self.outcome == Outcome::Unknown
            && self.reasons.iter().all(|reason| matches!(reason.why, Why::Old | Why::Due | Why::Ended))
    }

    /// Returns true if it is about the pages of the book itself, which are verified once they are rendered.
    pub fn is_of_site(&self) -> bool {
        self.basis == Some(Basis::Site)
    }

    /// The day of the evidence; `None` if this build collects it itself.
    pub fn collected(&self) -> Option<Date> {
        match self.basis.as_ref()? {
            Basis::Schema { on, .. } | Basis::Source { on, .. } | Basis::Register(on) => *on,
            Basis::Observed(on) | Basis::Stated { on, .. } => Some(*on),
            Basis::Site => None,
        }
    }

    /// Returns the same claim with reasons that were found later.
    #[must_use]
    pub fn against(mut self, reasons: Vec<Reason>) -> Claim {
        self.reasons.extend(reasons);
        self.outcome = outcome(&self.reasons);
        self
    }
}

/// The hosts that a claim about the pages of the book allows.
pub fn allowed(facts: &Facts, claim: &Claim) -> BTreeSet<String> {
    facts.record(claim::KIND, &claim.id).map(no_request::allowed).unwrap_or_default()
}

/// Returns true if a host is one of these, or below one of them.
pub fn is_below(host: &str, known: &BTreeSet<String>) -> bool {
    hosts::is_below(host, known)
}

fn one(sources: &ClaimSources<'_>, record: &Record) -> Option<Claim> {
    // An unknown kind is a mistake in the register, which is reported there.
    let kind = KINDS.iter().find(|kind| Some(kind.name) == record.word("kind"))?;
    let mut seen = ClaimResult::default();
    if !sources.facts.register.is_whole() {
        seen.reported("register-syntax", "a file of the register cannot be read completely");
    }
    if record.own_fields().any(|field| field.value.is_none() && field.live.is_none()) {
        seen.reported("fact-type", "a value of the claim does not fit");
    }
    if !claim::idle_fields(record).is_empty() {
        seen.reported("field-name", "the claim has a field that does not apply to its kind");
    }
    let lacks = crate::register::needs::lacks(&sources.facts.register, record);
    let leaves_open = |field: &str| record.common.leaves_open(field) && field != "until";
    if !lacks.is_empty() {
        seen.reported("record-incomplete", "the claim lacks a field that its kind needs");
    } else if let Some(open) = record.kind.fields.iter().find(|field| leaves_open(field.name)) {
        seen.lacking(format!("the claim leaves `{}` open, but is verified by it", open.name));
    } else if sources.shared.steps.get() > MOST_STEPS {
        let what =
            format!("the claims of the book together take more than {MOST_STEPS} steps, and this one was not verified");
        let help = "remove claims, or limit them to a `table`: each field, record and request that a claim is compared with is a step";
        seen.push(Reason::new(Why::Lacking, what).help(help));
    } else if seen.reasons.iter().all(|reason| reason.why == Why::Reported("register-syntax")) {
        (kind.run)(sources, record, &mut seen);
    }
    let condition = condition::of(sources, record, &mut seen);
    dates(sources, record, &mut seen);
    if seen.reasons.is_empty() && seen.looked.is_empty() && seen.basis != Some(Basis::Site) {
        seen.lacking("nothing was checked".to_owned());
    }
    seen.close();
    let says = record.field("says");
    Some(Claim {
        id: record.id.clone(),
        span: says.map_or(record.span, |fact| fact.span),
        says: record.value("says").map(Value::text).unwrap_or_default(),
        kind,
        outcome: outcome(&seen.reasons),
        reasons: seen.reasons,
        looked: seen.looked,
        basis: seen.basis,
        expires: seen.expires,
        condition,
    })
}

fn outcome(reasons: &[Reason]) -> Outcome {
    match reasons {
        [] => Outcome::Holds,
        reasons if reasons.iter().any(|reason| reason.why.is_against()) => Outcome::Contradicted,
        _ => Outcome::Unknown,
    }
}

/// Adds the validity and the review state of the sentence itself.
fn dates(sources: &ClaimSources<'_>, record: &Record, seen: &mut ClaimResult) {
    // An attestation with a last day needs no review.
    let has_end = record.field("until").is_some();
    seen.until(record.common.valid_until.as_ref().map(|until| until.value));
    seen.until(record.common.review_ends().filter(|_| !has_end));
    match sources.facts.state(&record.common) {
        State::Expired(on) => {
            seen.push(Reason::new(Why::Due, format!("the register lets the claim expire on {}", date_words(on))));
        }
        State::NotYet(from) => {
            seen.push(Reason::new(Why::Old, format!("the register lets it hold only from {}", date_words(from))));
        }
        State::Due(_) if has_end => {}
        State::Due(since) => {
            let what = format!("its review has been overdue since {}", date_words(since));
            seen.push(Reason::new(Why::Due, what));
        }
        _ => {}
    }
}

/// Returns true if a record is public.
fn is_public(facts: &Facts, kind: &str, id: &str) -> bool {
    facts.record(kind, id).is_none_or(|record| record.common.visibility == Visibility::Public)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::kinds::CLAIMS;
    use crate::theme::words::Words;

    #[test]
    fn every_kind_of_the_register_is_checked_and_says_what_it_does_not_show() {
        assert!(KINDS.iter().map(|kind| kind.name).eq(CLAIMS.iter().copied()));
        let words = Words::default();
        for kind in KINDS {
            for what in ["method", "limits", "again"] {
                let text = words.get(&format!("claim.{}_{what}", kind.name));
                assert!(text.ends_with('.') && text.len() > 20, "{}: {text}", kind.name);
            }
        }
    }
}
