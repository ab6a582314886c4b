//! A record or a fact has a field that nobody reads, or a table is not written as the register needs it.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level};
use crate::register::Problem;
use crate::suggest::listed;
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "field-name",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("field_name.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    for problem in &trust.facts.register.problems {
        match problem {
            Problem::UnknownField { span, name, within, nearest, known } => {
                let finding = Diagnostic::new(*span, format!("{within} has no field `{name}`"));
                findings.push(match nearest {
                    Some(near) => finding.help(format!("did you mean `{near}`?")).edit(*span, near),
                    None => finding.help(format!("it takes {}", listed(known.iter().copied()))),
                });
            }
            Problem::Misshapen { span, what, help } => findings.push(Diagnostic::new(*span, what).help(help)),
            _ => {}
        }
    }
    for record in &trust.facts.register.records {
        for deployment in &record.common.deployments {
            if trust.facts.register.record("deployment", &deployment.value).is_none() {
                let known = trust.facts.register.of_kind("deployment").map(|record| record.id.as_str());
                let finding =
                    Diagnostic::new(deployment.span, format!("there is no deployment `{}`", deployment.value));
                findings.push(match crate::suggest::nearest(&deployment.value, known) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help(format!("state it: `[[deployment]]` with `id = \"{}\"`", deployment.value)),
                });
            }
        }
    }
}
