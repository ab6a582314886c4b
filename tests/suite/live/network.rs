//! Only public servers and those that the book allows are reached.
//!
//! This holds for every spelling, redirect and DNS answer. The victim is a local server that counts its connections.

use super::dns::{Names, Zone, a};
use super::{Book, http};
use crate::server::{Server, response};
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::RecordType;

/// Starts a server that must not be reached.
fn victim() -> Server {
    Server::at("127.0.0.2", |_, stream| {
        let _ = stream.write_all(response("200 OK", &[], "{\"tag_name\": \"secret\"}").as_bytes());
    })
}

#[test]
fn loopback_is_refused_in_every_spelling() {
    let victim = Server::at("127.0.0.1", |_, stream| {
        let _ = stream.write_all(response("200 OK", &[], "{\"tag_name\": \"secret\"}").as_bytes());
    });
    let hosts = [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "localhost",
        "LOCALHOST.",
        "127.0.0.1%2e",
        "１２７.0.0.1",
        "127。0。0。1",
        "①②⑦.0.0.1",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
    ];
    for scheme in ["http", "https"] {
        for host in hosts {
            let book = Book::with("", &http(&format!("{scheme}://{host}:{}/", victim.port())));
            book.on(10, &["refresh"]).failed_with(&["the source `release`", "help: "]);
            assert_eq!(book.lock(), "", "{host}");
        }
    }
    assert_eq!(victim.connections(), 0);
}

#[test]
fn private_addresses_are_refused_and_the_message_says_what_they_are() {
    for (host, what) in [
        ("10.1.2.3", "private use (RFC 1918)"),
        ("172.16.0.1", "private use (RFC 1918)"),
        ("192.168.1.1", "private use (RFC 1918)"),
        ("169.254.169.254", "link-local (RFC 3927)"),
        ("100.64.0.1", "shared address space (RFC 6598)"),
        ("198.18.0.1", "benchmarking (RFC 2544)"),
        ("224.0.0.1", "multicast (RFC 5771)"),
        ("255.255.255.255", "limited broadcast (RFC 919)"),
    ] {
        let book = Book::with("", &http(&format!("https://{host}/")));
        let said = book.on(10, &["refresh"]);
        said.failed_with(&["the source `release`", what, "[preprocessor.trustbook.security.network]"]);
    }
}

#[test]
fn redirects_lead_nowhere_that_could_not_be_asked() {
    let victim = victim();
    let (port, hidden) = (victim.port(), "hidden.test");
    let names = Names::new(move |name, of, _| match (name, of) {
        (name, RecordType::A) if name == hidden => Zone::Records(vec![a([127, 0, 0, 2])]),
        _ => Zone::Nothing(ResponseCode::NoError),
    });
    let chains: Vec<Vec<String>> = [
        format!("http://127.0.0.2:{port}/"),
        format!("https://127.0.0.2:{port}/"),
        format!("//127.0.0.2:{port}/"),
        format!("http://[::ffff:127.0.0.2]:{port}/"),
        format!("http://2130706434:{port}/"),
        format!("http://{hidden}:{port}/"),
        format!("https://{hidden}:{port}/"),
        format!("http://127.0.0.1@127.0.0.2:{port}/"),
        "file:///etc/passwd".to_owned(),
        format!("gopher://127.0.0.2:{port}/"),
        "http://".to_owned(),
        "https://\u{0}/".replace('\u{0}', "%00"),
    ]
    .into_iter()
    .flat_map(|to| [vec![to.clone()], vec!["/1".to_owned(), to]])
    .collect();
    for chain in chains {
        let hops = chain.clone();
        let server = Server::at("127.0.0.1", move |request, stream| {
            let at: usize = request.path.trim_start_matches('/').parse().unwrap_or(0);
            let to = format!("Location: {}", hops.get(at).map_or("/", String::as_str));
            let _ = stream.write_all(response("302 Found", &[&to], "").as_bytes());
        });
        let book = Book::with(&names.settings(&["127.0.0.1"]), &http(&server.url("/0")));
        book.on(10, &["refresh"]).failed_with(&["the source `release`", "help: "]);
        assert_eq!(book.lock(), "", "{chain:?}");
    }
    assert_eq!(victim.connections(), 0);
}

