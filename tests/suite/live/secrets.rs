//! What is sent to prove who asks is stored nowhere, and shown nowhere.

use super::{Book, http};
use crate::command::tree;
use crate::server::{Server, response};

const SETTINGS: &str =
    "[preprocessor.trustbook.security]\nnetwork.allow = [\"127.0.0.1\"]\nenv.allow = [\"STATUS_TOKEN\"]\n";
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
    let said = book.on(10, &["refresh"]).failed_with(&["what it gives for `product.version` holds a secret"]);
    assert!(!said.all().contains(SECRET), "{}", said.all());
    assert_eq!(book.lock(), "");
    // Also where it is no value but what an expression stumbles over.
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
        ("\"A B\" = \"x\"", "its header `A B` has a name that no header has"),
        ("A = \"ä\\ud\"", "the source `release`"),
        ("Host = \"x\"", "its header `Host` can not be set"),
        ("cookie = \"x\"", "its header `cookie` can not be set"),
    ] {
        let book = Book::with(SETTINGS, &register(&server, header));
        let said = book.on(10, &["refresh"]);
        if said.code() == Some(1) {
            said.failed_with(&[part, "help: "]);
        } else {
            // What is no TOML is told by the check.
            assert!(header.contains("\\ud"), "{}", said.all());
        }
    }
    assert_eq!(server.asked().len(), 0);
}
