//! The labels of reference links: how they are compared, and which one another may be meant for.

use crate::suggest;

/// The label of a page that another may be meant for: it is spelt almost the same, or one continues the other.
pub(super) fn near_label<'l>(label: &str, labels: &[&'l str]) -> Option<&'l str> {
    let continues = |long: &str, short: &str| {
        let rest = long.to_lowercase().strip_prefix(&short.to_lowercase()).map(str::to_owned);
        short.len() > 1 && rest.is_some_and(|rest| rest.starts_with(['-', '_', ' ', '.']))
    };
    let continued = labels.iter().find(|other| continues(other, label) || continues(label, other));
    continued.copied().or_else(|| suggest::nearest(label, labels.iter().copied()).filter(|_| label.len() > 2))
}

/// Labels are compared without case and with folded white space (CommonMark 0.31, matches).
pub(super) fn label_key(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
