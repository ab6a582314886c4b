//! Tokens of program code, for data models that are written in it; nothing is executed.

use crate::span::Span;
use std::ops::Range;

use super::sql::category;
use super::{SchemaFile, SchemaProblem, category_in};

/// The form of comments and texts in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Python,
    Ruby,
    TypeScript,
}

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CodeKind {
    Word,
    Text,
    Number,
    /// Any other single character.
    Sign,
    /// The end of a line, outside brackets.
    Newline,
}

/// A token, by its byte range.
#[derive(Debug, Clone, Copy)]
pub(super) struct CodeToken {
    pub(super) kind: CodeKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The largest number of problems of one file.
const MOST: usize = 100;

/// The tokens of a file.
#[derive(Debug)]
pub(super) struct Code<'t> {
    file: SchemaFile<'t>,
    pub(super) text: &'t str,
    pub(super) tokens: Vec<CodeToken>,
    pub(super) comments: Vec<Range<usize>>,
    /// The index of the bracket that closes each bracket that opens.
    partners: Vec<usize>,
    pub(super) problems: Vec<SchemaProblem>,
}

/// One argument of a call, or one entry of a list or of an object.
#[derive(Debug, Clone)]
pub(super) struct Argument<'t> {
    pub(super) name: Option<&'t str>,
    /// The tokens of its value.
    pub(super) value: Range<usize>,
}

impl<'t> Code<'t> {
    /// Splits a file into tokens. It takes time in proportion to the text.
    pub(super) fn read(file: SchemaFile<'t>, style: Style) -> Self {
        let text = file.text;
        let (tokens, comments, partners, problems) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut code = Code { file, text, tokens, comments, partners, problems };
        code.lex(style);
        code.pair();
        code
    }

