//! Nobody has looked for a long time whether a data model has changed since the commit that the book is pinned to.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level};
use crate::register::types::read_duration;
use crate::register::value::{Value, date_words};
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "schema-stale",
    level: Level::Warn,
    calendar: true,
    since: "0.1.0",
    page: include_str!("schema_stale.md"),
    run: Run::Trust(run),
};

/// How long a look at the repository lasts, where the register does not say.
const MAX_AGE: &str = "180 days";

fn run(trust: &Trust, findings: &mut Findings) {
    for schema in &trust.datamap.schemas {
        let Some(pinned) = schema.pinned() else { continue };
        let max_age = match trust.facts.record("schema", &schema.id).and_then(|record| record.value("max_age")) {
            Some(Value::Duration(_, span)) => Some(*span),
            _ => read_duration(MAX_AGE),
        };
        let until = max_age.and_then(|age| pinned.checked.checked_add(age.0).ok());
        if until.is_some_and(|until| until < trust.facts.today) {
            let message = format!(
                "the data model `{}` was last compared with its repository on {}",
                schema.id,
                date_words(pinned.checked)
            );
            findings.push(
                Diagnostic::new(schema.span, message)
                    .help(format!("run `trustbook refresh {}`: it shows what has changed", schema.id)),
            );
        }
    }
}
