//! Hostile values in every possible place: the page keeps its structure, and shows the value as text.

use crate::dialect::mdbook;
use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use trustbook_core::world::MemoryWorld;
use trustbook_tests::{TODAY, written};

/// The number of values.
const VALUES: usize = 20_000;
/// The number of values per book.
const BATCH: usize = 500;
/// A harmless value that no page contains otherwise.
const WORD: &str = "Zqx";

/// Every context of Markdown and HTML that accepts a value.
const PAGE: &str = r#"# Page

Text {{ v.ID }} and **strong {{ v.ID }} text** and *{{ v.ID }}* and ~~{{ v.ID }}~~.
{{ v.ID }}
begins and ends a line with {{ v.ID }}
{{ v.ID }}. And [{{ v.ID }}], [^{{ v.ID }}], &{{ v.ID }}; 1{{ v.ID }}) word
{{ v.ID }}) more

## Heading {{ v.ID }} {#h}

Setext {{ v.ID }} {#s}
------

- item {{ v.ID }}
  - nested {{ v.ID }}

    paragraph in it {{ v.ID }}
- {{ v.ID }}

1. {{ v.ID }}

> quote {{ v.ID }}
> > {{ v.ID }}

| head {{ v.ID }} | other |
|------|-------|
| {{ v.ID }} | cell {{ v.ID }} |

[link {{ v.ID }}](x.html "title {{ v.ID }}") and [x](https://example.com/{{ v.ID }}/y?z={{ v.ID }}) and [y]({{ v.ID }}).
![alt {{ v.ID }}](x.png "title {{ v.ID }}")
[reference {{ v.ID }}][r] and "quoted {{ v.ID }}" and 'quoted {{ v.ID }}'.

[r]: https://example.com/{{ v.ID }} "title {{ v.ID }}"

Term

: Definition {{ v.ID }}

Inline <span title="{{ v.ID }}" data-x='{{ v.ID }}'>html {{ v.ID }}</span> and <a href="/x?y={{ v.ID }}">{{ v.ID }}</a>.

<div title="{{ v.ID }}">
  block {{ v.ID }}
  <p>{{ v.ID }}</p>
</div>

{{#facts v.ID}}

Note[^1].

[^1]: Footnote {{ v.ID }}
"#;

/// Fragments with a meaning in Markdown, HTML, Handlebars or mdBook, or that deceive readers.
const PIECES: &[&str] = &[
    "<script>alert(1)</script>",
    "</div>",
    "</p>",
    "<b>",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[",
    "<a href=x>",
    "<br/>",
    "{{ v.v0 }}",
    "{{#include ../facts/v.toml}}",
    "{{#facts v}}",
    "\\{{",
    "}}",
    "{{{",
    "{%",
    "${{ x }}",
    "TbQ0E",
    "TbQ",
    "[a](b)",
    "](",
    "![",
    "[^1]",
    "[r]",
    "[x]: y",
    "`",
    "```",
    "~~~",
    "*",
    "**",
    "***",
    "_",
    "__",
    "~~",
    "\n\n",
    "\n",
    "\n# ",
    "\n- ",
    "\n    ",
    "\n> ",
    "\n***\n",
    "\n===",
    "\n---",
    "|",
    "\\",
    "\\\\",
    "&amp;",
    "&#60;",
    "&lt",
    "&",
    "'",
    "\"",
    " ",
    "  ",
    "\t",
    "\u{202e}",
    "\u{feff}",
    "\u{200b}",
    "\u{2028}",
    "\u{a0}",
    "é",
    "🎉",
    "a",
    "Z9",
    "1. ",
    "+ ",
    ": ",
    "http://x.y",
    "www.a.b",
    "<http://x.y>",
    "a@b.c",
    "$$",
    "$x$",
    "{#id}",
    "{.c}",
    "--",
    "...",
    "(c)",
    "%20",
    "%",
    "?",
    "#",
    "/",
    "//",
    "../",
    "javascript:alert(1)",
    "data:text/html,x",
    ":",
    "=",
    "+",
    "^",
    "@",
    "!",
    ",",
    ".",
    ";",
];

fn value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_filter("the register refuses controls", |c| !c.is_control()).prop_map(String::from),
        1 => "[ -~]{1,6}",
    ];
    prop::collection::vec(piece, 1..7)
        .prop_map(|pieces| pieces.concat())
        .prop_filter("the register refuses empty text", |text| !text.trim().is_empty())
}

#[test]
fn values_are_text_in_every_place() {
    let mut runner = TestRunner::deterministic();
    let strategy = value();
    let mut tried = 0;
    while tried < VALUES {
        let mut values = vec![WORD.to_owned()];
        while values.len() <= BATCH {
            values.push(strategy.new_tree(&mut runner).unwrap().current());
        }
        compare(&values);
        tried += BATCH;
    }
}

/// Renders a page for each value, and compares it with the page of the first, harmless one.
fn compare(values: &[String]) {
    let mut world = MemoryWorld::new(TODAY);
    let mut register = "[defaults]\nsource = \"x\"\n[v]\n".to_owned();
    let mut summary = String::new();
    for (index, value) in values.iter().enumerate() {
        let quoted = serde_json::to_string(value).unwrap();
        register.push_str(&format!("v{index} = {{ value = {quoted}, label = \"Label\" }}\n"));
        summary.push_str(&format!("- [P](p{index}.md)\n"));
        world.insert(&format!("src/p{index}.md"), PAGE.replace("ID", &format!("v{index}")));
    }
    world.insert("facts/v.toml", register);
    world.insert("src/SUMMARY.md", summary);
    world.insert("book.toml", "[preprocessor.trustbook]\n");
    let book = mdbook_trustbook::read(&world);
    assert_eq!(book.facts.register.problems, [], "the register reads every value");
    let mut findings = trustbook_core::check::run_book(&book).findings;
    // Some values contain an expression, which is reported and printed as text.
    findings.retain(|finding| !finding.message.ends_with("where expressions are not read"));
    assert_eq!(findings, [], "no check has anything against a value");
    let written = written(&book);
    let ours: Vec<String> = written.iter().map(|(html, _)| html.clone()).collect();
    compare_pages("our", &ours, values);
    // A stock mdBook receives the Markdown.
    let markdown: Vec<&str> = written.iter().map(|(_, markdown)| markdown.as_str()).collect();
    let theirs = mdbook::render("", &markdown).into_iter().map(|html| html.unwrap()).collect::<Vec<_>>();
    compare_pages("mdBook's", &theirs, values);
}

/// Compares the page of each value with that of the harmless one.
fn compare_pages(whose: &str, pages: &[String], values: &[String]) {
    let expected = outline(&pages[0].replace("fact-v-v0", "fact-v-vN"));
    for (index, (html, value)) in pages.iter().zip(values).enumerate() {
        let found = outline(&html.replace(&format!("fact-v-v{index}"), "fact-v-vN"));
        let wanted: Vec<String> = expected.iter().map(|line| fill(line, value)).collect();
        for (found, wanted) in found.iter().zip(&wanted) {
            // The serializer adds a line break before a nested list only if there is none yet.
            let (found, wanted) = (found.trim_end_matches('\n'), wanted.trim_end_matches('\n'));
            assert_eq!(found, wanted, "the value {value:?} changes {whose} page:\n{html}");
        }
        assert_eq!(found.len(), wanted.len(), "the value {value:?} changes the shape of {whose} page");
    }
}

/// Returns a line of the outline with `value` in place of the harmless word.
fn fill(line: &str, value: &str) -> String {
    let percent = trustbook_core::expand::encode::component(value);
    match line.starts_with("@href=") || line.starts_with("@src=") {
        true => line.replace(WORD, &percent),
        false => line.replace(WORD, value),
    }
}

/// Returns a document as lines: elements, attributes and texts, in order.
fn outline(html: &str) -> Vec<String> {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
    let mut lines = Vec::new();
    walk(&dom.document, &mut lines);
    lines
}

fn walk(node: &Handle, lines: &mut Vec<String>) {
    match &node.data {
        NodeData::Element { name, attrs, .. } => {
            lines.push(format!("<{}>", name.local));
            for attr in attrs.borrow().iter() {
                lines.push(format!("@{}={}", attr.name.local, attr.value));
            }
        }
        NodeData::Text { contents } => lines.push(contents.borrow().to_string()),
        NodeData::Comment { .. } => lines.push("comment".to_owned()),
        _ => {}
    }
    for child in node.children.borrow().iter() {
        walk(child, lines);
    }
    if matches!(node.data, NodeData::Element { .. }) {
        lines.push("</>".to_owned());
    }
}
