//! The forms that a value can take in a file: plain, percent-encoded, JSON, Base64 and UTF-16.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeSet;

/// The characters to percent-encode: all except the unreserved ones of RFC 3986.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// The characters that `encodeURIComponent` encodes in browsers.
const BROWSER: &AsciiSet = &COMPONENT.remove(b'!').remove(b'*').remove(b'\'').remove(b'(').remove(b')');

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The shortest Base64 text to search for; a shorter one could occur by chance.
const SHORTEST_BASE64: usize = 10;

/// Returns all forms of a value, without duplicates.
pub(super) fn forms(value: &str) -> BTreeSet<Vec<u8>> {
    let mut forms: BTreeSet<Vec<u8>> = BTreeSet::new();
    forms.insert(value.as_bytes().to_vec());
    for set in [COMPONENT, BROWSER] {
        let encoded = utf8_percent_encode(value, set).to_string();
        forms.insert(lower_escapes(&encoded).into_bytes());
        forms.insert(encoded.into_bytes());
    }
    forms.insert(value.replace('\\', "\\\\").replace('"', "\\\"").into_bytes());
    for shift in 0..3 {
        let encoded = base64(value.as_bytes(), shift);
        if encoded.len() >= SHORTEST_BASE64 {
            forms.insert(encoded.iter().map(|byte| url_safe(*byte)).collect());
            forms.insert(encoded);
        }
    }
    forms.insert(value.encode_utf16().flat_map(u16::to_le_bytes).collect());
    forms.insert(value.encode_utf16().flat_map(u16::to_be_bytes).collect());
    forms
}

/// Turns `%2F` into `%2f`.
fn lower_escapes(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut output = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        output.push('%');
        output.push_str(&digits.to_ascii_lowercase());
        output.push_str(rest);
    }
    output
}

/// Encodes bytes that follow `shift` others in Base64, and returns only the digits that these bytes alone decide.
fn base64(bytes: &[u8], shift: usize) -> Vec<u8> {
    let bits = bytes.len() * 8;
    // The first bit of these bytes at which a digit begins.
    let first = (6 - (shift * 8) % 6) % 6;
    let digits = bits.saturating_sub(first) / 6;
    let bit = |at: usize| bytes[at / 8] >> (7 - at % 8) & 1;
    (0..digits)
        .map(|digit| {
            let start = first + digit * 6;
            let index = (start..start + 6).fold(0, |index, at| index << 1 | bit(at));
            BASE64[usize::from(index)]
        })
        .collect()
}

fn url_safe(byte: u8) -> u8 {
    match byte {
        b'+' => b'-',
        b'/' => b'_',
        other => other,
    }
}

/// Decodes Base64 in either alphabet, up to the first other character.
pub(super) fn from_base64(text: &[u8]) -> Vec<u8> {
    let (mut output, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for byte in text {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => break,
        };
        bits = (bits << 6 | u32::from(digit)) & 0xff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            output.push(u8::try_from(bits >> count & 0xff).unwrap_or(0));
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_found_behind_any_number_of_bytes() {
        let whole = b"user:q7Zp4Lw9a8Kd".to_vec();
        for skip in 0..5 {
            let text: String = String::from_utf8(base64(&whole[skip..], 0)).unwrap();
            let form = base64(b"q7Zp4Lw9a8Kd", (5 - skip) % 3);
            assert!(text.contains(std::str::from_utf8(&form).unwrap()), "{skip}");
        }
        assert_eq!(base64(b"Man", 0), b"TWFu");
        assert_eq!(from_base64(b"TWFu"), b"Man");
        assert_eq!(from_base64(b"eyJhbGciOiJIUzI1NiJ9"), b"{\"alg\":\"HS256\"}");
    }

    #[test]
    fn forms_are_those_of_addresses_and_json() {
        let forms = forms("a/b\"c d");
        for form in ["a/b\"c d", "a%2Fb%22c%20d", "a%2fb%22c%20d", "a/b\\\"c d"] {
            assert!(forms.contains(form.as_bytes()), "{form}");
        }
    }
}
