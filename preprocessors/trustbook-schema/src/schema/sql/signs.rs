//! Recognises the dialect of a text by signs that only one dialect has.

use super::dialect::Dialect::{self, Mysql, Postgresql, Sqlite};

/// Returns true if a text can be in a dialect: it has signs of it, or no signs at all.
pub(in crate::schema) fn is_it(text: &str, dialect: Dialect) -> bool {
    let found = signs(text);
    found.is_empty() || found.contains(&dialect)
}

/// Words that only one dialect has, with the next word if that matters.
const WORDS: &[(&str, &str, Dialect)] = &[
    ("AUTOINCREMENT", "", Sqlite),
    ("AUTO_INCREMENT", "", Mysql),
    ("BIGSERIAL", "", Postgresql),
    ("BYTEA", "", Postgresql),
    ("CHARSET", "", Mysql),
    ("COMMENT", "ON", Postgresql),
    ("DELIMITER", "", Mysql),
    ("ENGINE", "", Mysql),
    ("JSONB", "", Postgresql),
    ("LONGTEXT", "", Mysql),
    ("MEDIUMTEXT", "", Mysql),
    ("PRAGMA", "", Sqlite),
    ("SEARCH_PATH", "", Postgresql),
    ("SERIAL", "", Postgresql),
    ("TIMESTAMPTZ", "", Postgresql),
    ("WITHOUT", "ROWID", Sqlite),
];

/// Returns the dialects that a text has signs of, outside comments and texts.
fn signs(text: &str) -> Vec<Dialect> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let (mut at, mut has_backtick, mut previous) = (0, false, "");
    let end_of =
        |from: usize, end: &str| text.get(from..).and_then(|rest| rest.find(end)).map_or(bytes.len(), |it| from + it);
    while let Some(byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        let is_first = at == 0 || bytes.get(at - 1) == Some(&b'\n');
        match (*byte, next) {
            (b'-', b'-') => at = end_of(at, "\n"),
            (b'/', b'*') => {
                if bytes.get(at + 2) == Some(&b'!') {
                    found.push(Mysql);
                }
                at = end_of(at + 2, "*/") + 2;
            }
            (b'\'', _) => at = end_of(at + 1, "'") + 1,
            (b'`', _) => (at, has_backtick) = (end_of(at + 1, "`") + 1, true),
            (b'"', _) => at = end_of(at + 1, "\"") + 1,
            (b'$', b'$') | (b':', b':') => {
                found.push(Postgresql);
                // A text between dollar signs.
                at = if *byte == b'$' { end_of(at + 2, "$$") + 2 } else { at + 2 };
            }
            (b'\\', _) if is_first && next.is_ascii_alphabetic() => {
                found.push(Postgresql);
                at += 1;
            }
            _ if byte.is_ascii_alphabetic() || *byte == b'_' => {
                let length = bytes[at..].iter().take_while(|it| it.is_ascii_alphanumeric() || **it == b'_').count();
                let word = text.get(at..at + length).unwrap_or_default();
                let is = |of: &str| word.eq_ignore_ascii_case(of);
                let signs = WORDS.iter().filter(|(first, second, _)| match *second {
                    "" => is(first),
                    second => is(second) && previous.eq_ignore_ascii_case(first),
                });
                found.extend(signs.map(|(_, _, dialect)| *dialect));
                (previous, at) = (word, at + length);
            }
            _ => at += 1,
        }
    }
    // SQLite accepts these quotes as well, but then has other signs.
    if has_backtick && !found.contains(&Sqlite) {
        found.push(Mysql);
    }
    found
}
