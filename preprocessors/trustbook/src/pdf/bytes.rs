//! Removal of the differences between two runs of the browser from a PDF, without moving a byte.
//!
//! The table of offsets in the document therefore remains valid.

use jiff::civil::Date;
use std::collections::BTreeSet;
use std::ops::Range;

/// The start of a name that Chromium gives to table cells which others refer to: `(node00000101)`.
const NODE: &[u8] = b"(node";
const DIGITS: usize = 8;
/// The text that can precede such a name, but not ordinary text that looks like one.
const BEFORE: [&[u8]; 4] = [b"/ID ", b"[", b") ", b" R "];

/// Returns the document with its dates set to midnight on `day`, and with its names renumbered.
pub(super) fn finished(mut bytes: Vec<u8>, day: Date) -> Vec<u8> {
    dated(&mut bytes, day);
    numbered(&mut bytes);
    bytes
}

fn dated(bytes: &mut [u8], day: Date) {
    let stamp = format!("{:04}{:02}{:02}000000", day.year(), day.month(), day.day());
    for key in [&b"/CreationDate (D:"[..], b"/ModDate (D:"] {
        let found = bytes.windows(key.len()).position(|window| window == key).map(|at| at + key.len());
        let place = found.and_then(|at| bytes.get_mut(at..at + stamp.len()));
        if let Some(place) = place.filter(|place| place.iter().all(u8::is_ascii_digit)) {
            place.copy_from_slice(stamp.as_bytes());
        }
    }
}

/// Renumbers the names from one. Their order stays, because the document has a sorted list of them.
fn numbered(bytes: &mut [u8]) {
    let places: Vec<Range<usize>> = bytes
        .windows(NODE.len())
        .enumerate()
        .filter(|(_, window)| *window == NODE)
        .map(|(at, _)| at + NODE.len()..at + NODE.len() + DIGITS)
        .filter(|digits| is_name(bytes, digits))
        .collect();
    let known: BTreeSet<Vec<u8>> = places.iter().map(|place| bytes[place.clone()].to_vec()).collect();
    let known: Vec<Vec<u8>> = known.into_iter().collect();
    for place in places {
        if let Ok(at) = known.binary_search_by(|name| name.as_slice().cmp(&bytes[place.clone()])) {
            bytes[place].copy_from_slice(format!("{:08}", at + 1).as_bytes());
        }
    }
}

fn is_name(bytes: &[u8], digits: &Range<usize>) -> bool {
    let before = &bytes[..digits.start - NODE.len()];
    bytes.get(digits.clone()).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
        && bytes.get(digits.end) == Some(&b')')
        && BEFORE.iter().any(|start| before.ends_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(text: &str) -> String {
        String::from_utf8(finished(text.as_bytes().to_vec(), jiff::civil::date(2026, 1, 5))).unwrap()
    }

    #[test]
    fn the_day_of_the_build_takes_the_place_of_the_hour() {
        let text = "<</CreationDate (D:20261125072501+00'00')\n/ModDate (D:20261125072501+00'00')>>";
        assert_eq!(done(text), "<</CreationDate (D:20260105000000+00'00')\n/ModDate (D:20260105000000+00'00')>>");
        for odd in ["/ModDate (D:2026", "/ModDate (D:2026-11-25 07:25)"] {
            assert_eq!(done(odd), odd);
        }
    }

    #[test]
    fn names_are_counted_and_texts_stay() {
        let text =
            "/ID (node00000101) /Headers [(node00000101) (node00000099)] /Names [(node00000099) 1 0 R (node00000101)";
        let wanted =
            "/ID (node00000002) /Headers [(node00000002) (node00000001)] /Names [(node00000001) 1 0 R (node00000002)";
        assert_eq!(done(text), wanted);
        for text in ["/Title (node00000101)", "/ID (node0000010)", "/ID (node00000101x", "/ID (node0000"] {
            assert_eq!(done(text), text);
        }
    }
}
