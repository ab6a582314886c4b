//! An id appears twice in the register.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level};
use crate::register::Problem;
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "fact-duplicate",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("fact_duplicate.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    const HELP: &str = "keep the correct one: a fact is stated in one place";
    for problem in &trust.facts.register.problems {
        match problem {
            Problem::Duplicate { id, first, second } => findings.push(
                Diagnostic::new(*second, format!("`{id}` is stated twice"))
                    .label("here again")
                    .also(*first, "stated here first")
                    .help(HELP),
            ),
            Problem::Nested { parent, child, first, second } => findings.push(
                Diagnostic::new(*second, format!("`{child}` is below `{parent}`, which has a value of its own"))
                    .label("here")
                    .also(*first, "the other one")
                    .help("rename one of them: an id belongs either to a fact or to a group"),
            ),
            Problem::Syntax(error) if error.is_duplicate_key() => {
                let key = trust.map.slice(error.span).trim();
                findings.push(Diagnostic::new(error.span, format!("`{key}` is stated twice in this file")).help(HELP));
            }
            _ => {}
        }
    }
}
