//! Credentials sent to servers are neither stored nor shown.

use super::dns::{Names, Zone, a};
use super::{Book, http};
use crate::command::tree;
use crate::server::{Request, Server, response};
use crate::tokens::web_token;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::RecordType;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const SETTINGS: &str = "[preprocessor.trustbook.security]\nnetwork.allow = [\"127.0.0.0/8\"]\n\
    env.allow = [{ name = \"STATUS_TOKEN\", hosts = [\"127.0.0.1\"] }]\n";
const SECRET: &str = "kx83-hd72-plo9";

fn register(server: &Server, header: &str) -> String {
    format!("{}headers = {{ {header} }}\n", http(&server.url("/")))
}

#[test]
fn a_header_has_the_value_and_the_lock_does_not() {
    let server = Server::at("127.0.0.1", |request, stream| {
        let body = match request.headers.get("x-token").map(String::as_str) {
            Some(SECRET) => "{\"tag_name\": \"v1\"}".to_owned(),
            other => format!("{{\"tag_name\": \"{}\"}}", other.unwrap_or_default()),
        };
        let _ = stream.write_all(response("200 OK", &["ETag: \"1\""], &body).as_bytes());
    });
    let mut book =
        Book::with(SETTINGS, &register(&server, "X-Token = \"${STATUS_TOKEN}\", Accept = \"application/json\""));
    book.set("STATUS_TOKEN", SECRET);
    let said = book.on(10, &["refresh"]).ok();
    assert_eq!(book.value("product.version").as_deref(), Some("\"v1\""));
    assert_eq!(server.asked()[0].headers["accept"], "application/json");
    book.on(10, &["build"]).ok();
    for (path, bytes) in tree(book.path()) {
        assert!(!String::from_utf8_lossy(&bytes).contains(SECRET), "{}", path.display());
    }
    assert!(!said.all().contains(SECRET));
}

#[test]
fn a_server_that_gives_the_secret_back_is_refused() {
    let server = Server::at("127.0.0.1", |request, stream| {
        let token = request.headers.get("authorization").cloned().unwrap_or_default();
        let _ = stream.write_all(response("200 OK", &[], &format!("{{\"tag_name\": \"{token}\"}}")).as_bytes());
    });
    let mut book = Book::with(SETTINGS, &register(&server, "Authorization = \"Bearer ${STATUS_TOKEN}\""));
    book.set("STATUS_TOKEN", SECRET);
    let said = book.on(10, &["refresh"]).failed_with(&["the value for `product.version` holds a secret"]);
    assert!(!said.all().contains(SECRET), "{}", said.all());
    assert_eq!(book.lock(), "");
    // Even if it is not a value, but appears in the error of an expression.
    let broken =
        register(&server, "Authorization = \"Bearer ${STATUS_TOKEN}\"").replace(".tag_name", ".tag_name | tonumber");
    book.write("facts/product.toml", &broken);
    let said = book.on(10, &["refresh"]).failed_with(&["the source `release`"]);
    assert!(!said.all().contains(SECRET), "{}", said.all());
}

#[test]
fn variables_that_are_not_allowed_or_not_set_are_told_and_nobody_is_asked() {
    let server = Server::at("127.0.0.1", |_, stream| {
        let _ = stream.write_all(response("200 OK", &[], "{\"tag_name\": \"v1\"}").as_bytes());
    });
    for (header, part) in [
        ("A = \"${OTHER}\"", "its header `A` uses the variable `OTHER`, which the book does not allow"),
        ("A = \"${STATUS_TOKEN}\"", "its header `A` uses the variable `STATUS_TOKEN`, which is not set"),
        ("A = \"${STATUS_TOKEN\"", "its header `A` has a `${` that is not closed"),
        ("\"A B\" = \"x\"", "its header `A B` is not a valid name for a header"),
        ("A = \"ä\\ud\"", "the source `release`"),
        ("Host = \"x\"", "its header `Host` cannot be set"),
        ("cookie = \"x\"", "its header `cookie` cannot be set"),
    ] {
        let book = Book::with(SETTINGS, &register(&server, header));
        let said = book.on(10, &["refresh"]);
        if said.code() == Some(1) {
            said.failed_with(&[part, "help: "]);
        } else {
            // The check reports invalid TOML.
            assert!(header.contains("\\ud"), "{}", said.all());
        }
    }
    assert_eq!(server.asked().len(), 0);
}

