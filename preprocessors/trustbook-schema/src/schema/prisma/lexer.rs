//! Tokens of a Prisma file: words, signs, texts and comments, with matching brackets.

use super::problems::Problems;
use std::ops::Range;

/// A token: a piece of a file that is not blank.
#[derive(Debug, Clone)]
pub(super) struct PrismaToken {
    pub(super) kind: PrismaTokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PrismaTokenKind {
    /// A name, a keyword or a number.
    Word,
    /// A text in quotes.
    Text,
    /// A text without a closing quote, up to the end of its line.
    OpenText,
    /// `//` or `///`, up to the end of the line.
    LineComment,
    /// `/* */`.
    BlockComment,
    Newline,
    /// Any other character.
    Sign(char),
}

/// A file as tokens.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    pub(super) text: &'t str,
    all: Vec<PrismaToken>,
    /// The index of the matching closing bracket, for each opening one; 0 for all other tokens.
    closing: Vec<usize>,
    /// The indexes of the keywords that begin declarations at the beginning of a line.
    headers: Vec<usize>,
}

/// Splits a file into tokens.
pub(super) fn lex<'t>(text: &'t str, problems: &mut Problems<'_>) -> Tokens<'t> {
    let all = scan(text, problems);
    let mut tokens = Tokens { text, all, closing: Vec::new(), headers: Vec::new() };
    tokens.headers = headers(&tokens);
    tokens.closing = pairs(&tokens);
    tokens
}

impl<'t> Tokens<'t> {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&PrismaToken> {
        self.all.get(at)
    }

    pub(super) fn kind(&self, at: usize) -> Option<PrismaTokenKind> {
        self.all.get(at).map(|token| token.kind)
    }

    pub(super) fn is(&self, at: usize, sign: char) -> bool {
        self.kind(at) == Some(PrismaTokenKind::Sign(sign))
    }

    /// Returns the name at a place, if there is one.
    pub(super) fn word(&self, at: usize) -> Option<&'t str> {
        (self.kind(at) == Some(PrismaTokenKind::Word)).then(|| self.slice(at))
    }

    /// Returns the text of a token.
    pub(super) fn slice(&self, at: usize) -> &'t str {
        self.get(at).and_then(|token| self.text.get(token.start..token.end)).unwrap_or_default()
    }

    /// Returns the bytes from one token to another, both included.
    pub(super) fn range(&self, first: usize, last: usize) -> Range<usize> {
        let start = self.get(first).map_or(self.text.len(), |token| token.start);
        start..self.get(last).map_or(self.text.len(), |token| token.end).max(start)
    }

    /// Returns the bracket before `limit` that closes the one at a place.
    pub(super) fn closing(&self, at: usize, limit: usize) -> Option<usize> {
        self.closing.get(at).copied().filter(|closing| (1..limit).contains(closing))
    }

    /// Returns the beginning of the next declaration after a place, or the end of the file.
    pub(super) fn next_header(&self, at: usize) -> usize {
        let next = self.headers.partition_point(|header| *header <= at);
        self.headers.get(next).copied().unwrap_or(self.len())
    }

    /// Returns the end of the line at a place: its `Newline`, or `limit`. Brackets can contain ends of lines.
    pub(super) fn line_end(&self, mut at: usize, limit: usize) -> usize {
        while at < limit && self.kind(at).is_some_and(|kind| kind != PrismaTokenKind::Newline) {
            at = self.closing(at, limit).unwrap_or(at) + 1;
        }
        at.min(limit)
    }

    /// Returns the first place from `at` on that is neither the end of a line nor a comment.
    pub(super) fn skip_blank(&self, mut at: usize) -> usize {
        while let Some(PrismaTokenKind::Newline | PrismaTokenKind::LineComment | PrismaTokenKind::BlockComment) =
            self.kind(at)
        {
            at += 1;
        }
        at
    }
}

/// The keywords that begin declarations.
pub(super) const KEYWORDS: &[&str] = &["model", "view", "type", "enum", "datasource", "generator"];

/// Returns the name and the opening brace of the declaration whose keyword is at `at`.
pub(super) fn header(tokens: &Tokens<'_>, at: usize) -> Option<(usize, usize)> {
    tokens.word(at).filter(|word| KEYWORDS.contains(word))?;
    tokens.word(at + 1)?;
    let open = tokens.skip_blank(at + 2);
    tokens.is(open, '{').then_some((at + 1, open))
}

