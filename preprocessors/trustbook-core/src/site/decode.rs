//! Decodes a file in the encoding that browsers would use (HTML 13.2.3; XML 1.0, appendix F).

use encoding_rs::{Encoding, UTF_8};
use regex::bytes::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// The number of bytes in which browsers look for the name of the encoding.
const HEAD: usize = 1024;

/// Matches `encoding="..."` of XML, `charset=...` of a `<meta>`, and `@charset "..."` of CSS. Browsers pass over
/// `charset` without `=` in a `<meta>`, and look for the next.
static DECLARED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i-u)(?:(?:encoding|charset)[\t\n\f\r ]*=[\t\n\f\r ]*["']?|@charset[\t\n\f\r ]*["'])[\t\n\f\r ]*([a-z0-9:._-]+)"#,
    )
    .ok()
});

/// Matches a page or a style sheet that names its encoding before anything that could hide the name.
static OPENING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let page =
        r#"\s*(<!doctype[^<>]*>\s*)?(<html[^<>]*>\s*)?(<head>\s*)?(<title>[^<]*</title>\s*)?<meta\s+charset\s*="#;
    Regex::new(&format!(r#"^(?i-u)(@charset "|{page})"#)).ok()
});

/// Returns the text of a file, or `None` if browsers could read another text than this.
///
/// A file without a byte order mark that is not UTF-8 must name its encoding. Control characters that switch an
/// encoding or replace a character (`ESC`, `NUL`) are rejected.
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

/// Returns true if a browser may see the characters of a file at other places than its bytes suggest.
pub(super) fn is_ambiguous(bytes: &[u8]) -> bool {
    Encoding::for_bom(bytes).is_none() && declared(bytes).is_none()
}

/// Returns true if a byte that could be the first of a character is followed by a bracket, a backslash or a like sign.
/// Browsers take the encoding of a page or style sheet that does not begin by naming one from the domain or the
/// reader's language, and Shift_JIS, GBK and Big5 make one character of the two.
pub(super) fn may_swallow(bytes: &[u8]) -> bool {
    let is_named = OPENING.as_ref().is_some_and(|regex| regex.is_match(&bytes[..bytes.len().min(HEAD)]));
    Encoding::for_bom(bytes).is_none()
        && !is_named
        && bytes.windows(2).any(|pair| pair[0] >= 0x80 && b"@[\\]^`{|}~".contains(&pair[1]))
}

/// Returns true for a multi-byte encoding other than UTF-8: within a character, a byte can look like a quote.
fn is_foreign(encoding: &'static Encoding) -> bool {
    encoding != UTF_8 && !encoding.is_single_byte()
}

/// Returns true if the `charset` or `content` of a `<meta>` names such an encoding.
pub(super) fn names_foreign(value: &str) -> bool {
    let named = DECLARED.as_ref().and_then(|regex| regex.captures(value.as_bytes()));
    let label = named.as_ref().and_then(|named| named.get(1)).map_or(value.as_bytes(), |label| label.as_bytes());
    Encoding::for_label(label).is_some_and(is_foreign)
}

/// Returns true if a file begins like markup, in any encoding. Browsers go by that if the server names no type.
pub(super) fn is_like_markup(bytes: &[u8]) -> bool {
    let marks = [&[0xef, 0xbb, 0xbf][..], &[0xff, 0xfe], &[0xfe, 0xff]];
    let bytes = marks.iter().find_map(|mark| bytes.strip_prefix(*mark)).unwrap_or(bytes);
    let first = bytes.iter().find(|byte| !matches!(byte, b'\0' | b'\t' | b'\n' | b'\r' | 0x0c | b' '));
    first == Some(&b'<')
}

/// Decodes UTF-16 with a byte order mark. In other UTF-16 or UTF-32, drops zero bytes, which is right for ASCII.
///
/// Returns `None` for other bytes.
pub(super) fn wide(bytes: &[u8]) -> Option<String> {
    match Encoding::for_bom(bytes) {
        Some((encoding, mark)) if mark == 2 => {
            return Some(encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned());
        }
        _ => {}
    }
    let head = bytes.get(..bytes.len().min(HEAD))?;
    let empty = head.iter().filter(|byte| **byte == 0).count();
    // In wide ASCII text at least every second byte is zero; pictures and archives contain far fewer.
    (head.len() >= 8 && empty * 5 >= head.len() * 2).then(|| {
        String::from_utf8_lossy(&bytes.iter().copied().filter(|byte| *byte != 0).collect::<Vec<_>>()).into_owned()
    })
}

/// The encoding that a file declares.
enum Declared {
    None,
    One(&'static Encoding),
}

/// Returns the declared encoding of a file, if it is UTF-8 or a single-byte encoding. In a multi-byte encoding, a byte
/// within a character can look like a quote or a backslash.
///
/// Returns `None` for any other encoding, and for several, of which each browser may pick another. An ASCII file reads
/// the same in all of them, but passes its encoding on to the files that it loads.
fn declared(bytes: &[u8]) -> Option<Declared> {
    // An XML declaration may be longer.
    let of_xml = if bytes.starts_with(b"<?xml") { bytes.windows(2).position(|pair| pair == b"?>") } else { None };
    let head = &bytes[..bytes.len().min(HEAD.max(of_xml.unwrap_or(0)))];
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
        let long = format!("<?xml version='1.0'{}encoding='Shift_JIS'?><svg>ă</svg>", " ".repeat(2000));
        let cases: [&[u8]; 14] = [
            long.as_bytes(),
            "<meta http-equiv='content-type' content='text/html; charset charset=shift_jis'>ă".as_bytes(),
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
    fn a_bracket_is_safe_from_the_character_before_it_in_a_page_that_names_its_encoding() {
        let open = ["<svg><![CDATA[ă]]></svg>", "<p title='<meta charset=utf-8>'>あ]", "a{content:'é\\'}"];
        let safe = [
            "<p>ă</p>",
            "[x] é",
            "<!DOCTYPE html>\n<html lang=\"ja\"><head><title>あ</title><meta charset=\"utf-8\"><p>あ]",
            "@charset \"utf-8\";a{content:'é\\'}",
            "\u{feff}<p>あ]",
        ];
        assert!(open.iter().all(|text| may_swallow(text.as_bytes())));
        assert!(!safe.iter().any(|text| may_swallow(text.as_bytes())));
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
