//! Splits a file into statements, without parsing them.

use super::dialect::Dialect;
use super::scan::{Care, Scanner, SqlToken, SqlTokenKind, begins_statement};
use crate::schema::SchemaProblem;
use crate::span::FileId;
use std::ops::Range;

#[derive(Debug, Default)]
pub(super) struct Statement {
    /// The tokens, without the end of the statement; of rows of data, only the first ones.
    pub(super) tokens: Vec<SqlToken>,
    /// True for a line that is meant for the client, such as `\i more.sql`.
    pub(super) is_client_line: bool,
}

/// The parts of a file.
#[derive(Debug, Default)]
pub(super) struct Split {
    pub(super) statements: Vec<Statement>,
    pub(super) comments: Vec<Range<usize>>,
    pub(super) problems: Vec<SchemaProblem>,
    pub(super) skipped: Vec<SchemaProblem>,
}

/// Splits a file. If a quote in it is not closed, the file is read again with less trust in quotes.
pub(super) fn split(text: &str, file: FileId, dialect: Dialect) -> Split {
    let (first, unclosed) = run(text, file, dialect, Care::Trusting);
    if unclosed == 0 { first } else { run(text, file, dialect, Care::Wary).0 }
}

fn run(text: &str, file: FileId, dialect: Dialect, care: Care) -> (Split, usize) {
    let scanner = Scanner::new(text, file, dialect, care);
    let mut splitter = Splitter { scanner, dialect, now: Statement::default(), body: Body::None, lost: 0, out: vec![] };
    splitter.run();
    let Scanner { comments, problems, skipped, unclosed, .. } = splitter.scanner;
    (Split { statements: splitter.out, comments, problems, skipped }, unclosed)
}

/// The body of a trigger or a routine: statements inside a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    /// The statement has none.
    None,
    /// It can have one.
    Possible,
    /// It is open, at this depth. Its first `;` comes after this many tokens, and ends at this byte.
    Open(usize, Option<(usize, usize)>),
}

struct Splitter<'t> {
    scanner: Scanner<'t>,
    dialect: Dialect,
    now: Statement,
    body: Body,
    /// The number of bodies without an end.
    lost: usize,
    out: Vec<Statement>,
}

impl<'t> Splitter<'t> {
    fn run(&mut self) {
        loop {
            if self.now.tokens.is_empty() {
                self.client_lines();
            }
            match self.scanner.token() {
                Some(token) => self.token(token),
                None if self.reopen() => {}
                None => break,
            }
        }
        self.finish();
    }

    fn token(&mut self, token: SqlToken) {
        match (token.kind, self.body) {
            (SqlTokenKind::End, Body::Open(depth @ 1.., first)) if self.scanner.delimiter == ";" => {
                self.body = Body::Open(depth, first.or(Some((self.now.tokens.len(), token.end))));
                self.now.tokens.push(token);
            }
            (SqlTokenKind::End, _) => self.finish(),
            (SqlTokenKind::Sign, _) if self.dialect == Dialect::Postgresql && self.text(token) == "\\" => {
                self.client_line(token.start);
            }
            // The client takes this line wherever it is; a column can have that name as well.
            (SqlTokenKind::Word, _)
                if self.dialect == Dialect::Mysql
                    && delimiter(&self.scanner.text[token.start..])
                        .is_some_and(|sign| sign.bytes().all(|byte| byte.is_ascii_punctuation()))
                    && self.scanner.begins_line(token.start) =>
            {
                self.scanner.at = token.start;
                self.finish();
            }
            // `\g` and `\G` end a statement like the delimiter.
            (SqlTokenKind::Sign, _)
                if self.dialect == Dialect::Mysql
                    && matches!(
                        self.scanner.text.as_bytes().get(token.start..token.end + 1),
                        Some(b"\\g" | b"\\G")
                    ) =>
            {
                self.scanner.at = token.end + 1;
                self.finish();
            }
            (SqlTokenKind::Word, _) => self.word(token),
            _ => self.push(token),
        }
    }

