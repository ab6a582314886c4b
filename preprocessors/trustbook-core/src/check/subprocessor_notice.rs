//! A subprocessor comes into use before the promised notice period ends.

use super::{Check, Findings, Run, records};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::facts::FactRef;
use crate::facts::Facts;
use crate::register::common::{State, Visibility};
use crate::register::types::read_duration;
use crate::register::value::{Value, date_words};
use crate::register::{Fact, Record};
use crate::span::Span;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const CHECK: Check =
    Check::deny("subprocessor-notice", include_str!("subprocessor_notice.md"), Run::Book(run));

/// The fact that promises the notice period.
const PROMISE: &str = "vendor.subprocessor_notice";

fn run(book: &Book, findings: &mut Findings) {
    let promise = Promise::of(&book.facts);
    let notices: Vec<&Record> = records(&book.facts, "notice").filter(|notice| !is(notice, "kind", "remove")).collect();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for notice in &notices {
        findings.extend(objection(notice));
        if let (Some(announced), Some(effective)) = (day(notice, "announced"), day(notice, "effective"))
            && let Some(finding) = early(&promise, notice, announced, effective)
        {
            findings.push(finding);
            told.insert(&notice.id);
        }
    }
    let mut all: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    for notice in notices {
        let about = notice.value("about").map(Value::text).unwrap_or_default();
        all.entry(about.trim().to_lowercase()).or_default().push(notice);
    }
    for record in records(&book.facts, "subprocessor") {
        let notices: Vec<&Record> = names(record).iter().filter_map(|name| all.get(name)).flatten().copied().collect();
        findings.extend(passed(&book.facts, record));
        findings.extend(undated(&promise, &notices, record));
        let Some(effective) = day(record, "effective") else {
            continue;
        };
        // Only a notice that adds the company dates its start. The earliest of these counts.
        let adds = |notice: &Record| is(notice, "kind", "add");
        let noticed = notices.iter().filter(|notice| adds(notice)).filter_map(|notice| day(notice, "announced"));
        let first = noticed.chain(day(record, "announced")).min_by_key(|(date, _)| *date);
        // One announcement is one pair of dates, even if the notice and the record both give it.
        let same =
            |notice: &&Record| adds(notice) || day(notice, "effective").is_some_and(|(date, _)| date == effective.0);
        if !notices.iter().filter(|notice| told.contains(notice.id.as_str())).any(same) {
            findings.extend(first.and_then(|announced| early(&promise, record, announced, effective)));
        }
    }
}

/// Creates a finding if the date that a status waits for has passed.
fn passed(facts: &Facts, record: &Record) -> Option<Diagnostic> {
    let (status, field, next) = match record.word("status")? {
        "announced" => ("announced", "effective", "active"),
        "ending" => ("ending", "ended", "ended"),
        _ => return None,
    };
    let (date, span) = day(record, field)?;
    let at = record.field("status")?.span;
    // The subprocessor is still in use on its last day.
    let is_over = if status == "ending" { date < facts.today } else { date <= facts.today };
    is_over.then(|| {
        let message = format!("`{}` is `{status}`, but its `{field}` was on {}", record.full_id(), date_words(date));
        let finding = Diagnostic::new(at, message).also(span, "this date has passed");
        finding.help(format!("set `status` to `{next}`, or state the date to which it was moved")).by_calendar()
    })
}

/// Creates a finding if the register does not date the announcement of a subprocessor, though a notice period is
/// promised.
fn undated(promise: &Option<Promise>, notices: &[&Record], record: &Record) -> Option<Diagnostic> {
    let promise = promise.as_ref()?;
    let open = ["announced", "effective"].iter().any(|field| record.common.leaves_open(field));
    let has_day = day(record, "announced").is_some() || day(record, "effective").is_some();
    if record.word("status") != Some("active") || open || has_day || !notices.is_empty() {
        return None;
    }
    let message =
        format!("`{}` is in use, but no date shows that the {} of notice were given", record.full_id(), promise.words);
    let finding = Diagnostic::new(record.span, message).also(promise.at, "the promise");
    Some(
        finding.help("state `announced` and `effective`, or name one of them in `not_stated` if it is no longer known"),
    )
}

