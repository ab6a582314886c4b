//! A value does not fit its type.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level};
use crate::register::Problem;
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "fact-type",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("fact_type.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    for problem in &trust.facts.register.problems {
        if let Problem::WrongType { span, id, misfit } = problem {
            let finding = Diagnostic::new(*span, format!("`{id}` {}", misfit.why));
            findings.push(match &misfit.help {
                Some(help) => finding.help(help),
                None => finding,
            });
        }
    }
}
