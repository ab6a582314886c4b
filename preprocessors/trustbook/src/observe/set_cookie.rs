//! `Set-Cookie` headers (RFC 6265bis section 5.6), without the values of cookies.

use super::lifetime::capped;
use cookie::{Cookie, Expiration, SameSite};
use trustbook_core::observation::{CookieSeen, When};
use trustbook_core::span::Span;
use url::Url;

/// A cookie that a server sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: String,
    /// The Domain attribute, or the host if there is none.
    pub(super) domain: String,
    path: String,
    /// The lifetime in seconds; `None` for a session cookie.
    pub(super) max_age: Option<i64>,
    http_only: bool,
    secure: bool,
    same_site: Option<String>,
    partitioned: bool,
    /// True if the header deletes the cookie.
    pub(super) is_deletion: bool,
}

/// Parses a header from the answer of `from`; `now` is in seconds since 1970.
pub(super) fn read(line: &str, from: &Url, now: i64) -> Option<Header> {
    let cookie = Cookie::parse(line).ok()?;
    let host = from.host_str()?;
    let domain = cookie.domain().map(|domain| domain.trim_start_matches('.').to_lowercase());
    let domain = domain.filter(|domain| !domain.is_empty()).unwrap_or_else(|| host.to_owned());
    let expires = match cookie.expires() {
        Some(Expiration::DateTime(at)) => Some(at.unix_timestamp() - now),
        _ => None,
    };
    // Max-Age takes precedence over Expires.
    let max_age = cookie.max_age().map(|age| age.whole_seconds()).or(expires);
    Some(Header {
        name: cookie.name().to_owned(),
        domain,
        path: cookie.path().filter(|path| path.starts_with('/')).map_or_else(|| default_path(from), str::to_owned),
        max_age: max_age.map(capped),
        http_only: cookie.http_only().unwrap_or_default(),
        secure: cookie.secure().unwrap_or_default(),
        same_site: cookie.same_site().map(|same| {
            match same {
                SameSite::Strict => "strict",
                SameSite::Lax => "lax",
                SameSite::None => "none",
            }
            .to_owned()
        }),
        partitioned: cookie.partitioned().unwrap_or_default(),
        is_deletion: max_age.is_some_and(|age| age <= 0),
    })
}

/// Returns the default path of a cookie (RFC 6265bis section 5.1.4).
fn default_path(from: &Url) -> String {
    match from.path().rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(at) => from.path()[..at].to_owned(),
    }
}

impl Header {
    /// Returns the cookie as an item of an observation.
    pub(super) fn seen(&self, when: When) -> CookieSeen {
        CookieSeen {
            name: self.name.clone(),
            domain: self.domain.clone(),
            path: self.path.clone(),
            max_age: self.max_age,
            http_only: self.http_only,
            secure: self.secure,
            same_site: self.same_site.clone(),
            partitioned: self.partitioned,
            set_by: "header".to_owned(),
            when,
            span: Span::NOWHERE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_as_browsers_do() {
        let from = Url::parse("https://app.example.com/login/form").unwrap();
        let reads = |line: &str| read(line, &from, 1_768_435_200).unwrap();
        let all = reads(
            "sid=secret; Domain=.Example.com; Path=/a; Max-Age=3600; Expires=Thu, 01 Jan 2099 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict; Partitioned",
        );
        assert_eq!((all.name.as_str(), all.domain.as_str(), all.path.as_str()), ("sid", "example.com", "/a"));
        assert_eq!((all.max_age, all.same_site.as_deref()), (Some(3600), Some("strict")));
        assert!(all.http_only && all.secure && all.partitioned && !all.is_deletion);
        let bare = reads("a=b");
        assert_eq!((bare.domain.as_str(), bare.path.as_str(), bare.max_age), ("app.example.com", "/login", None));
        assert!(!bare.http_only && !bare.secure && bare.same_site.is_none());
        assert!(reads("a=; Max-Age=0").is_deletion);
        assert!(reads("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT").is_deletion);
        assert_eq!(reads("a=b; Expires=Thu, 15 Jan 2026 01:00:00 GMT").max_age, Some(3600));
        assert_eq!(reads("a=b; Max-Age=99999999999").max_age, Some(400 * 86_400));
        assert!(read("no cookie", &from, 0).is_none() && read("=x", &from, 0).is_none());
        assert!(!format!("{all:?}").contains("secret"), "no value is kept");
    }
}
