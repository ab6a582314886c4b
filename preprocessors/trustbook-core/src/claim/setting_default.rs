//! `setting_default`: a setting in a file still has the default that the sentence states.

use super::seen::{ClaimResult, Reason, Why};
use super::{ClaimKind, ClaimSources, found};
use crate::register::Record;

pub(super) const KIND: ClaimKind = ClaimKind {
    name: "setting_default",
    method: "A program read the setting in the file and compared it with the value that the sentence tells.",
    limits: "It shows what the setting is where nobody changes it, in the version that was read. It does not show what it is set to in an installation or in a hosted service.",
    again: "Open the file, and read the value of the setting.",
    run,
};

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
