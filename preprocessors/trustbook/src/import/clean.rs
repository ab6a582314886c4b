//! Syntax of other generators as Markdown: front matter, admonitions, tabs, components, shortcodes and variables.

use super::dates;
use crate::refresh::format::{self, Document};
use jiff::civil::Date;
use pulldown_cmark::{Event, Parser};
use regex::Captures;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use trustbook_core::config::HtmlSettings;
use trustbook_core::html::{block_markdown, options};
use trustbook_core::pattern::Pattern;
use trustbook_core::register::value::date_words;

/// A text as Markdown, with the facts of its front matter.
#[derive(Debug, Default)]
pub(super) struct Cleaned {
    /// The title.
    pub(super) title: Option<String>,
    /// The description.
    pub(super) description: Option<String>,
    /// The day of the text.
    pub(super) date: Option<Date>,
    /// The text.
    pub(super) text: String,
    /// Sentences about what was left out.
    pub(super) left: Vec<String>,
}

/// A pattern, its replacement, and the words for what is lost with it, if anything is.
struct Rule(Pattern, &'static str, Option<&'static str>);

/// The rules in their order. They are not applied in code.
static RULES: [Rule; 17] = [
    Rule(
        Pattern::new(r"(?m)^(?:import|export)\s[^\n]*(?:\sfrom\s|const|default|function)[^\n]*\n?"),
        "",
        Some("imports of MDX"),
    ),
    Rule(Pattern::new(r"(?s)\{/\*.*?\*/\}\n?"), "", Some("comments")),
    Rule(Pattern::new(r"(?s)<!--.*?-->\n?"), "", Some("comments")),
    Rule(
        Pattern::new(r#"(?m)^[ \t]*<(?:TabItem|Tab)\b[^>]*?(?:label|title)=["']([^"']+)["'][^>]*>[ \t]*$"#),
        "\n**$1**\n",
        None,
    ),
    Rule(
        Pattern::new(
            r"(?s)\{\{[<%]-?\s*/?\s*(?:note|tip|info|warning|danger|alert|callout|hint|admonition|pageinfo|notice|details|tabs?|tabpane)\b.*?[>%]\}\}[ \t]*",
        ),
        "",
        Some("marks of shortcodes"),
    ),
    Rule(Pattern::new(r#"(?s)\{\{[<%]-?\s*(?:rel)?ref\s+["']?([^"'\s]+)["']?\s*-?[>%]\}\}"#), "$1", None),
    // What cannot be looked up stays as its name.
    Rule(
        Pattern::new(r#"\{\{[<%]-?\s*(?:param|site|var|variable)\s+["']?([\w.-]+)["']?\s*-?[>%]\}\}"#),
        "`$1`",
        Some("variables of shortcodes"),
    ),
    Rule(Pattern::new(r"(?s)\{\{[<%].*?[>%]\}\}[ \t]*"), "", Some("shortcodes")),
    Rule(Pattern::new(r"(?s)\{%-?.*?-?%\}[ \t]*"), "", Some("tags of Liquid")),
    Rule(Pattern::new(r"(?m)[ \t]*\{:[^{}\n]*\}[ \t]*$"), "", None),
    Rule(Pattern::new(r"(?is)<script\b.*?</script>|<style\b.*?</style>"), "", Some("scripts and styles")),
    Rule(Pattern::new(r#"(?is)<iframe\b[^>]*?src="([^"]+)"[^>]*>.*?</iframe>"#), "[$1]($1)", Some("frames, as links")),
    Rule(Pattern::new(r#"(?s)(<[A-Za-z][^<>]*?)\s(?:style|on[a-z]+)="[^"]*""#), "$1", None),
    Rule(Pattern::new(r"`([\w.+-]+@[\w-]+\.[\w.-]*\w)`"), "$1", None),
    Rule(Pattern::new(r"\[\*\*([\w.+-]+@[\w-]+\.[\w.-]*\w)\*\*\]\((mailto:[^)]*)\)"), "**[$1]($2)**", None),
    Rule(Pattern::new(r"(?m)^[ \t]*(?:\[\[_?(?:TOC|toc)_?\]\]|\[TOC\]|\[toc\])[ \t]*\n?"), "", None),
    Rule(Pattern::new(r"(?m)^[ \t]*;?-{1,2}8<-{1,2}[^\n]*\n?"), "", Some("includes")),
];

/// Matches a character behind a backslash.
static ESCAPED: Pattern = Pattern::new(r"\\[\s\S]");
/// Stands for an escaped bracket while the rules are applied: a noncharacter of Unicode, which no text has.
const BRACKET: &str = "\u{fdd0}";
/// Matches tags of components, with their names.
static COMPONENT: Pattern = Pattern::new(r"[ \t]*<(/?)([A-Z][A-Za-z0-9.]*)(\s[^<>]*?)?(/?)>[ \t]*");
/// Matches tags that close a component.
static CLOSED: Pattern = Pattern::new(r"</([A-Z][A-Za-z0-9.]*)>");
/// Matches the line below the header of a table.
static RULER: Pattern = Pattern::new(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:[|+][ \t]*:?-*:?[ \t]*)+$");
/// Matches a variable in braces, with its filter.
static VARIABLE: Pattern = Pattern::new(
    r#"\{\{-?\s*([A-Za-z_.][\w.-]*)\s*(?:\|\s*(date|date_to_string|date_to_long_string|escape|strip_html)\b[^{}]*)?-?\}\}|\{\{[<%]-?\s*param\s+"?([\w.-]+)"?\s*-?[>%]\}\}"#,
);
static TABLE: Pattern = Pattern::new(r"(?ims)^[ \t]*<table\b.*?</table>[ \t]*$");
/// Matches the beginnings of tags whose content browsers run or load.
static RUN: Pattern = Pattern::new(r"(?i)<(/?(?:embed|frame|frameset|iframe|object|script|style)\b)");
static BRACES: Pattern = Pattern::new(r"\\*\{\{");
static COLONS: Pattern = Pattern::new(r"^\s*:{3,}\s*\{?\.?([A-Za-z]+)\}?\s*(?:\[([^\]]*)\]|(.*))$");
static MARKS: Pattern =
    Pattern::new(r#"^([ \t]*)(?:!!!|\?\?\?\+?)[ \t]+([A-Za-z][\w-]*)[^"\n]*(?:"([^"\n]*)")?[ \t]*$"#);

/// The most bytes that variables put into a page.
const ROOM: usize = 100_000;
/// The values of variables, by the names that pages use for them.
pub(super) type Variables = BTreeMap<String, String>;

/// Turns a text into Markdown. `site` has the variables of all pages.
pub(super) fn clean(text: &str, site: &Variables) -> Cleaned {
    let mut cleaned = Cleaned::default();
    let text = text.replace("\r\n", "\n").replace(BRACKET, "\u{fffd}");
    let mut page = Variables::new();
    let body = front_matter(&text, &mut cleaned, &mut page);
    let find = |name: &str| page.get(name).or_else(|| site.get(name));
    let admonished = admonitions(&tables(&filled(body, &find)));
    let mut out = String::with_capacity(admonished.len());
    for (part, is_code) in fences(&admonished) {
        match is_code {
            true => out.push_str(part),
            false => {
                // An escaped bracket is text, and begins no tag.
                let is_bracket = |found: &Captures<'_>| found[0] == *"\\<";
                let hidden = ESCAPED.replace_all(part, |found: &Captures<'_>| match is_bracket(found) {
                    true => BRACKET.to_owned(),
                    false => found[0].to_owned(),
                });
                let part = ruled(&hidden, &mut cleaned.left);
                out.push_str(&components(&part, &admonished, &mut cleaned.left).replace(BRACKET, "\\<"));
            }
        }
    }
    // What is left of double braces is text, and no expression.
    cleaned.text = braces(&out).trim().to_owned();
    if out.contains("{{") {
        told(&mut cleaned.left, "variables in braces stay as text");
    }
    cleaned
}

/// Puts the values of known variables into a text, as far as there is room.
fn filled<'v>(text: &str, find: &impl Fn(&str) -> Option<&'v String>) -> String {
    let mut room = ROOM;
    let mut value = |found: &Captures<'_>| {
        let name = found.get(1).map_or_else(|| format!("param {}", &found[3]), |name| name.as_str().to_owned());
        let value = find(name.trim_start_matches('.'))?;
        room = room.checked_sub(value.len())?;
        let is_date = found.get(2).is_some_and(|filter| filter.as_str().starts_with("date"));
        let day = dates::day(value).filter(|_| is_date).map(date_words);
        Some(day.unwrap_or_else(|| value.clone()))
    };
    VARIABLE.replace_all(text, |found: &Captures<'_>| value(found).unwrap_or_else(|| found[0].to_owned())).into_owned()
}

/// Adds the values of an object to variables, each below the name of the object.
pub(super) fn variables(prefix: &str, values: &Json, into: &mut Variables) {
    match values {
        Json::Object(entries) => {
            for (key, value) in entries {
                let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                variables(&name, value, into);
            }
        }
        Json::String(text) => {
            into.insert(prefix.to_owned(), text.trim().to_owned());
        }
        Json::Number(number) => {
            into.insert(prefix.to_owned(), number.to_string());
        }
        _ => {}
    }
}

/// Takes out the tags of components, and writes what only looks like one, such as `<YourName>`, as text.
fn components(part: &str, whole: &str, left: &mut Vec<String>) -> String {
    let (mut out, mut done) = (String::new(), 0);
    let closed: BTreeSet<&str> = CLOSED.captures_iter(whole).filter_map(|found| Some(found.get(1)?.as_str())).collect();
    for found in COMPONENT.captures_iter(part) {
        let (Some(all), name) = (found.get(0), &found[2]) else { continue };
        let is_tag = found.get(3).is_some() || [1, 4].iter().any(|at| !found[*at].is_empty());
        out.push_str(&part[done..all.start()]);
        done = all.end();
        if is_tag || closed.contains(name) {
            told(left, "tags of components");
            // A tag in a line keeps words apart.
            let is_inside = !out.is_empty() && !out.ends_with('\n') && !part[done..].starts_with('\n');
            out.push_str(if is_inside && all.as_str().contains(' ') { " " } else { "" });
        } else {
            out.push_str(&all.as_str().replace('<', "\\<"));
        }
    }
    out.push_str(&part[done..]);
    out
}

/// Escapes double braces, so that no text of a page is an expression, a block or an include.
pub(super) fn braces(text: &str) -> String {
    BRACES.replace_all(text, r"\{{").into_owned()
}

/// Writes the tags of scripts, styles and frames that are left as text: what a rule takes out may join two halves of one.
pub(super) fn inert(text: &str) -> String {
    let settings = HtmlSettings { definition_lists: true, admonitions: true, ..HtmlSettings::default() };
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (event, range) in Parser::new_ext(text, options(&settings)).into_offset_iter() {
        if matches!(event, Event::Html(_) | Event::InlineHtml(_)) && done <= range.start {
            out.push_str(&text[done..range.start]);
            out.push_str(&RUN.replace_all(&text[range.clone()], "&lt;$1"));
            done = range.end;
        }
    }
    out.push_str(&text[done..]);
    out
}

fn told(left: &mut Vec<String>, what: &str) {
    if !left.iter().any(|known| known == what) {
        left.push(what.to_owned());
    }
}

fn ruled(part: &str, left: &mut Vec<String>) -> String {
    let mut text = part.to_owned();
    for Rule(regex, by, lost) in &RULES {
        if !regex.is_match(&text) {
            continue;
        }
        if let Some(lost) = lost {
            told(left, lost);
        }
        text = regex.replace_all(&text, *by).into_owned();
    }
    text
}

/// Writes tables in HTML as those of Markdown: blank lines would cut them into pieces.
fn tables(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let table = |table: &Captures<'_>| format!("\n\n{}\n\n", block_markdown(&table[0]));
    for (part, is_code) in fences(text) {
        match is_code {
            false => out.push_str(&TABLE.replace_all(&rulers(part), table)),
            true => out.push_str(part),
        }
    }
    out
}

/// Gives the line below the header of a table as many cells as the header has: kramdown does not count them.
fn rulers(text: &str) -> String {
    let cells = |line: &str| line.trim().trim_matches('|').matches('|').count() + 1;
    let (mut out, mut before) = (String::with_capacity(text.len()), "");
    for line in text.split_inclusive('\n') {
        let count = cells(before);
        match RULER.is_match(line.trim_end()) && before.contains('|') && count != cells(line) {
            true => out.push_str(&format!("|{}\n", " --- |".repeat(count))),
            false => out.push_str(line),
        }
        before = line;
    }
    out
}

/// Returns the parts of a text, each with true if it is a block of code.
fn fences(text: &str) -> Vec<(&str, bool)> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    let mut fence: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let mark = line.trim_start();
        let end = at + line.len();
        match fence {
            None if mark.starts_with("```") || mark.starts_with("~~~") => {
                parts.push((&text[start..at], false));
                (start, fence) = (at, Some(&mark[..3]));
            }
            Some(open) if mark.starts_with(open) && mark.trim_end().chars().all(|c| open.starts_with(c)) => {
                parts.push((&text[start..end], true));
                (start, fence) = (end, None);
            }
            _ => {}
        }
        at = end;
    }
    parts.push((&text[start..], fence.is_some()));
    parts
}

/// Reads front matter in YAML or TOML, and returns the text after it.
fn front_matter<'t>(text: &'t str, cleaned: &mut Cleaned, page: &mut Variables) -> &'t str {
    let (fence, kind) = match text.lines().next() {
        Some("---") => ("---", "yaml"),
        Some("+++") => ("+++", "toml"),
        _ => return text,
    };
    let rest = text.get(fence.len() + 1..).unwrap_or_default();
    let Some(end) = rest.find(&format!("\n{fence}\n")).or_else(|| rest.strip_suffix(fence).map(|rest| rest.len() - 1))
    else {
        return text;
    };
    let read = format::find(kind).and_then(|format| format::read(format, rest.get(..end)?.as_bytes()).ok());
    let Some(Document::Values(Json::Object(entries))) = read else { return text };
    ["page", "frontMatter"].iter().for_each(|name| variables(name, &Json::Object(entries.clone()), page));
    let mut unread: Vec<&str> = Vec::new();
    for (key, value) in &entries {
        let words = match value {
            Json::String(words) => Some(words.trim().to_owned()).filter(|words| !words.is_empty()),
            _ => None,
        };
        match key.as_str() {
            "title" => cleaned.title = words,
            "description" | "summary" => cleaned.description = words,
            "date" | "lastmod" | "last_updated" | "lastUpdated" | "updated" | "updated_at" | "last_modified_at"
            | "last_modified_date" => {
                let day = words.as_deref().and_then(dates::day);
                cleaned.date = cleaned.date.max(day);
            }
            _ => unread.push(key),
        }
    }
    if !unread.is_empty() {
        told(&mut cleaned.left, &format!("front matter: {}", unread.join(", ")));
    }
    rest.get(end + fence.len() + 2..).unwrap_or_default()
}

/// Writes admonitions of Docusaurus, VitePress and MkDocs as those of Markdown.
fn admonitions(text: &str) -> String {
    let (mut out, mut is_open, mut is_code) = (String::new(), false, false);
    // The indentation of an admonition of MkDocs.
    let mut indent: Option<usize> = None;
    for line in text.lines() {
        let mark = line.trim_start();
        if mark.starts_with("```") || mark.starts_with("~~~") {
            is_code = !is_code;
        }
        let spaces = line.len() - mark.len();
        if indent.is_some_and(|indent| !mark.is_empty() && spaces < indent) {
            indent = None;
            out.push('\n');
        }
        let opened = (!is_code).then(|| begins(line)).flatten();
        if let Some((kind, title, of_mkdocs)) = opened {
            out.push_str(&format!("> [!{kind}]\n"));
            if let Some(title) = title {
                out.push_str(&format!("> **{title}**\n>\n"));
            }
            (is_open, indent) = (of_mkdocs.is_none(), of_mkdocs);
        } else if is_open && !is_code && mark.starts_with(":::") {
            is_open = false;
            out.push('\n');
        } else if is_open {
            out.push_str(format!("> {line}").trim_end());
            out.push('\n');
        } else if let Some(indent) = indent {
            out.push_str(format!("> {}", line.get(indent.min(spaces)..).unwrap_or_default()).trim_end());
            out.push('\n');
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// Returns the kind and the title of an admonition that a line opens, and the indentation of one of MkDocs.
fn begins(line: &str) -> Option<(&'static str, Option<String>, Option<usize>)> {
    let group = |captures: &Captures<'_>, at: usize| {
        captures.get(at).map(|group| group.as_str().trim().to_owned()).filter(|title| !title.is_empty())
    };
    if let Some(captures) = COLONS.captures(line) {
        return Some((kind(&captures[1]), group(&captures, 2).or_else(|| group(&captures, 3)), None));
    }
    let captures = MARKS.captures(line)?;
    Some((kind(&captures[2]), group(&captures, 3), Some(captures[1].len() + 4)))
}

fn kind(word: &str) -> &'static str {
    match word.to_lowercase().as_str() {
        "tip" | "hint" | "success" | "check" => "TIP",
        "important" => "IMPORTANT",
        "warning" | "attention" => "WARNING",
        "caution" | "danger" | "error" | "bug" | "failure" => "CAUTION",
        _ => "NOTE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admonitions_become_those_of_markdown() {
        let text = "a\n\n:::note Take care\n\nInner *text*.\n\n:::\n\n!!! warning \"Hot\"\n    Body\n\n    More\n\nb";
        let cleaned = clean(text, &Variables::new());
        assert_eq!(
            cleaned.text,
            "a\n\n> [!NOTE]\n> **Take care**\n>\n>\n> Inner *text*.\n>\n\n\n> [!WARNING]\n> **Hot**\n>\n> Body\n>\n> More\n>\n\nb"
        );
        assert!(cleaned.left.is_empty());
    }

    #[test]
    fn front_matter_and_markup_of_generators_are_read_or_told() {
        let text = "---\ntitle: Security\nsidebar_position: 3\ndate: 2024-05-03\n---\nimport Tabs from '@theme/Tabs';\n\n\
                    {{< alert >}}\nRead this.\n{{< /alert >}}\n\n<Tabs>\n<TabItem value=\"a\" label=\"Cloud\">\n\nText {{ site.name }}\n\n</TabItem>\n</Tabs>\n\n\
                    ```\n{{< keep >}}\n```\n";
        let cleaned = clean(text, &Variables::new());
        assert_eq!(cleaned.title.as_deref(), Some("Security"));
        assert_eq!(cleaned.date, Some(jiff::civil::date(2024, 5, 3)));
        for part in ["Read this.", "**Cloud**", "Text \\{{ site.name }}", "\\{{< keep >}}"] {
            assert!(cleaned.text.contains(part), "{part}: {}", cleaned.text);
        }
        for part in ["import", "<Tab", "alert"] {
            assert!(!cleaned.text.contains(part), "{part}: {}", cleaned.text);
        }
        let told = cleaned.left.join("; ");
        for part in ["sidebar_position", "imports of MDX", "tags of components", "shortcodes", "variables"] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }

    #[test]
    fn variables_are_looked_up_or_stay_as_their_names() {
        let mut site = Variables::new();
        variables("site", &serde_json::json!({ "company": "Example Ltd", "legal": { "year": 2026 } }), &mut site);
        variables("param", &serde_json::json!({ "mail": "a@example.com" }), &mut site);
        site = site.into_iter().map(|(name, value)| (name.replace("param.", "param "), value)).collect();
        let text = "---\nday: 2026-07-06\n---\n{{ site.company }} {{site.legal.year}} {{ page.day | date: \"%Y\" }} \
                    {{< param \"mail\" >}} {{ site.none }} {{< param other.mail >}} {{ site.company | upcase }}";
        let cleaned = clean(text, &site);
        assert_eq!(
            cleaned.text,
            "Example Ltd 2026 6 July 2026 a@example.com \\{{ site.none }} `other.mail` \\{{ site.company | upcase }}"
        );
    }

    #[test]
    fn only_components_are_taken_out() {
        let cleaned =
            clean("_ga_<ContainerID> and a <Note>b</Note> c <Icon /> d <Badge text=\"x\">", &Variables::new());
        assert_eq!(cleaned.text, "_ga_\\<ContainerID> and a b c d");
    }

    #[test]
    fn tables_of_kramdown_are_tables() {
        let cleaned = clean("Name | Purpose | Expires\n-|-\n_ga | Counts | 2 years\n", &Variables::new());
        assert_eq!(cleaned.text, "Name | Purpose | Expires\n| --- | --- | --- |\n_ga | Counts | 2 years");
    }

    #[test]
    fn no_text_of_a_page_is_an_expression() {
        for (text, expected) in
            [("{{ a }}", r"\{{ a }}"), (r"\\{{#include b}}", r"\{{#include b}}"), ("{{{{", r"\{{\{{")]
        {
            assert_eq!(braces(text), expected, "{text}");
        }
        assert_eq!(clean(r"a \\{{ b }}", &Variables::new()).text, r"a \{{ b }}");
        let shown = r#"two \<script>x\</script> three \<Note> \<img src=x onload="y">"#;
        assert_eq!(clean(shown, &Variables::new()).text, shown);
    }

    #[test]
    fn no_script_is_left_however_it_is_put_together() {
        for html in [
            "<scr<script></script>ipt>alert(1)</script>",
            "a <scr<!-- -->ipt>alert(1)</script >",
            "a <scr style=\"\"ipt>alert(1)</script>",
            "<div>\n```\n<script>alert(1)</script>\n```\n</div>",
            "<script src=x",
            "<iframe src='x'></iframe>",
        ] {
            let text = inert(&clean(html, &Variables::new()).text).to_lowercase();
            assert!(!text.contains("<script") && !text.contains("<iframe"), "{html}: {text}");
        }
        assert_eq!(
            inert("`<script>` and <b>c</b>\n\n```\n<script>\n```\n"),
            "`<script>` and <b>c</b>\n\n```\n<script>\n```\n"
        );
    }

    #[test]
    fn a_line_between_paragraphs_is_no_front_matter() {
        for text in ["---\n\nText\n\n---\n", "---\nText of a paragraph\n---\nmore"] {
            assert!(clean(text, &Variables::new()).text.contains("Text"), "{text}");
        }
    }
}
