//! The requests for an address, their number, and the meaning of the answers, without a network.

use super::*;
use std::collections::BTreeSet;
use std::sync::Mutex;

/// A fake web: the answers by method and address, and the requests so far.
struct Fake {
    answers: BTreeMap<(&'static str, String), Result<HttpAnswer, Trouble>>,
    asked: Mutex<Vec<String>>,
}

fn word(method: Method) -> &'static str {
    match method {
        Method::Head => "HEAD",
        Method::Start(0) => "GET",
        Method::Start(_) | Method::Get => "READ",
    }
}

impl Web for Fake {
    async fn get(&self, url: &Url, method: Method) -> Result<HttpAnswer, Trouble> {
        let key = (word(method), url.to_string());
        self.asked.lock().unwrap().push(format!("{} {}", key.0, key.1));
        match self.answers.get(&key) {
            Some(answer) => answer.clone(),
            None => std::future::pending().await,
        }
    }
}

fn answer(status: u16, url: &str) -> Result<HttpAnswer, Trouble> {
    Ok(HttpAnswer {
        status,
        url: Url::parse(url).unwrap(),
        moved_for_good: false,
        etag: None,
        modified: None,
        media_type: Some("text/html".to_owned()),
        body: Vec::new(),
        is_whole: true,
    })
}

