//! `no_storage`: a browser was seen to keep no cookie and no key of storage.

use super::declared::{self, matches};
use super::no_request::allowed;
use super::seen::{Reason, Seen, Why};
use super::{Kind, Sources, observed};
use crate::observation::When;
use crate::register::Record;

pub(super) const KIND: Kind = Kind {
    name: "no_storage",
    method: "The cookies, the local storage and the session storage of a browser were read while it went through the pages.",
    limits: "It shows the pages and steps that were taken on that day, and no others. Caches and databases of the browser were not looked at.",
    again: "Open the pages with the developer tools of a browser, and read what it keeps.",
    run,
};

fn run(sources: &Sources<'_>, record: &Record, seen: &mut Seen) {
    let Some(found) = observed::find(sources, record, "observed", seen) else { return };
    let phase = record.word("consent").map(|word| if word == "after" { When::After } else { When::Before });
    if let Some(phase) = phase.filter(|phase| !found.consent.contains(phase)) {
        let word = if phase == When::After { "after" } else { "before" };
        let what = format!("`{}` did not look at what is kept {word} consent", found.name);
        let help = "observe again, with a step that has `consent = true`";
        seen.push(Reason::new(Why::Lacking, what).at(found.span, "the observation").help(help));
        return;
    }
    let allowed = allowed(record);
    let of_phase = declared::kept(found).filter(|kept| phase.is_none_or(|phase| kept.when == phase));
    for kept in of_phase.filter(|kept| !allowed.iter().any(|pattern| matches(pattern, &kept.name.to_lowercase()))) {
        let what = format!("the {} `{}` was there on {}", kept.words(), kept.name, found.on);
        let help = "take it out of the page, name it in `allow`, or change the sentence";
        seen.push(Reason::new(Why::Against, what).at(kept.span, "seen here").help(help));
    }
}
