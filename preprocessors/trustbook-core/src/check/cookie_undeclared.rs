//! A running page was seen to keep a cookie or a key of storage that the register does not declare.

use super::{Check, Findings, Run};
use crate::claim::declared::{self, Kept};
use crate::diagnostic::{Diagnostic, Level};
use crate::observation::{Observation, When};
use crate::register::Record;
use crate::register::value::{Value, date_words};
use crate::suggest::nearest;
use crate::trust::Trust;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check {
    name: "cookie-undeclared",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("cookie_undeclared.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    let records: Vec<&Record> = trust.facts.register.of_kind("cookie").collect();
    let mut told = BTreeSet::new();
    for found in declared::newest(&trust.observations) {
        for kept in declared::kept(found) {
            let is_known = records.iter().any(|record| {
                // A domain that is another one of the same site is a difference, which `cookie-attributes` tells.
                declared::is_same_site(record, &kept) || declared::may_be(record, &kept)
            });
            let domain = kept.cookie.map(|cookie| cookie.domain.as_str());
            if !is_known && told.insert((kept.kind, kept.name, domain)) {
                findings.push(undeclared(&records, found, &kept));
            }
        }
    }
}

fn undeclared(records: &[&Record], found: &Observation, kept: &Kept<'_>) -> Diagnostic {
    let domain = kept.cookie.map_or_else(String::new, |cookie| format!(" of `{}`", cookie.domain));
    let message = format!(
        "the {} `{}`{domain} was seen at {} on {}, and no `[[cookie]]` declares it",
        kept.words(),
        kept.name,
        found.url,
        date_words(found.on)
    );
    let finding = Diagnostic::new(kept.span, message).label(match kept.when {
        When::Before => "seen here, before anybody agreed to anything",
        When::After => "seen here",
    });
    let names: Vec<(String, &Record)> =
        records.iter().filter_map(|record| Some((record.value("name").map(Value::text)?, *record))).collect();
    let near = nearest(kept.name, names.iter().map(|(name, _)| name.as_str()));
    let near = near.and_then(|near| names.iter().find(|(name, _)| name == near));
    let finding = match near {
        Some((name, record)) => {
            finding.also(record.span, "this one is declared").help(format!("did you mean `{name}`?"))
        }
        None => finding,
    };
    finding.help(format!("declare it, with its purpose and category:\n{}", draft(kept))).help(
        "if nobody knows who sets it, find that out first: search the code and the tags of third parties for its name",
    )
}

/// The record that would declare it, as far as it was seen. Names come from servers: they are written as TOML.
fn draft(kept: &Kept<'_>) -> String {
    let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let id: String =
        kept.name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let mut lines = vec![
        "[[cookie]]".to_owned(),
        format!("id = {}", text(id.trim_matches('-'))),
        format!("name = {}", text(kept.name)),
        format!("kind = {}", text(kept.kind)),
    ];
    if let Some(cookie) = kept.cookie {
        lines.push(format!("domain = {}", text(&cookie.domain)));
        lines.push(match cookie.max_age {
            Some(seconds) => format!("max_age = {}", text(&declared::lifetime(seconds))),
            None => "max_age = \"session\"".to_owned(),
        });
        lines.push(format!("http_only = {}", cookie.http_only));
        lines.push(format!("secure = {}", cookie.secure));
        lines.extend(cookie.same_site.as_ref().map(|word| format!("same_site = {}", text(word))));
        lines.push(format!("set_by = {}", text(&cookie.set_by)));
    }
    lines.join("\n")
}
