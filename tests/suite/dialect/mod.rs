//! Our HTML of a chapter equals that of mdBook 0.5.4, except for intended differences.

mod dom;
pub(crate) mod mdbook;

use crate::command::root;
use dom::{Element, Lines, Node, change, read, tidy};
use mdbook_trustbook::disk::DiskWorld;
use std::fs;
use trustbook_core::config::HtmlSettings;
use trustbook_core::{World, html};
use trustbook_tests::{TODAY, book, fence_ranges, written};

/// An intended difference from mdBook: the reason, and the replacement for an element of mdBook's.
type Difference = (&'static str, fn(Element) -> Vec<Node>);

const DIFFERENCES: &[Difference] = &[
    ("an image is shown once: the zoom of mdBook shows it twice, with a checkbox that has no name", |element| {
        match element.has_class("checkbox-label") {
            true => {
                element.children.into_iter().filter(|it| matches!(it, Node::Element(it) if it.name == "img")).collect()
            }
            false => one(element),
        }
    }),
    ("a table that scrolls is reached with the keyboard, and has a name", |mut element| {
        if element.has_class("table-wrapper") {
            element.attributes.insert("tabindex".to_owned(), "0".to_owned());
            element.attributes.insert("role".to_owned(), "region".to_owned());
        }
        one(element)
    }),
    ("the policy of a page allows no `style` attribute, so that cells are aligned by a class", |mut element| {
        if let Some(side) = element.attributes.get("style").and_then(|style| style.strip_prefix("text-align: ")) {
            let class = format!("align-{side}");
            element.attributes.remove("style");
            element.attributes.insert("class".to_owned(), class);
        }
        one(element)
    }),
    ("the icons of mdBook's admonitions are not ours", |mut element| {
        if element.has_class("blockquote-tag-title") {
            element.children.retain(|it| !matches!(it, Node::Element(it) if it.name == "svg"));
        }
        one(element)
    }),
    ("the page of a folder's README.md is its index.html (rust-lang/mdBook#984)", |mut element| {
        for name in ["href", "src"] {
            if let Some(to) = element.attributes.get_mut(name) {
                *to = to.replace("README.html", "index.html");
            }
        }
        one(element)
    }),
];

fn one(element: Element) -> Vec<Node> {
    vec![Node::Element(element)]
}

/// Returns mdBook's HTML with the intended differences applied.
fn meant(html: &str) -> Vec<Node> {
    let all = |element: Element| {
        DIFFERENCES.iter().fold(one(element), |nodes, (_, how)| {
            let each = nodes.into_iter().flat_map(|node| match node {
                Node::Element(element) => how(element),
                other => vec![other],
            });
            each.collect()
        })
    };
    let mut nodes = change(read(html), &mut { all });
    tidy(&mut nodes, true);
    nodes
}

/// Returns our HTML without the parts that `meant` removes from mdBook's.
fn ours(html: &str) -> Vec<Node> {
    let without = |mut element: Element| {
        if element.has_class("blockquote-tag-title") {
            element.children.retain(|it| !matches!(it, Node::Element(it) if it.name == "svg"));
        }
        if element.has_class("table-wrapper") {
            element.attributes.remove("aria-label");
        }
        // Our readers can show hidden lines without a script.
        if element.has_class("hidden-lines") { Vec::new() } else { one(element) }
    };
    let mut nodes = change(read(html), &mut { without });
    tidy(&mut nodes, true);
    nodes
}

/// Returns true if our HTML of a chapter equals mdBook's with the intended differences.
pub(crate) fn is_same(html: &str, theirs: &str) -> bool {
    ours(html) == meant(theirs)
}

/// Compares named chapters, and returns the differences.
fn differing(book_toml: &str, chapters: &[(String, String, String)]) -> Vec<String> {
    let texts: Vec<&str> = chapters.iter().map(|(_, markdown, _)| markdown.as_str()).collect();
    let theirs = mdbook::render(book_toml, &texts);
    let mut wrong = Vec::new();
    assert_eq!(chapters.len(), theirs.len());
    for ((name, _, html), theirs) in chapters.iter().zip(theirs) {
        let Some(theirs) = theirs else {
            wrong.push(format!("{name}: mdBook gives up"));
            continue;
        };
        let (ours, meant) = (ours(html), meant(&theirs));
        if ours != meant {
            let (ours, meant) = (Lines(&ours).to_string(), Lines(&meant).to_string());
            let same = ours.lines().zip(meant.lines()).take_while(|(ours, meant)| ours == meant).count();
            let part = |text: &str| {
                let lines: Vec<&str> = text.lines().skip(same.saturating_sub(4)).take(12).collect();
                lines.join("\n")
            };
            wrong.push(format!("{name}:\n-- ours\n{}\n-- mdBook's\n{}", part(&ours), part(&meant)));
        }
    }
    wrong
}

fn write(name: &str, markdown: &str, settings: &HtmlSettings) -> (String, String, String) {
    (name.to_owned(), markdown.to_owned(), html::to_html(markdown, settings))
}

/// Returns the chapters of a file, each of which starts with `%%%` and a name.
fn chapters(file: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join("tests/dialect").join(file)).unwrap();
    let parts = text.split("%%% ").skip(1);
    parts.map(|part| part.split_once('\n').map(|(name, text)| (name.to_owned(), text.to_owned())).unwrap()).collect()
}

