//! `oscal-assessment-results.json`: claims as observations of an assessment (NIST OSCAL 1.1.3).

use super::{Files, Make, Output, claims};
use crate::book::Book;
use crate::claim::{Claim, Evidence};
use crate::site::Site;
use crate::theme::words::Words;
use jiff::civil::Date;
use serde_json::{Value as Json, json};
use sha1::{Digest, Sha1};

pub(super) const OUTPUT: Output = Output {
    name: "oscal-assessment-results.json",
    is_of_vendor: false,
    page: include_str!("oscal.md"),
    make: Make::OfSite(make),
};

/// The version of the model.
const OSCAL: &str = "1.1.3";
/// The namespace of properties that OSCAL does not define.
const NAMESPACE: &str = "https://github.com/trustbook/trustbook";
/// The namespace of URLs (RFC 9562, section 6.6), from which the ids are derived.
const URL_NAMESPACE: [u8; 16] =
    [0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];

fn make(book: &Book, _: &Site) -> Files {
    let claims = claims(book);
    if claims.is_empty() {
        return Vec::new();
    }
    let today = book.facts.today;
    let title = book.config.title.as_deref().unwrap_or("Claims");
    let base = book.config.trustbook.site_url.as_ref().map_or(title, |url| url.as_str());
    let id = |name: &str| uuid(&format!("{base} {name}"));
    let plan = id("plan");
    let observations: Vec<Json> =
        claims.iter().map(|(_, claim)| observation(book, claim, &id(&format!("claim {}", claim.id)))).collect();
    let mut metadata = json!({
        "title": format!("Claims of: {title}"),
        "last-modified": time(today),
        "version": today.to_string(),
        "oscal-version": OSCAL,
    });
    if let Some(notice) = &book.config.trustbook.notice {
        metadata["remarks"] = json!(notice);
    }
    let all = json!({
        "assessment-results": {
            "uuid": id(&format!("results {today}")),
            "metadata": metadata,
            "import-ap": { "href": format!("#{plan}") },
            "results": [{
                "uuid": id(&format!("result {today}")),
                "title": "Published sentences and what was checked of each",
                "description": "Each observation is one sentence that the vendor publishes, with how it was checked and when.",
                "start": time(today),
                "reviewed-controls": {
                    "control-selections": [{
                        "description": "The claims of the register. They are no controls of a catalogue.",
                        "include-all": {},
                    }],
                },
                "observations": observations,
            }],
            "back-matter": {
                "resources": [{
                    "uuid": plan,
                    "title": "How claims are checked",
                    "description": "There is no assessment plan. The page of claims on this site says of each sentence how it is checked, what that does not show, and how to check it again.",
                }],
            },
        },
    });
    vec![(OUTPUT.name.to_owned(), super::written(&all))]
}

fn observation(book: &Book, claim: &Claim, id: &str) -> Json {
    let words = &book.theme.words;
    let method = match claim.kind.name {
        "attested" => "INTERVIEW",
        "no_request" | "no_storage" | "observed_subset" | "expr" => "TEST",
        _ => "EXAMINE",
    };
    let prop = |name: &str, value: &str| json!({ "name": name, "ns": NAMESPACE, "value": line(value) });
    let mut props = vec![
        prop("claim", &claim.id),
        prop("kind", claim.kind.name),
        prop("outcome", claim.outcome.name()),
        prop("mark", &words.mark(claim)),
    ];
    props.extend(claim.condition.iter().map(|condition| prop("depends-on", &condition.setting)));
    let mut observation = json!({
        "uuid": id,
        "title": format!("Claim {}", claim.id),
        "description": line(&words.sentence(claim)),
        "props": props,
        "methods": [method],
        "types": ["control-objective"],
        "collected": time(claim.collected().unwrap_or(book.facts.today)),
        "remarks": format!("{} {}", words.of_kind(claim.kind, "method"), words.of_kind(claim.kind, "limits")),
    });
    let evidence: Vec<Json> =
        claim.looked.iter().filter(|looked| looked.is_public).map(|looked| evidence(words, looked)).collect();
    if !evidence.is_empty() {
        observation["relevant-evidence"] = Json::Array(evidence);
    }
    if let Some(expires) = claim.expires {
        observation["expires"] = json!(time(expires));
    }
    observation
}

fn evidence(words: &Words, looked: &Evidence) -> Json {
    let mut evidence = json!({ "description": line(&words.phrase(&looked.what)) });
    if let Some(link) = &looked.link {
        evidence["href"] = json!(link);
    }
    evidence
}

/// Returns a text on one line, or "none" if it is empty: a value must not be empty.
fn line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() { "none".to_owned() } else { line }
}

/// Formats the start of a day in UTC.
fn time(day: Date) -> String {
    format!("{day}T00:00:00Z")
}

/// Returns an id that is the same in every build: a version 5 UUID (RFC 9562).
fn uuid(name: &str) -> String {
    let hash = Sha1::new().chain_update(URL_NAMESPACE).chain_update(NAMESPACE).chain_update(" ").chain_update(name);
    let mut bytes: Vec<u8> = hash.finalize().iter().copied().take(16).collect();
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = crate::schema::index::hex(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_stable_and_of_version_5() {
        let id = uuid("a");
        assert_eq!(id, uuid("a"));
        assert_ne!(id, uuid("b"));
        assert_eq!((id.len(), &id[14..15]), (36, "5"));
        assert!(["8", "9", "a", "b"].contains(&&id[19..20]));
        assert_eq!((line(" a\n b "), line("")), ("a b".to_owned(), "none".to_owned()));
    }
}
