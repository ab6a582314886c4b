//! `Set-Cookie` headers (RFC 6265bis section 5.6), without the values of cookies.

use super::lifetime::capped;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use trustbook_core::observation::{CookieSeen, When};
use trustbook_core::register::term;
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
    let mut parts = line.split(';');
    let (name, _) = parts.next()?.split_once('=')?;
    let name = name.trim();
    if name.is_empty() || line.contains(|c: char| c.is_ascii_control() && c != '\t') {
        return None;
    }
    let mut header = Header {
        name: name.to_owned(),
        domain: from.host_str()?.to_owned(),
        path: default_path(from),
        max_age: None,
        http_only: false,
        secure: false,
        same_site: None,
        partitioned: false,
        is_deletion: false,
    };
    let mut expires = None;
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "domain" if !value.trim_start_matches('.').is_empty() => {
                header.domain = value.trim_start_matches('.').to_lowercase();
            }
            "path" if value.starts_with('/') => header.path = value.to_owned(),
            "max-age" => header.max_age = seconds(value).or(header.max_age),
            "expires" => expires = date(value).map(|at| at.as_second() - now).or(expires),
            "httponly" => header.http_only = true,
            "secure" => header.secure = true,
            "partitioned" => header.partitioned = true,
            "samesite" => {
                let known = ["strict", "lax", "none"].into_iter().find(|known| value.eq_ignore_ascii_case(known));
                header.same_site = known.map(str::to_owned);
            }
            _ => {}
        }
    }
    // Max-Age takes precedence over Expires.
    let max_age = header.max_age.or(expires);
    header.is_deletion = max_age.is_some_and(|age| age <= 0);
    header.max_age = max_age.map(capped);
    Some(header)
}

/// Parses a Max-Age; a number that is too large is as good as the largest.
fn seconds(value: &str) -> Option<i64> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let largest = if value.starts_with('-') { i64::MIN } else { i64::MAX };
    is_number.then(|| value.parse().unwrap_or(largest))
}

/// Parses a date as browsers do (RFC 6265bis section 5.1.1): its parts in any order, between any separators.
fn date(value: &str) -> Option<Timestamp> {
    let (mut clock, mut day, mut month, mut year) = (None, None, None, None);
    for part in value.split(|c: char| !c.is_ascii_alphanumeric() && c != ':').filter(|part| !part.is_empty()) {
        if let (None, [hour, minute, second]) = (clock, part.split(':').collect::<Vec<_>>().as_slice()) {
            clock = Some((hour.parse::<i8>().ok()?, minute.parse::<i8>().ok()?, second.parse::<i8>().ok()?));
        } else if let (None, 1..=2, Ok(number)) = (day, part.len(), part.parse::<i8>()) {
            day = Some(number);
        } else if let (None, Some(number)) = (month, part.get(..3).and_then(term::month)) {
            month = Some(number);
        } else if let (None, 2..=4, Ok(number)) = (year, part.len(), part.parse::<i16>()) {
            year = Some(match number {
                0..=69 => number + 2000,
                70..=99 => number + 1900,
                _ => number,
            });
        }
    }
    let (hour, minute, second) = clock?;
    let at = DateTime::new(year.filter(|year| *year >= 1601)?, month?, day?, hour, minute, second, 0).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp())
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
        assert_eq!(reads("a=b; expires=Thu, 15-Jan-2026 01:00:00 GMT").max_age, Some(3600));
        assert_eq!(reads("a=b; Expires=Thursday, 15-Jan-26 01:00:00 GMT; Max-Age=x").max_age, Some(3600));
        assert_eq!(reads("a=b; Expires=Thu Jan 15 01:00:00 2026").max_age, Some(3600));
        assert_eq!(reads("a=b; Expires=soon").max_age, None);
        assert_eq!(reads("a=b; Expires=Thu, 31 Feb 2026 01:00:00 GMT").max_age, None);
        assert_eq!(reads("a=b; Max-Age=99999999999").max_age, Some(400 * 86_400));
        assert_eq!(reads("a=b; Max-Age=99999999999999999999").max_age, Some(400 * 86_400));
        assert!(reads("a=b; Max-Age=-1; Domain=.; Path=x").is_deletion);
        assert!(read("no cookie", &from, 0).is_none() && read("=x", &from, 0).is_none());
        assert!(!format!("{all:?}").contains("secret"), "no value is kept");
    }
}
