//! The region codes of cloud providers, with the country and the place of each.

use crate::pattern::Pattern;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

/// A provider with known codes.
#[derive(Debug)]
pub struct Provider {
    /// The key in `codes` of a region: `aws`, `gcp` or `azure`.
    pub key: &'static str,
    /// The common name.
    pub name: &'static str,
    /// The codes with their descriptions.
    pub codes: BTreeMap<String, Code>,
}

/// The description of a code.
#[derive(Debug)]
pub struct Code {
    /// The country as ISO 3166-1 alpha-2; `None` if the code spans several countries, or the country is not public.
    pub country: Option<String>,
    /// The place in words, as precise as the provider publishes it.
    pub place: String,
}

const DATA: &str = include_str!("../data/regions.toml");
/// The largest number of regions worth listing.
const FEW: usize = 4;
const NAMES: [(&str, &str); 3] = [("aws", "AWS"), ("gcp", "GCP"), ("azure", "Azure")];

static PROVIDERS: LazyLock<Vec<Provider>> = LazyLock::new(|| {
    let data: toml::Table = DATA.parse().unwrap_or_default();
    NAMES.iter().map(|(key, name)| Provider { key, name, codes: codes(data.get(*key)) }).collect()
});

/// The date of the lists, which lack regions opened later.
pub fn checked() -> Option<Date> {
    let data: toml::Table = DATA.parse().ok()?;
    data.get("checked")?.as_datetime()?.to_string().parse().ok()
}

/// Other keys for a provider, without case and separators.
const ALSO: &[(&str, &str)] = &[
    ("amazon", "aws"),
    ("amazonaws", "aws"),
    ("amazonwebservices", "aws"),
    ("gcloud", "gcp"),
    ("google", "gcp"),
    ("googlecloud", "gcp"),
    ("googlecloudplatform", "gcp"),
    ("microsoft", "azure"),
    ("microsoftazure", "azure"),
    ("msazure", "azure"),
];

/// Returns the provider of a key in `codes`.
pub fn provider(key: &str) -> Option<&'static Provider> {
    let plain = key.to_lowercase().replace(['_', '-'], "");
    let known = ALSO.iter().find(|(also, _)| *also == plain).map_or(plain.as_str(), |(_, known)| known);
    PROVIDERS.iter().find(|provider| provider.key == known)
}

/// Returns the providers that use a code.
pub fn find(code: &str) -> Vec<&'static Provider> {
    PROVIDERS.iter().filter(|provider| provider.codes.contains_key(code)).collect()
}

/// Returns true if a word is the code of a region in one country. `eu`, which is also a word, is not such a code.
pub fn is_code(word: &str) -> bool {
    static CODES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let codes = PROVIDERS.iter().flat_map(|provider| &provider.codes);
        codes.filter(|(_, code)| code.country.is_some()).map(|(word, _)| word.as_str()).collect()
    });
    CODES.contains(word)
}

impl Provider {
    /// Returns the description of a code. Azure accepts `West Europe` for `westeurope`.
    pub fn code(&self, text: &str) -> Option<&Code> {
        let joined = || text.to_lowercase().replace(' ', "");
        self.codes.get(text).or_else(|| self.codes.get(&joined()).filter(|_| self.key == "azure"))
    }

    /// Returns the regions at a place, or else those of the country if they are few, as `(code, place)`.
    pub fn near(&self, country: &str, place: &str) -> Vec<(&str, &str)> {
        let place = place.to_lowercase();
        // "Northern California" and "Los Angeles, California" share a part. "Ohio" shares none with either.
        let shares = |words: &str| words.to_lowercase().split(", ").any(|word| place.contains(word));
        let there = self.codes.iter().filter(|(_, code)| code.country.as_deref() == Some(country));
        let there: Vec<_> = there.map(|(name, code)| (name.as_str(), code.place.as_str())).collect();
        let same: Vec<_> = there.iter().copied().filter(|(_, at)| shares(at)).collect();
        let some = if same.is_empty() { there } else { same };
        if some.len() <= FEW { some } else { Vec::new() }
    }

    /// Returns true if a text names a zone within a region: `eu-central-1a`, `us-east1-b`, `us-west-2-lax-1`.
    pub fn is_zone(&self, text: &str) -> bool {
        self.region_of(text).is_some() || self.is_local_zone(text)
    }