/// Returns the id and the names of a subprocessor, by which notices can be about it, in lower case.
fn names(record: &Record) -> BTreeSet<String> {
    let known = ["name", "legal_name"].into_iter().filter_map(|field| record.value(field)).map(Value::text);
    known.chain([record.id.clone()]).map(|name| name.trim().to_lowercase()).collect()
}

/// The vendor's promise, if it is not internal.
struct Promise {
    span: jiff::SpanFieldwise,
    words: String,
    at: Span,
    since: Option<Date>,
}

impl Promise {
    fn of(facts: &Facts) -> Option<Self> {
        let Some(FactRef::Fact(fact)) = facts.find(PROMISE) else {
            return None;
        };
        let over = matches!(facts.state(&fact.common), State::Expired(_));
        if over || fact.common.visibility == Visibility::Internal {
            return None;
        }
        let (words, span) = match fact.value.as_ref()? {
            Value::Duration(words, span) => (words.clone(), *span),
            // Business days take at least as many calendar days.
            Value::Period(period) => (period.text.clone(), period.shortest),
            Value::Text(words) => (words.clone(), read_duration(words)?),
            _ => return None,
        };
        Some(Promise { span, words, at: fact.span, since: fact.common.valid_from })
    }
}

/// Creates a finding if a change takes effect too early.
fn early(
    promise: &Option<Promise>,
    record: &Record,
    announced: (Date, Span),
    effective: (Date, Span),
) -> Option<Diagnostic> {
    // The promise does not cover earlier announcements.
    let promise = promise.as_ref().filter(|promise| promise.since.is_none_or(|since| since <= announced.0));
    let first = match promise {
        Some(promise) => announced.0.checked_add(promise.span.0).ok()?,
        None => announced.0,
    };
    if effective.0 >= first {
        return None;
    }
    let (id, from) = (record.full_id(), date_words(effective.0));
    let announcement = format!("announced on {}", date_words(announced.0));
    let finding = match promise {
        Some(promise) => {
            let message = format!("`{id}` takes effect on {from}, before the {} of notice have passed", promise.words);
            Diagnostic::new(effective.1, message).also(announced.1, announcement).also(promise.at, "the promise")
        }
        None => Diagnostic::new(effective.1, format!("`{id}` takes effect on {from}, before it was announced"))
            .also(announced.1, announcement),
    };
    Some(
        finding.help(format!(
            "it can take effect on {} at the earliest; correct the date that is wrong",
            date_words(first)
        )),
    )
}

/// Creates a finding if the objection period is empty or ends too early.
fn objection(notice: &Record) -> Option<Diagnostic> {
    let (until, at) = day(notice, "object_until")?;
    let id = notice.full_id();
    match (day(notice, "announced"), day(notice, "effective")) {
        (Some((announced, span)), _) if until < announced => Some(
            Diagnostic::new(at, format!("the time to object to `{id}` ends before it was announced"))
                .also(span, format!("announced on {}", date_words(announced)))
                .help(format!("state a date after {}", date_words(announced))),
        ),
        (_, Some((effective, span))) if until > effective => Some(
            Diagnostic::new(at, format!("the time to object to `{id}` ends after it takes effect"))
                .also(span, format!("it takes effect on {}", date_words(effective)))
                .help(format!("state a date up to {}, or let it take effect later", date_words(effective))),
        ),
        _ => None,
    }
}

fn day(record: &Record, field: &str) -> Option<(Date, Span)> {
    let fact: &Fact = record.field(field)?;
    match fact.value {
        Some(Value::Date(date)) => Some((date, fact.span)),
        _ => None,
    }
}

fn is(record: &Record, field: &str, word: &str) -> bool {
    matches!(record.value(field), Some(Value::Choice(given)) if given == word)
}
