//! Every kind of link that leaves the site, and every type of answer from a server, with the expected findings.

use super::server::{Reply, Request, Server, page, status, to};
use super::{Book, page_of};
use std::collections::BTreeMap;

type Answer = fn(&Request, u16) -> Reply;

/// A kind of link: its address, the answers of its host, the findings, and the maximum number of requests.
struct Kind {
    link: &'static str,
    answer: Answer,
    found: &'static [(&'static str, &'static str)],
    most: usize,
}

const fn kind(link: &'static str, answer: Answer, found: &'static [(&'static str, &'static str)], most: usize) -> Kind {
    Kind { link, answer, found, most }
}

fn is_head(request: &Request) -> bool {
    request.method == "HEAD"
}

/// Answers HEAD with `reply`, and GET successfully.
fn lies(request: &Request, reply: Reply) -> Reply {
    if is_head(request) { reply } else { status(200) }
}

fn with(headers: &[&str], body: impl Into<Vec<u8>>) -> Reply {
    Reply::Full(200, headers.iter().map(|header| (*header).to_owned()).collect(), body.into())
}

fn html(body: &str) -> Reply {
    with(&["Content-Type: text/html"], body)
}

/// Answers the first page with `reply`, usually a redirect, and all other pages successfully.
fn first(request: &Request, reply: Reply) -> Reply {
    if request.path == "/a" { reply } else { page("<h1 id=x>x</h1>") }
}

/// `<h1 id=x>x</h1>` and some words, compressed with gzip.
const GZIP: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 179, 201, 48, 84, 200, 76, 177, 173, 176, 171, 176, 209, 207, 48, 180, 3, 0, 69,
    239, 208, 178, 15, 0, 0, 0,
];

const BROKEN: &str = "link-broken";
const ANCHOR: &str = "anchor-broken";
const MOVED: &str = "link-moved";
const UNKNOWN: &str = "link-unknown";

