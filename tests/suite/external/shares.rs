//! Shares of the hosts, requested by several machines and merged, give the same report as a single run.

use super::server::{Server, status, to};
use super::{Book, page_of};
use std::fs;

fn server() -> Server {
    Server::new(|request| {
        let number: usize = request.host.trim_start_matches('h').split('.').next().unwrap().parse().unwrap_or(0);
        match (number % 5, request.path.as_str()) {
            (0, _) => status(404),
            (1, "/a") => to(301, "/b"),
            (2, _) => status(403),
            _ => status(200),
        }
    })
}

fn links(port: u16) -> Vec<String> {
    (0..30).flat_map(|host| ["a", "c"].map(|path| format!("http://h{host}.test:{port}/{path}"))).collect()
}

#[test]
fn shares_put_together_are_the_whole() {
    let server = server();
    let whole = Book::new(&page_of(&links(server.port)), "");
    let told = whole.check(&[]).told();
    assert_eq!(told.len(), 12 + 6 + 12);
    let asked = server.count();

    let shared = Book::new(&page_of(&links(server.port)), "");
    for nth in 1..=3 {
        let (shard, file) = (format!("{nth}/3"), format!("answers/{nth}.json"));
        let checked = shared.check(&["--shard", &shard, "--answers", &file]);
        assert_eq!((checked.code, checked.findings.len()), (Some(0), 0), "{}", checked.said);
        assert!(checked.said.contains(&format!("share {shard}: asked ")), "{}", checked.said);
    }
    assert_eq!(server.count(), asked * 2, "each address is asked by one share");
    let hosts: usize = (1..=3)
        .map(|nth| {
            let text = shared.read(&format!("answers/{nth}.json"));
            let root: serde_json::Value = serde_json::from_str(&text).unwrap();
            root["links"].as_object().unwrap().len()
        })
        .inspect(|count| assert!(*count > 0))
        .sum();
    assert_eq!(hosts, 60);
    for merge in [&["--merge", "answers"][..], &["--merge", "answers/1.json", "answers/2.json", "answers/3.json"]] {
        assert_eq!(shared.check(merge).told(), told);
    }
    assert_eq!(server.count(), asked * 2, "nobody is asked to put them together");
    // Merged answers are kept like any other.
    let again = shared.check(&[]);
    assert_eq!(again.told(), told);
    assert!(again.said.contains("knew 36 addresses already"), "{}", again.said);
}

#[test]
fn a_share_that_is_missing_or_is_none_is_told() {
    let server = server();
    let book = Book::new(&page_of(&links(server.port)), "");
    book.check(&["--shard", "1/2", "--answers", "one.json"]);
    let told = |args: &[&str], code: i32, part: &str| {
        let checked = book.check(args);
        assert_eq!(checked.code, Some(code), "{args:?}: {}", checked.said);
        assert!(checked.said.contains(part), "{args:?}: {}", checked.said);
    };
    told(&["--merge", "one.json"], 3, "the answers of share 2/2 are missing");
    told(&["--merge", "nowhere.json"], 3, "nowhere.json");
    book.write("other.json", "{}");
    told(&["--merge", "other.json"], 3, "has no answers of a share");
    fs::create_dir(book.path().join("empty")).unwrap();
    told(&["--merge", "empty"], 3, "there are no answers to merge");
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    let book = Book::new("# Links\n", "");
    for args in [
        &["check", "--shard", "1/2", "--answers", "x"][..],
        &["check", "--merge", "x"],
        &["check", "--external", "--shard", "1/2"],
        &["check", "--external", "--answers", "x"],
        &["check", "--external", "--shard", "3/2", "--answers", "x"],
        &["check", "--external", "--shard", "1/2", "--answers", "x", "--merge", "y"],
    ] {
        assert_eq!(book.run(args).status.code(), Some(2), "{args:?}");
    }
    book.set("exlude = []");
    for args in [&["--shard", "1/2", "--answers", "x"][..], &["--merge", "x"]] {
        assert_eq!(book.check(args).code, Some(2), "{args:?}");
    }
    assert!(!book.path().join("x").exists());
}
