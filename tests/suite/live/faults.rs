//! Misbehaving servers: none hangs a refresh or exceeds its limits, and each is reported with its source.

use super::{Book, http};
use crate::server::{Server, Stream, response};
use std::thread;
use std::time::Duration;

/// Refreshes from a server with these answers, and asserts that the error contains `part`.
fn refused(answer: impl Fn(&mut dyn Stream, &str) + Send + Sync + 'static, part: &str) {
    let server = Server::at("127.0.0.1", move |request, stream| answer(stream, &request.path));
    let book = Book::new(&["127.0.0.1"], &http(&server.url("/0")));
    book.on(10, &["refresh"]).failed_with(&["error: the source `release`: ", part, "help: "]);
    assert_eq!(book.lock(), "", "{part}");
    assert!(server.connections() <= 7, "{part}: {} connections", server.connections());
}

/// The same for a complete answer with this body.
fn body(body: &'static [u8], headers: &'static [&'static str], part: &str) {
    refused(
        move |stream, _| {
            let head = headers.iter().map(|header| format!("{header}\r\n")).collect::<String>();
            let _ =
                write!(stream, "HTTP/1.1 200 OK\r\n{head}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(body);
        },
        part,
    );
}

fn head(stream: &mut dyn Stream, text: &str) {
    let _ = stream.write_all(text.as_bytes());
    let _ = stream.flush();
}

#[test]
fn redirects_without_end_are_told() {
    let to = |location: String| {
        move |stream: &mut dyn Stream, _: &str| {
            head(stream, &response("301 Moved Permanently", &[&format!("Location: {location}")], ""));
        }
    };
    refused(to("/0".to_owned()), "it redirects in a circle");
    refused(
        |stream, path| {
            let next: u32 = path.trim_start_matches('/').parse::<u32>().unwrap() + 1;
            head(stream, &response("302 Found", &[&format!("Location: /{next}")], ""));
        },
        "it redirects more than 5 times",
    );
    refused(to("http://[".to_owned()), "it redirects to `http://[`, which is not an address");
    refused(|stream, _| head(stream, &response("302 Found", &[], "")), "it answers 302 Found");
}

#[test]
fn answers_that_are_cut_off_or_broken_are_told() {
    refused(|stream, _| head(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"tag"), "its answer is broken");
    refused(
        |stream, _| head(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"tag"),
        "its answer is broken",
    );
    refused(
        |stream, _| head(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        "its answer is broken",
    );
    refused(|stream, _| head(stream, "SSH-2.0-OpenSSH_9.2\r\n"), "its answer is broken");
    refused(|stream, _| head(stream, "HTTP/1.1 abc\r\n\r\n"), "its answer is broken");
    refused(|_, _| {}, "its answer is broken");
    refused(
        |stream, _| head(stream, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n{}"),
        "its answer is broken",
    );
}

#[test]
fn statuses_are_told() {
    for (status, part) in [
        ("204 No Content", "it answers 204"),
        ("206 Partial Content", "it answers 206"),
        ("304 Not Modified", "it answers 304"),
        ("401 Unauthorized", "it answers 401"),
        ("403 Forbidden", "it answers 403"),
        ("404 Not Found", "it answers 404 Not Found"),
        ("410 Gone", "it answers 410 Gone"),
        ("418 I'm a teapot", "it answers 418"),
        ("500 Internal Server Error", "it answers 500"),
        ("999 What", "it answers 999"),
    ] {
        let text = response(status, &[], "{\"tag_name\": \"x\"}");
        refused(move |stream, _| head(stream, &text), part);
    }
}

#[test]
fn a_server_that_wants_time_gets_a_little() {
    let busy = |status: &'static str, header: &'static str, part: &str| {
        refused(move |stream, _| head(stream, &response(status, &[header], "")), part);
    };
    busy("429 Too Many Requests", "Retry-After: 86400", "asks to wait 86400 s, which is too long");
    busy("429 Too Many Requests", "Retry-After: 99999999999999999999", "it answers 429");
    busy("503 Service Unavailable", "Retry-After: Fri, 31 Dec 2099 23:59:59 GMT", "it answers 503");
    busy("503 Service Unavailable", "Retry-After: 0", "it answers 503");
    // The server is asked again, and then answers.
    let server = {
        let first = std::sync::atomic::AtomicBool::new(true);
        Server::at("127.0.0.1", move |_, stream| match first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            true => head(stream, &response("429 Too Many Requests", &["Retry-After: 1"], "")),
            false => head(stream, &response("200 OK", &[], "{\"tag_name\": \"v1\"}")),
        })
    };
    let book = Book::new(&["127.0.0.1"], &http(&server.url("/")));
    book.on(10, &["refresh"]).ok();
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn more_than_is_taken_is_not_read() {
    let endless = |stream: &mut dyn Stream, start: &str, piece: &[u8]| {
        head(stream, start);
        while stream.write_all(piece).is_ok() {}
    };
    let piece = [b'x'; 64 * 1024];
    refused(move |stream, _| endless(stream, "HTTP/1.1 200 OK\r\n\r\n\"", &piece), "it has more than 5 MiB");
    let mut chunk = b"10000\r\n".to_vec();
    chunk.extend_from_slice(&piece);
    chunk.extend_from_slice(b"\r\n");
    refused(
        move |stream, _| endless(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", &chunk),
        "it has more than 5 MiB",
    );
    refused(move |stream, _| endless(stream, "HTTP/1.1 200 OK\r\nX-A: ", &piece), "its answer is broken");
    // 64 MiB of zeros, compressed.
    let bomb = bomb();
    refused(
        move |stream, _| {
            let _ =
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", bomb.len());
            let _ = stream.write_all(&bomb);
        },
        "it has more than 5 MiB",
    );
    body(b"not packed at all", &["Content-Encoding: gzip"], "its answer is broken");
}

/// Returns zeros, compressed with the gzip program.
fn bomb() -> Vec<u8> {
    let script = "head -c 67108864 /dev/zero | gzip -9";
    std::process::Command::new("sh").args(["-c", script]).output().unwrap().stdout
}

#[test]
fn a_server_that_is_silent_or_slow_is_left() {
    // Both wait for the same 30 s.
    let silent = thread::spawn(|| {
        refused(|_, _| thread::sleep(Duration::from_secs(50)), "it did not answer completely within 30 s");
    });
    let slow = thread::spawn(|| {
        refused(
            |stream, _| {
                head(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                for _ in 0..100 {
                    thread::sleep(Duration::from_millis(500));
                    if stream.write_all(b" ").and_then(|()| stream.flush()).is_err() {
                        return;
                    }
                }
            },
            "it did not answer completely within 30 s",
        );
    });
    silent.join().unwrap();
    slow.join().unwrap();
}

#[test]
fn nobody_there_is_told() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let book = Book::new(&["127.0.0.1"], &http(&format!("http://{gone}/")));
    book.on(10, &["refresh"])
        .failed_with(&["the source `release`: it could not be reached: the connection was refused"]);
}

#[test]
fn what_is_not_of_its_format_is_told() {
    body(b"{\"tag_name\": \"v1\", \"tag_name\": \"v2\"}", &[], "the key `tag_name` twice");
    body(b"{\"tag_name\": \"v1\xff\"}", &[], "is not UTF-8 text at line 1");
    body(b"{\"tag_name\": ", &[], "it is not JSON");
    body(b"<!doctype html><title>Sign in</title>", &["Content-Type: text/html"], "it is not JSON");
    body(b"", &[], "it is empty");
    body(b"{\"tag_name\": {\"a\": 1}}", &[], "`product.version` with `.tag_name` finds an object");
    body(b"{\"name\": \"v1\"}", &[], "`product.version` with `.tag_name` finds nothing");
    body(b"[]", &[], "`product.version` with `.tag_name` finds an error");
    body(b"{\"tag_name\": \"a\\u0000b\"}", &[], "the control character U+0000");
    let deep: &'static [u8] = Box::leak("[".repeat(200_000).into_bytes().into_boxed_slice());
    body(deep, &[], "it is not JSON");
}

#[cfg(unix)]
#[test]
fn a_whole_refresh_ends_at_its_limit_with_all_that_it_started() {
    let silent = Server::at("127.0.0.1", |_, _| thread::sleep(Duration::from_secs(50)));
    let good = Server::at("127.0.0.1", |_, stream| head(stream, &response("200 OK", &[], "{\"tag_name\": \"v1\"}")));
    // The child process leaves its group, and keeps the output open.
    let script = "setsid sleep 3127 & sleep 3127";
    let settings = format!(
        "[preprocessor.trustbook.security]\nnetwork.allow = [\"127.0.0.1\"]\nexec.allow = [[\"sh\", \"-c\", {script:?}]]\n"
    );
    let mut register = http(&good.url("/"));
    for at in 0..20 {
        let url = silent.url(&format!("/{at}"));
        register
            .push_str(&format!("\n[[source]]\nid = \"s{at}\"\nkind = \"http\"\nurl = \"{url}\"\nformat = \"json\"\n"));
        register.push_str(&format!(
            "\n[[source]]\nid = \"c{at}\"\nkind = \"command\"\nargv = [\"sh\", \"-c\", {script:?}]\n"
        ));
    }
    let book = Book::with(&settings, &register);
    let started = std::time::Instant::now();
    let said = book.on(10, &["refresh", "--time-limit", "3"]);
    assert!(started.elapsed() < Duration::from_secs(12), "{:?}", started.elapsed());
    said.failed_with(&["its command did not end within", "the source `s19`: it was not checked in time", "help: "]);
    assert_eq!(book.value("product.version").as_deref(), Some("\"v1\""), "what was found by then is kept");
    let left = std::process::Command::new("pgrep").args(["-f", "^sleep 3127$"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&left.stdout), "", "nothing is left running");
}
