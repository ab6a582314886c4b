//! `claims.json`: every public claim with its outcome, for programs that read the site.

use super::{Files, Make, Output, claims, head, written};
use crate::book::Book;
use crate::claim::{Basis, Claim};
use crate::register::Record;
use crate::site::Site;
use serde_json::{Value as Json, json};

pub(super) const OUTPUT: Output =
    Output { name: "claims.json", is_of_vendor: false, page: include_str!("claims_json.md"), make: Make::OfSite(make) };

/// The version of the format.
const VERSION: u64 = 1;

fn make(book: &Book, _: &Site) -> Files {
    let claims: Vec<Json> = claims(book).iter().map(|(record, claim)| one(book, record, claim)).collect();
    if claims.is_empty() {
        return Vec::new();
    }
    let mut all = head(book, VERSION);
    all["claims"] = Json::Array(claims);
    vec![(OUTPUT.name.to_owned(), written(&all))]
}

fn one(book: &Book, record: &Record, claim: &Claim) -> Json {
    let (home, words) = (book.index.rows.get(&record.full_id()), &book.theme.words);
    let reasons = claim.reasons.iter().filter(|reason| reason.is_public);
    let evidence =
        claim.looked.iter().filter(|looked| looked.is_public).map(
            |looked| json!({ "what": words.phrase(&looked.what), "on": looked.on.map(|day| day.to_string()), "link": looked.link }),
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
        "outcome_words": words.outcome(claim),
        "mark": words.mark(claim),
        "reasons": reasons.map(|reason| &reason.what).collect::<Vec<_>>(),
        "condition": condition,
        "evidence": evidence.collect::<Vec<Json>>(),
        "collected": claim.collected().map(|day| day.to_string()),
        "expires": claim.expires.map(|day| day.to_string()),
        "stated_by": match &claim.basis {
            Some(Basis::Stated { by, .. }) => Some(by),
            _ => None,
        },
        "deployments": book.facts.shown_deployments(&record.common).collect::<Vec<_>>(),
        "source": record.common.source,
        "stated": record.common.stated.map(|day| day.to_string()),
        "page": home.map(|home| format!("{}#{}", home.path, home.anchor)),
    })
}
