//! The meaning of a server's answer for each link to that address.

use super::answers::CachedAnswer;
use super::ask::Outcome;
use super::page::AnchorSearch;
use super::plan::{RequiredPart, part};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use trustbook_core::config::links::Links;
use trustbook_core::site::outside::LinkAnswer;
use url::Url;

/// Returns the answer to one link.
pub(super) fn answer(url: &Url, entry: &CachedAnswer, settings: &Links, now: i64) -> LinkAnswer {
    match &entry.found.outcome {
        Outcome::Gone(why) => return LinkAnswer::Gone(why.clone()),
        Outcome::Unknown(why, help) => return unknown(why, help, Some(entry), settings, now),
        Outcome::Alive => {}
    }
    match part(url).1 {
        RequiredPart::Anchor(anchor) => {
            if let Some(AnchorSearch::Missing(near)) = entry.found.anchors.get(&anchor) {
                return LinkAnswer::NoAnchor(near.clone());
            }
        }
        RequiredPart::Lines(_, lines) => {
            if let Some((count, true)) = entry.found.lines
                && lines.last > count
            {
                return LinkAnswer::NoLine(count);
            }
        }
        RequiredPart::Whole => {}
    }
    let with_fragment = |to: &Url| {
        let mut to = to.clone();
        if to.fragment().is_none() {
            to.set_fragment(url.fragment());
        }
        to
    };
    match (&entry.found.secure, &entry.found.moved) {
        (Some(to), _) => LinkAnswer::Secure(with_fragment(to)),
        (None, Some(to)) => LinkAnswer::Moved(with_fragment(to)),
        (None, None) => LinkAnswer::Alive,
    }
}

/// Returns the answer for a link whose state could not be determined, with the day on which it was last reachable.
pub(super) fn unknown(why: &str, help: &str, entry: Option<&CachedAnswer>, settings: &Links, now: i64) -> LinkAnswer {
    let alive = entry.and_then(|entry| entry.alive);
    let day = |at: i64| Some(Timestamp::from_second(at).ok()?.to_zoned(TimeZone::UTC).date());
    LinkAnswer::Unknown {
        why: why.to_owned(),
        help: help.to_owned(),
        alive: alive.and_then(day),
        is_tolerated: entry.is_some_and(|entry| entry.is_alive_within(settings.tolerate, now)),
    }
}
