//! HAR files from several tools as observations, and files that are not HAR.

use crate::command::{book, stderr, stdout, trustbook, write};
use serde_json::{Value, json};
use std::fs;

/// Returns a request of a HAR file with its answer.
fn entry(url: &str, mime: &str, more: &Value) -> Value {
    let mut entry = json!({
        "startedDateTime": "2026-01-12T10:00:00.000Z",
        "request": { "method": "GET", "url": url, "headers": [], "cookies": [] },
        "response": { "status": 200, "headers": [], "content": { "mimeType": mime, "text": "x" } },
    });
    entry["_resourceType"] = more["kind"].clone();
    if let Some(to) = more["destination"].as_str() {
        entry["request"]["headers"] = json!([{ "name": "Sec-Fetch-Dest", "value": to }]);
    }
    if let Some(set) = more["set"].as_str() {
        entry["response"]["headers"] = json!([{ "name": "set-cookie", "value": set }]);
    }
    if let Some(status) = more["status"].as_u64() {
        entry["response"]["status"] = json!(status);
    }
    entry
}

fn har(tool: &str, entries: &[Value]) -> String {
    json!({ "log": { "version": "1.2", "creator": { "name": tool, "version": "5.1" }, "entries": entries } })
        .to_string()
}

#[test]
fn har_files_of_several_tools_are_read() {
    let book = book();
    let page = "https://app.example.com/login?token=s3cr3t";
    let firefox = [
        entry(page, "text/html", &json!({ "destination": "document", "set": "a=1; HttpOnly; Path=/\nb=2; Path=/" })),
        entry("https://cdn.example.net/x.js", "text/javascript", &json!({ "destination": "script" })),
    ];
    let chromium = [
        entry(page, "text/html", &json!({ "kind": "document" })),
        entry("https://cdn.example.net/x", "image/png", &json!({ "kind": "image" })),
    ];
    let charles = [
        entry(
            page,
            "text/html",
            &json!({ "set": "c=3; Secure; SameSite=None; Expires=Tue, 13 Jan 2026 10:00:00 GMT" }),
        ),
        entry("https://t.example.org/p", "image/gif", &json!({ "status": 0 })),
    ];
    let mark = "\u{feff}";
    for (name, text, cookies, host) in [
        (
            "firefox",
            har("Firefox", &firefox),
            vec![("a", true, Value::Null), ("b", false, Value::Null)],
            "cdn.example.net",
        ),
        ("chromium", har("WebInspector", &chromium), vec![], "cdn.example.net"),
        (
            "charles",
            format!("{mark}{}", har("Charles Proxy", &charles)),
            vec![("c", false, json!(86_400))],
            "t.example.org",
        ),
    ] {
        write(book.path(), "session.har", &text);
        let output = trustbook(&["observe", "--har", "session.har", "--name", name], book.path());
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        assert!(stderr(&output).contains("neither storage nor the cookies that scripts set"));
        assert_eq!(stderr(&output).contains("no Set-Cookie header at all"), cookies.is_empty());
        let text = fs::read_to_string(book.path().join(format!("facts/observed/{name}.json"))).unwrap();
        assert!(!text.contains("s3cr3t"), "what follows the path of a page is not kept");
        let seen: Value = serde_json::from_str(&text).unwrap();
        let found: Vec<(&str, bool, Value)> = seen["cookies"]
            .as_array()
            .unwrap()
            .iter()
            .map(|cookie| {
                (cookie["name"].as_str().unwrap(), cookie["http_only"].as_bool().unwrap(), cookie["max_age"].clone())
            })
            .collect();
        assert_eq!(found, cookies, "{name}");
        assert_eq!(
            (seen["on"].as_str(), seen["pages"][0]["url"].as_str()),
            (Some("2026-01-12"), Some("https://app.example.com/login"))
        );
        assert_eq!(seen["not_seen"], json!(["script-cookies", "storage"]));
        assert!(seen["hosts"].as_array().unwrap().iter().any(|seen| seen["host"] == host), "{text}");
    }
}

#[test]
fn a_recording_is_imported_as_drafts() {
    let book = book();
    let entries = [
        entry("https://app.example.com/", "text/html", &json!({ "destination": "document", "set": "a=1; Path=/" })),
        entry("https://cdn.example.net/x.js", "text/javascript", &json!({ "destination": "script" })),
    ];
    write(book.path(), "session.har", &har("Firefox", &entries));
    let drafts = book.path().join("facts/observed-app-example-com.toml");
    let output = trustbook(&["import", "session.har", "--dry-run"], book.path());
    assert!(output.status.success() && !drafts.exists(), "{}", stderr(&output));
    let output = trustbook(&["import", "session.har"], book.path());
    assert!(output.status.success(), "{}", stderr(&output));
    let text = fs::read_to_string(drafts).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    assert!(text.contains("[[cookie]]") && text.contains("cdn.example.net"), "{text}");
}

