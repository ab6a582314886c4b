//! The syntax of addresses, and the faults in it that make an address unusable whatever the network says.

use email_address::EmailAddress;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use url::Url;

/// Returns the scheme of an address and the part after its colon.
pub(crate) fn scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some((scheme, rest))
}

/// Returns an address as browsers read it: without surrounding white space, and without tabs and line ends.
pub(crate) fn stripped(url: &str) -> Cow<'_, str> {
    const DROPPED: [char; 3] = ['\t', '\n', '\r'];
    let url = url.trim_matches(|c: char| c <= ' ');
    if url.contains(DROPPED) { Cow::Owned(url.replace(DROPPED, "")) } else { Cow::Borrowed(url) }
}

/// Returns the reason why an address with this scheme cannot be followed, as a phrase, with the suggested action.
pub(crate) fn fault(scheme: &str, rest: &str) -> Option<(String, String)> {
    let lower = scheme.to_ascii_lowercase();
    match lower.as_str() {
        "http" | "https" => web(&lower, rest),
        "mailto" => mail(rest),
        "tel" => telephone(rest),
        "file" => Some(said("leads to a file on one's own disk", "link to a file of the book, or to a web address")),
        _ if lower.len() == 1 => {
            Some(said("is a path on one's own disk", "link to a file of the book, with `/` between folders"))
        }
        _ => meant(&lower, rest),
    }
}

fn said(why: &str, help: &str) -> (String, String) {
    (why.to_owned(), help.to_owned())
}

fn web(scheme: &str, rest: &str) -> Option<(String, String)> {
    let help = format!("write a whole web address, such as `{scheme}://example.com/`");
    if !rest.starts_with("//") || rest.starts_with("///") {
        return Some(("is no web address: `//` and a host must follow the scheme".to_owned(), help));
    }
    let error = Url::parse(&format!("{scheme}:{rest}")).err()?;
    Some((format!("is no web address: {error}"), help))
}

/// Checks a `mailto:` address (RFC 6068): e-mail addresses separated by commas, then header fields.
fn mail(rest: &str) -> Option<(String, String)> {
    let (to, fields) = rest.split_once('?').unwrap_or((rest, ""));
    let to = to.split('#').next().unwrap_or_default();
    let help = "write `mailto:name@example.com`";
    if to.starts_with("//") {
        return Some(said("is no e-mail address: no `//` follows `mailto:`", help));
    }
    if to.is_empty() {
        // `mailto:?subject=x` lets the reader choose the recipient.
        return fields.is_empty().then(|| said("names no e-mail address", help));
    }
    let wrong = to.split(',').find(|address| {
        let address = percent_decode_str(address).decode_utf8_lossy();
        !EmailAddress::is_valid(address.trim())
    })?;
    Some((format!("is no e-mail address: `{wrong}`"), help.to_owned()))
}

/// Checks a `tel:` address (RFC 3966): digits separated by `-`, `.`, `(` and `)`, with `+` before a global number.
fn telephone(rest: &str) -> Option<(String, String)> {
    let number = percent_decode_str(rest).decode_utf8_lossy();
    let number = number.split([';', '?']).next().unwrap_or_default();
    let help = "write the number from its country on, such as `tel:+15550100`";
    let digits = number.strip_prefix('+').unwrap_or(number);
    let is_known = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | '(' | ')' | '*' | '#');
    if !digits.contains(|c: char| c.is_ascii_digit()) {
        return Some(said("names no telephone number", help));
    }
    let other = digits.chars().find(|c| !is_known(*c))?;
    Some((format!("is no telephone number: it has `{other}` in it"), help.to_owned()))
}

/// Reports a scheme that is one typing error away from a common one.
fn meant(scheme: &str, rest: &str) -> Option<(String, String)> {
    let near = |known: &&&str| strsim::osa_distance(scheme, known) == 1;
    let known = match rest.starts_with("//") {
        // `ftp` is a scheme in its own right.
        true => ["https", "http"].iter().filter(|_| !matches!(scheme, "ftp" | "ttp")).find(near).or(match scheme {
            "ttp" => Some(&"http"),
            _ => None,
        }),
        false => ["mailto"].iter().find(near),
    }?;
    Some((format!("begins with `{scheme}:`, which no browser knows"), format!("did you mean `{known}:`?")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_wrong(url: &str) -> bool {
        let url = stripped(url);
        scheme(&url).is_some_and(|(scheme, rest)| fault(scheme, rest).is_some())
    }

    #[test]
    fn what_can_be_followed_is_left_alone() {
        for url in [
            "https://example.com",
            "HTTPS://EXAMPLE.COM/ü?q=a b#c",
            "http://[::1]:80/",
            "https://user@example.com/",
            "mailto:a@example.com",
            "mailto:a@example.com,b%2Bc@example.com?subject=x%20y",
            "mailto:?subject=x",
            "MAILTO:a.b-c@sub.example.co.uk",
            "tel:+1-770-878-3106",
            "tel:112",
            "tel:7042;phone-context=example.com",
            "tel:+1(770)878.3106;ext=2",
            "sms:+15550100",
            "ftp://example.com/x",
            "magnet:?xt=urn",
            "urn:isbn:1",
            "matrix:u/a:b.c",
            "vscode://file/x",
            "a/b:c.html",
        ] {
            assert!(!is_wrong(url), "{url}");
        }
    }

    #[test]
    fn what_leads_nowhere_is_told() {
        for url in [
            "https:example.com",
            "https:/example.com",
            "http:///example.com",
            "https://",
            "https://exa mple.com/",
            "https://example.com:99999/",
            "htps://example.com",
            "htttp://example.com",
            "mailto:",
            "mailto:a",
            "mailto://a@example.com",
            "mailto:a@example.com;b@example.com",
            "mailto:a at example.com",
            "malito:a@example.com",
            "tel:",
            "tel:+1 770 878 3106",
            "tel:1-800-FLOWERS",
            "tel://+15550100",
            "file:///etc/hosts",
            "C:/Users/a/b.html",
        ] {
            assert!(is_wrong(url), "{url}");
        }
    }
}
