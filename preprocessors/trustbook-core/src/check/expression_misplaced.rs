//! An expression is in a place that cannot take a value.

use super::{Check, Findings, Run, on_pages, slots_of};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::expand::block::words;
use crate::expand::{Beside, Nothing, ShownValue, markdown, show};
use crate::facts::FactRef;
use crate::facts::Facts;
use crate::html::Insert;
use crate::page::syntax::Expression;
use crate::page::{Context, Follows, Page, PageProblem, Reference, Slot, SlotKind};
use crate::register::Fact;
use crate::register::common::Visibility;
use crate::register::value::Value;
use crate::span::Span;
use crate::suggest::listed;

pub(super) const CHECK: Check =
    Check::deny("expression-misplaced", include_str!("expression_misplaced.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    let words = words(&book.theme);
    findings.extend(on_pages(&book.pages, &CHECK, |page| {
        let slots = slots_of(page).filter_map(|slot| on_page(book, &words, page, slot));
        let links = page.references.iter().filter_map(|link| without_link(&book.facts, link));
        let indented = page.problems.iter().filter_map(|problem| indented(book, &words, problem));
        slots.chain(links).chain(indented).collect()
    }));
    let register = &book.facts.register;
    let fields = register.records.iter().flat_map(|record| &record.fields);
    for fact in register.facts.iter().chain(fields) {
        findings.extend(in_value(&book.facts, fact));
    }
}

fn on_page(book: &Book, words: &[&str], page: &Page, slot: &Slot) -> Option<Diagnostic> {
    match &slot.what {
        SlotKind::Value(expression) => value(book, page, slot, expression),
        SlotKind::Block(call) if slot.context != Context::Alone && words.contains(&call.word.as_str()) => {
            let why = match slot.context {
                Context::Misplaced(place) => format!("the block `{}` is in {place}", call.word),
                _ => format!("the block `{}` is not alone in its paragraph", call.word),
            };
            let finding = Diagnostic::new(slot.span, why);
            Some(finding.help("put it on a line of its own, with blank lines around it"))
        }
        _ => None,
    }
}

/// Creates a finding for a block that fills an indented code block, so that the page would show its braces.
fn indented(book: &Book, words: &[&str], problem: &PageProblem) -> Option<Diagnostic> {
    let PageProblem::Indented { span } = problem else { return None };
    let word =
        book.map.slice(*span).trim_start_matches(['{', '#']).split(|c: char| c.is_whitespace() || c == '}').next()?;
    if !words.contains(&word) {
        return None;
    }
    let finding = Diagnostic::new(*span, format!("the block `{word}` is indented like code"))
        .help("remove the indentation; to show the block as it is written, put it in a fenced code block");
    let before = book.map.file(span.file).text().get(..span.start)?;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Some(match before[start..].trim().is_empty() {
        true => finding.edit(Span { start, end: span.start, ..*span }, ""),
        false => finding,
    })
}

/// Creates a finding for a `fact:` link to a value that is not a target.
fn without_link(facts: &Facts, link: &Reference) -> Option<Diagnostic> {
    let fact = match facts.find(&link.id)? {
        FactRef::Fact(fact) if link.scheme == "fact" && fact.common.visibility == Visibility::Public => fact,
        _ => return None,
    };
    let leads_nowhere = fact.value.as_ref().is_some_and(|value| value.link().is_none());
    let finding =
        || Diagnostic::new(link.span, format!("`{}` is {}, which cannot be a link", link.id, fact.ty.words()));
    leads_nowhere.then(|| finding().also(fact.span, "stated here").help("link to a fact of type url, email or phone"))
}

/// Creates a finding for an expression inside a value, which would be printed with its braces.
fn in_value(facts: &Facts, fact: &Fact) -> Option<Diagnostic> {
    let (Some(Value::Text(text) | Value::Markdown(text)), false) =
        (&fact.value, fact.common.visibility == Visibility::Internal)
    else {
        return None;
    };
    let inner = text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(inner, _)| inner);
    let is_known = |inner: &&str| inner.split_whitespace().next().is_some_and(|id| facts.find(id).is_some());
    let known = inner.map(str::trim).find(is_known)?;
    let message = format!("`{{{{ {known} }}}}` is in the value of `{}`, where expressions are not read", fact.id);
    Some(
        Diagnostic::new(fact.span, message)
            .help("write the words there, or leave them out and put the expression on the page"),
    )
}

fn value(book: &Book, page: &Page, slot: &Slot, expression: &Expression) -> Option<Diagnostic> {
    let shown = match (&slot.context, show(book, page, expression)) {
        (Context::Misplaced(_) | Context::Unseen, shown) => shown.unwrap_or_default(),
        (_, Err(Nothing::Record)) => return Some(whole_record(&book.facts, slot, &expression.id)),
        (_, Err(_)) => return None,
        (_, Ok(shown)) => shown,
    };
    let finding = |what: String| Diagnostic::new(slot.span, what);
    match &slot.context {
        // A container of another generator turns paragraphs into terms, which is reported as such.
        Context::Misplaced(place)
            if place.starts_with("the term")
                && page
                    .problems
                    .iter()
                    .any(|problem| matches!(problem, PageProblem::Foreign { also: Follows::Terms, .. })) =>
        {
            None
        }
        Context::Misplaced(place) => {
            Some(finding(format!("a value cannot appear in {place}")).help(
                "put it into text, a link, a title or a quoted attribute; for an address write `[text](fact:id)`",
            ))
        }
        Context::Unseen => Some(
            finding("a value cannot appear here: Markdown does not read this as text".to_owned())
                .help("put it into text, a link, a title or a quoted attribute"),
        ),
        Context::FactsFence if shown.clone().insert(&slot.context, Beside::Nothing) == Insert::Nothing => Some(
            finding(format!("the value of `{}` cannot appear in a code block", expression.id))
                .help("a value in a code block is one line without braces"),
        ),
        Context::Text | Context::Plain | Context::Html if would_break_emphasis(page, slot, &shown) => Some(
            finding(format!(
                "the value of `{}` begins or ends with punctuation, and the emphasis around it would break",
                expression.id
            ))
            .help("put a space between the emphasis and the letters beside it, or remove the emphasis"),
        ),
        _ => None,
    }
}

/// Returns true if a value would break emphasis. `a**{{ x }}**` is emphasis around a letter, but not around punctuation
/// (CommonMark 0.31, flanking runs).
fn would_break_emphasis(page: &Page, slot: &Slot, shown: &ShownValue) -> bool {
    let insert = shown.clone().insert(&slot.context, Beside::of(page, slot));
    let text = markdown(page, slot, &insert);
    let body = page.body.text();
    let marks = ['*', '_', '~'];
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let before = body[..slot.range.start].trim_end_matches(marks);
    let after = body[slot.range.end..].trim_start_matches(marks);
    let opened = before.len() < slot.range.start && letter(before.chars().next_back());
    let closed = after.len() < body.len() - slot.range.end && letter(after.chars().next());
    (opened && !letter(text.chars().next())) || (closed && !letter(text.chars().next_back()))
}

fn whole_record(facts: &Facts, slot: &Slot, id: &str) -> Diagnostic {
    let finding = Diagnostic::new(slot.span, format!("`{id}` is a record and has no value of its own"));
    match facts.find(id) {
        Some(FactRef::Record(record)) => {
            let fields: Vec<&str> = record.fields.iter().map(|fact| fact.id.as_str()).collect();
            finding.help(format!("name one of its fields: {}", listed(fields)))
        }
        _ => finding.help("name one of its fields"),
    }
}
