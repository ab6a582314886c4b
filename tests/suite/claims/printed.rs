//! Claims on pages: the sentence and its mark in every place, as text, and never as true unless the claim holds.

use super::{article, claim, with};
use trustbook_core::claim::Outcome;
use trustbook_tests::{names, short};

const ATTESTED: &str = "kind = \"attested\"\nby = \"Head of operations\"\non = 2026-01-01\nuntil = 2026-06-01";

fn one(says: &str, more: &str) -> String {
    let quoted = serde_json::to_string(says).unwrap();
    format!("[[claim]]\nid = \"c\"\nsays = {quoted}\n{more}\n")
}

/// Returns the text of HTML, with character references decoded.
fn text(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&")
}

#[test]
fn the_mark_stands_in_every_place_and_leads_to_the_evidence() {
    let page = "Text {{ claim.c }} text.\n\n## Heading {{ claim.c }} {#h}\n\n- {{ claim.c }}\n\n| a |\n|---|\n| {{ claim.c }} |\n\n\
                [link {{ claim.c }}](claim:c) and <span title=\"{{ claim.c }}\">x</span>\n\n{{ claim.c.says }}\n\n{{ claim.c as text }}\n\n\
                {{ claim.c as state }} {{ claim.c as badge }}\n\n{{#facts claim.c.says}}\n\n{{#claims}}";
    let built = with(
        &one("Backups stay here.", &format!("{ATTESTED}\nunless = {{ setting = \"export\", default = \"off\" }}")),
        "",
        page,
    );
    assert_eq!(short(&built), "");
    let article = article(&built);
    let says = text(article).matches("Backups stay here. (").count();
    let title = article.matches("title=\"Backups stay here. (attested by Head of operations, 1 January 2026; depends on export (default: off; value in use: not provided))\"").count();
    assert_eq!((says, title), (8, 1), "{article}");
    let marks = text(article).matches("depends on export (default: off; value in use: not provided)").count();
    assert_eq!(marks, 9, "{article}");
    assert_eq!(article.matches("href=\"#claim-c\"").count(), 5, "{article}");
    assert_eq!(article.matches("id=\"claim-c\"").count(), 1);
}

#[test]
fn what_does_not_hold_never_reads_as_if_it_did() {
    let levels =
        "=== book.toml\n[preprocessor.trustbook.checks]\nclaim-contradicted = \"warn\"\nclaim-unknown = \"allow\"\n";
    let facts = "[vendor]\nemployees = 12\n";
    for (expr, outcome) in [("vendor.employees > 20", "Contradicted"), ("vendor.x > 1", "Not verified")] {
        let register = format!("{facts}\n{}", one("We are many.", &format!("kind = \"expr\"\nexpr = \"{expr}\"")));
        let page = "{{ vendor.employees }} {{ claim.c }}\n\n# {{ claim.c }} {#a}\n\n{{ claim.c.says }}\n\n{{#facts claim.c.says}}\n\n{{#claims}}";
        let built = with(&register, levels, page);
        let text = text(article(&built));
        let all = text.matches("We are many.").count();
        // Nobody comes to the next sentence before the outcome.
        let told = text
            .split("We are many.")
            .skip(1)
            .filter(|after| after.trim_start_matches([' ', '(', '\n']).starts_with(outcome));
        assert_eq!((all, told.count()), (5, 5), "{text}");
        let json = String::from_utf8(built.site.assets["claims.json"].clone()).unwrap();
        assert!(!json.contains("\"outcome\": \"holds\""), "{json}");
    }
}

