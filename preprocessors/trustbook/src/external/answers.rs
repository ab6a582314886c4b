//! Answers of servers, kept from run to run and shared by machines, with the time each link was last reachable.

use super::ask::{LinkResponse, Outcome};
use super::page::AnchorSearch;
use super::shard::Shard;
use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use url::Url;

/// The `kind` field that identifies a file of answers.
const KIND: &str = "answers of servers outside, kept by trustbook";
const VERSION: u64 = 1;
/// The largest difference between the clocks of two machines, in seconds.
const APART: i64 = 600;
/// The time for which the answer for an unlinked address is kept, in seconds. A branch may still link to it.
const FORGOTTEN: i64 = 60 * 24 * 60 * 60;
/// The longest text in an answer, in bytes.
const LONGEST: usize = 1000;

/// The answer for an address, and its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CachedAnswer {
    /// The time of the last request, in seconds since 1970.
    pub(super) asked: i64,
    /// The time at which the address was last reachable, in seconds since 1970.
    pub(super) alive: Option<i64>,
    pub(super) found: LinkResponse,
}

/// Answers by address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answers {
    pub(super) entries: BTreeMap<String, CachedAnswer>,
    /// The share whose answers these are, or `None` for all.
    pub(super) shard: Option<Shard>,
}

/// Returns the current time in seconds since 1970. A book may be built for another day, but its links are
/// requested today.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

impl CachedAnswer {
    /// Returns the entry for a new answer. An address that is not reachable keeps its last time from `before`.
    pub(super) fn new(found: LinkResponse, before: Option<&CachedAnswer>, now: i64) -> Self {
        let alive = match found.outcome {
            Outcome::Alive => Some(now),
            _ => before.and_then(|before| before.alive),
        };
        CachedAnswer { asked: now, alive, found }
    }

    /// Returns true if the address was requested less than `time` before `now`.
    pub(super) fn is_within(&self, time: Duration, now: i64) -> bool {
        within(self.asked, time, now)
    }

    /// Returns true if the address was reachable less than `time` before `now`.
    pub(super) fn is_alive_within(&self, time: Duration, now: i64) -> bool {
        self.alive.is_some_and(|alive| within(alive, time, now))
    }
}

