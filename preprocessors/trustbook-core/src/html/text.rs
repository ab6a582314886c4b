//! Text, and the values and blocks in it.

use super::escape::push_text;
use super::insert::{Insert, Inserts, TextPart};
use super::marked::ElementOrigin;
use super::options;
use super::write::{Open, Writer};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::collections::BTreeMap;
use std::ops::Range;

impl Writer<'_> {
    /// Writes text, and replaces the words in it that mark expressions and blocks.
    pub(super) fn text(&mut self, text: &str) {
        let inserts = self.inserts;
        for part in inserts.parts(text) {
            match part {
                TextPart::Text(text) => self.plain_text(text),
                TextPart::Insert(_, Insert::Nothing) => {}
                TextPart::Insert(_, Insert::Text(text) | Insert::Code { text, .. }) => self.plain_text(text),
                TextPart::Insert(number, Insert::Html { html, .. }) => {
                    self.apart(number, |writer| writer.raw_html(html, &Range::clone));
                }
                TextPart::Insert(number, Insert::Markdown { markdown, after }) => {
                    self.value(number, markdown);
                    self.plain_text(after);
                }
                TextPart::Insert(number, Insert::Block(html)) => self.block(number, html),
            }
        }
    }

    pub(super) fn plain_text(&mut self, text: &str) {
        push_text(&mut self.html, text);
        self.note_plain(text);
    }

    pub(super) fn note_plain(&mut self, text: &str) {
        if self.collecting > 0 {
            self.plain.push_str(text);
        }
    }

    /// Writes a value that is inline Markdown.
    fn value(&mut self, number: u32, markdown: &str) {
        // A leading word keeps the parser from reading the value as a list, a heading or a quotation.
        const BEFORE: &str = "x ";
        let source = format!("{BEFORE}{markdown}");
        let mut is_first = true;
        let events = Parser::new_ext(&source, options(self.dialect.settings)).into_offset_iter();
        let mut events = events.filter_map(|(event, range)| match event {
            Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => None,
            Event::Text(text) if std::mem::take(&mut is_first) => {
                let rest = text.strip_prefix(BEFORE).or_else(|| text.strip_prefix('x')).unwrap_or_default();
                Some((Event::Text(rest.to_owned().into()), range))
            }
            event => Some((event, range)),
        });
        self.apart(number, |writer| writer.run(&mut events));
    }

    /// Writes the HTML of a block, replacing the paragraph that contains it.
    fn block(&mut self, number: u32, html: &str) {
        if matches!(self.open.last(), Some(Open::Markdown)) && self.html.ends_with("<p>") {
            let before = self.html.len() - "<p>".len();
            self.html.truncate(before);
            if let Some(open) = self.open.last_mut() {
                *open = Open::Bare;
            }
        }
        self.apart(number, |writer| writer.raw_html(html, &Range::clone));
    }

    /// Writes content that is not the chapter's own: elements are balanced, and words are not replaced.
    fn apart(&mut self, number: u32, write: impl FnOnce(&mut Self)) {
        self.html.mark(ElementOrigin::Insert(number));
        let inserts = std::mem::replace(&mut self.inserts, &NO_INSERTS);
        let is_value = std::mem::replace(&mut self.is_value, true);
        self.open.push(Open::Markdown);
        write(self);
        self.close_all_raw();
        self.open.pop();
        self.html.mark(ElementOrigin::Writer);
        (self.inserts, self.is_value) = (inserts, is_value);
    }
}

static NO_INSERTS: Inserts = Inserts { word: String::new(), all: Vec::new(), links: BTreeMap::new() };
