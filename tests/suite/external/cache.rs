//! Answers kept from run to run: the last request and the last success of each link, and nothing untrustworthy.

use super::server::{Server, status, to};
use super::{Book, page_of};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

const FILE: &str = ".trustbook/cache/links.json";

/// Starts a server with a variable status, and creates a book with one link to it. Returns them with the address.
fn changing(settings: &str) -> (Server, Arc<AtomicU16>, Book, String) {
    let state = Arc::new(AtomicU16::new(200));
    let now = Arc::clone(&state);
    let server = Server::new(move |request| match now.load(Ordering::SeqCst) {
        301 if request.path == "/a" => to(301, "/b"),
        301 => status(200),
        other => status(other),
    });
    let link = format!("http://a.test:{}/a", server.port);
    let book = Book::new(&page_of(std::slice::from_ref(&link)), settings);
    (server, state, book, link)
}

/// Returns the time this many days ago, as the file stores it.
fn ago(days: f64) -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64() - days * 86_400.0;
    let at = jiff::Timestamp::from_second(seconds as i64).unwrap();
    at.to_string()
}

/// Writes the file as if the link had been requested, and reachable, this many days ago.
fn keep(book: &Book, link: &str, asked: f64, alive: f64) {
    let entry = json!({ "outcome": "alive", "asked": ago(asked), "alive": ago(alive) });
    let kind = "answers of servers outside, kept by trustbook";
    book.write(FILE, &json!({ "kind": kind, "version": 1, "links": { link: entry } }).to_string());
}

fn kept(book: &Book) -> Json {
    serde_json::from_str(&book.read(FILE)).unwrap()
}

#[test]
fn a_good_answer_holds_for_a_day() {
    let (server, state, book, link) = changing("");
    assert_eq!(book.check(&[]).code, Some(0));
    assert_eq!(server.count(), 1);
    assert!(kept(&book)["links"][&link]["alive"].is_string());
    assert_eq!(book.read(".trustbook/cache/.gitignore"), "*\n");
    let before = book.read(FILE);
    state.store(404, Ordering::SeqCst);
    let checked = book.check(&[]);
    assert_eq!((checked.code, server.count()), (Some(0), 1), "{}", checked.said);
    assert!(
        checked.said.contains("asked 0 addresses outside on 0 hosts, and knew 1 address already"),
        "{}",
        checked.said
    );
    assert_eq!(book.read(FILE), before);
    keep(&book, &link, 1.1, 1.1);
    assert_eq!(book.check(&[]).checks(), ["link-broken"]);
}

#[test]
fn the_age_of_answers_can_be_set() {
    let (server, _, book, link) = changing("cache-age = \"0 days\"");
    for requests in 1..=3 {
        assert_eq!(book.check(&[]).code, Some(0));
        assert_eq!(server.count(), requests);
    }
    book.set("cache-age = \"7 days\"");
    keep(&book, &link, 6.5, 6.5);
    assert_eq!(book.check(&[]).code, Some(0));
    assert_eq!(server.count(), 3);
}

#[test]
fn what_is_broken_is_asked_again_and_what_has_moved_is_told_again() {
    let (server, state, book, _) = changing("");
    state.store(404, Ordering::SeqCst);
    assert_eq!(book.check(&[]).checks(), ["link-broken"]);
    let asked = server.count();
    assert_eq!(book.check(&[]).checks(), ["link-broken"]);
    assert_eq!(server.count(), asked * 2, "what is mended is seen at once");
    state.store(301, Ordering::SeqCst);
    assert_eq!(book.check(&[]).checks(), ["link-moved"]);
    let asked = server.count();
    assert_eq!(book.check(&[]).checks(), ["link-moved"]);
    assert_eq!(server.count(), asked, "from what is kept");
}

