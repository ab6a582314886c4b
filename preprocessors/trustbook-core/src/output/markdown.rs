//! `PAGE.md`: each chapter as Markdown with its values and blocks in place, for readers that are programs.

use super::{File, Make, Output, address, one_line, twin};
use crate::page::Page;
use crate::trust::Trust;
use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BulletListMarker, Options};
use htmd::{Element, HtmlToMarkdown};
use lol_html::{RewriteStrSettings, element, rewrite_str};
use std::sync::LazyLock;

pub(super) const OUTPUT: Output =
    Output { name: "PAGE.md", is_of_vendor: false, page: include_str!("markdown.md"), make: Make::OfPage(make) };

/// How deep elements may stand in each other. The converter calls itself for each, and a page can be made to nest.
const MAX_DEPTH: usize = 200;

static CONVERTER: LazyLock<HtmlToMarkdown> = LazyLock::new(converter);

fn make(trust: &Trust, page: &Page, path: &str, content: &str) -> Option<File> {
    let mut text = String::new();
    if let Some(notice) = &trust.config.trustbook.notice {
        text.extend(["> ", one_line(notice).as_str(), "\n\n"]);
    }
    match depth(content) {
        0..=MAX_DEPTH => text.push_str(converted(&CONVERTER, content)?.trim()),
        // HTML is Markdown as well.
        _ => text.push_str(content.trim()),
    }
    let built = format!("\n\n---\n\nBuilt for {} from <{}>.\n", trust.facts.today, address(trust, path));
    text.push_str(&built);
    Some((twin(&page.chapter)?, text.into_bytes()))
}

fn converted(converter: &HtmlToMarkdown, html: &str) -> Option<String> {
    if !html.contains("<tbody") {
        return converter.convert(html).ok();
    }
    // The converter takes cells from a row only, and not the one that names it.
    let names = element!("tbody th", |el| Ok(el.set_tag_name("td")?));
    let html = rewrite_str(html, RewriteStrSettings::new().append_element_content_handler(names));
    converter.convert(&html.ok()?).ok()
}

fn converter() -> HtmlToMarkdown {
    let options = Options { bullet_list_marker: BulletListMarker::Dash, ul_bullet_spacing: 1, ..Options::default() };
    HtmlToMarkdown::builder()
        .options(options)
        .skip_tags(vec!["button", "script", "style", "svg", "template"])
        .add_handler(vec!["a"], link)
        .add_handler(vec!["label", "span"], shown)
        .add_handler(vec!["table"], table)
        .add_handler(vec!["dt"], |handlers: &dyn Handlers, element: Element<'_>| {
            let content = handlers.walk_children(element.node).content;
            Some(HandlerResult::from(format!("\n\n**{}**\n\n", one_line(&content))))
        })
        .add_handler(vec!["dd"], |handlers: &dyn Handlers, element: Element<'_>| {
            let content = handlers.walk_children(element.node).content;
            Some(HandlerResult::from(format!("\n\n{}\n\n", content.trim())))
        })
        .build()
}

/// The link that a heading is to itself is no link, and neither is one without words.
fn link(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let class = element.attrs.iter().find(|attribute| &*attribute.name.local == "class");
    if class.is_some_and(|class| class.value.split_whitespace().any(|class| class == "header")) {
        return Some(handlers.walk_children(element.node));
    }
    handlers.fallback(element)
}

/// Hidden lines of code are no part of the page, nor is what shows them.
fn shown(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let class = element.attrs.iter().find(|attribute| &*attribute.name.local == "class");
    if class.is_some_and(|class| matches!(&*class.value, "boring" | "hidden-lines")) {
        return Some(HandlerResult::from(String::new()));
    }
    handlers.fallback(element)
}

/// The converter makes all cells of a column as wide as the widest, which nobody looks at, and puts what a table is
/// called on the line above it, which then counts as a row.
fn table(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let padded = handlers.fallback(element)?.content;
    let mut lines: Vec<String> = Vec::new();
    for line in padded.lines() {
        let is_row = line.starts_with('|');
        if is_row && lines.last().is_some_and(|last| !last.is_empty() && !last.starts_with('|')) {
            lines.push(String::new());
        }
        lines.push(if is_row { narrow(line) } else { line.to_owned() });
    }
    Some(HandlerResult::from(format!("\n\n{}\n\n", lines.join("\n").trim())))
}

/// A row without the spaces and dashes that fill its cells.
fn narrow(row: &str) -> String {
    let is_rule = row.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '));
    let words: Vec<&str> = row.split(' ').filter(|word| !word.is_empty()).collect();
    let words = words.iter().map(|word| if is_rule && word.starts_with('-') { "---" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// How deep elements may stand in each other: more rather than less, where an end is missing.
fn depth(html: &str) -> usize {
    const VOID: [&str; 8] = ["area", "br", "col", "hr", "img", "input", "source", "wbr"];
    let (mut depth, mut deepest) = (0_usize, 0);
    for rest in html.split('<').skip(1) {
        let name: String = rest.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if rest.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !name.is_empty() && !VOID.contains(&name.to_ascii_lowercase().as_str()) {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_become_markdown() {
        let to = |html: &str| converted(&converter(), html).unwrap();
        assert_eq!(to("<h2 id=\"a\"><a class=\"header\" href=\"#a\">A <em>b</em></a></h2>"), "## A *b*");
        assert_eq!(to("<p>See <a href=\"b.html#c\">that</a>.</p>"), "See [that](b.html#c).");
        assert_eq!(to("<ul><li>a</li><li>b</li></ul>"), "- a\n- b");
        assert_eq!(to("<dl><dt>Label</dt><dd>Value</dd></dl>"), "**Label**\n\nValue");
        let head = "<caption>Of  it</caption><thead><tr><th>A</th><th>B</th></tr></thead>";
        let row = "<tr><th scope=\"row\">one</th><td>a  longer cell | of words</td></tr>";
        let table = "Of it\n\n| A | B |\n| --- | --- |\n| one | a longer cell &#124; of words |";
        assert_eq!(to(&format!("<table>{head}<tbody>{row}</tbody></table>")), table);
        assert_eq!(to("<p>5 &lt; 6 *not bold* [no](link)</p>"), "5 < 6 \\*not bold\\* \\[no\\](link)");
    }

    #[test]
    fn depth_is_never_less_than_it_is() {
        assert_eq!(depth("<p>a<br>b</p><p><em>c</em></p>"), 2);
        assert_eq!(depth(&"<div>".repeat(100_000)), 100_000);
        assert_eq!(depth("a < b </p></p>"), 0);
    }
}
