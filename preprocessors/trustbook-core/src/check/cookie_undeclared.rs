//! An observed cookie or storage key is not declared in the register.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::claim::declared::{self, Declared, StoredItem};
use crate::claim_findings::{MOST_SHOWN, with_claims};
use crate::diagnostic::Diagnostic;
use crate::observation::{Observation, When};
use crate::pattern::matches;
use crate::register::Record;
use crate::register::value::date_words;
use crate::suggest::listed;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::deny(declared::CHECK, include_str!("cookie_undeclared.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    if !book.facts.register.is_whole() {
        return;
    }
    let records: Vec<&Record> = book.facts.register.of_kind("cookie").collect();
    // Several observations of the same thing share one finding.
    let mut all: BTreeMap<[String; 3], Vec<(&Observation, StoredItem<'_>)>> = BTreeMap::new();
    for found in declared::newest(&book.observations) {
        for (kept, _) in declared::declared(&records, found).into_iter().filter(|(_, found)| *found == Declared::No) {
            let key = [kept.kind.to_owned(), kept.name.to_owned(), kept.domain.clone()];
            all.entry(key).or_default().push((found, kept));
        }
    }
    for seen in all.values() {
        if let [(found, kept), others @ ..] = seen.as_slice() {
            let finding = like(&records, kept, undeclared(found, kept), findings);
            let finding = with_claims(book, CHECK.name, kept.span, finding);
            let finding = others.iter().take(MOST_SHOWN).fold(finding, |finding, (found, kept)| {
                let finding = finding.also(kept.span, format!("and seen at {} on {}", found.url, date_words(found.on)));
                with_claims(book, CHECK.name, kept.span, finding)
            });
            let (draft, _) = declared::draft(kept, &|id| records.iter().all(|record| record.id != id));
            let finding = finding.draft("declare it, with its purpose and category:", &draft);
            findings.push(finding.help(
                "if it is not known who sets it, find that out first: search the code and third-party tags for its \
                 name",
            ));
        }
    }
}

fn undeclared(found: &Observation, kept: &StoredItem<'_>) -> Diagnostic {
    let message = format!(
        "the {} `{}` of `{}` was seen at {} on {}, but no `[[cookie]]` declares it",
        kept.words(),
        kept.name,
        kept.domain,
        found.url,
        date_words(found.on)
    );
    Diagnostic::new(kept.span, message).label(match kept.when {
        When::Before => "seen here, before consent",
        When::After => "seen here",
    })
}

/// Adds the nearest record to a finding: one with the same name, one with a similar name, or those without a name.
fn like(records: &[&Record], kept: &StoredItem<'_>, finding: Diagnostic, findings: &Findings) -> Diagnostic {
    let of_name = |record: &&&Record| declared::names_of(record).any(|name| matches(&name, kept.name));
    if let Some(record) = records.iter().find(of_name) {
        let id = record.full_id();
        let other = match (record.word("kind") == Some(kept.kind), declared::domain_of(record)) {
            (true, Some(domain)) if domain != kept.domain => format!("of `{domain}`"),
            (true, _) => "that has ended".to_owned(),
            (false, _) => format!("of the kind `{}`", record.word("kind").unwrap_or_default()),
        };
        return finding.also(record.span, format!("`{id}` is one {other}"));
    }
    let names: Vec<(String, &Record)> =
        records.iter().flat_map(|record| declared::names_of(record).map(|name| (name, *record))).collect();
    let near = findings.suggest(kept.name, names.iter().map(|(name, _)| name.as_str()));
    if let Some((name, record)) = near.and_then(|near| names.iter().find(|(name, _)| name == near)) {
        return finding.also(record.span, "this one is declared").help(format!("did you mean `{name}`?"));
    }
    let open = |record: &&&Record| record.value("name").is_none() && record.word("kind") == Some(kept.kind);
    let open: Vec<&Record> = records.iter().filter(open).copied().collect();
    match open.first() {
        Some(first) => {
            let ids: Vec<String> = open.iter().map(|record| record.full_id()).collect();
            finding.also(first.span, "this one states no name, and more was seen than it can cover").help(format!(
                "state the `name` of {}, if it is this one",
                listed(ids.iter().map(String::as_str)).replace(" and ", " or ")
            ))
        }
        None => finding,
    }
}
