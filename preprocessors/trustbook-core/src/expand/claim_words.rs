//! A claim in the language of the book: its outcome, its mark, its evidence and the reasons against it.

use crate::claim::{Basis, Claim, ClaimKind, Condition, Outcome, Reason, SettingAt, Why};
use crate::theme::words::Words;

impl Words {
    /// Returns the outcome of a claim in words.
    pub fn outcome(&self, claim: &Claim) -> String {
        let stated = matches!(claim.basis, Some(Basis::Stated { .. }));
        self.get(match claim.outcome {
            Outcome::Holds if stated => "claim.stated",
            Outcome::Holds if claim.condition.is_some() => "claim.conditional",
            Outcome::Holds => "claim.holds",
            Outcome::Contradicted => "claim.contradicted",
            Outcome::Unknown if stated && claim.is_aged() => "claim.stated_aged",
            Outcome::Unknown if claim.is_aged() => "claim.unknown_aged",
            Outcome::Unknown => "claim.unknown",
        })
    }

    /// Returns the mark that follows the sentence: the evidence, and its conditions.
    pub fn mark(&self, claim: &Claim) -> String {
        let basis = match (claim.outcome, &claim.basis) {
            (Outcome::Holds, Some(basis)) => self.basis(basis),
            (Outcome::Unknown, Some(basis @ Basis::Stated { .. })) if claim.is_aged() => self.basis(basis),
            (Outcome::Unknown, _) if claim.is_aged() => match claim.collected() {
                Some(on) => self.with("claim.mark_as_of", &[("date", &self.date(on))]),
                None => self.get("claim.mark_unknown"),
            },
            (Outcome::Unknown, _) => self.get("claim.mark_unknown"),
            (Outcome::Contradicted, _) => self.get("claim.mark_contradicted"),
            (Outcome::Holds, None) => String::new(),
        };
        let condition = claim.condition.as_ref().map(|condition| self.condition(condition));
        [Some(basis).filter(|basis| !basis.is_empty()), condition].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    /// Returns the mark of a claim in words. If the claim does not hold, its outcome comes first.
    pub fn marked(&self, claim: &Claim) -> String {
        match claim.outcome {
            Outcome::Holds => self.mark(claim),
            _ => self.pair(&self.outcome(claim), &self.mark(claim)),
        }
    }

    /// Returns the sentence of a claim for a place without a mark. If the claim does not hold, its outcome comes first.
    pub fn sentence(&self, claim: &Claim) -> String {
        match claim.outcome {
            Outcome::Holds => claim.says.clone(),
            _ => self.pair(&self.outcome(claim), &claim.says),
        }
    }

    /// Returns a text about a kind of claim: its `method`, its `limits`, or how to check `again`.
    pub fn of_kind(&self, kind: &ClaimKind, what: &str) -> String {
        self.get(&format!("claim.{}_{what}", kind.name))
    }

    /// Returns the reason why a claim does not hold. The details are phrases of reports, which are in English. Other
    /// languages name the type of reason only.
    pub fn reason(&self, reason: &Reason) -> String {
        // Pages omit the backticks around names.
        if self.is_english() {
            return reason.what.replace('`', "");
        }
        self.get(match reason.why {
            Why::Against | Why::AgainstReported(_) => "claim.why_against",
            Why::Unconditional => "claim.why_unconditional",
            Why::Lacking | Why::Reported(_) => "claim.why_lacking",
            Why::Old => "claim.why_old",
            Why::Due => "claim.why_due",
            Why::Ended => "claim.why_ended",
        })
    }

    fn basis(&self, basis: &Basis) -> String {
        match basis {
            Basis::Schema { commit: Some(commit), on: Some(on), .. } => {
                self.with("claim.basis_schema", &[("commit", commit), ("date", &self.date(*on))])
            }
            Basis::Schema { path: Some(path), .. } => self.with("claim.basis_path", &[("path", path)]),
            Basis::Schema { path: None, .. } => self.get("claim.basis_private"),
            Basis::Source { place, on: Some(on) } => {
                self.with("claim.basis_source_on", &[("place", &self.phrase(place)), ("date", &self.date(*on))])
            }
            Basis::Source { place, on: None } => self.with("claim.basis_source", &[("place", &self.phrase(place))]),
            Basis::Observed(on) => self.with("claim.basis_observed", &[("date", &self.date(*on))]),
            Basis::Register(Some(on)) => self.with("claim.basis_register_on", &[("date", &self.date(*on))]),
            Basis::Register(None) => self.get("claim.basis_register"),
            Basis::Site => self.get("claim.basis_site"),
            Basis::Stated { by, on, .. } => self.with("claim.basis_stated", &[("by", by), ("date", &self.date(*on))]),
        }
    }

    fn condition(&self, condition: &Condition) -> String {
        let stated = |value: &Option<String>| value.clone().unwrap_or_else(|| self.get("common.not_stated"));
        let value = |at: &SettingAt| match &at.name {
            Some(name) => self.with("claim.value_in", &[("name", name), ("value", &stated(&at.value))]),
            None => self.with("claim.value_used", &[("value", &stated(&at.value))]),
        };
        let values = condition.values.iter().map(value).collect::<Vec<_>>().join("; ");
        let default = stated(&condition.default);
        let said = [("setting", condition.setting.as_str()), ("default", &default), ("values", &values)];
        self.with("claim.condition", &said)
    }
}
