//! A profile of the book asks for something that no page shows, or that is shown without what it needs.

use super::{Check, Findings, Run, records, shown_ids, shows};
use crate::diagnostic::{Diagnostic, Level};
use crate::facts::Found;
use crate::profile::{self, Need, What};
use crate::register::common::Visibility;
use crate::register::{Problem, Record, needs};
use crate::span::Spanned;
use crate::suggest::listed;
use crate::trust::Trust;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check {
    name: "chapter-missing",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("chapter_missing.md"),
    run: Run::Trust(run),
};

/// How many other records that lack something are shown with the first.
const MOST_SHOWN: usize = 20;

fn run(trust: &Trust, findings: &mut Findings) {
    let profiles = &trust.config.trustbook.profiles;
    if profiles.is_empty() || !is_readable(trust) {
        return;
    }
    let used = shown_ids(trust);
    for (at, entry) in profiles.iter().enumerate() {
        let is_new = !profiles[..at].iter().any(|before| before.value == entry.value);
        for need in profile::find(&entry.value).into_iter().flatten().filter(|_| is_new) {
            findings.0.extend(unmet(trust, &used, entry, need));
        }
    }
}

/// In a register or a book of which a part can not be read, that part may have what is asked for.
fn is_readable(trust: &Trust) -> bool {
    let register = &trust.facts.register;
    let is_unread = |problem: &Problem| matches!(problem, Problem::Unreadable { .. });
    trust.is_whole()
        && trust.missing.is_empty()
        && register.broken.is_empty()
        && !register.problems.iter().any(is_unread)
}

fn unmet(trust: &Trust, used: &BTreeSet<String>, entry: &Spanned<String>, need: &Need) -> Option<Diagnostic> {
    let is_shown = |id: &str| match trust.facts.find(id) {
        Some(Found::Fact(fact)) => fact.common.visibility != Visibility::Internal && used.contains(id),
        _ => false,
    };
    if need.or.as_deref().is_some_and(is_shown) {
        return None;
    }
    match &need.what {
        What::Fact(id) if is_shown(id) => None,
        What::Fact(id) => {
            let stated = match trust.facts.find(id) {
                Some(Found::Fact(fact)) => Some((fact.key_span, fact.common.visibility)),
                _ => None,
            };
            if stated.is_none() && is_reported(trust, id) {
                return None;
            }
            Some(absent(entry, need, stated, &format!("{{{{ {id} }}}}")))
        }
        What::Records { kind, fields, .. } => {
            let register = &trust.facts.register;
            let all: Vec<&Record> = register.of_kind(kind.name).filter(|record| need.takes(register, record)).collect();
            let shown: Vec<&Record> = records(trust, kind.name)
                .filter(|record| need.takes(register, record) && shows(used, record))
                .collect();
            if !shown.is_empty() {
                return incomplete(trust, entry, need, &shown, fields);
            }
            if all.is_empty() && is_reported(trust, kind.name) {
                return None;
            }
            let public = all.iter().find(|record| record.common.visibility != Visibility::Internal);
            let stated = public.or(all.first()).map(|record| (record.span, record.common.visibility));
            Some(absent(entry, need, stated, &format!("{{{{#{}}}}}", kind.block)))
        }
    }
}

/// What is written so that it can not be read, and reported there, is not missing as well.
fn is_reported(trust: &Trust, name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    trust.facts.register.problems.iter().any(|problem| match problem {
        Problem::Misshapen { what, help, .. } => what.contains(last) || help.contains(last),
        Problem::Duplicate { id, .. } | Problem::WrongType { id, .. } => id == name,
        _ => false,
    })
}

/// Nothing is stated, or nothing of it is on a page.
fn absent(
    entry: &Spanned<String>,
    need: &Need,
    stated: Option<(crate::span::Span, Visibility)>,
    expression: &str,
) -> Diagnostic {
    let (profile, what) = (&entry.value, need.words());
    let (problem, todo) = match stated {
        None => ("the register does not state it", "state it and show it with"),
        Some((_, Visibility::Internal)) => ("what the register states is internal", "make it public and show it with"),
        Some(_) => ("no page shows it", "show it with"),
    };
    let or = need.or.as_ref().map_or_else(String::new, |id| format!("; where there is none, state and show `{id}`"));
    let finding = Diagnostic::new(entry.span, format!("`{profile}` asks for {what}, and {problem}"))
        .help(format!("{todo} `{expression}` in a chapter such as \"{}\"; {} asks for it{or}", need.chapter, need.why));
    match stated {
        Some((span, _)) => finding.also(span, "stated here"),
        None => finding,
    }
}

/// Records are shown, and some lack a field. What their kind needs in any case is reported without a profile.
fn incomplete(
    trust: &Trust,
    entry: &Spanned<String>,
    need: &Need,
    shown: &[&Record],
    fields: &[Vec<String>],
) -> Option<Diagnostic> {
    let lacking: Vec<(&Record, Vec<&str>)> = shown
        .iter()
        .map(|record| (*record, lacks(trust, record, fields)))
        .filter(|(_, lacks)| !lacks.is_empty())
        .collect();
    let ((first, missing), others) = lacking.split_first()?;
    let message = format!(
        "`{}` leaves {} open, and `{}` asks for it",
        first.full_id(),
        listed(missing.iter().copied()),
        entry.value
    );
    let mut finding = Diagnostic::new(first.span, message).also(entry.span, "the profile").help(format!(
        "state it for the chapter \"{}\": {} asks for it, and `not_stated` is no answer there",
        need.chapter, need.why
    ));
    for (record, missing) in others.iter().take(MOST_SHOWN) {
        finding = finding.also(record.span, format!("and this one {}", listed(missing.iter().copied())));
    }
    Some(match others.len().saturating_sub(MOST_SHOWN) {
        0 => finding,
        more => finding.help(format!("{more} more leave fields open that it asks for")),
    })
}

/// The first fields of the groups of which a record gives none.
fn lacks<'f>(trust: &Trust, record: &Record, fields: &'f [Vec<String>]) -> Vec<&'f str> {
    let register = &trust.facts.register;
    let reported: Vec<&str> = needs::lacks(register, record).into_iter().flatten().collect();
    let settled = |field: &String| {
        record.field(field).is_some()
            || reported.contains(&field.as_str())
            || needs::is_misspelt(register, record, field)
    };
    fields
        .iter()
        .filter(|group| !group.iter().any(settled))
        .filter_map(|group| group.first())
        .map(String::as_str)
        .collect()
}
