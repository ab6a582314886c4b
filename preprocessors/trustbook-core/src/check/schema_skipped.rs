//! The reader of a data model skipped a statement whose effect is unknown.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level};
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "schema-skipped",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("schema_skipped.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    for schema in &trust.datamap.schemas {
        for skipped in &schema.skipped {
            findings.push(Diagnostic::new(skipped.span, skipped.what.clone()).help(skipped.help.clone()));
        }
        for skipped in schema.pinned().iter().flat_map(|pinned| &pinned.skipped) {
            let message = format!("{}:{} of `{}`: {}", skipped.path, skipped.line, schema.id, skipped.what);
            findings.push(
                Diagnostic::new(schema.span, message)
                    .help("check whether that line of the repository changes what is described"),
            );
        }
    }
}
