//! The labels of reference links: their comparison, and the search for a similar one.

use crate::suggest;

/// The number of labels that a page may compare, beside one for each of its bytes.
const COMPARED: usize = 10_000;

/// Returns the number of undefined labels for which a page of `bytes` looks for similar ones among its `labels`.
pub(super) fn sought(bytes: usize, labels: usize) -> usize {
    (bytes + COMPARED) / labels.max(1)
}

/// Returns the label of the page that is probably meant: it is spelt almost the same, or one continues the other.
pub(super) fn near_label<'l>(label: &str, labels: &[&'l str]) -> Option<&'l str> {
    let continues = |long: &str, short: &str| {
        let rest = long.to_lowercase().strip_prefix(&short.to_lowercase()).map(str::to_owned);
        short.len() > 1 && rest.is_some_and(|rest| rest.starts_with(['-', '_', ' ', '.']))
    };
    let continued = labels.iter().find(|other| continues(other, label) || continues(label, other));
    continued.copied().or_else(|| suggest::nearest(label, labels.iter().copied()).filter(|_| label.len() > 2))
}

/// Normalises a label: without case and with collapsed white space (CommonMark 0.31, "matches").
pub(super) fn label_key(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_compares_no_more_labels_than_its_length_allows() {
        assert!(sought(1_000, 50) > 200);
        assert_eq!(sought(120_000, 0), 130_000);
        for labels in [1, 8_000, 200_000] {
            assert!(sought(120_000, labels) * labels <= 130_000, "{labels}");
        }
    }
}