#[test]
fn what_is_no_har_file_is_told_and_nothing_is_written() {
    let book = book();
    let whole =
        har("Firefox", &[entry("https://app.example.com/", "text/html", &json!({ "destination": "document" }))]);
    let error = har(
        "Firefox",
        &[entry("https://app.example.com/", "text/html", &json!({ "destination": "document", "status": 500 }))],
    );
    let none =
        har("Firefox", &[entry("https://app.example.com/a.png", "image/png", &json!({ "destination": "image" }))]);
    for (text, why) in [
        (&whole[..whole.len() / 2], "the file ends early"),
        ("hello", "session.har:1:1: this is not a HAR file"),
        ("{\"log\": 3}", "this is not a HAR file"),
        (error.as_str(), "returned the status 500, and nothing was written"),
        (none.as_str(), "has no page"),
    ] {
        write(book.path(), "session.har", text);
        let output = trustbook(&["observe", "--har", "session.har", "--name", "app"], book.path());
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
        assert!(!book.path().join("facts/observed").exists());
    }
    write(book.path(), "session.har", &whole);
    let output = trustbook(&["observe", "--har", "session.har", "--dry-run"], book.path());
    assert!(output.status.success() && stderr(&output).contains("nothing was written"));
    assert!(stdout(&output).contains("no host but its own"), "{}", stdout(&output));
    assert!(!book.path().join("facts/observed").exists());
}

#[test]
fn a_missing_picture_that_is_answered_with_a_page_hides_nothing() {
    let book = book();
    let mut picture = entry("https://app.example.com/logo", "text/html", &json!({ "status": 404 }));
    picture["request"]["headers"] = json!([{ "name": "Accept", "value": "image/avif,image/webp,*/*;q=0.8" }]);
    let entries = [
        entry("https://app.example.com/", "text/html", &json!({})),
        entry("https://app.example.com/favicon.ico", "text/html", &json!({ "status": 404 })),
        picture,
    ];
    write(book.path(), "session.har", &har("proxy", &entries));
    let output = trustbook(&["observe", "--har", "session.har", "--name", "app"], book.path());
    assert!(output.status.success(), "{}", stderr(&output));
    let text = fs::read_to_string(book.path().join("facts/observed/app.json")).unwrap();
    let seen: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(seen["pages"].as_array().unwrap().len(), 1, "{text}");
}

#[test]
fn what_was_seen_and_is_not_declared_is_drafted() {
    let book = book();
    let set = "known=1; Path=/\nnew=2; Path=/; HttpOnly; Max-Age=86400";
    let entries = [
        entry("https://app.example.com/", "text/html", &json!({ "kind": "document", "set": set })),
        entry("https://a.cdn.example.net/x.js", "text/javascript", &json!({ "kind": "script" })),
        entry("https://b.cdn.example.net/x.png", "image/png", &json!({ "kind": "image" })),
    ];
    write(book.path(), "session.har", &har("Firefox", &entries));
    let known = "[defaults]\nsource = \"s\"\n[[cookie]]\nid = \"known\"\nname = \"known\"\nkind = \"cookie\"\npurpose = \"p\"\ncategory = \"necessary\"\n";
    write(book.path(), "facts/cookies.toml", known);
    let observe = |more: &[&str]| {
        let args = [&["observe", "--har", "session.har", "--name", "app", "--draft"], more].concat();
        let output = trustbook(&args, book.path());
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let path = book.path().join("facts/observed-app.toml");
    assert!(observe(&["--dry-run"]).contains("[[cookie]]") && !path.exists());
    observe(&[]);
    let drafts = fs::read_to_string(&path).unwrap();
    for part in [
        "id = \"new\"",
        "max_age = \"1 day\"",
        "http_only = true",
        "first party",
        "hosts = [\"a.cdn.example.net\", \"b.cdn.example.net\"]",
        "contacted for: image, script",
    ] {
        assert!(drafts.contains(part), "{part}: {drafts}");
    }
    assert!(!drafts.contains("\"known\""), "{drafts}");
    // A draft is no declaration that passes: what is missing is told.
    let checked = stdout(&trustbook(&["check", "--format", "short"], book.path()));
    assert!(checked.contains("`cookie.new` lacks"), "{checked}");
    observe(&[]);
    assert_eq!(fs::read_to_string(&path).unwrap(), drafts, "a second run adds only what is new");
}
