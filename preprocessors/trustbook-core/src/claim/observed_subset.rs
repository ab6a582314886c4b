//! `observed_subset`: what was observed is within what is declared.

use super::no_recipient::meets;
use super::no_request::{is_below, site_of};
use super::seen::{Reason, Seen, Why};
use super::{Kind, Sources, observed};
use crate::facts::Found;
use crate::observation::Observation;
use crate::register::Record;
use crate::register::value::Value;
use crate::span::Span;

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
    let declared: Vec<&Record> =
        sources.facts.register.of_kind("cookie").filter(|cookie| meets(record, cookie)).collect();
    let kept = found.storage.iter().map(|kept| (kept.kind.as_str(), kept.key.as_str(), None, kept.span));
    let set =
        found.cookies.iter().map(|cookie| ("cookie", cookie.name.as_str(), Some(cookie.domain.as_str()), cookie.span));
    for (kind, name, domain, span) in set.chain(kept) {
        if declared.iter().any(|cookie| declares(cookie, kind, name, domain)) {
            continue;
        }
        let what = format!("the {} `{name}` was seen on {}, and is not declared", kind.replace('-', " "), found.on);
        // A cookie whose name is left open may be this one.
        let open = declared.iter().find(|cookie| cookie.value("name").is_none() && cookie.word("kind") == Some(kind));
        seen.push(match open {
            Some(open) => {
                let help = "state its `name`";
                let what = format!("{what} under its name; `{}` states none", open.full_id());
                Reason::new(Why::Lacking, what).at(span, "seen here").at(open.span, "it may be this one").help(help)
            }
            None => Reason::new(Why::Against, what).at(span, "seen here").help("declare it as a `[[cookie]]`"),
        });
    }
}

fn declares(cookie: &Record, kind: &str, name: &str, domain: Option<&str>) -> bool {
    let text = |field: &str| cookie.value(field).map(Value::text);
    let is_there = match (text("domain"), domain) {
        (Some(declared), Some(seen)) => declared.trim_start_matches('.').eq_ignore_ascii_case(seen),
        _ => true,
    };
    cookie.word("kind") == Some(kind) && is_there && text("name").is_some_and(|pattern| matches(&pattern, name))
}

/// Whether a name is of a pattern, in which `*` stands for any characters.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

fn hosts(sources: &Sources<'_>, record: &Record, found: &Observation, seen: &mut Seen) {
    let companies = sources.facts.register.of_kind("subprocessor").filter(|company| meets(record, company));
    let in_use = companies.filter(|company| company.word("status") != Some("ended"));
    let hosts = in_use.filter_map(|company| match company.value("hosts") {
        Some(Value::List(hosts)) => Some(hosts),
        _ => None,
    });
    let declared: Vec<String> = hosts.flatten().map(|host| host.text().trim().to_lowercase()).collect();
    let website = match sources.facts.find("vendor.website") {
        Some(Found::Fact(fact)) => match &fact.value {
            Some(Value::Url(url)) => url.host_str().map(site_of),
            _ => None,
        },
        _ => None,
    };
    let own = [found.url.host_str().map(site_of), website];
    for host in &found.hosts {
        let is_own = own.iter().flatten().any(|own| *own == site_of(&host.host));
        if !is_own && !is_below(&host.host, &declared) {
            undeclared(&host.host, found, host.span, seen);
        }
    }
}

fn undeclared(host: &str, found: &Observation, span: Span, seen: &mut Seen) {
    let what = format!("`{host}` was asked on {}, and belongs to no subprocessor that is declared", found.on);
    let help = "name it in the `hosts` of a `[[subprocessor]]`, or find out who asks it";
    seen.push(Reason::new(Why::Against, what).at(span, "seen here").help(help));
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_of_names() {
        for (pattern, name) in [("a", "a"), ("a*", "abc"), ("*c", "abc"), ("a*c", "abc"), ("a*b*c", "axbyc"), ("*", "")]
        {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a", "ab"), ("a*", "b"), ("a*c", "ab"), ("ab*bc", "abc"), ("", "a"), ("a*b*c", "ac")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
