//! The frame around a chapter: checks see the page as browsers do, however the theme includes the content.

use trustbook_tests::{Book, book, build, names};

/// Builds a book with this page template. Its chapter has links and an anchor, followed by `behind`.
fn framed(template: &str, behind: &str) -> Book {
    build(&book(&format!(
        "=== theme/page.hbs\n<!doctype html><html lang=\"en\"><head><title>{{{{title}}}}</title></head><body>\
         {template}<p id=\"end\"></p></body></html>\n\
         === src/index.md\n# One {{#one}}\n\n[Two](two.md#two) and [the end](#end).\n\n{behind}\n\
         === src/two.md\n# Two {{#two}}\n\n[One](index.md#one)\n"
    )))
}

#[test]
fn a_content_that_is_shown_once_is_read_where_it_stands() {
    let built = framed("<i id=\"start\"></i><main>{{{content}}}</main>", "");
    assert_eq!(names(&built.findings), Vec::<&str>::new());
    let page = &built.site.pages[0];
    assert_eq!(page.ids, ["start", "one", "end"], "in the order of the page");
    assert!(built.first().contains("<main><h1 id=\"one\">"), "{}", built.first());
    assert!(built.files["index.md"].starts_with("# One"));
    assert!(!built.first().contains("trustbook-content"));
}

#[test]
fn a_content_that_no_browser_finds_has_no_anchors() {
    for template in [
        "<!-- {{{content}}} -->",
        "<template>{{{content}}}</template>",
        "<textarea>{{{content}}}</textarea>",
        "<main>{{content}}</main>",
        "<main data-text='{{content}}'></main>",
    ] {
        let built = framed(template, "");
        assert!(names(&built.findings).contains(&"anchor-broken"), "{template}");
        assert_eq!(built.site.pages[0].ids, ["end"], "{template}");
    }
}

#[test]
fn a_content_that_is_shown_twice_has_every_id_twice() {
    let built = framed("<main>{{{content}}}</main><main>{{{content}}}</main>", "");
    assert!(names(&built.findings).contains(&"duplicate-id"));
    assert_eq!(built.site.pages[0].ids, ["one", "one", "end"]);
}

#[test]
fn what_stands_behind_a_content_that_has_no_end_is_its_text() {
    let built = framed("<main>{{{content}}}</main>", "<plaintext>");
    assert!(names(&built.findings).contains(&"anchor-broken"), "{:?}", built.site.pages[0].ids);
    assert_eq!(built.site.pages[0].ids, ["one"], "the end is not there any more");
}
