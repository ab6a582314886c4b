//! `observed_subset`: what was observed is within what is declared.

use super::declared::{self, Hosts};
use super::no_recipient::meets;
use super::seen::{Reason, Seen, Why};
use super::{Kind, Sources, observed};
use crate::observation::Observation;
use crate::register::Record;

pub(super) const KIND: Kind = Kind {
    name: "observed_subset",
    method: "What a browser was seen to keep or to ask for was compared with what the register declares.",
    limits: "It shows the pages and steps that were taken on that day, and no others. What is declared may never be used.",
    again: "Open the pages with the developer tools of a browser, and compare what it keeps and asks for with the lists on this site.",
    run,
};

fn run(sources: &Sources<'_>, record: &Record, seen: &mut Seen) {
    let Some(found) = observed::find(sources, record, "observed", seen) else { return };
    match record.word("of") {
        Some("cookies") => cookies(sources, record, found, seen),
        _ => hosts(sources, record, found, seen),
    }
}

fn cookies(sources: &Sources<'_>, record: &Record, found: &Observation, seen: &mut Seen) {
    let records: Vec<&Record> =
        sources.facts.register.of_kind("cookie").filter(|cookie| meets(record, cookie)).collect();
    for kept in declared::kept(found) {
        if records.iter().any(|cookie| declared::declares(cookie, &kept)) {
            continue;
        }
        let what = format!("the {} `{}` was seen on {}, and is not declared", kept.words(), kept.name, found.on);
        // A cookie whose name is left open may be this one.
        seen.push(match records.iter().find(|cookie| declared::may_be(cookie, &kept)) {
            Some(open) => {
                let help = "state its `name`";
                let what = format!("{what} under its name; `{}` states none", open.full_id());
                Reason::new(Why::Lacking, what)
                    .at(kept.span, "seen here")
                    .at(open.span, "it may be this one")
                    .help(help)
            }
            None => Reason::new(Why::Against, what).at(kept.span, "seen here").help("declare it as a `[[cookie]]`"),
        });
    }
}

fn hosts(sources: &Sources<'_>, record: &Record, found: &Observation, seen: &mut Seen) {
    let declared = Hosts::of(sources.facts, found, |company| meets(record, company));
    for host in found.hosts.iter().filter(|host| !declared.has(&host.host)) {
        let what =
            format!("`{}` was asked on {}, and belongs to no subprocessor that is declared", host.host, found.on);
        let help = "name it in the `hosts` of a `[[subprocessor]]`, or find out who asks it";
        seen.push(Reason::new(Why::Against, what).at(host.span, "seen here").help(help));
    }
}