/// Requests an address. Returns the result and the requests made.
fn asked(
    url: &str,
    anchors: &[&str],
    answers: Vec<(&'static str, &str, Result<HttpAnswer, Trouble>)>,
) -> (LinkResponse, Vec<String>) {
    let answers = answers.into_iter().map(|(method, url, answer)| ((method, url.to_owned()), answer)).collect();
    let web = Fake { answers, asked: Mutex::default() };
    let url = Url::parse(url).unwrap();
    let raw = trustbook_core::forge::raw_lines(&url).map(|raw| raw.file);
    let anchors: BTreeSet<String> = anchors.iter().map(|anchor| (*anchor).to_owned()).collect();
    let wanted = Wanted { url: without_fragment(&url), anchors, raw };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let found = runtime.block_on(ask(&web, &wanted, Duration::from_millis(100)));
    (found, web.asked.into_inner().unwrap())
}

const A: &str = "https://a.example/";

#[test]
fn only_a_good_answer_to_head_is_believed() {
    let (found, asked_for) = asked(A, &[], vec![("HEAD", A, answer(200, A))]);
    assert_eq!((found.outcome, asked_for.len()), (Outcome::Alive, 1));
    for status in [400, 401, 403, 404, 405, 410, 500, 501] {
        let (found, asked_for) = asked(A, &[], vec![("HEAD", A, answer(status, A)), ("GET", A, answer(200, A))]);
        assert_eq!((found.outcome, asked_for.len()), (Outcome::Alive, 2), "{status}");
    }
    let broken = Err(Trouble::Broken("it ends early".to_owned()));
    let (found, _) = asked(A, &[], vec![("HEAD", A, broken), ("GET", A, answer(200, A))]);
    assert_eq!(found.outcome, Outcome::Alive);
    // The server never answers HEAD.
    let (found, asked_for) = asked(A, &[], vec![("GET", A, answer(200, A))]);
    assert_eq!((found.outcome, asked_for.len()), (Outcome::Alive, 2));
}

#[test]
fn a_server_that_can_not_be_asked_is_not_asked_twice() {
    let refused = Refusal::Rule("`a.example` is for private use".to_owned(), "allow it");
    for trouble in [
        Trouble::Refused(refused),
        Trouble::Refused(Refusal::NoAnswer("a.example".to_owned(), "no".to_owned())),
        Trouble::Unreachable("the connection was refused".to_owned()),
        Trouble::Tls("unknown issuer".to_owned()),
        Trouble::Busy(429, Some(3600)),
        Trouble::Busy(503, None),
        Trouble::Loop(A.to_owned()),
    ] {
        let (found, asked_for) = asked(A, &[], vec![("HEAD", A, Err(trouble.clone()))]);
        assert!(matches!(found.outcome, Outcome::Unknown(..)), "{trouble}");
        assert_eq!(asked_for.len(), 1, "{trouble}");
    }
    let gone = Err(Trouble::Refused(Refusal::NoSuchName("a.example".to_owned())));
    assert!(matches!(asked(A, &[], vec![("HEAD", A, gone)]).0.outcome, Outcome::Gone(_)));
    let (found, asked_for) = asked(A, &[], vec![]);
    assert_eq!((found.sign, asked_for.len()), (Some(Sign::Hangs), 2));
}

#[test]
fn an_anchor_is_looked_for_in_one_answer() {
    let mut page = answer(200, A).unwrap();
    page.body = b"<h1 id=x>x</h1>".to_vec();
    let (found, asked_for) = asked(A, &["x", "y"], vec![("READ", A, Ok(page.clone()))]);
    assert_eq!(asked_for, [format!("READ {A}")]);
    assert_eq!(found.anchors["x"], AnchorSearch::Found);
    assert!(matches!(found.anchors["y"], AnchorSearch::Missing(_)));
    page.media_type = Some("text/plain".to_owned());
    assert_eq!(asked(A, &["y"], vec![("READ", A, Ok(page.clone()))]).0.anchors["y"], AnchorSearch::Unsure);
    page.media_type = Some("text/html".to_owned());
    page.url = Url::parse("https://a.example/b#z").unwrap();
    assert_eq!(asked(A, &["y"], vec![("READ", A, Ok(page))]).0.anchors["y"], AnchorSearch::Unsure);
}

#[test]
fn lines_are_counted_in_the_bytes_of_the_file_and_its_page_is_not_asked() {
    let link = "https://github.com/o/r/blob/abcdef0/a.rs#L3";
    let (raw, page) =
        ("https://raw.githubusercontent.com/o/r/abcdef0/a.rs", "https://github.com/o/r/blob/abcdef0/a.rs");
    let mut file = answer(200, raw).unwrap();
    file.media_type = Some("text/plain".to_owned());
    for (body, lines) in [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("a\n\n", 2)] {
        file.body = body.as_bytes().to_vec();
        let (found, asked_for) = asked(link, &[], vec![("READ", raw, Ok(file.clone()))]);
        assert_eq!((found.outcome, found.lines, asked_for.len()), (Outcome::Alive, Some((lines, true)), 1), "{body:?}");
    }
    file.media_type = Some("text/html".to_owned());
    for raw_answer in [answer(404, raw), Ok(file)] {
        let (found, asked_for) = asked(link, &[], vec![("READ", raw, raw_answer), ("HEAD", page, answer(200, page))]);
        assert_eq!((found.outcome, found.lines, asked_for.len()), (Outcome::Alive, None, 2));
    }
}

#[test]
fn what_has_moved_for_good_is_told_and_a_login_is_not() {
    let moved = |to: &str| {
        let mut answer = answer(200, to).unwrap();
        answer.moved_for_good = true;
        asked(A, &[], vec![("HEAD", A, Ok(answer))]).0.moved.map(|url| url.to_string())
    };
    assert_eq!(moved("https://b.example/x").as_deref(), Some("https://b.example/x"));
    assert_eq!(moved("https://a.example/x#y").as_deref(), Some("https://a.example/x#y"));
    for to in [A, "https://a.example/login?next=x", "https://id.example/oauth2/v1", "https://a.example/Signin.aspx"] {
        assert_eq!(moved(to), None, "{to}");
    }
    assert_eq!(asked(A, &[], vec![("HEAD", A, answer(200, "https://b.example/"))]).0.moved, None, "for the time being");
}

#[test]
fn what_can_be_had_with_encryption_is_told() {
    let plain = "http://a.example/x";
    let secure = "https://a.example/x";
    let of = |answers| asked(plain, &[], answers).0.secure.map(|url| url.to_string());
    assert_eq!(of(vec![("HEAD", plain, answer(200, secure))]).as_deref(), Some(secure));
    let both = |other| vec![("HEAD", plain, answer(200, plain)), ("HEAD", secure, other)];
    assert_eq!(of(both(answer(200, secure))).as_deref(), Some(secure));
    let mut other = answer(200, secure).unwrap();
    other.media_type = Some("text/plain".to_owned());
    for other in [
        Ok(other),
        answer(404, secure),
        answer(200, plain),
        answer(200, "https://a.example/y"),
        Err(Trouble::Tls("expired".to_owned())),
        Err(Trouble::Unreachable("the connection was refused".to_owned())),
    ] {
        assert_eq!(of(both(other.clone())), None, "{other:?}");
    }
    let port = "http://a.example:8080/x";
    let (found, asked_for) = asked(port, &[], vec![("HEAD", port, answer(200, port))]);
    assert_eq!((found.secure, asked_for.len()), (None, 1));
    let mut elsewhere = answer(200, "https://b.example/").unwrap();
    elsewhere.moved_for_good = true;
    let found = asked(plain, &[], vec![("HEAD", plain, Ok(elsewhere))]).0;
    assert_eq!((found.secure, found.moved.map(|url| url.to_string())), (None, Some("https://b.example/".to_owned())));
}