fn within(at: i64, time: Duration, now: i64) -> bool {
    let age = now.saturating_sub(at);
    age < i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

impl Answers {
    /// Merges other answers into these. Of two answers for an address the newer one wins, and so does the later
    /// time at which it was reachable.
    pub(super) fn take(&mut self, others: Answers) {
        for (url, mut entry) in others.entries {
            if let Some(known) = self.entries.get(&url) {
                let alive = known.alive.max(entry.alive);
                if known.asked > entry.asked {
                    entry = known.clone();
                }
                entry.alive = alive;
            }
            self.entries.insert(url, entry);
        }
    }

    /// Removes addresses that are no longer linked and were not requested for [`FORGOTTEN`] seconds.
    pub(super) fn forget(&mut self, is_linked: impl Fn(&str) -> bool, now: i64) {
        self.entries.retain(|url, entry| is_linked(url) || now.saturating_sub(entry.asked) < FORGOTTEN);
    }

    /// Returns the answers as JSON. Equal answers give equal text.
    pub(super) fn text(&self) -> String {
        let links: Map<String, Json> =
            self.entries.iter().map(|(url, entry)| (url.clone(), entry_json(entry))).collect();
        let mut root = json!({ "kind": KIND, "version": VERSION });
        if let Some(shard) = self.shard {
            root["shard"] = json!(shard.to_string());
        }
        root["links"] = Json::Object(links);
        format!("{}\n", serde_json::to_string_pretty(&root).unwrap_or_default())
    }

    /// Reads a file of answers. It skips entries that are invalid or lie in the future.
    ///
    /// # Errors
    /// Returns a phrase that says why the file is not one of answers.
    pub(super) fn read(bytes: &[u8], now: i64) -> Result<Self, String> {
        let root: Json = serde_json::from_slice(bytes).map_err(|error| format!("it is not JSON: {error}"))?;
        if root["kind"] != KIND {
            return Err("it was written by another program".to_owned());
        }
        if root["version"] != VERSION {
            return Err("it is of another version of trustbook".to_owned());
        }
        let shard = match root.get("shard") {
            Some(shard) => {
                Some(shard.as_str().unwrap_or_default().parse().map_err(|_| "it belongs to no share".to_owned())?)
            }
            None => None,
        };
        let links = root["links"].as_object().ok_or("it has no links")?;
        let read = |(url, json): (&String, &Json)| Some((url.clone(), entry(url, json, now)?));
        Ok(Answers { entries: links.iter().filter_map(read).collect(), shard })
    }
}

fn entry_json(entry: &CachedAnswer) -> Json {
    let time = |at: i64| Timestamp::from_second(at).map(|at| at.to_string()).unwrap_or_default();
    let LinkResponse { outcome, moved, secure, anchors, lines, .. } = &entry.found;
    let mut json = match outcome {
        Outcome::Alive => json!({ "outcome": "alive" }),
        Outcome::Gone(why) => json!({ "outcome": "gone", "why": why }),
        Outcome::Unknown(why, help) => json!({ "outcome": "unknown", "why": why, "help": help }),
    };
    json["asked"] = json!(time(entry.asked));
    json["alive"] = json!(entry.alive.map(time));
    for (key, url) in [("moved", moved), ("secure", secure)] {
        if let Some(url) = url {
            json[key] = json!(url.as_str());
        }
    }
    if !anchors.is_empty() {
        let seen = |seen: &AnchorSearch| match seen {
            AnchorSearch::Found => json!("found"),
            AnchorSearch::Unsure => json!("unsure"),
            AnchorSearch::Missing(near) => json!({ "missing": near }),
        };
        json["anchors"] =
            anchors.iter().map(|(anchor, state)| (anchor.clone(), seen(state))).collect::<Map<_, _>>().into();
    }
    if let Some((count, is_whole)) = lines {
        json["lines"] = json!(count);
        json["all_lines"] = json!(is_whole);
    }
    json
}

/// Reads an entry. Returns `None` if it is invalid.
fn entry(url: &str, json: &Json, now: i64) -> Option<CachedAnswer> {
    let is_web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    Url::parse(url).ok().filter(is_web)?;
    let text = |json: &Json| json.as_str().filter(|text| text.len() <= LONGEST).map(str::to_owned);
    // A time in the future comes from a wrong clock, or from somebody who wants to prevent further requests.
    let time = |key: &str| {
        let at = json.get(key)?.as_str()?.parse::<Timestamp>().ok()?.as_second();
        (at <= now.saturating_add(APART)).then_some(at.min(now))
    };
    let place = |key: &str| json.get(key)?.as_str()?.parse::<Url>().ok().filter(is_web);
    let outcome = match json["outcome"].as_str()? {
        "alive" => Outcome::Alive,
        "gone" => Outcome::Gone(text(&json["why"])?),
        "unknown" => Outcome::Unknown(text(&json["why"])?, text(&json["help"])?),
        _ => return None,
    };
    let seen = |(anchor, json): (&String, &Json)| {
        let seen = match json.as_str() {
            Some("found") => AnchorSearch::Found,
            Some("unsure") => AnchorSearch::Unsure,
            Some(_) => return None,
            None => AnchorSearch::Missing(text(json.get("missing")?)),
        };
        Some((anchor.clone(), seen))
    };
    let anchors = json["anchors"].as_object().into_iter().flatten().filter_map(seen).collect();
    let lines =
        json["lines"].as_u64().and_then(|count| Some((usize::try_from(count).ok()?, json["all_lines"].as_bool()?)));
    let found = LinkResponse { moved: place("moved"), secure: place("secure"), anchors, lines, ..outcome.into() };
    Some(CachedAnswer { asked: time("asked")?, alive: time("alive"), found })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn at(asked: i64, outcome: Outcome) -> CachedAnswer {
        let alive = (outcome == Outcome::Alive).then_some(asked);
        CachedAnswer { asked, alive, found: outcome.into() }
    }

    #[test]
    fn answers_read_as_they_were_written() {
        let mut full = at(NOW - 5, Outcome::Alive);
        full.found.moved = Url::parse("https://b.example/#x").ok();
        full.found.secure = Url::parse("https://a.example/").ok();
        full.found.lines = Some((7, false));
        full.found.anchors = BTreeMap::from([
            ("x".to_owned(), AnchorSearch::Found),
            ("y".to_owned(), AnchorSearch::Missing(Some("x".to_owned()))),
            ("z".to_owned(), AnchorSearch::Missing(None)),
            ("u".to_owned(), AnchorSearch::Unsure),
        ]);
        let unknown = Outcome::Unknown("it answers 503".to_owned(), "try again later".to_owned());
        let answers = Answers {
            entries: BTreeMap::from([
                ("http://a.example/".to_owned(), full),
                ("https://b.example/".to_owned(), at(NOW - 9, Outcome::Gone("it answers 404".to_owned()))),
                ("https://c.example/".to_owned(), at(NOW, unknown)),
            ]),
            shard: "2/8".parse().ok(),
        };
        assert_eq!(Answers::read(answers.text().as_bytes(), NOW), Ok(answers.clone()));
        assert_eq!(answers.text(), answers.clone().text());
    }

    #[test]
    fn what_is_not_ours_or_makes_no_sense_is_not_trusted() {
        for text in ["", "{", "[]", "{}", "{\"kind\": \"other\"}", "\"x\""] {
            assert!(Answers::read(text.as_bytes(), NOW).is_err(), "{text}");
        }
        let with = |version: u64, url: &str, entry: Json| {
            json!({ "kind": KIND, "version": version, "links": { url: entry } }).to_string()
        };
        let good = json!({ "outcome": "alive", "asked": "2026-01-01T00:00:00Z", "alive": "2026-01-01T00:00:00Z" });
        let read = |text: String| Answers::read(text.as_bytes(), NOW).map(|answers| answers.entries.len());
        assert_eq!(read(with(1, "https://a.example/", good.clone())), Ok(1));
        assert!(read(with(2, "https://a.example/", good.clone())).is_err());
        let mut future = good.clone();
        future["asked"] = json!("2099-01-01T00:00:00Z");
        let mut no_time = good.clone();
        no_time["asked"] = json!(5);
        let mut odd = good.clone();
        odd["outcome"] = json!("fine");
        for entry in [future, no_time, odd, json!(1), json!({ "outcome": "gone", "asked": "2026-01-01T00:00:00Z" })] {
            assert_eq!(read(with(1, "https://a.example/", entry.clone())), Ok(0), "{entry}");
        }
        for url in ["file:///etc/passwd", "x", "mailto:a@b.example"] {
            assert_eq!(read(with(1, url, good.clone())), Ok(0), "{url}");
        }
        let mut seen_later = good;
        seen_later["alive"] = json!("2099-01-01T00:00:00Z");
        seen_later["moved"] = json!("javascript:alert(1)");
        let answers = Answers::read(with(1, "https://a.example/", seen_later).as_bytes(), NOW).unwrap();
        let entry = &answers.entries["https://a.example/"];
        assert_eq!((entry.alive, entry.found.moved.as_ref()), (None, None));
    }

    #[test]
    fn the_later_answer_holds_and_the_last_day_alive_stays() {
        let gone = at(NOW - 10, Outcome::Gone("it answers 404".to_owned()));
        let alive = at(NOW - 100, Outcome::Alive);
        let one = |entry: &CachedAnswer| Answers {
            entries: BTreeMap::from([("https://a.example/".to_owned(), entry.clone())]),
            shard: None,
        };
        for (first, second) in [(&gone, &alive), (&alive, &gone)] {
            let mut answers = one(first);
            answers.take(one(second));
            let entry = &answers.entries["https://a.example/"];
            assert_eq!((&entry.found.outcome, entry.alive), (&gone.found.outcome, Some(NOW - 100)));
        }
        let new = CachedAnswer::new(gone.found.clone(), Some(&alive), NOW);
        assert_eq!((new.asked, new.alive), (NOW, Some(NOW - 100)));
        assert!(new.is_within(Duration::from_secs(1), NOW) && !new.is_within(Duration::ZERO, NOW));
        let mut answers = one(&alive);
        answers.forget(|_| false, NOW);
        assert_eq!(answers.entries.len(), 1);
        answers.forget(|_| true, NOW + FORGOTTEN);
        answers.forget(|_| false, NOW + FORGOTTEN);
        assert!(answers.entries.is_empty());
    }
}
