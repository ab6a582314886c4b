//! Writes an observation as a file of `facts/observed/`, sorted, so that a diff shows only what changed.

use super::{Observation, VERSION, When};
use serde_json::{Value as Json, json};

/// Returns the text of the file. Reading it gives the same observation, except for order and spans.
pub fn write(found: &Observation) -> String {
    let mut sorted = found.clone();
    sorted.pages.sort_by(|a, b| (a.when, a.url.as_str()).cmp(&(b.when, b.url.as_str())));
    sorted.cookies.sort_by(|a, b| (&a.name, &a.domain, &a.path).cmp(&(&b.name, &b.domain, &b.path)));
    sorted.storage.sort_by(|a, b| (&a.kind, &a.origin, &a.key).cmp(&(&b.kind, &b.origin, &b.key)));
    sorted.hosts.sort_by(|a, b| (&a.host, &a.purpose).cmp(&(&b.host, &b.purpose)));
    let pages = sorted
        .pages
        .iter()
        .map(|page| json!({ "url": page.url.as_str(), "status": page.status, "when": page.when.word() }));
    let cookies = sorted.cookies.iter().map(|cookie| {
        json!({
            "name": cookie.name,
            "domain": cookie.domain,
            "path": cookie.path,
            "max_age": cookie.max_age,
            "http_only": cookie.http_only,
            "secure": cookie.secure,
            "same_site": cookie.same_site,
            "partitioned": cookie.partitioned,
            "set_by": cookie.set_by,
            "when": cookie.when.word(),
        })
    });
    let storage = sorted
        .storage
        .iter()
        .map(|kept| json!({ "kind": kept.kind, "key": kept.key, "origin": kept.origin, "when": kept.when.word() }));
    let hosts =
        sorted.hosts.iter().map(|host| json!({ "host": host.host, "purpose": host.purpose, "when": host.when.word() }));
    let mut all = json!({
        "version": VERSION,
        "url": found.url.as_str(),
        "on": found.on.to_string(),
        "tool": found.tool,
        "steps": found.steps,
        "consent": found.consent.iter().map(|when| when.word()).collect::<Vec<_>>(),
        "pages": pages.collect::<Vec<Json>>(),
        "cookies": cookies.collect::<Vec<Json>>(),
        "storage": storage.collect::<Vec<Json>>(),
        "hosts": hosts.collect::<Vec<Json>>(),
    });
    if !found.not_seen.is_empty() {
        all["not_seen"] = json!(found.not_seen);
    }
    format!("{all:#}\n")
}

impl When {
    /// Returns the word that files use: `before` or `after`.
    pub fn word(self) -> &'static str {
        match self {
            When::Before => "before",
            When::After => "after",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use crate::span::SourceMap;
    use crate::world::MemoryWorld;
    use jiff::civil::date;

    #[test]
    fn what_is_written_is_read_and_written_the_same() {
        let text = r#"{ "version": 1, "url": "https://app.example.com/", "on": "2026-01-12", "tool": "T \"1\"",
          "steps": ["open /"], "consent": ["before", "after"], "not_seen": ["storage"],
          "pages": [{ "url": "https://app.example.com/b", "status": 200, "when": "after" },
                    { "url": "https://app.example.com/", "status": 200, "when": "before" }],
          "cookies": [{ "name": "b", "domain": "app.example.com", "path": "/", "max_age": null, "http_only": true,
            "secure": true, "same_site": null, "partitioned": false, "set_by": "header", "when": "after" },
            { "name": "a\u202e", "domain": "example.com", "path": "/x", "max_age": 60, "http_only": false,
            "secure": false, "same_site": "none", "partitioned": true, "set_by": "script", "when": "before" }],
          "storage": [{ "kind": "local-storage", "key": "k", "origin": "https://app.example.com", "when": "after" }],
          "hosts": [{ "host": "b.example.com", "purpose": "script", "when": "after" },
                    { "host": "app.example.com", "purpose": "document", "when": "before" }] }"#;
        let reads = |text: &str| {
            let mut world = MemoryWorld::new(date(2026, 1, 15));
            world.insert("facts/observed/app.json", text);
            let found = read(&world, &mut SourceMap::default());
            assert!(found.problems.is_empty(), "{:?}", found.problems);
            found.all.into_iter().next().unwrap()
        };
        let written = write(&reads(text));
        assert!(written.find("\"a\u{202e}\"").unwrap() < written.find("\"b\"").unwrap(), "{written}");
        assert_eq!(write(&reads(&written)), written);
    }
}
