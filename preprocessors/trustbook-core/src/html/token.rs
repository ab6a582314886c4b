//! The tokens of HTML according to the WHATWG standard, each with its range of bytes.

use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{Readable, Reader, State, StringReader, Tokenizer};
use std::collections::BTreeSet;
use std::ops::Range;

/// A token of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HtmlToken {
    /// A start tag.
    Start(Tag),
    /// An end tag.
    End {
        /// The name, in lower case.
        name: String,
        /// The bytes of the tag.
        range: Range<usize>,
    },
    /// Text, with its character references resolved.
    Text {
        /// The text.
        text: String,
        /// The bytes of the text.
        range: Range<usize>,
    },
    /// A comment, or anything that a browser reads as one, such as a processing instruction.
    Comment {
        /// The text between its delimiters.
        text: String,
        /// The bytes of the comment.
        range: Range<usize>,
    },
}

impl HtmlToken {
    /// The bytes of the token.
    pub(crate) fn range(&self) -> &Range<usize> {
        match self {
            HtmlToken::Start(Tag { range, .. })
            | HtmlToken::End { range, .. }
            | HtmlToken::Text { range, .. }
            | HtmlToken::Comment { range, .. } => range,
        }
    }
}

/// A start tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tag {
    /// The name, in lower case.
    pub(crate) name: String,
    /// The attributes in order; of several with the same name, the first.
    pub(crate) attributes: Vec<Attribute>,
    /// True if the tag ends with `/>`.
    pub(crate) is_self_closing: bool,
    /// The bytes of the tag.
    pub(crate) range: Range<usize>,
}

/// An attribute of a start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// The name, in lower case.
    pub(crate) name: String,
    /// The value, with its character references resolved.
    pub(crate) value: String,
    /// The bytes of the value without its quotes; an empty range for an empty value.
    pub(crate) range: Range<usize>,
}

impl Attribute {
    /// Finds the position of an empty value, which the tokenizer does not give: after the name, or within its quotes.
    fn place(&mut self, html: &str) {
        let Some(rest) = html.get(self.range.end..).filter(|_| self.value.is_empty()) else { return };
        let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
        let value = value.and_then(|value| value.strip_prefix(['"', '\'']));
        let at = self.range.end + value.map_or(0, |value| rest.len() - value.len());
        self.range = at..at;
    }
}

/// Returns true for an element without content, which has no end tag.
pub(crate) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Returns true for an element whose text a browser reads literally, without character references.
pub(crate) fn is_raw_text(name: &str) -> bool {
    matches!(name, "script" | "style" | "xmp" | "iframe" | "noembed" | "noframes" | "plaintext")
}

/// Returns true for an element that holds no other elements in HTML.
pub(crate) fn is_raw(name: &str) -> bool {
    matches!(name, "textarea" | "title") || is_raw_text(name)
}

/// Splits HTML into tokens. The content of `noscript` is read as elements, as in a browser without scripts.
pub(crate) fn tokens(html: &str) -> impl Iterator<Item = HtmlToken> {
    let reader = Paused { inner: html.to_reader(), values: 0 };
    let inner = Tokenizer::new_with_emitter(reader, CallbackEmitter::new(Collector::default()));
    Tokens { html, inner, foreign: 0 }
}

/// Returns the tokens of HTML, without the given elements and their content.
pub(crate) fn tokens_without(html: &str, elements: &'static [&'static str]) -> impl Iterator<Item = HtmlToken> {
    let mut left_out: Option<(String, usize)> = None;
    tokens(html).filter(move |token| {
        match (&mut left_out, token) {
            (None, HtmlToken::Start(tag)) if elements.contains(&tag.name.as_str()) => {
                left_out = (!tag.is_self_closing).then(|| (tag.name.clone(), 1));
                return false;
            }
            (None, _) => return true,
            (Some((name, depth)), HtmlToken::Start(tag)) if tag.name == *name && !tag.is_self_closing => *depth += 1,
            (Some((name, depth)), HtmlToken::End { name: end, .. }) if end == name => *depth -= 1,
            _ => {}
        }
        left_out.take_if(|(_, depth)| *depth == 0);
        false
    })
}

