//! A finding appears once, where the link is written: in a chapter, in a template or in the register.

use super::server::{Server, status, to};
use super::{Book, page_of};
use serde_json::Value as Json;
use trustbook_core::Options;
use trustbook_core::diagnostic::Place;
use trustbook_core::site::outside::{LinkAnswer, Outside};
use trustbook_core::site::sink::Nowhere;

fn server() -> Server {
    Server::new(|request| match request.path.as_str() {
        "/gone" => status(404),
        "/moved" => to(301, "/new"),
        _ => status(200),
    })
}

fn place(finding: &Json) -> (String, u64) {
    (finding["file"].as_str().unwrap_or_default().to_owned(), finding["line"].as_u64().unwrap_or_default())
}

const FACTS: &str = "[defaults]\nsource = \"handbook\"\nevidence = [\"http://a.test:{p}/there\"]\n\n\
    [vendor]\nwebsite = \"http://a.test:{p}/moved\"\n\
    size = { value = 3, evidence = [\"http://a.test:{p}/gone\"] }\n\n\
    [[certification]]\nid = \"soc2\"\nscheme = \"SOC 2\"\nstatus = \"held\"\nauditor = \"A LLP\"\nscope = \"all\"\n\
    evidence = [\n  \"http://a.test:{p}/there\",\n  \"http://a.test:{p}/gone?report\",\n]\n";

#[test]
fn one_finding_names_the_other_places() {
    let server = server();
    let link = format!("http://a.test:{}/gone", server.port);
    let book = Book::new(&page_of(&vec![link.clone(); 48]), "");
    book.write("src/SUMMARY.md", "- [Links](links.md)\n- [More](more.md)\n");
    book.write("src/more.md", &format!("# More\n\n<p><a href=\"{link}\">raw</a></p>\n"));
    let checked = book.check(&[]);
    assert_eq!(checked.checks(), ["link-broken"]);
    let finding = &checked.findings[0];
    assert_eq!(place(finding), ("src/links.md".to_owned(), 3));
    assert_eq!(finding["labels"].as_array().unwrap().len(), 3);
    assert!(finding["help"].to_string().contains("it stands at 45 more places"), "{finding}");
}

#[test]
fn evidence_is_asked_and_told_at_its_line_of_the_register() {
    let server = server();
    let port = server.port.to_string();
    let book = Book::new("# Links\n\nWe are {{ vendor.size }}, with {{ certification.soc2.status }}.\n", "");
    book.write("facts/vendor.toml", &FACTS.replace("{p}", &port));
    let checked = book.check(&[]);
    let broken: Vec<(String, u64)> =
        checked.findings.iter().filter(|finding| finding["check"] == "link-broken").map(place).collect();
    let at = |line: u64| ("facts/vendor.toml".to_owned(), line);
    assert_eq!(broken, [at(7)], "{:?}", checked.told());
    assert!(!checked.checks().contains(&"link-moved".to_owned()), "no page shows the website");
    // `/gone?report` is a different page, and exists.
    assert!(server.asked().iter().any(|request| request.path == "/gone?report"));
}

#[test]
fn an_exception_with_a_last_day_stands_for_dead_evidence_and_builds_do_not_miss_it() {
    let server = server();
    let port = server.port.to_string();
    let book = Book::new("# Links\n\nWe are {{ vendor.size }}, at {{ vendor.website }}.\n\n{{#certifications}}\n", "");
    book.write("facts/vendor.toml", &FACTS.replace("{p}", &port));
    let allow = |at: &str| {
        let settings = book.read("book.toml");
        let (settings, _) = settings.split_once("[[").unwrap_or((&settings, ""));
        let exception = format!(
            "{settings}[[preprocessor.trustbook.allow]]\ncheck = \"link-broken\"\nat = \"{at}\"\nkind = \"accepted\"\n\
             reason = \"the report is being moved\"\nuntil = 2099-01-01\nowner = \"security\"\n"
        );
        book.write("book.toml", &exception);
    };
    for at in ["vendor.size", "facts/vendor.toml", &format!("http://a.test:{port}/gone")] {
        allow(at);
        let checked = book.check(&[]);
        assert!(
            !checked.checks().iter().any(|check| check == "link-broken" || check == "exception-unused"),
            "{at}: {:?}",
            checked.told()
        );
        assert!(checked.said.contains("1 excepted"), "{at}: {}", checked.said);
        let offline = crate::command::stdout(&book.run(&["check", "--format", "short"]));
        assert!(!offline.contains("exception-unused"), "{at}: {offline}");
    }
    allow("vendor.website");
    assert!(book.check(&[]).checks().contains(&"exception-unused".to_owned()));
}

