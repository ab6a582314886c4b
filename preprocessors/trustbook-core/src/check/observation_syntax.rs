//! An observation cannot be read.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "observation-syntax",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("observation_syntax.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    for problem in &trust.observations.problems {
        let place = problem.span.map_or_else(|| Place::File(problem.path.clone()), Place::At);
        let message = format!("`{}` cannot be read: {}", problem.path, problem.why);
        findings.push(Diagnostic::new(place, message).help(problem.help.clone()));
    }
}
