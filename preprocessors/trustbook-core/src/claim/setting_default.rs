//! `setting_default`: a setting in a file still has the default that the sentence states.

use super::seen::{ClaimResult, Reason, Why};
use super::{ClaimKind, ClaimSources, found};
use crate::register::Record;

pub(super) const KIND: ClaimKind = ClaimKind { name: "setting_default", run };

fn run(sources: &ClaimSources<'_>, record: &Record, seen: &mut ClaimResult) {
    let Some((fact, value)) = found::value(sources, record, seen) else { return };
    let setting = record.value("setting").map(found::raw).unwrap_or_default();
    let default = record.value("default").map(found::raw).unwrap_or_default();
    let found = found::raw(value);
    if found != default {
        let reason = Reason::new(Why::Against, format!("the default of `{setting}` is `{found}`, not `{default}`"));
        let reason = reason.at(found::in_lock(sources, fact), "what was found there");
        seen.push(reason.help("change the sentence and `default` to what holds now"));
    }
}