/// The number of double-quoted values that are read in one go: for each value in a tag, html5gum recurses.
const TOGETHER: usize = 32;
/// The bytes that html5gum searches for in such a value, and nowhere else.
const VALUE_ENDS: &[u8] = b"\"&\0\r";

/// A reader that sometimes asks html5gum to read again. This ends its nested calls, and keeps its position.
struct Paused<'h> {
    inner: StringReader<'h>,
    values: usize,
}

#[derive(Debug)]
struct Pause;

impl std::fmt::Display for Pause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ask again")
    }
}

impl std::error::Error for Pause {}

impl Reader for Paused<'_> {
    type Error = Pause;

    fn read_byte(&mut self) -> Result<Option<u8>, Pause> {
        Ok(self.inner.read_byte().unwrap_or_default())
    }

    fn try_read_string(&mut self, text: &[u8], case_sensitive: bool) -> Result<bool, Pause> {
        Ok(self.inner.try_read_string(text, case_sensitive).unwrap_or_default())
    }

    fn read_until<'b>(&'b mut self, ends: &[u8], buffer: &'b mut [u8; 4]) -> Result<Option<&'b [u8]>, Pause> {
        if ends == VALUE_ENDS {
            self.values += 1;
            if self.values.is_multiple_of(TOGETHER) {
                return Err(Pause);
            }
        }
        Ok(self.inner.read_until(ends, buffer).unwrap_or_default())
    }
}

/// The iterator over the tokens of HTML.
struct Tokens<'h> {
    html: &'h str,
    inner: Tokenizer<Paused<'h>, CallbackEmitter<Collector, HtmlToken, usize>>,
    /// The number of open `svg` and `math` elements, inside which no element has raw text.
    foreign: usize,
}

impl Iterator for Tokens<'_> {
    type Item = HtmlToken;

    fn next(&mut self) -> Option<HtmlToken> {
        let mut token = loop {
            if let Ok(token) = self.inner.next()? {
                break token;
            }
        };
        if let HtmlToken::Start(tag) = &mut token {
            tag.attributes.iter_mut().for_each(|attribute| attribute.place(self.html));
        }
        match &token {
            HtmlToken::Start(tag) if matches!(tag.name.as_str(), "svg" | "math") && !tag.is_self_closing => {
                self.foreign += 1;
            }
            HtmlToken::End { name, .. } if matches!(name.as_str(), "svg" | "math") => {
                self.foreign = self.foreign.saturating_sub(1);
            }
            HtmlToken::Start(tag) if self.foreign == 0 => {
                if let Some(state) = state(&tag.name) {
                    self.inner.set_state(state);
                }
            }
            _ => {}
        }
        Some(token)
    }
}

/// Returns the state in which a browser continues after a start tag.
fn state(name: &str) -> Option<State> {
    match name {
        "script" => Some(State::ScriptData),
        "textarea" | "title" => Some(State::RcData),
        "plaintext" => Some(State::PlainText),
        name if is_raw_text(name) => Some(State::RawText),
        _ => None,
    }
}

/// Assembles the parts of a tag.
#[derive(Debug, Default)]
struct Collector {
    tag: Tag,
    /// The names of its attributes so far.
    names: BTreeSet<String>,
    /// True if the current attribute repeats the name of another.
    is_second: bool,
}

