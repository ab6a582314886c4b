//! HTML of values and blocks as Markdown, for programs that read pages.

use super::escape::escaped;
use super::token::{HtmlToken, Tag, is_void, tokens_without};

/// Elements whose content is not text of the page.
const SILENT: &[&str] = &["button", "math", "object", "script", "style", "svg", "template"];

/// Converts inline HTML to Markdown on one line.
pub(crate) fn inline_markdown(html: &str) -> String {
    let mut writer = Writer::default();
    writer.read(html);
    writer.close_marks(0);
    one_line(&writer.inline)
}

/// Converts HTML to Markdown with headings, paragraphs, lists and tables. Works without recursion.
pub fn block_markdown(html: &str) -> String {
    let mut writer = Writer::default();
    writer.read(html);
    writer.close_marks(0);
    writer.end_block();
    writer.end_table();
    writer.out.trim().to_owned()
}

/// A mark around text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mark {
    /// The same mark before and after.
    Both(&'static str),
    /// A link, with its target.
    Link(String),
    /// Code.
    Code,
}

/// An open list, with the number of its next item if it is ordered.
type List = Option<u64>;

#[derive(Debug, Default)]
struct MarkdownTable {
    rows: Vec<Vec<String>>,
    /// True while a cell is open; the text being read belongs to it.
    in_cell: bool,
}

#[derive(Debug, Default)]
struct Writer {
    out: String,
    /// The text of the current block.
    inline: String,
    /// The open marks, each with its element and the start of its text.
    marks: Vec<(String, Mark, usize)>,
    lists: Vec<List>,
    /// The mark of the list item that begins.
    item: Option<String>,
    heading: Option<usize>,
    is_term: bool,
    table: Option<MarkdownTable>,
    preformatted: bool,
}

impl Writer {
    fn read(&mut self, html: &str) {
        for token in tokens_without(html, SILENT) {
            match token {
                HtmlToken::Start(tag) => self.start(tag),
                HtmlToken::End { name, .. } => self.end(&name),
                HtmlToken::Text { text, .. } if self.preformatted || self.in_code() => self.inline.push_str(&text),
                HtmlToken::Text { text, .. } => self.text(&text),
                HtmlToken::Comment { .. } => {}
            }
        }
    }

    fn in_code(&self) -> bool {
        matches!(self.marks.last(), Some((_, Mark::Code, _)))
    }

    fn text(&mut self, text: &str) {
        let text = escaped(text);
        let begin = text.len() - text.trim_start().len();
        // A mark that would begin a list, a quotation or a heading is escaped.
        let mark = if self.inline.trim().is_empty() { list_mark(&text[begin..]) } else { None };
        let text = match mark.map(|at| text.split_at(begin + at)) {
            Some((before, rest)) => format!("{before}\\{rest}"),
            None => text,
        };
        self.inline.push_str(&text);
    }