fn scan(text: &str, problems: &mut Problems<'_>) -> Vec<PrismaToken> {
    let mut tokens = Vec::new();
    let mut at = 0;
    // After one open comment, all later ones are open as well: none of them is searched again.
    let mut open_comment = false;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let start = at;
        let rest = text.get(start..).unwrap_or_default();
        let kind = match c {
            '\n' => PrismaTokenKind::Newline,
            '\r' => {
                at += usize::from(rest.starts_with("\r\n"));
                PrismaTokenKind::Newline
            }
            _ if c.is_whitespace() || c == '\u{feff}' => {
                at += c.len_utf8();
                continue;
            }
            '/' if rest.starts_with("//") => {
                at = start + line_length(rest) - 1;
                PrismaTokenKind::LineComment
            }
            '/' if rest.starts_with("/*") => {
                let closed = (!open_comment).then(|| rest.get(2..).and_then(|inner| inner.find("*/"))).flatten();
                if closed.is_none() && !open_comment {
                    open_comment = true;
                    let what = "a comment that begins with `/*` is not closed".to_owned();
                    problems.push(start..start + 2, what, "close it with `*/`".to_owned());
                }
                at = start + closed.map_or_else(|| line_length(rest), |inner| inner + 4) - 1;
                PrismaTokenKind::BlockComment
            }
            '"' => {
                let (length, kind) = quoted(rest);
                if kind == PrismaTokenKind::OpenText {
                    let help = "close it with `\"` on the same line".to_owned();
                    problems.push(start..start + length, "a text in quotes is not closed".to_owned(), help);
                }
                at = start + length - 1;
                kind
            }
            _ if is_name(c) => {
                let length = rest.find(|c| !(is_name(c) || c == '-')).unwrap_or(rest.len());
                tokens.push(PrismaToken { kind: PrismaTokenKind::Word, start, end: start + length });
                at = start + length;
                continue;
            }
            _ => {
                at += c.len_utf8() - 1;
                PrismaTokenKind::Sign(c)
            }
        };
        at += 1;
        tokens.push(PrismaToken { kind, start, end: at });
    }
    tokens
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns the number of bytes before the end of the first line.
fn line_length(text: &str) -> usize {
    text.bytes().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len())
}

/// Returns the length and kind of the text in quotes that `text` begins with.
fn quoted(text: &str) -> (usize, PrismaTokenKind) {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'\n' | b'\r' => return (at, PrismaTokenKind::OpenText),
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return (at + 1, PrismaTokenKind::Text),
            _ => {}
        }
    }
    (text.len(), PrismaTokenKind::OpenText)
}

fn headers(tokens: &Tokens<'_>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at_start = true;
    for (at, token) in tokens.all.iter().enumerate() {
        if at_start && header(tokens, at).is_some() {
            found.push(at);
        }
        at_start = match token.kind {
            PrismaTokenKind::Newline | PrismaTokenKind::Sign('}') => true,
            PrismaTokenKind::LineComment | PrismaTokenKind::BlockComment => at_start,
            _ => false,
        };
    }
    found
}

/// Matches brackets.
///
/// A declaration ends everything that is open before it. A closing brace ends everything that was opened after its
/// partner. A mistake therefore reaches no further than its block.
fn pairs(tokens: &Tokens<'_>) -> Vec<usize> {
    let mut closing = vec![0; tokens.len()];
    let mut open: Vec<(char, usize)> = Vec::new();
    // The number of open round and square brackets, for each level of braces.
    let mut counts: Vec<(usize, usize)> = vec![(0, 0)];
    let mut headers = tokens.headers.iter().peekable();
    for (at, token) in tokens.all.iter().enumerate() {
        if headers.next_if_eq(&&at).is_some() {
            open.clear();
            counts = vec![(0, 0)];
        }
        let PrismaTokenKind::Sign(sign) = token.kind else { continue };
        let Some((round, square)) = counts.last_mut() else { break };
        match sign {
            '(' => *round += 1,
            '[' => *square += 1,
            '{' => counts.push((0, 0)),
            ')' if *round > 0 => close(&mut open, &mut closing, '(', at, counts.last_mut()),
            ']' if *square > 0 => close(&mut open, &mut closing, '[', at, counts.last_mut()),
            '}' if counts.len() > 1 => {
                counts.pop();
                close(&mut open, &mut closing, '{', at, None);
            }
            _ => {}
        }
        if matches!(sign, '(' | '[' | '{') {
            open.push((sign, at));
        }
    }
    closing
}

/// Closes the innermost bracket of a sign; brackets that are still open inside it have no partner.
fn close(
    open: &mut Vec<(char, usize)>,
    closing: &mut [usize],
    sign: char,
    at: usize,
    mut counts: Option<&mut (usize, usize)>,
) {
    while let Some((opened, index)) = open.pop() {
        if let Some((round, square)) = counts.as_deref_mut() {
            match opened {
                '(' => *round = round.saturating_sub(1),
                _ => *square = square.saturating_sub(1),
            }
        }
        if opened == sign {
            if let Some(partner) = closing.get_mut(index) {
                *partner = at;
            }
            return;
        }
    }
}
