//! The files beside the pages: their content, and the conditions under which they are omitted.

use crate::command::{book, root, stderr, stdout, trustbook, write};
use serde_json::Value as Json;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use trustbook_core::output::OUTPUTS;

const SECURITY_TXT: &str = ".well-known/security.txt";

/// Builds the example vendor for a day. Returns the folder and the messages.
fn vendor(day: &str) -> (TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("site");
    let built = trustbook(&["build", "--now", day, "--out", out.to_str().unwrap()], &root().join("tests/books/vendor"));
    assert!(built.status.success(), "{}", stderr(&built));
    (dir, stderr(&built))
}

fn read(site: &Path, path: &str) -> String {
    fs::read_to_string(site.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Builds a small book with additions to its register. Returns the book and the messages.
fn built(register: &str, settings: &str) -> (TempDir, String) {
    let book = book();
    write(book.path(), "facts/more.toml", register);
    let toml = fs::read_to_string(book.path().join("book.toml")).unwrap();
    write(book.path(), "book.toml", &format!("{toml}{settings}"));
    write(book.path(), "src/more.md", "# More\n\n{{#vulnerability_policy}}\n\n{{#contacts}}\n");
    let summary = fs::read_to_string(book.path().join("src/SUMMARY.md")).unwrap();
    write(book.path(), "src/SUMMARY.md", &format!("{summary}- [More](more.md)\n"));
    let output = trustbook(&["build", "--now", "2026-01-15"], book.path());
    (book, stderr(&output))
}

const POLICY: &str = r#"
[defaults]
source = "decided by the security team"
stated = 2026-01-02
review = "30 days"

[[contact]]
id = "desk"
roles = ["vulnerability"]
email = "desk@example.com"
verified = 2026-01-12

[[vulnerability_policy]]
id = "policy"
contact = ["desk"]
bounty = "no"
verified = 2026-01-10
"#;

#[test]
fn security_txt_has_the_fields_of_the_policy_and_ends_with_its_facts() {
    let (dir, _) = vendor("2026-01-15");
    let text = read(&dir.path().join("site"), SECURITY_TXT);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "Contact: mailto:report@aldernote.example.com");
    assert!(lines.contains(&"Preferred-Languages: en, de"), "{text}");
    assert!(lines.contains(&"Policy: https://aldernote.example.com/security/policy/"), "{text}");
    // No fact behind it is due earlier, so the limit of 180 days applies.
    assert_eq!(lines.iter().filter(|line| line.starts_with("Expires: ")).count(), 1);
    assert!(lines.contains(&"Expires: 2026-07-14T23:59:59Z"), "{text}");

    let (book, _) = built(POLICY, "");
    let text = read(&book.path().join("book"), SECURITY_TXT);
    // 30 days after the policy was checked, which is before the contact is due.
    assert_eq!(text, "Contact: mailto:desk@example.com\nExpires: 2026-02-09T23:59:59Z\n");
}

#[test]
fn security_txt_is_left_out_when_a_fact_behind_it_is_not_sure() {
    let cases = [
        ("verified = 2026-01-12\n", "", "has not been reviewed"),
        ("verified = 2026-01-10\n", "verified = 2025-10-01\n", "is overdue since 31 October 2025"),
        (
            "verified = 2026-01-10\n",
            "verified = 2026-01-10\nvalid_until = 2026-01-14\n",
            "this expired on 14 January 2026",
        ),
        (
            "verified = 2026-01-10\n",
            "verified = 2026-01-10\nvalid_from = 2026-02-01\n",
            "this holds only from 1 February 2026",
        ),
        ("bounty", "policy_url = \"http://a.example/\"\nbounty", "begins with `https://`"),
        ("bounty", "encryption_url = \"http://a.example/key\"\nbounty", "begins with `https://`"),
        (
            "bounty",
            "preferred_languages = [\"English\\nContact: mailto:evil@example.com\"]\nbounty",
            "an address has no spaces",
        ),
        ("bounty", "preferred_languages = [\"en_US\"]\nbounty", "a language is a tag"),
        (
            "email = \"desk@example.com\"",
            "visibility = \"internal\"\nemail = \"desk@example.com\"",
            "not everybody may see this contact",
        ),
        ("email = \"desk@example.com\"", "url = \"http://example.com/\"", "`https://` only"),
        ("email = \"desk@example.com\"", "name = \"The desk\"", "neither an e-mail address nor"),
    ];
    for (from, to, why) in cases {
        let register = POLICY.replacen(from, to, 1);
        assert_ne!(register, POLICY, "{from}");
        let (book, said) = built(&register, "");
        assert!(!book.path().join("book").join(SECURITY_TXT).exists(), "{to}: {said}");
        assert!(said.contains("security-txt-withheld"), "{to}: {said}");
        assert!(said.contains(why), "{to}: {said}");
    }
}

#[test]
fn a_demonstration_does_not_speak_for_the_vendor() {
    let (book, said) = built(POLICY, "identity = false\n");
    assert!(!book.path().join("book").join(SECURITY_TXT).exists(), "{said}");
    assert!(!said.contains("security-txt-withheld"), "{said}");
    assert!(book.path().join("book/facts.json").exists());
}

#[test]
fn a_file_of_the_books_own_takes_the_place_of_ours_and_is_published_without_a_link() {
    let book = book();
    write(book.path(), "src/robots.txt", "User-agent: *\nDisallow: /\n");
    write(book.path(), "src/.well-known/change-password", "over there\n");
    let output = trustbook(&["build"], book.path());
    assert!(output.status.success() && !stderr(&output).contains("file-unlinked"), "{}", stderr(&output));
    assert_eq!(read(&book.path().join("book"), "robots.txt"), "User-agent: *\nDisallow: /\n");
    assert_eq!(read(&book.path().join("book"), ".well-known/change-password"), "over there\n");
}

#[test]
fn facts_json_has_what_is_public_with_its_state_and_nothing_else() {
    let register = r#"
[defaults]
source = "handbook"
stated = 2026-01-02

[desk]
open = { value = "Monday to Friday", type = "text" }
plan = { value = "behind the curtain", type = "text", visibility = "internal" }
rent = { value = 1200, visibility = "on-request" }
wait = { value = "2 days", type = "duration" }

[[certification]]
id = "iso"
scheme = "ISO/IEC 27001"
status = "held"
issued = 2022-12-01
auditor = "Example Audit"
valid_until = 2025-12-01
"#;
    let (book, said) = built(register, "");
    let all: Json = serde_json::from_str(&read(&book.path().join("book"), "facts.json")).expect(&said);
    let of = |list: &str, id: &str| all[list].as_array().unwrap().iter().find(|one| one["id"] == id).cloned();
    assert_eq!(of("facts", "desk.open").unwrap()["value"], "Monday to Friday");
    assert_eq!(of("facts", "desk.open").unwrap()["state"], "stated");
    assert_eq!(of("facts", "desk.wait").unwrap()["value"], "P2D");
    assert_eq!(of("facts", "desk.plan"), None);
    let rent = of("facts", "desk.rent").unwrap();
    assert_eq!((&rent["value"], &rent["visibility"]), (&Json::Null, &Json::from("on-request")));
    let iso = of("records", "certification.iso").unwrap();
    assert_eq!((&iso["state"], &iso["fields"]["status"]), (&Json::from("expired"), &Json::from("expired")));
    assert_eq!(iso["fields"]["issued"], "2022-12-01");
    let text = all.to_string();
    assert!(!text.contains("curtain") && !text.contains("1200"), "{text}");
}

#[test]
fn each_page_has_its_markdown_with_values_and_rows() {
    let (dir, _) = vendor("2026-01-15");
    let site = dir.path().join("site");
    let list = read(&site, "llms.txt");
    for line in list.lines().filter(|line| line.starts_with("- [")) {
        let address = line.split("](").nth(1).unwrap().split(')').next().unwrap();
        let path = address.strip_prefix("https://trust.aldernote.example.com/").unwrap();
        assert!(site.join(path).is_file(), "{line}");
    }
    let text = read(&site, "vulnerability-disclosure.md");
    assert!(text.contains("3 days") && !text.contains("{{"), "{text}");
    for page in ["cookies", "subprocessors"] {
        let (html, text) = (read(&site, &format!("{page}.html")), read(&site, &format!("{page}.md")));
        assert!(html.contains(&format!("<link rel=\"alternate\" type=\"text/markdown\" href=\"{page}.md\">")));
        // The Markdown contains the header cell of each row as well.
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let cells = html.split("<th scope=\"row\"").skip(1).filter_map(|rest| rest.split("</th>").next());
        let first = |cell: &str| {
            let mut texts = cell.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| letters(text));
            texts.find(|text| !text.is_empty())
        };
        let names: Vec<String> = cells.filter_map(first).collect();
        assert!(names.len() > 1, "{page}: {names:?}");
        let text = letters(&text);
        for name in names {
            assert!(text.contains(&name), "{page}: {name}");
        }
    }
}

