//! A book in several languages: one register, the pages of each language, and the way between them.

use trustbook_tests::{Book, book, build, short};

const BOOK: &str = r#"=== book.toml
[book]
title = "Trust"
[preprocessor.trustbook]
site-url = "https://trust.example.com/"
brand = { footer = [{ text = "Imprint", url = "imprint.html" }] }
=== theme/strings/de.toml
[book]
title = "Vertrauen"
=== facts/a.toml
[defaults]
source = "our own statement"
stated = 2026-01-01
[vendor]
name = "Example"
motto = { value = { en = "Safe mail for all", de = "Sichere Post für alle" }, label = { en = "Motto", de = "Leitsatz" } }
place = { value = "on the third floor", label = "Place" }
keep = { value = "30 days", type = "duration", label = { en = "We keep", de = "Wir bewahren auf" } }
[[measure]]
id = "backup"
name = { en = "Daily backups", de = "Tägliche Sicherungen" }
statement = "We copy the data each night."
status = "implemented"
responsibility = "vendor"
note = { en = "As seen today", de = "Stand von heute" }
[[claim]]
id = "quiet"
says = { en = "Our pages ask nobody else.", de = "Unsere Seiten fragen niemanden sonst." }
kind = "attested"
by = "the team"
on = 2026-01-01
until = 2026-12-31
method = "by hand"
=== src/SUMMARY.md
[Overview](index.md)
- [Security](security.md)
- [Imprint](imprint.md)
=== src/index.md
# Overview