    /// Returns the description of the region that contains a zone. Local zones of AWS, such as `us-east-1-bue-1a`, are
    /// left out, since they can be in another country than their region.
    pub fn region_of(&self, text: &str) -> Option<&Code> {
        let (region, zone) = match self.key {
            "aws" => text.split_at_checked(text.len().checked_sub(1)?)?,
            // Zones for accelerators are named `us-central1-ai1a`.
            "gcp" => text.rsplit_once('-')?,
            _ => return None,
        };
        let is_letter = |zone: &str| matches!(zone.as_bytes(), [b'a'..=b'z']);
        let is_special = || {
            let rest = zone.strip_prefix("ai").filter(|_| self.key == "gcp");
            rest.is_some_and(|rest| {
                rest.starts_with(|c: char| c.is_ascii_digit()) && rest.get(1..).is_some_and(is_letter)
            })
        };
        self.codes.get(region).filter(|_| is_letter(zone) || is_special())
    }

    /// Returns true for a local zone such as `us-west-2-lax-1a`, or `us-east-1-wl1-bos-wlz-1` in the network of a
    /// telephone company.
    fn is_local_zone(&self, text: &str) -> bool {
        static LOCAL: Pattern = Pattern::new(r"^(.+-\d)-(?:[a-z]{3}-\d[a-z]?|wl\d-[a-z]{3,4}(?:-wlz-\d|\d)?)$");
        let region = || LOCAL.captures(text)?.get(1);
        self.key == "aws" && region().is_some_and(|region| self.codes.contains_key(region.as_str()))
    }
}

fn codes(table: Option<&toml::Value>) -> BTreeMap<String, Code> {
    let entries = table.and_then(toml::Value::as_table).into_iter().flatten();
    let text = |code: &toml::Value, key: &str| Some(code.get(key)?.as_str()?.to_owned());
    entries
        .map(|(code, about)| {
            let place = text(about, "place").unwrap_or_default();
            (code.clone(), Code { country: text(about, "country"), place })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::countries;

    #[test]
    fn every_code_has_a_place_and_a_country_that_exists() {
        for provider in PROVIDERS.iter() {
            assert!(provider.codes.len() > 40, "{}", provider.key);
            for (name, code) in &provider.codes {
                assert!(!code.place.is_empty(), "{name}");
                let country = code.country.as_deref();
                assert!(country.is_none_or(countries::is_code), "{name}");
            }
        }
        let data: toml::Table = DATA.parse().unwrap();
        assert!(checked().is_some());
        assert_eq!(data.len(), NAMES.len() + 2);
    }

    #[test]
    fn codes_are_found_by_provider_and_zones_are_told_apart() {
        let [aws, gcp, azure] = ["aws", "GCP", "azure"].map(|key| provider(key).unwrap());
        assert_eq!(aws.code("eu-central-1").unwrap().country.as_deref(), Some("DE"));
        assert!(gcp.code("eu-central-1").is_none() && gcp.code("europe-west3").is_some());
        assert!(azure.code("West Europe").is_some() && aws.code("EU Central 1").is_none());
        assert!(aws.is_zone("us-west-2-lax-1") && aws.is_zone("eu-central-1b") && gcp.is_zone("us-east1-b"));
        assert!(!aws.is_zone("us-west-10") && !azure.is_zone("westus4"));
        for zone in ["us-east-1-wl1-bos-wlz-1", "us-east-1-bue-1a", "us-gov-west-1a"] {
            assert!(aws.is_zone(zone), "{zone}");
        }
        assert!(gcp.is_zone("us-central1-ai1a"));
        for text in ["eu-central-1abc", "eu-central-1-foo", "eu-central-1A", "eu-central-1", "a", "", "é", "-é"] {
            assert!(!aws.is_zone(text) && !gcp.is_zone(text), "{text}");
        }
        assert!(!gcp.is_zone("europe-west3a") && !gcp.is_zone("europe-west3-abc") && !gcp.is_zone("europe-west3-aié"));
        assert!(aws.region_of("us-west-2-lax-1a").is_none() && aws.region_of("us-east-1a").is_some());
        for (key, known) in [("google", "gcp"), ("Google_Cloud", "gcp"), ("gcloud", "gcp"), ("amazon", "aws")] {
            assert_eq!(provider(key).unwrap().key, known);
        }
        assert_eq!(provider("microsoft").unwrap().key, "azure");
        assert_eq!(find("us-west-1").iter().map(|provider| provider.name).collect::<Vec<_>>(), ["AWS"]);
        assert!(is_code("eu-central-1") && is_code("westeurope") && !is_code("eu") && !is_code("eu-central-99"));
        assert!(provider("onprem").is_none());
        assert_eq!(gcp.near("DE", "Frankfurt am Main"), [("europe-west3", "Frankfurt")]);
        assert_eq!(gcp.near("DE", "Munich").len(), 2);
        assert_eq!(gcp.near("US", "Northern California"), [("us-west2", "Los Angeles, California")]);
        assert_eq!(gcp.near("US", "somewhere"), []);
    }
}