/// Starts a server that answers an authorised request with these headers and this body. In both, `~` stands for
/// the credential that was sent.
fn echo(
    status: &'static str,
    headers: &'static str,
    body: &'static str,
    sent: impl Fn(&str) -> String + Send + Sync + 'static,
) -> Server {
    Server::at("127.0.0.1", move |request, stream| {
        let token = sent(request.headers.get("x-token").map_or("", String::as_str));
        let headers = headers.replace('~', &token);
        let headers: Vec<&str> = headers.lines().collect();
        let _ = stream.write_all(response(status, &headers, &body.replace('~', &token)).as_bytes());
    })
}

const HEADER: &str = "X-Token = \"${STATUS_TOKEN}\"";

/// Refreshes, and asserts that no eight consecutive characters of the secret are written or printed.
#[track_caller]
fn is_kept_back(register: &str, what: &str) {
    let mut book = Book::with(SETTINGS, register);
    book.set("STATUS_TOKEN", SECRET);
    let summary = book.path().join("summary.md");
    let said = book.on(10, &["refresh", "--summary", summary.to_str().unwrap()]);
    let said = said.failed_with(&["error: the source `release`: ", "STATUS_TOKEN", "help: "]).all();
    let written = std::fs::read_to_string(summary).unwrap();
    assert_eq!((book.lock().as_str(), written.as_str()), ("", ""), "{what}");
    for at in 0..=SECRET.len() - 8 {
        assert!(!said.contains(&SECRET[at..at + 8]), "{what}: {said}");
    }
}

const GOOD: &str = "{\"tag_name\": \"v1\"}";

#[test]
fn what_a_server_gives_back_beside_its_values_is_kept_nowhere() {
    let dates = "Date: Thu, 08 Jan 2026 10:00:00 GMT\nLast-Modified: ~";
    for (status, headers, body) in [
        ("200 OK", "ETag: \"~\"", GOOD),
        ("200 OK", "ETag: W/\"a-~\"", GOOD),
        ("200 OK", dates, "{\"tag_name\": \"~\"}"),
        ("200 OK", "Content-Type: text/~", "{\"tag_name\": \"~\"}"),
        ("302 Found", "Location: http://[~", ""),
        ("302 Found", "Location: /0", "~"),
        ("302 Found", "Location: ftp://~.example/", ""),
        ("200 OK", "", "{\"tag_name\": \"v1\", \"you_sent\": \"~\"}"),
        ("200 OK", "", "{\"~\": 1, \"~\": 2}"),
        ("200 OK", "", "{\"tag_name\": {\"~\": 1}, \"token\": \"~\"}"),
    ] {
        let server = echo(status, headers, body, str::to_owned);
        let register = register(&server, HEADER).replace(&server.url("/"), &server.url("/0"));
        let mut book = Book::with(SETTINGS, &register);
        book.set("STATUS_TOKEN", SECRET);
        let said = book.on(10, &["refresh"]).all();
        assert!(!said.contains("kx83-hd7") && !said.contains("72-plo9"), "{headers} {body}: {said}");
        assert_eq!(book.lock(), "", "{headers} {body}");
    }
}