#[test]
fn a_value_within_a_tag_is_text_in_the_markdown_of_a_page() {
    let facts = "=== facts/a.toml\n[v]\nx = { value = '\"><b>&amp;', source = \"x\" }\n";
    let page = "=== src/a.md\n# A\n\n<abbr title=\"{{ v.x }}\">a</abbr> <textarea>{{ v.x }}</textarea>\n";
    let built = trustbook_tests::build(&trustbook_tests::book(&[facts, page].concat()));
    let text = built.file("a.md");
    assert!(text.contains("<abbr title=\"&#34;&#62;&#60;b&#62;&#38;amp&#59;\">a</abbr>"), "{text}");
    assert!(text.contains("<textarea>&#34;&#62;&#60;b&#62;&#38;amp&#59;</textarea>"), "{text}");
}

#[test]
fn the_map_has_every_chapter_once() {
    let (dir, _) = vendor("2026-01-15");
    let map = read(&dir.path().join("site"), "sitemap.xml");
    let chapters = fs::read_to_string(root().join("tests/books/vendor/src/SUMMARY.md")).unwrap();
    assert_eq!(map.matches("<loc>").count(), chapters.matches("](").count());
    assert!(map.contains("<loc>https://trust.aldernote.example.com/</loc>"), "{map}");
    assert!(
        read(&dir.path().join("site"), "robots.txt")
            .ends_with("Sitemap: https://trust.aldernote.example.com/sitemap.xml\n")
    );
}

