//! Static analysis of a condition before it runs: its names exist, its functions are known, and its loops are bounded.

use super::view::{Lookup, View};
use super::{ConditionFault, text};
use cel::common::ast::{EntryExpr, Expr, IdedExpr, LiteralValue, SourceInfo};
use std::collections::BTreeSet;

/// The functions that a condition may call besides operators, sorted.
const FUNCTIONS: &[&str] = &["contains", "double", "endsWith", "int", "size", "startsWith", "string"];
/// The operators whose internal names do not begin with `_`, sorted; the last one only comes from loops.
const OPERATORS: &[&str] = &["!_", "-_", "@in", "@not_strictly_false"];
/// The deepest nesting of loops.
const DEEPEST: usize = 2;
/// The largest number of steps of all loops.
const MOST_STEPS: usize = 200_000;

/// The parts of the register that a condition uses.
#[derive(Debug, Default)]
pub(super) struct Walk<'e> {
    /// The ids, sorted.
    pub(super) used: Vec<String>,
    /// The top-level names.
    pub(super) roots: BTreeSet<String>,
    /// The ranges of the outermost loops.
    pub(super) ranges: Vec<&'e IdedExpr>,
}

struct Walker<'w, 'e> {
    source: &'w str,
    places: &'w SourceInfo,
    view: &'w View<'w>,
    bound: Vec<String>,
    loops: usize,
    found: Walk<'e>,
}

impl<'e> Walk<'e> {
    /// Analyses a condition.
    pub(super) fn over(
        expression: &'e IdedExpr,
        source: &str,
        places: &SourceInfo,
        view: &View<'_>,
    ) -> Result<Self, ConditionFault> {
        let mut walker = Walker { source, places, view, bound: Vec::new(), loops: 0, found: Walk::default() };
        walker.expression(expression)?;
        let mut found = walker.found;
        if found.used.is_empty() {
            return Err((0..source.len(), "the condition names no fact of the register".to_owned()));
        }
        found.used.sort();
        found.used.dedup();
        Ok(found)
    }
}

impl<'e> Walker<'_, 'e> {
    fn expression(&mut self, ided: &'e IdedExpr) -> Result<(), ConditionFault> {
        if let Some(path) = self.path(ided, true)? {
            self.found.roots.extend(path.first().cloned());
            self.found.used.push(path.join("."));
            return Ok(());
        }
        match &ided.expr {
            Expr::Unspecified | Expr::Literal(_) | Expr::Ident(_) => Ok(()),
            Expr::Call(call) => {
                let name = call.func_name.as_str();
                let is_operator = name.starts_with('_') && name.ends_with(['_', ']']) && !name.contains('?')
                    || name == "_?_:_"
                    || OPERATORS.contains(&name);
                if !is_operator && !FUNCTIONS.contains(&name) {
                    let known = crate::suggest::listed(FUNCTIONS.iter().copied());
                    return Err(
                        self.fault(ided, format!("there is no function `{name}` here; the functions are {known}"))
                    );
                }
                call.target.iter().map(AsRef::as_ref).chain(&call.args).try_for_each(|part| self.expression(part))
            }
            Expr::Select(select) => self.expression(&select.operand),
            Expr::List(list) => list.elements.iter().try_for_each(|item| self.expression(item)),
            Expr::Map(map) => map.entries.iter().try_for_each(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => {
                    self.expression(&entry.key)?;
                    self.expression(&entry.value)
                }
                EntryExpr::StructField(_) => Err(self.fault(ided, "a condition cannot create objects".to_owned())),
            }),
            Expr::Struct(_) => Err(self.fault(ided, "a condition cannot create objects".to_owned())),
            Expr::Comprehension(each) => {
                self.expression(&each.iter_range)?;
                if self.loops == 0 {
                    self.found.ranges.push(&each.iter_range);
                }
                self.loops += 1;
                if self.loops > DEEPEST {
                    return Err(self.fault(ided, format!("loops are nested more than {DEEPEST} deep")));
                }
                self.steps(ided)?;
                let names = [Some(&each.iter_var), each.iter_var2.as_ref(), Some(&each.accu_var)];
                let before = self.bound.len();
                self.bound.extend(names.into_iter().flatten().cloned());
                for part in [&each.accu_init, &each.loop_cond, &each.loop_step, &each.result] {
                    self.expression(part)?;
                }
                self.bound.truncate(before);
                self.loops -= 1;
                Ok(())
            }
        }
    }

    /// Bounds the steps of a loop: the size of its range, multiplied for nested loops. The range of an inner loop is
    /// not known in advance, so everything that the condition names counts.
    fn steps(&self, ided: &IdedExpr) -> Result<(), ConditionFault> {
        let named = self.found.roots.iter().map(|root| self.view.size(std::slice::from_ref(root)));
        let size = named.sum::<usize>() + self.source.len();
        let power = u32::try_from(self.loops).unwrap_or(u32::MAX);
        match size.checked_pow(power).filter(|steps| *steps <= MOST_STEPS * self.loops.pow(3)) {
            Some(steps) => {
                self.view.take(steps);
                Ok(())
            }
            None => Err(self.fault(ided, "the register is too large for loops of this depth".to_owned())),
        }
    }

    /// Returns the parts of `a.b["c"].d` if it begins with a name of the register. A missing name is a fault.
    fn path(&self, ided: &IdedExpr, is_needed: bool) -> Result<Option<Vec<String>>, ConditionFault> {
        let (mut path, last, at) = match &ided.expr {
            Expr::Ident(name) if self.bound.contains(name) => return Ok(None),
            Expr::Ident(name) => (Vec::new(), name.trim_start_matches('.').to_owned(), ided),
            Expr::Select(select) => match self.path(&select.operand, true)? {
                // `has(a.b)` tests for existence.
                Some(path) if select.test => return Ok(Some(path)),
                Some(path) => (path, select.field.clone(), ided),
                None => return Ok(None),
            },
            Expr::Call(call) if call.func_name == "_[_]" => match call.args.as_slice() {
                [of, IdedExpr { expr: Expr::Literal(LiteralValue::String(key)), .. }] => match self.path(of, true)? {
                    Some(path) => (path, key.inner().to_owned(), ided),
                    None => return Ok(None),
                },
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        let before = path.join(".");
        path.push(last.clone());
        match self.view.step(&path) {
            Lookup::Known => Ok(Some(path)),
            _ if !is_needed => Ok(None),
            Lookup::Value => Err(self.fault(at, format!("`{before}` is a value, and has no `{last}`"))),
            Lookup::Missing(near) => {
                let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                let whose =
                    if before.is_empty() { "the register has no".to_owned() } else { format!("`{before}` has no") };
                Err(self.fault(at, format!("{whose} `{last}` that is public{near}")))
            }
        }
    }

    fn fault(&self, ided: &IdedExpr, why: String) -> ConditionFault {
        (text::place(self.source, self.places, ided.id), why)
    }
}
