//! Verification of an edit: the answered facts and records changed as intended, and nothing else did.

use super::{Refusal, ReviewAnswer, VALUE};
use crate::units::{self, Unit};
use jiff::civil::Date;
use std::collections::BTreeMap;
use trustbook_core::register::common::Common;
use trustbook_core::register::types::ValueType;
use trustbook_core::register::value::Value;
use trustbook_core::register::{Register, RegisterProblem};
use trustbook_core::span::{SourceMap, Span};

/// A register without positions, so that two can be compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Snapshot {
    units: Vec<RegisterState>,
    /// The problems of the register: the id or key if known, and the reason.
    problems: Vec<(String, Refusal)>,
}

#[derive(Debug, Clone, PartialEq)]
struct RegisterState {
    id: String,
    file: String,
    /// The facts by the names of their fields; a free fact has one without a name.
    facts: BTreeMap<String, Stated>,
    common: Common,
}

#[derive(Debug, Clone, PartialEq)]
struct Stated {
    id: String,
    label: String,
    ty: ValueType,
    value: Option<Value>,
}

impl Snapshot {
    pub(super) fn of(map: &SourceMap, register: &Register) -> Self {
        let state = |unit: Unit<'_>| RegisterState {
            id: unit.id(),
            file: unit.file(map).to_owned(),
            facts: facts(unit),
            common: unplaced(unit.common(), unit.span()),
        };
        Snapshot {
            units: units::of(register).map(state).collect(),
            problems: register.problems.iter().map(words).collect(),
        }
    }

    /// Checks that the answers, and nothing else, lead from this register to `after`.
    ///
    /// # Errors
    /// Returns the first difference from the intended register.
    pub(super) fn leads_to(
        &self,
        after: &Snapshot,
        answers: &BTreeMap<&str, &ReviewAnswer>,
        today: Date,
    ) -> Result<(), Refusal> {
        let mut known = self.problems.clone();
        for problem in &after.problems {
            match known.iter().position(|known| known == problem) {
                Some(at) => drop(known.swap_remove(at)),
                None => return Err(problem.1.clone()),
            }
        }
        if self.units.len() != after.units.len() {
            return Err(Refusal::unexpected("the edit added or lost a statement"));
        }
        for (before, state) in self.units.iter().zip(&after.units) {
            match answers.get(before.id.as_str()) {
                Some(answer) if before.id == state.id => {
                    // A value that was invalid before may be invalid now.
                    let misfits = |id: &str| after.problems.iter().find(|(of, _)| of == id).map(|(_, why)| why.clone());
                    before.leads_to(state, answer, today, &misfits)?;
                }
                _ if before == state => {}
                _ => return Err(Refusal::unexpected(format!("the edit touched `{}`", before.id))),
            }
        }
        Ok(())
    }
}

impl RegisterState {
    fn leads_to(
        &self,
        after: &RegisterState,
        answer: &ReviewAnswer,
        today: Date,
        misfit: &dyn Fn(&str) -> Option<Refusal>,
    ) -> Result<(), Refusal> {
        let mut expected = self.clone();
        match answer {
            ReviewAnswer::Unsure => {}
            ReviewAnswer::Keep if self.facts.values().any(|stated| stated.value.is_none()) => {
                return Err(
                    Refusal::new("has a value that does not fit its type").help("change it, or answer `unsure`")
                );
            }
            ReviewAnswer::Keep => expected.common.verified = Some(today),
            ReviewAnswer::Change(changes) => {
                expected.common.verified = Some(today);
                expected.common.stated = Some(today);
                for change in changes {
                    let field = change.field.as_str();
                    expected.common.not_stated.retain(|open| open.value != field);
                    if field == "expires" {
                        expected.common.valid_until.clone_from(&after.common.valid_until);
                    }
                    let nothing = || Refusal::unexpected("the edit stated nothing");
                    let stated = after.facts.get(field).ok_or_else(nothing)?;
                    if stated.value.is_none() {
                        return Err(misfit(&stated.id).unwrap_or_else(nothing));
                    }
                    same_type(self.facts.get(field), stated)?;
                    let is_of = |name: &str| name == field || name.starts_with(&format!("{field}."));
                    expected.facts.retain(|name, _| !is_of(name));
                    let new = after.facts.iter().filter(|(name, _)| is_of(name));
                    expected.facts.extend(new.map(|(name, stated)| (name.clone(), stated.clone())));
                }
            }
        }
        match expected == *after {
            true => Ok(()),
            false => Err(Refusal::unexpected(format!("the edit did something else to `{}`", self.id))),
        }
    }
}

/// Checks that a fact has kept its type, even if that is inferred from its value.
fn same_type(before: Option<&Stated>, after: &Stated) -> Result<(), Refusal> {
    match before {
        // An integer is a decimal number as well.
        Some(before) if before.ty != after.ty && (before.ty, after.ty) != (ValueType::Decimal, ValueType::Integer) => {
            Err(Refusal::new(format!("is {}, not {}", after.ty.words(), before.ty.words())).help(before.ty.example()))
        }
        _ => Ok(()),
    }
}

fn facts(unit: Unit<'_>) -> BTreeMap<String, Stated> {
    let (facts, prefix) = match unit {
        Unit::Fact(fact) => (std::slice::from_ref(fact), format!("{}.", fact.id)),
        Unit::Record(record) => (record.fields.as_slice(), format!("{}.", record.full_id())),
    };
    let named = facts.iter().map(|fact| {
        let name = fact.id.strip_prefix(&prefix).unwrap_or(VALUE).to_owned();
        (name, Stated { id: fact.id.clone(), label: fact.label.clone(), ty: fact.ty, value: fact.value.clone() })
    });
    named.collect()
}

/// Returns the common part with all positions removed.
fn unplaced(common: &Common, place: Span) -> Common {
    let mut common = common.clone();
    let nowhere = Span { start: 0, end: 0, ..place };
    common.valid_until.iter_mut().for_each(|until| until.span = nowhere);
    common.deployments.iter_mut().chain(&mut common.not_stated).for_each(|name| name.span = nowhere);
    common
}

fn words(problem: &RegisterProblem) -> (String, Refusal) {
    match problem {
        RegisterProblem::Unreadable { path, error } => {
            (path.clone(), Refusal::new(format!("is in {path}, which cannot be read: {error}")))
        }
        RegisterProblem::NotRead { path } => (path.clone(), Refusal::new(format!("leaves {path} unread"))),
        RegisterProblem::TooMuch { path, why, help } => (path.clone(), Refusal::new(why.clone()).help(*help)),
        RegisterProblem::Syntax(error) => (String::new(), Refusal::new(format!("is not TOML: {}", error.message))),
        RegisterProblem::Duplicate { id, .. } => (id.clone(), Refusal::new(format!("gives `{id}` twice"))),
        RegisterProblem::Nested { parent, child, .. } => {
            (child.clone(), Refusal::new(format!("gives `{child}` below `{parent}`, which has a value of its own")))
        }
        RegisterProblem::WrongType { id, misfit, .. } => {
            (id.clone(), Refusal { why: misfit.why.clone(), help: misfit.help.clone() })
        }
        RegisterProblem::UnknownField { name, within, .. } => {
            (name.clone(), Refusal::new(format!("has no field `{name}` in {within}")))
        }
        RegisterProblem::Misnamed { what, near, .. } => {
            (String::new(), Refusal::new(what.clone()).help(format!("did you mean `{near}`?")))
        }
        RegisterProblem::Misshapen { what, help, .. } => (String::new(), Refusal::new(what.clone()).help(help.clone())),
    }
}
