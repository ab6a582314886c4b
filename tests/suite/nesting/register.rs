//! Settings, the register and the files read with it.

use super::{DEEP, Row, both};

#[test]
fn toml_ends() {
    let shapes = [both("[", "1", "]"), both("{ a = ", "1", " }"), both("[{ a = [", "1", "] }]")].concat();
    let mut facts = Row::new("facts").says("keys, lists or tables are nested more than 80 deep");
    let mut lock = Row::new("the lock").says("facts/facts.lock:2:");
    for (at, text) in shapes.iter().enumerate() {
        facts = facts.file(&format!("facts/{at}.toml"), format!("x = {text}\n")).says(format!("facts/{at}.toml:1:"));
        let row = |path: &str, head: &str| Row::new("settings").file(path, format!("{head}x = {text}\n")).says(path);
        row("book.toml", "[preprocessor.trustbook]\n").ends(Some(2)).run();
        row("theme/strings/en.toml", "[page]\n").ends(Some(2)).run();
        lock.files = vec![("facts/facts.lock".to_owned(), format!("version = 1\nx = {text}\n"))];
        lock.run();
        for args in
            [&["review", ".", "--answers", "a.toml"][..], &["observe", "https://example.com", "--steps", "a.toml"]]
        {
            let row = Row::new("answers and steps").file("a.toml", format!("x = {text}\n")).args(args);
            row.ends(None).says("a.toml").run();
        }
    }
    let dotted = format!("{}b = 1\n[{}x]\n[[{}x]]\n", "a.".repeat(DEEP), "b.".repeat(DEEP), "c.".repeat(DEEP));
    facts.file("facts/dotted.toml", dotted).says("facts/dotted.toml:1:").run();
}

#[test]
fn facts_of_markdown_end() {
    let texts =
        [both("<b>", "x", "</b>"), both("> ", "x", ""), both("*", "x", "*"), both("<i>\n\n", "x", "</i>")].concat();
    for text in texts {
        let text: String = text.chars().take(60_000).collect();
        let facts = format!("[v]\nx = {{ value = \"\"\"\n{text}\"\"\", type = \"markdown\", source = \"s\" }}\n");
        let row = Row::new("facts of Markdown")
            .file("facts/a.toml", facts)
            .file("src/a.md", "# A\n\n{{ v.x }}\n\n# {{ v.x }}\n");
        let row = if text.starts_with('*') {
            row.ends(None)
        } else {
            row.says("facts/a.toml:2:").says("nested more than 100 deep")
        };
        row.run();
    }
    let facts = "[v]\nx = { value = \"a</p>b\", type = \"markdown\", source = \"s\" }\n";
    let row = Row::new("facts that close").file("facts/a.toml", facts).file("src/a.md", "# A\n\n{{ v.x }}\n");
    row.says("error[fact-type]: `v.x` is Markdown that pages cannot hold: `</p>` closes").run();
}

#[test]
fn observations_and_other_json_end() {
    let shapes = [both("[", "1", "]"), both("{\"a\":", "1", "}"), both("[{\"a\":[", "1", "]}]")].concat();
    let mut seen = Row::new("observations").says("lists and objects are nested more than 32 deep");
    for (at, text) in shapes.iter().enumerate() {
        let path = format!("facts/observed/{at}.json");
        seen = seen.file(&path, text.as_str()).says(format!("{path}:1:"));
        let row = |args: &[&'static str]| Row::new("other JSON").file("a.json", text.as_str()).args(args).ends(None);
        row(&["check", "--baseline", "a.json"]).run();
        row(&["observe", "--har", "a.json"]).says("a.json:1:").run();
        let har = format!("{{\"log\":{{\"x\":{text},\"entries\":[]}}}}");
        row(&["observe", "--har", "a.json"]).file("a.json", har).run();
        row(&["verify", "--manifest-only", "."]).file("manifest.json", text.as_str()).run();
        row(&["check"]).file(".trustbook/cache/links.json", text.as_str()).run();
    }
    seen.run();
}

#[test]
fn conditions_of_claims_end() {
    let shapes = [
        ("(", "v.x", ")"),
        ("!", "true", ""),
        ("-", "1", ""),
        ("1+", "1", ""),
        ("v.x == 1 || ", "true", ""),
        ("[", "1", "]"),
        ("{1:", "1", "}"),
        ("true ? 1 : ", "1", ""),
        ("", "v", ".x"),
        ("", "v.x", "[0]"),
        ("", "'a'", ".size()"),
        ("size(", "'a'", ")"),
        ("1 in ", "[1]", ""),
        ("-//\n", "1", ""),
        ("!//\n", "true", ""),
        ("'", "a", "'"),
        ("1-", "1", ""),
        ("has(", "v.x", ")"),
        ("v.x.map(a, ", "a", ")"),
        ("v.x&&", "true", ""),
        ("1==", "1", ""),
        ("1<", "1", ""),
        ("1*", "1", ""),
        ("v{a:", "1", "}"),
        ("1?", "1", ":1"),
        (".", "v", ""),
        ("//\n", "1", ""),
        ("[1][", "0", "]"),
    ];
    let mut facts = "[defaults]\nsource = \"s\"\n[v]\nx = [1]\n".to_owned();
    for (at, (open, within, close)) in shapes.iter().enumerate() {
        let most = (990 - within.len()) / (open.len() + close.len());
        for (to, count) in [most, DEEP / 10].into_iter().enumerate() {
            for (and, closes) in [count, 0].into_iter().enumerate() {
                let text = [open.repeat(count), (*within).to_owned(), close.repeat(closes)].concat();
                let text = text.replace('\n', "\\n");
                facts.push_str(&format!(
                    "[[claim]]\nid = \"c{at}_{to}{and}\"\nsays = \"So it is.\"\nkind = \"expr\"\nexpr = \"{text}\"\n"
                ));
            }
        }
    }
    Row::new("conditions").file("facts/a.toml", facts).says("the condition is longer than 1000 bytes").run();
}

#[test]
fn redirects_and_aliases_in_chains_and_circles_end() {
    let many = 5_500;
    let settings = |last: &str| {
        let lines = (0..many).map(|at| {
            format!(
                "\"/a{at}.html\" = \"{}\"\n",
                if at + 1 == many { last.to_owned() } else { format!("a{}.html", at + 1) }
            )
        });
        format!(
            "[book]\ntitle = \"Example\"\n[preprocessor.trustbook]\n[output.html.redirect]\n{}",
            lines.collect::<String>()
        )
    };
    let links: String = (0..many).map(|at| format!("[a](a{at}.html#b{at}) [b](a{at}.html#page)\n")).collect();
    let page = format!("# Page\n\n{links}");
    let row = Row::new("redirects in a chain").file("book.toml", settings("page.html")).file("src/page.md", &page);
    row.says("error[anchor-broken]: `page.html` has no anchor `#b0`").run();
    let row = Row::new("redirects in a circle").file("book.toml", settings("a0.html")).file("src/page.md", page);
    row.says("error[redirect-loop]").says("and 5495 more redirect to each other").run();
    let row = Row::new("redirects").file("book.toml", settings("page.html")).ends(Some(0));
    row.run();
    let aliases: String =
        (0..many).map(|at| format!("a{at} = {{ value = \"a{}\", aliases = [\"a{}\"] }}\n", at + 1, at + 1)).collect();
    let facts = format!("[defaults]\nsource = \"s\"\n[v]\n{aliases}");
    Row::new("aliases")
        .file("facts/a.toml", facts)
        .file("src/page.md", "# Page\n\n{{#facts v}}\n\na1 is a2.\n")
        .ends(None)
        .run();
}