    fn start(&mut self, tag: Tag) {
        let get = |name: &str| tag.attributes.iter().find(|it| it.name == name).map(|it| it.value.as_str());
        match tag.name.as_str() {
            "b" | "strong" => self.open(tag.name, Mark::Both("**")),
            "em" | "i" => self.open(tag.name, Mark::Both("*")),
            "del" | "s" => self.open(tag.name, Mark::Both("~~")),
            "code" | "kbd" | "samp" if !self.preformatted => self.open(tag.name, Mark::Code),
            "a" => {
                if let Some(to) = get("href").filter(|_| get("class") != Some("header")) {
                    self.open(tag.name, Mark::Link(destination(to)));
                }
            }
            "img" => {
                if let (Some(alt), Some(src)) = (get("alt").filter(|alt| !alt.is_empty()), get("src")) {
                    self.inline.push_str(&format!("![{}]({})", escaped(alt), destination(src)));
                }
            }
            "br" => self.inline.push(' '),
            "hr" => {
                self.end_block();
                self.paragraph("---");
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.end_block();
                self.heading = tag.name[1..].parse().ok();
            }
            "ul" => self.list(None),
            "ol" => self.list(Some(get("start").and_then(|start| start.parse().ok()).unwrap_or(1))),
            "li" => {
                self.end_block();
                self.item = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                });
            }
            "dt" => {
                self.end_block();
                self.is_term = true;
            }
            "pre" => {
                self.end_block();
                self.preformatted = true;
            }
            "table" => {
                self.end_block();
                self.end_table();
                self.table = Some(MarkdownTable::default());
            }
            "tr" => {
                self.end_cell();
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            "td" | "th" => {
                self.end_cell();
                if let Some(table) = &mut self.table {
                    table.in_cell = true;
                }
            }
            name if is_inline(name) || is_void(name) => {}
            _ => self.end_block(),
        }
    }

    fn end(&mut self, name: &str) {
        if let Some(at) = self.marks.iter().rposition(|(open, ..)| open == name) {
            self.close_marks(at);
            return;
        }
        match name {
            "ul" | "ol" => {
                self.end_block();
                self.lists.pop();
                self.item = None;
                if self.lists.is_empty() {
                    self.blank_line();
                }
            }
            "pre" => {
                let code = std::mem::take(&mut self.inline);
                self.preformatted = false;
                self.paragraph(&format!("```\n{}\n```", code.trim_matches('\n')));
            }
            "td" | "th" => self.end_cell(),
            "table" => self.end_table(),
            name if is_inline(name) => {}
            _ => self.end_block(),
        }
    }

    fn open(&mut self, name: String, mark: Mark) {
        self.marks.push((name, mark, self.inline.len()));
    }

    /// Closes the open marks from index `at` on.
    fn close_marks(&mut self, at: usize) {
        while self.marks.len() > at {
            let Some((_, mark, start)) = self.marks.pop() else { return };
            let text = self.inline.split_off(start.min(self.inline.len()));
            let (before, rest) = text.split_at(text.len() - text.trim_start().len());
            let (inner, after) = rest.split_at(rest.trim_end().len());
            let marked = match mark {
                _ if inner.is_empty() => String::new(),
                Mark::Both(mark) => format!("{mark}{inner}{mark}"),
                Mark::Link(to) => format!("[{inner}]({to})"),
                Mark::Code => {
                    let ticks = "`".repeat(inner.split(|c| c != '`').map(str::len).max().unwrap_or(0) + 1);
                    let pad = if inner.starts_with('`') || inner.ends_with('`') { " " } else { "" };
                    format!("{ticks}{pad}{inner}{pad}{ticks}")
                }
            };
            self.inline.extend([before, &marked, after]);
        }
    }

    fn list(&mut self, list: List) {
        self.end_block();
        self.lists.push(list);
    }

    /// Ends the current paragraph, heading or item.
    fn end_block(&mut self) {
        if self.table.as_ref().is_some_and(|table| table.in_cell) {
            return self.part_cell();
        }
        if self.preformatted {
            return;
        }
        self.close_marks(0);
        let text = one_line(&std::mem::take(&mut self.inline));
        let (heading, is_term) = (self.heading.take(), std::mem::take(&mut self.is_term));
        if text.is_empty() {
            return;
        }
        match heading {
            Some(level) => {
                // A final brace would end attributes of the heading.
                let text = text.strip_suffix('}').map_or(text.clone(), |text| format!("{text}\\}}"));
                self.paragraph(&format!("{} {text}", "#".repeat(level)));
            }
            None if is_term => self.paragraph(&format!("**{}**", text.trim_matches('*'))),
            None => self.paragraph(&text),
        }
    }

    /// Separates the text of different blocks in a cell.
    fn part_cell(&mut self) {
        self.close_marks(0);
        let text = self.inline.trim_end();
        let parts = text.is_empty() || text.ends_with(['.', ':', ';', ',', '?', '!', '”']);
        self.inline.truncate(text.len());
        self.inline.push_str(if parts { " " } else { "; " });
    }

    fn paragraph(&mut self, text: &str) {
        let indent = "  ".repeat(self.lists.len().saturating_sub(1));
        let item = self.item.take();
        match (&item, self.lists.is_empty()) {
            (Some(item), _) => {
                if !self.out.ends_with('\n') {
                    self.blank_line();
                }
                self.out.push_str(&format!("{indent}{item}{text}\n"));
            }
            (None, false) => self.out.push_str(&format!("\n{indent}  {text}\n")),
            (None, true) => {
                self.blank_line();
                self.out.push_str(text);
                self.out.push_str("\n\n");
            }
        }
    }

    fn blank_line(&mut self) {
        while !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn end_cell(&mut self) {
        if !self.table.as_ref().is_some_and(|table| table.in_cell) {
            return;
        }
        self.close_marks(0);
        let text = one_line(&std::mem::take(&mut self.inline));
        let text = text.trim_end_matches(';').to_owned();
        if let Some(table) = &mut self.table {
            table.in_cell = false;
            if table.rows.is_empty() {
                table.rows.push(Vec::new());
            }
            table.rows.last_mut().into_iter().for_each(|row| row.push(text.clone()));
        }
    }

    fn end_table(&mut self) {
        self.end_cell();
        let Some(table) = self.table.take() else { return };
        let columns = table.rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut lines = Vec::new();
        for row in table.rows.iter().filter(|row| row.iter().any(|cell| !cell.is_empty())) {
            let cells = (0..columns).map(|at| row.get(at).map_or("", String::as_str));
            lines.push(format!("| {} |", cells.collect::<Vec<_>>().join(" | ")));
            if lines.len() == 1 {
                lines.push(format!("|{}", " --- |".repeat(columns)));
            }
        }
        if !lines.is_empty() {
            self.paragraph(&lines.join("\n"));
        }
    }
}