    fn word(&mut self, token: SqlToken) {
        let word = self.text(token);
        let open = self.now.tokens.first().map(|first| self.text(*first));
        if let Some(first) = open
            && self.body == Body::None
            && token.end - token.start < 7
            && begins_statement(&self.scanner.text[token.start..])
            && self.scanner.begins_line(token.start)
            && !["WITH", "EXPLAIN", "PREPARE"].iter().any(|other| first.eq_ignore_ascii_case(other))
            && !self.object().is_some_and(|object| ["RULE", "SCHEMA"].contains(&object))
        {
            if ["CREATE", "ALTER", "DROP", "COMMENT"].iter().any(|other| first.eq_ignore_ascii_case(other)) {
                let start = self.now.tokens.first().map_or(0, |first| first.start);
                let end = self.now.tokens.last().map_or(0, |last| last.end);
                let what = format!("the statement is not ended before `{word}`");
                self.scanner.problem(start..end, what, "end it with `;`");
            }
            self.finish();
        }
        self.open_and_close(token);
        self.push(token);
    }

    /// Tracks the beginnings and ends of blocks in a body.
    fn open_and_close(&mut self, token: SqlToken) {
        let word = self.text(token);
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        let previous = self.now.tokens.last().map(|last| self.text(*last)).unwrap_or_default();
        let follows = |other: &str| previous.eq_ignore_ascii_case(other);
        let postgresql = self.dialect == Dialect::Postgresql;
        match self.body {
            Body::None if self.now.tokens.len() < 16 && self.object().is_some_and(|it| ROUTINES.contains(&it)) => {
                self.body = Body::Possible;
            }
            Body::Possible if self.lost < 4 && (is("BEGIN") && !postgresql || is("ATOMIC") && follows("BEGIN")) => {
                self.body = Body::Open(1, None);
            }
            Body::Open(depth, first) if previous != "." => {
                let block = ["IF", "LOOP", "WHILE", "REPEAT"].iter().any(|other| is(other));
                // `END IF` ends no block: its second word opens again what `END` closed.
                if is("BEGIN") || is("CASE") && !follows("END") || block && follows("END") {
                    self.body = Body::Open(depth + 1, first);
                } else if is("END") {
                    self.body = Body::Open(depth.saturating_sub(1), first);
                }
            }
            _ => {}
        }
    }

