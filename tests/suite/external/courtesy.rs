//! No server gets more requests than needed, no other server gets any, and a hanging one delays no other.

use super::server::{Reply, Request, Server, page, status};
use super::{Book, Checked, page_of};

#[test]
fn an_address_is_asked_once_however_often_it_is_linked() {
    let server = Server::new(|_| status(200));
    let link = format!("http://a.test:{}/x", server.port);
    let book = Book::new(&page_of(&vec![link; 48]), "");
    let checked = book.check(&[]);
    assert_eq!((checked.code, checked.checks().len(), server.count()), (Some(0), 0, 1), "{}", checked.said);
    assert!(checked.said.contains("asked 1 address outside on 1 host"), "{}", checked.said);
}

#[test]
fn anchors_of_one_page_are_looked_for_in_one_answer() {
    let server = Server::new(|_| page("<h1 id=one>1</h1><h1 id=two>2</h1>"));
    let links: Vec<String> = ["", "#one", "#two", "#three", "#", "#top", "#one"]
        .iter()
        .map(|fragment| format!("http://a.test:{}/x{fragment}", server.port))
        .collect();
    let checked = Book::new(&page_of(&links), "").check(&[]);
    let told = checked.told();
    assert_eq!(told.iter().map(|(check, line, _)| (check.as_str(), *line)).collect::<Vec<_>>(), [("anchor-broken", 6)]);
    let asked = server.asked();
    assert_eq!(asked.iter().map(|request| request.method.as_str()).collect::<Vec<_>>(), ["GET"]);
}

#[test]
fn lines_of_one_file_are_counted_in_one_answer() {
    let server = Server::new(|_| Reply::Full(200, vec!["Content-Type: text/plain".to_owned()], b"1\n2\n3\n".to_vec()));
    let links: Vec<String> =
        (1..=5).map(|line| format!("http://gitea.test:{}/o/r/src/commit/abcdef0/a.rs#L{line}", server.port)).collect();
    let checked = Book::new(&page_of(&links), "").check(&[]);
    assert_eq!(checked.checks(), ["anchor-broken", "anchor-broken"], "{:?}", checked.findings);
    assert_eq!(server.count(), 1);
}

#[test]
fn without_external_nobody_is_asked() {
    let server = Server::new(|_| status(404));
    let book = Book::new(&page_of(&[format!("http://a.test:{}/x", server.port)]), "");
    for args in [&["check"][..], &["check", "--fix"], &["build"]] {
        assert_eq!(book.run(args).status.code(), Some(0), "{args:?}");
    }
    assert!(!book.path().join(".trustbook").exists(), "and nothing is kept");
    assert_eq!(server.count(), 0);
}

#[test]
fn with_a_wrong_book_toml_nobody_is_asked() {
    let server = Server::new(|_| status(404));
    let book = Book::new(&page_of(&[format!("http://a.test:{}/x", server.port)]), "exlude = []");
    let checked = book.check(&[]);
    assert_eq!((checked.code, checked.checks()), (Some(2), vec!["config-invalid".to_owned()]));
    assert!(checked.said.contains("no server was asked"), "{}", checked.said);
    assert_eq!(server.count(), 0);
}

#[test]
fn no_cookie_is_sent_and_no_proxy_is_used() {
    let server = Server::new(|request| match request.path.as_str() {
        "/a" => Reply::Full(302, vec!["Location: /b".to_owned(), "Set-Cookie: id=1".to_owned()], Vec::new()),
        _ => status(200),
    });
    let proxy = Server::new(|_| status(200));
    let book = Book::new(&page_of(&[format!("http://a.test:{}/a", server.port)]), "");
    let address = format!("http://127.0.0.1:{}", proxy.port);
    let mut command = std::process::Command::new(crate::command::programs().join("trustbook"));
    command.args(["check", "--external"]).current_dir(book.path());
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, &address);
    }
    assert!(command.output().unwrap().status.success());
    assert_eq!((server.count(), proxy.count()), (2, 0));
    for request in server.asked() {
        let names: Vec<String> = request.headers.iter().map(|header| header.to_ascii_lowercase()).collect();
        assert!(
            !names.iter().any(|header| header.starts_with("cookie:") || header.starts_with("referer:")),
            "{names:?}"
        );
        assert!(names.iter().any(|header| header.starts_with("user-agent: trustbook/")), "{names:?}");
    }
}

#[test]
fn a_server_that_hangs_is_given_up_and_the_others_are_judged() {
    let server = Server::new(|request: &Request| match request.host.as_str() {
        "hangs.test" => Reply::Hang,
        _ if request.path == "/gone" => status(404),
        _ => status(200),
    });
    let mut links: Vec<String> = (0..40).map(|at| format!("http://hangs.test:{}/{at}", server.port)).collect();
    links.push(format!("http://other.test:{}/gone", server.port));
    links.push(format!("http://other.test:{}/there", server.port));
    let checked = Book::new(&page_of(&links), "timeout = \"1 second\"").check(&[]);
    let unknown = checked.checks().iter().filter(|check| *check == "link-unknown").count();
    assert_eq!((unknown, checked.findings.len()), (40, 41), "{}", checked.said);
    let given_up = checked.told().iter().filter(|(.., message)| message.contains("was not asked again")).count();
    assert!(given_up >= 30, "{given_up}");
    let asked = server.asked();
    let hanging = asked.iter().filter(|request| request.host == "hangs.test").count();
    assert!(hanging <= 16, "{hanging} requests");
    assert!(checked.said.contains("no answer in time from hangs.test"), "{}", checked.said);
}

