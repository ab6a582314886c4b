//! One request with its redirects: each address is checked before it is requested, and the answer has a size limit.

use super::{Net, Plain, Reach, Refusal, Trouble, trouble};
use reqwest::StatusCode;
use reqwest::header::{
    DATE, ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RETRY_AFTER,
};
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// The number of attempts on a server that asks to wait.
const TRIES: usize = 3;
/// The longest header that is kept, in bytes.
const LONGEST_HEADER: usize = 300;

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// GET with the whole body.
    Get,
    /// GET with at most this number of bytes of the body, unpacked. The rest is not read.
    Start(u64),
    /// HEAD.
    Head,
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Ask<'a> {
    pub(crate) url: &'a Url,
    pub(crate) method: Method,
    /// The rule for addresses without TLS.
    pub(crate) plain: Plain,
    /// Headers for the first origin only: they may hold credentials. Once a redirect has left that origin, they
    /// are not sent again, not even to the origin itself.
    pub(crate) headers: &'a HeaderMap,
    /// The ETag and the modification date of the known version of exactly this address.
    pub(crate) known: (Option<&'a str>, Option<&'a str>),
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    /// The address after all redirects.
    pub(crate) url: Url,
    /// True if all redirects are permanent (301, 308).
    pub(crate) moved_for_good: bool,
    pub(crate) etag: Option<String>,
    pub(crate) modified: Option<String>,
    /// The media type, in lower case and without its parameters.
    pub(crate) media_type: Option<String>,
    /// The unpacked bytes; empty for HEAD.
    pub(crate) body: Vec<u8>,
    /// True if the body is certainly complete.
    pub(crate) is_whole: bool,
}

impl Net {
    /// Sends a request and follows its redirects.
    ///
    /// # Errors
    /// Returns an error if there is no complete answer within the limits. An answer such as 404 is not an error.
    pub(crate) async fn fetch(&self, ask: &Ask<'_>) -> Result<HttpAnswer, Trouble> {
        let until = Instant::now() + self.limits.all;
        match tokio::time::timeout_at(until, self.follow(ask, until)).await {
            Ok(done) => done,
            Err(_) => Err(Trouble::TimedOut(self.limits.all)),
        }
    }

