//! A cursor over the tokens of a statement.

use super::dialect::{Dialect, Quoted};
use super::scan::{SqlToken, SqlTokenKind};
use std::ops::Range;

/// One part of a name, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ident {
    /// The text without quotes.
    pub(super) text: String,
    /// The quoting in the source.
    pub(super) quoted: Quoted,
}

/// A name with the schemas before it.
pub(super) type Name = Vec<Ident>;

/// A position among tokens: those that are left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [SqlToken],
    pub(super) dialect: Dialect,
}

impl<'a> Cursor<'a> {
    /// Returns the text of a token.
    pub(super) fn of(&self, token: &SqlToken) -> &'a str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    /// Returns the token that is `ahead` tokens further on.
    pub(super) fn peek(&self, ahead: usize) -> Option<&'a SqlToken> {
        self.tokens.get(ahead)
    }

    /// Returns true if no tokens are left.
    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Returns true if the token that is `ahead` tokens further on is one of these words.
    pub(super) fn has(&self, ahead: usize, words: &[&str]) -> bool {
        self.peek(ahead).is_some_and(|token| {
            let text = self.of(token);
            token.kind == SqlTokenKind::Word && words.iter().any(|word| text.eq_ignore_ascii_case(word))
        })
    }

    /// Returns true if the token that is `ahead` tokens further on is this sign.
    pub(super) fn sign(&self, ahead: usize, sign: &str) -> bool {
        self.peek(ahead).is_some_and(|token| token.kind == SqlTokenKind::Sign && self.of(token) == sign)
    }

    /// Returns true if these words are next.
    pub(super) fn at(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(ahead, word)| self.has(ahead, &[word]))
    }

    /// Skips `count` tokens.
    pub(super) fn skip(&mut self, count: usize) {
        self.tokens = self.tokens.get(count..).unwrap_or_default();
    }

    /// Takes these words if they are next.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let found = self.at(words);
        if found {
            self.skip(words.len());
        }
        found
    }

    /// Takes one of these words if it is next.
    pub(super) fn eat_one(&mut self, words: &[&str]) -> bool {
        let found = self.has(0, words);
        if found {
            self.skip(1);
        }
        found
    }

    /// Takes a sign if it is next.
    pub(super) fn eat_sign(&mut self, sign: &str) -> bool {
        let found = self.sign(0, sign);
        if found {
            self.skip(1);
        }
        found
    }

    /// Takes a name of one part. SQLite and MySQL's ANSI mode also write names in the quotes of texts.
    pub(super) fn ident(&mut self) -> Option<Ident> {
        let token = self.peek(0)?;
        let text = self.of(token);
        let numbered =
            self.dialect == Dialect::Mysql && text.bytes().any(|byte| !byte.is_ascii_digit() && byte != b'.');
        let ident = match token.kind {
            SqlTokenKind::Word => Ident { text: text.to_owned(), quoted: Quoted::No },
            SqlTokenKind::Name => Ident { text: unquoted(text), quoted: Quoted::Yes },
            SqlTokenKind::Text
                if self.dialect == Dialect::Sqlite || self.dialect == Dialect::Mysql && text.starts_with('"') =>
            {
                Ident { text: unquoted(text), quoted: Quoted::Yes }
            }
            SqlTokenKind::Number if numbered => Ident { text: text.to_owned(), quoted: Quoted::No },
            _ => return None,
        };
        self.skip(1);
        Some(ident)
    }

    /// Takes a name with the schemas before it.
    pub(super) fn name(&mut self) -> Option<Name> {
        let mut name = vec![self.ident()?];
        while self.sign(0, ".") && name.len() < 4 {
            self.skip(1);
            name.push(self.ident()?);
        }
        Some(name)
    }

    /// Takes names with commas between them.
    pub(super) fn names(&mut self) -> Option<Vec<Name>> {
        let mut names = vec![self.name()?];
        while self.eat_sign(",") {
            names.push(self.name()?);
        }
        Some(names)
    }

    /// Takes a text in quotes.
    pub(super) fn string(&mut self) -> Option<String> {
        let token = self.peek(0).filter(|token| token.kind == SqlTokenKind::Text)?;
        self.skip(1);
        Some(unquoted(self.of(token)))
    }

    /// Takes a group in round brackets; returns its content, and true if it is closed.
    pub(super) fn group(&mut self) -> Option<(Cursor<'a>, bool)> {
        if !self.sign(0, "(") {
            return None;
        }
        let mut depth = 0usize;
        let end = self.tokens.iter().position(|token| {
            match (token.kind, self.of(token)) {
                (SqlTokenKind::Sign, "(") => depth += 1,
                (SqlTokenKind::Sign, ")") => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let inner = self.tokens.get(1..end.unwrap_or(self.tokens.len())).unwrap_or_default();
        self.skip(end.map_or(self.tokens.len(), |end| end + 1));
        Some((Cursor { tokens: inner, ..*self }, end.is_some()))
    }

    /// Returns the parts between commas that are outside brackets, without empty ones.
    pub(super) fn parts(&self) -> Vec<Cursor<'a>> {
        let mut depth = 0usize;
        let parts = self.tokens.split(|token| {
            match (token.kind, self.of(token)) {
                (SqlTokenKind::Sign, "(" | "[") => depth += 1,
                (SqlTokenKind::Sign, ")" | "]") => depth = depth.saturating_sub(1),
                (SqlTokenKind::Sign, ",") => return depth == 0,
                _ => {}
            }
            false
        });
        parts.map(|tokens| Cursor { tokens, ..*self }).filter(|part| !part.is_empty()).collect()
    }

    /// Takes the next token, or the whole group in brackets that it opens.
    pub(super) fn skip_one(&mut self) {
        if self.group().is_none() {
            self.skip(1);
        }
    }

    /// Returns the bytes from the first token to the last.
    pub(super) fn range(&self) -> Range<usize> {
        let start = self.tokens.first().map_or(0, |token| token.start);
        start..self.tokens.last().map_or(start, |token| token.end)
    }
}

/// Returns a text or a name without its quotes, and with each doubled quote inside it once.
fn unquoted(text: &str) -> String {
    let escaped = text.starts_with(['e', 'E']);
    let text = if escaped { text.get(1..).unwrap_or_default() } else { text };
    let Some(quote) = text.chars().next() else { return String::new() };
    if quote == '$' {
        let tag = text.get(1..).and_then(|rest| rest.find('$')).map_or(0, |at| at + 2);
        let inner = text.get(tag..text.len().saturating_sub(tag)).unwrap_or_default();
        return inner.to_owned();
    }
    let close = if quote == '[' { ']' } else { quote };
    let inner = text.get(1..).unwrap_or_default();
    let inner = inner.strip_suffix(close).unwrap_or(inner);
    if inner.contains(close) && quote != '[' {
        return inner.replace(&format!("{close}{close}"), &close.to_string());
    }
    inner.to_owned()
}