#[test]
fn parts_and_encodings_of_a_secret_are_the_secret() {
    let base64 = |text: &str| {
        let output =
            std::process::Command::new("sh").args(["-c", "printf %s \"$0\" | base64 -w0", text]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let forms = [
        SECRET.to_owned(),
        SECRET.to_uppercase(),
        SECRET[..8].to_owned(),
        SECRET[6..].to_owned(),
        format!("a{}z", &SECRET[3..11]),
        base64(SECRET),
        base64(&format!("u:{SECRET}")),
        base64(&format!("us:{}", &SECRET[2..11])).replace('+', "-").replace('/', "_"),
        hex(SECRET),
        hex(&SECRET[1..9]).to_uppercase(),
        SECRET.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        SECRET.replace('-', "&#45;"),
        SECRET.replace('-', "\\u002d"),
        base64(&base64(SECRET)),
    ];
    for form in forms {
        for (headers, body) in [("ETag: \"~\"", GOOD), ("", "{\"tag_name\": \"v1\", \"you_sent\": \"~\"}")] {
            let sent = form.clone();
            let server = echo("200 OK", headers, body, move |_| sent.clone());
            is_kept_back(&register(&server, HEADER), &form);
        }
    }
    // Expressions that take it apart.
    for select in [
        "[.you_sent | scan(\\\"....\\\")] | join(\\\" \\\")",
        ".you_sent | explode | map(tostring) | join(\\\",\\\")",
        ".you_sent | split(\\\"\\\") | reverse | join(\\\"\\\")",
        ".you_sent[0:6]",
        ".you_sent | explode",
    ] {
        let server = echo("200 OK", "", "{\"tag_name\": \"v1\", \"you_sent\": \"~\"}", str::to_owned);
        is_kept_back(&register(&server, HEADER).replace(".tag_name", select), select);
    }
    // Seven characters do not count as a part.
    let server = echo("200 OK", "ETag: \"~\"", GOOD, |_| SECRET[..7].to_owned());
    let mut book = Book::with(SETTINGS, &register(&server, HEADER));
    book.set("STATUS_TOKEN", SECRET);
    book.on(10, &["refresh"]).ok();
}

#[test]
fn a_variable_goes_to_its_hosts_only_whatever_the_register_says() {
    let victim = Server::at("127.0.0.2", |_, stream| {
        let _ = stream.write_all(response("200 OK", &[], GOOD).as_bytes());
    });
    let mut book = Book::with(SETTINGS, &register(&victim, HEADER));
    book.set("STATUS_TOKEN", SECRET);
    let host = format!("127.0.0.2:{}", victim.port());
    let why = format!("its header `X-Token` uses the variable `STATUS_TOKEN`, which is not for `{host}`");
    book.on(10, &["refresh"]).failed_with(&[&why, &format!("hosts = [\"{host}\"]"), "security.env] of book.toml"]);
    assert_eq!(victim.connections(), 0);
    // A name without a host, as in earlier versions.
    let old = SETTINGS.replace("{ name = \"STATUS_TOKEN\", hosts = [\"127.0.0.1\"] }", "\"STATUS_TOKEN\"");
    let book = Book::with(&old, &register(&victim, HEADER));
    let said = book.on(10, &["check", "--format", "human"]);
    assert_eq!(said.code(), Some(2), "{}", said.all());
    assert!(
        said.all().contains("write `{ name = \"STATUS_TOKEN\", hosts = [\"status.example.com\"] }`"),
        "{}",
        said.all()
    );
    assert_eq!(book.on(10, &["refresh"]).code(), Some(2));
    // A host of the own network, without TLS.
    let names = Names::new(|_, of, _| match of {
        RecordType::A => Zone::Records(vec![a([192, 0, 2, 7])]),
        _ => Zone::Nothing(ResponseCode::NoError),
    });
    let settings = format!(
        "{}\n[preprocessor.trustbook.security.env]\nallow = [{{ name = \"STATUS_TOKEN\", hosts = [\"own.test\"] }}]\n",
        names.settings(&["own.test"])
    );
    let plain = format!("{}headers = {{ {HEADER} }}\n", http("http://own.test/"));
    let mut book = Book::with(&settings, &plain);
    book.set("STATUS_TOKEN", SECRET);
    book.on(10, &["refresh"]).failed_with(&["would send a variable to `own.test` without TLS", "help: write https"]);
    // A value that is too short to be distinguished from other text.
    let mut book = Book::with(SETTINGS, &register(&victim, HEADER).replace("127.0.0.2", "127.0.0.1"));
    book.set("STATUS_TOKEN", "short77");
    book.on(10, &["refresh"]).failed_with(&["uses the variable `STATUS_TOKEN`, which has fewer than 8 characters"]);
}

/// Starts a server that first answers with a version, and later redirects to `to`.
fn moving(to: String) -> (Server, Arc<AtomicBool>) {
    let has_moved = Arc::new(AtomicBool::new(false));
    let now = Arc::clone(&has_moved);
    let server = Server::at("127.0.0.1", move |request: &Request, stream| {
        let old = "Date: Thu, 08 Jan 2026 10:00:00 GMT\r\nLast-Modified: Wed, 07 Jan 2026 10:00:00 GMT\r\nETag: \"kept-here\"";
        let text = match (now.load(Ordering::SeqCst), request.path.as_str()) {
            (true, "/") => response("302 Found", &[&format!("Location: {to}")], ""),
            _ => response("200 OK", &[old], GOOD),
        };
        let _ = stream.write_all(text.as_bytes());
    });
    (server, has_moved)
}

#[test]
fn what_one_address_calls_its_version_is_said_to_no_other() {
    let other = Server::at("127.0.0.1", |_, stream| {
        let _ = stream.write_all(response("304 Not Modified", &[], "").as_bytes());
    });
    for (to, told) in [(other.url("/x"), "it answers 304 Not Modified"), ("/there".to_owned(), "")] {
        let (server, has_moved) = moving(to.clone());
        let book = Book::with(SETTINGS, &http(&server.url("/")));
        book.on(10, &["refresh"]).ok();
        has_moved.store(true, Ordering::SeqCst);
        let said = book.on(11, &["refresh"]);
        match told {
            "" => drop(said.ok()),
            told => drop(said.failed_with(&[told])),
        }
        let asked: Vec<Request> = server.asked().into_iter().chain(other.asked()).collect();
        let has = |request: &&Request| {
            request.headers.contains_key("if-none-match") || request.headers.contains_key("if-modified-since")
        };
        let with: Vec<&str> = asked.iter().filter(has).map(|request| request.path.as_str()).collect();
        assert_eq!(with, ["/"], "{to}");
        // The version of a redirected address is not kept.
        let is_kept = book.lock().contains("etag = ");
        assert_eq!(is_kept, !told.is_empty(), "{to}: {}", book.lock());
    }
}

#[test]
fn a_secret_does_not_come_back_by_way_of_another_server() {
    let back = Arc::new(std::sync::OnceLock::<String>::new());
    let to = Arc::clone(&back);
    let other = Server::at("127.0.0.1", move |_, stream| {
        let to = format!("Location: {}", to.get().unwrap());
        let _ = stream.write_all(response("302 Found", &[&to], "").as_bytes());
    });
    let away = format!("Location: {}", other.url("/"));
    let server = Server::at("127.0.0.1", move |request, stream| {
        let text = match request.path.as_str() {
            "/" => response("302 Found", &[&away], ""),
            _ => response("200 OK", &[], GOOD),
        };
        let _ = stream.write_all(text.as_bytes());
    });
    back.set(server.url("/chosen-by-the-other")).unwrap();
    let mut book = Book::with(SETTINGS, &register(&server, HEADER));
    book.set("STATUS_TOKEN", SECRET);
    book.on(10, &["refresh"]).ok();
    let sent: Vec<bool> = server.asked().iter().map(|request| request.headers.contains_key("x-token")).collect();
    assert_eq!(sent, [true, false]);
}

#[cfg(unix)]
#[test]
fn a_command_is_given_its_own_variables_and_gives_none_of_them_back() {
    let run = |script: &str, of: &str| {
        let argv = format!("[\"sh\", \"-c\", {script:?}]");
        let settings = format!(
            "[preprocessor.trustbook.security]\nexec.allow = [{argv}, [\"true\"]]\n\
             env.allow = [{{ name = \"STATUS_TOKEN\", commands = [{}] }}]\n",
            of.replace("ARGV", &argv)
        );
        let register = format!(
            "[product]\nv = {{ live = \"it\" }}\n\n[[source]]\nid = \"it\"\nkind = \"command\"\nargv = {argv}\n"
        );
        let mut book = Book::with(&settings, &register);
        book.set("STATUS_TOKEN", SECRET);
        let said = book.on(10, &["refresh"]);
        (book, said)
    };
    let (book, said) = run("echo ${#STATUS_TOKEN}", "ARGV");
    said.ok();
    assert_eq!(book.value("product.v").as_deref(), Some("\"14\""));
    let (book, said) = run("echo ${#STATUS_TOKEN}", "[\"true\"]");
    said.ok();
    assert_eq!(book.value("product.v").as_deref(), Some("\"0\""));
    for script in ["echo $STATUS_TOKEN >&2; exit 1", "printf %s $STATUS_TOKEN | base64", "printf %.8s $STATUS_TOKEN"] {
        let (book, said) = run(script, "ARGV");
        let said = said.failed_with(&["the source `it`"]).all();
        assert!(!said.contains("kx83-hd7") && book.lock().is_empty(), "{script}: {said}");
    }
}

#[test]
fn a_long_token_is_hidden_before_it_is_cut() {
    let token = web_token(&"{\"sub\": \"somebody\", \"iat\": 1700000001}".repeat(4), 5);
    assert!(token.len() > 200);
    let body = format!("{{\"tag_name\": \"{token}\"}}");
    let (server, _) = Server::of(&[("/", &body)]);
    for (from, to) in [(", select", ", type = \"date\", select"), (".tag_name", ".tag_name | tonumber")] {
        let book = Book::with(SETTINGS, &http(&server.url("/")).replace(from, to));
        let said = book.on(10, &["refresh"]).failed_with(&["the source `release`"]).all();
        assert!(!said.contains(&token[..20]), "{said}");
    }
    let gone = Server::at("127.0.0.1", move |_, stream| {
        let to = format!("Location: http://[{}/{token}", "x".repeat(250));
        let _ = stream.write_all(response("302 Found", &[&to], "").as_bytes());
    });
    let book = Book::with(SETTINGS, &http(&gone.url("/")));
    let said = book.on(10, &["refresh"]).failed_with(&["which is not an address"]).all();
    assert!(!said.contains("eyJ"), "{said}");
}
