//! Templates of the theme, and the content of sources.

use super::{Row, both};

#[test]
fn templates_end() {
    let shapes = [
        ("{{#if x}}", "a", "{{/if}}"),
        ("{{#each x}}", "a", "{{/each}}"),
        ("{{#if x}}a{{else}}", "", "{{/if}}"),
        ("{{else if x}}", "", ""),
        ("(lookup ", "x", " 'a')"),
        ("[", "1", "]"),
        ("{{#*inline 'a'}}", "x", "{{/inline}}"),
        ("{{#> a}}", "x", "{{/a}}"),
        ("{{{{raw}}}}", "x", "{{{{/raw}}}}"),
        ("{{!--", "x", "--}}"),
        ("<b>", "x", "</b>"),
        ("<noscript>", "x", "</noscript>"),
    ];
    let short = |open: &str, within: &str, close: &str| {
        let count = 30_000 / (open.len() + close.len());
        [
            [open.repeat(count), within.to_owned(), close.repeat(count)].concat(),
            [open.repeat(count), within.to_owned()].concat(),
        ]
    };
    for (open, within, close) in shapes {
        for text in short(open, within, close) {
            let text = match open {
                "(lookup " | "[" => format!("{{{{lookup {text} 'b'}}}}"),
                "{{else if x}}" => format!("{{{{#if x}}}}{text}{{{{/if}}}}"),
                _ => text,
            };
            let row = Row::new("templates")
                .file("theme/blocks/own.hbs", &*text)
                .file("theme/parts/own.hbs", &*text)
                .file("theme/page.hbs", text);
            row.file("src/page.md", "# Page\n\n{{#own}}\n\n> - {{#own}}\n").ends(None).run();
        }
    }
    let text = short("{{#if x}}", "a", "{{/if}}");
    let row =
        Row::new("a template").file("theme/blocks/own.hbs", &*text[0]).file("src/page.md", "# Page\n\n{{#own}}\n");
    row.says("blocks, parts and brackets are nested more than 100 deep").run();
    for (text, says) in [
        ("</div></li></blockquote>", "`</div>` closes nothing"),
        ("{{#each records.contact}}{{/each}}<b></i>", "`</i>` closes nothing"),
    ] {
        let row = Row::new("a template that closes")
            .file("theme/blocks/own.hbs", text)
            .file("src/page.md", "# Page\n\n> - {{#own}}\n");
        row.ends(Some(0)).says("src/page.md:3:5: warning[html-unbalanced]").says(says).run();
    }
}

#[test]
fn sources_end() {
    let documents = [
        ("json", [both("[", "1", "]"), both("{\"a\":", "1", "}")].concat()),
        ("yaml", [both("[", "1", "]"), both("- ", "1", ""), both("{a: ", "1", "}"), both("? ", "1", "")].concat()),
        ("toml", [both("x = [", "1", "]"), both("a.", "b = 1", "")].concat()),
        ("csv", both("\"", "a", "\"").to_vec()),
        (
            "html",
            [
                both("<b>", "x", "</b>"),
                both("<noscript>", "x", "</noscript>"),
                both("<rt>", "x", ""),
                both("<svg><p><option>", "x", ""),
            ]
            .concat(),
        ),
        ("text", both("[", "x", "]").to_vec()),
    ];
    let selects = [
        ("-", "1", ""),
        ("(", "1", ")"),
        ("def f:", "1;1", ";1"),
        ("1+", "1", ""),
        ("[", "1", "]"),
        ("if 1 then ", "1", " end"),
        ("\\\"\\\\(", "1", ")\\\""),
    ];
    let css = [(":not(", "a", ")"), (":is(:not(", "a", "))"), ("a ", "b", ""), ("[a=", "b", "]"), ("a>", "b", "")];
    let (mut facts, mut values) = ("[defaults]\nowner = \"o\"\n".to_owned(), "[v]\n".to_owned());
    let mut row = Row::new("sources").args(&["refresh"]);
    let mut count = 0;
    let mut add = |name: &str, path: &str, select: Option<String>| {
        facts.push_str(&format!(
            "[[source]]\nid = \"s{count}\"\nkind = \"file\"\npath = \"{path}\"\nformat = \"{name}\"\n"
        ));
        let select = select.map(|select| format!(", select = \"{select}\"")).unwrap_or_default();
        values.push_str(&format!("f{count} = {{ live = \"s{count}\"{select} }}\n"));
        count += 1;
    };
    for (name, texts) in documents {
        for (at, text) in texts.into_iter().enumerate() {
            let path = format!("{name}{at}.txt");
            row = row.file(&path, text);
            add(name, &path, (name == "html").then(|| "b".to_owned()));
        }
    }
    row = row.file("a.json", "{\"a\": 1}").file("a.html", "<a>1</a>");
    for (name, path, shapes) in [("json", "a.json", &selects[..]), ("html", "a.html", &css[..])] {
        for (open, within, close) in shapes {
            for count in [1000 / (open.len() + close.len()) - 1, 5_000] {
                add(name, path, Some([open.repeat(count), (*within).to_owned(), close.repeat(count)].concat()));
                add(name, path, Some([open.repeat(count), (*within).to_owned()].concat()));
            }
        }
    }
    row.file("facts/a.toml", format!("{facts}{values}"))
        .says("its `select` is longer than 1000 bytes")
        .says("is a page with too many elements, or with too many in each other")
        .run();
}
