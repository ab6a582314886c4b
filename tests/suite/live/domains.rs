//! Domains of published e-mail addresses are looked up, and those that accept no mail are reported.

use super::Book;
use super::dns::{Names, Zone, a, mx};
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::RecordType;

const REGISTER: &str = "\
[defaults]
source = \"handbook\"

[[contact]]
id = \"mx\"
email = \"a@mx.test\"

[[contact]]
id = \"address\"
email = \"a@address.test\"

[[contact]]
id = \"refused\"
email = \"a@refused.test\"

[[contact]]
id = \"gone\"
email = \"a@gone.test\"

[[contact]]
id = \"unknown\"
email = \"a@unknown.test\"

[[contact]]
id = \"hidden\"
email = \"a@hidden.test\"
visibility = \"internal\"
";

fn zone(name: &str, of: RecordType, _: usize) -> Zone {
    match (name, of) {
        ("mx.test", RecordType::MX) => Zone::Records(vec![mx(10, "mail.mx.test.")]),
        ("address.test", RecordType::A) => Zone::Records(vec![a([192, 0, 2, 7])]),
        ("refused.test", RecordType::MX) => Zone::Records(vec![mx(0, ".")]),
        ("gone.test", _) => Zone::Nothing(ResponseCode::NXDomain),
        ("unknown.test", _) => Zone::Shrug(ResponseCode::ServFail),
        _ => Zone::Nothing(ResponseCode::NoError),
    }
}

#[test]
fn a_domain_that_takes_no_mail_is_told_and_others_are_not() {
    let names = Names::new(zone);
    let book = Book::with(
        &names.settings(&[]),
        REGISTER.replace("[[contact]]", "[[contact]]\nroles = [\"support\"]").as_str(),
    );
    book.write("src/page.md", "# Page\n\n{{#contacts}}\n");
    let said = book.on(10, &["refresh"]).ok();
    for part in ["gone.test: it accepts no mail", "refused.test: it says that it accepts no mail", "unknown.test"] {
        assert!(said.all().contains(part), "{part}: {}", said.all());
    }
    assert!(!book.lock().contains("unknown.test") && !book.lock().contains("hidden.test"), "{}", book.lock());
    assert!(names.asked().iter().all(|(name, _)| name != "hidden.test"));
    let said = book.on(10, &["check", "--format", "short"]).ok();
    let found: Vec<String> = said.out().lines().map(str::to_owned).collect();
    assert_eq!(found.len(), 2, "{}", said.all());
    assert!(found.iter().all(|line| line.contains("warning[contact-unreachable]")), "{found:?}");
    assert!(found[0].contains("`a@refused.test`") && found[1].contains("`a@gone.test`"), "{found:?}");
    // With an id, nothing else is refreshed.
    let asked = names.asked().len();
    book.write("release.json", "{\"tag_name\": \"v1\"}");
    let more = "[product]\nversion = { live = \"release\", select = \".tag_name\" }\n\n[[source]]\nid = \"release\"\n\
                kind = \"file\"\npath = \"release.json\"\n";
    book.write("facts/more.toml", more);
    book.on(11, &["refresh", "release"]).ok();
    assert_eq!(names.asked().len(), asked);
    assert!(book.lock().contains("gone.test"));
    // If a look-up fails, the previous result stays.
    let silent = Names::new(|_, _, _| Zone::Shrug(ResponseCode::ServFail));
    let toml = format!("[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n\n{}", silent.settings(&[]));
    book.write("book.toml", &toml);
    let said = book.on(12, &["refresh"]).ok();
    assert!(said.all().contains("could not look up") && said.all().contains("10 January 2026"), "{}", said.all());
    assert!(book.lock().contains("gone.test"));
}
