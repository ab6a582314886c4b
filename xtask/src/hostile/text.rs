//! Text of hostile books, in which `⟦…⟧` stands for bytes that no editor should hold, or for repeated text.

use anyhow::{Context, Result, bail};
use std::io::Write;

const OPEN: char = '⟦';
const CLOSE: char = '⟧';
/// The placeholder for the number of the repetition, from 0.
const NUMBER: char = '№';

/// Expands a short text: `⟦1b 9f⟧` are two bytes, and `⟦1000 times x№ ⟧` is `x0 x1 x2 ` and so on.
pub(super) fn bytes(text: &str) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    expand(text, &mut out)?;
    Ok(out)
}

/// Writes the expanded bytes of a text, of which there may be more than memory should hold.
pub(super) fn expand(text: &str, out: &mut dyn Write) -> Result<()> {
    let mut rest = text;
    while let Some(at) = rest.find(OPEN) {
        out.write_all(&rest.as_bytes()[..at])?;
        let inner = &rest[at + OPEN.len_utf8()..];
        let end = closing(inner).with_context(|| format!("`{OPEN}` is not closed"))?;
        meaning(&inner[..end], out)?;
        rest = &inner[end + CLOSE.len_utf8()..];
    }
    Ok(out.write_all(rest.as_bytes())?)
}

fn meaning(inner: &str, out: &mut dyn Write) -> Result<()> {
    if let Some((count, body)) = inner.split_once(" times ")
        && let Ok(count) = count.parse::<usize>()
    {
        let mut once = Vec::new();
        expand(body, &mut once)?;
        for number in 0..count {
            numbered(&once, number, out)?;
        }
        return Ok(());
    }
    for byte in inner.split_whitespace() {
        match u8::from_str_radix(byte, 16) {
            Ok(byte) => out.write_all(&[byte])?,
            Err(_) => bail!("`{byte}` is no byte, such as `1b`, nor a number of times"),
        }
    }
    Ok(())
}

/// Writes bytes with each `№` replaced by the number.
pub(super) fn numbered(once: &[u8], number: usize, out: &mut dyn Write) -> Result<()> {
    let mut mark = [0; 4];
    let mark = NUMBER.encode_utf8(&mut mark).as_bytes();
    let mut rest = once;
    while let Some(at) = rest.windows(mark.len()).position(|window| window == mark) {
        out.write_all(&rest[..at])?;
        write!(out, "{number}")?;
        rest = &rest[at + mark.len()..];
    }
    Ok(out.write_all(rest)?)
}

/// Returns the position of the bracket that closes the one before `text`.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            OPEN => depth += 1,
            CLOSE => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_stand_for_bytes_and_repetitions() {
        assert_eq!(bytes("a⟦1b 5B⟧b").unwrap(), b"a\x1b[b");
        assert_eq!(bytes("⟦3 times x№⟦ff⟧⟧.").unwrap(), b"x0\xffx1\xffx2\xff.");
        assert_eq!(bytes("⟦2 times a⟦2 times b⟧⟧").unwrap(), b"abbabb");
        assert!(bytes("⟦xyz⟧").is_err() && bytes("⟦1b").is_err());
    }
}
