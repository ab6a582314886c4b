//! `no_storage`: no cookie and no storage key was observed in a browser.

use super::declared::{self, Declared};
use super::seen::{ClaimResult, Reason, Why};
use super::{ClaimKind, ClaimSources, observed};
use crate::observation::When;
use crate::pattern::matches;
use crate::register::Record;
use crate::register::value::Value;

pub(super) const KIND: ClaimKind = ClaimKind { name: "no_storage", run };

fn run(sources: &ClaimSources<'_>, record: &Record, seen: &mut ClaimResult) {
    let Some(found) = observed::find(sources, record, "observed", seen) else { return };
    observed::blind(found, seen);
    let phases = match record.word("consent") {
        Some("before") => vec![When::Before],
        Some("after") => vec![When::After],
        _ => vec![When::Before, When::After],
    };
    for phase in phases.iter().filter(|phase| !found.consent.contains(phase)) {
        let word = if *phase == When::After { "after" } else { "before" };
        let what = format!("`{}` did not check what is stored {word} consent", found.name);
        let help = match phase {
            When::After => "observe again and give consent, or limit the claim with `consent = \"before\"`",
            When::Before => "observe again, and check before you give consent",
        };
        seen.push(Reason::new(Why::Lacking, what).at(found.span, "the observation").help(help));
    }
    let allowed: Vec<String> = match record.value("allow") {
        Some(Value::List(names)) => names.iter().map(Value::text).collect(),
        _ => Vec::new(),
    };
    sources.shared.take(allowed.len() * (found.cookies.len() + found.storage.len()));
    let records: Vec<&Record> = sources.facts.register.of_kind("cookie").collect();
    for (kept, declared) in declared::declared(&records, found) {
        let is_allowed = allowed.iter().any(|pattern| matches(pattern.trim(), kept.name));
        if is_allowed || !phases.contains(&kept.when) {
            continue;
        }
        let why = if declared == Declared::No { Why::AgainstReported(declared::CHECK) } else { Why::Against };
        let what = format!("the {} `{}` was seen on {}", kept.words(), kept.name, found.on);
        let help = "remove it from the page, name it in `allow`, or change the sentence";
        seen.push(Reason::new(why, what).at(kept.span, "seen here").help(help));
    }
}
