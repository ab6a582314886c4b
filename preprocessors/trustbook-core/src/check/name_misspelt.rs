//! A fact or an id in the register almost matches one that would have an effect.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::register::kinds::REFERENCES;
use crate::register::value::Value;
use crate::register::{Fact, organisation};
use crate::span::SourceMap;
use crate::span::Span;
use crate::suggest::slip;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::warn("name-misspelt", include_str!("name_misspelt.md"), Run::Book(run));

/// The largest number of lookups, each of which compares all ids.
const MOST_LOOKS: usize = 1000;

fn run(book: &Book, findings: &mut Findings) {
    known_facts(book, findings);
    let register = &book.facts.register;
    let mut looks = MOST_LOOKS;
    for (of, name, kind) in REFERENCES {
        let ids: BTreeSet<&str> = register.of_kind(kind).map(|record| record.id.as_str()).collect();
        for field in register.of_kind(of).filter_map(|record| record.field(name)) {
            let texts = match &field.value {
                Some(Value::List(items)) => items.as_slice(),
                Some(one) => std::slice::from_ref(one),
                None => continue,
            };
            for text in texts {
                // A text with spaces is a description, and as good as an id.
                let Value::Text(text) = text else { continue };
                // `AWS` is the name of `aws`.
                let is_name = *kind == "subprocessor" && ids.contains(text.to_lowercase().as_str());
                if text.contains(char::is_whitespace) || ids.contains(text.as_str()) || is_name || looks == 0 {
                    continue;
                }
                looks -= 1;
                if let Some(near) = slip(text, ids.iter().copied()) {
                    let message = format!("there is no {kind} record `{text}`");
                    let finding = Diagnostic::new(field.span, message).help(format!("did you mean `{near}`?"));
                    findings.push(match texts {
                        [_] => finding.edit(field.span, format!("\"{near}\"")),
                        _ => finding,
                    });
                }
            }
        }
    }
}

/// Reports free facts that almost match a known fact missing from the register.
fn known_facts(book: &Book, findings: &mut Findings) {
    let register = &book.facts.register;
    let stated: BTreeSet<&str> = register.facts.iter().map(|fact| fact.id.as_str()).collect();
    let open = || organisation::KNOWN.iter().map(|known| known.id).filter(|id| !stated.contains(id));
    // A misspelt group is reported once, whatever it contains.
    let mut groups: BTreeSet<&str> = BTreeSet::new();
    for fact in register.facts.iter().filter(|fact| organisation::find(&fact.id).is_none()) {
        let Some(near) = slip(&fact.id, open()) else { continue };
        let (group, meant) = (first(&fact.id), first(near));
        if group != meant && !groups.insert(group) {
            continue;
        }
        let finding = Diagnostic::new(fact.key_span, format!("`{}` is not a known fact", fact.id))
            .help(format!("did you mean `{near}`, which checks and pages read?"));
        findings.push(match edit(&book.map, fact, near) {
            Some((span, text)) => finding.edit(span, text),
            None => finding,
        });
    }
}

/// Returns the part of an id before its first dot.
fn first(id: &str) -> &str {
    id.split('.').next().unwrap_or(id)
}

/// Returns the edit that gives a fact the other id, if they differ in one part that is written in one place.
fn edit(map: &SourceMap, fact: &Fact, near: &str) -> Option<(Span, String)> {
    let (above, last) = fact.id.rsplit_once('.')?;
    let (near_above, near_last) = near.rsplit_once('.')?;
    if above == near_above {
        return (map.slice(fact.key_span) == last).then(|| (fact.key_span, near_last.to_owned()));
    }
    let before = map.file(fact.key_span.file).text().get(..fact.key_span.start)?;
    let start =
        [format!("[{above}]"), format!("{above}.")].iter().filter_map(|text| before.rfind(text.as_str())).max()?;
    let start = start + usize::from(before[start..].starts_with('['));
    (last == near_last).then(|| (Span { start, end: start + above.len(), ..fact.key_span }, near_above.to_owned()))
}
