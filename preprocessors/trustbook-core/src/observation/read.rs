//! The strict reader of `facts/observed/*.json`, which reports each mistake with its line.

use super::at::{ObservationMistake, ObservationObject, phase};
use super::{
    CookieSeen, FOLDER, HostSeen, NOT_SEEN, Observation, ObservationProblem, Observations, PURPOSES, PageSeen,
    StorageSeen, VERSION,
};
use crate::json_tree;
use crate::span::{SourceMap, Span};
use crate::suggest::listed;
use crate::toml_tree::read_text;
use crate::world::World;
use std::collections::BTreeSet;

/// Reads all observations of a book.
pub fn read(world: &dyn World, map: &mut SourceMap) -> Observations {
    let mut found = Observations::default();
    let problem = |name: &str, path: &str, span, why: String, help: &str| ObservationProblem {
        name: name.to_owned(),
        path: path.to_owned(),
        span,
        why,
        help: help.to_owned(),
    };
    let entries = match world.list(FOLDER) {
        Ok(entries) => entries,
        Err(error) => {
            let why = format!("the folder cannot be listed: {error}");
            found.problems.push(problem("", FOLDER, None, why, "make it a folder that can be read"));
            return found;
        }
    };
    for path in entries.into_iter().map(|entry| entry.path) {
        let Some(name) = path.strip_prefix(FOLDER).and_then(|rest| rest[1..].strip_suffix(".json")) else { continue };
        found.names.push(name.to_owned());
        let text = match read_text(world, &path) {
            Ok(text) => text,
            Err(error) => {
                found.problems.push(problem(name, &path, None, error.to_string(), "restore it from version control"));
                continue;
            }
        };
        let file = map.add(&path, text.as_str());
        let read = json_tree::parse(&text).map_err(|fault| {
            (Span::new(file, fault.range), fault.why, "write it as JSON; observe again where it was cut off".to_owned())
        });
        match read.and_then(|node| observation(name, ObservationObject { file, node: &node })) {
            Ok(observation) => found.all.push(observation),
            Err((span, why, help)) => found.problems.push(problem(name, &path, Some(span), why, &help)),
        }
    }
    found.names.sort();
    found.all.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn observation(name: &str, at: ObservationObject<'_>) -> Result<Observation, ObservationMistake> {
    at.only(&["consent", "cookies", "hosts", "not_seen", "on", "pages", "steps", "storage", "tool", "url", "version"])?;
    if at.integer("version", 0)? != VERSION {
        let help = "use the command that wrote it, or observe again".to_owned();
        return Err((at.span_of("version")?, format!("this file is not of the format version {VERSION}"), help));
    }
    let mut consent = Vec::new();
    for word in at.texts("consent")? {
        if !["after", "before"].contains(&word.as_str()) || consent.contains(&phase(&word)) {
            let why = "`consent` lists `before` and `after`, each at most once".to_owned();
            return Err((at.span_of("consent")?, why, "name the phases that were checked".to_owned()));
        }
        consent.push(phase(&word));
    }
    let not_seen = if at.has("not_seen") { at.texts("not_seen")? } else { Vec::new() };
    if let Some(word) = not_seen.iter().find(|word| !NOT_SEEN.contains(&word.as_str())) {
        let help = format!("list of {} what the tool cannot see", listed(NOT_SEEN.iter().copied()));
        return Err((at.span_of("not_seen")?, format!("`not_seen` cannot have `{word}`"), help));
    }
    let found = Observation {
        not_seen,
        name: name.to_owned(),
        url: at.url("url")?,
        on: at.day("on")?,
        tool: at.text("tool")?,
        steps: at.texts("steps")?,
        consent,
        pages: at.each("pages", page)?,
        cookies: at.each("cookies", cookie)?,
        storage: at.each("storage", storage)?,
        hosts: at.each("hosts", host)?,
        span: Span { end: at.span().start + 1, ..at.span() },
    };
    once(found.pages.iter().map(|page| ((page.url.to_string(), page.when), page.span)))?;
    once(
        found
            .cookies
            .iter()
            .map(|cookie| ((cookie.name.clone(), cookie.domain.clone(), cookie.path.clone()), cookie.span)),
    )?;
    once(found.storage.iter().map(|kept| ((kept.kind.clone(), kept.origin.clone(), kept.key.clone()), kept.span)))?;
    once(found.hosts.iter().map(|host| ((host.host.clone(), host.purpose.clone()), host.span)))?;
    let whens = found.pages.iter().map(|page| (page.when, page.span));
    let whens = whens.chain(found.cookies.iter().map(|cookie| (cookie.when, cookie.span)));
    let whens = whens.chain(found.storage.iter().map(|kept| (kept.when, kept.span)));
    let mut whens = whens.chain(found.hosts.iter().map(|host| (host.when, host.span)));
    match whens.find(|(when, _)| !found.consent.contains(when)) {
        Some((_, span)) => {
            let why = "this was seen in a phase that `consent` does not list".to_owned();
            Err((span, why, "name the phases that were checked in `consent`".to_owned()))
        }
        None => Ok(found),
    }
}

/// Rejects duplicates: an entry that is written twice was not seen twice.
fn once<K: Ord>(all: impl Iterator<Item = (K, Span)>) -> Result<(), ObservationMistake> {
    let mut seen = BTreeSet::new();
    for (key, span) in all {
        if !seen.insert(key) {
            return Err((span, "this appears here twice".to_owned(), "keep one of the two".to_owned()));
        }
    }
    Ok(())
}

fn page(at: ObservationObject<'_>) -> Result<PageSeen, ObservationMistake> {
    at.only(&["status", "url", "when"])?;
    let status = at.integer("status", 100)?;
    let status = u16::try_from(status).ok().filter(|status| *status < 600);
    let wrong = || (at.span_of("status"), "`status` is not an HTTP status".to_owned());
    let status = match status {
        Some(status) => status,
        None => return Err((wrong().0?, wrong().1, "write one from 100 to 599".to_owned())),
    };
    Ok(PageSeen { url: at.url("url")?, status, when: at.when()?, span: at.span_of("url")? })
}

fn cookie(at: ObservationObject<'_>) -> Result<CookieSeen, ObservationMistake> {
    at.only(&[
        "domain",
        "http_only",
        "max_age",
        "name",
        "partitioned",
        "path",
        "same_site",
        "secure",
        "set_by",
        "when",
    ])?;
    Ok(CookieSeen {
        name: at.text("name")?,
        domain: at.text("domain")?.trim_start_matches('.').to_lowercase(),
        path: at.text("path")?,
        max_age: at.seconds("max_age")?,
        http_only: at.flag("http_only")?,
        secure: at.flag("secure")?,
        same_site: at.word_or_null("same_site", &["lax", "none", "strict"])?,
        partitioned: at.flag("partitioned")?,
        set_by: at.word("set_by", &["header", "script"])?,
        when: at.when()?,
        span: at.span_of("name")?,
    })
}

fn storage(at: ObservationObject<'_>) -> Result<StorageSeen, ObservationMistake> {
    at.only(&["key", "kind", "origin", "when"])?;
    Ok(StorageSeen {
        kind: at.word("kind", &["local-storage", "session-storage"])?,
        key: at.text("key")?,
        origin: at.url("origin")?.origin().ascii_serialization(),
        when: at.when()?,
        span: at.span_of("key")?,
    })
}

fn host(at: ObservationObject<'_>) -> Result<HostSeen, ObservationMistake> {
    at.only(&["host", "purpose", "when"])?;
    let host = at.text("host")?;
    let known = url::Host::parse(&host).map(|host| host.to_string());
    let Ok(host) = known else {
        return Err((at.span_of("host")?, format!("`{host}` is not a host name"), "write its name only".to_owned()));
    };
    Ok(HostSeen { host, purpose: at.word("purpose", PURPOSES)?, when: at.when()?, span: at.span_of("host")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::MemoryWorld;
    use jiff::civil::date;

    const WHOLE: &str = r#"{
  "version": 1,
  "url": "https://app.example.com/",
  "on": "2026-01-12",
  "tool": "a browser, version 143",
  "steps": ["open /", "sign in"],
  "consent": ["before", "after"],
  "pages": [{ "url": "https://app.example.com/", "status": 200, "when": "before" }],
  "cookies": [
    {
      "name": "session", "domain": "app.example.com", "path": "/", "max_age": null, "http_only": true,
      "secure": true, "same_site": "lax", "partitioned": false, "set_by": "header", "when": "after"
    }
  ],
  "storage": [{ "kind": "local-storage", "key": "theme", "origin": "https://app.example.com", "when": "after" }],
  "hosts": [{ "host": "app.example.com", "purpose": "document", "when": "before" }]
}
"#;

    fn reads(text: &str) -> Result<Observation, (usize, String)> {
        let mut world = MemoryWorld::new(date(2026, 1, 15));
        world.insert("facts/observed/app.json", text);
        let mut map = SourceMap::default();
        let found = read(&world, &mut map);
        assert_eq!(found.names, ["app"]);
        match found.all.into_iter().next() {
            Some(observation) => Ok(observation),
            None => {
                let problem = &found.problems[0];
                let span = problem.span.unwrap();
                assert!(!problem.help.is_empty());
                Err((map.file(span.file).position(span.start).line, problem.why.clone()))
            }
        }
    }

    #[test]
    fn a_whole_one_is_read() {
        let found = reads(WHOLE).unwrap();
        assert_eq!((found.on, found.pages[0].status, found.cookies[0].max_age), (date(2026, 1, 12), 200, None));
        assert_eq!((found.storage[0].origin.as_str(), found.hosts.len()), ("https://app.example.com", 1));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (was, is, line, why) in [
            ("\"version\": 1", "\"version\": 2", 2, "version 1"),
            ("\"on\": \"2026-01-12\"", "\"on\": \"12 January\"", 4, "not a date"),
            ("\"on\": \"2026-01-12\"", "\"on\": \"2026-13-12\"", 4, "not a date"),
            ("\"tool\":", "\"toll\":", 5, "unknown key"),
            ("  \"steps\": [\"open /\", \"sign in\"],\n", "", 1, "missing key `steps`"),
            ("\"status\": 200", "\"status\": \"200\"", 8, "a whole number"),
            ("\"status\": 200", "\"status\": 9000", 8, "not an HTTP status"),
            ("\"max_age\": null", "\"max_age\": -1", 11, "from 0 on"),
            ("\"max_age\": null", "\"max_age\": 1.5", 11, "from 0 on"),
            ("\"name\": \"session\", ", "\"name\": \"session\", \"value\": \"abc\", ", 11, "unknown key `value`"),
            ("\"same_site\": \"lax\"", "\"same_site\": \"Lax\"", 12, "cannot be `Lax`"),
            ("\"set_by\": \"header\", ", "", 10, "missing key `set_by`"),
            ("\"host\": \"app.example.com\"", "\"host\": \"https://x/\"", 16, "not a host name"),
            ("\"purpose\": \"document\"", "\"purpose\": \"tracking\"", 16, "cannot be"),
            ("[\"before\", \"after\"]", "[\"before\"]", 11, "phase"),
            ("[\"before\", \"after\"]", "[\"before\", \"later\"]", 7, "`before` and `after`"),
            (
                "\"url\": \"https://app.example.com/\",\n",
                "\"url\": \"https://a:b@app.example.com/\",\n",
                3,
                "not a web address",
            ),
            (
                "\"when\": \"before\" }]\n}",
                "\"when\": \"before\" }, { \"host\": \"app.example.com\", \"purpose\": \"document\", \"when\": \"after\" }]\n}",
                16,
                "twice",
            ),
            ("\"when\": \"before\" }]\n}", "\"when\": \"bef", 16, "not closed"),
        ] {
            let text = WHOLE.replacen(was, is, 1);
            assert_ne!(text, WHOLE, "{was}");
            let (at, found) = reads(&text).unwrap_err();
            assert!(at == line && found.contains(why), "{is}: line {at}: {found}");
        }
    }
}
