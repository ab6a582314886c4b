//! Tokens of SQL: words, names in quotes, texts, numbers and signs, with the comments kept apart.

use super::dialect::Dialect;
use super::marks::{Half, Liquibase, half};
use crate::schema::SchemaProblem;
use crate::span::{FileId, Span};
use std::ops::Range;

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SqlTokenKind {
    /// A keyword, or a name without quotes.
    Word,
    /// A name in quotes.
    Name,
    /// A text in quotes, or between dollar signs.
    Text,
    Number,
    /// Any other single character.
    Sign,
    /// The end of a statement.
    End,
}

/// A token, by its byte range.
#[derive(Debug, Clone, Copy)]
pub(super) struct SqlToken {
    pub(super) kind: SqlTokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The trust in a quote that is closed many lines later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// Full: the text goes as far as the closing quote.
    Trusting,
    /// Limited, since a quote is not closed somewhere in the file: the text ends before a line that begins a statement.
    Wary,
}

/// The number of unclosed quotes and comments after which a search stays on its line: each one goes to the end of the
/// file.
const UNCLOSED: usize = 8;

/// Reads tokens one after the other.
pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// The text that ends a statement; the client of MySQL can change it.
    pub(super) delimiter: &'t str,
    pub(super) comments: Vec<Range<usize>>,
    pub(super) problems: Vec<SchemaProblem>,
    /// The parts that a migration tool does not run here.
    pub(super) skipped: Vec<SchemaProblem>,
    pub(super) unclosed: usize,
    /// True after a mark that begins the part to run, without the name of a tool.
    has_up: bool,
    file: FileId,
    dialect: Dialect,
    care: Care,
    conditional: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, file: FileId, dialect: Dialect, care: Care) -> Self {
        let (comments, problems, skipped) = (Vec::new(), Vec::new(), Vec::new());
        let (at, delimiter, unclosed, has_up, conditional) = (0, ";", 0, false, 0);
        Scanner { text, at, delimiter, comments, problems, skipped, unclosed, has_up, file, dialect, care, conditional }
    }

    /// Returns the next token, if there is one.
    pub(super) fn token(&mut self) -> Option<SqlToken> {
        self.skip_blank();
        let start = self.at;
        let first = self.byte(start)?;
        if self.text[start..].starts_with(self.delimiter) {
            return Some(self.take(SqlTokenKind::End, start + self.delimiter.len()));
        }
        let mysql = self.dialect == Dialect::Mysql;
        let token = match first {
            b'\'' => self.quoted(SqlTokenKind::Text, start, b'\''),
            b'"' if mysql => self.quoted(SqlTokenKind::Text, start, b'"'),
            b'"' => self.quoted(SqlTokenKind::Name, start, b'"'),
            b'`' => self.quoted(SqlTokenKind::Name, start, b'`'),
            b'[' if self.dialect == Dialect::Sqlite => self.quoted(SqlTokenKind::Name, start, b']'),
            b'e' | b'E' if self.dialect == Dialect::Postgresql && self.byte(start + 1) == Some(b'\'') => {
                self.quoted(SqlTokenKind::Text, start, b'\'')
            }
            b'$' if self.dialect == Dialect::Postgresql => self.dollar(start),
            b'0'..=b'9' => self.word(SqlTokenKind::Number, start, |byte| byte == b'.' || is_word(byte)),
            _ if is_word(first) => self.word(SqlTokenKind::Word, start, is_word),
            _ => self.take(SqlTokenKind::Sign, start + 1),
        };
        Some(token)
    }

    /// Skips white space and comments.
    pub(super) fn skip_blank(&mut self) {
        loop {
            self.skip_space();
            let start = self.at;
            let mysql = self.dialect == Dialect::Mysql;
            // A delimiter can begin like a comment.
            if self.text[start..].starts_with(self.delimiter) {
                return;
            }
            match (self.byte(start), self.byte(start + 1)) {
                // MySQL needs a space after the dashes, but its client and all tools pass over lines of dashes.
                (Some(b'-'), Some(b'-'))
                    if !mysql || self.byte(start + 2).is_none_or(|byte| byte <= b' ') || self.begins_line(start) =>
                {
                    self.line_comment();
                }
                // Play has such lines in any dialect.
                (Some(b'#'), _) if mysql || self.begins_line(start) => self.line_comment(),
                (Some(b'/'), Some(b'*')) => self.block_comment(),
                (Some(b'*'), Some(b'/')) if self.conditional > 0 => {
                    self.conditional -= 1;
                    self.at += 2;
                }
                _ => return,
            }
        }
    }

    /// Returns true if only white space is before a position on its line.
    pub(super) fn begins_line(&self, at: usize) -> bool {
        let line = self.text.get(..at).unwrap_or_default();
        let before = line.trim_end_matches([' ', '\t', '\u{feff}']);
        before.is_empty() || before.ends_with('\n')
    }

    /// Returns the end of the line that a position is on.
    pub(super) fn line_end(&self, from: usize) -> usize {
        self.text.get(from..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |at| from + at)
    }

    /// Adds a problem in the file.
    pub(super) fn problem(&mut self, range: Range<usize>, what: String, help: &str) {
        let help = help.to_owned();
        self.problems.push(SchemaProblem { span: Span::new(self.file, range), what, help });
    }

    /// Skips white space.
    pub(super) fn skip_space(&mut self) {
        self.at = self.run(self.at, |byte| byte.is_ascii_whitespace() || byte == 0);
        // A byte order mark is not a word, at the beginning of a file or where files were joined.
        while self.text[self.at..].starts_with('\u{feff}') {
            self.at = self.run(self.at + 3, |byte| byte.is_ascii_whitespace());
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn run(&self, from: usize, of: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        from + rest.iter().position(|byte| !of(*byte)).unwrap_or(rest.len())
    }

    fn take(&mut self, kind: SqlTokenKind, end: usize) -> SqlToken {
        let start = std::mem::replace(&mut self.at, end);
        SqlToken { kind, start, end }
    }

    fn word(&mut self, kind: SqlTokenKind, start: usize, of: impl Fn(u8) -> bool) -> SqlToken {
        let end = self.run(start, of);
        // `END$$` ends a statement if the delimiter is `$$`.
        let cut = self.text[start..end].find(self.delimiter).filter(|cut| *cut > 0);
        self.take(kind, cut.map_or(end, |cut| start + cut))
    }

    fn line_comment(&mut self) {
        let start = self.at;
        self.at = self.line_end(start);
        let comment = &self.text[start..self.at];
        self.comments.push(start..start + comment.trim_end().len());
        match half(comment) {
            Some(Half::Up) => self.has_up = true,
            // A word alone is a mark only after the other one: it may be about a column.
            Some(Half::Down { is_sure }) if is_sure || self.has_up => {
                self.at = self.find_line(|line| matches!(half(line), Some(Half::Up)));
            }
            _ => self.liquibase(start..start + comment.len()),
        }
    }

    /// Follows a line of a file in the form of Liquibase.
    fn liquibase(&mut self, range: Range<usize>) {
        let text = self.text;
        match Liquibase::read(&text[range.clone()], self.dialect) {
            None => {}
            Some(Liquibase::Run(delimiter)) => self.delimiter = delimiter.unwrap_or(";"),
            Some(Liquibase::Ignore) => {
                self.at = self.find_line(|line| matches!(Liquibase::read(line, self.dialect), Some(Liquibase::Resume)));
            }
            Some(Liquibase::Resume) => {}
            Some(Liquibase::Other(why)) => {
                let is_next = |line: &str| {
                    matches!(Liquibase::read(line, self.dialect), Some(Liquibase::Run(_) | Liquibase::Other(_)))
                };
                self.at = self.find_line(is_next);
                let help = "check that it is not run where the data is".to_owned();
                let span = Span::new(self.file, range.start..self.text[..self.at].trim_end().len());
                self.skipped.push(SchemaProblem { span, what: format!("a changeset is not run: {why}"), help });
            }
        }
    }

    /// Returns the beginning of the next comment of a line that is wanted, or the end of the text.
    fn find_line(&self, is_wanted: impl Fn(&str) -> bool) -> usize {
        let mut at = self.at;
        while at < self.text.len() {
            let end = self.line_end(at);
            let line = self.text[at..end].trim();
            if line.starts_with(['-', '#']) && is_wanted(line) {
                return at;
            }
            at = end + 1;
        }
        self.text.len()
    }

    fn block_comment(&mut self) {
        let start = self.at;
        if self.dialect == Dialect::Mysql && self.is_conditional(start) {
            self.conditional += 1;
            return;
        }
        let bytes = self.text.as_bytes();
        let stop = if self.unclosed < UNCLOSED { bytes.len() } else { self.line_end(start) };
        let (mut at, mut depth) = (start + 2, 1usize);
        while at < stop && depth > 0 {
            match (bytes.get(at), bytes.get(at + 1)) {
                (Some(b'*'), Some(b'/')) => (at, depth) = (at + 2, depth - 1),
                (Some(b'/'), Some(b'*')) if self.dialect == Dialect::Postgresql => (at, depth) = (at + 2, depth + 1),
                _ => at += 1,
            }
        }
        if depth > 0 {
            self.unclosed += 1;
            at = self.line_end(start);
            let help = "close it with `*/`";
            self.problem(start..start + 2, "the comment is not closed".to_owned(), help);
        }
        self.comments.push(start..at);
        self.at = at;
    }

    /// Returns true if MySQL executes the comment, and then skips the beginning of the comment.
    fn is_conditional(&mut self, start: usize) -> bool {
        let rest = &self.text[start + 2..];
        let Some(version) = rest.strip_prefix('!').or_else(|| rest.strip_prefix("M!")) else { return false };
        let digits = version.bytes().take_while(u8::is_ascii_digit).count();
        // A version that no server has, as MariaDB's client writes it, is never executed.
        if version[..digits].starts_with("99999") {
            return false;
        }
        self.at = self.text.len() - version.len() + digits;
        true
    }

    fn quoted(&mut self, kind: SqlTokenKind, start: usize, quote: u8) -> SqlToken {
        let escaped = self.byte(start).is_some_and(|byte| byte | 0x20 == b'e');
        let backslash = quote != b'`' && (self.dialect == Dialect::Mysql || escaped);
        let from = start + 1 + usize::from(escaped);
        match self.closing(from, quote, if backslash { b'\\' } else { 0 }) {
            Some(end) => self.take(kind, end),
            None => self.not_closed(kind, start, from),
        }
    }

    /// Returns the byte after the closing quote.
    fn closing(&self, from: usize, quote: u8, escape: u8) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let stop = if self.unclosed < UNCLOSED { bytes.len() } else { self.line_end(from) };
        let mut at = from;
        while at < stop {
            let byte = *bytes.get(at)?;
            if byte == escape && byte != 0 {
                at += 2;
            } else if byte == quote {
                if quote == b']' || bytes.get(at + 1) != Some(&quote) {
                    return Some(at + 1);
                }
                at += 2;
            } else if byte == b'\n' && self.care == Care::Wary && begins_statement(&self.text[at + 1..]) {
                return None;
            } else {
                at += 1;
            }
        }
        None
    }

    fn dollar(&mut self, start: usize) -> SqlToken {
        let word = self.run(start + 1, |byte| byte != b'$' && is_word(byte));
        if self.byte(word) != Some(b'$') || self.byte(start + 1).is_some_and(|byte| byte.is_ascii_digit()) {
            return self.take(SqlTokenKind::Sign, start + 1);
        }
        let tag = &self.text[start..=word];
        let stop = if self.unclosed < UNCLOSED { self.text.len() } else { self.line_end(start) };
        match self.text.get(word + 1..stop).and_then(|rest| rest.find(tag)) {
            Some(at) => self.take(SqlTokenKind::Text, word + 1 + at + tag.len()),
            None => self.not_closed(SqlTokenKind::Text, start, word + 1),
        }
    }

    /// Ends an unclosed quote at the end of its line, before any signs that end a column there.
    fn not_closed(&mut self, kind: SqlTokenKind, start: usize, from: usize) -> SqlToken {
        self.unclosed += 1;
        let line = &self.text[from..self.line_end(from).max(from)];
        let end = from + line.trim_end_matches([',', ';', ')', ' ', '\t', '\r']).len();
        let what = format!("the quote {} is not closed", &self.text[start..from]);
        self.problem(start..end, what, "close it with the same quote");
        self.take(kind, end)
    }
}