    /// Returns the kind of object that the statement creates: the first known word after `CREATE`.
    fn object(&self) -> Option<&'static str> {
        let (first, rest) = self.now.tokens.split_first()?;
        if !self.text(*first).eq_ignore_ascii_case("CREATE") {
            return None;
        }
        let words = rest.iter().take(15).filter(|token| token.kind == SqlTokenKind::Word);
        words
            .filter_map(|token| OBJECTS.iter().find(|object| self.text(*token).eq_ignore_ascii_case(object)))
            .copied()
            .next()
    }

    fn push(&mut self, token: SqlToken) {
        // Only the first words of rows of data matter.
        let first = self.now.tokens.first().map(|first| self.text(*first)).unwrap_or_default();
        if self.now.tokens.len() < 8 || !["INSERT", "REPLACE"].iter().any(|other| first.eq_ignore_ascii_case(other)) {
            self.now.tokens.push(token);
        }
    }

    fn finish(&mut self) {
        let statement = std::mem::take(&mut self.now);
        self.body = Body::None;
        let is = |at: usize, word: &str| {
            statement.tokens.get(at).is_some_and(|it| self.text(*it).eq_ignore_ascii_case(word))
        };
        if is(0, "COPY") && (1..statement.tokens.len()).any(|at| is(at, "STDIN")) {
            self.skip_rows();
        }
        if !statement.tokens.is_empty() {
            self.out.push(statement);
        }
    }

    /// Skips the rows after `COPY ... FROM stdin`, up to the line `\.`.
    fn skip_rows(&mut self) {
        // If rows had no end before, no end is searched for: each search goes to the end of the file.
        if self.scanner.unclosed >= 8 {
            return;
        }
        let from = self.scanner.line_end(self.scanner.at);
        let rest = &self.scanner.text[from..];
        let ends = rest
            .match_indices("\n\\.")
            .find(|(at, _)| matches!(rest.as_bytes().get(at + 3), None | Some(b'\n' | b'\r')));
        match ends {
            Some((at, _)) => self.scanner.at = from + at + 3,
            None => {
                self.scanner.unclosed += 1;
                let help = "end them with a line `\\.`";
                self.scanner.problem(from..from, "the rows of `COPY` are not ended".to_owned(), help);
            }
        }
    }

    /// Ends a body without an end at its first `;`, so that the text after it is read; false if there is none.
    fn reopen(&mut self) -> bool {
        let Body::Open(1.., Some((tokens, at))) = self.body else { return false };
        let start = self.now.tokens.first().map_or(0, |first| first.start);
        self.scanner.problem(start..at, "the body has no end".to_owned(), "end it with `END;`");
        self.lost += 1;
        self.now.tokens.truncate(tokens);
        self.scanner.at = at;
        self.finish();
        true
    }

    /// Takes the lines between statements that are meant for the client.
    fn client_lines(&mut self) {
        loop {
            self.scanner.skip_blank();
            let rest = &self.scanner.text[self.scanner.at..];
            let starts = rest.as_bytes();
            match self.dialect {
                Dialect::Mysql => match delimiter(rest) {
                    Some(delimiter) => {
                        self.scanner.delimiter = delimiter;
                        self.scanner.at = self.scanner.line_end(self.scanner.at);
                    }
                    None if rest.starts_with("\\.") => self.client_line(self.scanner.at),
                    None => return,
                },
                Dialect::Sqlite
                    if starts.first() == Some(&b'.') && starts.get(1).is_some_and(u8::is_ascii_alphabetic) =>
                {
                    self.client_line(self.scanner.at);
                }
                _ => return,
            }
        }
    }

    /// Takes a line for the client, which can end a statement or read another file.
    fn client_line(&mut self, start: usize) {
        let end = self.scanner.line_end(start);
        let line = &self.scanner.text[start..end];
        let command = line.split_ascii_whitespace().next().unwrap_or_default();
        self.scanner.at = end;
        if command.starts_with("\\g") {
            self.finish();
        }
        if READ.contains(&command) {
            let token = SqlToken { kind: SqlTokenKind::Text, start, end: start + line.trim_end().len() };
            self.out.push(Statement { tokens: vec![token], is_client_line: true });
        }
    }

    fn text(&self, token: SqlToken) -> &'t str {
        let text: &'t str = self.scanner.text;
        text.get(token.start..token.end).unwrap_or_default()
    }
}

/// The lines for a client that matter: they read another file, or decide what is run.
const READ: &[&str] =
    &["\\i", "\\ir", "\\include", "\\include_relative", "\\gexec", "\\.", ".read", "\\if", "\\elif", "\\else"];

/// Returns the delimiter that a line for the client of MySQL sets: `DELIMITER //`.
fn delimiter(text: &str) -> Option<&str> {
    let (word, rest) = text.split_at_checked("DELIMITER".len())?;
    // Asked at every word, so that the end of the line is only looked for here.
    let is_it = word.eq_ignore_ascii_case("DELIMITER") && rest.starts_with([' ', '\t']);
    if is_it { rest.lines().next()?.split_ascii_whitespace().next() } else { None }
}

const ROUTINES: &[&str] = &["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"];

/// The kinds of objects that statements create, as far as they matter here.
pub(super) const OBJECTS: &[&str] = &[
    "TABLE",
    "VIEW",
    "INDEX",
    "TYPE",
    "SEQUENCE",
    "TRIGGER",
    "PROCEDURE",
    "FUNCTION",
    "EVENT",
    "DATABASE",
    "SCHEMA",
    "RULE",
    "DOMAIN",
    "POLICY",
    "EXTENSION",
    "AGGREGATE",
    "ROLE",
    "USER",
];