#[test]
fn each_construct_is_as_in_mdbook() {
    let settings = HtmlSettings::default();
    let chapters: Vec<_> = chapters("constructs.md").iter().map(|(name, text)| write(name, text, &settings)).collect();
    let wrong = differing("", &chapters);
    assert!(wrong.is_empty(), "{} of {} differ\n\n{}", wrong.len(), chapters.len(), wrong.join("\n\n"));
}

#[test]
fn constructs_within_each_other_are_as_in_mdbook() {
    let settings = HtmlSettings::default();
    let inner = chapters("inner.md");
    let mut all = Vec::new();
    for (outside, first, rest) in AROUND {
        for (name, text) in &inner {
            // This is not an HTML block here, so mdBook ends the `<b>` within the script.
            if (name.as_str(), *outside) == ("script block", "a task") {
                continue;
            }
            // No reference to the outer footnote exists. mdBook lists the inner ones with links back to missing
            // anchors.
            if (name.as_str(), *outside) == ("footnotes", "a footnote") {
                continue;
            }
            let mut lines = text.trim_end().lines();
            let mut whole = format!("Before.\n\n{first}{}\n", lines.next().unwrap_or_default());
            for line in lines {
                whole.push_str(format!("{rest}{line}").trim_end());
                whole.push('\n');
            }
            whole.push_str(if *outside == "HTML" { "\n</div>\n" } else { "" });
            whole.push_str("\nAfter[^n].\n\n[^n]: Note.\n\n[ref]: to.md \"T\"\n");
            all.push(write(&format!("{name} in {outside}"), &whole, &settings));
        }
    }
    assert!(all.len() >= 300, "{}", all.len());
    let wrong = differing("", &all);
    assert!(
        wrong.is_empty(),
        "{} of {} differ\n\n{}",
        wrong.len(),
        all.len(),
        wrong[..wrong.len().min(8)].join("\n\n")
    );
}

/// The containers of constructs: a name, the prefix of the first line, and the prefix of the other lines.
const AROUND: &[(&str, &str, &str)] = &[
    ("a chapter", "", ""),
    ("a quotation", "> ", "> "),
    ("a list", "- ", "  "),
    ("a loose list", "- One\n\n- ", "  "),
    ("an ordered list", "7. ", "   "),
    ("a nested list", "- A\n  - ", "    "),
    ("an admonition", "> [!WARNING]\n> ", "> "),
    ("a definition", "Term\n\n: ", "  "),
    ("a footnote", "[^x]: ", "    "),
    ("a quotation in a list", "1. > ", "   > "),
    ("a task", "- [x] ", "  "),
    ("HTML", "<div>\n\n", ""),
];

