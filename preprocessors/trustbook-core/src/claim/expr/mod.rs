//! `expr`: a condition over the public facts of the register, in CEL, the Common Expression Language.
//!
//! A condition sees only the register: no clock, no environment, no file. Its cost is bounded before it runs: by its
//! length, its depth, and the part of the register that its loops visit.

mod text;
mod view;
mod walk;

use super::seen::{Basis, ClaimResult, Reason, Why};
use super::{ClaimKind, ClaimSources};
use crate::register::Record;
use crate::register::common::State;
use crate::register::phrase::Phrase;
use crate::register::value::{Value as Stated, date_words};
use cel::parser::Parser;
use cel::{Context, Value};
use std::ops::Range;
use text::ConditionText;
pub(super) use view::View;
use walk::Walk;

pub(super) const KIND: ClaimKind = ClaimKind { name: "expr", run };

/// The longest condition, in bytes.
const LONGEST: usize = 1000;
/// The deepest nesting of brackets.
const DEEPEST: usize = 12;
/// The largest number of operators in a row before an operand: `!!!!x`.
const MOST_SIGNS: usize = 4;
/// The largest number of choices (`a ? b : c`).
const MOST_CHOICES: usize = 8;

fn run(sources: &ClaimSources<'_>, record: &Record, seen: &mut ClaimResult) {
    let Some((fact, Stated::Text(source))) = record.field("expr").and_then(|fact| Some((fact, fact.value.as_ref()?)))
    else {
        return;
    };
    let written = ConditionText { span: fact.span, source };
    let view = sources.shared.view.get_or_init(|| View::of(sources.facts));
    seen.basis = Some(Basis::Register(None));
    let wrong =
        |(range, why): ConditionFault| Reason::new(Why::Lacking, why).at(written.locate(range), "in this condition");
    let evaluated = evaluate(source, view);
    sources.shared.take(view.taken());
    let (value, used) = match evaluated {
        Ok(found) => found,
        Err(fault) => {
            let help = "correct the condition; `trustbook facts` lists the ids";
            seen.push(wrong(fault).help(help));
            return;
        }
    };
    let facts = view.facts(&used);
    for id in &used {
        seen.looked(Phrase::Text(id.clone()), view.said(id), None);
    }
    seen.basis = Some(Basis::Register(facts.iter().filter_map(|common| common.said()).min()));
    for common in facts {
        seen.until(common.due(sources.facts.today).or(common.seen.and_then(|seen| seen.fresh_until)));
        let what = match sources.facts.state(common) {
            State::Due(since) => {
                (Why::Due, format!("the review of a fact has been overdue since {}", date_words(since)))
            }
            State::Expired(on) => (Why::Old, format!("a fact expired on {}", date_words(on))),
            State::NotYet(from) => (Why::Old, format!("a fact holds only from {}", date_words(from))),
            State::Stale(on) => (Why::Old, format!("a fact was last checked on {}", date_words(on))),
            _ => continue,
        };
        seen.push(Reason::new(what.0, what.1));
    }
    match value {
        Value::Bool(true) => {}
        Value::Bool(false) => {
            let reason = Reason::new(Why::Against, "the register does not agree: the condition is false");
            let reason =
                used.iter().filter_map(|id| view.span(id)).fold(reason, |reason, span| reason.at(span, "stated here"));
            seen.push(
                reason.at(fact.span, "the condition").help("change the sentence, or correct the fact that is wrong"),
            );
        }
        _ => {
            let why = "the condition is neither true nor false".to_owned();
            seen.push(wrong((0..source.len(), why)).help("compare the value with another: `vendor.employees > 1`"));
        }
    }
}

/// The byte range of a mistake in the condition, and a phrase that describes it.
type ConditionFault = (Range<usize>, String);

/// Evaluates a condition. Returns its value and the ids that it uses.
fn evaluate(source: &str, view: &View<'_>) -> Result<(Value, Vec<String>), ConditionFault> {
    bounds(source)?;
    let parser = Parser::new().max_recursion_depth(u16::try_from(DEEPEST * 2).unwrap_or(24));
    let (expression, places) = parser.parse_with_source_info(source).map_err(|errors| {
        let first = errors.errors.into_iter().next();
        let at = first.as_ref().map_or(0, |error| text::offset(source, error.pos));
        let why = first.map_or_else(String::new, |error| format!(": {}", text::short(&error.msg)));
        (at..source.len(), format!("this is not CEL{why}"))
    })?;
    let mut context = Context::default();
    let walk = Walk::over(&expression, source, &places, view)?;
    for (name, value) in view.values(&walk.roots) {
        context.add_variable_from_value(name, value);
    }
    for range in &walk.ranges {
        let at = text::place(source, &places, range.id);
        let empty = match Value::resolve(range, &context) {
            Ok(Value::List(items)) => items.is_empty(),
            Ok(Value::Map(entries)) => entries.map.is_empty(),
            Ok(_) => false,
            Err(error) => return Err((at, format!("this cannot be evaluated: {}", text::short(&error.to_string())))),
        };
        if empty {
            return Err((at, "there is nothing here to check".to_owned()));
        }
    }
    let value = Value::resolve(&expression, &context)
        .map_err(|error| (0..source.len(), format!("this cannot be evaluated: {}", text::short(&error.to_string()))))?;
    Ok((value, walk.used))
}

/// Refuses a condition that could run long or overflow the stack, before it is parsed.
fn bounds(source: &str) -> Result<(), ConditionFault> {
    if source.len() > LONGEST {
        return Err((0..source.len(), format!("the condition is longer than {LONGEST} bytes")));
    }
    let (mut depth, mut signs, mut choices) = (0usize, 0usize, 0usize);
    for (at, c) in source.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '?' => choices += 1,
            _ => {}
        }
        signs = if matches!(c, '!' | '-') {
            signs + 1
        } else if c.is_whitespace() {
            signs
        } else {
            0
        };
        let why = if depth > DEEPEST {
            format!("brackets are nested more than {DEEPEST} deep")
        } else if signs > MOST_SIGNS {
            format!("there are more than {MOST_SIGNS} signs in a row")
        } else if choices > MOST_CHOICES {
            format!("there are more than {MOST_CHOICES} choices")
        } else {
            continue;
        };
        return Err((at..at + c.len_utf8(), why));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
