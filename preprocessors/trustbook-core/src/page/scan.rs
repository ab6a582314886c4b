//! A scanner for `{{ ... }}` that skips the syntax of other template languages.

use std::ops::Range;

/// A pair of braces found in text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BraceToken {
    /// The range from the first brace, or the backslash before it, to the last brace.
    pub range: Range<usize>,
    /// The kind.
    pub kind: TokenKind,
}

/// The kind of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenKind {
    /// `{{ id as FORMAT }}`.
    Expression,
    /// `{{#word args}}`; holds the word.
    Directive(String),
    /// `\{{ ... }}` or `\{{`: literal braces.
    Escaped,
    /// `{{` without `}}` on the same line.
    Unclosed,
}

/// Returns all tokens of a text, in order. `${{ x }}`, `{{{`, `{{<`, `{{%` and `{%` are plain text.
pub fn tokens(text: &str) -> Vec<BraceToken> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    // The end of the line, and its next closing braces. Both are kept, so that a long line with many tokens is read
    // once.
    let (mut line_end, mut closing) = (0, Some(0));
    while let Some(offset) = text[at..].find("{{") {
        let start = at + offset;
        let inner = start + 2;
        if start >= line_end {
            line_end = text[start..].find('\n').map_or(text.len(), |end| start + end);
            closing = Some(start);
        }
        if closing.is_some_and(|known| known < inner) {
            closing = text[inner..line_end].find("}}").map(|end| inner + end);
        }
        let close = closing.filter(|close| !text[inner..*close].contains("{{"));
        let before = start.checked_sub(1).map(|index| bytes[index]);
        if matches!(bytes.get(inner), Some(b'{' | b'<' | b'%')) || before == Some(b'$') {
            at = foreign_end(text, inner, line_end);
            continue;
        }
        let end = close.map_or(inner, |close| close + 2);
        // A backslash that is itself escaped escapes nothing.
        let backslashes = text[..start].bytes().rev().take_while(|byte| *byte == b'\\').count();
        let (range, kind) = match (backslashes % 2 == 1, close) {
            (true, _) => (start - 1..end, TokenKind::Escaped),
            (_, None) => (start..inner, TokenKind::Unclosed),
            (_, Some(close)) => (start..end, kind_of(&text[inner..close])),
        };
        at = range.end;
        found.push(BraceToken { range, kind });
    }
    found
}

/// Returns the end of braces of another language: after their closing braces, if there are any.
fn foreign_end(text: &str, inner: usize, line_end: usize) -> usize {
    let opened = inner + text[inner..line_end].bytes().take_while(|byte| *byte == b'{').count();
    // A new opening starts other braces: only closing braces before it belong to these.
    let reopened = text[opened..line_end].find("{{").map_or(line_end, |at| opened + at);
    match text[opened..reopened].find("}}") {
        Some(end) => {
            let end = opened + end;
            end + text[end..].bytes().take_while(|byte| *byte == b'}').count()
        }
        None => opened,
    }
}

fn kind_of(inner: &str) -> TokenKind {
    match inner.trim_start().strip_prefix('#') {
        Some(rest) => {
            let word = rest.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
            TokenKind::Directive(word.to_owned())
        }
        None => TokenKind::Expression,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(&str, TokenKind)> {
        tokens(text).into_iter().map(|token| (&text[token.range], token.kind)).collect()
    }

    #[test]
    fn expressions_directives_and_escapes_are_found() {
        use TokenKind::{Directive, Escaped, Expression, Unclosed};
        assert_eq!(kinds("a {{ b }} c"), [("{{ b }}", Expression)]);
        assert_eq!(
            kinds("{{#cookies deployment=cloud}}"),
            [("{{#cookies deployment=cloud}}", Directive("cookies".into()))]
        );
        assert_eq!(kinds("\\{{ b }} \\{{"), [("\\{{ b }}", Escaped), ("\\{{", Escaped)]);
        assert_eq!(kinds("{{ a\n}} {{ b }}"), [("{{", Unclosed), ("{{ b }}", Expression)]);
        assert_eq!(kinds("{{ a {{ b }}"), [("{{", Unclosed), ("{{ b }}", Expression)]);
        assert_eq!(kinds("{{}}"), [("{{}}", Expression)]);
    }

    #[test]
    fn other_languages_end_where_they_end() {
        for text in ["`${{`, {{ b }}", "`{{{`, {{ b }}", r"\\{{ b }}"] {
            assert_eq!(kinds(text), [("{{ b }}", TokenKind::Expression)], "{text}");
        }
    }

    #[test]
    fn other_languages_are_plain_text() {
        for text in
            ["${{ secrets.X }}", "{{{ raw }}}", "{{< figure >}}", "{{% note %}}", "{% if x %}", "{{{", "a } } b"]
        {
            assert_eq!(kinds(text), [], "{text}");
        }
        assert_eq!(kinds("${{ a }}{{ b }}").len(), 1);
    }
}