    fn lex(&mut self, style: Style) {
        let bytes = self.text.as_bytes();
        let (mut at, mut depth) = (0, 0usize);
        // The ends of the texts that begin on the next line, in Ruby.
        let mut documents: Vec<&str> = Vec::new();
        while let Some(byte) = bytes.get(at).copied() {
            let next = bytes.get(at + 1).copied().unwrap_or(0);
            let start = at;
            match byte {
                b'\n' => {
                    at += 1;
                    if depth == 0 {
                        self.push(CodeKind::Newline, start, at);
                    }
                    for end in documents.drain(..) {
                        at = self.document_end(at, end);
                    }
                }
                b'\\' if next == b'\n' => at += 2,
                b'#' if style != Style::TypeScript => at = self.comment(at, self.line_end(at)),
                b'/' if style == Style::TypeScript && next == b'/' => at = self.comment(at, self.line_end(at)),
                b'/' if style == Style::TypeScript && next == b'*' => {
                    let end = self.text.get(at + 2..).and_then(|rest| rest.find("*/")).map(|end| at + 2 + end + 2);
                    at = self.comment(at, end.unwrap_or(bytes.len()));
                }
                b'/' if style == Style::TypeScript && self.begins_pattern() => {
                    at = self.pattern_end(at);
                    self.push(CodeKind::Text, start, at);
                }
                b'=' if style == Style::Ruby && self.is_ruby_comment(at) => {
                    let end = self.text[at..].find("\n=end").map_or(bytes.len(), |end| self.line_end(at + end + 1));
                    at = self.comment(at, end);
                }
                b'\'' | b'"' => {
                    at = self.text_end(at, style);
                    self.push(CodeKind::Text, start, at);
                }
                b'`' if style == Style::TypeScript => {
                    at = self.text_end(at, style);
                    self.push(CodeKind::Text, start, at);
                }
                b'<' if style == Style::Ruby && next == b'<' => {
                    let (end, length) = document_mark(&self.text[at..]);
                    if length > 0 {
                        documents.push(end);
                        at += length;
                        self.push(CodeKind::Text, start, at);
                    } else {
                        at += 1;
                        self.push(CodeKind::Sign, start, at);
                    }
                }
                b'0'..=b'9' => {
                    at = self.run(at, |byte| is_word(byte) || byte == b'.');
                    self.push(CodeKind::Number, start, at);
                }
                _ if is_word(byte) => {
                    at = self.run(at, is_word);
                    let is_prefix =
                        style == Style::Python && at - start < 3 && matches!(bytes.get(at), Some(b'\'' | b'"'));
                    if is_prefix {
                        at = self.text_end(at, style);
                    }
                    self.push(if is_prefix { CodeKind::Text } else { CodeKind::Word }, start, at);
                }
                _ if byte.is_ascii_whitespace() => at += 1,
                _ => {
                    at += 1;
                    match byte {
                        b'(' | b'[' => depth += 1,
                        b'{' if style != Style::TypeScript => depth += 1,
                        b')' | b']' => depth = depth.saturating_sub(1),
                        b'}' if style != Style::TypeScript => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    self.push(CodeKind::Sign, start, at);
                }
            }
        }
        let end = self.text.len();
        self.push(CodeKind::Newline, end, end);
    }

    fn push(&mut self, kind: CodeKind, start: usize, end: usize) {
        self.tokens.push(CodeToken { kind, start, end });
    }

    fn comment(&mut self, start: usize, end: usize) -> usize {
        self.comments.push(start..start + self.text[start..end].trim_end().len());
        end
    }

    fn line_end(&self, at: usize) -> usize {
        self.text.get(at..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |end| at + end)
    }

    fn run(&self, at: usize, of: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        at + rest.iter().position(|byte| !of(*byte)).unwrap_or(rest.len())
    }

    /// Returns true if a slash begins a pattern, and does not divide.
    fn begins_pattern(&self) -> bool {
        self.tokens.last().is_none_or(|last| match last.kind {
            CodeKind::Newline => true,
            CodeKind::Sign => !matches!(self.text.get(last.start..last.end), Some(")" | "]" | "}")),
            _ => false,
        })
    }

    fn pattern_end(&self, at: usize) -> usize {
        let (end, mut escaped, mut class) = (self.line_end(at), false, false);
        for (index, byte) in self.text.as_bytes()[at + 1..end].iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => return at + 1 + index + 1,
                _ => {}
            }
        }
        at + 1
    }

    fn is_ruby_comment(&self, at: usize) -> bool {
        self.text[at..].starts_with("=begin") && (at == 0 || self.text.as_bytes().get(at - 1) == Some(&b'\n'))
    }

    /// Returns the end of a text in quotes, and reports one that is not closed.
    fn text_end(&mut self, start: usize, style: Style) -> usize {
        let bytes = self.text.as_bytes();
        let quote = bytes.get(start).copied().unwrap_or_default();
        let is_triple = style == Style::Python && bytes.get(start..start + 3) == Some(&[quote; 3]);
        let is_long = is_triple || quote == b'`' || style == Style::Ruby;
        let mut at = start + if is_triple { 3 } else { 1 };
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\n' if !is_long => break,
                byte if *byte == quote && (!is_triple || bytes.get(at..at + 3) == Some(&[quote; 3])) => {
                    return at + if is_triple { 3 } else { 1 };
                }
                _ => {}
            }
            at += 1;
        }
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        if self.problems.len() < MOST {
            let (what, help) = ("a text is not closed".to_owned(), "close it with the same quote".to_owned());
            let span = Span::new(self.file.file, start..self.line_end(start));
            self.problems.push(SchemaProblem { span, what, help });
        }
        at
    }

    /// Returns the place after a text that ends with a line of its own.
    fn document_end(&self, from: usize, end: &str) -> usize {
        let mut at = from;
        while at < self.text.len() {
            let line = self.line_end(at);
            if self.text[at..line].trim() == end {
                return line;
            }
            at = line + 1;
        }
        self.text.len()
    }

    /// Finds the partner of each bracket.
    fn pair(&mut self) {
        self.partners = vec![usize::MAX; self.tokens.len()];
        let mut open: Vec<usize> = Vec::new();
        for at in 0..self.tokens.len() {
            match self.sign(at) {
                Some("(" | "[" | "{") => open.push(at),
                Some(sign @ (")" | "]" | "}")) => {
                    let is_partner = |of: &usize| {
                        matches!((self.sign(*of), sign), (Some("("), ")") | (Some("["), "]") | (Some("{"), "}"))
                    };
                    match open.last().filter(|last| is_partner(last)) {
                        Some(last) => self.partners[*last] = at,
                        None => self.bracket(at),
                    }
                    open.pop();
                }
                _ => {}
            }
        }
        if let Some(first) = open.first() {
            self.bracket(*first);
        }
    }

    fn bracket(&mut self, at: usize) {
        if self.problems.len() < MOST {
            let what = format!("the bracket `{}` has no partner", self.of(at));
            let help = "correct the brackets of this statement".to_owned();
            self.problems.push(SchemaProblem { span: self.span(at..at + 1), what, help });
        }
    }

    /// Returns the path of the file.
    pub(super) fn path(&self) -> &'t str {
        self.file.path
    }

    /// Returns the text of a token.
    pub(super) fn of(&self, at: usize) -> &'t str {
        self.tokens.get(at).and_then(|token| self.text.get(token.start..token.end)).unwrap_or_default()
    }

    /// Returns the kind of a token.
    pub(super) fn kind(&self, at: usize) -> Option<CodeKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn sign(&self, at: usize) -> Option<&'t str> {
        (self.kind(at) == Some(CodeKind::Sign)).then(|| self.of(at))
    }

    /// Returns true if a token is this sign.
    pub(super) fn is(&self, at: usize, sign: &str) -> bool {
        self.sign(at) == Some(sign)
    }

    /// Returns a token if it is a word.
    pub(super) fn word(&self, at: usize) -> Option<&'t str> {
        (self.kind(at) == Some(CodeKind::Word)).then(|| self.of(at))
    }

    /// Returns the content of a token if it is a text in quotes.
    pub(super) fn string(&self, at: usize) -> Option<String> {
        if self.kind(at) != Some(CodeKind::Text) {
            return None;
        }
        let text = self.of(at).trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let quote = text.chars().next()?;
        let text = text.trim_matches(quote);
        Some(if text.contains('\\') { text.replace("\\\"", "\"").replace("\\'", "'") } else { text.to_owned() })
    }

    /// Returns the place after a token, or after the bracket that it opens.
    pub(super) fn after(&self, at: usize) -> usize {
        match self.partners.get(at) {
            Some(partner) if *partner != usize::MAX => partner + 1,
            _ => at + 1,
        }
    }

    /// Returns the place after the type arguments that a `<` directly after a word begins, or the place itself.
    pub(super) fn after_types(&self, open: usize) -> usize {
        let end_of = |at: usize| self.tokens.get(at).map(|token| token.end);
        let follows = open.checked_sub(1).filter(|before| self.word(*before).is_some()).and_then(end_of);
        if !self.is(open, "<") || follows != self.tokens.get(open).map(|token| token.start) {
            return open;
        }
        let (mut depth, mut at) = (1usize, open + 1);
        while at < self.tokens.len() && depth > 0 && !self.is(at, ";") && !self.is(at, ")") {
            match self.sign(at) {
                Some("<") => depth += 1,
                Some(">") if !self.is(at - 1, "=") => depth -= 1,
                _ => {}
            }
            at = self.after(at);
        }
        at
    }

    /// Returns the tokens inside the bracket that a token opens.
    pub(super) fn inside(&self, at: usize) -> Range<usize> {
        let end = self.after(at) - 1;
        at + 1..end.max(at + 1)
    }

    /// Returns the end of the statement that a token is in: the next end of a line outside brackets.
    pub(super) fn statement_end(&self, mut at: usize) -> usize {
        while at < self.tokens.len() && self.kind(at) != Some(CodeKind::Newline) {
            at = self.after(at);
        }
        at.min(self.tokens.len())
    }

    /// Returns the parts between commas, each with its name: `name=value`, `name: value` or `:name => value`.
    pub(super) fn arguments(&self, range: Range<usize>) -> Vec<Argument<'t>> {
        let mut found = Vec::new();
        let (mut at, mut start) = (range.start, range.start);
        while at <= range.end {
            if at == range.end || self.is(at, ",") {
                let mut end = at;
                while start < end && self.kind(start) == Some(CodeKind::Newline) {
                    start += 1;
                }
                while start < end && self.kind(end - 1) == Some(CodeKind::Newline) {
                    end -= 1;
                }
                if start < end {
                    found.push(self.argument(start..end));
                }
                start = at + 1;
            }
            at = if at < range.end { self.after_types(self.after(at)).min(range.end) } else { at + 1 };
        }
        found
    }

    fn argument(&self, part: Range<usize>) -> Argument<'t> {
        let named = self
            .word(part.start)
            .filter(|_| self.is(part.start + 1, ":") || self.is(part.start + 1, "=") && !self.is(part.start + 2, "="));
        let symbol = self.is(part.start, ":") && self.is(part.start + 2, "=") && self.is(part.start + 3, ">");
        match (named, symbol) {
            (Some(name), _) if part.len() > 1 => Argument { name: Some(name), value: part.start + 2..part.end },
            (_, true) => Argument { name: self.word(part.start + 1), value: part.start + 4..part.end },
            _ => Argument { name: None, value: part },
        }
    }

    /// Returns the category that a field has from a comment of its table, or from the comments beside its code.
    pub(super) fn category(&self, comment: Option<&str>, place: Range<usize>) -> Option<String> {
        let own = comment.and_then(category_in);
        own.or_else(|| category(self.text, &self.comments, &self.range(place)))
    }

    /// Returns the span of tokens.
    pub(super) fn span(&self, tokens: Range<usize>) -> Span {
        Span::new(self.file.file, self.range(tokens))
    }

    /// Returns the bytes of tokens.
    pub(super) fn range(&self, tokens: Range<usize>) -> Range<usize> {
        let start = self.tokens.get(tokens.start).map_or(self.text.len(), |token| token.start);
        let last = tokens.end.checked_sub(1).and_then(|last| self.tokens.get(last));
        start..last.map_or(start, |token| token.end).max(start)
    }

    /// Returns the text of tokens, as written.
    pub(super) fn written(&self, tokens: Range<usize>) -> &'t str {
        self.text.get(self.range(tokens)).unwrap_or_default()
    }
}

/// Returns the word that ends a text on the following lines, and the length of its mark: `<<~SQL`, `<<-'SQL'`.
fn document_mark(text: &str) -> (&str, usize) {
    let mark = text[2..].trim_start_matches(['-', '~']);
    let inner = mark.trim_start_matches(['\'', '"']);
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inner.len());
    let is_mark = inner.starts_with(|c: char| c.is_ascii_uppercase());
    let quotes = mark.len() - inner.len();
    let length = (text.len() - inner.len()) + end + quotes;
    if is_mark { (&inner[..end], length.min(text.len())) } else { ("", 0) }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}