Our motto is {{ vendor.motto }}. See [the German page](de/security.md#massnahmen).
=== src/security.md
# Security

{{ claim.quiet }} {{ vendor.keep }}

{{#measures}}

{{#claims}}
=== src/imprint.md
# Imprint

{{#facts vendor}}
=== src/de/SUMMARY.md
# Inhalt

[Überblick](index.md)
- [Sicherheit](security.md)
=== src/de/index.md
# Überblick

Unser Leitsatz ist {{ vendor.motto }}, und wir sitzen {{ vendor.place }}.
[Impressum](../imprint.md) und [Belege](claim:quiet), {{ vendor.keep }}.

{{#facts vendor}}
=== src/de/security.md
# Sicherheit

## Maßnahmen {#massnahmen}

{{ claim.quiet }}

{{#measures}}

{{#claims}}
"#;

fn plain(page: &str) -> String {
    page.replace("&#44;", ",").replace("&#46;", ".").replace("&#45;", "-")
}

fn site() -> Book {
    let built = build(&book(BOOK));
    assert_eq!(short(&built), "");
    built
}

#[test]
fn each_language_has_its_words_and_texts() {
    let built = site();
    let (english, german) = (plain(built.file("index.html")), plain(built.file("de/index.html")));
    assert!(english.contains("<html lang=\"en\"") && german.contains("<html lang=\"de\""), "{german}");
    assert!(english.contains("Safe mail for all") && !english.contains("Sichere Post"), "{english}");
    assert!(german.contains("Sichere Post für alle") && !german.contains("Safe mail"), "{german}");
    assert!(german.contains("Zum Inhalt springen") && german.contains("30 Tage") && german.contains("Leitsatz"));
    assert!(german.contains("<span>Vertrauen</span>") && english.contains("<span>Trust</span>"));
    let security = plain(built.file("de/security.html"));
    assert!(security.contains("Tägliche Sicherungen") && security.contains("Stand von heute"), "{security}");
    assert!(security.contains("Unsere Seiten fragen niemanden sonst."), "{security}");
    assert!(plain(built.file("security.html")).contains("Our pages ask nobody else."));
}

#[test]
fn a_text_without_a_translation_is_marked_with_its_language() {
    let built = site();
    let german = built.file("de/index.html");
    assert!(german.contains("<span lang=\"en\">on the third floor</span>"), "{german}");
    assert!(built.file("de/security.html").contains("<span lang=\"en\">We copy the data each night"));
    assert!(!built.file("imprint.html").contains("<span lang="));
}

#[test]
fn every_page_leads_to_the_other_languages() {
    let built = site();
    let security = built.file("security.html");
    assert!(security.contains("<a href=\"de/security.html\" hreflang=\"de\" lang=\"de\">Deutsch</a>"), "{security}");
    let url = "https://trust.example.com/";
    for (tag, path) in [("en", "security.html"), ("x-default", "security.html"), ("de", "de/security.html")] {
        let link = format!("<link rel=\"alternate\" hreflang=\"{tag}\" href=\"{url}{path}\">");
        assert!(security.contains(&link) && built.file("de/security.html").contains(&link), "{link}");
    }
    let german = built.file("de/security.html");
    assert!(german.contains("<a href=\"../security.html\" hreflang=\"en\" lang=\"en\">English</a>"), "{german}");
    // A chapter that is in one language only leads to the first page of the other.
    let imprint = built.file("imprint.html");
    assert!(imprint.contains("<a href=\"de/index.html\" hreflang=\"de\""), "{imprint}");
    assert!(!imprint.contains("<link rel=\"alternate\" hreflang=\"de\""));
    assert!(german.contains("<a href=\"../imprint.html\">Imprint</a>"), "{german}");
}

#[test]
fn links_stay_in_the_language_of_their_page() {
    let built = site();
    let german = built.file("de/index.html");
    assert!(german.contains("href=\"../de/security.html#claim-quiet\""), "{german}");
    assert!(german.contains("href=\"../de/a-z.html\"") && german.contains("href=\"../de/print.html\""), "{german}");
    assert!(!german.contains(">Security</a>") && german.contains("Sicherheit</a>"), "{german}");
    assert!(!built.file("index.html").contains("Sicherheit</a>"));
}

#[test]
fn pages_about_all_chapters_are_those_of_one_language() {
    let built = site();
    let (english, german) = (built.file("print.html"), plain(built.file("de/print.html")));
    assert!(english.contains("Safe mail") && !english.contains("Sichere Post"), "{english}");
    assert!(german.contains("Sichere Post") && german.contains("href=\"../assets/site.css\""), "{german}");
    assert!(german.contains("href=\"#c2\"") && german.contains("<html lang=\"de\""), "{german}");
    assert!(built.file("de/a-z.html").contains("Tägliche Sicherungen"));
    assert!(built.file("a-z.html").contains("Daily backups") && !built.file("a-z.html").contains("Tägliche"));
    let texts = |folder: &str| {
        let at = format!("assets/search/{folder}");
        let own =
            |path: &str| path.strip_prefix(&at).is_some_and(|path| path.contains("/texts-") && !path.contains("de/"));
        let all = built.files.iter().filter(|(path, _)| own(path));
        all.map(|(_, text)| text.as_str()).collect::<String>()
    };
    assert!(texts("de/").contains("Maßnahmen") && !texts("de/").contains("Our motto"), "{}", texts("de/"));
    assert!(texts("").contains("Our motto") && !texts("").contains("Maßnahmen"));
    assert!(built.file("de/index.html").contains("data-folder=\"de/\""));
    let beside = |path: &str| String::from_utf8_lossy(&built.site.assets[path]).into_owned();
    assert!(beside("sitemap.xml").contains("/de/security.html") && beside("llms.txt").contains("## Deutsch"));
    assert!(built.file("de/index.md").contains("Sichere Post für alle"));
}

#[test]
fn one_mistake_of_the_register_is_reported_once() {
    let text =
        BOOK.replace("status = \"implemented\"", "status = \"implementd\"").replace("de = \"Leitsatz\"", "dee = \"x\"");
    let found = short(&build(&book(&text)));
    assert_eq!(found.matches("implementd").count() + found.matches("`dee`").count(), 2, "{found}");
}

#[test]
fn a_book_without_an_outline_in_the_folder_is_as_before() {
    let text = "=== src/SUMMARY.md\n- [A](a.md)\n- [B](de/b.md)\n=== src/a.md\n# A\n=== src/de/b.md\n# B\n";
    let built = build(&book(text));
    assert_eq!(short(&built), "");
    let page = built.file("de/b.html");
    assert!(page.contains("<html lang=\"en\"") && !page.contains("hreflang"), "{page}");
}