#[test]
fn a_link_without_an_answer_is_passed_over_for_some_time() {
    let (_, state, book, link) = changing("");
    state.store(500, Ordering::SeqCst);
    keep(&book, &link, 13.0, 13.0);
    let checked = book.check(&[]);
    assert_eq!((checked.code, checked.findings.len()), (Some(0), 0), "{:?}", checked.findings);
    assert!(checked.said.contains("1 link without a good answer, but reached recently"), "{}", checked.said);
    let seen = kept(&book)["links"][&link]["alive"].as_str().unwrap().to_owned();
    assert!(seen < ago(12.0), "it was not alive today");
    // Failures do not change the last day on which it was reachable.
    keep(&book, &link, 0.5, 15.0);
    book.set("cache-age = \"0 days\"");
    let checked = book.check(&[]);
    assert_eq!((checked.code, checked.checks()), (Some(0), vec!["link-unknown".to_owned()]), "it is a warning");
    book.set("cache-age = \"0 days\"\ntolerate = \"30 days\"");
    assert_eq!(book.check(&[]).findings.len(), 0);
    book.set("cache-age = \"0 days\"\ntolerate = \"0 days\"");
    assert_eq!(book.check(&["--deny", "warnings"]).code, Some(1));
    state.store(404, Ordering::SeqCst);
    book.set("");
    keep(&book, &link, 2.0, 2.0);
    assert_eq!(book.check(&[]).checks(), ["link-broken"], "what is gone is gone, whenever it was alive");
}

#[test]
fn a_time_in_the_future_is_not_trusted() {
    let (server, state, book, link) = changing("");
    state.store(500, Ordering::SeqCst);
    for (asked, alive) in [(-400.0, -400.0), (1.5, -400.0), (-1.0, 0.5)] {
        keep(&book, &link, asked, alive);
        let before = server.count();
        let checked = book.check(&[]);
        assert_eq!(checked.checks(), ["link-unknown"], "{asked} {alive}: {}", checked.said);
        assert!(server.count() > before, "{asked} {alive}");
    }
}

#[test]
fn a_file_that_is_broken_or_foreign_is_told_and_replaced() {
    let (server, _, book, link) = changing("");
    for text in [
        "",
        "{",
        "[]",
        "{\"kind\": \"x\", \"links\": {}}",
        "\u{0}\u{1}",
        "{\"kind\": \"answers of servers outside, kept by trustbook\", \"version\": 7}",
    ] {
        book.write(FILE, text);
        let before = server.count();
        let checked = book.check(&[]);
        assert_eq!(checked.code, Some(0), "{text}: {}", checked.said);
        assert!(
            checked.said.contains(&format!("{FILE} is replaced, so all links are checked again")),
            "{text}: {}",
            checked.said
        );
        assert_eq!(server.count(), before + 1, "{text}");
        assert!(kept(&book)["links"][&link].is_object(), "{text}");
    }
}

#[test]
fn addresses_that_nothing_links_to_are_forgotten_after_a_while() {
    let (_, _, book, _) = changing("");
    keep(&book, "https://old.test/", 61.0, 61.0);
    assert_eq!(book.check(&[]).code, Some(0));
    assert!(kept(&book)["links"]["https://old.test/"].is_null());
    keep(&book, "https://old.test/", 59.0, 59.0);
    assert_eq!(book.check(&[]).code, Some(0));
    assert!(kept(&book)["links"]["https://old.test/"].is_object());
}

#[test]
fn another_anchor_is_asked_for_although_the_page_is_known() {
    let server = Server::new(|_| super::server::page("<h1 id=x>x</h1>"));
    let link = |fragment: &str| format!("http://a.test:{}/a{fragment}", server.port);
    let book = Book::new(&page_of(&[link("")]), "");
    assert_eq!(book.check(&[]).code, Some(0));
    book.write("src/links.md", &page_of(&[link("#y")]));
    assert_eq!(book.check(&[]).checks(), ["anchor-broken"]);
    assert_eq!(server.count(), 2);
    assert_eq!(book.check(&[]).checks(), ["anchor-broken"]);
    assert_eq!(server.count(), 2);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_to_another_folder() {
    let (_, _, book, _) = changing("");
    let other = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(other.path(), book.path().join(".trustbook")).unwrap();
    let checked = book.check(&[]);
    assert_eq!(checked.code, Some(0), "{}", checked.said);
    assert!(checked.said.contains("the answers cannot be saved"), "{}", checked.said);
    assert_eq!(std::fs::read_dir(other.path()).unwrap().count(), 0);
}

#[test]
fn a_run_leaves_nothing_half_written() {
    let (_, _, book, _) = changing("");
    book.check(&[]);
    let folder = std::fs::read_dir(book.path().join(".trustbook/cache")).unwrap();
    let mut names: Vec<String> =
        folder.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, [".gitignore", "links.json"]);
}