/// Returns true if a line begins a statement that never occurs inside others.
pub(super) fn begins_statement(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t']);
    let is = |word: &str, of: &[&str]| of.iter().any(|other| word.eq_ignore_ascii_case(other));
    let Some(at) = line.bytes().take(7).position(|byte| byte.is_ascii_whitespace()) else { return false };
    let (first, rest) = line.split_at(at);
    if !is(first, &["CREATE", "ALTER", "DROP"]) {
        return false;
    }
    let objects = ["TABLE", "VIEW", "TYPE", "INDEX", "UNIQUE", "TRIGGER", "FUNCTION", "PROCEDURE", "TEMP", "TEMPORARY"];
    let more = ["OR", "MATERIALIZED", "UNLOGGED", "SEQUENCE", "EXTENSION", "SCHEMA", "VIRTUAL", "FOREIGN"];
    let rest = rest.trim_start().as_bytes();
    let length = rest.iter().take(20).take_while(|byte| is_word(**byte)).count();
    let second = std::str::from_utf8(&rest[..length]).unwrap_or_default();
    // `ALTER TABLE t` with `DROP INDEX i` on the next line is one statement.
    match is(first, &["DROP"]) {
        true => is(second, &["TABLE", "VIEW"]),
        false => is(second, &objects) || is(second, &more) && is(first, &["CREATE"]),
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
