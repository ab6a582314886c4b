//! A source that a web server has, asked through the guarded network and only for what is new.

use super::{Asked, Content, Kind, Read};
use crate::failure::Failure;
use crate::net::{Ask, Method, Plain};
use crate::variables;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use trustbook_core::register::value::Value;

pub(super) const SOURCE: Kind =
    Kind { name: "http", page: include_str!("http.md"), read: |asked| Box::pin(read(asked)) };

/// Headers that a register can not set: they decide how the connection works, or whether somebody is remembered.
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

async fn read(asked: Asked<'_>) -> Result<Read, Failure> {
    let url = asked.url("url")?;
    let (headers, secrets) = headers(asked)?;
    let known = asked.known.map_or((None, None), |known| (known.etag.as_deref(), known.modified.as_deref()));
    let ask = Ask { url, method: Method::Get, plain: Plain::Allowed, headers: &headers, known };
    let answer =
        asked.net.fetch(&ask).await.map_err(|trouble| Failure::new(trouble.to_string()).help(trouble.help()))?;
    match answer.status {
        304 if asked.known.is_some() => return Ok(Read::Unchanged),
        200 | 203 => {}
        status => return Err(refused(status)),
    }
    let found_at = (answer.url != *url).then(|| answer.url.to_string());
    Ok(Read::Content(Content {
        bytes: answer.body,
        media_type: answer.media_type,
        found_at,
        commit: None,
        etag: answer.etag,
        modified: answer.modified,
        secrets,
    }))
}

fn refused(status: u16) -> Failure {
    let words = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    let failure = Failure::new(format!("it answers {status} {words}").trim_end().to_owned());
    match status {
        401 | 403 => failure.help("give it what it asks for in `headers`, with a variable that [security.env] allows"),
        404 | 410 => failure.help("mend its `url`: there is nothing at that address"),
        500.. => failure.help("try again later"),
        _ => failure.help("name an address that answers with the content itself"),
    }
}

/// The headers of the register, with the variables that the book allows, and what these hold.
fn headers(asked: Asked<'_>) -> Result<(HeaderMap, Vec<String>), Failure> {
    let (mut headers, mut secrets) = (HeaderMap::new(), Vec::new());
    let Some(Value::Table(entries)) = asked.record.value("headers") else { return Ok((headers, secrets)) };
    for (name, value) in entries {
        let bad = |why: String| Failure::new(format!("its header `{name}` {why}")).help("mend it in the register");
        let key: HeaderName = name.parse().map_err(|_| bad("has a name that no header has".to_owned()))?;
        if OURS.contains(&key.as_str()) {
            return Err(bad("can not be set".to_owned()).help("take it out"));
        }
        let (text, used) = variables::filled(&value.text(), asked.security())
            .map_err(|failure| Failure::new(format!("its header `{name}` {}", failure.what())).helped_by(&failure))?;
        let mut filled =
            HeaderValue::from_str(&text).map_err(|_| bad("has a value that no header can have".to_owned()))?;
        filled.set_sensitive(!used.is_empty());
        headers.append(key, filled);
        secrets.extend(used);
    }
    Ok((headers, secrets))
}
