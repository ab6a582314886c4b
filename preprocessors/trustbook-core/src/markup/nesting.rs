//! The nesting of elements in Markdown with its raw HTML: how deep it is, and end tags that close nothing.

use super::html::{self, Html, Part};
use super::options;
use crate::config::HtmlSettings;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::ops::Range;

/// The most elements that may be open at once, those of Markdown and of raw HTML together. Browsers take 512.
pub const MAX_DEPTH: usize = 100;

/// Something wrong with how elements nest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// More than [`MAX_DEPTH`] elements are open; nothing after it is looked at.
    TooDeep,
    /// An end tag whose element is not the innermost one.
    Stray {
        /// Its name, in lower case.
        name: String,
        /// The innermost element, if any.
        open: Option<Open>,
    },
}

/// An element that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open {
    /// Markdown opened it, and closes it.
    Markdown(&'static str),
    /// A tag of raw HTML opened it.
    Raw(String),
}

impl Flaw {
    /// Whether mdBook cannot draw the text: it loses count of its elements, or of its stack.
    pub(crate) fn is_fatal(&self) -> bool {
        match self {
            Flaw::TooDeep => true,
            Flaw::Stray { name, open } => matches!(open, Some(Open::Markdown(open)) if name == open),
        }
    }

    /// The message, as a phrase.
    pub(crate) fn message(&self) -> String {
        match self {
            Flaw::TooDeep => format!("elements are nested more than {MAX_DEPTH} deep"),
            Flaw::Stray { name, .. } if self.is_fatal() => {
                format!("`</{}>` closes an element that Markdown opened", short(name))
            }
            Flaw::Stray { name, open: Some(Open::Raw(open)) } => {
                format!("`</{}>` closes nothing while `<{}>` is open", short(name), short(open))
            }
            Flaw::Stray { name, .. } => format!("`</{}>` closes nothing", short(name)),
        }
    }

    /// The edit that helps.
    pub(crate) fn help(&self) -> String {
        match self {
            Flaw::TooDeep => "close elements before more are opened, or nest fewer lists and quotations".to_owned(),
            Flaw::Stray { .. } if self.is_fatal() => "remove it: Markdown closes what it opens".to_owned(),
            Flaw::Stray { open: Some(Open::Raw(open)), .. } => {
                format!("close `<{}>` first, or remove this tag", short(open))
            }
            Flaw::Stray { name, .. } => {
                format!("remove it, or open `<{}>` in the same paragraph, item or cell", short(name))
            }
        }
    }
}

/// The beginning of a name, which may be as long as a page.
fn short(name: &str) -> &str {
    name.get(..name.char_indices().nth(30).map_or(name.len(), |(at, _)| at)).unwrap_or_default()
}

/// The elements that are open, as mdBook counts them.
#[derive(Debug, Default)]
pub(crate) struct Nesting {
    open: Vec<Open>,
    /// Images around the text, which is then no more than words.
    images: usize,
    /// The block of HTML that is being read.
    block: Option<Html>,
    is_too_deep: bool,
}

impl Nesting {
    /// Follows an event of Markdown that stands at `range`, and gives what is wrong with it.
    pub(crate) fn event(&mut self, event: &Event<'_>, range: &Range<usize>) -> Vec<(Range<usize>, Flaw)> {
        if self.is_too_deep {
            return Vec::new();
        }
        let mut found = Vec::new();
        match event {
            Event::Start(Tag::HtmlBlock) => self.block = Some(Html::default()),
            Event::End(TagEnd::HtmlBlock) => {
                if let Some(block) = self.block.take() {
                    self.html(&block, &mut found);
                }
            }
            Event::Start(Tag::Image { .. }) => self.images += 1,
            Event::End(TagEnd::Image) => self.images = self.images.saturating_sub(1),
            Event::Start(tag) if self.images == 0 => {
                if let Some(name) = element(tag, self.open.last()) {
                    let first = range.start..range.end.min(range.start + 1);
                    self.push(Open::Markdown(name), first, &mut found);
                }
            }
            // What raw HTML has opened ends with the element around it.
            Event::End(TagEnd::MetadataBlock(_)) => {}
            Event::End(_) if self.images == 0 => while let Some(Open::Raw(_)) = self.open.pop() {},
            Event::Html(text) => match &mut self.block {
                Some(block) => block.push(text, range.start),
                None => self.html(&Html::new(text, range.start), &mut found),
            },
            Event::InlineHtml(text) if self.images == 0 => self.html(&Html::new(text, range.start), &mut found),
            _ => {}
        }
        found
    }

    fn html(&mut self, source: &Html, found: &mut Vec<(Range<usize>, Flaw)>) {
        for part in html::scan(&source.text, None) {
            let (Part::Start { range, .. } | Part::End { range, .. }) = &part else { continue };
            let at = source.locate(range.start)..source.locate(range.end.saturating_sub(1)) + 1;
            match part {
                Part::Start { name, closed, .. } if !closed && !VOID.contains(&name.as_str()) => {
                    self.push(Open::Raw(name), at, found);
                }
                Part::End { name, .. } => match self.open.last() {
                    Some(Open::Raw(open)) if *open == name => drop(self.open.pop()),
                    open => found.push((at, Flaw::Stray { name, open: open.cloned() })),
                },
                _ => {}
            }
            if self.is_too_deep {
                return;
            }
        }
    }