#[test]
fn redirects_within_the_rules_are_followed_and_secrets_stay_behind() {
    let (other, _) = Server::of(&[("/there", "{\"tag_name\": \"v1\"}")]);
    let to = format!("Location: {}", other.url("/there?signature=abc"));
    let server = Server::at("127.0.0.1", move |request, stream| {
        let to = if request.path == "/0" { "Location: /1" } else { to.as_str() };
        let _ = stream.write_all(response("307 Temporary Redirect", &[to], "").as_bytes());
    });
    let register = format!("{}headers = {{ Authorization = \"Bearer ${{TOKEN}}\" }}\n", http(&server.url("/0")));
    let settings = "[preprocessor.trustbook.security]\nnetwork.allow = [\"127.0.0.1\"]\n\
        env.allow = [{ name = \"TOKEN\", hosts = [\"127.0.0.1\"] }]\n";
    let mut book = Book::with(settings, &register);
    book.set("TOKEN", "s3cr3t-value");
    // Only the path counts for this server: it has nothing at an address with a query.
    book.on(10, &["refresh"]).failed_with(&["404 Not Found"]);
    let sent = |server: &Server| -> Vec<Option<String>> {
        server.asked().iter().map(|request| request.headers.get("authorization").cloned()).collect()
    };
    let bearer = Some("Bearer s3cr3t-value".to_owned());
    assert_eq!(sent(&server), [bearer.clone(), bearer]);
    assert_eq!(sent(&other), [None]);
    for request in server.asked() {
        assert!(request.headers["user-agent"].starts_with("trustbook/"), "{request:?}");
        assert!(!request.headers.contains_key("cookie") && !request.headers.contains_key("referer"));
    }
}

#[test]
fn a_name_with_one_bad_address_is_refused_and_one_that_changes_leads_nowhere_else() {
    let victim = victim();
    // A public and a private address at once.
    let mixed = Names::new(|_, of, _| match of {
        RecordType::A => Zone::Records(vec![a([198, 41, 0, 4]), a([127, 0, 0, 2])]),
        _ => Zone::Nothing(ResponseCode::NoError),
    });
    let url = format!("https://mixed.test:{}/", victim.port());
    let book = Book::with(&mixed.settings(&[]), &http(&url));
    book.on(10, &["refresh"]).failed_with(&["`mixed.test` is not a public server", "loopback"]);
    // An allowed address at the check, and another one at the connection.
    let (good, _) = Server::of(&[("/", "{\"tag_name\": \"v1\"}")]);
    let changing = Names::new(|_, of, nth| match of {
        RecordType::A if nth == 1 => Zone::Records(vec![a([127, 0, 0, 1])]),
        RecordType::A => Zone::Records(vec![a([127, 0, 0, 2])]),
        _ => Zone::Nothing(ResponseCode::NoError),
    });
    let url = format!("https://changing.test:{}/", good.port());
    let book = Book::with(&changing.settings(&["127.0.0.1"]), &http(&url));
    // The server without TLS that was checked first gets the connection.
    book.on(10, &["refresh"]).failed_with(&["the source `release`"]);
    assert_eq!((good.connections(), victim.connections()), (1, 0));
    let by_name =
        Book::with(&changing.settings(&["plain.test"]), &http(&url.replace("https://changing", "http://plain")));
    by_name.on(10, &["refresh"]).ok();
    assert_eq!(by_name.value("product.version").as_deref(), Some("\"v1\""));
}

#[test]
fn no_proxy_of_the_environment_is_asked() {
    let victim = victim();
    let (server, _) = Server::of(&[("/", "{\"tag_name\": \"v1\"}")]);
    let mut book = Book::new(&["127.0.0.1"], &http(&server.url("/")));
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        book.set(name, &victim.url("/"));
    }
    book.on(10, &["refresh"]).ok();
    assert_eq!((server.asked().len(), victim.connections()), (1, 0));
}

#[test]
fn a_host_without_tls_has_to_be_allowed() {
    let (server, _) = Server::of(&[("/", "{\"tag_name\": \"v1\"}")]);
    let book = Book::with("", &http("http://plain.example.com/latest.json"));
    book.on(10, &["refresh"]).failed_with(&["`plain.example.com` would be asked without TLS"]);
    let book = Book::with("", &http("https://user:pass@example.com/latest.json"));
    book.on(10, &["refresh"]).failed_with(&["the source `release`"]);
    assert_eq!(server.connections(), 0);
}
