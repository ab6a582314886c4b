//! One request for an address: whether it is reachable, has moved, and has the anchors and lines that links name.

use super::page::{self, AnchorSearch};
use super::plan::{Wanted, without_fragment};
use crate::net::{Ask, HttpAnswer, Method, Net, Plain, Refusal, Trouble};
use crate::output::cut;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use trustbook_core::Book;
use url::Url;

/// The number of bytes of a page or file that are searched for anchors and lines.
pub(super) const BYTES: u64 = 5 * 1024 * 1024;

/// The longest reason that is kept and reported, in characters.
const LONGEST: usize = 300;

/// A client for the web. Tests replace it with a fake.
pub(super) trait Web {
    async fn get(&self, url: &Url, method: Method) -> Result<HttpAnswer, Trouble>;
}

impl Web for Net {
    async fn get(&self, url: &Url, method: Method) -> Result<HttpAnswer, Trouble> {
        let headers = HeaderMap::new();
        // A link is judged but its content is not used, so it may be without TLS.
        self.fetch(&Ask { url, method, plain: Plain::Anywhere, headers: &headers, known: (None, None) }).await
    }
}

/// The answer to the question whether an address is reachable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Alive,
    /// The address is not there; the reason, as a phrase.
    Gone(String),
    /// Could not be determined: the reason, as a phrase, and the help.
    Unknown(String, String),
}

/// The result of requesting an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LinkResponse {
    pub(super) outcome: Outcome,
    /// The address to which it has moved permanently.
    pub(super) moved: Option<Url>,
    /// The `https` address of the same page, if the link uses `http`.
    pub(super) secure: Option<Url>,
    pub(super) anchors: BTreeMap<String, AnchorSearch>,
    /// The number of lines of the file, and true if these are all.
    pub(super) lines: Option<(usize, bool)>,
    /// A sign about the server as a whole, not about this address.
    pub(super) sign: Option<Sign>,
}

/// The state of a server, seen from one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// It did not answer in time.
    Hangs,
    /// It asks to wait for this number of seconds.
    Busy(u64),
    /// This machine has no network.
    Offline,
}

impl From<Outcome> for LinkResponse {
    fn from(outcome: Outcome) -> Self {
        LinkResponse { outcome, moved: None, secure: None, anchors: BTreeMap::new(), lines: None, sign: None }
    }
}

impl LinkResponse {
    /// Removes secrets from what servers said, because it is kept and reported. Cuts long reasons only afterwards.
    pub(super) fn masked(mut self, book: &Book) -> Self {
        let is_clean = |text: &str| book.masked(text) == text;
        if let Outcome::Gone(why) | Outcome::Unknown(why, _) = &mut self.outcome {
            *why = cut(&book.masked(why), LONGEST);
        }
        self.moved = self.moved.filter(|url| is_clean(url.as_str()));
        self.secure = self.secure.filter(|url| is_clean(url.as_str()));
        for seen in self.anchors.values_mut() {
            if let AnchorSearch::Missing(near) = seen {
                *near = near.take().filter(|near| is_clean(near));
            }
        }
        self
    }
}

/// The time that is left for an address.
#[derive(Clone, Copy)]
struct Clock {
    until: Instant,
    all: Duration,
}

impl Clock {
    /// Returns a clock that ends after half of the time at most, for a request that may not be the last.
    fn half(self) -> Self {
        Clock { until: self.until.min(Instant::now() + self.all / 2), ..self }
    }

    async fn get(self, web: &impl Web, url: &Url, method: Method) -> Result<HttpAnswer, Trouble> {
        timeout_at(self.until, web.get(url, method)).await.unwrap_or(Err(Trouble::TimedOut(self.all)))
    }
}

/// Requests an address, for at most `time` in total.
pub(super) async fn ask(web: &impl Web, wanted: &Wanted, time: Duration) -> LinkResponse {
    let clock = Clock { until: Instant::now() + time, all: time };
    let lines = match &wanted.raw {
        Some(raw) => lines(web, raw, clock.half()).await,
        None => None,
    };
    // A file whose bytes are reachable also has a page.
    if lines.is_some() && wanted.anchors.is_empty() {
        return LinkResponse { lines, ..Outcome::Alive.into() };
    }
    let answer = match page_of(web, wanted, clock).await {
        Ok(answer) => answer,
        Err(trouble) => return LinkResponse { lines, sign: sign(&trouble), ..outcome_of(&trouble).into() },
    };
    let outcome = outcome(answer.status);
    if outcome != Outcome::Alive {
        return outcome.into();
    }
    let secure = secure(web, &wanted.url, &answer, clock).await;
    let moved =
        Some(&answer.url).filter(|to| answer.moved_for_good && secure.is_none() && is_elsewhere(&wanted.url, to));
    let is_page = matches!(answer.media_type.as_deref(), Some("text/html" | "application/xhtml+xml"));
    // A redirect with an anchor of its own replaces the requested anchor.
    let is_read = is_page && answer.url.fragment().is_none();
    let moved = moved.cloned();
    let anchors = match is_read {
        true => anchors(answer, &wanted.anchors, clock).await,
        false => None,
    };
    let anchors =
        anchors.unwrap_or_else(|| wanted.anchors.iter().map(|at| (at.clone(), AnchorSearch::Unsure)).collect());
    LinkResponse { moved, secure, anchors, lines, ..outcome.into() }
}