#[test]
fn servers_are_told_the_policy_of_the_pages() {
    let book = book();
    let page = {
        assert!(trustbook(&["build"], book.path()).status.success());
        read(&book.path().join("book"), "index.html")
    };
    let policy = page.split("http-equiv=\"Content-Security-Policy\" content=\"").nth(1).unwrap();
    let policy = policy.split('"').next().unwrap().replace("&#x27;", "'");
    let mut all = vec![read(&book.path().join("book"), "_headers")];
    all.extend(["apache", "caddy", "nginx", "vercel"].map(|name| stdout(&trustbook(&["headers", name], book.path()))));
    for text in all {
        assert!(text.contains(&format!("{policy}; frame-ancestors 'none'")), "{text}");
        assert!(text.contains("nosniff") && text.contains("text/markdown"), "{text}");
    }
    serde_json::from_str::<Json>(&stdout(&trustbook(&["headers", "vercel"], book.path()))).unwrap();
}

#[test]
fn every_output_has_a_page_that_can_be_read() {
    for output in OUTPUTS {
        let page = stdout(&trustbook(&["explain", output.name], &root()));
        assert_eq!(page, output.page);
        assert!(page.starts_with(&format!("# {}\n", output.name)), "{}", output.name);
        assert!(output.summary().ends_with('.'), "{}", output.name);
    }
}

#[test]
fn the_accent_is_the_books_own_where_it_can_be_read() {
    let (book, said) = built("", "accent = \"#1d4f91\"\n");
    let css = read(&book.path().join("book"), "assets/site.css");
    assert!(css.contains("--accent-light: #1d4f91; --accent-dark: #"), "{said}");
    let (_, said) = built("", "accent = \"#ffd500\"\n");
    assert!(said.contains("`accent` is too light for text") && said.contains("the nearest darker one is `#"), "{said}");
    let (_, said) = built("", "accent = \"red; } body { display: none\"\n");
    assert!(said.contains("`accent` is no colour"), "{said}");
}