#[test]
fn a_server_that_asks_for_an_hour_gets_it() {
    let server = Server::new(|_| Reply::Full(429, vec!["Retry-After: 3600".to_owned()], Vec::new()));
    let links: Vec<String> = (0..40).map(|at| format!("http://busy.test:{}/{at}", server.port)).collect();
    let checked = Book::new(&page_of(&links), "").check(&[]);
    assert_eq!(checked.findings.len(), 40, "{}", checked.said);
    assert!(server.count() <= 4, "{} requests", server.count());
}

#[test]
fn a_server_that_asks_for_a_second_is_asked_again() {
    static ASKED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::new(|_| match ASKED.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0..12 => Reply::Full(429, vec!["Retry-After: 1".to_owned()], Vec::new()),
        _ => status(200),
    });
    let links: Vec<String> = (0..8).map(|at| format!("http://short.test:{}/{at}", server.port)).collect();
    let checked = Book::new(&page_of(&links), "").check(&[]);
    assert!(checked.findings.is_empty(), "{}", checked.said);
}

#[test]
fn a_machine_without_a_network_judges_nothing() {
    let book = Book::new(&page_of(&["https://fault.test/", "https://fault.b.test/"].map(str::to_owned)), "");
    book.write(".trustbook/cache/links.json", "kept");
    let output = book.run(&["check", "--external"]);
    let checked = Checked { code: output.status.code(), findings: Vec::new(), said: crate::command::stderr(&output) };
    assert_eq!(checked.code, Some(3), "{}", checked.said);
    assert!(checked.said.contains("none of 2 servers outside could be reached"), "{}", checked.said);
    assert_eq!(book.read(".trustbook/cache/links.json"), "kept");
}

#[test]
fn the_whole_run_ends_at_its_limit_with_what_was_found_by_then() {
    let server = Server::new(|request: &Request| match request.host.split('.').next().unwrap_or_default() {
        "a-good" => status(200),
        "drips" => Reply::Drip,
        _ => Reply::Hang,
    });
    let link = |host: String| format!("http://{host}.test:{}/", server.port);
    let mut links = vec![link("a-good".to_owned()), format!("http://a-good.test:{}/there", server.port)];
    for at in 0..40 {
        links.extend([link(format!("hangs-{at}")), link(format!("silent.{at}")), link(format!("drips.{at}")) + "#x"]);
    }
    let book = Book::new(&page_of(&links), "timeout = \"20 seconds\"");
    let started = std::time::Instant::now();
    let checked = book.check(&["--time-limit", "3"]);
    assert!(started.elapsed() < std::time::Duration::from_secs(8), "{:?}", started.elapsed());
    let late = checked.told().iter().filter(|(.., what)| what.contains("within the time limit of the run")).count();
    assert_eq!((checked.code, late), (Some(0), 120), "{}", checked.said);
    let kept: serde_json::Value = serde_json::from_str(&book.read(".trustbook/cache/links.json")).unwrap();
    let outcome = |link: &str| kept["links"][link]["outcome"].as_str().unwrap_or_default().to_owned();
    assert_eq!((outcome(&links[0]), outcome(&links[1])), ("alive".to_owned(), "alive".to_owned()));
}

#[test]
fn a_page_that_takes_long_to_read_holds_up_nobody() {
    let ids: String = (0..200_000).map(|at| format!("<p id=section-number-{at}>")).collect();
    let server = Server::new(move |request| match request.path.as_str() {
        "/large" => page(&ids),
        _ => Reply::Hang,
    });
    let mut links: Vec<String> =
        (0..3000).map(|at| format!("http://a.test:{}/large#section-nunber-{at}", server.port)).collect();
    links.push(format!("http://b.test:{}/hangs", server.port));
    let book = Book::new(&page_of(&links), "timeout = \"2 seconds\"");
    let started = std::time::Instant::now();
    let checked = book.check(&["--time-limit", "6"]);
    assert!(started.elapsed() < std::time::Duration::from_secs(30), "{:?} {}", started.elapsed(), checked.said);
}

#[test]
fn tokens_in_what_servers_say_are_neither_reported_nor_kept() {
    let token = crate::tokens::web_token("{\"sub\": \"somebody\", \"iat\": 1700000001}", 6);
    let to = token.clone();
    let server = Server::new(move |request| match request.path.as_str() {
        "/moved" => Reply::Full(301, vec![format!("Location: /to?token={to}")], Vec::new()),
        "/bad" => Reply::Full(302, vec![format!("Location: http://[{}/{to}", "x".repeat(240))], Vec::new()),
        _ => status(200),
    });
    let links = ["/moved", "/bad"].map(|path| format!("http://a.test:{}{path}", server.port));
    let book = Book::new(&page_of(&links), "");
    let output = book.run(&["check", "--external", "--format", "json"]);
    let all = format!(
        "{}{}{}",
        crate::command::stdout(&output),
        crate::command::stderr(&output),
        book.read(".trustbook/cache/links.json")
    );
    assert!(all.contains("it redirects to") && !all.contains("eyJ"), "{all}");
}

#[test]
fn no_answer_is_asked_for_with_what_another_address_said() {
    let server = Server::new(|request| match request.path.as_str() {
        "/a" => Reply::Full(302, vec!["Location: /b".to_owned(), "ETag: \"of-a\"".to_owned()], Vec::new()),
        _ => Reply::Full(200, vec!["ETag: \"of-b\"".to_owned()], Vec::new()),
    });
    let book = Book::new(
        &page_of(&["/a", "/b"].map(|path| format!("http://a.test:{}{path}", server.port))),
        "cache-age = \"0 days\"",
    );
    for _ in 0..2 {
        assert_eq!(book.check(&[]).code, Some(0));
    }
    for request in server.asked() {
        assert!(!request.headers.iter().any(|line| line.to_ascii_lowercase().starts_with("if-")), "{request:?}");
    }
    assert!(!book.read(".trustbook/cache/links.json").contains("of-"));
}