/// Looks for the anchors of a page on a blocking thread: a page can be crafted to take long, and nothing else
/// must wait.
async fn anchors(
    answer: HttpAnswer,
    wanted: &BTreeSet<String>,
    clock: Clock,
) -> Option<BTreeMap<String, AnchorSearch>> {
    if wanted.is_empty() {
        return None;
    }
    let wanted = wanted.clone();
    let look = tokio::task::spawn_blocking(move || page::anchors(&answer.body, answer.is_whole, &wanted));
    timeout_at(clock.until, look).await.ok()?.ok()
}

/// Requests the page. It reads the body only if an anchor is wanted.
///
/// Only a good answer to HEAD is trusted. Many servers refuse HEAD (405, 501), report an existing page as
/// missing (404, 403), cut the connection or never answer. In all these cases GET decides.
async fn page_of(web: &impl Web, wanted: &Wanted, clock: Clock) -> Result<HttpAnswer, Trouble> {
    if !wanted.anchors.is_empty() {
        return clock.get(web, &wanted.url, Method::Start(BYTES)).await;
    }
    match clock.half().get(web, &wanted.url, Method::Head).await {
        Ok(answer) if outcome(answer.status) == Outcome::Alive => Ok(answer),
        Ok(_) | Err(Trouble::Broken(_) | Trouble::TimedOut(_)) => clock.get(web, &wanted.url, Method::Start(0)).await,
        Err(trouble) => Err(trouble),
    }
}

/// Returns the outcome that a status means.
fn outcome(status: u16) -> Outcome {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    let why = format!("it answers {status} {reason}").trim_end().to_owned();
    let unknown = |help: &str| Outcome::Unknown(why.clone(), help.to_owned());
    match status {
        200..=300 | 304 => Outcome::Alive,
        404 | 410 => Outcome::Gone(why),
        301..=399 => Outcome::Unknown(
            format!("{why}, but not where it leads"),
            "open it, and link to its new address".to_owned(),
        ),
        401 | 403 | 405..=407 | 418 | 999 => {
            unknown("open it: if it is only for people, name it in `exclude` under [preprocessor.trustbook.links]")
        }
        500.. => unknown("try again later"),
        _ => unknown("open it, and correct the address if it is wrong"),
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

/// Counts the lines of a file. Returns `None` if its bytes are not available; its page may still be.
async fn lines(web: &impl Web, raw: &Url, clock: Clock) -> Option<(usize, bool)> {
    let answer = clock.get(web, raw, Method::Start(BYTES)).await.ok().filter(|answer| answer.status == 200)?;
    // A server that requires a login answers with a page instead of the file.
    let is_page = answer.media_type.as_deref() == Some("text/html") && !raw.path().contains(".htm");
    if is_page {
        return None;
    }
    let ends = answer.body.iter().filter(|byte| **byte == b'\n').count();
    let has_rest = answer.body.last().is_some_and(|byte| *byte != b'\n');
    Some((ends + usize::from(has_rest), answer.is_whole))
}

/// Returns the `https` address of an `http` link: the server redirects there itself, or answers there with the
/// same page.
async fn secure(web: &impl Web, url: &Url, answer: &HttpAnswer, clock: Clock) -> Option<Url> {
    if url.scheme() != "http" {
        return None;
    }
    let to = without_fragment(&answer.url);
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    if to.scheme() == "https" {
        let is_same = (to.host_str(), path(&to), to.query()) == (url.host_str(), path(url), url.query());
        return is_same.then_some(to);
    }
    // For a port other than the default, the port of the `https` server is not known.
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

/// Returns true if an address differs from the link and is not a login page.
fn is_elsewhere(url: &Url, to: &Url) -> bool {
    const LOGINS: &[&str] =
        &["auth", "login", "log-in", "log_in", "oauth", "oauth2", "saml", "sign-in", "sign_in", "signin", "sso"];
    let mut parts = to.path().split('/').map(|part| part.split('.').next().unwrap_or_default().to_ascii_lowercase());
    let is_login = parts.any(|part| LOGINS.contains(&part.as_str()));
    without_fragment(to) != *url && !is_login
}

#[cfg(test)]
mod tests;