#[test]
fn settings_of_mdbook_decide_what_is_read() {
    let toml = "[output.html]\nsmart-punctuation = false\ndefinition-lists = false\nadmonitions = false\n\
                [output.html.code.hidelines]\npython = \"~\"\n";
    let hidden_lines = [("python".to_owned(), "~".to_owned())].into();
    let settings = HtmlSettings {
        smart_punctuation: false,
        definition_lists: false,
        admonitions: false,
        hidden_lines,
        ..HtmlSettings::default()
    };
    let chapters: Vec<_> = chapters("constructs.md").iter().map(|(name, text)| write(name, text, &settings)).collect();
    let wrong = differing(toml, &chapters);
    assert!(wrong.is_empty(), "{} of {} differ\n\n{}", wrong.len(), chapters.len(), wrong.join("\n\n"));
}

/// Compares the chapters of a book, as we render them and as mdBook renders the expanded Markdown. Returns the
/// differences.
fn of_book(name: &str, world: &dyn World) -> Vec<String> {
    let mut content = mdbook_trustbook::read(world);
    trustbook_core::check_book(&mut content);
    // The links of the page that is shown at any address begin at the root, where mdBook writes a `<base>`.
    let chapters = content.pages.iter().zip(written(&content)).filter(|(page, _)| !page.chapter.is_at("404.html"));
    let chapters: Vec<_> =
        chapters.map(|(page, (html, markdown))| (format!("{name}, {}", page.source), markdown, html)).collect();
    let toml = world.read("book.toml").unwrap_or_default();
    differing(&String::from_utf8_lossy(&toml), &chapters)
}

/// Cases with a chapter that differs. Our emphasis around a value stays emphasis, whatever characters the value
/// starts and ends with. mdBook parses the value as part of the Markdown.
const EMPHASIZED: &[&str] = &["emphasis.md", "tricky-markdown.md"];

#[test]
fn books_are_as_in_mdbook() {
    let folders = [".", "guide", "tests/books/vendor", "tests/books/live"];
    let mut wrong = Vec::new();
    for folder in folders {
        let world = DiskWorld::open(&root().join(folder), TODAY).unwrap();
        wrong.extend(of_book(folder, &world));
    }
    for case in fs::read_dir(root().join("tests/cases")).unwrap() {
        let path = case.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let books = fence_ranges(&text).into_iter().filter(|(info, _)| *info == "book");
        let differing: Vec<String> = books.flat_map(|(_, range)| of_book(&name, &book(&text[range]))).collect();
        match EMPHASIZED.contains(&name.as_str()) {
            true => assert!(!differing.is_empty(), "{name} does not differ any more"),
            false => wrong.extend(differing),
        }
    }
    assert!(wrong.is_empty(), "{} differ\n\n{}", wrong.len(), wrong[..wrong.len().min(8)].join("\n\n"));
}

/// Compares the books in the folders of this variable, which are written as in `PATH`, for books of others.
const ELSEWHERE: &str = "TRUSTBOOK_TEST_BOOKS";

#[test]
fn books_elsewhere_are_as_in_mdbook() {
    let folders = std::env::var_os(ELSEWHERE).unwrap_or_default();
    let folders = std::env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty());
    let mut wrong = Vec::new();
    for folder in folders {
        let world = DiskWorld::open_in(&folder, &folder, TODAY).unwrap().unwrap();
        let differing = of_book(&folder.display().to_string(), &world);
        wrong.extend(differing);
    }
    assert!(wrong.is_empty(), "{} differ\n\n{}", wrong.len(), wrong.join("\n\n"));
}

