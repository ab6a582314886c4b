//! A profile of the book requires something that no page shows, or that is shown incompletely.

use super::{Check, Findings, Run, slots};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::expand::block;
use crate::expand::uses::ShownIds;
use crate::facts::FactRef;
use crate::facts::Facts;
use crate::page;
use crate::profile::{self, Need, Requirement};
use crate::register::common::{Common, State, Visibility};
use crate::register::value::Value;
use crate::register::{Record, RegisterProblem, needs};
use crate::span::{Span, Spanned};
use crate::suggest::listed;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::deny("chapter-missing", include_str!("chapter_missing.md"), Run::Book(run));

/// The number of further incomplete records listed in a finding.
const MOST_SHOWN: usize = 20;

fn run(book: &Book, findings: &mut Findings) {
    let profiles = &book.config.trustbook.profiles;
    if profiles.is_empty() || !is_readable(book) {
        return;
    }
    let on_pages = OnPages::of(book);
    for (at, entry) in profiles.iter().enumerate() {
        let is_new = !profiles[..at].iter().any(|before| before.value == entry.value);
        for need in profile::find(&entry.value).into_iter().flatten().filter(|_| is_new) {
            let names = || need.names().map(str::to_owned).collect();
            findings.extend(unmet(&book.facts, &on_pages, entry, need).map(|finding| finding.named(names())));
        }
    }
}

/// The facts and records shown on the pages.
struct OnPages {
    /// The ids in expressions and in rows of blocks.
    used: ShownIds,
    /// The ids in rows of blocks, which show the whole record.
    whole: BTreeSet<String>,
}

impl OnPages {
    fn of(book: &Book) -> Self {
        let blocks = slots(&book.pages).filter_map(|slot| match &slot.what {
            page::SlotKind::Block(call) => Some(block::ids(book, call)),
            _ => None,
        });
        OnPages { used: ShownIds::of(book), whole: blocks.flatten().collect() }
    }

    /// Returns true if a record is shown as a need requires: by a block, or each field by an expression.
    fn has(&self, need: &Need, record: &Record) -> bool {
        let shows_field = |field: &String| {
            record.field(field).is_some_and(|fact| self.used.has(&fact.id) || self.used.has_below(&fact.id))
        };
        let shows_all = || match &need.what {
            Requirement::Records { fields, only, .. } if fields.is_empty() => match only {
                Some((field, None)) => shows_field(field),
                _ => self.used.has_below(&record.full_id()),
            },
            Requirement::Records { fields, .. } => {
                let mut given = fields.iter().filter(|group| group.iter().any(|field| record.field(field).is_some()));
                self.used.has_below(&record.full_id()) && given.all(|group| group.iter().any(shows_field))
            }
            Requirement::Fact(_) => false,
        };
        self.whole.contains(&record.full_id()) || shows_all()
    }
}

/// Returns true if the whole book and register could be read. Otherwise the unread part may meet the need.
fn is_readable(book: &Book) -> bool {
    book.is_whole() && book.missing.is_empty() && book.facts.register.is_whole()
}

fn unmet(facts: &Facts, on_pages: &OnPages, entry: &Spanned<String>, need: &Need) -> Option<Diagnostic> {
    if need.or.as_deref().is_some_and(|id| of_fact(facts, on_pages, id).is_none()) {
        return None;
    }
    match &need.what {
        Requirement::Fact(id) => {
            let why = of_fact(facts, on_pages, id)?;
            if why == Why::Unstated && is_reported(facts, id) {
                return None;
            }
            Some(absent(entry, need, &why, &format!("{{{{ {id} }}}}")))
        }
        Requirement::Records { kind, fields, .. } => {
            let register = &facts.register;
            let all: Vec<&Record> = register.of_kind(kind.name).filter(|record| need.takes(register, record)).collect();
            let why = all.iter().map(|record| of_record(facts, on_pages, need, record)).min();
            match why {
                Some(Why::Met) => {
                    let met = |record: &&Record| of_record(facts, on_pages, need, record) == Why::Met;
                    let shown: Vec<&Record> = all.into_iter().filter(met).collect();
                    incomplete(facts, entry, need, &shown, fields)
                }
                None if is_reported(facts, kind.name) => None,
                why => Some(absent(entry, need, &why.unwrap_or(Why::Unstated), &format!("{{{{#{}}}}}", kind.block))),
            }
        }
    }
}

/// The result of looking for what a need requires, from nearest to farthest. The nearest of several counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    /// The need is met.
    Met,
    /// It is on a page, but its validity has ended or not begun.
    NotNow(Span, String),
    /// Only some of the required fields are on pages.
    InPart(Span),
    /// No page shows it.
    Hidden(Span),
    /// Its status says that it does not exist yet, or no longer.
    Status(Span, String),
    /// It is internal.
    Internal(Span),
    /// The register does not state it.
    Unstated,
}

