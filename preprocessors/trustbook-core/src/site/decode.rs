//! The text of a file in the encoding that browsers would read it in (HTML 13.2.3; XML 1.0, appendix F).

use encoding_rs::{Encoding, UTF_8};
use regex::bytes::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// How far a file is searched for the name of its encoding, in bytes, as browsers do.
const HEAD: usize = 1024;

/// `encoding="..."` of XML, `charset=...` of a `<meta>`, `@charset "..."` of CSS.
static DECLARED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i-u)(?:encoding|charset)[\t\n\f\r ]*=?[\t\n\f\r ]*["']?[\t\n\f\r ]*([a-z0-9:._-]+)"#).ok()
});

/// The text; `None` where browsers could read another one than we do. What has no mark and is not UTF-8 must name its
/// encoding, and signs that steer an encoding or stand for another one (`ESC`, `NUL`) are in no text.
pub(super) fn text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => {
            encoding.decode_without_bom_handling_and_without_replacement(bytes.get(mark..).unwrap_or_default())?
        }
        None => match (std::str::from_utf8(bytes), declared(bytes)?) {
            (Ok(text), _) => Cow::Borrowed(text),
            (Err(_), Declared::One(encoding)) => encoding.decode_without_bom_handling_and_without_replacement(bytes)?,
            (Err(_), Declared::None) => return None,
        },
    };
    let steers = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    (!text.bytes().any(steers)).then_some(text)
}

/// True for a file whose signs a browser may see in other places than its bytes have them.
pub(super) fn is_ambiguous(bytes: &[u8]) -> bool {
    Encoding::for_bom(bytes).is_none() && declared(bytes).is_none()
}

/// True for an encoding with several bytes for a sign other than UTF-8: within a sign, a byte can look like a quote.
fn is_foreign(encoding: &'static Encoding) -> bool {
    encoding != UTF_8 && !encoding.is_single_byte()
}

/// True where the `charset` or the `content` of a `<meta>` names such an encoding.
pub(super) fn names_foreign(value: &str) -> bool {
    let named = DECLARED.as_ref().and_then(|regex| regex.captures(value.as_bytes()));
    let label = named.as_ref().and_then(|named| named.get(1)).map_or(value.as_bytes(), |label| label.as_bytes());
    Encoding::for_label(label).is_some_and(is_foreign)
}

/// Whether a file begins as markup does, in whatever encoding: browsers go by that where nobody tells them a type.
pub(super) fn is_like_markup(bytes: &[u8]) -> bool {
    let marks = [&[0xef, 0xbb, 0xbf][..], &[0xff, 0xfe], &[0xfe, 0xff]];
    let bytes = marks.iter().find_map(|mark| bytes.strip_prefix(*mark)).unwrap_or(bytes);
    let first = bytes.iter().find(|byte| !matches!(byte, b'\0' | b'\t' | b'\n' | b'\r' | 0x0c | b' '));
    first == Some(&b'<')
}

/// Text in UTF-16 or UTF-32 as UTF-8, as far as it is ASCII or has a mark; `None` where the bytes are no such text.
pub(super) fn wide(bytes: &[u8]) -> Option<String> {
    match Encoding::for_bom(bytes) {
        Some((encoding, mark)) if mark == 2 => {
            return Some(encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned());
        }
        _ => {}
    }
    let head = bytes.get(..bytes.len().min(HEAD))?;
    let empty = head.iter().filter(|byte| **byte == 0).count();
    // Of two bytes one is empty; in a picture or an archive far fewer are.
    (head.len() >= 8 && empty * 5 >= head.len() * 2).then(|| {
        String::from_utf8_lossy(&bytes.iter().copied().filter(|byte| *byte != 0).collect::<Vec<_>>()).into_owned()
    })
}

/// The encodings that a file names.
enum Declared {
    None,
    One(&'static Encoding),
}

/// The encoding that a file names, which is UTF-8 or one with a byte for each sign: within a sign of several bytes one of
/// them can look like a quote or a backslash. `None` where it names another, or several, of which each browser takes its
/// own. A file of ASCII is the same in all of them, but hands its encoding on to the files that it loads.
fn declared(bytes: &[u8]) -> Option<Declared> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let mut declared = Declared::None;
    for found in DECLARED.as_ref()?.captures_iter(head) {
        let Some(encoding) = found.get(1).and_then(|name| Encoding::for_label(name.as_bytes())) else { continue };
        let is_other = matches!(declared, Declared::One(first) if first != encoding);
        if is_foreign(encoding) || is_other && !bytes.is_ascii() {
            return None;
        }
        declared = Declared::One(encoding);
    }
    Some(declared)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide_of(text: &str, mark: bool) -> Vec<u8> {
        let mark = if mark { "\u{feff}" } else { "" };
        format!("{mark}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn a_file_is_read_in_its_encoding() {
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><svg>\xe9</svg>";
        assert_eq!(text(latin).as_deref(), Some("<?xml version='1.0' encoding='iso-8859-1'?><svg>é</svg>"));
        assert_eq!(text(b"<meta charset=windows-1252>\x80").as_deref(), Some("<meta charset=windows-1252>€"));
        assert_eq!(text(b"\xef\xbb\xbf<svg/>").as_deref(), Some("<svg/>"));
        assert_eq!(text(&wide_of("<svg>é</svg>", true)).as_deref(), Some("<svg>é</svg>"));
    }

    #[test]
    fn what_browsers_may_read_otherwise_is_no_text() {
        let cases: [&[u8]; 12] = [
            b"<meta charset=\" shift_jis \"><link rel=stylesheet href=a.css>",
            b"<meta charset=gbk><iframe src=b.html></iframe>",
            "@charset \"shift_jis\"; a{content:\"ă\\\"}".as_bytes(),
            "<!-- charset=utf-8 --><meta charset=gbk>é".as_bytes(),
            b"<!-- charset=iso-8859-15 --><meta charset=windows-1252>\xe9",
            b"<svg>\xe9</svg>",
            b"<svg>\x1b$B</svg>",
            b"<svg>\0</svg>",
            b"\x1f\x8b\x08",
            b"<?xml encoding='no-such'?>\xe9",
            b"<?xml encoding='utf-16le'?>\xe9<script>",
            b"\xff\xfe\x3c",
        ];
        for bytes in cases {
            assert_eq!(text(bytes), None, "{bytes:?}");
        }
        assert_eq!(text(&wide_of("<svg/>", false)), None);
    }

    #[test]
    fn markup_is_known_by_its_first_sign() {
        for bytes in [&b" \n<svg"[..], b"\xef\xbb\xbf<", &wide_of("\t<a", true), &wide_of("<a", false)] {
            assert!(is_like_markup(bytes), "{bytes:?}");
        }
        for bytes in [&b""[..], b"a<b", b"\x89PNG", b"%PDF"] {
            assert!(!is_like_markup(bytes), "{bytes:?}");
        }
    }

    #[test]
    fn wide_text_is_made_narrow() {
        assert_eq!(wide(&wide_of("a secret", true)).as_deref(), Some("a secret"));
        assert_eq!(wide(&wide_of("a secret", false)).as_deref(), Some("a secret"));
        assert_eq!(wide(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDRabcdefghijklmnopq"), None);
        assert_eq!(wide(b"plain text"), None);
    }
}
