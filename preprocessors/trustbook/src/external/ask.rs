//! One address is asked: whether it is there, where it has moved, and whether it has the anchors and lines that are named.

use super::page::{self, Seen};
use super::plan::{Wanted, without_fragment};
use crate::net::{Answer, Ask, Method, Net, Plain, Refusal, Trouble};
use crate::output::cut;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use trustbook_core::Trust;
use url::Url;

/// The bytes of a page or file in which anchors and lines are looked for.
pub(super) const BYTES: u64 = 5 * 1024 * 1024;

/// The longest reason that is kept and shown, in characters.
const LONGEST: usize = 300;

/// Those who can be asked.
pub(super) trait Web {
    async fn get(&self, url: &Url, method: Method) -> Result<Answer, Trouble>;
}

impl Web for Net {
    async fn get(&self, url: &Url, method: Method) -> Result<Answer, Trouble> {
        let headers = HeaderMap::new();
        // A link is judged and not read, so that it may be without TLS.
        self.fetch(&Ask { url, method, plain: Plain::Anywhere, headers: &headers, known: (None, None) }).await
    }
}

/// Whether there is something at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Alive,
    /// There is not: why, as a phrase.
    Gone(String),
    /// Nobody can say: why, as a phrase, and what to do.
    Unknown(String, String),
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) outcome: Outcome,
    /// Where it has moved for good.
    pub(super) moved: Option<Url>,
    /// Where it can be had with encryption, where the link is without.
    pub(super) secure: Option<Url>,
    pub(super) anchors: BTreeMap<String, Seen>,
    /// How many lines the file has, and whether these are all.
    pub(super) lines: Option<(usize, bool)>,
    /// What says something of the server, and not of this address.
    pub(super) sign: Option<Sign>,
}

/// What says something of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// It did not answer in time.
    Hangs,
    /// It asks for so many seconds.
    Busy(u64),
    /// This machine can not ask anybody.
    Offline,
}

impl From<Outcome> for Found {
    fn from(outcome: Outcome) -> Self {
        Found { outcome, moved: None, secure: None, anchors: BTreeMap::new(), lines: None, sign: None }
    }
}

impl Found {
    /// The same without secrets in what others say, which is kept and reported; and only then cut.
    pub(super) fn masked(mut self, trust: &Trust) -> Self {
        let is_clean = |text: &str| trust.masked(text) == text;
        if let Outcome::Gone(why) | Outcome::Unknown(why, _) = &mut self.outcome {
            *why = cut(&trust.masked(why), LONGEST);
        }
        self.moved = self.moved.filter(|url| is_clean(url.as_str()));
        self.secure = self.secure.filter(|url| is_clean(url.as_str()));
        for seen in self.anchors.values_mut() {
            if let Seen::Missing(near) = seen {
                *near = near.take().filter(|near| is_clean(near));
            }
        }
        self
    }
}

/// Time that is left for an address.
#[derive(Clone, Copy)]
struct Clock {
    until: Instant,
    all: Duration,
}

impl Clock {
    /// A part of it, for a question that may not be the last.
    fn half(self) -> Self {
        Clock { until: self.until.min(Instant::now() + self.all / 2), ..self }
    }

    async fn get(self, web: &impl Web, url: &Url, method: Method) -> Result<Answer, Trouble> {
        timeout_at(self.until, web.get(url, method)).await.unwrap_or(Err(Trouble::TimedOut(self.all)))
    }
}

/// Asks for an address, for no longer than `time` in all.
pub(super) async fn ask(web: &impl Web, wanted: &Wanted, time: Duration) -> Found {
    let clock = Clock { until: Instant::now() + time, all: time };
    let lines = match &wanted.raw {
        Some(raw) => lines(web, raw, clock.half()).await,
        None => None,
    };
    // A file whose bytes are there has its page.
    if lines.is_some() && wanted.anchors.is_empty() {
        return Found { lines, ..Outcome::Alive.into() };
    }
    let answer = match page_of(web, wanted, clock).await {
        Ok(answer) => answer,
        Err(trouble) => return Found { lines, sign: sign(&trouble), ..outcome_of(&trouble).into() },
    };
    let outcome = outcome(answer.status);
    if outcome != Outcome::Alive {
        return outcome.into();
    }
    let secure = secure(web, &wanted.url, &answer, clock).await;
    let moved =
        Some(&answer.url).filter(|to| answer.moved_for_good && secure.is_none() && is_elsewhere(&wanted.url, to));
    let is_page = matches!(answer.media_type.as_deref(), Some("text/html" | "application/xhtml+xml"));
    // A redirect that names an anchor itself takes the place of the one that was asked for.
    let is_read = is_page && answer.url.fragment().is_none();
    let moved = moved.cloned();
    let anchors = match is_read {
        true => anchors(answer, &wanted.anchors, clock).await,
        false => None,
    };
    let anchors = anchors.unwrap_or_else(|| wanted.anchors.iter().map(|at| (at.clone(), Seen::Unsure)).collect());
    Found { moved, secure, anchors, lines, ..outcome.into() }
}