#[test]
fn a_claim_on_the_site_is_held_against_what_its_pages_ask() {
    let register = one("These pages ask nobody else.", "kind = \"no_request\"\nscope = \"site\"");
    let built = with(&register, "", "{{ claim.c }}");
    assert_eq!((short(&built).as_str(), claim(&built, "c").outcome), ("", Outcome::Holds));
    let page = "{{ claim.c }}\n\n<p><img src=\"https://cdn.example.net/x.png\" alt=\"x\"></p>";
    let built = with(&register, "", page);
    assert_eq!(names(&built.findings), ["claim-contradicted", "third-party-request"], "{}", short(&built));
    assert!(text(article(&built)).contains("These pages ask nobody else. (Contradicted: evidence says otherwise)"));
    let allowed = register.replace("scope", "allow = [\"example.net\"]\nscope");
    let built = with(&allowed, "", page);
    assert_eq!(names(&built.findings), ["third-party-request"]);

    for (what, more, page) in [
        ("a theme", "=== theme/blocks/cdn.hbs\n<p><img src=\"//cdn.example.net/x.png\" alt=\"x\"></p>\n", "{{#cdn}}"),
        ("a style sheet", "=== theme/css/site.css\n@import \"https://cdn.example.net/a.css\";\n", ""),
        ("a picture", "", "![x](https://cdn.example.net/x.png)"),
    ] {
        let built = with(&format!("{register}\n{more}"), "", &format!("{{{{ claim.c }}}}\n\n{page}"));
        assert_eq!(claim(&built, "c").outcome, Outcome::Contradicted, "{what}");
        assert!(text(article(&built)).contains("(Contradicted: evidence says otherwise)"), "{what}");
    }
    // If a contradiction shows only on the finished page, the site is not published.
    let fact = "[v.note]\ntype = \"markdown\"\nvalue = \"![x](https://cdn.example.net/x.png)\"\n";
    let built = with(&format!("{register}\n{fact}"), "", "{{ claim.c }} {{ v.note }}");
    assert!(names(&built.findings).contains(&"claim-contradicted"), "{}", short(&built));
}

#[test]
fn hostile_sentences_are_text() {
    let hostile = [
        "<script>alert(1)</script>",
        "</span></p></div><b>bold</b>",
        "{{ claim.c }} {{#include ../book.toml}}",
        "[a](javascript:alert(1)) ![x](y) `code` **strong** _em_ ~~x~~",
        "| cell | cell |",
        "“quoted” \"quoted\" 'quoted' & &amp; &#60;",
        "a\u{202e}b\u{200b}c",
        "# heading {#id}",
        "<!-- x --> ]]> <![CDATA[",
        "(unbalanced ) ((",
    ];
    for says in hostile {
        let quoted = serde_json::to_string(says).unwrap();
        let more = format!(
            "kind = \"attested\"\nby = {quoted}\nmethod = {quoted}\non = 2026-01-01\nuntil = 2026-06-01\nunless = {{ setting = {quoted}, default = {quoted} }}"
        );
        let page = "Text {{ claim.c }} text.\n\n## Heading {{ claim.c }} {#h}\n\n| a |\n|---|\n| {{ claim.c }} |\n\n[x {{ claim.c }}](claim:c)\n\n{{#claims}}";
        let built = with(&one(says, &more), "", page);
        let html = article(&built);
        for raw in
            ["<script", "<b>", "<strong>", "<em>", "<code>code", "<del>", "<img", "javascript:alert(1)\"", "<!--"]
        {
            assert!(!html.contains(raw), "{says}: {raw}\n{html}");
        }
        assert!(text(html).matches(says).count() >= 4 || says.contains(['\u{202e}', '&', '\'', '{']), "{says}\n{html}");
        let json: serde_json::Value = serde_json::from_slice(&built.site.assets["claims.json"]).unwrap();
        assert_eq!(json["claims"][0]["says"], says);
    }
}

#[test]
fn a_promise_without_limit_is_drafted_as_a_claim() {
    let facts = "=== facts/more.toml\n[defaults]\nsource = \"handbook\"\n\n[vendor]\nemployees = 12\n";
    let built = with("", facts, "We have {{ vendor.employees }} people.\n\nWe never sell the data of our customers.");
    assert_eq!(names(&built.findings), ["absolute-wording"], "{}", short(&built));
    let [expression, claim] = built.findings[0].edits.as_slice() else { panic!("{:?}", built.findings[0].edits) };
    let written = built.book.map.slice(expression.span);
    assert_eq!(
        (written, expression.replacement.as_str()),
        ("We never sell the data of our customers.", "{{ claim.never-sell-data-customers }}")
    );
    let drafted = format!("[defaults]\nsource = \"handbook\"\n[vendor]\nemployees = 12\n{}", claim.replacement);
    let drafted = drafted.replace("\"...\"", "\"Head of sales\"");
    let built = with(
        "",
        &format!("=== facts/more.toml\n{drafted}"),
        "{{ vendor.employees }} {{ claim.never-sell-data-customers }}",
    );
    assert_eq!(short(&built), "");
}
