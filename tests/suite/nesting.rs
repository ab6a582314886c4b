//! What nests without end: every reader of the command refuses it with its place, or takes it, and never fills the stack.

use crate::command::{programs, write};
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How deep everything here is nested.
const DEEP: usize = 100_000;
/// The longest that a command may take: far more than it does, and far less than a reader would that is not linear.
const PATIENCE: Duration = Duration::from_secs(120);

/// A book that nests in one reader, what is run on it, and what has to come of that.
struct Row {
    reader: &'static str,
    files: Vec<(String, String)>,
    args: Vec<&'static str>,
    /// How it ends; `None` where only a signal would be wrong.
    code: Option<i32>,
    /// Each stands in what is printed.
    says: Vec<String>,
}

impl Row {
    /// A book that is checked, and has findings.
    fn new(reader: &'static str) -> Self {
        Row { reader, files: Vec::new(), args: vec!["check", "--format", "short"], code: Some(1), says: Vec::new() }
    }

    fn file(mut self, path: &str, text: impl Into<String>) -> Self {
        self.files.push((path.to_owned(), text.into()));
        self
    }

    fn args(mut self, args: &[&'static str]) -> Self {
        self.args = args.to_vec();
        self
    }

    fn ends(mut self, code: Option<i32>) -> Self {
        self.code = code;
        self
    }

    fn says(mut self, text: impl Into<String>) -> Self {
        self.says.push(text.into());
        self
    }

    /// Runs it in a process of its own, whose main thread has no more of the stack than any other.
    fn run(&self) {
        let dir = tempfile::tempdir().unwrap();
        let has = |path: &str| self.files.iter().any(|(known, _)| known == path);
        let outline: String = self
            .files
            .iter()
            .filter_map(|(path, _)| path.strip_prefix("src/").filter(|path| path.ends_with(".md")))
            .map(|path| format!("- [{path}]({path})\n"))
            .collect();
        let defaults = [
            ("book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n"),
            ("src/SUMMARY.md", if outline.is_empty() { "- [Page](page.md)\n" } else { &outline }),
            ("src/page.md", "# Page\n"),
        ];
        for (path, text) in defaults.iter().filter(|(path, _)| !has(path)) {
            write(dir.path(), path, text);
        }
        for (path, text) in &self.files {
            write(dir.path(), path, text);
        }
        let started = Instant::now();
        let output = self.output(&dir);
        let printed = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        let printed = String::from_utf8_lossy(&printed);
        let shown: String = printed.chars().take(3000).collect();
        let code = output.status.code();
        let is_so = self.code.map_or(matches!(code, Some(0..=3)), |expected| code == Some(expected));
        assert!(is_so, "{}: {}\n{shown}", self.reader, output.status);
        for text in &self.says {
            assert!(printed.contains(text.as_str()), "{} does not say `{text}`:\n{shown}", self.reader);
        }
        assert!(started.elapsed() < PATIENCE, "{} takes {:?}", self.reader, started.elapsed());
    }

    fn output(&self, dir: &TempDir) -> Output {
        let program = programs().join("trustbook");
        let mut command = if cfg!(unix) { Command::new("sh") } else { Command::new(&program) };
        if cfg!(unix) {
            command.args(["-c", "ulimit -s 2048 && exec \"$0\" \"$@\""]).arg(&program);
        }
        command.args(&self.args).current_dir(dir.path()).env("SOURCE_DATE_EPOCH", "1768435200");
        command.env_remove("GITHUB_STEP_SUMMARY").env_remove("RUST_MIN_STACK").output().unwrap()
    }
}

/// Something in itself, again and again, and closed or not.
fn nested(open: &str, within: &str, close: &str) -> String {
    [open.repeat(DEEP), within.to_owned(), close.repeat(DEEP)].concat()
}

/// The same both ways.
fn both(open: &str, within: &str, close: &str) -> [String; 2] {
    [nested(open, within, close), nested(open, within, "")]
}

/// A book with a chapter of each text.
fn chapters(reader: &'static str, texts: &[String]) -> Row {
    let chapters = texts.iter().enumerate();
    chapters.fold(Row::new(reader).ends(None), |row, (at, text)| {
        row.file(&format!("src/{at}.md"), format!("# A\n\n{text}\n"))
    })
}

/// The same, where each of them is too deep: it is told of in its third line.
fn deep_chapters(reader: &'static str, texts: &[String]) -> Row {
    let places = (0..texts.len()).map(|at| format!("src/{at}.md:3:"));
    let row = chapters(reader, texts).ends(Some(1));
    places.fold(row.says("error[chapter-undrawn]: elements are nested more than 100 deep"), Row::says)
}

#[test]
fn chapters_with_raw_html_end() {
    let names = ["b", "p", "noscript", "svg", "template", "button", "select", "li", "math", "video"];
    deep_chapters("elements that are left open", &names.map(|name| nested(&format!("<{name}>"), "x", ""))).run();
    let closed = names.map(|name| nested(&format!("<{name}>"), "x", &format!("</{name}>")));
    deep_chapters("elements that are closed", &closed).run();
    let blocks = [both("<div>\n", "x\n", "</div>\n"), both("<a href=\"x.html\">", "x", "</a>")].concat();
    deep_chapters("blocks and links", &blocks).run();
    let lines = both("<div>\n\n", "x\n\n", "</div>\n\n");
    Row::new("blocks on lines of their own")
        .file("src/a.md", &lines[0])
        .file("src/b.md", &lines[1])
        .says("src/a.md:201:")
        .run();
}

#[test]
fn chapters_of_markdown_end() {
    let deep = ["> ", "- ", "1. ", "* ", "> - "].map(|open| nested(open, "x", ""));
    deep_chapters("lists and quotations", &deep).run();
    let emphasis = [nested("*", "x", "*"), nested("**a ", "x", " a**"), nested("~~a *b ", "x", " b* a~~")];
    deep_chapters("emphasis", &emphasis).run();
    let flat =
        ["*", "**a ", "_a ", "~~a ", "[", "![", "`", "<!--", "[^a]: ", "[a]: ", "&", "\\", "| ", "$", "{{", "</b"];
    chapters("what does not nest", &flat.map(|open| nested(open, "x", ""))).run();
    let links =
        [nested("[", "x", "](x)"), nested("![", "x", "](x)"), nested("<!--", "x", "-->"), nested("{{#a ", "x", "}}")];
    chapters("links and images in each other", &links).run();
    let headings = [nested("<b>", "x", "</b>"), nested("<i>", "x", ""), nested("*", "x", "*")];
    let row = headings.iter().enumerate().fold(Row::new("headings"), |row, (at, text)| {
        row.file(&format!("src/{at}.md"), format!("# {text}\n")).says(format!("src/{at}.md:1:"))
    });
    row.run();
}

#[test]
fn an_outline_ends() {
    let lines: String = (0..1000).map(|at| format!("{}- [A](a{at}.md)\n", "  ".repeat(at))).collect();
    let row = |text: &str| Row::new("the outline").file("src/SUMMARY.md", text).ends(Some(2));
    row(&lines).says("src/SUMMARY.md:22:").says("this chapter stands more than 20 levels deep").run();
    row(&nested("- ", "[A](a.md)", "")).says("src/SUMMARY.md:1:").says("more than 20 levels deep").run();
    row(&format!("- [A](a.md)\n{}", nested("> ", "[A](a.md)", ""))).ends(None).run();
}

#[test]
fn toml_ends() {
    let shapes = [both("[", "1", "]"), both("{ a = ", "1", " }"), both("[{ a = [", "1", "] }]")].concat();
    let mut facts = Row::new("facts").says("keys, lists or tables stand in each other more than 80 deep");
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
    let mut seen = Row::new("observations").says("lists and objects stand in each other more than 32 deep");
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
fn data_models_end() {
    let model = |language: &str, path: &str| {
        format!("[[schema]]\nid = \"m\"\npath = \"{path}\"\nlanguage = \"{language}\"\nsource = \"s\"\n")
    };
    let schema = |inner: &str| format!("{{\"type\": \"object\", \"properties\": {{\"x\": {inner}}}}}");
    let openapi = |inner: &str| {
        format!("openapi: 3.1.0\npaths: {{}}\ncomponents: {{schemas: {{A: {{properties: {{x: {inner}}}}}}}}}\n")
    };
    let fides = |inner: &str| format!("dataset:\n- fides_key: a\n  collections:\n  - name: b\n    fields: {inner}\n");
    let chain = |each: fn(usize) -> String| (0..5000).map(each).collect::<Vec<_>>().join(",\n");
    let mut texts = vec![
        (
            "json-schema",
            "m.json",
            format!(
                "{{\"$defs\": {{{}}}, \"$ref\": \"#/$defs/a0\"}}",
                chain(|at| format!("\"a{at}\": {{\"$ref\": \"#/$defs/a{}\"}}", (at + 1) % 5000))
            ),
        ),
        (
            "json-schema",
            "m.json",
            format!(
                "{{\"$defs\": {{{}}}, \"$ref\": \"#/$defs/a0\"}}",
                chain(|at| format!(
                    "\"a{at}\": {{\"allOf\": [{{\"$ref\": \"#/$defs/a{}\"}}], \"properties\": {{\"x{at}\": {{\"$ref\": \"#/$defs/a{}\"}}}}}}",
                    at + 1,
                    at + 1
                ))
            ),
        ),
        ("prisma", "m.prisma", (0..5000).map(|at| format!("type T{at} {{\n  x T{}\n}}\n", at + 1)).collect()),
        (
            "postgresql",
            "m.sql",
            (0..5000).map(|at| format!("CREATE VIEW v{at} AS SELECT * FROM v{};\n", at + 1)).collect(),
        ),
        (
            "postgresql",
            "m.sql",
            (0..5000)
                .map(|at| {
                    format!("CREATE TABLE t{at} (LIKE t{});\nCREATE TABLE u{at} () INHERITS (u{});\n", at + 1, at + 1)
                })
                .collect(),
        ),
    ];
    for text in [
        both("{\"properties\":{\"a\":", "{}", "}}"),
        both("{\"items\":", "{}", "}"),
        both("{\"allOf\":[", "{}", "]}"),
        both("[", "1", "]"),
    ]
    .concat()
    {
        texts.push(("json-schema", "m.json", schema(&text)));
        texts.push(("openapi", "m.yaml", openapi(&text)));
    }
    for text in [
        both("[{name: x, fields: ", "[]", "}]"),
        both("- ", "x", ""),
        both("? ", "x", ""),
        both("!a ", "x", ""),
        both("&a [", "*a", "]"),
    ]
    .concat()
    {
        texts.push(("fides", "m.yaml", fides(&text)));
    }
    for text in both("{\"columns\":[", "1", "]}") {
        texts.push(("tbls", "m.json", format!("{{\"tables\": [{text}]}}")));
    }
    for language in ["postgresql", "mysql", "sqlite"] {
        for text in [
            both("(", "1", ")"),
            both("CASE WHEN ", "1", " END"),
            both("f(", "1", ")"),
            both("NOT ", "1", ""),
            both("1+", "1", ""),
            both("[", "1", "]"),
            both("$$", "1", "$$"),
            both("/*", "1", "*/"),
        ]
        .concat()
        {
            texts.push((
                language,
                "m.sql",
                format!("CREATE TABLE t (a int DEFAULT {text}, b int CHECK {text}, c numeric{text});\n"),
            ));
        }
        for text in [
            both("ARRAY<", "int", ">"),
            both("STRUCT<a ", "int", ">"),
            both("int", "", "[]"),
            both("SETOF ", "int", ""),
        ]
        .concat()
        {
            texts.push((language, "m.sql", format!("CREATE TABLE t (a {text});\n")));
        }
        for text in
            [both("BEGIN ", "", " END;"), both("SELECT (", "1", ")"), both("WITH a AS (", "SELECT 1", ")")].concat()
        {
            texts.push((language, "m.sql", format!("CREATE VIEW v AS {text};\nCREATE FUNCTION f() AS {text};\n")));
        }
    }
    for text in [
        both("@default(", "1", ")"),
        both("{ ", "x", "}"),
        both("[", "1", "]"),
        both("@a(b: [", "1", "])"),
        both("/* ", "x", " */"),
    ]
    .concat()
    {
        texts.push(("prisma", "m.prisma", format!("model A {{\n  id Int @id {text}\n}}\n")));
    }
    // A few to a book: most of the time of a small one is that of the process.
    for some in texts.chunks(6) {
        let mut row = Row::new("data models").ends(None);
        let mut facts = "[defaults]\nsource = \"s\"\n".to_owned();
        for (at, (language, path, text)) in some.iter().enumerate() {
            let path = format!("m/{at}/{path}");
            facts.push_str(&model(language, &path).replace("\"m\"", &format!("\"m{at}\"")));
            row = row.file(&path, text.as_str());
        }
        row.file("facts/a.toml", facts).run();
    }
    let deep = Row::new("a data model").file("m.json", schema(&nested("{\"properties\":{\"a\":", "{}", "}}")));
    let deep = deep.file("facts/a.toml", model("json-schema", "m.json"));
    deep.says("m.json:1:").says("values stand in each other more than 250 deep").run();
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
    row.says("error[redirect-loop]").says("and 5495 more lead to each other").run();
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
        ("{{#each records.contact}}{{/each}}<b></i>", "`</i>` closes nothing while `<b>` is open"),
    ] {
        let row = Row::new("a template that closes")
            .file("theme/blocks/own.hbs", text)
            .file("src/page.md", "# Page\n\n> - {{#own}}\n");
        row.says("theme/blocks/own.hbs: error[block-unknown]").says(says).run();
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
    let mut row = Row::new("sources").args(&["refresh"]).ends(Some(3));
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
        .says("more than 2000 elements are open at once")
        .run();
}
