//! `text_present`: a page or a file still contains these words.

use super::seen::{ClaimResult, Reason, Why};
use super::{ClaimKind, ClaimSources, found};
use crate::register::Record;
use crate::register::value::Value;

pub(super) const KIND: ClaimKind = ClaimKind { name: "text_present", run };

fn run(sources: &ClaimSources<'_>, record: &Record, seen: &mut ClaimResult) {
    let Some((fact, value)) = found::value(sources, record, seen) else { return };
    let text = record.value("text").map(Value::text).unwrap_or_default();
    if !plain(&value.text()).contains(&plain(&text)) {
        let reason = Reason::new(Why::Against, format!("the source no longer says `{text}`"));
        let reason = reason.at(found::in_lock(sources, fact), "what was found there");
        seen.push(reason.help("read what it says now, and change the sentence and `text`"));
    }
}

/// Collapses white space, since a page breaks its lines anywhere.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