/// Returns the reason why a fact does not meet a need; `None` if it does.
fn of_fact(facts: &Facts, on_pages: &OnPages, id: &str) -> Option<Why> {
    let Some(FactRef::Fact(fact)) = facts.find(id) else {
        return Some(Why::Unstated);
    };
    let is_shown = on_pages.used.has(id);
    match (fact.common.visibility, is_shown) {
        (Visibility::Internal, _) => Some(Why::Internal(fact.key_span)),
        (_, false) => Some(Why::Hidden(fact.key_span)),
        (_, true) => not_now(facts, &fact.common).map(|words| Why::NotNow(fact.key_span, words)),
    }
}

fn of_record(facts: &Facts, on_pages: &OnPages, need: &Need, record: &Record) -> Why {
    if record.common.visibility == Visibility::Internal {
        return Why::Internal(record.span);
    }
    if let Some(Value::Choice(word)) = record.value("status")
        && NOT_THERE.contains(&(record.kind.name, word.as_str()))
    {
        return Why::Status(record.span, word.clone());
    }
    match (on_pages.has(need, record), not_now(facts, &record.common)) {
        (true, None) => Why::Met,
        (true, Some(words)) => Why::NotNow(record.span, words),
        (false, _) if on_pages.used.has_below(&record.full_id()) => Why::InPart(record.span),
        (false, _) => Why::Hidden(record.span),
    }
}

/// The kinds with the statuses that mean that the thing does not exist.
const NOT_THERE: &[(&str, &str)] = &[("measure", "planned"), ("measure", "not-applicable"), ("subprocessor", "ended")];

fn not_now(facts: &Facts, common: &Common) -> Option<String> {
    match facts.state(common) {
        state @ State::Expired(_) => Some(state.words()),
        state @ State::NotYet(_) => Some(format!("is {}", state.words())),
        _ => None,
    }
}

/// Returns true if a problem of the register already covers this name, so that it is not reported as missing too.
fn is_reported(facts: &Facts, name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    facts.register.problems.iter().any(|problem| match problem {
        RegisterProblem::Misshapen { what, help, .. } => what.contains(last) || help.contains(last),
        RegisterProblem::Duplicate { id, .. } | RegisterProblem::WrongType { id, .. } => id == name,
        _ => false,
    })
}

/// Creates a finding for something that is not stated, or does not meet the need.
fn absent(entry: &Spanned<String>, need: &Need, why: &Why, expression: &str) -> Diagnostic {
    let (profile, what) = (&entry.value, need.words());
    let problem = match why {
        Why::Unstated | Why::Met => "the register does not state it".to_owned(),
        Why::Internal(_) => "the register has it only as internal".to_owned(),
        Why::Hidden(_) => "no page shows it".to_owned(),
        Why::InPart(_) => "no page shows all of it".to_owned(),
        Why::Status(_, word) => format!("the register has it only as `{word}`"),
        Why::NotNow(_, words) => format!("what the register states {words}"),
    };
    let todo = match why {
        Why::Unstated | Why::Met => "state it and show it with",
        Why::Internal(_) => "make it public and show it with",
        Why::Hidden(_) | Why::InPart(_) => "show it with",
        Why::Status(..) | Why::NotNow(..) => "state what holds today and show it with",
    };
    let or = need.or.as_ref().map_or_else(String::new, |id| format!("; if there is none, state and show `{id}`"));
    let finding = Diagnostic::new(entry.span, format!("`{profile}` requires {what}, but {problem}"))
        .help(format!("{todo} `{expression}` in a chapter such as \"{}\"; {} requires it{or}", need.chapter, need.why));
    match why {
        Why::NotNow(span, _) => finding.by_calendar().also(*span, "stated here"),
        Why::InPart(span) | Why::Hidden(span) | Why::Status(span, _) | Why::Internal(span) => {
            finding.also(*span, "stated here")
        }
        Why::Unstated | Why::Met => finding,
    }
}

/// Creates a finding for shown records that lack a field. Fields required by the kind are reported without a profile.
fn incomplete(
    facts: &Facts,
    entry: &Spanned<String>,
    need: &Need,
    shown: &[&Record],
    fields: &[Vec<String>],
) -> Option<Diagnostic> {
    let lacking: Vec<(&Record, Vec<&str>)> = shown
        .iter()
        .map(|record| (*record, lacks(facts, record, fields)))
        .filter(|(_, lacks)| !lacks.is_empty())
        .collect();
    let ((first, missing), others) = lacking.split_first()?;
    let message = format!(
        "`{}` leaves {} open, but `{}` requires it",
        first.full_id(),
        listed(missing.iter().copied()),
        entry.value
    );
    let mut finding = Diagnostic::new(first.span, message).also(entry.span, "the profile").help(format!(
        "state it for the chapter \"{}\": {} requires it, and `not_stated` is not accepted there",
        need.chapter, need.why
    ));
    for (record, missing) in others.iter().take(MOST_SHOWN) {
        finding = finding.also(record.span, format!("this one also leaves {} open", listed(missing.iter().copied())));
    }
    Some(match others.len().saturating_sub(MOST_SHOWN) {
        0 => finding,
        more => finding.help(format!("{more} more leave required fields open")),
    })
}

/// Returns the first field of each group of which a record gives none.
fn lacks<'f>(facts: &Facts, record: &Record, fields: &'f [Vec<String>]) -> Vec<&'f str> {
    let register = &facts.register;
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
