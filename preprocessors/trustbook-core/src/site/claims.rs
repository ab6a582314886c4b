//! `claims.json`: every public claim with what came of checking it, for programs that read the site.

use crate::claim::{self, Basis, Claim};
use crate::expand::claim_homes;
use crate::register::Record;
use crate::register::claim::KIND;
use crate::register::common::Visibility;
use crate::trust::Trust;
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// Its path on the site.
pub(super) const PATH: &str = "claims.json";
/// The version of its form.
const VERSION: u64 = 1;

/// The claims that everybody may see, sorted by id, each with its record.
pub(super) fn public(trust: &Trust) -> Vec<(&Record, Cow<'_, Claim>)> {
    let records = trust.facts.register.of_kind(KIND);
    let mut found: Vec<(&Record, Cow<'_, Claim>)> = records
        .filter(|record| record.common.visibility == Visibility::Public)
        .filter_map(|record| Some((record, trust.claim(&record.id)?)))
        .collect();
    found.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    found
}

/// Whether the book has a file of its own of this name, which then stays.
pub(super) fn has_own(trust: &Trust, path: &str) -> bool {
    let own = format!("{}/{path}", trust.config.src);
    trust.files.iter().any(|entry| entry.path == own)
}

/// The file, where there is any claim.
pub(super) fn file(trust: &Trust) -> Option<Vec<u8>> {
    let claims = public(trust);
    if claims.is_empty() || has_own(trust, PATH) {
        return None;
    }
    let claims: Vec<Json> = claims.iter().map(|(record, claim)| one(trust, record, claim)).collect();
    let all = json!({
        "version": VERSION,
        "title": trust.config.title,
        "site_url": trust.config.trustbook.site_url.as_ref().map(url::Url::as_str),
        "notice": trust.config.trustbook.notice,
        "built_for": trust.facts.today.to_string(),
        "claims": claims,
    });
    Some(format!("{all:#}\n").into_bytes())
}

fn one(trust: &Trust, record: &Record, claim: &Claim) -> Json {
    let home = claim_homes(trust).get(&claim.id);
    let reasons = claim.reasons.iter().filter(|reason| reason.is_public);
    let evidence =
        claim.looked.iter().filter(|looked| looked.is_public).map(
            |looked| json!({ "what": looked.what, "on": looked.on.map(|day| day.to_string()), "link": looked.link }),
        );
    let condition = claim.condition.as_ref().map(|condition| {
        let values = condition.values.iter().map(|at| json!({ "where": at.name, "value": at.value }));
        json!({
            "setting": condition.setting,
            "default": condition.default,
            "values": values.collect::<Vec<Json>>(),
            "evidence": condition.evidence,
        })
    });
    json!({
        "id": claim.id,
        "says": claim.says,
        "kind": claim.kind.name,
        "outcome": claim.outcome.name(),
        "outcome_words": claim::outcome_words(claim),
        "mark": claim::mark(claim),
        "reasons": reasons.map(|reason| &reason.what).collect::<Vec<_>>(),
        "condition": condition,
        "evidence": evidence.collect::<Vec<Json>>(),
        "collected": collected(claim).map(|day| day.to_string()),
        "expires": claim.expires.map(|day| day.to_string()),
        "stated_by": match &claim.basis {
            Some(Basis::Stated { by, .. }) => Some(by),
            _ => None,
        },
        "deployments": record.common.deployments.iter().map(|id| &id.value).collect::<Vec<_>>(),
        "source": record.common.source,
        "stated": record.common.stated.map(|day| day.to_string()),
        "page": home.map(|home| format!("{}#{}", home.path, home.anchor)),
    })
}

/// The day of what a claim stands on; `None` for what this build looked at itself.
pub(super) fn collected(claim: &Claim) -> Option<jiff::civil::Date> {
    match claim.basis.as_ref()? {
        Basis::Schema { on, .. } | Basis::Source { on, .. } | Basis::Register(on) => *on,
        Basis::Observed(on) | Basis::Stated { on, .. } => Some(*on),
        Basis::Site => None,
    }
}
