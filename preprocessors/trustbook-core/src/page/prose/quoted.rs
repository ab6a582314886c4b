//! Masking of quotations: the words of others are not prose of the page.

use super::MASK;
use std::ops::Range;

/// Masks the text inside quotation marks.
pub(super) fn mask_quotations(text: &mut String) {
    const PAIRS: [(char, char); 4] = [('“', '”'), ('„', '“'), ('«', '»'), ('"', '"')];
    for (open, close) in PAIRS {
        let mut at = 0;
        while let Some(start) = text[at..].find(open).map(|found| at + found) {
            let inner = start + open.len_utf8();
            // An inch mark or a lone quote has no partner on the same line.
            let end = text[inner..].find([close, '\n']).map(|found| inner + found);
            let Some(end) = end else { break };
            at = end + 1;
            if text[end..].starts_with(close) {
                mask(text, inner..end);
                at = end + close.len_utf8();
            }
        }
    }
}

/// Masks a range byte by byte, so that the text after it does not move.
pub(super) fn mask(text: &mut String, range: Range<usize>) {
    let masked: String = std::iter::repeat_n(MASK, range.len()).collect();
    text.replace_range(range, &masked);
}
