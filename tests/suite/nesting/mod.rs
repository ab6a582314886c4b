//! Endless nesting: every reader of the command refuses it with its place, or accepts it, without a stack overflow.

mod asked;
mod models;
mod register;

use crate::command::{programs, write};
use std::process::{Command, Output};
use tempfile::TempDir;

/// The nesting depth of all inputs.
const DEEP: usize = 100_000;

/// A book that is deeply nested for one reader, the command to run on it, and the expected result.
struct Row {
    reader: &'static str,
    files: Vec<(String, String)>,
    args: Vec<&'static str>,
    /// The exit code; `None` accepts any, but no signal.
    code: Option<i32>,
    /// Texts that must appear in the output.
    says: Vec<String>,
}

impl Row {
    /// Creates a row for a book that is checked and has findings.
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

    /// Runs the command in a separate process, whose main thread has a stack of normal size.
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

/// Returns text nested in itself, with or without closing parts.
fn nested(open: &str, within: &str, close: &str) -> String {
    [open.repeat(DEEP), within.to_owned(), close.repeat(DEEP)].concat()
}

/// Returns both the closed and the unclosed form.
fn both(open: &str, within: &str, close: &str) -> [String; 2] {
    [nested(open, within, close), nested(open, within, "")]
}

/// Returns a row for a book with one chapter per text.
fn chapters(reader: &'static str, texts: &[String]) -> Row {
    let chapters = texts.iter().enumerate();
    chapters.fold(Row::new(reader).ends(None), |row, (at, text)| {
        row.file(&format!("src/{at}.md"), format!("# A\n\n{text}\n"))
    })
}

/// The same for chapters that are all too deep: each is reported at its third line.
fn deep_chapters(reader: &'static str, texts: &[String]) -> Row {
    let places = (0..texts.len()).map(|at| format!("src/{at}.md:3:"));
    let row = chapters(reader, texts).ends(Some(1));
    places.fold(row.says("error[chapter-too-deep]: elements are nested more than 100 deep"), Row::says)
}

#[test]
fn chapters_with_raw_html_end() {
    // These elements do not end implicitly, unlike an item, which ends where the next one begins.
    let names = ["b", "p", "noscript", "svg", "template", "select", "ul", "math"];
    deep_chapters("elements that are left open", &names.map(|name| nested(&format!("<{name}>"), "x", ""))).run();
    let closed = names.map(|name| nested(&format!("<{name}>"), "x", &format!("</{name}>")));
    deep_chapters("elements that are closed", &closed).run();
    deep_chapters("links", &both("<a href=\"#a\">", "x", "</a>")).run();
    let blocks = chapters("blocks", &both("<div>\n", "x\n", "</div>\n")).ends(Some(1));
    blocks.says("src/0.md:103:1: error[chapter-too-deep]").says("src/1.md:103:1: error[chapter-too-deep]").run();
    let attributes = format!("a <b {}>b</b>\n\n<div {}>c</div>", "a=\"\" ".repeat(DEEP), "a=\"\" ".repeat(DEEP));
    chapters("attributes", &[attributes]).ends(Some(0)).run();
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
    row(&lines).says("src/SUMMARY.md:22:").says("this chapter is more than 20 levels deep").run();
    row(&nested("- ", "[A](a.md)", "")).says("src/SUMMARY.md:1:").says("more than 20 levels deep").run();
    row(&format!("- [A](a.md)\n{}", nested("> ", "[A](a.md)", ""))).ends(None).run();
}
