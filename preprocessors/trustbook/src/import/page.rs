//! The parts of a page at the top of its structure: headings, tables, lists, definition lists and paragraphs.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};
use std::ops::Range;
use trustbook_core::config::HtmlSettings;
use trustbook_core::html::options;

/// The text of a cell, an item or a paragraph.
#[derive(Debug, Default, Clone)]
pub(super) struct Cell {
    /// The words, with a line for each break.
    pub(super) text: String,
    /// The targets of its links.
    pub(super) links: Vec<String>,
    /// The words that are strong, or a link, at its very beginning.
    pub(super) lead: Option<String>,
    /// True for what cannot be a value: another list, code, an image or HTML.
    pub(super) is_rich: bool,
}

/// The content of a part.
#[derive(Debug)]
pub(super) enum Content {
    /// A table: its header and its rows.
    Table(Vec<Cell>, Vec<Vec<Cell>>),
    /// A list.
    List(Vec<Cell>),
    /// A definition list, or labels with their values.
    Pairs(Vec<(Cell, Cell)>),
    /// A paragraph.
    Paragraph(Cell),
    /// A quotation or a note.
    Quote(Cell),
    /// A heading with its level and anchor.
    Heading(u8, String, String),
    /// Anything else.
    Other,
}

/// A part of a page.
#[derive(Debug)]
pub(super) struct Part {
    /// The content.
    pub(super) content: Content,
    /// The bytes of the page.
    pub(super) range: Range<usize>,
    /// The headings above it, from the highest.
    pub(super) above: Vec<String>,
}

impl Part {
    /// The nearest heading above.
    pub(super) fn heading(&self) -> &str {
        self.above.last().map_or("", String::as_str)
    }
}

#[derive(Default)]
struct Reader {
    parts: Vec<Part>,
    above: Vec<(u8, String)>,
    depth: usize,
    cell: Cell,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    items: Vec<Cell>,
    terms: Vec<(Cell, Cell)>,
    id: Option<String>,
    /// True just after a line of the source has ended.
    is_broken: bool,
}

/// Reads the parts of a page.
pub(super) fn read(text: &str) -> Vec<Part> {
    let settings = HtmlSettings { definition_lists: true, admonitions: true, ..HtmlSettings::default() };
    let mut reader = Reader::default();
    for (event, range) in Parser::new_ext(text, options(&settings)).into_offset_iter() {
        reader.event(event, range);
    }
    reader.parts
}