#[test]
fn an_address_of_the_register_is_told_there_with_an_edit_for_every_place() {
    let server = server();
    let port = server.port.to_string();
    let book = Book::new(&format!("# Links\n\n{{{{ vendor.website }}}} and [here](http://a.test:{port}/moved)\n"), "");
    book.write(
        "facts/vendor.toml",
        &format!("[vendor]\nwebsite = {{ value = \"http://a.test:{port}/moved\", source = \"x\" }}\n"),
    );
    let checked = book.check(&[]);
    let moved: Vec<&Json> = checked.findings.iter().filter(|finding| finding["check"] == "link-moved").collect();
    let [finding] = moved.as_slice() else { panic!("{:?}", checked.told()) };
    let mut files: Vec<&str> =
        finding["edits"].as_array().unwrap().iter().map(|edit| edit["file"].as_str().unwrap_or_default()).collect();
    files.sort_unstable();
    assert_eq!(files, ["facts/vendor.toml", "src/links.md"], "{finding}");
    for edit in finding["edits"].as_array().unwrap() {
        let text = edit["replacement"].as_str().unwrap_or_default();
        assert!(text.contains(&format!("http://a.test:{port}/new")), "{edit}");
    }
    // A person must decide whether another page is a replacement.
    let before = book.read("src/links.md");
    let output = book.run(&["check", "--external", "--fix"]);
    assert_eq!(output.status.code(), Some(checked.code.unwrap()));
    assert_eq!(book.read("src/links.md"), before);
}

#[test]
fn a_link_of_the_theme_is_told_at_its_template() {
    let server = server();
    let book = Book::new("# Links\n\nNothing here.\n", "");
    let theme = std::fs::read_to_string(crate::command::root().join("theme/page.hbs")).unwrap();
    let link = format!("<a href=\"http://a.test:{}/gone\">us</a></body>", server.port);
    book.write("theme/page.hbs", &theme.replace("</body>", &link));
    let checked = book.check(&[]);
    let broken: Vec<&Json> = checked.findings.iter().filter(|finding| finding["check"] == "link-broken").collect();
    assert_eq!(broken.len(), 1, "{:?}", checked.told());
    assert_eq!(place(broken[0]).0, "theme/page.hbs");
    assert_eq!(server.count(), 2, "HEAD and GET, however many pages there are");
}

#[test]
fn an_exclusion_that_leaves_nothing_out_is_told() {
    let server = server();
    let link = format!("http://a.test:{}/gone", server.port);
    let settings = "exclude = [\n  \"http://a.test:*/go\",\n  \"https://nowhere.test/\",\n]";
    let book = Book::new(&page_of(&[link]), settings);
    for args in [&["check", "--format", "short"][..], &["check", "--external", "--format", "short"]] {
        let report = crate::command::stdout(&book.run(args));
        assert_eq!(report.lines().count(), 1, "{report}");
        assert!(
            report.contains("exception-unused") && report.contains("`https://nowhere.test/` excludes no link"),
            "{report}"
        );
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn the_site_itself_and_its_edit_links_are_not_asked() {
    let server = server();
    let port = server.port;
    let book = Book::new(&page_of(&[format!("http://own.test:{port}/trust/gone")]), "");
    let settings = book.read("book.toml");
    let settings = settings.replace(
        "[preprocessor.trustbook]\n",
        &format!("[output.html]\nedit-url-template = \"http://a.test:{port}/gone/{{path}}\"\n\n[preprocessor.trustbook]\nsite-url = \"http://own.test:{port}/trust/\"\n"),
    );
    book.write("book.toml", &settings);
    book.check(&[]);
    assert_eq!(server.count(), 0);
}

#[test]
fn levels_are_set_and_other_formats_have_the_findings() {
    let server = server();
    let book = Book::new(&page_of(&[format!("http://a.test:{}/moved", server.port)]), "");
    let settings = book.read("book.toml");
    book.write("book.toml", &format!("{settings}\n[preprocessor.trustbook.checks]\nlink-moved = \"deny\"\n"));
    assert_eq!(book.check(&[]).code, Some(1));
    for format in ["human", "short", "sarif", "github", "junit"] {
        let output = book.run(&["check", "--external", "--format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert!(crate::command::stdout(&output).contains("link-moved"), "{format}");
    }
}

#[test]
fn the_links_of_the_reference_book_stand_at_lines_and_a_file_that_is_gone_is_one_finding() {
    let day = jiff::civil::date(2026, 1, 15);
    let world = mdbook_trustbook::disk::DiskWorld::open(&crate::command::root(), day).unwrap();
    let answer = |_: &trustbook_core::Book, outside: &mut Outside| {
        assert!(outside.links.len() > 100 && !outside.is_asked, "{}", outside.links.len());
        for link in &mut outside.links {
            assert!(link.places.iter().any(|place| matches!(place, Place::At(_))), "{} {:?}", link.url, link.places);
            if link.url.path().ends_with("/schema.prisma") {
                link.answer = Some(LinkAnswer::Gone("it answers 404 Not Found".to_owned()));
            }
        }
    };
    let content = mdbook_trustbook::read(&world);
    let built = mdbook_trustbook::build_and_ask(&world, content, &Options::default(), &Nowhere, answer);
    let broken = built.findings.iter().filter(|finding| finding.check == "link-broken").count();
    assert_eq!(broken, 1, "hundreds of lines of one file");
}