/// `{h}` is replaced by a separate host, and `{p}` by the port of the server.
const KINDS: &[Kind] = &[
    // Reachable pages.
    kind("http://{h}:{p}/a", |_, _| status(200), &[], 1),
    kind("http://{h}:{p}/", |_, _| status(200), &[], 1),
    kind("http://{h}:{p}", |_, _| status(200), &[], 1),
    kind("http://{h}:{p}/a?q=1&r=2", |_, _| status(200), &[], 1),
    kind("http://{h}:{p}/a%20b", |_, _| status(200), &[], 1),
    kind("http://{h}:{p}/über", |_, _| status(200), &[], 1),
    kind("HTTP://{h}:{p}/a", |_, _| status(200), &[], 1),
    kind("//127.0.0.1:1/x", |_, _| status(200), &[(UNKNOWN, "could not be reached")], 0),
    kind("http://{h}:{p}/a", |_, _| status(204), &[], 1),
    kind("http://{h}:{p}/a", |_, _| status(206), &[], 1),
    kind("http://{h}:{p}/a", |_, _| status(300), &[], 1),
    kind("http://{h}:{p}/a", |_, _| status(304), &[], 1),
    // Servers that answer HEAD wrongly, or fail on it.
    kind("http://{h}:{p}/a", |request, _| lies(request, status(405)), &[], 2),
    kind("http://{h}:{p}/a", |request, _| lies(request, status(501)), &[], 2),
    kind("http://{h}:{p}/a", |request, _| lies(request, status(404)), &[], 2),
    kind("http://{h}:{p}/a", |request, _| lies(request, status(403)), &[], 2),
    kind("http://{h}:{p}/a", |request, _| lies(request, status(410)), &[], 2),
    kind("http://{h}:{p}/a", |request, _| lies(request, status(500)), &[], 2),
    kind("http://{h}:{p}/a", |request, _| lies(request, Reply::Close), &[], 3),
    kind("http://{h}:{p}/a", |request, _| lies(request, Reply::Hang), &[], 2),
    kind("http://{h}:{p}/a", |request, _| lies(request, Reply::Bytes(b"SSH-2.0\r\n".to_vec())), &[], 2),
    // Bodies that are not read.
    kind("http://{h}:{p}/a", |request, _| if is_head(request) { status(405) } else { Reply::Drip }, &[], 2),
    kind("http://{h}:{p}/a", |request, _| if is_head(request) { status(405) } else { Reply::HangInBody }, &[], 2),
    kind("http://{h}:{p}/a", |_, _| with(&["Content-Encoding: gzip"], "no gzip"), &[], 1),
    kind("http://{h}:{p}/a", |_, _| with(&["Content-Length: 100"], "short"), &[], 1),
    // Temporary redirects, and redirects to a login page.
    kind("http://{h}:{p}/a", |request, _| first(request, to(302, "/b")), &[], 2),
    kind("http://{h}:{p}/a", |request, _| first(request, to(303, "/b")), &[], 2),
    kind("http://{h}:{p}/a", |request, _| first(request, to(307, "/b")), &[], 2),
    kind("http://{h}:{p}/a", |request, _| first(request, to(301, "/login?to=a")), &[], 2),
    kind(
        "http://{h}:{p}/a",
        |request, _| match request.path.as_str() {
            "/a" => to(301, "/b"),
            "/b" => to(302, "/c"),
            _ => status(200),
        },
        &[],
        3,
    ),
    kind("http://{h}:{p}/a", |request, p| first(request, to(302, &format!("http://other-{p}.test:{p}/b"))), &[], 1),
    // A server that asks to wait.
    kind("http://{h}:{p}/a", |request, _| slow_down(request), &[], 2),
    // Pages that have moved permanently.
    kind("http://{h}:{p}/a", |request, _| first(request, to(301, "/b")), &[(MOVED, "/b`")], 2),
    kind("http://{h}:{p}/a", |request, _| first(request, to(308, "/b")), &[(MOVED, "/b`")], 2),
    kind("http://{h}:{p}/a", |request, _| first(request, to(301, "/")), &[(MOVED, "has moved permanently")], 2),
    kind("http://{h}:{p}/a#x", |request, _| first(request, to(301, "/b")), &[(MOVED, "/b#x`")], 2),
    kind("http://{h}:{p}/a#y", |request, _| first(request, to(301, "/b#x")), &[(MOVED, "/b#x`")], 2),
    kind(
        "http://{h}:{p}/a",
        |request, _| match request.path.as_str() {
            "/a" => to(308, "/b"),
            "/b" => to(301, "c"),
            _ => status(200),
        },
        &[(MOVED, "/c`")],
        3,
    ),
    kind(
        "http://{h}:{p}/a",
        |request, p| first(request, to(301, &format!("http://elsewhere-{p}.test:{p}/b"))),
        &[(MOVED, "elsewhere-")],
        1,
    ),
    // Missing pages.
    kind("http://{h}:{p}/a", |_, _| status(404), &[(BROKEN, "it answers 404 Not Found")], 2),
    kind("http://{h}:{p}/a", |_, _| status(410), &[(BROKEN, "it answers 410 Gone")], 2),
    kind("http://{h}:{p}/a#x", |_, _| status(404), &[(BROKEN, "it answers 404 Not Found")], 1),
    kind("http://{h}:{p}/a", |request, _| gone_behind(request, 302), &[(BROKEN, "it answers 404")], 4),
    kind("http://{h}:{p}/a", |request, _| gone_behind(request, 301), &[(BROKEN, "it answers 404")], 4),
    kind("http://gone.test:{p}/a", |_, _| status(200), &[(BROKEN, "there is no host `gone.test`")], 0),
    kind("https://gone.test/a", |_, _| status(200), &[(BROKEN, "there is no host `gone.test`")], 0),
    kind("http://no-address.test:{p}/a", |_, _| status(200), &[(BROKEN, "there is no host `no-address.test`")], 0),
    kind(
        "http://{h}:{p}/a",
        |request, p| first(request, to(302, &format!("http://gone.test:{p}/"))),
        &[(BROKEN, "there is no host")],
        1,
    ),
    // Anchors.
    kind("http://{h}:{p}/a#x", |_, _| page("<h1 id=x>x</h1>"), &[], 1),
    kind("http://{h}:{p}/a#x", |_, _| page("<a name=x></a>"), &[], 1),
    kind("http://{h}:{p}/a#%C3%BCber", |_, _| page("<h1 id='über'>x</h1>"), &[], 1),
    kind("http://{h}:{p}/a#über", |_, _| page("<h1 id='über'>x</h1>"), &[], 1),
    kind("http://{h}:{p}/a#a%20b", |_, _| page("<h1 id='a b'>x</h1>"), &[], 1),
    kind("http://{h}:{p}/a#x", |_, _| page("<h1 id=user-content-x>x</h1>"), &[], 1),
    kind("http://{h}:{p}/a#x", |request, _| first(request, to(302, "/b")), &[], 2),
    kind("http://{h}:{p}/a#x", |_, _| with(&["Content-Type: text/html", "Content-Encoding: gzip"], GZIP), &[], 1),
    kind("http://{h}:{p}/a#x", |_, _| page("<p id=y>"), &[(ANCHOR, "has no anchor `#x`")], 1),
    kind("http://{h}:{p}/a#X", |_, _| page("<p id=x>"), &[(ANCHOR, "has no anchor `#X`")], 1),
    kind("http://{h}:{p}/a#x", |_, _| page("<!-- <p id=x> --><p data-id=x>"), &[(ANCHOR, "has no anchor `#x`")], 1),
    kind("http://{h}:{p}/a#x", |_, _| html("<p>x</p>"), &[(ANCHOR, "has no anchor `#x`")], 1),
    kind("http://{h}:{p}/a#y", |request, _| first(request, to(301, "/b")), &[(ANCHOR, "has no anchor `#y`")], 2),
    // Anchors that cannot be verified.
    kind("http://{h}:{p}/a#:~:text=x", |_, _| status(200), &[], 1),
    kind("http://{h}:{p}/a#top", |_, _| status(200), &[], 1),
    kind("http://{h}:{p}/a#", |_, _| status(200), &[], 1),
    kind("http://{h}:{p}/a#/route", |_, _| status(200), &[], 1),
    kind("http://{h}:{p}/a#!route", |_, _| status(200), &[], 1),
    kind("http://{h}:{p}/a#page=3", |_, _| with(&["Content-Type: application/pdf"], "%PDF"), &[], 1),
    kind("http://{h}:{p}/a#x", |_, _| with(&["Content-Type: text/plain"], "x"), &[], 1),
    kind("http://{h}:{p}/a#x", |_, _| with(&[], "<p>x"), &[], 1),
    kind("http://{h}:{p}/a#x", |_, _| html("<div id=root></div><script src=a.js></script>"), &[], 1),
    kind("http://{h}:{p}/a#x", |_, _| page("<script>['x']</script>"), &[], 1),
    kind("http://{h}:{p}/a#x", |_, _| Reply::Endless(Vec::new()), &[], 1),
    kind("http://{h}:{p}/a#L10-L20", |_, _| page("<p>code</p>"), &[], 1),
    // Lines of files.
    kind("http://github.{h}:{p}/o/r/blob/abcdef0/a.rs#L3", |request, _| file(request), &[], 1),
    kind("http://github.{h}:{p}/o/r/blob/abcdef0/a.rs#L1-L3", |request, _| file(request), &[], 1),
    kind("http://gitlab.{h}:{p}/o/r/-/blob/main/a.rs#L3", |request, _| file(request), &[], 1),
    kind(
        "http://github.{h}:{p}/o/r/blob/abcdef0/a.rs#L4",
        |request, _| file(request),
        &[(ANCHOR, "a line that its file does not have")],
        1,
    ),
    kind(
        "http://gitea.{h}:{p}/o/r/src/commit/abcdef0/a.rs#L2-L9",
        |request, _| file(request),
        &[(ANCHOR, "a line that its file")],
        1,
    ),
    kind("http://github.{h}:{p}/o/r/blob/abcdef0/b.rs#L3", |request, _| file(request), &[], 2),
    kind("http://github.{h}:{p}/o/r/blob/abcdef0/gone.rs#L3", |_, _| status(404), &[(BROKEN, "404")], 3),
    // Answers without a definite result, and servers that cannot be reached.
    kind("http://{h}:{p}/a", |_, _| status(401), &[(UNKNOWN, "it answers 401 Unauthorized")], 2),
    kind("http://{h}:{p}/a", |_, _| status(403), &[(UNKNOWN, "it answers 403 Forbidden")], 2),
    kind("http://{h}:{p}/a", |_, _| status(400), &[(UNKNOWN, "it answers 400 Bad Request")], 2),
    kind("http://{h}:{p}/a", |_, _| status(451), &[(UNKNOWN, "it answers 451")], 2),
    kind("http://{h}:{p}/a", |_, _| status(999), &[(UNKNOWN, "it answers 999")], 2),
    kind("http://{h}:{p}/a", |_, _| status(500), &[(UNKNOWN, "it answers 500 Internal Server Error")], 2),
    kind("http://{h}:{p}/a", |_, _| status(503), &[(UNKNOWN, "it answers 503")], 3),
    kind("http://{h}:{p}/a", |_, _| wait_for(3600), &[(UNKNOWN, "asks to wait 3600 s")], 1),
    kind("http://{h}:{p}/a", |_, _| Reply::Close, &[(UNKNOWN, "")], 4),
    kind("http://{h}:{p}/a", |_, _| Reply::Hang, &[(UNKNOWN, "it did not answer completely within 6 s")], 2),
    kind("http://{h}:{p}/a#x", |_, _| Reply::Drip, &[(UNKNOWN, "it did not answer completely within 6 s")], 1),
    kind(
        "http://{h}:{p}/a",
        |_, _| Reply::Bytes(b"SSH-2.0-OpenSSH\r\n".to_vec()),
        &[(UNKNOWN, "its answer is broken")],
        2,
    ),
    kind(
        "http://{h}:{p}/a#x",
        |_, _| with(&["Content-Encoding: gzip"], "no gzip"),
        &[(UNKNOWN, "its answer is broken")],
        1,
    ),
    kind("http://{h}:{p}/a#x", |_, _| with(&["Content-Length: 100"], "short"), &[(UNKNOWN, "its answer is broken")], 1),
    kind("http://{h}:{p}/a", |_, _| status(302), &[(UNKNOWN, "it answers 302 Found, but not where it leads")], 2),
    kind("http://{h}:{p}/a", |_, _| to(302, "http://["), &[(UNKNOWN, "which is not an address")], 1),
    kind("http://{h}:{p}/a", |_, _| to(302, "/a"), &[(UNKNOWN, "it redirects in a circle")], 1),
    kind("http://{h}:{p}/0", |request, _| count_up(request), &[(UNKNOWN, "it redirects more than 5 times")], 7),
    kind("http://{h}:{p}/a", |_, _| to(302, "file:///etc/passwd"), &[(UNKNOWN, "")], 1),
    kind("http://{h}:{p}/a", |_, _| to(302, "http://10.1.2.3/"), &[(UNKNOWN, "private use (RFC 1918)")], 1),
    kind("http://10.1.2.3/a", |_, _| status(200), &[(UNKNOWN, "private use (RFC 1918)")], 0),
    kind("http://private.test:{p}/a", |_, _| status(200), &[(UNKNOWN, "private use (RFC 1918)")], 0),
    kind("http://169.254.169.254/latest", |_, _| status(200), &[(UNKNOWN, "link-local (RFC 3927)")], 0),
    kind("http://[::1]:{p}/a", |_, _| status(200), &[(UNKNOWN, "loopback (RFC 4291)")], 0),
    kind("http://user:pass@{h}:{p}/a", |_, _| status(200), &[(UNKNOWN, "carries a user or a password")], 0),
    kind("http://127.0.0.1:1/a", |_, _| status(200), &[(UNKNOWN, "could not be reached")], 0),
    kind("https://{h}:{p}/a", |_, _| status(200), &[(UNKNOWN, "")], 0),
    kind("http://shrug.test:{p}/a", |_, _| status(200), &[(UNKNOWN, "could not be looked up")], 0),
    kind("http://fault.test:{p}/a", |_, _| status(200), &[(UNKNOWN, "could not be looked up")], 0),
    // Links that are never requested.
    kind("mailto:a@gone.test", |_, _| status(404), &[], 0),
    kind("tel:+15550100", |_, _| status(404), &[], 0),
    kind("ftp://{h}:{p}/a", |_, _| status(404), &[], 0),
    kind("irc://{h}:{p}/a", |_, _| status(404), &[], 0),
    kind("http://skipped.test:{p}/a", |_, _| status(404), &[], 0),
];

