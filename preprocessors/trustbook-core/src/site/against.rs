//! What the finished pages say against claims that speak of them.

use super::Site;
use super::resolve::Target;
use crate::claim::{self, Outcome, Reason, Why};
use crate::diagnostic::Place;
use crate::trust::Trust;
use std::collections::{BTreeMap, BTreeSet};

/// The reasons, by the id of the claim. A claim without any is left out.
pub fn against(trust: &Trust, site: &Site) -> BTreeMap<String, Vec<Reason>> {
    let claims = trust.claims.iter().filter(|claim| claim.is_of_site() && claim.outcome == Outcome::Holds);
    let found = claims.map(|claim| {
        let allowed = claim::allowed(&trust.facts, claim);
        (claim.id.clone(), reasons(trust, site, &allowed))
    });
    found.filter(|(_, reasons)| !reasons.is_empty()).collect()
}

fn reasons(trust: &Trust, site: &Site, allowed: &[String]) -> Vec<Reason> {
    if trust.pages.is_empty() {
        return vec![Reason::new(Why::Lacking, "the site has no page, so that nothing was looked at")];
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for bad in &site.bad_links {
        let Target::ThirdParty(host) = &bad.target else { continue };
        if claim::is_below(host, allowed) || !seen.insert(host) {
            continue;
        }
        let reason = Reason::new(Why::Against, format!("a page of this site asks `{host}` by itself"));
        let reason = match &bad.place {
            Place::At(span) => reason.at(*span, "it is asked for this"),
            Place::File(_) | Place::InFile { .. } => reason,
        };
        found.push(reason.help("put the file into the book, declare the host in `allow`, or change the sentence"));
    }
    found
}
