//! Parts of secrets in other texts: eight characters in a row, as they are or in an encoding.

use super::codec::from_base64;
use super::{Secret, view};
use aho_corasick::{AhoCorasick, BuildError};
use percent_encoding::percent_decode;
use std::fmt;

/// The number of characters in a row that count as a part. A shorter value cannot be told from other text, so it has no
/// parts.
pub const LEAST: usize = 8;
/// The longest text in which an encoding inside another one is also read, in bytes.
const NESTED: usize = 256 * 1024;

/// Finds parts of the values of variables.
#[derive(Clone)]
pub struct SecretParts {
    automaton: AhoCorasick,
    /// The name of the variable of each pattern of the automaton.
    names: Vec<String>,
}

impl fmt::Debug for SecretParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").field("parts", &self.names.len()).finish_non_exhaustive()
    }
}

impl SecretParts {
    /// Collects the parts of some values. A value with fewer than [`LEAST`] characters has none.
    ///
    /// # Errors
    /// The values are too many to search for.
    pub fn new(secrets: &[Secret]) -> Result<Self, BuildError> {
        let (mut parts, mut names) = (Vec::new(), Vec::new());
        for secret in secrets {
            let starts: Vec<usize> =
                secret.value.char_indices().map(|(at, _)| at).chain([secret.value.len()]).collect();
            for ends in starts.windows(LEAST + 1) {
                let part = &secret.value[ends[0]..ends[LEAST]];
                // The indentation of a multi-line value reveals nothing.
                if !part.trim().is_empty() {
                    parts.push(part);
                    names.push(secret.name.clone());
                }
            }
        }
        // A media type arrives in lower case, however it was sent.
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(&parts)?;
        Ok(SecretParts { automaton, names })
    }

    /// Returns the name of the variable that a text holds a part of.
    ///
    /// The text is read as plain text, percent-encoded, in Base64, in hexadecimal digits, and with the escapes of JSON,
    /// TOML or HTML.
    pub fn find(&self, text: &[u8]) -> Option<&str> {
        if self.names.is_empty() {
            return None;
        }
        let plain = |text: &[u8]| Some(self.names.get(self.automaton.find(text)?.pattern().as_usize())?.as_str());
        let nested = |decoded: Vec<u8>| {
            let more = if text.len() <= NESTED { decodings(&decoded) } else { Vec::new() };
            plain(&decoded).or_else(|| more.iter().find_map(|decoded| plain(decoded)))
        };
        plain(text).or_else(|| decodings(text).into_iter().find_map(nested))
    }
}

/// Decodes a text in each encoding that it shows signs of.
fn decodings(text: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    if text.contains(&b'%') {
        all.push(percent_decode(text).collect());
    }
    if text.contains(&b'\\') || text.contains(&b'&') {
        all.extend(view::meant(&String::from_utf8_lossy(text)).map(|meant| meant.text.into_bytes()));
    }
    // Nothing marks where a group of digits begins, so every offset is tried.
    let is_digit64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    all.push(runs(text, is_digit64, LEAST * 8 / 6, 4, from_base64));
    all.push(runs(text, u8::is_ascii_hexdigit, LEAST * 2, 2, from_hex));
    all.retain(|decoded: &Vec<u8>| !decoded.is_empty());
    all
}

/// Decodes each long run of digits from each of its first offsets, and separates the results by a zero byte.
fn runs(
    text: &[u8],
    is_digit: impl Fn(&u8) -> bool,
    least: usize,
    places: usize,
    read: impl Fn(&[u8]) -> Vec<u8>,
) -> Vec<u8> {
    let mut all = Vec::new();
    for run in text.split(|byte| !is_digit(byte)).filter(|run| run.len() >= least) {
        for place in 0..places {
            all.extend(read(&run[place..]));
            all.push(0);
        }
    }
    all
}

fn from_hex(digits: &[u8]) -> Vec<u8> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => digit - b'0',
        other => other.to_ascii_lowercase().wrapping_sub(b'a').wrapping_add(10),
    };
    digits.chunks_exact(2).map(|pair| value(pair[0]) << 4 | value(pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "kx83/hd72\"plo9&Zq";

    fn parts() -> SecretParts {
        SecretParts::new(&[Secret::new("OTHER", "unrelated-value"), Secret::new("TOKEN", VALUE)]).unwrap()
    }

    #[test]
    fn eight_characters_in_a_row_are_a_part_and_seven_are_none() {
        let parts = parts();
        for start in 0..=VALUE.len() - LEAST {
            let part = &VALUE[start..start + LEAST];
            for text in [format!("a{part}b"), part.to_uppercase(), part.to_lowercase()] {
                assert_eq!(parts.find(text.as_bytes()), Some("TOKEN"), "{text}");
            }
            assert_eq!(parts.find(&part.as_bytes()[..LEAST - 1]), None, "{part}");
        }
        assert_eq!(parts.find(b"nothing of it"), None);
        assert_eq!(SecretParts::new(&[]).unwrap().find(VALUE.as_bytes()), None);
        let short = SecretParts::new(&[Secret::new("A", "seven77"), Secret::new("B", "        ")]).unwrap();
        assert_eq!(short.find(b"seven77        "), None);
        assert!(!format!("{parts:?}").contains("kx83"));
    }

    #[test]
    fn parts_are_found_in_every_encoding() {
        let parts = parts();
        let part = "72\"plo9&";
        let hex: String = part.bytes().map(|byte| format!("{byte:02X}")).collect();
        let percent: String = part.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let html: String = part.chars().map(|c| format!("&#{};", u32::from(c))).collect();
        let json: String = part.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        for text in [percent.as_str(), "72%22plo9%26", &hex, &format!("0{hex}"), &hex.to_lowercase(), &html, &json] {
            assert_eq!(parts.find(text.as_bytes()), Some("TOKEN"), "{text}");
        }
        assert_eq!(parts.find(b"72\\\"plo9&amp;"), Some("TOKEN"));
        // The text before it decides where its digits begin.
        for before in ["", "u", "us", "user:"] {
            for after in ["", "x"] {
                for text in [base64(&format!("{before}{part}{after}")), base64(&format!("{before}{VALUE}{after}"))] {
                    for text in [text.clone(), text.replace('+', "-").replace('/', "_"), format!("ab{text}==")] {
                        assert_eq!(parts.find(text.as_bytes()), Some("TOKEN"), "{before}: {text}");
                        let nested = base64(&text);
                        assert_eq!(parts.find(nested.as_bytes()), Some("TOKEN"), "{before}: {nested}");
                    }
                }
            }
        }
    }

    fn base64(text: &str) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
        let six = bits.as_bytes().chunks(6).map(|six| format!("{:0<6}", std::str::from_utf8(six).unwrap()));
        six.map(|six| char::from(DIGITS[usize::from_str_radix(&six, 2).unwrap()])).collect()
    }
}
