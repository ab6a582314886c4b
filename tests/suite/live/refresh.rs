//! From a changed value on a server to the page that shows it: the messages, the lock and the build.

use super::{Book, http};
use crate::command::tree;
use crate::server::{Server, response};
use std::collections::BTreeSet;

const TWO: &str = "\
[defaults]
source = \"handbook\"
stated = 2024-10-01
review = \"90 days\"

[product]
name = \"App\"
version = { live = \"release\", select = \".tag_name\" }
released = { live = \"release\", select = \".at\", type = \"date\" }

[status]
page = { live = \"status\", select = \"a.page::attr(href)\", type = \"url\" }

[[source]]
id = \"release\"
kind = \"http\"
url = \"RELEASE\"
max_age = \"7 days\"

[[source]]
id = \"status\"
kind = \"http\"
url = \"STATUS\"
";

const STATUS: &str = "<!doctype html><a class=page href='https://status.example.com/'>Status</a>";

/// Creates a book with two sources on one server. Returns them with the content of the server.
fn two() -> (Book, Server, std::sync::Arc<std::sync::Mutex<std::collections::BTreeMap<String, String>>>) {
    let release = "{\"tag_name\": \"v1.2\", \"at\": \"2025-11-20T10:00:00Z\"}";
    let (server, bodies) = Server::of(&[("/release.json", release), ("/status.html", STATUS)]);
    let register = TWO.replace("RELEASE", &server.url("/release.json")).replace("STATUS", &server.url("/status.html"));
    let book = Book::new(&["127.0.0.1"], &register);
    book.write("src/SUMMARY.md", "- [Page](page.md)\n- [Other](other.md)\n");
    book.write(
        "src/page.md",
        "# Page\n\nWe are at {{ product.version }} since {{ product.released }}.\n\n{{#facts product}}\n",
    );
    book.write("src/other.md", "# Other\n\nSee {{ status.page }}: {{ status.page as state }}.\n\n{{#sources}}\n");
    (book, server, bodies)
}

/// Returns the entries of a lock as a set of texts.
fn entries(lock: &str) -> BTreeSet<String> {
    lock.split("\n\n").map(str::to_owned).collect()
}

#[test]
fn a_value_that_changes_is_told_in_a_sentence_locked_and_built() {
    let (book, _server, bodies) = two();
    let said = book.on(10, &["check", "--format", "short"]).failed_with(&["error[lock-missing]"]);
    assert_eq!(said.out().lines().filter(|line| line.contains("lock-missing")).count(), 3, "{}", said.all());
    let said = book.on(10, &["refresh"]).ok();
    assert!(said.out().contains("release: `product.version` is `v1.2`, which is new (shown in src/page.md)"));
    book.on(10, &["check"]).ok();
    let before = book.lock();
    let changed = "{\"tag_name\": \"v1.3\", \"at\": \"2025-11-20T10:00:00Z\"}".to_owned();
    bodies.lock().unwrap().insert("/release.json".to_owned(), changed);
    let said = book.on(12, &["refresh", "--dry-run"]).ok();
    let sentence = "release: `product.version` was `v1.2` and is `v1.3` (shown in src/page.md)";
    assert!(said.out().contains(sentence), "{}", said.all());
    assert_eq!(book.lock(), before, "--dry-run writes nothing");
    let said = book.on(12, &["refresh", "release"]).ok();
    assert_eq!(said.out().lines().filter(|line| line.contains("product.")).count(), 1, "{}", said.all());
    assert!(said.out().contains(sentence));
    // Only the entry of that source differs.
    let after = book.lock();
    let differs: Vec<String> = entries(&after).difference(&entries(&before)).cloned().collect();
    assert_eq!(differs.len(), 1, "{differs:?}");
    assert!(differs[0].starts_with("[[source]]\nid = \"release\"\n"), "{differs:?}");
    let line =
        "{ id = \"product.version\", select = \".tag_name\", value = \"v1.3\", since = 2026-01-12, before = \"v1.2\" }";
    assert!(after.contains(line), "{after}");
    book.on(12, &["build"]).ok();
    let page = std::fs::read_to_string(book.path().join("book/page.html")).unwrap();
    assert!(page.contains("We are at v1.3 since"), "{page}");
    assert!(page.contains("20 November 2025"));
    assert!(
        page.contains("<dt>Last seen in the source</dt>\n<dd><time datetime=\"2026-01-12\">12 January 2026</time>"),
        "{page}"
    );
    let other = std::fs::read_to_string(book.path().join("book/other.html")).unwrap();
    assert!(other.contains("last seen on 10 January 2026"), "{other}");
    // A live fact is not stated by a person, so it is not reviewed; its source is recorded.
    let said = book.on(12, &["check", "--format", "short"]);
    assert!(!said.out().contains("product.version") && !said.out().contains("status.page"), "{}", said.all());
}

#[test]
fn a_refresh_without_news_changes_the_day_only() {
    let (book, _server, _) = two();
    book.on(10, &["refresh"]).ok();
    let before = book.lock();
    let said = book.on(10, &["refresh"]).ok();
    assert!(said.all().contains("the lock is unchanged"), "{}", said.all());
    let said = book.on(11, &["refresh"]).ok();
    assert!(said.out().contains("release: nothing has changed since 10 January 2026"), "{}", said.all());
    let (before, after) = (before.lines().collect::<Vec<_>>(), book.lock());
    let differs: Vec<(&str, &str)> = before.iter().copied().zip(after.lines()).filter(|(a, b)| a != b).collect();
    assert_eq!(before.len(), after.lines().count());
    let keys: BTreeSet<&str> = differs.iter().map(|(line, _)| line.split(' ').next().unwrap()).collect();
    assert_eq!(keys.into_iter().collect::<Vec<_>>(), ["checked", "seal"]);
}

#[test]
fn a_server_is_asked_only_for_what_is_new() {
    let server = Server::at("127.0.0.1", |request, stream| {
        let text = match request.headers.get("if-none-match").map(String::as_str) {
            Some("\"one\"") => response("304 Not Modified", &["ETag: \"one\""], ""),
            _ => response("200 OK", &["ETag: \"one\""], "{\"tag_name\": \"v1\", \"other\": 7}"),
        };
        let _ = stream.write_all(text.as_bytes());
    });
    let book = Book::new(&["127.0.0.1"], &http(&server.url("/")));
    let known = || server.asked().last().unwrap().headers.get("if-none-match").cloned();
    book.on(10, &["refresh"]).ok();
    assert_eq!(known(), None);
    let said = book.on(11, &["refresh"]).ok();
    assert_eq!(known().as_deref(), Some("\"one\""));
    assert!(said.out().contains("nothing has changed since 10 January 2026"), "{}", said.all());
    // A new fact of the same source requires its whole content.
    let register = http(&server.url("/")).replace("\n\n", "\nother = { live = \"release\", select = \".other\" }\n\n");
    book.write("facts/product.toml", &register);
    book.on(12, &["refresh"]).ok();
    assert_eq!(known(), None);
    assert_eq!(book.value("product.other").as_deref(), Some("7"));
    assert!(server.asked().iter().all(|request| request.method == "GET"));
}

#[test]
fn a_source_that_fails_keeps_its_values_and_says_since_when() {
    let (book, _server, bodies) = two();
    book.on(10, &["refresh"]).ok();
    let before = book.lock();
    bodies.lock().unwrap().remove("/release.json");
    let said = book.on(14, &["refresh"]).failed_with(&[
        "error: the source `release`: it answers 404 Not Found",
        "its values stay as they were checked on 10 January 2026",
        "status: nothing has changed",
    ]);
    let kept: Vec<String> = entries(&before).difference(&entries(&book.lock())).cloned().collect();
    assert_eq!(kept.len(), 1, "{}", said.all());
    assert!(kept[0].contains("id = \"status\""), "the other source was looked at");
    // After a while, the check reports that the source was not refreshed.
    book.on(14, &["check"]).ok();
    let said = book.on(20, &["check", "--format", "short"]).ok();
    assert!(said.out().contains("warning[source-stale]: the source `release` was last checked on 10 January 2026"));
    book.on(20, &["build"]).ok();
    let page = std::fs::read_to_string(book.path().join("book/page.html")).unwrap();
    assert!(page.contains("and not looked up since"), "{page}");
}

#[test]
fn a_source_of_another_shape_is_an_error_until_somebody_looks() {
    let (book, _server, bodies) = two();
    book.on(10, &["refresh"]).ok();
    let set = |body: &str| drop(bodies.lock().unwrap().insert("/release.json".to_owned(), body.to_owned()));
    set("{\"name\": \"v1.3\", \"at\": \"2025-12-01\"}");
    book.on(12, &["refresh"]).failed_with(&["`product.version` with `.tag_name` finds nothing", "help: "]);
    // All or nothing: the other fact of that source stays as well.
    assert!(book.lock().contains("value = 2025-11-20"), "{}", book.lock());
    let said = book.on(13, &["check", "--format", "short"]);
    let said = said
        .failed_with(&["error[source-changed]: `product.version` finds nothing in `release` since 12 January 2026"]);
    assert!(said.out().contains("facts/product.toml:8:20: error[source-changed]"), "{}", said.out());
    // The day of the first failure stays.
    book.on(14, &["refresh"]).failed_with(&["finds nothing"]);
    book.on(14, &["check"]).failed_with(&["since 12 January 2026"]);
    for (body, finds) in [
        ("{\"tag_name\": true, \"at\": \"2025-12-01\"}", "finds `true`, which is true or false, not text"),
        (
            "{\"tag_name\": \"v1.3\", \"at\": \"soon\"}",
            "`product.released` with `.at` finds `soon`, which is not a date",
        ),
        ("{\"tag_name\": [], \"at\": \"2025-12-01\"}", "finds an empty list"),
    ] {
        set(body);
        book.on(15, &["refresh"]).failed_with(&[finds]);
    }
    set("{\"tag_name\": \"v1.2\", \"at\": \"2025-11-20\"}");
    let said = book.on(16, &["refresh"]).ok();
    assert!(said.out().contains("`product.version` is found again: `v1.2` (shown in src/page.md)"), "{}", said.all());
    book.on(16, &["check"]).ok();
}

#[test]
fn a_lock_of_another_register_is_an_error_that_says_what_to_run() {
    let (book, server, _) = two();
    book.on(10, &["refresh"]).ok();
    let register = TWO.replace("RELEASE", &server.url("/release.json")).replace("STATUS", &server.url("/status.html"));
    let check = |from: &str, to: &str, parts: &[&str]| {
        assert!(register.contains(from), "{from}");
        book.write("facts/product.toml", &register.replace(from, to));
        book.on(10, &["check", "--format", "short"]).failed_with(parts);
    };
    check(
        ".tag_name",
        ".name",
        &["error[lock-mismatch]: `product.version` selects `.name` in the register, but `.tag_name`"],
    );
    check("/release.json", "/other.json", &["error[lock-mismatch]: the source `release` is http"]);
    check("max_age = \"7 days\"", "format = \"yaml\"", &["is now read as yaml, but the lock was written for its json"]);
    check(
        "released = { live = \"release\", select = \".at\", type = \"date\" }",
        "",
        &["the lock has `product.released` from `release`"],
    );
    check(
        "type = \"date\"",
        "type = \"email\"",
        &["error[source-changed]: the value of `product.released` from `release`"],
    );
    check(
        "live = \"release\", select = \".at\"",
        "live = \"relese\"",
        &["error[field-name]: there is no source `relese`"],
    );
    let gone = register.split("[[source]]\nid = \"status\"").next().unwrap().replace(
        "[status]\npage = { live = \"status\", select = \"a.page::attr(href)\", type = \"url\" }\n",
        "[status]\npage = \"x\"\n",
    );
    book.write("facts/product.toml", &gone);
    book.on(10, &["check", "--format", "short"])
        .failed_with(&["the lock has a source `status` that the register does not have"]);
    let said = book.on(10, &["refresh"]).ok();
    assert!(said.out().contains("status: removed from the lock"), "{}", said.all());
    book.on(10, &["check"]).ok();
}

#[test]
fn ids_name_what_is_looked_at() {
    let (book, server, _) = two();
    book.on(10, &["refresh", "source.status"]).ok();
    assert!(server.asked().iter().all(|request| request.path == "/status.html"));
    for (args, part) in
        [(["refresh", "statsu"], "did you mean `status`?"), (["refresh", "zzz"], "there are `release` and `status`")]
    {
        let said = book.on(10, &args);
        assert_eq!(said.code(), Some(2), "{}", said.all());
        assert!(said.all().contains(part), "{}", said.all());
    }
    let plain = Book::with("", "[vendor]\nname = { value = \"A\", source = \"b\" }\n");
    plain.write("src/page.md", "# Page\n\n{{ vendor.name }}\n");
    let before = tree(plain.path());
    assert!(plain.on(10, &["refresh"]).ok().all().contains("refers to nothing outside of it"));
    assert!(tree(plain.path()) == before);
    plain.write("book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook.security.netwrk]\n");
    assert_eq!(plain.on(10, &["refresh"]).code(), Some(2));
}

#[test]
fn what_a_file_that_can_not_be_read_names_stays_in_the_lock() {
    let (book, server, _bodies) = two();
    book.write(
        "facts/more.toml",
        &format!("[[source]]\nid = \"more\"\nkind = \"http\"\nurl = \"{}\"\n", server.url("/release.json")),
    );
    book.on(10, &["refresh"]).ok();
    let before = entries(&book.lock());
    std::fs::write(book.path().join("facts/product.toml"), b"\xff\xfe no text").unwrap();
    let said = book.on(10, &["refresh"]);
    assert!(!said.all().contains("removed from the lock"), "{}", said.all());
    assert_eq!(entries(&book.lock()), before);
}

#[test]
fn a_list_that_the_vendor_keeps_becomes_records() {
    let register = "[defaults]\nsource = \"handbook\"\nstated = 2024-10-01\n\n[[subprocessor]]\nowner = \"privacy\"\n\
                    status = \"active\"\nnot_stated = [\"data\"]\nrecords = { live = \"list\", select = \".items\", map = { name = \"company\", countries = \"where\" } }\n\n\
                    [[contact]]\nid = \"privacy\"\nname = \"Privacy team\"\nemail = \"privacy@example.com\"\nroles = [\"privacy\"]\n\n\
                    [[source]]\nid = \"list\"\nkind = \"file\"\npath = \"subprocessors.json\"\n";
    let list = |rows: &str| format!("{{ \"items\": [{rows}] }}");
    let aws = "{ \"company\": \"AWS\", \"purpose\": \"hosting\", \"where\": [\"US\", \"IE\"], \"note\": \"x\" }";
    let stripe = "{ \"company\": \"Stripe\", \"purpose\": \"payment\", \"where\": \"US\" }";
    let book = Book::new(&[], register);
    book.write("src/page.md", "# Page\n\n{{#subprocessors}}\n\n{{#sources}}\n\n{{#contacts}}\n");
    book.write("subprocessors.json", &list(aws));
    book.on(10, &["check", "--format", "short"]).failed_with(&["error[lock-missing]", "`subprocessor.records`"]);
    let said = book.on(10, &["refresh"]).ok();
    assert!(said.out().contains("list: `subprocessor.records` adds `aws`"), "{}", said.all());
    book.on(10, &["build"]).ok();
    let page = || std::fs::read_to_string(book.path().join("book/page.html")).unwrap();
    assert!(page().contains("AWS") && page().contains("Ireland") && !page().contains("Stripe"), "{}", page());
    assert!(!book.on(10, &["review", "--list"]).out().contains("subprocessor.aws"), "it is refreshed instead");
    // A change of the file is known before it is on a page.
    book.write("subprocessors.json", &list(&format!("{stripe}, {}", aws.replace("hosting", "storage"))));
    let said = book.on(11, &["check", "--format", "short"]).ok();
    assert!(said.out().contains("warning[source-stale]"), "{}", said.all());
    let said = book.on(11, &["refresh"]).ok();
    assert!(said.out().contains("`subprocessor.records` adds `stripe`; changes `aws`"), "{}", said.all());
    book.on(11, &["build"]).ok();
    assert!(page().contains("Stripe") && page().contains("storage"), "{}", page());
    // Another question needs another look, and what does not fit is told at the list.
    book.write("facts/product.toml", &register.replace("\"where\" }", "\"note\" }"));
    book.on(11, &["check", "--format", "short"]).failed_with(&["error[lock-mismatch]", "countries = note"]);
    let said = book.on(11, &["refresh"]);
    assert!(said.code() == Some(0), "{}", said.all());
    book.on(11, &["check", "--format", "short"]).failed_with(&["`subprocessor.aws.countries`, which the source has,"]);
}