/// Other intended differences: the reason, a chapter, and our HTML.
const OTHERS: &[(&str, &str, &str)] = &[
    (
        "an element that closes itself ends there, as its writer means it; a browser would leave it open",
        "<a id=\"x\"/>text",
        "<p><a id=\"x\"></a>text</p>\n",
    ),
    (
        "end tags that HTML lets a writer omit are added; mdBook would put all that follows into the last item",
        "<ul><li>a<li>b</ul>\n\nc",
        "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n\n<p>c</p>\n",
    ),
    (
        "an end tag closes what is open within its element; mdBook drops the tag, and the element takes in what follows",
        "<div><b>a</div>\n\nc",
        "<div><b>a</b></div>\n\n<p>c</p>\n",
    ),
    ("an end tag never closes what Markdown has opened; mdBook gives up on the book", "a</p>b", "<p>ab</p>\n"),
    (
        "footnotes are outside of an element that is never closed, where readers see them",
        "<details>\n\na[^1]\n\n[^1]: b\n",
        "<details>\n<p>a<sup class=\"footnote-reference\" id=\"fr-1-1\"><a href=\"#footnote-1\">1</a></sup></p>\n</details>\n\
         <hr>\n<ol class=\"footnote-definition\">\n<li id=\"footnote-1\"><p>b <a href=\"#fr-1-1\">↩</a></p>\n</li>\n</ol>\n",
    ),
    (
        "what stands in a text area is text; mdBook leaves the area open where there is a start tag in it",
        "a <textarea><b> &amp; </i> <!-- c --></textarea>",
        "<p>a <textarea>&lt;b&gt; &amp; &lt;/i&gt; &lt;!-- c --&gt;</textarea></p>\n",
    ),
    ("a footnote that nothing refers to leaves no empty list", "a\n\n[^1]: b\n", "<p>a</p>\n"),
    (
        "a footnote that only an unused one refers to is as unused; mdBook lists both, with links back to nothing",
        "a[^1]\n\n[^1]: b\n\n[^2]: c[^3]\n\n[^3]: d\n",
        "<p>a<sup class=\"footnote-reference\" id=\"fr-1-1\"><a href=\"#footnote-1\">1</a></sup></p>\n\
         <hr>\n<ol class=\"footnote-definition\">\n<li id=\"footnote-1\"><p>b <a href=\"#fr-1-1\">↩</a></p>\n</li>\n</ol>\n",
    ),
    ("a file whose name has `.md` within it is no chapter", "[a](b.md.txt)", "<p><a href=\"b.md.txt\">a</a></p>\n"),
    ("`.mdx` is no chapter", "[a](b.mdx)", "<p><a href=\"b.mdx\">a</a></p>\n"),
    ("a link keeps its query", "[a](b.md?c=d#e)", "<p><a href=\"b.html?c=d#e\">a</a></p>\n"),
    (
        "an address without a scheme is on another host",
        "[a](//b.example/c.md)",
        "<p><a href=\"//b.example/c.md\">a</a></p>\n",
    ),
    (
        "there are no icons of Font Awesome, which `icon-missing` reports",
        "<i class=\"fas fa-print\"></i>",
        "<p><i class=\"fas fa-print\"></i></p>\n",
    ),
    (
        "no code is run in a page, so that none is put around it",
        "```rust,mdbook-runnable\na\n```\n",
        "<pre><code class=\"language-rust mdbook-runnable\">a</code></pre>\n",
    ),
];

#[test]
fn other_differences_from_mdbook_are_meant() {
    for (why, markdown, expected) in OTHERS {
        let html = html::to_html(markdown, &HtmlSettings::default());
        assert_eq!(html, *expected, "{why}");
        let differs = mdbook::render("", &[markdown]).pop().flatten().is_none_or(|theirs| !is_same(&html, &theirs));
        assert!(differs, "{why}: mdBook does the same");
    }
}
