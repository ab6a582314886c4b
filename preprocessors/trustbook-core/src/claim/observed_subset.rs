//! `observed_subset`: everything observed is also declared.

use super::declared::{self, Declared};
use super::hosts::{self, Hosts};
use super::no_recipient::meets;
use super::seen::{Audience, ClaimResult, Reason, Why};
use super::{ClaimKind, ClaimSources, observed};
use crate::observation::Observation;
use crate::register::Record;
use crate::register::common::Visibility;

pub(super) const KIND: ClaimKind = ClaimKind { name: "observed_subset", run };

fn run(sources: &ClaimSources<'_>, record: &Record, seen: &mut ClaimResult) {
    let Some(found) = observed::find(sources, record, "observed", seen) else { return };
    match record.word("of") {
        Some("cookies") => {
            observed::blind(found, seen);
            cookies(sources, record, found, seen);
        }
        _ => hosts(sources, record, found, seen),
    }
}

fn cookies(sources: &ClaimSources<'_>, record: &Record, found: &Observation, seen: &mut ClaimResult) {
    let all: Vec<&Record> = sources.facts.register.of_kind("cookie").collect();
    let records: Vec<&Record> = all.iter().copied().filter(|cookie| meets(record, cookie)).collect();
    // A check already reports what no record declares, but not what only another hosting option declares.
    let anywhere = declared::declared(&all, found);
    for ((kept, declared), (_, anywhere)) in declared::declared(&records, found).iter().zip(&anywhere) {
        let what = format!("the {} `{}` was seen on {}, but is not declared", kept.words(), kept.name, found.on);
        match declared {
            Declared::By(_) => {}
            // A record without a name may declare this cookie.
            Declared::Maybe(open) => {
                let shown = Audience::to_all_if(open.common.visibility == Visibility::Public);
                let what = format!("{what} under its name; `{}` states none", open.full_id());
                let reason = Reason::new(Why::Lacking, what).at(kept.span, "seen here");
                seen.push(reason.at(open.span, "it may be this one").help("state its `name`").shown(shown));
            }
            Declared::No => {
                let why = match anywhere {
                    Declared::No => Why::AgainstReported(declared::CHECK),
                    _ => Why::Against,
                };
                seen.push(Reason::new(why, what).at(kept.span, "seen here").help("declare it as a `[[cookie]]`"));
            }
        }
    }
}

fn hosts(sources: &ClaimSources<'_>, record: &Record, found: &Observation, seen: &mut ClaimResult) {
    let declared = Hosts::of(sources.facts, sources.site_url, found, |company| meets(record, company));
    let anywhere = Hosts::of(sources.facts, sources.site_url, found, |_| true);
    for host in found.hosts.iter().filter(|host| !declared.has(&host.host)) {
        let why = if anywhere.has(&host.host) { Why::Against } else { Why::AgainstReported(hosts::CHECK) };
        let what = format!("`{}` was contacted on {}, but belongs to no declared subprocessor", host.host, found.on);
        let help = "name it in the `hosts` of a `[[subprocessor]]`, or find out what contacts it";
        seen.push(Reason::new(why, what).at(host.span, "seen here").help(help));
    }
}
