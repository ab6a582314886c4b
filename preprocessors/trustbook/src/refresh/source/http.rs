//! A source on a web server, requested through the guarded network, conditionally on changes.

use super::{SourceContent, SourceKind, SourceRequest, SourceResult};
use crate::failure::Failure;
use crate::net::{Ask, Method, Plain};
use crate::variables::{self, To};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use trustbook_core::register::value::Value;
use url::Url;

pub(super) const SOURCE: SourceKind =
    SourceKind { name: "http", page: include_str!("http.md"), read: |asked| Box::pin(read(asked)) };

/// Headers that a register cannot set, because they control the connection or identify a session.
const OURS: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-length",
    "cookie",
    "host",
    "if-modified-since",
    "if-none-match",
    "range",
    "te",
    "transfer-encoding",
    "upgrade",
];

async fn read(asked: SourceRequest<'_>) -> Result<SourceResult, Failure> {
    let url = asked.url("url")?;
    let (headers, given) = headers(asked, url).await?;
    // The version names of another address mean nothing to this one.
    let known = asked.known.filter(|known| known.found_at.is_none());
    let known = known.map_or((None, None), |known| (known.etag.as_deref(), known.modified.as_deref()));
    let ask = Ask { url, method: Method::Get, plain: Plain::Allowed, headers: &headers, known };
    let answer =
        asked.net.fetch(&ask).await.map_err(|trouble| Failure::new(trouble.to_string()).help(trouble.help()))?;
    match answer.status {
        304 if known != (None, None) && answer.url == *url => return Ok(SourceResult::Unchanged),
        200 | 203 => {}
        status => return Err(refused(status)),
    }
    let is_own = answer.url == *url;
    let found_at = (!is_own).then(|| answer.url.to_string());
    Ok(SourceResult::Content(SourceContent {
        bytes: answer.body,
        media_type: answer.media_type,
        found_at,
        commit: None,
        etag: answer.etag.filter(|_| is_own),
        modified: answer.modified.filter(|_| is_own),
        given,
    }))
}

fn refused(status: u16) -> Failure {
    let words = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    let failure = Failure::new(format!("it answers {status} {words}").trim_end().to_owned());
    match status {
        401 | 403 => failure.help("give it what it requires in `headers`, with a variable that [security.env] allows"),
        404 | 410 => failure.help("correct its `url`: there is nothing at that address"),
        500.. => failure.help("try again later"),
        _ => failure.help("name an address that returns the content itself"),
    }
}

/// Returns the headers of the register, with the variables that the book allows for this server. Also returns
/// the number of variables used.
async fn headers(asked: SourceRequest<'_>, url: &Url) -> Result<(HeaderMap, usize), Failure> {
    let (mut headers, mut used) = (HeaderMap::new(), 0);
    let Some(Value::Table(entries)) = asked.record.value("headers") else { return Ok((headers, used)) };
    for (name, value) in entries {
        let bad = |why: String| Failure::new(format!("its header `{name}` {why}")).help("correct it in the register");
        let key: HeaderName = name.parse().map_err(|_| bad("is not a valid name for a header".to_owned()))?;
        if OURS.contains(&key.as_str()) {
            return Err(bad("cannot be set".to_owned()).help("remove it"));
        }
        let (text, variables) = variables::filled(&value.text(), asked.security(), To::Url(url))
            .map_err(|failure| Failure::new(format!("its header `{name}` {}", failure.what())).helped_by(&failure))?;
        let mut filled = HeaderValue::from_str(&text).map_err(|_| bad("has an invalid value".to_owned()))?;
        filled.set_sensitive(variables > 0);
        headers.append(key, filled);
        used += variables;
    }
    if used > 0 && url.scheme() != "https" && !asked.net.guard().is_loopback(url).await {
        let host = url.host_str().unwrap_or_default();
        return Err(Failure::new(format!("its headers would send a variable to `{host}` without TLS"))
            .help("write https: without it a variable goes to this machine only"));
    }
    Ok((headers, used))
}
