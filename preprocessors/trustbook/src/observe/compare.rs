//! The differences between an observation and the previous one, one line each.

use std::collections::BTreeMap;
use std::fmt::Write;
use trustbook_core::claim::declared::lifetime;
use trustbook_core::observation::{CookieSeen, Observation};
use trustbook_core::report::harmless;

type Lines = BTreeMap<String, String>;

/// Returns the lines. If nothing has changed, a single line says so.
pub(super) fn text(before: Option<&Observation>, found: &Observation) -> String {
    let mut text = String::new();
    let (old, new) = (before.map(lines), lines(found));
    let mut put = |line: String| {
        let _ = writeln!(text, "{}", harmless(&line));
    };
    let Some(old) = old else {
        for (what, how) in &new {
            put(format!("{what}{how}"));
        }
        if new.is_empty() {
            put("no cookie, no storage key, and no host but its own".to_owned());
        }
        return text;
    };
    for (what, how) in &new {
        match old.get(what) {
            None => put(format!("new: {what}{how}")),
            Some(was) if was != how => put(format!("changed: {what}{how}; it was{was}")),
            Some(_) => {}
        }
    }
    for (what, how) in old.iter().filter(|(what, _)| !new.contains_key(*what)) {
        put(format!("gone: {what}{how}"));
    }
    if text.is_empty() {
        text.push_str("only the date has changed\n");
    }
    text
}

/// Returns the cookies, storage keys and foreign hosts of an observation, each with its attributes.
fn lines(found: &Observation) -> Lines {
    let own = found.url.host_str();
    let cookies = found.cookies.iter().map(|cookie| {
        (format!("cookie `{}` of {}{}", cookie.name, cookie.domain, path(&cookie.path)), attributes(cookie))
    });
    let storage = found.storage.iter().map(|kept| {
        (
            format!("{} `{}` of {}", kept.kind.replace('-', " "), kept.key, kept.origin),
            format!(", {} consent", kept.when.word()),
        )
    });
    let hosts = found
        .hosts
        .iter()
        .filter(|host| Some(host.host.as_str()) != own)
        .map(|host| (format!("host {} ({})", host.host, host.purpose), format!(", {} consent", host.when.word())));
    cookies.chain(storage).chain(hosts).collect()
}

fn path(path: &str) -> &str {
    if path == "/" { "" } else { path }
}

fn attributes(cookie: &CookieSeen) -> String {
    let yes = |yes: bool, word: &str| if yes { format!(" {word}") } else { format!(" no {word}") };
    let lives = cookie.max_age.map_or_else(|| "until the browser is closed".to_owned(), lifetime);
    let same_site = cookie.same_site.as_deref().unwrap_or("not set");
    format!(
        ":{},{}, SameSite {same_site},{} {lives}, set by a {}, {} consent",
        yes(cookie.http_only, "HttpOnly"),
        yes(cookie.secure, "Secure"),
        if cookie.partitioned { " Partitioned," } else { "" },
        cookie.set_by,
        cookie.when.word(),
    )
}