fn wait_for(seconds: u32) -> Reply {
    Reply::Full(429, vec![format!("Retry-After: {seconds}")], Vec::new())
}

/// Asks the client to wait a second, once.
fn slow_down(request: &Request) -> Reply {
    static ASKED: std::sync::Mutex<usize> = std::sync::Mutex::new(0);
    let mut asked = ASKED.lock().unwrap();
    *asked += 1;
    if *asked == 1 && is_head(request) { wait_for(1) } else { status(200) }
}

fn gone_behind(request: &Request, code: u16) -> Reply {
    if request.path == "/a" { to(code, "/b") } else { status(404) }
}

fn count_up(request: &Request) -> Reply {
    let number: u32 = request.path.trim_start_matches('/').parse().unwrap_or(0);
    to(302, &format!("/{}", number + 1))
}

/// Serves a file of three lines; `b.rs` has a page only.
fn file(request: &Request) -> Reply {
    let has = |part: &str| request.path.contains(part);
    match has("/raw/") {
        true if has("b.rs") => status(404),
        true => with(&["Content-Type: text/plain"], "one\ntwo\nthree\n"),
        false if has("b.rs") => html("<script src=a.js></script>"),
        false => status(500),
    }
}

#[test]
fn every_kind_of_link_is_judged_as_it_should_be() {
    let host = |at: usize| format!("k{at}.test");
    let by_host: BTreeMap<String, Answer> =
        KINDS.iter().enumerate().map(|(at, kind)| (host(at), kind.answer)).collect();
    let server = Server::with(|port| {
        move |request: &Request| {
            let own =
                request.host.trim_start_matches("github.").trim_start_matches("gitlab.").trim_start_matches("gitea.");
            by_host.get(own).map_or_else(|| page(""), |answer| answer(request, port))
        }
    });
    let links: Vec<String> = KINDS
        .iter()
        .enumerate()
        .map(|(at, kind)| kind.link.replace("{h}", &host(at)).replace("{p}", &server.port.to_string()))
        .collect();
    let settings = "timeout = \"6 seconds\"\nexclude = [\"http://skipped.test\"]\n";
    let book = Book::new(&page_of(&links), settings);
    let checked = book.check(&[]);
    let (told, asked) = (checked.told(), server.asked());
    let mut wrong = Vec::new();
    for (at, kind) in KINDS.iter().enumerate() {
        let line = at as u64 + 3;
        let found: Vec<(&str, &str)> = told
            .iter()
            .filter(|(check, own, _)| *own == line && check != "link-moving-line")
            .map(|(check, _, message)| (check.as_str(), message.as_str()))
            .collect();
        let is_right = found.len() == kind.found.len()
            && found
                .iter()
                .zip(kind.found)
                .all(|((check, message), (known, part))| check == known && message.contains(part));
        if !is_right {
            wrong.push(format!("{}: {found:?}", links[at]));
        }
        let name = host(at);
        let requests =
            asked.iter().filter(|request| request.host == name || request.host.ends_with(&format!(".{name}")));
        let requests: Vec<String> = requests.map(|request| format!("{} {}", request.method, request.path)).collect();
        if requests.len() > kind.most {
            wrong.push(format!("{}: asked {requests:?}", links[at]));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), checked.said);
    assert_eq!(checked.code, Some(1));
    assert!(KINDS.len() >= 100, "{}", KINDS.len());
    assert!(server.sent() < 20 * 1024 * 1024, "a body without end costs no more than the limit");
}
