//! The labels of reference links: their comparison, and the search for a similar one.

use crate::suggest;

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