/// Returns the position of a mark at the beginning of a text if Markdown would read it as the start of a block.
fn list_mark(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_mark = match digits {
        0 => text.starts_with(['#', '>', '-', '+', '=']),
        _ => text[digits..].starts_with(['.', ')']),
    };
    is_mark.then_some(digits)
}

/// Returns an address as the target of a link.
fn destination(address: &str) -> String {
    address.replace(' ', "%20").replace('(', "%28").replace(')', "%29")
}

/// Returns true for an element that is part of a sentence.
fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "bdo"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "i"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "u"
            | "var"
    )
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_markdown() {
        for (html, expected) in [
            ("<h2 id=\"a\"><a class=\"header\" href=\"#a\">A <em>b</em></a></h2><p>c</p>", "## A *b*\n\nc"),
            ("<p>See <a href=\"b.html#c\"> that</a>.</p>", "See [that](b.html#c)."),
            ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><p>d</p>", "- a\n- b\n  - c\n\nd"),
            ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b"),
            ("<dl><dt>Label</dt><dd>Value</dd></dl>", "**Label**\n\nValue"),
            ("<p>5 &lt; 6 *not bold* [no](link) a_b _c_</p>", "5 \\< 6 \\*not bold\\* \\[no\\](link) a_b \\_c\\_"),
            ("<h2>Head {#id onclick=x}</h2>", "## Head {#id onclick=x\\}"),
            ("<p># no heading</p><p>- no list</p><p>1. none</p>", "\\# no heading\n\n\\- no list\n\n1\\. none"),
            ("<pre><code>a\n *b*\n</code></pre>", "```\na\n *b*\n```"),
            ("<p><code>a`b</code> <code>*</code></p>", "``a`b`` `*`"),
            ("<p>a<script>x</script><svg><title>no</title></svg><img alt=\"\" src=x> b</p>", "a b"),
            ("<p><strong> a <em>b</strong> c", "**a *b*** c"),
            ("</p></li>a<b>", "a"),
        ] {
            assert_eq!(block_markdown(html), expected, "{html}");
        }
    }

    #[test]
    fn a_table_has_a_line_for_each_row() {
        let head = "<caption>Of  it</caption><thead><tr><th>A</th><th>B</th></tr></thead>";
        let row = "<tr><th scope=\"row\">one</th><td><div>a  longer cell | of words</div><div>k: v</div></td></tr>";
        let foot = "<tr class=\"foot\"><td colspan=2>Stated.</td></tr>";
        let table = "Of it\n\n| A | B |\n| --- | --- |\n| one | a longer cell \\| of words; k: v |\n| Stated. |  |";
        assert_eq!(block_markdown(&format!("<table>{head}<tbody>{row}{foot}</tbody></table>")), table);
    }

    #[test]
    fn deep_nesting_ends() {
        let deep = format!("{}x{}", "<ul><li><b>".repeat(50_000), "</b></li></ul>".repeat(50_000));
        assert!(block_markdown(&deep).contains('x'));
    }
}
