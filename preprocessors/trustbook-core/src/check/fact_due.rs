//! The review of facts is overdue, grouped by owner and file, or is dated in the future.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::exceptions;
use crate::facts::Facts;
use crate::register::common::{Common, State};
use crate::register::value::date_words;
use crate::span::Span;
use jiff::civil::Date;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::warn("fact-due", include_str!("fact_due.md"), Run::Book(run)).by_calendar();

fn run(book: &Book, findings: &mut Findings) {
    let mut groups: BTreeMap<(String, String), Vec<(Date, Span)>> = BTreeMap::new();
    for (common, span) in dated(book) {
        let State::Due(since) = book.facts.state(common) else {
            continue;
        };
        if exceptions::is_named(book, CHECK.name, span) {
            // An exception by id covers this one statement, and not the others of its group.
            findings.extend(overdue(&owner(common), &[(since, span)]));
        } else {
            let file = book.map.file(span.file).path().to_owned();
            groups.entry((file, owner(common))).or_default().push((since, span));
        }
    }
    findings.extend(groups.iter().filter_map(|((_, owner), due)| overdue(owner, due)));
    findings.extend(dated(book).filter_map(|(common, span)| ahead(&book.facts, common, span)));
}

/// The facts, the records and the texts of chapters.
fn dated(book: &Book) -> impl Iterator<Item = (&Common, Span)> {
    let register = &book.facts.register;
    let facts = register.facts.iter().map(|fact| (&*fact.common, fact.key_span));
    let records = register.records.iter().map(|record| (&*record.common, record.span));
    let texts = book.pages.iter().filter_map(|page| page.dates.as_ref()).map(|dates| (&dates.common, dates.span));
    facts.chain(records).chain(texts)
}

/// Creates a finding for a date in the future: with a mistyped year, nothing would ever be due.
fn ahead(facts: &Facts, common: &Common, span: Span) -> Option<Diagnostic> {
    let day = common.said().filter(|day| *day > facts.today)?;
    let said = if common.verified.is_some() { "checked" } else { "stated" };
    Some(
        Diagnostic::new(span, format!("this was {said} on {}, which is in the future", date_words(day)))
            .help("correct the year; for a fact that holds from a later date, state `valid_from`"),
    )
}

fn overdue(owner: &str, due: &[(Date, Span)]) -> Option<Diagnostic> {
    let (since, span) = due.iter().min()?;
    let what = match due.len() {
        1 => "1 review".to_owned(),
        count => format!("{count} reviews"),
    };
    Some(
        Diagnostic::new(*span, format!("{what} overdue (oldest: {}): {owner}", date_words(*since)))
            .help("review each, then write the date as `verified` beside it; pages show that it is overdue"),
    )
}

fn owner(common: &Common) -> String {
    common.owner.as_ref().map_or_else(|| "no owner".to_owned(), |owner| format!("owner `{owner}`"))
}