    async fn follow(&self, ask: &Ask<'_>, until: Instant) -> Result<HttpAnswer, Trouble> {
        let first = ask.url.origin();
        let mut headers = ask.headers.clone();
        for (name, value) in [(IF_NONE_MATCH, ask.known.0), (IF_MODIFIED_SINCE, ask.known.1)] {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                headers.insert(name, value);
            }
        }
        let (mut url, mut seen, mut for_good) = (ask.url.clone(), vec![ask.url.clone()], true);
        let mut from: Option<Reach> = None;
        loop {
            let reach = self.look_at(&url, ask.plain, from).await?;
            let response = self.patiently(ask, &url, &headers, reach, until).await?;
            let status = response.status();
            let Some(to) = next(&response, &url)? else {
                return self.read(response, url, for_good && seen.len() > 1, ask.method).await;
            };
            for_good &= matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
            let without = |url: &Url| {
                let mut url = url.clone();
                url.set_fragment(None);
                url
            };
            if seen.iter().any(|known| without(known) == without(&to)) {
                return Err(Trouble::Loop(to.to_string()));
            }
            if seen.len() > self.limits.redirects {
                return Err(Trouble::TooManyRedirects(self.limits.redirects));
            }
            seen.push(to.clone());
            // Once a redirect has left the first origin, the headers are never sent again: another server may
            // have chosen the address.
            headers = match seen.iter().all(|url| url.origin() == first) {
                true => ask.headers.clone(),
                false => HeaderMap::new(),
            };
            (url, from) = (to, Some(reach));
        }
    }

    /// Checks an address before it is requested. No public server can redirect into a network that only the
    /// book allows.
    async fn look_at(&self, url: &Url, plain: Plain, from: Option<Reach>) -> Result<Reach, Refusal> {
        self.guard.check_url(url, plain)?;
        let reach = self.guard.reach(url).await?;
        if (from, reach) == (Some(Reach::Public), Reach::Allowed) {
            let host = url.host_str().unwrap_or_default();
            return Err(Refusal::Rule(
                format!("a public server redirects to `{host}`, which only the book allows"),
                "name that address itself, if it is meant",
            ));
        }
        Ok(reach)
    }

    /// Requests one address, and retries if the server asks to wait for a short time.
    async fn patiently(
        &self,
        ask: &Ask<'_>,
        url: &Url,
        headers: &HeaderMap,
        reach: Reach,
        until: Instant,
    ) -> Result<reqwest::Response, Trouble> {
        let host = url.host_str().unwrap_or_default();
        let mut tries = 0;
        loop {
            self.pace.turn(host, reach).await;
            let response = self.once(ask.method, url, headers).await?;
            let status = response.status();
            if !matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
                return Ok(response);
            }
            let asked =
                header(response.headers(), RETRY_AFTER.as_str()).and_then(|text| text.trim().parse::<u64>().ok());
            tries += 1;
            let pause = Duration::from_secs(asked.unwrap_or(1));
            let at = Instant::now().checked_add(pause).filter(|at| *at < until);
            match at.filter(|_| pause <= self.limits.wait && tries < TRIES) {
                Some(at) => self.pace.not_before(host, at),
                None => return Err(Trouble::Busy(status.as_u16(), asked)),
            }
        }
    }

    async fn once(&self, method: Method, url: &Url, headers: &HeaderMap) -> Result<reqwest::Response, Trouble> {
        let request = match method {
            Method::Get | Method::Start(_) => self.client.get(url.clone()),
            Method::Head => self.client.head(url.clone()),
        };
        request.headers(headers.clone()).send().await.map_err(|error| trouble::of(&error, self.limits.connect))
    }

    async fn read(
        &self,
        mut response: reqwest::Response,
        url: Url,
        moved_for_good: bool,
        method: Method,
    ) -> Result<HttpAnswer, Trouble> {
        let headers = response.headers();
        let media_type = header(headers, "content-type")
            .map(|text| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        let (etag, modified) = (header(headers, ETAG.as_str()), modified(headers));
        let status = response.status().as_u16();
        let most = match method {
            Method::Get => self.limits.bytes.saturating_add(1),
            Method::Start(most) => most.min(self.limits.bytes),
            Method::Head => 0,
        };
        let (body, is_whole) = self.start(&mut response, most).await?;
        if method == Method::Get && !is_whole {
            return Err(Trouble::TooLarge(self.limits.bytes));
        }
        Ok(HttpAnswer { status, url, moved_for_good, etag, modified, media_type, body, is_whole })
    }

    /// Reads at most `most` bytes of an answer, and returns true with them if that is all. Bytes are counted
    /// after unpacking, because a small answer can expand to a large one.
    async fn start(&self, response: &mut reqwest::Response, most: u64) -> Result<(Vec<u8>, bool), Trouble> {
        let mut body = Vec::new();
        while (body.len() as u64) < most {
            let chunk = response.chunk().await.map_err(|error| trouble::of(&error, self.limits.all))?;
            let Some(chunk) = chunk else { return Ok((body, true)) };
            let room = usize::try_from(most - body.len() as u64).unwrap_or(usize::MAX);
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        Ok((body, false))
    }
}

/// Returns the target of a redirect, or `None` if the answer is not a redirect.
fn next(response: &reqwest::Response, from: &Url) -> Result<Option<Url>, Trouble> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = response.headers().get(LOCATION) else { return Ok(None) };
    let text = String::from_utf8_lossy(location.as_bytes());
    let mut to = from.join(&text).map_err(|_| Trouble::BadRedirect(text.clone().into_owned()))?;
    // A redirect without a fragment keeps the requested one (RFC 9110 section 10.2.2).
    if to.fragment().is_none() {
        to.set_fragment(from.fragment());
    }
    Ok(Some(to))
}

/// Returns the modification date, if it identifies the version. In the minute before the answer, the page could
/// change again under the same date (RFC 9110 section 8.8.2.2).
fn modified(headers: &HeaderMap) -> Option<String> {
    let (text, now) = (header(headers, LAST_MODIFIED.as_str())?, header(headers, DATE.as_str())?);
    let (at, now) = (httpdate::parse_http_date(&text).ok()?, httpdate::parse_http_date(&now).ok()?);
    (now.duration_since(at).ok()? >= Duration::from_secs(60)).then_some(text)
}

/// Returns a header as text, if it is short and has no control characters.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    (text.len() <= LONGEST_HEADER && !text.contains(char::is_control)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use trustbook_core::config::Config;

    #[test]
    fn nobody_outside_leads_into_a_network_that_the_book_allows() {
        let mut config = Config::default();
        config.trustbook.security.ranges.push("127.0.0.0/8".parse().unwrap());
        let net = Net::new(&config).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let look = |url: &str, from| runtime.block_on(net.look_at(&url.parse().unwrap(), Plain::Allowed, from));
        let own = "http://127.0.0.1/";
        assert_eq!(look(own, None), Ok(Reach::Allowed));
        assert_eq!(look(own, Some(Reach::Allowed)), Ok(Reach::Allowed));
        assert!(matches!(look(own, Some(Reach::Public)), Err(Refusal::Rule(what, _)) if what.contains("redirects")));
        assert_eq!(look("https://8.8.8.8/", Some(Reach::Allowed)), Ok(Reach::Public));
    }
}
