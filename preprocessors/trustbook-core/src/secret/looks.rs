//! Tests for text that looks randomly generated, and for the placeholders that documentation uses instead.

use std::ops::Range;

/// The alphabet of the random part of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Letters of both cases and digits, with a few other characters.
    Mixed,
    /// Letters, with or without digits.
    Letters,
    /// Hexadecimal digits.
    Hex,
    /// Capital letters and digits.
    Upper,
}

/// Words that occur in examples, in lower case.
const EXAMPLES: &[&str] = &[
    "a1b2c3",
    "abc123",
    "changeme",
    "cafebabe",
    "deadbeef",
    "dummy",
    "example",
    "fake",
    "foobar",
    "hunter2",
    "insert",
    "notreal",
    "password",
    "passw0rd",
    "placeholder",
    "qwerty",
    "redacted",
    "replace",
    "sample",
    "secret",
    "test",
    "todo",
    "token",
    "xxxx",
    "your",
];

/// Returns true if a text is a placeholder, as documentation uses instead of a secret.
///
/// Almost nothing is left without the words of examples, or the text repeats itself or is a sequence of letters.
pub(super) fn is_placeholder(text: &str) -> bool {
    let mut rest = leet(text.as_bytes());
    if period(&rest) * 3 <= rest.len() {
        return true;
    }
    for word in EXAMPLES {
        let word = leet(word.as_bytes());
        let mut without = Vec::with_capacity(rest.len());
        for byte in rest {
            without.push(byte);
            if without.ends_with(&word) {
                without.truncate(without.len() - word.len());
            }
        }
        rest = without;
    }
    rest.retain(u8::is_ascii_alphanumeric);
    let plain = text.to_ascii_lowercase();
    rest.len() < 6 || has_run(plain.as_bytes(), 6) || has_sequence(plain.as_bytes(), 6)
}

/// Replaces the digits that represent letters, as in `p4ssw0rd`, and converts to lower case.
fn leet(text: &[u8]) -> Vec<u8> {
    text.iter()
        .map(|byte| match byte.to_ascii_lowercase() {
            b'0' => b'o',
            b'1' => b'i',
            b'3' => b'e',
            b'4' | b'@' => b'a',
            b'5' | b'$' => b's',
            b'7' => b't',
            other => other,
        })
        .collect()
}

/// Returns true if a text looks random, as the body of a token does.
pub(super) fn is_random(text: &[u8], look: Look) -> bool {
    let lower = text.to_ascii_lowercase();
    let has_class = |class: fn(&u8) -> bool| text.iter().any(class);
    let digit = has_class(u8::is_ascii_digit);
    let mixed = has_class(u8::is_ascii_lowercase) && has_class(u8::is_ascii_uppercase);
    let (run, enough, classes) = match look {
        Look::Mixed => (4, 3.0, digit && (text.len() >= 16 || mixed)),
        Look::Letters => (4, 3.0, digit || mixed),
        // With only sixteen digits, repetitions come sooner.
        Look::Hex => (6, 2.6, digit && has_class(u8::is_ascii_alphabetic)),
        Look::Upper => (4, 2.6, true),
    };
    classes
        && entropy(text) >= enough
        && !has_run(&lower, run)
        && !has_sequence(&lower, 6)
        && period(&lower) * 2 > lower.len()
        && !EXAMPLES.iter().any(|word| has(&lower, word.as_bytes()))
}

/// Returns the Shannon entropy, in bits per byte.
pub(super) fn entropy(text: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text {
        counts[usize::from(*byte)] += 1;
    }
    let all = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let part = |count: &u32| {
        let share = f64::from(*count) / all;
        -share * share.log2()
    };
    counts.iter().filter(|count| **count > 0).map(part).sum()
}

/// Returns true if a range is not part of a longer word.
pub(super) fn stands_alone(bytes: &[u8], range: &Range<usize>) -> bool {
    starts_alone(bytes, range.start) && !bytes.get(range.end).is_some_and(|byte| is_word(*byte))
}

/// Returns true if a word begins at `at`. The last letter of an escape such as `\n`, `%20` or `\u0022` is not part of
/// the word.
pub(super) fn starts_alone(bytes: &[u8], at: usize) -> bool {
    let before = &bytes[at.saturating_sub(6)..at];
    match before {
        [.., last] if !is_word(*last) => true,
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., b'%', a, b] | [.., b'\\', b'x', a, b] | [b'\\', b'u', _, _, a, b] => {
            a.is_ascii_hexdigit() && b.is_ascii_hexdigit()
        }
        before => before.is_empty(),
    }
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

pub(super) fn has(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}

/// Returns true if some byte occurs `length` times in a row.
fn has_run(text: &[u8], length: usize) -> bool {
    text.windows(length).any(|window| window.iter().all(|byte| *byte == window[0]))
}

/// Returns true for `length` consecutive byte values, such as `123456` or `abcdef`.
fn has_sequence(text: &[u8], length: usize) -> bool {
    text.windows(length).any(|window| window.windows(2).all(|pair| pair[0].wrapping_add(1) == pair[1]))
}

/// Returns the number of bytes after which a text repeats itself, or its length if it does not.
fn period(text: &[u8]) -> usize {
    // The longest beginning of each prefix that is also its end (Knuth, Morris and Pratt).
    let mut borders: Vec<usize> = Vec::with_capacity(text.len());
    for byte in text {
        let mut border = borders.last().copied();
        while let Some(length) = border.filter(|length| text[*length] != *byte) {
            border = length.checked_sub(1).map(|last| borders[last]);
        }
        borders.push(border.map_or(0, |length| length + 1));
    }
    text.len() - borders.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_do_not_look_random() {
        for text in ["x".repeat(36), "abcd1234".repeat(4), "IOSFODNN7EXAMPLE".to_owned(), "0123456789abcdef".to_owned()]
        {
            assert!(!is_random(text.as_bytes(), Look::Mixed), "{text}");
        }
        assert!(is_random(b"q7Zp4Lw9a8Kd02Lx7VqB", Look::Mixed));
        assert!(is_random(b"9c1185a5c5e9fc54612808977ee8f548", Look::Hex));
    }

    #[test]
    fn a_period_is_found_in_linear_time() {
        for (text, length) in [("", 0), ("a", 1), ("aaaa", 1), ("abcabcab", 3), ("abcabd", 6), ("aabaaab", 4)] {
            assert_eq!(period(text.as_bytes()), length, "{text}");
        }
        let long = format!("{}b", "a".repeat(2_000_000));
        assert_eq!(period(long.as_bytes()), long.len());
        assert!(!is_placeholder(&format!("{}{}q7zp9k", "ab".repeat(9), "secret".repeat(300_000))));
        assert!(is_placeholder(&format!("{}{}q7", "se".repeat(100_000), "cret".repeat(100_000))));
    }

    #[test]
    fn a_word_begins_behind_marks_and_escapes() {
        assert!(
            starts_alone(b"x=y", 2) && starts_alone(b"y", 0) && starts_alone(b"\\ny", 2) && starts_alone(b"%3Dy", 3)
        );
        assert!(!starts_alone(b"xy", 1) && !starts_alone(b"_y", 1) && !starts_alone(b"ABDy", 3));
    }
}
