//! A whole book whose facts come from sources of every kind: refreshed, checked and built.

use super::Book;
use super::dns::{Names, Zone, a, mx};
use crate::command::{root, write};
use crate::server::Server;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::rdata::{CAA, TXT};
use hickory_proto::rr::{Name, RData, RecordType};
use std::collections::BTreeSet;
use std::process::Command;
use trustbook_core::register::kinds::SOURCES;
use walkdir::WalkDir;

fn zone(name: &str, of: RecordType, _: usize) -> Zone {
    match (name, of) {
        ("status.example.com", RecordType::A) => Zone::Records(vec![a([127, 0, 0, 1])]),
        ("example.com", RecordType::MX) => Zone::Records(vec![mx(10, "mail.example.com.")]),
        ("example.com", RecordType::CAA) => {
            let issuer = Name::from_ascii("letsencrypt.org").unwrap();
            Zone::Records(vec![RData::CAA(CAA::new_issue(true, Some(issuer), Vec::new()))])
        }
        ("_dmarc.example.com", RecordType::TXT) => {
            Zone::Records(vec![RData::TXT(TXT::new(vec!["v=DMARC1; p=reject; adkim=s".to_owned()]))])
        }
        _ => Zone::Nothing(ResponseCode::NoError),
    }
}

#[test]
fn the_book_with_sources_of_every_kind_is_refreshed_and_built() {
    let (status, _) = Server::of(&[
        (
            "/api/summary.json",
            "{\"page\": {\"name\": \"Example\", \"url\": \"https://status.example.com/\"}, \"status\": {\"description\": \"All systems operational\"}}",
        ),
        (
            "/trust/iso.html",
            "<html><body><dl><dt>Valid until</dt><dd><time datetime=\"2027-03-31\">31 March 2027</time></dd></dl></body></html>",
        ),
    ]);
    let repository = tempfile::tempdir().unwrap();
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        command.args([
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.com",
            "-c",
            "tag.gpgsign=false",
            "-c",
            "commit.gpgsign=false",
        ]);
        assert!(command.args(args).current_dir(repository.path()).env_remove("GIT_DIR").status().unwrap().success());
    };
    git(&["init", "--quiet", "--initial-branch=main", "."]);
    write(repository.path(), "deploy/regions.csv", "region,provider\neu-central-1,aws\neu-north-1,aws\n");
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "regions"]);
    git(&["tag", "v2.4.1"]);
    git(&["tag", "v2.10.0"]);
    let names = Names::new(zone);
    let mut book = Book::with("", "");
    for entry in WalkDir::new(root().join("tests/books/live")).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(root().join("tests/books/live")).unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(entry.path()).unwrap();
            // The servers of the book are replaced by local ones.
            let text =
                text.replace("https://status.example.com/", &format!("http://status.example.com:{}/", status.port()));
            let settings = names.settings(&["status.example.com"]);
            let own = "[preprocessor.trustbook.security.network]\nallow = []\n";
            book.write(&path, &text.replace(own, &settings));
        }
    }
    let _ = std::fs::remove_file(book.path().join("facts/product.toml"));
    let _ = std::fs::remove_file(book.path().join("src/page.md"));
    book.set("GIT_CONFIG_COUNT", "1");
    book.set("GIT_CONFIG_KEY_0", &format!("url.file://{}.insteadOf", repository.path().display()));
    book.set("GIT_CONFIG_VALUE_0", "https://git.example.com/example/app");
    book.set("GIT_ALLOW_PROTOCOL", "file");
    book.set("STATUS_TOKEN", "not-for-the-lock");
    let said = book.on(10, &["refresh"]).ok();
    assert!(
        said.out().contains("tags: `product.version` is `v2.10.0`, which is new (shown in src/index.md)"),
        "{}",
        said.all()
    );
    assert!(!book.lock().contains("not-for-the-lock"));
    let said = book.on(10, &["check", "--format", "short"]).ok();
    assert_eq!(said.out(), "", "the book is clean");
    book.on(10, &["build"]).ok();
    let page = std::fs::read_to_string(book.path().join("book/index.html")).unwrap();
    for shown in
        ["v2.10.0", "reject", "All systems operational", "31 March 2027", "eu-central-1, eu-north-1", "Example App"]
    {
        assert!(page.contains(shown), "no {shown} in {page}");
    }
    let lock: toml::Table = book.lock().parse().unwrap();
    let kinds: BTreeSet<&str> =
        lock["source"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), SOURCES);
}