impl Reader {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        let is_break = matches!(event, Event::SoftBreak);
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                self.start(tag);
            }
            Event::End(tag) => {
                self.depth -= 1;
                self.end(tag, range);
            }
            Event::Text(text) | Event::Code(text) => self.cell.text.push_str(&text),
            Event::SoftBreak => self.cell.text.push(' '),
            Event::HardBreak => self.cell.text.push('\n'),
            Event::InlineHtml(html) if breaks(&html) => {
                self.cell.text.push('\n');
            }
            Event::Html(_) | Event::InlineHtml(_) => self.cell.is_rich = true,
            Event::Rule if self.depth == 0 => self.push(Content::Other, range),
            Event::TaskListMarker(_) | Event::FootnoteReference(_) => self.cell.is_rich = true,
            _ => {}
        }
        self.is_broken = is_break;
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { id, .. } if self.depth == 1 => {
                self.id = id.map(|id| id.to_string());
                self.cell = Cell::default();
            }
            Tag::Paragraph | Tag::BlockQuote(_) if self.depth == 1 => self.cell = Cell::default(),
            Tag::TableCell | Tag::DefinitionListTitle | Tag::DefinitionListDefinition => {
                self.cell = Cell::default();
            }
            Tag::Item if self.depth == 2 => self.cell = Cell::default(),
            Tag::Table(_) | Tag::List(_) | Tag::DefinitionList if self.depth == 1 => {
                (self.head, self.rows, self.items, self.terms) = Default::default();
            }
            Tag::TableRow => self.rows.push(Vec::new()),
            Tag::Link { dest_url, .. } => self.cell.links.push(dest_url.to_string()),
            // A label at the beginning of a line of the source.
            Tag::Strong if self.is_broken => {
                self.cell.text.pop();
                self.cell.text.push('\n');
            }
            Tag::Paragraph | Tag::Strong | Tag::Emphasis | Tag::TableHead => {}
            _ => self.cell.is_rich = true,
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        let is_top = self.depth == 0;
        match tag {
            TagEnd::Strong | TagEnd::Link if self.cell.lead.is_none() => {
                self.cell.lead = Some(self.cell.text.trim().to_owned());
            }
            TagEnd::Paragraph if !is_top => self.cell.text.push('\n'),
            TagEnd::Paragraph => {
                let cell = std::mem::take(&mut self.cell);
                self.push(Content::Paragraph(cell), range);
            }
            TagEnd::BlockQuote(_) if is_top => {
                let cell = std::mem::take(&mut self.cell);
                self.push(Content::Quote(cell), range);
            }
            TagEnd::Heading(level) if is_top => {
                let text = std::mem::take(&mut self.cell).text.trim().to_owned();
                let level = number(level);
                self.above.retain(|(above, _)| *above < level);
                let anchor = self.id.take().unwrap_or_else(|| anchor(&text));
                self.push(Content::Heading(level, text.clone(), anchor), range);
                self.above.push((level, text));
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.cell);
                match self.rows.last_mut() {
                    Some(row) => row.push(cell),
                    None => self.head.push(cell),
                }
            }
            TagEnd::Item if self.depth == 1 => self.items.push(std::mem::take(&mut self.cell)),
            TagEnd::DefinitionListTitle => self.terms.push((std::mem::take(&mut self.cell), Cell::default())),
            TagEnd::DefinitionListDefinition => {
                let cell = std::mem::take(&mut self.cell);
                if let Some((_, value)) = self.terms.last_mut() {
                    *value = cell;
                }
            }
            TagEnd::Table if is_top => {
                let (mut head, mut rows) = (std::mem::take(&mut self.head), std::mem::take(&mut self.rows));
                // A table needs a header in Markdown, and what was converted to it may have an empty one.
                if head.iter().all(|cell| cell.text.trim().is_empty()) && !rows.is_empty() {
                    head = rows.remove(0);
                }
                let content = Content::Table(head, rows);
                self.push(content, range);
            }
            TagEnd::List(_) if is_top => {
                let items = std::mem::take(&mut self.items);
                self.push(Content::List(items), range);
            }
            TagEnd::DefinitionList if is_top => {
                let terms = std::mem::take(&mut self.terms);
                self.push(Content::Pairs(terms), range);
            }
            _ if is_top => self.push(Content::Other, range),
            _ => {}
        }
    }

    fn push(&mut self, content: Content, range: Range<usize>) {
        let above = self.above.iter().map(|(_, text)| text.clone()).collect();
        self.parts.push(Part { content, range, above });
    }
}

/// Returns true for a tag that begins a new line.
fn breaks(html: &str) -> bool {
    let name: String = html.trim_start_matches(['<', '/']).chars().take_while(char::is_ascii_alphanumeric).collect();
    matches!(name.to_lowercase().as_str(), "br" | "p" | "div" | "li" | "ul" | "ol")
}

fn number(level: HeadingLevel) -> u8 {
    level as u8
}

/// Returns the anchor of a heading as mdBook makes it, without a number for those that repeat.
fn anchor(text: &str) -> String {
    let letter = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c.to_lowercase().to_string()),
        c if c.is_whitespace() => Some("-".to_owned()),
        _ => None,
    };
    text.chars().filter_map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_lists_and_terms_are_read_with_their_headings() {
        let text = "# A\n\n## Sub\n\n| Name | Where |\n| --- | --- |\n| [X](https://x.example) | DE<br>IE |\n\n- **Y**: does\n\nTerm\n: Value\n";
        let parts = read(text);
        let [_, heading, table, list, pairs] = parts.as_slice() else { panic!("{parts:?}") };
        assert!(matches!(&heading.content, Content::Heading(2, text, anchor) if text == "Sub" && anchor == "sub"));
        let Content::Table(head, rows) = &table.content else { panic!("{table:?}") };
        assert_eq!((head[1].text.as_str(), rows[0][1].text.as_str()), ("Where", "DE\nIE"));
        assert_eq!(rows[0][0].links, ["https://x.example"]);
        assert_eq!(table.above, ["A", "Sub"]);
        assert!(matches!(&list.content, Content::List(items) if items[0].lead.as_deref() == Some("Y")));
        assert!(matches!(&pairs.content, Content::Pairs(terms) if terms[0].1.text.trim() == "Value"));
    }
}