/// The anchors of a page, looked for aside: a page can be made to take long, and nothing else waits for it.
async fn anchors(answer: Answer, wanted: &BTreeSet<String>, clock: Clock) -> Option<BTreeMap<String, Seen>> {
    if wanted.is_empty() {
        return None;
    }
    let wanted = wanted.clone();
    let look = tokio::task::spawn_blocking(move || page::anchors(&answer.body, answer.is_whole, &wanted));
    timeout_at(clock.until, look).await.ok()?.ok()
}

/// Asks for the page: whether it is there, and for all of it only where an anchor is looked for.
///
/// Only a good answer to HEAD is believed. Many servers refuse it (405, 501), call what is there missing (404, 403), cut
/// the connection or never answer, so that nothing else is said of a link on its account.
async fn page_of(web: &impl Web, wanted: &Wanted, clock: Clock) -> Result<Answer, Trouble> {
    if !wanted.anchors.is_empty() {
        return clock.get(web, &wanted.url, Method::Start(BYTES)).await;
    }
    match clock.half().get(web, &wanted.url, Method::Head).await {
        Ok(answer) if outcome(answer.status) == Outcome::Alive => Ok(answer),
        Ok(_) | Err(Trouble::Broken(_) | Trouble::TimedOut(_)) => clock.get(web, &wanted.url, Method::Start(0)).await,
        Err(trouble) => Err(trouble),
    }
}

/// What a status says.
fn outcome(status: u16) -> Outcome {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    let why = format!("it answers {status} {reason}").trim_end().to_owned();
    let unknown = |help: &str| Outcome::Unknown(why.clone(), help.to_owned());
    match status {
        200..=300 | 304 => Outcome::Alive,
        404 | 410 => Outcome::Gone(why),
        301..=399 => {
            Outcome::Unknown(format!("{why}, and not where it leads"), "open it, and link to where it is".to_owned())
        }
        401 | 403 | 405..=407 | 418 | 999 => unknown(
            "open it: where it is there for people only, name it in `exclude` under [preprocessor.trustbook.links]",
        ),
        500.. => unknown("try again later"),
        _ => unknown("open it, and mend the address where that is wrong"),
    }
}

fn outcome_of(trouble: &Trouble) -> Outcome {
    match trouble {
        Trouble::Refused(Refusal::NoSuchName(_)) => Outcome::Gone(trouble.to_string()),
        _ => Outcome::Unknown(trouble.to_string(), trouble.help().to_owned()),
    }
}

fn sign(trouble: &Trouble) -> Option<Sign> {
    match trouble {
        Trouble::TimedOut(_) => Some(Sign::Hangs),
        Trouble::Busy(_, Some(seconds)) => Some(Sign::Busy(*seconds)),
        _ => trouble.is_of_this_machine().then_some(Sign::Offline),
    }
}

/// How many lines a file has. `None` where its bytes are not there: its page may be all the same.
async fn lines(web: &impl Web, raw: &Url, clock: Clock) -> Option<(usize, bool)> {
    let answer = clock.get(web, raw, Method::Start(BYTES)).await.ok().filter(|answer| answer.status == 200)?;
    // Who has to log in gets a page for that.
    let is_page = answer.media_type.as_deref() == Some("text/html") && !raw.path().contains(".htm");
    if is_page {
        return None;
    }
    let ends = answer.body.iter().filter(|byte| **byte == b'\n').count();
    let has_rest = answer.body.last().is_some_and(|byte| *byte != b'\n');
    Some((ends + usize::from(has_rest), answer.is_whole))
}

/// Where an address without encryption can be had with it: the server leads there itself, or answers there as well.
async fn secure(web: &impl Web, url: &Url, answer: &Answer, clock: Clock) -> Option<Url> {
    if url.scheme() != "http" {
        return None;
    }
    let to = without_fragment(&answer.url);
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    if to.scheme() == "https" {
        let is_same = (to.host_str(), path(&to), to.query()) == (url.host_str(), path(url), url.query());
        return is_same.then_some(to);
    }
    // At another port than the usual one, nobody knows where the other is.
    if to != *url || url.port().is_some() {
        return None;
    }
    let mut https = url.clone();
    https.set_scheme("https").ok()?;
    let other = clock.get(web, &https, Method::Head).await.ok()?;
    let is_same = outcome(other.status) == Outcome::Alive
        && without_fragment(&other.url) == https
        && other.media_type == answer.media_type;
    is_same.then_some(https)
}

/// Whether an address is another one, and no login for this one.
fn is_elsewhere(url: &Url, to: &Url) -> bool {
    const LOGINS: &[&str] =
        &["auth", "login", "log-in", "log_in", "oauth", "oauth2", "saml", "sign-in", "sign_in", "signin", "sso"];
    let mut parts = to.path().split('/').map(|part| part.split('.').next().unwrap_or_default().to_ascii_lowercase());
    let is_login = parts.any(|part| LOGINS.contains(&part.as_str()));
    without_fragment(to) != *url && !is_login
}

#[cfg(test)]
mod tests;