    fn push(&mut self, open: Open, at: Range<usize>, found: &mut Vec<(Range<usize>, Flaw)>) {
        if self.open.len() == MAX_DEPTH {
            self.is_too_deep = true;
            found.push((at, Flaw::TooDeep));
        } else {
            self.open.push(open);
        }
    }
}

/// The first flaw of a Markdown text that stands by itself.
pub(crate) fn of_markdown(text: &str) -> Option<Flaw> {
    let settings = HtmlSettings { definition_lists: true, admonitions: true, ..HtmlSettings::default() };
    let mut nesting = Nesting::default();
    let events = Parser::new_ext(text, options(&settings)).into_offset_iter();
    events.flat_map(|(event, range)| nesting.event(&event, &range)).next().map(|(_, flaw)| flaw)
}

/// The first flaw of HTML that stands by itself.
pub(crate) fn of_html(html: &str) -> Option<Flaw> {
    let mut found = Vec::new();
    Nesting::default().html(&Html::new(html, 0), &mut found);
    found.into_iter().next().map(|(_, flaw)| flaw)
}

/// The head of a table, whose cells have another name than those below it.
const HEAD: &str = "thead";
/// Elements without an end tag, as mdBook knows them.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// The element that mdBook makes of Markdown within another; the innermost, where it makes several.
fn element(tag: &Tag<'_>, within: Option<&Open>) -> Option<&'static str> {
    Some(match tag {
        Tag::Paragraph => "p",
        Tag::Heading { level, .. } => {
            ["h1", "h2", "h3", "h4", "h5", "h6"].get((*level as usize).saturating_sub(1)).copied()?
        }
        Tag::BlockQuote(_) => "blockquote",
        Tag::CodeBlock(_) => "code",
        Tag::List(Some(_)) => "ol",
        Tag::List(None) => "ul",
        Tag::Item | Tag::FootnoteDefinition(_) => "li",
        Tag::DefinitionList => "dl",
        Tag::DefinitionListTitle => "dt",
        Tag::DefinitionListDefinition => "dd",
        Tag::Table(_) => "table",
        Tag::TableHead => HEAD,
        Tag::TableRow => "tr",
        Tag::TableCell if within == Some(&Open::Markdown(HEAD)) => "th",
        Tag::TableCell => "td",
        Tag::Emphasis => "em",
        Tag::Strong => "strong",
        Tag::Strikethrough => "del",
        Tag::Superscript => "sup",
        Tag::Subscript => "sub",
        Tag::Link { .. } => "a",
        Tag::HtmlBlock | Tag::Image { .. } | Tag::MetadataBlock(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw(text: &str) -> Option<(bool, String)> {
        of_markdown(text).map(|flaw| (flaw.is_fatal(), flaw.message()))
    }

    #[test]
    fn what_is_balanced_has_no_flaw() {
        for text in [
            "<details>\n<summary>A</summary>\n\n- *b* <b>c</b>\n\n</details>\n",
            "a<br>b<img src=x>",
            "| a | b |\n|--|--|\n| <b>c</b> | <br> |\n",
            "<svg><path d=\"\"/></svg> <!-- </p> --> `</p>`\n\n    </p>\n\n<script>'</p>'</script>\n",
            "![a</p>b](c.png)",
            "> a\n> <div>\n> b\n> </div>\n",
        ] {
            assert_eq!(flaw(text), None, "{text}");
        }
        assert_eq!(flaw(&format!("{}x", "> ".repeat(MAX_DEPTH - 1))), None);
    }

    #[test]
    fn end_tags_that_close_nothing_are_found() {
        for (text, is_fatal, message) in [
            ("a\n\n</div>\n", false, "`</div>` closes nothing"),
            ("a</p>b", true, "`</p>` closes an element that Markdown opened"),
            ("<div>\n\na</p>b\n\n</div>", true, "`</p>` closes an element that Markdown opened"),
            ("- a\n  </LI>\n", true, "`</li>` closes an element that Markdown opened"),
            ("| a</th> |\n|--|\n", true, "`</th>` closes an element that Markdown opened"),
            ("| a |\n|--|\n| b</td> |\n", true, "`</td>` closes an element that Markdown opened"),
            ("| a</td> |\n|--|\n", false, "`</td>` closes nothing"),
            ("*a</em>b*", true, "`</em>` closes an element that Markdown opened"),
            ("<ul><li>a</ul>", false, "`</ul>` closes nothing while `<li>` is open"),
            ("*a <b>c* d</b>", false, "`</b>` closes nothing"),
        ] {
            assert_eq!(flaw(text), Some((is_fatal, message.to_owned())), "{text}");
        }
        assert_eq!(of_html("<p>a</p></div>").map(|flaw| flaw.message()), Some("`</div>` closes nothing".to_owned()));
    }

    #[test]
    fn what_is_too_deep_is_told_once_and_soon() {
        let many = 100_000;
        for text in ["<b>".repeat(many), "> ".repeat(many), "- ".repeat(many), "<b>x".repeat(many)] {
            assert_eq!(flaw(&format!("{text}x")), Some((true, "elements are nested more than 100 deep".to_owned())));
        }
        let closed = format!("{}{}", "<i>".repeat(many), "</i>".repeat(many));
        let mut nesting = Nesting::default();
        let all = Parser::new(&closed).into_offset_iter().flat_map(|(event, range)| nesting.event(&event, &range));
        assert_eq!(all.collect::<Vec<_>>(), [(3 * (MAX_DEPTH - 1)..3 * MAX_DEPTH, Flaw::TooDeep)]);
    }
}
