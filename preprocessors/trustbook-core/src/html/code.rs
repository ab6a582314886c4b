//! Code blocks and their hidden lines.

use super::escape::push_text;
use std::collections::BTreeMap;

/// The way in which lines of a code block are hidden.
enum Hiding<'c> {
    /// The marks of rustdoc: `# ` hides a line, and `##` stands for `#`.
    Rust,
    /// A prefix that hides a line.
    Prefix(&'c str),
}

/// A code block as HTML.
pub(super) struct Block {
    pub(super) html: String,
    /// True if some lines are hidden.
    pub(super) hides: bool,
}

/// Writes a code block. `info` is the info string of its fence, and `prefixes` are those of the book, by language.
pub(super) fn block(info: Option<&str>, text: &str, prefixes: &BTreeMap<String, String>) -> Block {
    let mut html = String::with_capacity(text.len() + 64);
    let words: Vec<&str> = info.unwrap_or_default().split([' ', '\t', ',']).filter(|word| !word.is_empty()).collect();
    let language = words.first().copied().unwrap_or_default();
    html.push_str("<pre><code");
    if !words.is_empty() {
        super::escape::push_attribute(&mut html, "class", &format!("language-{}", words.join(" ")));
    }
    html.push('>');
    let own = words.iter().skip(1).find_map(|word| word.strip_prefix("hidelines="));
    let hiding = match own.or_else(|| prefixes.get(language).map(String::as_str)) {
        _ if language == "rust" => Some(Hiding::Rust),
        prefix => prefix.map(Hiding::Prefix),
    };
    let mut hides = false;
    match hiding {
        None => push_text(&mut html, text),
        Some(hiding) => {
            let mut lines = text.lines().peekable();
            while let Some(line) = lines.next() {
                let is_last = lines.peek().is_none();
                let end = if is_last && matches!(hiding, Hiding::Rust) { "" } else { "\n" };
                match hidden(&hiding, line) {
                    Line::Shown(line) => push_text(&mut html, &format!("{line}{end}")),
                    Line::Hidden(line) => {
                        hides = true;
                        html.push_str("<span class=\"boring\">");
                        push_text(&mut html, &format!("{line}{end}"));
                        html.push_str("</span>");
                    }
                }
            }
        }
    }
    html.push_str("</code></pre>");
    Block { html, hides }
}

enum Line {
    Shown(String),
    Hidden(String),
}

fn hidden(hiding: &Hiding<'_>, line: &str) -> Line {
    let text = line.trim_start();
    let indent = &line[..line.len() - text.len()];
    match hiding {
        Hiding::Rust => match text.strip_prefix('#') {
            Some(rest) if rest.starts_with('#') => Line::Shown(format!("{indent}{rest}")),
            Some("") => Line::Hidden(indent.to_owned()),
            Some(rest) => match rest.strip_prefix(' ') {
                Some(rest) => Line::Hidden(format!("{indent}{rest}")),
                None => Line::Shown(line.to_owned()),
            },
            None => Line::Shown(line.to_owned()),
        },
        Hiding::Prefix(prefix) => match text.strip_prefix(prefix) {
            Some(rest) => Line::Hidden(format!("{indent}{rest}")),
            None => Line::Shown(line.to_owned()),
        },
    }
}
