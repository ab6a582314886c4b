//! `no_request`: no page contacts another site by itself, neither of the book nor of an observation.

use super::hosts::{self, Hosts, host_of, is_below, site_of};
use super::seen::{Basis, ClaimResult, Reason, Why};
use super::{ClaimKind, ClaimSources, SiteIs, observed};
use crate::register::Record;
use crate::register::claim::SITE;
use crate::register::phrase::Phrase;
use crate::register::value::Value;
use std::collections::BTreeSet;

pub(super) const KIND: ClaimKind = ClaimKind { name: "no_request", run };

fn run(sources: &ClaimSources<'_>, record: &Record, seen: &mut ClaimResult) {
    if record.value("scope").map(Value::text).as_deref() == Some(SITE) {
        seen.basis = Some(Basis::Site);
        match sources.site {
            SiteIs::Checked => seen.looked(Phrase::of("claim.evidence_site", Vec::new()), None, None),
            SiteIs::MadeElsewhere => {
                let reason =
                    Reason::new(Why::Lacking, "the finished pages are made by another program, and were not checked");
                seen.push(reason.help("build the site with `trustbook build`, which checks what it publishes"));
            }
        }
        return;
    }
    let Some(found) = observed::find(sources, record, "scope", seen) else { return };
    let allowed = allowed(record);
    let own = site_of(found.url.host_str().unwrap_or_default());
    let declared = Hosts::of(sources.facts, sources.site_url, found, |_| true);
    for host in &found.hosts {
        if site_of(&host.host) != own && !is_below(&host.host, &allowed) {
            let what = format!("`{}` was contacted for a {} on {}", host.host, host.purpose, found.on);
            let help = "remove it from the page, declare it in `allow`, or change the sentence";
            let why = if declared.has(&host.host) { Why::Against } else { Why::AgainstReported(hosts::CHECK) };
            seen.push(Reason::new(why, what).at(host.span, "seen here").help(help));
        }
    }
}

/// Returns the hosts that a claim allows.
pub(super) fn allowed(record: &Record) -> BTreeSet<String> {
    match record.value("allow") {
        Some(Value::List(hosts)) => hosts.iter().filter_map(|host| host_of(&host.text())).collect(),
        _ => BTreeSet::new(),
    }
}