impl Callback<HtmlToken, usize> for Collector {
    fn handle_event(&mut self, event: CallbackEvent<'_>, span: html5gum::Span<usize>) -> Option<HtmlToken> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let range = span.start..span.end;
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.names.clear();
                self.tag = Tag { name: text(name), range, ..Tag::default() };
                None
            }
            CallbackEvent::AttributeName { name } => {
                let name = text(name);
                self.is_second = !self.names.insert(name.clone());
                if !self.is_second {
                    let range = range.end..range.end;
                    self.tag.attributes.push(Attribute { name, value: String::new(), range });
                }
                None
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some(attribute) = self.tag.attributes.last_mut().filter(|_| !self.is_second) {
                    attribute.value = text(value);
                    attribute.range = range;
                }
                None
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                let mut tag = std::mem::take(&mut self.tag);
                tag.is_self_closing = self_closing;
                tag.range.end = range.end;
                Some(HtmlToken::Start(tag))
            }
            CallbackEvent::EndTag { name } => {
                self.names.clear();
                self.tag = Tag::default();
                Some(HtmlToken::End { name: text(name), range })
            }
            CallbackEvent::String { value } => Some(HtmlToken::Text { text: text(value), range }),
            CallbackEvent::Comment { value } => Some(HtmlToken::Comment { text: text(value), range }),
            CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the source of each token, and a description of the token.
    fn read(html: &str) -> Vec<(String, String)> {
        let written = |range: &Range<usize>| html.get(range.clone()).unwrap_or("<outside>").to_owned();
        let mut found = Vec::new();
        for token in tokens(html) {
            let part = match &token {
                HtmlToken::Start(tag) => {
                    for attribute in &tag.attributes {
                        let label = format!("{}={}", attribute.name, attribute.value);
                        found.push((written(&attribute.range), label));
                    }
                    (written(&tag.range), tag.name.clone())
                }
                HtmlToken::End { name, range } => (written(range), format!("/{name}")),
                HtmlToken::Text { text, range } => (written(range), text.clone()),
                HtmlToken::Comment { text, range } => (written(range), format!("!{text}")),
            };
            found.push(part);
        }
        found
    }

    #[test]
    fn tokens_are_where_they_are_written() {
        let html = "é<B x=1 y='2>&amp;' z ü=\"ä\" v = '' x=3>c &lt; d</b ><!-- <i> --><br/>";
        let expected = [
            ("é", "é"),
            ("1", "x=1"),
            ("2>&amp;", "y=2>&"),
            ("", "z="),
            ("ä", "ü=ä"),
            ("", "v="),
            ("<B x=1 y='2>&amp;' z ü=\"ä\" v = '' x=3>", "b"),
            ("c &lt; d", "c < d"),
            ("</b >", "/b"),
            ("<!-- <i> -->", "! <i> "),
            ("<br/>", "br"),
        ];
        let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(read(html), expected);
    }

    #[test]
    fn raw_text_ends_where_a_browser_ends_it() {
        let names = |html: &str| read(html).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(names("<script>a<b>c</script>d"), ["script", "a<b>c", "/script", "d"]);
        assert_eq!(names("<textarea><b>&amp;</textarea>"), ["textarea", "<b>&", "/textarea"]);
        assert_eq!(names("<xmp><b>&amp;</xmp>"), ["xmp", "<b>&amp;", "/xmp"]);
        assert_eq!(names("<svg><style><a>x</style></svg>"), ["svg", "style", "a", "x", "/style", "/svg"]);
        assert_eq!(names("<noscript><b>x</noscript>"), ["noscript", "b", "x", "/noscript"]);
    }

    #[test]
    fn many_attributes_are_read_on_a_small_stack() {
        let count = 100_000;
        for (value, expected) in [("\"é &amp; x\"", "é & x"), ("\"\"", ""), ("'y'", "y"), ("z", "z")] {
            let attributes: String = (0..count).map(|at| format!("a{at}={value} ")).collect();
            let small = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(256 * 1024).build().unwrap();
            let all: Vec<HtmlToken> = small.install(|| tokens(&format!("<b {attributes}>x</b>")).collect());
            let HtmlToken::Start(tag) = &all[0] else { unreachable!("{:?}", all[0]) };
            assert_eq!((tag.attributes.len(), all.len()), (count, 3), "{value}");
            assert!(tag.attributes.iter().all(|attribute| attribute.value == expected), "{value}");
        }
    }

    #[test]
    fn every_prefix_is_read_to_its_end() {
        let html = "<a b=\"c\" d='é' e=f /><!-- g --></h><i <![CDATA[ x ]]> <?php ?> &amp &#x41";
        for end in (0..=html.len()).filter(|end| html.is_char_boundary(*end)) {
            for (written, _) in read(&html[..end]) {
                assert_ne!(written, "<outside>", "{end}");
            }
        }
    }
}
